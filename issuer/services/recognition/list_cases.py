"""The inbox of a school: its cases, oldest first, each with as much as stands in its list; one reading for the set."""

from dataclasses import dataclass
from datetime import date

from issuer.db.repositories.recognition import CaseRow
from issuer.domain.catalogue_choice import helsinki_day
from issuer.domain.catalogue_text import NO_TEXT, Text
from issuer.domain.permissions import StaffMember
from issuer.domain.recognition import OPEN, CaseState
from issuer.services.outside import Outside
from issuer.services.recognition.read_case import note_readings
from issuer.services.recognition.stored_case import open_stored
from issuer.services.staff.staff_names import names


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedCase:
    """One line of the inbox.

    Attributes:
        name: of the learner as the holder shows it; "" for none.
        unit_name: empty until a unit is chosen.
        badges: how many there are.
        colleague: who has it; "" for nobody.
        waits_for: the code of what it waits for: its state, ``correction``, ``again`` or ``result``.
    """

    row: CaseRow
    name: str
    unit_name: Text
    unit_number: str
    badges: int
    colleague: str
    late: bool
    waits_for: str


def list_cases(outside: Outside, who: StaffMember, *, closed: bool = False) -> tuple[ListedCase, ...]:
    """Return the open cases of the own school, or those that are over."""
    today = helsinki_day(outside.now())
    with outside.database.write() as uow:
        rows = uow.recognition.inbox(who.institution_id, closed=closed, today=today)
        note_readings(outside, uow, who, [row for row in rows if row.sealed is not None], what="case_list")
        colleagues = names(outside, uow, [row.assigned_to for row in rows if row.assigned_to is not None])
        listed = []
        for row in rows:
            case = open_stored(outside, uow, row) if row.sealed is not None else None
            unit = case.found.unit if case is not None and case.found is not None else None
            listed.append(
                ListedCase(
                    row=row,
                    name=case.name if case is not None else "",
                    unit_name=unit.name if unit is not None else NO_TEXT,
                    unit_number=unit.number if unit is not None else "",
                    badges=len(case.badges) if case is not None else 0,
                    waits_for=_waits_for(row, today),
                    colleague=colleagues.get(row.assigned_to or "", ""),
                    late=is_late(row, today),
                )
            )
    return tuple(listed)


def is_late(row: CaseRow, today: date) -> bool:
    """Tell whether the school should have answered before today."""
    return (row.state in OPEN or row.correction_at is not None) and row.answer_by < today


def _waits_for(row: CaseRow, today: date) -> str:
    if row.correction_at is not None:
        return "correction"
    if row.is_again:
        return "again"
    if row.state is CaseState.DECIDED and row.result_due is not None:
        return "result" if row.result_due <= today else "to_show"
    return row.state.value
