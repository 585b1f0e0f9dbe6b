"""What an agreement's terms say of a badge: met, not met or not known, each with its reason. Hints, never a decision.

"Not known" is never "met": where a badge is silent, the term stays open and a person looks (privacy.md PV6).
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Final

from issuer.domain.agreement import Outcome
from issuer.domain.badge_evidence import BadgeContent
from issuer.domain.cooperation import Terms
from issuer.domain.recognition import Route
from issuer.domain.unit_ref import UnitRef

_MONTHS_OF_YEAR: Final = 12


class Met(StrEnum):
    """Täyttyy, ei täyty, ei tiedossa."""

    YES = "yes"
    NO = "no"
    NOT_KNOWN = "not_known"


@dataclass(frozen=True, slots=True)
class Term:
    """One term of an agreement, held against badges.

    Attributes:
        code: unit, dates, recency, evidence or route.
        detail: why, stable; a sentence belongs to each pair of code and detail.
        keys: of the requirements that it concerns.
    """

    code: str
    met: Met
    detail: str
    keys: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Months:
    """When a requirement was last seen at work, and when the badge that says so was given: "2026-06", "" unknown."""

    worked: str
    given: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Claims:
    """What badges of one issuer say of one unit, as far as terms ask for it.

    Attributes:
        unit_code, peruste_id: None where they do not tell.
        given: newest month in which one of them was given, "" when one does not tell; oldest likewise.
        shown: by requirement key; what was shown in part does not count.
        of_unit: all requirements of the unit, None when the catalogue does not have it.
    """

    unit_code: str | None
    peruste_id: str | None
    oldest: str
    newest: str
    shown: Mapping[str, Months] = field(default_factory=dict)
    of_unit: frozenset[str] | None = None


def claims(badges: Sequence[BadgeContent], of_unit: Collection[str] | None) -> Claims:
    """Join what badges of the same issuer and unit say; a requirement counts once, with its newest month.

    Args:
        badges: at least one, all of one issuer and unit.
        of_unit: keys of the unit in the catalogue, if it is there; one that lacks a shown key is another version.
    """
    shown: dict[str, Months] = {}
    for badge in badges:
        for told in badge.told:
            if told.outcome is Outcome.SHOWN:
                months = Months(badge.worked, badge.given)
                shown[told.key] = max(shown.get(told.key, months), months, key=lambda one: (one.worked, one.given))
    given = sorted(badge.given for badge in badges)
    return Claims(
        unit_code=badges[0].unit_code,
        peruste_id=badges[0].peruste_id,
        oldest=given[0],
        newest=given[-1] if given[0] else "",
        shown=shown,
        of_unit=frozenset(of_unit) if of_unit is not None and set(of_unit) >= shown.keys() else None,
    )


def judge(terms: Terms, said: Claims, day: date, chosen: Route | None = None) -> tuple[Term, ...]:
    """Hold badges against terms.

    Args:
        day: on which they are looked at, in Finland.
        chosen: route that a person has chosen so far.

    Returns:
        The demanded terms in a fixed order: unit, dates, recency, evidence, route.
    """
    found = [_unit(terms, said), _dates(terms, said, day)]
    if terms.recency_months is not None:
        found.append(_recency(terms.recency_months, said, day))
    if terms.least_shown or terms.whole_unit:
        found.append(_evidence(terms, said))
    if terms.route is not None:
        found.append(_route(terms.route, chosen))
    return tuple(found)


def overall(judged: Iterable[Term]) -> Met:
    """Return the answer for the badges as a whole: the route is the school's own choice and stands apart."""
    answers = {one.met for one in judged if one.code != "route"}
    if Met.NO in answers:
        return Met.NO
    return Met.YES if answers == {Met.YES} else Met.NOT_KNOWN


def preset(judged: Sequence[Sequence[tuple[Terms, Sequence[Term]]]]) -> Route | None:
    """Return the route that all agreements propose which rule the badges, or None.

    Args:
        judged: for each group of badges the agreements in force with its issuer, judged. Each group needs one that is
            met in everything; where two that are met differ, nothing is proposed.
    """
    proposed: set[Route | None] = set()
    for group in judged:
        met = {terms.route for terms, found in group if overall(found) is Met.YES}
        proposed |= met or {None}
    return proposed.pop() if len(proposed) == 1 else None


def _unit(terms: Terms, said: Claims) -> Term:
    if said.unit_code is None:
        return Term("unit", Met.NO, "none")
    if all(one.code != said.unit_code for one in terms.units):
        return Term("unit", Met.NO, "other")
    if terms.any_version:
        return Term("unit", Met.YES, "covered")
    if said.peruste_id is None:
        return Term("unit", Met.NOT_KNOWN, "untold")
    covered = terms.covers(UnitRef(said.unit_code, said.peruste_id))
    return Term("unit", Met.YES, "covered") if covered else Term("unit", Met.NO, "version")


def _dates(terms: Terms, said: Claims, day: date) -> Term:
    if not terms.valid_from <= day <= terms.valid_until:
        return Term("dates", Met.NO, "over")
    if not said.oldest or not said.newest or said.newest > _month_of(day):
        return Term("dates", Met.NOT_KNOWN, "untold")
    before = said.oldest < _month_of(terms.valid_from)
    return Term("dates", Met.NO, "before") if before else Term("dates", Met.YES, "within")


def _recency(limit: int, said: Claims, day: date) -> Term:
    first = day.year * _MONTHS_OF_YEAR + day.month - 1 - limit
    oldest = f"{first // _MONTHS_OF_YEAR:04d}-{first % _MONTHS_OF_YEAR + 1:02d}"
    now = _month_of(day)
    # Work cannot be newer than the badge that tells of it, so an old badge without its months of work is old.
    older = tuple(key for key, one in said.shown.items() if "" < (one.worked or one.given) < oldest)
    if older:
        return Term("recency", Met.NO, "older", older)
    unknown = tuple(key for key, one in said.shown.items() if not "" < one.worked <= (one.given or now) <= now)
    if unknown or not said.shown:
        return Term("recency", Met.NOT_KNOWN, "untold", unknown)
    return Term("recency", Met.YES, "within")


def _evidence(terms: Terms, said: Claims) -> Term:
    if len(said.shown) < terms.least_shown:
        return Term("evidence", Met.NO, "fewer")
    if not terms.whole_unit:
        return Term("evidence", Met.YES, "enough")
    if not said.of_unit:
        return Term("evidence", Met.NOT_KNOWN, "unit_untold")
    missing = tuple(sorted(said.of_unit - said.shown.keys()))
    return Term("evidence", Met.NO, "not_whole", missing) if missing else Term("evidence", Met.YES, "whole")


def _route(agreed: Route, chosen: Route | None) -> Term:
    if chosen is None:
        return Term("route", Met.NOT_KNOWN, "open")
    return Term("route", Met.YES, "same") if chosen is agreed else Term("route", Met.NO, "differs")


def _month_of(day: date) -> str:
    return f"{day.year:04d}-{day.month:02d}"
