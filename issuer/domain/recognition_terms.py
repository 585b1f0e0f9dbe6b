"""How a school works with cases: one decider or two, by when it answers, by when a correction may be asked for."""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from issuer.domain.errors import InvalidRequestError
from issuer.domain.free_text import check_text

# domain.md section 7: the pattern only; real identifiers fail the usual check digit.
OID: Final = re.compile(r"1\.2\.246\.562\.(10|[12]?99)\.([1-9]\d{9}(\d|10)|0{10}1|201[34]\d{18})", re.ASCII)
MOST_HELP: Final = 300
MOST_DAYS: Final = 90
KEEPING: Final = timedelta(days=183)  # privacy.md section 4: decision + 6 months


@dataclass(frozen=True, slots=True)
class SchoolRules:
    """What a school has settled; the defaults hold until it does (privacy.md PV3: 14 days).

    Attributes:
        deciders: 1 or 2.
        answer_days: from the day of asking; correction_days: from the day of the decision.
        oid: of the education provider in the national register; None leaves the places for it empty in exports.
        help_text: who helps, in the school's words; "" for none of its own.
    """

    deciders: int = 1
    answer_days: int = 14
    correction_days: int = 14
    oid: str | None = None
    help_text: str = ""


def check_rules(rules: SchoolRules) -> None:
    """Refuse rules that cannot be.

    Raises:
        InvalidRequestError: ``recognition.deciders``, ``recognition.days``, ``recognition.oid``, ``text.…``.
    """
    if rules.deciders not in (1, 2):
        raise InvalidRequestError(code="recognition.deciders", pointer="/deciders")
    for name in ("answer_days", "correction_days"):
        if not 1 <= getattr(rules, name) <= MOST_DAYS:
            raise InvalidRequestError(code="recognition.days", pointer=f"/{name}")
    if rules.oid is not None and not OID.fullmatch(rules.oid):
        raise InvalidRequestError(code="recognition.oid", pointer="/oid")
    if rules.help_text:
        check_text(rules.help_text, most=MOST_HELP, pointer="/help_text")


def answer_by(asked: date, rules: SchoolRules) -> date:
    """The day by which the school answers; the clock that both sides see."""
    return asked + timedelta(days=rules.answer_days)


def correct_by(decided: date, rules: SchoolRules) -> date:
    """The last day on which a correction may be asked for."""
    return decided + timedelta(days=rules.correction_days)
