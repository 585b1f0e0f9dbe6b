"""The receipt of a decision through the states of a badge: reserved with the decision, signed, checked, then shown.

The endorsements beside it, one for each badge, are signed from stored bytes as well, checked by the public verifier,
and stored.
"""

import secrets
import uuid
from dataclasses import dataclass

from issuer.db.repositories.credentials import AchievementRecord, NewCredential
from issuer.db.repositories.institutions import KeyRecord
from issuer.db.repositories.recognition_receipts import EndorsementRow, ReceiptRow
from issuer.db.unit_of_work import UnitOfWork
from issuer.domain.audit import Act
from issuer.domain.draft import FrozenAchievement, issuer_profile
from issuer.domain.errors import ConflictError
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
from issuer.services.lint_badge import check_words
from issuer.services.outside import Outside
from issuer.services.publish_status_list import ensure_open_list, list_url, take_places
from issuer.services.recognition.stored_case import Case, HeldBadge
from issuer.services.stored_bytes import pack, request_of
from keys.proofs.data_integrity import proof_options
from keys.signing.signer import SigningRequest
from schemas.canonical_json import canonicalise
from schemas.credential import StatusPlace
from schemas.strict_json import JsonObject

_TBS = "endorsement_tbs"
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
        grounds=tuple(_ground(case, one) for one in case.badges if counts(case, one)),
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
    receipt = ReceiptRow(
        credential_id=credential_id,
        case_id=prepared.case.row.id,
        person_id=person_id,
        created_at=now,
        decision_number=prepared.case.row.decision_number,
    )
    uow.recognition.add_receipt(receipt, _endorsements(outside, prepared, envelope, credential_id))
    refs = (("badge", credential_id), ("achievement", frozen.key), ("tbs", request.tbs_sha256.hex()))
    uow.audit.append(Act(at=now, actor="system", action="badge.reserved", refs=refs, decision=SCOPE))
    return credential_id


def _endorsements(
    outside: Outside, prepared: Prepared, envelope: ReceiptEnvelope, credential_id: str
) -> list[EndorsementRow]:
    """The exact bytes of one endorsement for each badge, in the order of the receipt."""
    made = []
    for place, ground in enumerate(prepared.decided.grounds, start=1):
        document = build_endorsement(
            prepared.decided, envelope, about=ground, endorsement_id=f"urn:uuid:{uuid.uuid4()}"
        )
        request = _request(outside, prepared, document)
        sealed = outside.person_keys.seal(prepared.person_id, _TBS, pack(request))
        made.append(
            EndorsementRow(
                credential_id=credential_id, place=place, tbs=sealed, tbs_sha256=request.tbs_sha256, signed=None
            )
        )
    return made


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


def _ground(case: Case, badge: HeldBadge) -> Ground:
    digest = badge.row.document_sha256
    return Ground(badge.content.id or f"urn:sha256:{digest.hex()}", digest, counts(case, badge))


def counts(case: Case, badge: HeldBadge) -> int:
    """How many accepted requirements rest on this badge; 0 for one that nothing was accepted from."""
    place = case.badges.index(badge) + 1
    accepted = set(split(case.unit, case.work).recognised)
    return sum(1 for key, seen in case.seen.items() if key in accepted and place in seen.badges)
