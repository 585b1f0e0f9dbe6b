"""Writes down what coach and participant agreed in their talk; it counts once the participant has confirmed it, too."""

from collections.abc import Mapping
from typing import Final

from issuer.domain.agreement import Outcome, Result, ResultState, check_proposal
from issuer.domain.audit import Act
from issuer.domain.errors import DomainError, InvalidFormError
from issuer.domain.permissions import StaffMember
from issuer.domain.unit_ref import UnitRef
from issuer.services.agreements import sheet
from issuer.services.coaching.require_active import require_active
from issuer.services.outside import Outside

ACTION: Final = "agreement.proposed"


def propose(
    outside: Outside,
    who: StaffMember,
    person_id: str,
    unit: UnitRef,
    results: Mapping[str, Outcome | None],
    *,
    seen: int | None = None,
) -> int:
    """Append the coach's half of an agreement; return the number of rows that changed.

    Args:
        results: by requirement key; None leaves a row open ("Jätetään auki"), which counts nowhere. A row that
            already stands with the same outcome is passed over, so that saving again undoes nothing.
        seen: revision of the sheet that the coach saw.

    Raises:
        NotFoundError: the person is of another institution, or the unit is unknown.
        ForbiddenError: ``role.not_allowed`` or ``agreement.other_trade``.
        InvalidFormError: rows with ``agreement.views_missing`` or ``agreement.no_observation``, all named at once.
        ConflictError: ``agreement.changed``, ``person.not_active``.
    """
    now = outside.now()
    with outside.database.write() as uow:
        sheet.check_person(uow, person_id, who.institution_id)
        require_active(uow, person_id, who.institution_id)
        loaded = sheet.load(outside, uow, person_id, unit)
        sheet.check_trade(who, loaded.unit)
        sheet.check_keys(loaded.unit.unit, results)
        lines = {line.key: line for line in loaded.lines if line.key in results}
        new = {key: one for key, one in results.items() if not _repeats(lines[key].result, one)}
        _check_all(lines, new)
        uow.agreements.change(person_id, unit, seen=seen)
        for key, outcome in new.items():
            before = lines[key].result
            result = Result(
                key=key,
                version=before.version + 1 if before is not None else 1,
                state=ResultState.LEFT_OPEN if outcome is None else ResultState.PROPOSED,
                outcome=outcome,
                coach_id=who.id,
                at=now,
                elsewhere_only=outcome is not None and lines[key].elsewhere_only,
            )
            uow.agreements.add_result(person_id, unit, result, channel=None, device_staff_id=None)
        refs = (("person", person_id), ("unit", str(unit)), ("rows", str(len(new))))
        uow.audit.append(Act(at=now, actor=who.actor, action=ACTION, refs=refs))
    return len(new)


def _check_all(lines: Mapping[str, sheet.Line], new: Mapping[str, Outcome | None]) -> None:
    faults: list[DomainError] = []
    for key, outcome in new.items():
        line = lines[key]
        try:
            check_proposal(
                outcome, both_views=line.both_views, observed=bool(line.observations), pointer=f"/result-{_place(line)}"
            )
        except DomainError as fault:
            faults.append(fault)
    if faults:
        raise InvalidFormError(tuple(faults))


def _place(line: sheet.Line) -> int:
    return line.requirement.position


def _repeats(before: Result | None, outcome: Outcome | None) -> bool:
    if before is None:
        return False
    if outcome is None:
        return before.state is ResultState.LEFT_OPEN
    return before.stands and before.outcome is outcome
