"""Shows batches: the list, one batch with its counts, its rows with names; names only after the reading is noted."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from issuer.db.person_keys import PersonErasedError
from issuer.db.repositories.batch_records import BatchRecord, RowRecord
from issuer.db.unit_of_work import UnitOfWork
from issuer.domain.batch_check import Entry, Problem, suggested_number
from issuer.domain.batch_table import PERSON
from issuer.domain.catalogue import Qualification, Unit
from issuer.domain.participant import ParticipantState
from issuer.domain.permissions import StaffMember
from issuer.services.batches.batch_cells import key_of, opened_cells, opened_name
from issuer.services.batches.check_rows import read_row
from issuer.services.batches.review_rows import ReviewState, review_state
from issuer.services.coaching.note_reading import note_list
from issuer.services.coaching.personal import open_personal
from issuer.services.outside import Outside
from issuer.services.staff.staff_names import names

MOST_BATCHES = 100
PAGE = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchView:
    """A batch as pages show it.

    Attributes:
        counts: rows by state.
        faults: rows to mend by class of problem, in the order of the classes.
        ahead: batches that are issued before this one.
    """

    record: BatchRecord
    unit: Unit | None
    qualification: Qualification | None
    file_name: str
    drafter: str
    reviewer: str
    site: str
    counts: Mapping[str, int]
    faults: Mapping[str, int] = field(default_factory=dict)
    ahead: int = 0

    @property
    def total(self) -> int:
        """Rows that are to become badges, or did."""
        return sum(self.counts.get(state, 0) for state in ("waiting", "issued", "failed"))

    @property
    def ended(self) -> int:
        """Rows that are issued or failed."""
        return self.counts.get("issued", 0) + self.counts.get("failed", 0)

    @property
    def sound(self) -> int:
        """Open rows without a fault."""
        return self.counts.get("open", 0) - self.faulty

    @property
    def faulty(self) -> int:
        """Open rows with a fault."""
        return self.counts.get("faulty", 0)


def batches(outside: Outside, institution_id: str | None) -> list[BatchView]:
    """The newest batches of an institution, or of all, newest first."""
    with outside.database.read() as uow:
        records = uow.batches.of(institution_id, limit=MOST_BATCHES)
        counts = uow.batches.counts([one.id for one in records])
        return [_view(outside, uow, one, counts[one.id]) for one in records]


def batch(outside: Outside, batch_id: str, institution_id: str | None) -> BatchView:
    """One batch with its counts; None for any institution's. Raises NotFoundError."""
    with outside.database.read() as uow:
        record = uow.batches.get(batch_id, institution_id)
        counts = dict(uow.batches.counts([batch_id])[batch_id])
        faults: Counter[str] = Counter()
        if record.state == "repair":
            faulty = uow.batches.faults(batch_id)
            counts["faulty"] = len(faulty)
            for _, problems in faulty:
                faults.update({problem for problem, _, _ in problems})
        ahead = uow.batches.ahead_of(record) if record.state == "queued" else 0
        return _view(outside, uow, record, counts, faults=faults, ahead=ahead)


def failures(outside: Outside, batch_id: str) -> list[tuple[int, str]]:
    """(number, code) of the rows that failed."""
    with outside.database.read() as uow:
        return [(row.number, row.failure or "") for row in uow.batches.rows(batch_id, states=("failed",))]


@dataclass(frozen=True, slots=True, kw_only=True)
class RowView:
    """A row with its cells by field; `name` is the participant's, "" where nobody was found."""

    row: RowRecord
    cells: Mapping[str, str]
    entry: Entry | None
    name: str = ""


def first_rows(outside: Outside, batch_id: str, institution_id: str, *, limit: int) -> list[tuple[int, Sequence[str]]]:
    """(number, cells) of the first rows as they were typed: for choosing columns."""
    with outside.database.read() as uow:
        uow.batches.get(batch_id, institution_id)
        rows = uow.batches.rows(batch_id, states=("open", "removed"), limit=limit)
    with key_of(outside, batch_id):
        return [(row.number, opened_cells(outside, batch_id, row)) for row in rows]


def faulty_numbers(outside: Outside, batch_id: str, institution_id: str, *, problem: str | None) -> list[int]:
    """Numbers of the rows to mend, of one class or of all."""
    with outside.database.read() as uow:
        uow.batches.get(batch_id, institution_id)
        return [
            number
            for number, problems in uow.batches.faults(batch_id)
            if problem is None or problem in {one for one, _, _ in problems}
        ]


def row_views(
    outside: Outside,
    who: StaffMember,
    batch_id: str,
    *,
    numbers: Sequence[int] | None = None,
    states: Collection[str] | None = None,
    offset: int = 0,
) -> list[RowView]:
    """A page of rows with names; one reading row names the set of people."""
    with outside.database.write() as uow:
        record = uow.batches.get(batch_id, who.institution_id)
        rows = uow.batches.rows(batch_id, states=states, numbers=numbers, offset=offset, limit=PAGE)
        people = list(dict.fromkeys(row.person_id for row in rows if row.person_id is not None))
        if people:
            note_list(uow, outside, who, people, what="batch_rows")
        shown = opened_names(outside, uow, people)
        found = uow.catalogue.unit_of(record.unit)
    views = []
    with key_of(outside, batch_id):
        for row in rows:
            cells = opened_cells(outside, batch_id, row) if row.cells is not None else ()
            by_field = {field: cell for field, cell in zip(record.mapping, cells, strict=False) if field is not None}
            entry = read_row(outside, record, found.unit, row) if found is not None and cells else None
            views.append(RowView(row=row, cells=by_field, entry=entry, name=shown.get(row.person_id or "", "")))
    return views


def active_numbers(outside: Outside, institution_id: str) -> frozenset[int]:
    """Numbers of those who can get a badge; nothing personal is read."""
    with outside.database.read() as uow:
        rows = uow.coaching.participants(institution_id)
    return frozenset(row.number for row in rows if row.state is ParticipantState.ACTIVE)


def suggestion(view: RowView, known: Collection[int]) -> int | None:
    """Which participant a row may mean that names nobody; None when somebody was found, or nobody is near."""
    unknown = any(problem == Problem.PERSON_UNKNOWN for problem, _, _ in view.row.problems)
    return suggested_number(view.cells.get(PERSON, ""), known) if unknown else None


def sound_numbers(outside: Outside, record: BatchRecord) -> list[int]:
    """Rows that will be sent on."""
    with outside.database.read() as uow:
        return [row.number for row in uow.batches.rows(record.id, states=("open",), faulty=False)]


def removed_numbers(outside: Outside, record: BatchRecord) -> list[int]:
    """Rows that were taken out and can be put back; a heading is not one of them."""
    with outside.database.read() as uow:
        numbers = [row.number for row in uow.batches.rows(record.id, states=("removed",))]
        first = uow.batches.rows(record.id, limit=1)[0].number
    return [number for number in numbers if not (record.has_header and number == first)]


def review(outside: Outside, record: BatchRecord) -> ReviewState:
    """How far the second pair of eyes is."""
    with outside.database.read() as uow:
        return review_state(uow.batches.rows(record.id, states=("review", "approved", "returned")))


def opened_names(outside: Outside, uow: UnitOfWork, person_ids: Sequence[str]) -> dict[str, str]:
    """Names of up to a page of participants; the caller has noted the reading in the same transaction."""
    shown: dict[str, str] = {}
    with outside.person_keys.held(person_ids):
        for person_id in person_ids:
            sealed = uow.coaching.sealed(person_id)
            with suppress(PersonErasedError):
                shown[person_id] = open_personal(outside, person_id, sealed).name if sealed is not None else ""
    return shown


def _view(
    outside: Outside,
    uow: UnitOfWork,
    record: BatchRecord,
    counts: Mapping[str, int],
    *,
    faults: Mapping[str, int] | None = None,
    ahead: int = 0,
) -> BatchView:
    found = uow.catalogue.unit_of(record.unit)
    people = names(outside, uow, [record.drafter_id, record.reviewer_id])
    sites = {site.id: site.texts.name for site in uow.environments.sites(record.institution_id)}
    return BatchView(
        record=record,
        unit=found.unit if found is not None else None,
        qualification=found.qualification if found is not None else None,
        file_name=opened_name(outside, record),
        drafter=people.get(record.drafter_id, ""),
        reviewer=people.get(record.reviewer_id, ""),
        site=sites.get(record.site_id, ""),
        counts=counts,
        faults=faults or {},
        ahead=ahead,
    )
