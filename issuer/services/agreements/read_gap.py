"""Reads what a participant still lacks: in one unit, and in a whole qualification by its rules."""

from dataclasses import dataclass

from issuer.db.unit_of_work import UnitOfWork
from issuer.domain.agreement import Outcome
from issuer.domain.catalogue import Qualification, Requirement, Unit
from issuer.domain.errors import NotFoundError
from issuer.domain.gap import QualificationGap, UnitGap, qualification_gap, unit_gap
from issuer.domain.observation import Origin
from issuer.domain.unit_ref import UnitRef
from issuer.services.agreements.sheet import Sheet, check_person, load
from issuer.services.outside import Outside


@dataclass(frozen=True, slots=True, kw_only=True)
class Origins:
    """How many shown requirements rest on competence of before the period, of the period, and on both."""

    prior: int
    period: int
    both: int


def of_unit(outside: Outside, institution_id: str, person_id: str, unit: UnitRef) -> tuple[Sheet, UnitGap, Origins]:
    """One unit; the caller has noted the reading. Raises NotFoundError."""
    with outside.database.read() as uow:
        check_person(uow, person_id, institution_id)
        sheet = load(outside, uow, person_id, unit)
    shown = [line for line in sheet.lines if line.agreed_outcome is Outcome.SHOWN]
    origins = [set(line.origins) for line in shown]
    counted = Origins(
        prior=sum(one == {Origin.PRIOR} for one in origins),
        period=sum(one == {Origin.PERIOD} for one in origins),
        both=sum(len(one) > 1 for one in origins),
    )
    return sheet, unit_gap(sheet.unit.unit, {line.key for line in shown}), counted


def next_steps(outside: Outside, institution_id: str, person_id: str, unit: UnitRef) -> tuple[Requirement, ...]:
    """The next three requirements, for the participant's own page. Raises NotFoundError."""
    return of_unit(outside, institution_id, person_id, unit)[1].next_steps


def of_qualification(
    outside: Outside,
    institution_id: str,
    person_id: str,
    peruste_id: str,
    *,
    mode: str | None = None,
    wanted: frozenset[str] = frozenset(),
) -> tuple[Qualification, QualificationGap | None, tuple[Unit, ...]]:
    """A whole qualification; the caller has noted the reading.

    Returns:
        The qualification as it is used here (a real import before the demo's), what is missing (None where no rules
        of composition were imported), and its units of which all requirements are confirmed.

    Raises:
        NotFoundError: the person is of another institution, or the qualification is not in the catalogue.
    """
    with outside.database.read() as uow:
        check_person(uow, person_id, institution_id)
        qualification = uow.catalogue.qualification(peruste_id) or uow.catalogue.qualification(peruste_id, demo=True)
        if qualification is None:
            raise NotFoundError("qualification")
        complete = complete_units(uow, person_id, qualification)
    gap = qualification_gap(qualification, {unit.code for unit in complete if unit.code}, mode=mode, wanted=wanted)
    return qualification, gap, complete


def complete_units(uow: UnitOfWork, person_id: str, qualification: Qualification) -> tuple[Unit, ...]:
    """Units of which coach and participant have confirmed every requirement as shown."""
    agreed = uow.agreements.agreed_of([person_id])
    found = []
    for unit in qualification.units:
        if unit.code is None:
            continue
        rows = agreed.get((person_id, UnitRef(unit.code, qualification.peruste_id)), {})
        shown = {key for key, one in rows.items() if one.outcome is Outcome.SHOWN}
        if unit_gap(unit, shown).all_shown:
            found.append(unit)
    return tuple(found)
