"""The next three requirements that a participant has not shown yet, and which of them were asked about."""

from collections.abc import Mapping
from dataclasses import dataclass

from issuer.domain.catalogue import Requirement
from issuer.domain.catalogue_choice import CatalogueUnit
from issuer.domain.gap import NEXT
from issuer.domain.holder import Holder
from issuer.domain.unit_ref import UnitRef
from issuer.services.agreements import read_gap
from issuer.services.environments.show_unit import plain_lines
from issuer.services.holdings.make_wish import asked_keys
from issuer.services.outside import Outside


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One thing to learn next; `plain`: its plain line, if there is one; `asked`: whether a badge was asked for."""

    unit: CatalogueUnit
    requirement: Requirement
    plain: str | None
    asked: bool


def still_to_learn(outside: Outside, who: Holder, language: str) -> tuple[Step, ...]:
    """At most three steps, of the first of the participant's units in which something is missing."""
    with outside.database.read() as uow:
        units = uow.coaching.units_of(who.person_id)
        known = [(one, found) for one in units if (found := uow.catalogue.unit_of(one)) is not None]
    asked = asked_keys(outside, who)
    for ref, found in known:
        missing = read_gap.next_steps(outside, who.institution_id, who.person_id, ref)
        if missing:
            lines = plain_lines(outside, who.institution_id, found, language)
            return tuple(_step(found, ref, one, lines, asked) for one in missing[:NEXT])
    return ()


def _step(
    found: CatalogueUnit,
    ref: UnitRef,
    requirement: Requirement,
    lines: Mapping[str, str],
    asked: frozenset[tuple[UnitRef, str]],
) -> Step:
    return Step(
        unit=found,
        requirement=requirement,
        plain=lines.get(requirement.key),
        asked=(ref, requirement.key) in asked,
    )
