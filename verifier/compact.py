"""Checks a small signed code against a bundle, without a network: docs/compact-qr.md, "Checks in order"."""

import base64
import uuid
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import Enum
from typing import Final

from keys import ed25519
from schemas import compact_code
from schemas.compact_code import Claims, CompactCode, CompactCodeError, month_number, month_of
from schemas.strict_json import JsonObject
from verifier.bundle import Bundle, BundleKey, BundleUnit, Names
from verifier.report import Verdict, instant

FORMAT: Final = "pateva.compact-report/1"
OLDEST: Final = timedelta(days=30)
"""A bundle older than this says nothing more about who is in use, inclusive."""
FRESH: Final = timedelta(days=1)
"""A list as young as this knows every key; an older one may be older than a key."""


class Answer(Enum):
    """What the reader of a code is told."""

    GENUINE_AS_OF = "genuine_as_of"
    NOT_GENUINE = "not_genuine"
    STATUS_NOT_CHECKED_SINCE = "status_not_checked_since"
    OUT_OF_USE = "out_of_use"
    COULD_NOT_CHECK = "could_not_check"


_VERDICTS: Final = {
    Answer.GENUINE_AS_OF: Verdict.ACCEPTED,
    Answer.NOT_GENUINE: Verdict.REJECTED,
    Answer.STATUS_NOT_CHECKED_SINCE: Verdict.UNDETERMINED,
    Answer.OUT_OF_USE: Verdict.REJECTED,
    Answer.COULD_NOT_CHECK: Verdict.UNDETERMINED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class CompactReport:
    """The answer to one code.

    Attributes:
        code: stable reason of the answer, ``compact.…``; see docs/compact-qr.md.
        evaluated_at: aware, the one moment that ages are counted to.
        as_of: when the bundle was made; None without one.
        claims: only of a code whose signature holds under a key of the bundle, so they may be shown.
        issuer, key: of that signature.
        unit, competence: names to the numbers; None when the bundle does not know them.
        issuer_name: None when the bundle has none.
        reason, month: why and since when it is out of use, where told.
    """

    answer: Answer
    code: str
    evaluated_at: datetime
    as_of: datetime | None = None
    pinned: bool = False
    claims: Claims | None = None
    issuer: str | None = None
    key: str | None = None
    unit: BundleUnit | None = None
    competence: Names | None = None
    issuer_name: Names | None = None
    reason: str | None = None
    month: date | None = None

    @property
    def verdict(self) -> Verdict:
        """Accepted, rejected or undetermined, as of any other check."""
        return _VERDICTS[self.answer]

    def __bool__(self) -> bool:
        raise TypeError("ask for the answer: a report is neither true nor false")

    def to_json(self) -> JsonObject:
        """The report as JSON; codes and members never change within the format."""
        return {
            "format": FORMAT,
            "verdict": self.verdict.value,
            "answer": self.answer.value,
            "code": self.code,
            "evaluated_at": instant(self.evaluated_at),
            "bundle": None if self.as_of is None else {"made_at": instant(self.as_of), "key_pinned": self.pinned},
            "issuer": self.issuer,
            "key": self.key,
            "out_of_use": None
            if self.answer is not Answer.OUT_OF_USE
            else {"reason": self.reason, "month": None if self.month is None else f"{self.month:%Y-%m}"},
            "claims": None if self.claims is None else claims_json(self.claims),
        }


def check_code(text: str, bundle: Bundle | None, at: datetime) -> CompactReport:
    """Say what a code is worth, by this bundle at this moment. Never raises for a bad code; work is bounded.

    Args:
        text: as scanned or typed.
        bundle: None: there is none yet.
        at: aware; the moment to which ages are counted.
    """
    as_of = bundle.made_at if bundle is not None else None
    try:
        taken = compact_code.take_apart(text)
    except CompactCodeError as problem:
        return CompactReport(answer=Answer.NOT_GENUINE, code=problem.code, evaluated_at=at, as_of=as_of)
    if bundle is None:
        return CompactReport(answer=Answer.COULD_NOT_CHECK, code="compact.no_bundle", evaluated_at=at)
    key = _key_of(taken, bundle)
    if key is None:
        answer, code = _unknown(taken, bundle, at)
        return CompactReport(answer=answer, code=code, evaluated_at=at, as_of=as_of, pinned=bundle.pinned)
    answer, code, reason, month = _judged(taken.claims, key, bundle, at)
    unit = taken.claims.unit
    known = None if unit is None else bundle.units.get((unit.code, unit.qualification, unit.order))
    return CompactReport(
        answer=answer,
        code=code,
        evaluated_at=at,
        as_of=as_of,
        pinned=bundle.pinned,
        claims=taken.claims,
        issuer=key.issuer,
        key=key.id,
        unit=known,
        competence=bundle.competences.get(taken.claims.achievement or b""),
        issuer_name=bundle.issuers.get(key.issuer),
        reason=reason,
        month=month,
    )


def list_id(claims: Claims) -> str:
    """The id of the status list, 16 signs."""
    return base64.b32encode(claims.status_list).decode().lower()


def claims_json(claims: Claims) -> JsonObject:
    """The claims in words."""
    unit = claims.unit
    months = [f"{month_of(one):%Y-%m}" for one in claims.activity or ()]
    return {
        "credential": f"urn:uuid:{uuid.UUID(bytes=claims.credential)}",
        "sha256": claims.digest.hex(),
        "given": f"{month_of(claims.given):%Y-%m}",
        "signed": f"{month_of(claims.signed):%Y-%m}",
        "activity": list(months) or None,
        "status": {"list": list_id(claims), "index": claims.index},
        "scope": {compact_code.UNIT: "unit", compact_code.PART: "part"}.get(claims.scope, "no_unit"),
        "by_school": claims.by_school,
        "unit": None
        if unit is None
        else {
            "code": unit.code,
            "qualification": unit.qualification,
            "order": unit.order.hex(),
            "shown": list(compact_code.positions(unit.shown)),
            "in_part": list(compact_code.positions(unit.in_part)),
        },
        "achievement": None if claims.achievement is None else claims.achievement.hex(),
    }


def _key_of(taken: CompactCode, bundle: Bundle) -> BundleKey | None:
    message = compact_code.message(taken.kid, taken.payload)
    candidates = bundle.keys.get(taken.kid, ())
    return next((one for one in candidates if ed25519.verify(one.public.raw, message, taken.signature)), None)


def _unknown(taken: CompactCode, bundle: Bundle, at: datetime) -> tuple[Answer, str]:
    """No key of the bundle made this signature."""
    if taken.kid in bundle.keys:
        return Answer.NOT_GENUINE, "compact.signature"
    perhaps_newer = taken.claims.signed >= month_number(bundle.made_at.date())
    if perhaps_newer and at - bundle.made_at > FRESH:
        return Answer.COULD_NOT_CHECK, "compact.key_perhaps_newer"
    return Answer.NOT_GENUINE, "compact.key_unknown"


def _judged(
    claims: Claims, key: BundleKey, bundle: Bundle, at: datetime
) -> tuple[Answer, str, str | None, date | None]:
    """What a code with a good signature is worth: answer, code, reason, month."""
    if key.compromised_at is not None:
        return Answer.NOT_GENUINE, "compact.key_compromised", None, None
    ended = key.retired_at is not None and claims.signed > month_number(key.retired_at.date())
    if ended or claims.signed < month_number(key.valid_from):
        return Answer.NOT_GENUINE, "compact.key_expired", None, None
    place = bundle.place(list_id(claims), claims.index, key.issuer)
    if place is None:
        return Answer.STATUS_NOT_CHECKED_SINCE, "compact.list_unknown", None, None
    revoked, reason, month = place
    if revoked:
        return Answer.OUT_OF_USE, "compact.revoked", reason, month
    age = at - bundle.made_at
    if age > OLDEST or age < -FRESH:  # a clock that is behind the list tells no age
        return Answer.STATUS_NOT_CHECKED_SINCE, "compact.bundle_old" if age > OLDEST else "compact.clock", None, None
    if reason == "being_checked":
        return Answer.STATUS_NOT_CHECKED_SINCE, "compact.being_checked", reason, month
    return Answer.GENUINE_AS_OF, "compact.genuine", None, None
