"""The receipt of a decision through the states of a badge: reserved with the decision, signed, checked, then shown.

The endorsement beside it is signed from stored bytes as well, checked by the public verifier, and stored.
"""

import secrets
import uuid
from dataclasses import dataclass

from issuer.db.person_keys import PersonErasedError
from issuer.db.repositories.credentials import AchievementRecord, NewCredential
from issuer.db.repositories.institutions import KeyRecord
from issuer.db.repositories.recognition import ReceiptRow
from issuer.db.unit_of_work import UnitOfWork
from issuer.domain.audit import Act
from issuer.domain.badge_states import SHOWN
from issuer.domain.draft import FrozenAchievement, issuer_profile
from issuer.domain.errors import ConflictError, DomainError
from issuer.domain.institution import Institution
from issuer.domain.receipt import (
    SCOPE,
    Decided,
    Ground,
    ReceiptEnvelope,
    build_endorsement,
    build_receipt,
    freeze_receipt,
    language_of,
)
from issuer.domain.recognition import split
from issuer.services.award_badge import LEASE
from issuer.services.lint_badge import check_words, judge, require_accepted
from issuer.services.outside import Outside
from issuer.services.publish_status_list import ensure_open_list, list_url, take_places
from issuer.services.recognition.stored_case import Case, HeldBadge
from issuer.services.sign_badge import FRESH, sign
from issuer.services.stored_bytes import pack, request_of, signed_bytes, unpack, unpack_request
from keys.errors import SigningError, StaleRequest
from keys.proofs.data_integrity import proof_options
from keys.signing.signer import SigningRequest
from schemas.canonical_json import canonicalise
from schemas.credential import StatusPlace, utc_text
from schemas.errors import DocumentError
from schemas.strict_json import JsonObject

_TBS, _ENDORSEMENT = "endorsement_tbs", "endorsement"
_SALT_BYTES = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """A receipt that can be reserved."""

    case: Case
    decided: Decided
    school: Institution
    key: KeyRecord
    frozen: FrozenAchievement
    person_id: str
    new_person: bool


def prepare_receipt(outside: Outside, case: Case) -> Prepared:
    """Make everything that a receipt needs before the decision's transaction.

    Raises:
        ConflictError: ``institution.cannot_sign``; TellingWordError.
    """
    if case.found is None or case.work.route is None:
        raise ConflictError(code="recognition.changed")
    with outside.database.read() as uow:
        school = uow.institutions.get(case.row.school_id)
        if school.did is None or school.closed_at is not None:
            raise ConflictError(code="institution.cannot_sign")
        key = uow.institutions.active_key(school.id)
    decided = Decided(
        found=case.found,
        split=split(case.unit, case.work),
        route=case.work.route,
        grade=case.work.grade,
        grounds=tuple(_ground(one) for one in case.badges if counts(case, one)),
        language=language_of(case.badges[0].content.language),
    )
    frozen = freeze_receipt(decided, issuer=school, origin=outside.identity_origin)
    check_words(frozen.document, national=frozen.national)
    ensure_open_list(outside, school)
    person_id = case.row.person_id or str(uuid.uuid4())
    if case.row.person_id is None:
        outside.person_keys.create(person_id)
    return Prepared(
        case=case,
        decided=decided,
        school=school,
        key=key,
        frozen=frozen,
        person_id=person_id,
        new_person=case.row.person_id is None,
    )


def reserve_receipt(outside: Outside, uow: UnitOfWork, prepared: Prepared) -> str:
    """Fix the exact bytes of receipt and endorsement in the decision's transaction; return the credential's id."""
    now, school, frozen = outside.now(), prepared.school, prepared.frozen
    if prepared.new_person:
        uow.people.add_person(prepared.person_id, school.id, sealed=None, now=now)
    _freeze(outside, uow, prepared)
    (place,) = take_places(uow, school.id, 1)
    credential_id = str(uuid.uuid4())
    envelope = ReceiptEnvelope(
        issuer=issuer_profile(school, origin=outside.identity_origin, own_name=True),
        receipt_id=f"urn:uuid:{credential_id}",
        subject_id=f"urn:uuid:{uuid.uuid4()}",
        place=StatusPlace(list_url=list_url(outside, place[0]), index=place[1]),
        now=now,
    )
    request = _request(outside, prepared, build_receipt(frozen, prepared.decided, envelope))
    beside = build_endorsement(prepared.decided, envelope, endorsement_id=f"urn:uuid:{uuid.uuid4()}")
    endorsement = _request(outside, prepared, beside)
    keys, person_id = outside.person_keys, prepared.person_id
    new = NewCredential(
        id=credential_id,
        award_id=str(uuid.uuid4()),
        institution_id=school.id,
        provider_id=None,
        person_id=person_id,
        achievement_id=frozen.key,
        sealed_wishes=keys.seal(person_id, "award", canonicalise({"receipt": True})),
        kid=prepared.key.kid,
        list_id=place[0],
        index=place[1],
        sealed_tbs=keys.seal(person_id, "tbs", pack(request)),
        tbs_sha256=request.tbs_sha256,
        proof_created_at=now,
        sealed_salt=keys.seal(person_id, "salt", secrets.token_bytes(_SALT_BYTES)),
        lease_until=now + LEASE,
    )
    uow.credentials.reserve([new], now=now)
    uow.recognition.add_receipt(
        ReceiptRow(
            credential_id=credential_id,
            case_id=prepared.case.row.id,
            person_id=person_id,
            endorsement_tbs=keys.seal(person_id, _TBS, pack(endorsement)),
            endorsement_tbs_sha256=endorsement.tbs_sha256,
            endorsement=None,
            created_at=now,
        )
    )
    refs = (("badge", credential_id), ("achievement", frozen.key), ("tbs", request.tbs_sha256.hex()))
    uow.audit.append(Act(at=now, actor="system", action="badge.reserved", refs=refs, decision=SCOPE))
    return credential_id


def finish_receipt(outside: Outside, case_id: str) -> bool:
    """Sign what is reserved for a case; safe to repeat. Tell whether receipt and endorsement are both there."""
    with outside.database.read() as uow:
        receipt = uow.recognition.receipt(case_id)
    if receipt is None:
        return False
    try:
        sign(outside, receipt.credential_id)
        if receipt.endorsement is None:
            _endorse(outside, receipt)
    except (DomainError, SigningError, DocumentError, PersonErasedError):
        return False  # the decision stands; the receipt is tried again
    return True


def receipt_bytes(outside: Outside, uow: UnitOfWork, case_id: str) -> tuple[bytes, bytes | None] | None:
    """The signed receipt and the endorsement of a case, or None while there is none to show."""
    receipt = uow.recognition.receipt(case_id)
    if receipt is None:
        return None
    record = uow.credentials.get(receipt.credential_id)
    if record.state not in SHOWN or record.document is None:
        return None
    signed = outside.person_keys.unseal(record.person_id, "document", record.document)
    beside = receipt.endorsement
    opened = outside.person_keys.unseal(receipt.person_id, _ENDORSEMENT, beside) if beside is not None else None
    return signed, opened


def _endorse(outside: Outside, receipt: ReceiptRow) -> None:
    with outside.database.read() as uow:
        record = uow.credentials.get(receipt.credential_id)
    if receipt.endorsement_tbs is None:
        raise ConflictError(code="badge.no_bytes")
    request = unpack_request(outside.person_keys.unseal(receipt.person_id, _TBS, receipt.endorsement_tbs))
    if outside.now() - record.proof_created_at > FRESH:
        request = _renewed(outside, receipt, request)
    try:
        signature = outside.signer.sign(record.kid, request)
    except StaleRequest:
        request = _renewed(outside, receipt, request)
        signature = outside.signer.sign(record.kid, request)
    signed = signed_bytes(request, signature)
    require_accepted(judge(outside.environment(), signed))
    sealed = outside.person_keys.seal(receipt.person_id, _ENDORSEMENT, signed)
    with outside.database.write() as uow:
        uow.recognition.store_endorsement(receipt.credential_id, endorsement=sealed)
        refs = (("badge", receipt.credential_id), ("tbs", request.tbs_sha256.hex()))
        uow.audit.append(Act(at=outside.now(), actor="system", action="endorsement.signed", refs=refs))


def _renewed(outside: Outside, receipt: ReceiptRow, request: SigningRequest) -> SigningRequest:
    """Give bytes that waited too long a fresh signing moment, stored before it is used."""
    document, options = unpack(pack(request))
    fresh = request_of(document, {**options, "created": utc_text(outside.now())})
    sealed = outside.person_keys.seal(receipt.person_id, _TBS, pack(fresh))
    with outside.database.write() as uow:
        uow.recognition.store_endorsement(
            receipt.credential_id, endorsement_tbs=sealed, endorsement_tbs_sha256=fresh.tbs_sha256
        )
    return fresh


def _request(outside: Outside, prepared: Prepared, document: JsonObject) -> SigningRequest:
    kid = prepared.key.kid
    options = proof_options(document, cryptosuite="eddsa-rdfc-2022", verification_method=kid, created=outside.now())
    return request_of(document, options)


def _freeze(outside: Outside, uow: UnitOfWork, prepared: Prepared) -> None:
    frozen, unit = prepared.frozen, prepared.case.unit
    document = canonicalise(frozen.document)
    if uow.credentials.achievement(frozen.key) is not None:
        return
    record = AchievementRecord(
        id=frozen.key,
        institution_id=prepared.school.id,
        unit_code=unit.code or "",
        unit_version=unit.version or 0,
        peruste_id=unit.peruste_id,
        diaarinumero=unit.register_number or "",
        language=frozen.language,
        scope=SCOPE,
        shown=frozen.shown,
        required=frozen.required,
        document=document,
    )
    uow.credentials.add_achievement(record, now=outside.now())


def _ground(badge: HeldBadge) -> Ground:
    digest = badge.row.document_sha256
    return Ground(badge.content.id or f"urn:sha256:{digest.hex()}", digest)


def counts(case: Case, badge: HeldBadge) -> bool:
    """Whether an accepted requirement rests on this badge."""
    place = case.badges.index(badge) + 1
    accepted = set(split(case.unit, case.work).recognised)
    return any(place in seen.badges for key, seen in case.seen.items() if key in accepted)
