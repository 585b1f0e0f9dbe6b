"""Undoes what was agreed on requirements of which a view has changed."""

from datetime import datetime

from issuer.db.unit_of_work import UnitOfWork
from issuer.domain.agreement import Result, ResultState
from issuer.domain.unit_ref import UnitRef


def undo(uow: UnitOfWork, person_id: str, unit: UnitRef, keys: frozenset[str], *, at: datetime) -> None:
    """Append an undone entry for each of these requirements on which something stood."""
    for key, result in uow.agreements.results(person_id, unit).items():
        if key in keys and result.stands:
            undone = Result(
                key=key,
                version=result.version + 1,
                state=ResultState.UNDONE,
                outcome=None,
                coach_id=result.coach_id,
                at=at,
            )
            uow.agreements.add_result(person_id, unit, undone, channel=None, device_staff_id=None)
