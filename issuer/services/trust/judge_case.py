"""Holds the badges of a case against the school's trust levels and agreements. Nothing is decided or stored here.

Only what a badge says publicly is asked: who signed it. So a badge in a neutral name tells no more of its provider
with an agreement than without one (decision 0036).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from issuer.db.unit_of_work import UnitOfWork
from issuer.domain.badge_evidence import BadgeContent
from issuer.domain.catalogue_choice import helsinki_day
from issuer.domain.cooperation import Cooperation, TrustLevel
from issuer.domain.cooperation_judgement import Met, Term, claims, judge, overall, preset
from issuer.domain.recognition import OPEN, Check, Route
from issuer.services.outside import Outside
from issuer.services.recognition.stored_case import Case
from issuer.services.trust.list_levels import agreements_in_force

_PROVEN: Final = frozenset({Check.IN_ORDER, Check.WITHDRAWN})


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """One agreement held against badges; `shown` is how many requirements they show together."""

    agreement: Cooperation
    terms: tuple[Term, ...]
    overall: Met
    shown: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Badges of one issuer and unit.

    Attributes:
        places: of the badges in the case, 1 upwards.
        level: None where who signed is not proven: a name in altered bytes is nobody's.
        judged: the agreements in force with the issuer; overlapping ones all stand here.
    """

    issuer_did: str
    places: tuple[int, ...]
    is_unit: bool
    level: TrustLevel | None
    judged: tuple[Judged, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseTrust:
    """What agreements and levels say of a case.

    Attributes:
        preset: route to be marked beforehand; a person has chosen none yet and may choose another one.
    """

    groups: tuple[Group, ...]
    preset: Route | None = None


def judge_case(outside: Outside, case: Case, checks: Sequence[Check]) -> CaseTrust:
    """Judge an opened case of a school, as of today.

    Args:
        checks: what the verifier said just now of each badge, in the case's order.
    """
    with outside.database.read() as uow:
        groups = tuple(_group(outside, uow, case, places, checks) for places in _places(case, checks))
    of_units = [one for one in groups if one.is_unit]
    every = all(checks[place - 1] is Check.IN_ORDER for one in of_units for place in one.places)
    proposed = None
    if of_units and every and case.work.route is None and case.row.state in OPEN:
        proposed = preset([[(one.agreement.terms, one.terms) for one in group.judged] for group in of_units])
    return CaseTrust(groups=groups, preset=proposed)


def _places(case: Case, checks: Sequence[Check]) -> list[tuple[int, ...]]:
    """Places of the badges of the same issuer and unit; one that proves nothing stands alone."""
    found: dict[tuple[object, ...], list[int]] = {}
    for place, held in enumerate(case.badges, start=1):
        content, proven = held.content, checks[place - 1] in _PROVEN
        same = (content.issuer_id, content.unit_code, content.peruste_id) if proven else (place,)
        found.setdefault(same, []).append(place)
    return [tuple(places) for places in found.values()]


def _group(outside: Outside, uow: UnitOfWork, case: Case, places: tuple[int, ...], checks: Sequence[Check]) -> Group:
    contents = [case.badges[place - 1].content for place in places]
    did, first = contents[0].issuer_id, contents[0]
    if checks[places[0] - 1] not in _PROVEN:
        return Group(issuer_did=did, places=places, is_unit=first.is_unit, level=None)
    school_id = case.row.school_id
    agreements = agreements_in_force(outside, uow, school_id, did)
    said = uow.trust.level(school_id, did)
    level = TrustLevel.AGREEMENT if agreements else (said.level if said is not None else TrustLevel.NONE)
    judged = tuple(_judged(outside, uow, case, contents, one) for one in agreements)
    return Group(issuer_did=did, places=places, is_unit=first.is_unit, level=level, judged=judged)


def _judged(
    outside: Outside, uow: UnitOfWork, case: Case, contents: list[BadgeContent], agreement: Cooperation
) -> Judged:
    unit = contents[0].unit
    found = uow.catalogue.unit_of(unit) if unit is not None else None
    said = claims(contents, [one.key for one in found.unit.requirements] if found is not None else None)
    terms = judge(agreement.terms, said, helsinki_day(outside.now()), case.work.route)
    return Judged(agreement=agreement, terms=terms, overall=overall(terms), shown=len(said.shown))
