"""The small signed code of a badge: its claims are stored sealed, then signed, then kept for every later print."""

from issuer.db.repositories.compact_codes import StoredCode
from issuer.db.repositories.credentials import CredentialRecord
from issuer.db.unit_of_work import UnitOfWork
from issuer.domain.audit import Act
from issuer.domain.badge_states import IN_FORCE
from issuer.domain.errors import ConflictError
from issuer.services.outside import Outside
from issuer.services.requirement_orders import RequirementOrder, order_of
from keys import ed25519
from keys.errors import SigningError, StaleRequest
from keys.multikey import decode
from schemas.compact_claims import claims_of, unit_of
from schemas.compact_code import CompactCodeError, message, payload, take_apart
from schemas.strict_json import JsonObject, read_object

_PURPOSE = "compact_code"
_CLAIMS_PURPOSE = "compact_claims"
_MAX_BYTES = 1 << 20
_MAX_VALUES = 20_000
_TRIES = 2  # a month may end between storing and signing


class NoCompactCodeError(ConflictError):
    """This badge has no small code: it does not fit, or its unit is not in the catalogue as the badge has it."""


def code_of(outside: Outside, credential_id: str) -> str:
    """The code of a badge in force, ``PATEVA1:…``; made when it is first wanted, the same ever after.

    Raises:
        NotFoundError: no such badge.
        ConflictError: ``compact.not_in_force``.
        NoCompactCodeError: ``compact.too_long`` or ``compact.claims``.
        SigningError: the signer refused, or is stopped.
        PersonErasedError: the key of the person is gone.
    """
    for _ in range(_TRIES):
        with outside.database.read() as uow:
            record = uow.credentials.get(credential_id)
            known = uow.compact_codes.of(credential_id)
        if record.state not in IN_FORCE or record.document is None:
            raise ConflictError(record.state, code="compact.not_in_force")
        if known is not None and known.code is not None:
            return outside.person_keys.unseal(record.person_id, _PURPOSE, known.code).decode("ascii")
        try:
            return _make(outside, record, outside.person_keys.unseal(record.person_id, "document", record.document))
        except StaleRequest:
            continue
    raise ConflictError(credential_id, code="badge.busy")


def code_for_print(outside: Outside, credential_id: str) -> str | None:
    """The code as papers carry it: None where there can be none or the signer stands still; the paper is good without.

    Raises:
        NotFoundError, ConflictError, PersonErasedError: as `code_of`.
    """
    try:
        return code_of(outside, credential_id)
    except (NoCompactCodeError, SigningError):
        return None


def _make(outside: Outside, record: CredentialRecord, document: bytes) -> str:
    now = outside.now()
    badge = read_object(document, max_bytes=_MAX_BYTES, max_values=_MAX_VALUES)
    with outside.database.read() as uow:
        key = uow.institutions.active_key(record.institution_id)
        order = _order(uow, badge)
    try:
        claims = payload(claims_of(badge, document, order.keys, signed=now.date()))
    except CompactCodeError as problem:
        raise NoCompactCodeError(record.id, code=problem.code) from problem
    refs = (("badge", record.id), ("key", key.kid))
    with outside.database.write() as uow:
        sealed = outside.person_keys.seal(record.person_id, _CLAIMS_PURPOSE, claims)
        uow.compact_codes.reserve(
            StoredCode(credential_id=record.id, person_id=record.person_id, kid=key.kid, claims=sealed, code=None),
            now=now,
        )
        if order.stored is not None:
            uow.compact_codes.put_order(order.stored, now=now)
        uow.audit.append(Act(at=now, actor="system", action="compact_code.reserved", refs=refs))
    outside.checkpoint("compact.after_reserve")
    try:
        code = outside.signer.sign_compact(key.kid, document, order.keys, claims)
    except CompactCodeError as problem:
        raise NoCompactCodeError(record.id, code=problem.code) from problem
    taken = take_apart(code)
    public = decode(key.public_key_multibase)
    if not ed25519.verify(public.raw, message(taken.kid, taken.payload), taken.signature):
        raise SigningError("the signature does not fit the published key")
    outside.checkpoint("compact.after_sign")
    with outside.database.write() as uow:
        kept = outside.person_keys.seal(record.person_id, _PURPOSE, code.encode("ascii"))
        if uow.compact_codes.store_signed(record.id, key.kid, kept):
            uow.audit.append(Act(at=outside.now(), actor="system", action="compact_code.signed", refs=refs))
    return code


def _order(uow: UnitOfWork, badge: JsonObject) -> RequirementOrder:
    try:
        numbers = unit_of(badge)
    except CompactCodeError as problem:
        raise NoCompactCodeError(code=problem.code) from problem
    if numbers is None:
        return RequirementOrder((), None)
    found = order_of(uow, *numbers)
    if found is None:
        raise NoCompactCodeError(code="compact.claims")
    return found
