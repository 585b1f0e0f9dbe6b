"""Signs all badges of a participant as one record (CLR 2.0): stored first, tried with a throwaway key, checked last."""

import uuid
from datetime import timedelta

from issuer.db.repositories.holdings import RecordRow
from issuer.db.repositories.institutions import KeyRecord
from issuer.domain.audit import Act
from issuer.domain.badge_draft import DraftContent, DraftScope
from issuer.domain.badges_record import RecordEnvelope, Room, build_record, portions
from issuer.domain.draft import issuer_profile
from issuer.domain.errors import ConflictError, LintError
from issuer.domain.holder import Holder
from issuer.services.drafts.draft_content import signing_institution
from issuer.services.holdings.own_badges import own_badges
from issuer.services.lint_badge import judge, lint_exact, require_accepted
from issuer.services.outside import Outside
from issuer.services.stored_bytes import pack, request_of, signed_bytes, unpack, unpack_request
from keys.proofs.data_integrity import proof_options
from schemas.strict_json import JsonObject, read_object
from verifier import Limits, Verdict

RECORD_LIFE = timedelta(days=30)  # of our own copy: it can be made again from the badges at any time
_TBS, _DOCUMENT = "badges_record_tbs", "badges_record"
_LIMITS = Limits()
# What the record has beside its members, with some room to spare. Canonicalising reads 500 objects at most, whatever
# the kind of document: the verifier's own limit for records, twice as many, is never reached.
_ROOM = Room(members=_LIMITS.clr_members, values=_LIMITS.clr_values - 100, nodes=_LIMITS.nodes - 20)


def export_record(outside: Outside, who: Holder, language: str) -> tuple[bytes, ...]:
    """Make the record of all own badges in force; more than one only where they do not fit into one.

    Args:
        language: of the record's name: fi, sv or en.

    Returns:
        Signed documents, each accepted by our own verifier, none of its badges refused; none without a badge in force.

    Raises:
        ConflictError: ``institution.cannot_sign``.
        LintError, NotYetError: our own verifier would not accept it; nothing leaves.
        keys.errors.SigningError: the signer refused.
    """
    badges = [read_object(one.document, max_values=20_000) for one in own_badges(outside, who) if one.in_force]
    if not badges:
        return ()
    with outside.database.read() as uow:
        home = uow.institutions.get(who.institution_id)
        signing = signing_institution(uow, home, DraftContent(scope=DraftScope.GENERIC))  # in the neutral name
        key = uow.institutions.active_key(signing.id)
    groups = portions(badges, _ROOM)
    now = outside.now()
    rows = []
    for members in groups:
        envelope = RecordEnvelope(
            record_id=f"urn:uuid:{uuid.uuid4()}",
            subject_id=f"urn:uuid:{uuid.uuid4()}",
            issuer=issuer_profile(signing, origin=outside.identity_origin, own_name=False),
            language=language,
            now=now,
            partial=len(groups) > 1,
        )
        rows.append(_row(outside, who, key, _packed(outside, build_record(members, envelope), key)))
    with outside.database.write() as uow:
        uow.holdings.reserve_records(who.person_id, rows)
        uow.audit.append(*(_act(outside, "badges_record.reserved", one) for one in rows))
    return tuple(_sign(outside, one) for one in rows)


def _packed(outside: Outside, document: JsonObject, key: KeyRecord) -> bytes:
    """The exact bytes to sign, as one column."""
    created = outside.now()
    options = proof_options(document, cryptosuite="eddsa-rdfc-2022", verification_method=key.kid, created=created)
    return pack(request_of(document, options))


def _row(outside: Outside, who: Holder, key: KeyRecord, packed: bytes) -> RecordRow:
    return RecordRow(
        id=str(uuid.uuid4()),
        person_id=who.person_id,
        institution_id=key.institution_id,
        state="reserved",
        kid=key.kid,
        tbs=outside.person_keys.seal(who.person_id, _TBS, packed),
        tbs_sha256=unpack_request(packed).tbs_sha256,
        document=None,
        created_at=outside.now(),
    )


def _sign(outside: Outside, row: RecordRow) -> bytes:
    """Sign the stored bytes and nothing else."""
    packed = outside.person_keys.unseal(row.person_id, _TBS, row.tbs)
    document, options = unpack(packed)
    lint_exact(outside, document, options)
    request = unpack_request(packed)
    signed = signed_bytes(request, outside.signer.sign(row.kid, request))
    _check(outside, signed)
    sealed = outside.person_keys.seal(row.person_id, _DOCUMENT, signed)
    with outside.database.write() as uow:
        if not uow.holdings.store_record(row.id, sealed):
            raise ConflictError(row.id, code="badges_record.busy")
        uow.audit.append(_act(outside, "badges_record.signed", row))
    return signed


def _check(outside: Outside, signed: bytes) -> None:
    """The record must be accepted, and no badge in it refused; one that is being checked says so itself."""
    report = judge(outside.environment(), signed)
    require_accepted(report)
    members = [one.report.verdict for one in report.members]
    if not members or Verdict.REJECTED in members:
        raise LintError("a member is refused", code="badges_record.member")


def _act(outside: Outside, action: str, row: RecordRow) -> Act:
    refs = (("record", row.id), ("tbs", row.tbs_sha256.hex()))
    return Act(at=outside.now(), actor="participant", action=action, refs=refs)
