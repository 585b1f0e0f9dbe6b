"""Brings a reserved receipt and its endorsements to the world, and ends the receipt of a decision that was replaced.

Every step may be repeated: what a crash or a silent signer left undone is taken up again by the worker.
"""

from dataclasses import dataclass
from typing import Final

from issuer.db.person_keys import PersonErasedError
from issuer.db.repositories.recognition_receipts import EndorsementRow, ReceiptRow
from issuer.db.unit_of_work import UnitOfWork
from issuer.domain.audit import Act
from issuer.domain.badge_states import IN_FORCE, SHOWN, UNFINISHED
from issuer.domain.errors import ConflictError, DomainError
from issuer.services.lint_badge import judge, require_accepted
from issuer.services.outside import Outside
from issuer.services.revoke_badge import revoke
from issuer.services.sign_badge import FRESH, sign
from issuer.services.stored_bytes import pack, request_of, signed_bytes, unpack, unpack_request
from keys.errors import SigningError, StaleRequest
from keys.signing.signer import SigningRequest
from schemas.credential import utc_text
from schemas.errors import DocumentError

_TBS, _ENDORSEMENT = "endorsement_tbs", "endorsement"
_REPLACED: Final = "replaced"
_LATER = (DomainError, SigningError, DocumentError, PersonErasedError)  # the decision stands; it is tried again


@dataclass(frozen=True, slots=True)
class SignedReceipt:
    """A receipt as signed, with its endorsements in the order of its badges; fewer while some are still to come."""

    receipt: bytes
    endorsements: tuple[bytes, ...]


def finish_receipt(outside: Outside, case_id: str, number: int) -> bool:
    """Sign what is reserved for a decision; safe to repeat. Tell whether receipt and endorsements are all there."""
    with outside.database.read() as uow:
        receipt = uow.recognition.receipt(case_id, number)
        beside = uow.recognition.endorsements(receipt.credential_id) if receipt is not None else []
    if receipt is None:
        return False
    try:
        sign(outside, receipt.credential_id)
        outside.checkpoint("receipt.after_sign")
        for one in beside:
            if one.signed is None:
                _endorse(outside, receipt, one)
    except _LATER:
        return False
    return True


def end_replaced(outside: Outside, case_id: str) -> bool:
    """Take receipts out of use whose decision was replaced, once the new receipt is out, or none comes.

    Their endorsements end with them, since they share the place on the list. Tell whether nothing is left to end.
    """
    with outside.database.read() as uow:
        row = uow.recognition.get(case_id)
        old = [uow.credentials.get(one.credential_id) for one in uow.recognition.superseded(case_id)]
        receipt = uow.recognition.receipt(case_id, row.decision_number)
        new = uow.credentials.get(receipt.credential_id) if receipt is not None else None
    if new is not None and new.state in UNFINISHED:
        return False
    follower = new.id if new is not None and new.state in IN_FORCE else None
    for record in old:
        if record.state not in IN_FORCE:
            continue  # its holder, or the sweeper, was first
        try:
            revoke(
                outside,
                record.id,
                institution_id=record.institution_id,
                reason=_REPLACED,
                actor="system",
                replaced_by=follower,
            )
        except _LATER:
            return False
        outside.checkpoint("receipt.after_end")
    return all(record.state not in UNFINISHED for record in old)


def signed_receipt(outside: Outside, uow: UnitOfWork, case_id: str, number: int) -> SignedReceipt | None:
    """The signed receipt of a decision with its endorsements, or None while there is none to show."""
    receipt = uow.recognition.receipt(case_id, number)
    if receipt is None:
        return None
    record = uow.credentials.get(receipt.credential_id)
    if record.state not in SHOWN or record.document is None:
        return None
    signed = outside.person_keys.unseal(record.person_id, "document", record.document)
    beside = tuple(
        outside.person_keys.unseal(receipt.person_id, _ENDORSEMENT, one.signed)
        for one in uow.recognition.endorsements(receipt.credential_id)
        if one.signed is not None
    )
    return SignedReceipt(signed, beside)


def is_awaited(uow: UnitOfWork, case_id: str, number: int) -> bool:
    """Tell whether a receipt was reserved that is not wholly signed yet and has not failed."""
    receipt = uow.recognition.receipt(case_id, number)
    if receipt is None:
        return False
    state = uow.credentials.get(receipt.credential_id).state
    lacking = any(one.signed is None for one in uow.recognition.endorsements(receipt.credential_id))
    return state in UNFINISHED or (state in SHOWN and lacking)


def _endorse(outside: Outside, receipt: ReceiptRow, one: EndorsementRow) -> None:
    with outside.database.read() as uow:
        record = uow.credentials.get(receipt.credential_id)
    if one.tbs is None:
        raise ConflictError(code="badge.no_bytes")
    request = unpack_request(outside.person_keys.unseal(receipt.person_id, _TBS, one.tbs))
    if outside.now() - record.proof_created_at > FRESH:
        request = _renewed(outside, receipt, one, request)
    try:
        signature = outside.signer.sign(record.kid, request)
    except StaleRequest:
        request = _renewed(outside, receipt, one, request)
        signature = outside.signer.sign(record.kid, request)
    signed = signed_bytes(request, signature)
    require_accepted(judge(outside.environment(), signed))
    sealed = outside.person_keys.seal(receipt.person_id, _ENDORSEMENT, signed)
    with outside.database.write() as uow:
        uow.recognition.store_endorsement(one, signed=sealed)
        refs = (("badge", receipt.credential_id), ("tbs", request.tbs_sha256.hex()))
        uow.audit.append(Act(at=outside.now(), actor="system", action="endorsement.signed", refs=refs))


def _renewed(outside: Outside, receipt: ReceiptRow, one: EndorsementRow, request: SigningRequest) -> SigningRequest:
    """Give bytes that waited too long a fresh signing moment, stored before it is used."""
    document, options = unpack(pack(request))
    fresh = request_of(document, {**options, "created": utc_text(outside.now())})
    sealed = outside.person_keys.seal(receipt.person_id, _TBS, pack(fresh))
    with outside.database.write() as uow:
        uow.recognition.renew_endorsement(one, tbs=sealed, tbs_sha256=fresh.tbs_sha256)
    return fresh
