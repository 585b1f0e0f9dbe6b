"""A receipt that a learner brings from a school: what was accepted there, by which route, when, and on which badges."""

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from issuer.domain.catalogue_choice import helsinki_day
from issuer.domain.lenient_json import object_of, objects_of, text_of
from issuer.domain.recognition import Route
from schemas.receipt_mark import RECEIPT_MARK, is_receipt
from schemas.strict_json import JsonObject, JsonValue

_PROCESS: Final = re.compile(r"osaamisentodentamisenprosessi_(000[123])", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierReceipt:
    """A school's decision as its receipt tells it; whether the receipt holds is the verifier's word.

    Attributes:
        route: None where the receipt names none that we know.
        day: in Helsinki, on which it was signed; the dates inside tell the month alone.
        evidence: ids of the badges that it rests on.
    """

    route: Route | None
    day: date | None
    evidence: frozenset[str]


def read_receipt(document: JsonObject) -> EarlierReceipt | None:
    """Read a school's receipt; None for a badge."""
    if not is_receipt(document):
        return None
    return EarlierReceipt(
        route=_route(document),
        day=_day(document.get("proof")),
        evidence=frozenset(text_of(one.get("id")) for one in objects_of(document.get("evidence"))) - {""},
    )


def _route(document: JsonObject) -> Route | None:
    achievement = object_of(object_of(document.get("credentialSubject")).get("achievement"))
    for one in objects_of(achievement.get("otherIdentifier")):
        found = _PROCESS.fullmatch(text_of(one.get("identifier")))
        if one.get("identifierType") == RECEIPT_MARK and found is not None:
            return Route(found[1])
    return None


def _day(proof: JsonValue) -> date | None:
    for one in objects_of(proof):
        try:
            at = datetime.fromisoformat(text_of(one.get("created")))
        except ValueError:
            continue
        return helsinki_day(at) if at.tzinfo is not None else at.date()
    return None
