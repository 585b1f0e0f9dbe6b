"""The small signed code of a badge: COSE_Sign1 over a small map, in Base45, that fits a QR code of version 10-M.

The format is docs/compact-qr.md. A code has exactly one spelling: whatever is read is written again and must be the
same bytes, so that unknown members, other orders, longer heads and trailing bytes have no place to stand.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from schemas import base45
from schemas.plain_cbor import CborError, PlainCbor, read, write

PREFIX: Final = "PATEVA1:"
MAX_SIGNS: Final = 311  # ISO/IEC 18004: alphanumeric signs of version 10 at level M
MAX_BYTES: Final = 201  # 302 signs, beside a prefix of up to nine
KID_BYTES: Final = 4  # only says which keys to try; every key that has it is tried
ORDER_BYTES: Final = 4
SIGNATURE_BYTES: Final = 64
UNIT, PART, NO_UNIT = 1, 2, 3

_TAG_SIGN1 = b"\xd2"  # COSE_Sign1, RFC 9052 section 4.2
_PROTECTED = b"\xa2\x01\x27\x04\x44"  # {1: -8 (EdDSA), 4: kid of four bytes}; nothing else is ever read
_ID, _DIGEST, _MONTHS, _PLACE, _SCOPE = 1, 2, 6, 7, 8
_UNIT_CODE, _QUALIFICATION, _ORDER, _SHOWN, _IN_PART = 3, 4, 9, 5, 10
_ACHIEVEMENT, _BY_SCHOOL = 11, 12
_MEMBERS = frozenset(range(1, 13))
_YES = 1
_EPOCH_YEAR = 2000
_MAX_MONTH = 1200 - 1  # to December 2099
_MAX_NUMBER = (1 << 32) - 1
_MAX_BITMAP = 32
_ID_BYTES, _DIGEST_BYTES, _LIST_BYTES, _ACHIEVEMENT_BYTES = 16, 32, 10, 16
_BITS = 8


class CompactCodeError(ValueError):
    """Not a small code as we write it.

    Attributes:
        code: ``compact.form``: no code of this format; ``compact.algorithm``: another algorithm or header;
            ``compact.claims``: claims that we do not write; ``compact.too_long``: more than the QR code holds.
    """

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitClaims:
    """What was shown of which unit.

    Attributes:
        code: number of the unit, ``106889``; qualification: number of the peruste.
        order: which order of requirements the bits follow (`order_digest`).
        shown, in_part: bit maps, most significant bit of the first byte first; no zero byte at the end.
    """

    code: int
    qualification: int
    order: bytes
    shown: bytes
    in_part: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claims:
    """What a code says. Nothing of the person; every value stands in the badge or follows from it.

    Attributes:
        credential: the 16 bytes of the badge's own random UUID; digest: SHA-256 of the badge's exact signed bytes.
        given, signed: months since January 2000: of validFrom, and in which the code was signed.
        activity: first and last month of the work; None when the badge does not tell.
        status_list: the 10 bytes whose Base32 is the list's id; index: place on it.
        scope: `UNIT`, `PART` or `NO_UNIT`; unit: None exactly for `NO_UNIT`, else achievement is None.
        achievement: 16 bytes, the key of the achievement, for what is no unit.
        by_school: shown in a school's demonstration.
    """

    credential: bytes
    digest: bytes
    given: int
    signed: int
    activity: tuple[int, int] | None
    status_list: bytes
    index: int
    scope: int
    unit: UnitClaims | None = None
    achievement: bytes | None = None
    by_school: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CompactCode:
    """A code taken apart; its signature is not checked yet."""

    kid: bytes
    payload: bytes
    signature: bytes
    claims: Claims


def month_number(day: date) -> int:
    """Months since January 2000, 0 to 1199. Raises CompactCodeError outside."""
    months = (day.year - _EPOCH_YEAR) * 12 + day.month - 1
    if not 0 <= months <= _MAX_MONTH:
        raise CompactCodeError("compact.claims", "a month before 2000 or after 2099")
    return months


def month_of(number: int) -> date:
    """The first day of a month by its number."""
    return date(_EPOCH_YEAR + number // 12, number % 12 + 1, 1)


def key_id(public_key: bytes) -> bytes:
    """The name of a key inside codes: the first four bytes of SHA-256 over the 32 bytes of the Ed25519 key."""
    return hashlib.sha256(public_key).digest()[:KID_BYTES]


def order_digest(unit: int, qualification: int, requirements: Sequence[str]) -> bytes:
    """Names an order of requirements: four bytes of SHA-256 over ``unit/qualification`` and the keys, a line each."""
    lines = "\n".join((f"{unit}/{qualification}", *requirements))
    return hashlib.sha256(lines.encode()).digest()[:ORDER_BYTES]


def bitmap(positions: Sequence[int]) -> bytes:
    """A bit for each position from 0; as short as it can be. Raises CompactCodeError beyond 256 positions."""
    if not positions:
        return b""
    field = bytearray(max(positions) // _BITS + 1)
    if len(field) > _MAX_BITMAP:
        raise CompactCodeError("compact.too_long", "more than 256 requirements")
    for position in positions:
        field[position // _BITS] |= 0x80 >> position % _BITS
    return bytes(field)


def positions(field: bytes) -> tuple[int, ...]:
    """The positions whose bits are set, from low to high."""
    return tuple(at for at in range(len(field) * _BITS) if field[at // _BITS] & 0x80 >> at % _BITS)


def payload(claims: Claims) -> bytes:
    """The bytes of the claims. Raises CompactCodeError (``compact.claims``) for claims that we do not write."""
    _check(claims)
    months = [claims.given, claims.signed - claims.given]
    if claims.activity is not None:
        months += [claims.given - claims.activity[0], claims.given - claims.activity[1]]
    members: dict[int, PlainCbor] = {
        _ID: claims.credential,
        _DIGEST: claims.digest,
        _MONTHS: list(months),
        _PLACE: [claims.status_list, claims.index],
        _SCOPE: claims.scope,
    }
    if claims.unit is not None:
        unit = claims.unit
        members |= {_UNIT_CODE: unit.code, _QUALIFICATION: unit.qualification}
        members |= {_ORDER: unit.order, _SHOWN: unit.shown}
        if unit.in_part:
            members[_IN_PART] = unit.in_part
    if claims.achievement is not None:
        members[_ACHIEVEMENT] = claims.achievement
    if claims.by_school:
        members[_BY_SCHOOL] = _YES
    return write(members)


def message(kid: bytes, claims: bytes) -> bytes:
    """What is signed: the Sig_structure of COSE_Sign1 without external data (RFC 9052 section 4.4)."""
    parts = (b"\x6aSignature1", write(_PROTECTED + kid), write(b""), write(claims))
    return b"\x84" + b"".join(parts)


def assemble(kid: bytes, claims: bytes, signature: bytes) -> str:
    """The text of a signed code. Raises CompactCodeError ``compact.too_long`` when no version 10-M code holds it."""
    data = _TAG_SIGN1 + write([_PROTECTED + kid, {}, claims, signature])
    if len(data) > MAX_BYTES:
        raise CompactCodeError("compact.too_long", f"{len(data)} bytes")
    return PREFIX + base45.encode(data)


def is_compact(text: str) -> bool:
    """Whether a text claims to be a code of this format."""
    return text.startswith(PREFIX)


def take_apart(text: str) -> CompactCode:
    """Read a code, without judging its signature.

    Args:
        text: as scanned; white space at its ends is set aside (no code begins or ends with it).

    Raises:
        CompactCodeError: see there. Work is bounded by `MAX_SIGNS`.
    """
    text = text.strip()
    if not is_compact(text) or len(text) > MAX_SIGNS:
        raise CompactCodeError("compact.form", "no prefix, or too long")
    try:
        data = base45.decode(text[len(PREFIX) :])
        if data[:1] != _TAG_SIGN1 or len(data) > MAX_BYTES:
            raise CompactCodeError("compact.form", "no COSE_Sign1")
        kid, claims, signature = _parts(read(data[1:]))
        found = _claims(read(claims))
        written = payload(found)
    except (base45.Base45Error, CborError) as problem:
        raise CompactCodeError("compact.form", str(problem)) from problem
    if written != claims or assemble(kid, claims, signature) != text:
        raise CompactCodeError("compact.form", "not the one spelling")
    return CompactCode(kid=kid, payload=claims, signature=signature, claims=found)


def _parts(structure: PlainCbor) -> tuple[bytes, bytes, bytes]:
    match structure:
        case [bytes(protected), {**unprotected}, bytes(claims), bytes(signature)]:
            pass
        case _:
            raise CompactCodeError("compact.form", "no COSE_Sign1")
    kid = protected[len(_PROTECTED) :]
    if unprotected or protected[: len(_PROTECTED)] != _PROTECTED or len(kid) != KID_BYTES:
        raise CompactCodeError("compact.algorithm", "another header")
    if len(signature) != SIGNATURE_BYTES:
        raise CompactCodeError("compact.form", "no Ed25519 signature")
    return kid, claims, signature


def _claims(members: PlainCbor) -> Claims:
    if not isinstance(members, dict):
        raise CompactCodeError("compact.claims", "no map")
    match members:
        case {1: bytes(credential), 2: bytes(digest), 6: [int(given), int(late), *rest], 7: [bytes(place), int(index)],
              8: int(scope)}:  # fmt: skip
            pass
        case _:
            raise CompactCodeError("compact.claims", "members are missing")
    match rest:
        case []:
            activity = None
        case [int(first), int(last)]:
            activity = (given - first, given - last)
        case _:
            raise CompactCodeError("compact.claims", "months")
    achievement, by_school = members.get(_ACHIEVEMENT), members.get(_BY_SCHOOL, _YES)
    if members.keys() - _MEMBERS or not (achievement is None or isinstance(achievement, bytes)) or by_school != _YES:
        raise CompactCodeError("compact.claims", "an unknown member, the achievement, or the school")
    found = Claims(
        credential=credential,
        digest=digest,
        given=given,
        signed=given + late,
        activity=activity,
        status_list=place,
        index=index,
        scope=scope,
        unit=_unit(members),
        achievement=achievement,
        by_school=_BY_SCHOOL in members,
    )
    _check(found)
    return found


def _unit(members: dict[int, PlainCbor]) -> UnitClaims | None:
    match members:
        case {3: int(code), 4: int(qualification), 5: bytes(shown), 9: bytes(order)}:
            in_part = members.get(_IN_PART, b"")
            if isinstance(in_part, bytes):
                return UnitClaims(code=code, qualification=qualification, order=order, shown=shown, in_part=in_part)
    return None


def _check(claims: Claims) -> None:
    """Every bound on every value, when writing and when reading."""
    unit, activity = claims.unit, claims.activity or (claims.given, claims.given)
    good = (
        len(claims.credential) == _ID_BYTES
        and len(claims.digest) == _DIGEST_BYTES
        and 0 <= activity[0] <= activity[1] <= claims.given <= claims.signed <= _MAX_MONTH
        and len(claims.status_list) == _LIST_BYTES
        and 0 <= claims.index <= _MAX_NUMBER
        and claims.scope in (UNIT, PART, NO_UNIT)
        and (unit is None) == (claims.scope == NO_UNIT) == (claims.achievement is not None)
        and (claims.achievement is None or len(claims.achievement) == _ACHIEVEMENT_BYTES)
    )
    if not good or (unit is not None and not _good_unit(unit)):
        raise CompactCodeError("compact.claims", "a value outside its bounds")


def _good_unit(unit: UnitClaims) -> bool:
    return (
        0 < unit.code <= _MAX_NUMBER
        and 0 < unit.qualification <= _MAX_NUMBER
        and len(unit.order) == ORDER_BYTES
        and 0 < len(unit.shown) <= _MAX_BITMAP
        and len(unit.in_part) <= _MAX_BITMAP
        and unit.shown[-1] != 0
        and unit.in_part[-1:] != b"\x00"
        and not any(one & other for one, other in zip(unit.shown, unit.in_part, strict=False))
    )
