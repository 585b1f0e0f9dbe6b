"""Holds the rows of a batch against what is known of people, site and unit, in a bounded number of queries."""

from collections.abc import Collection, Sequence

from issuer.db.repositories.batch_records import BatchRecord, RowCheck, RowRecord
from issuer.db.unit_of_work import UnitOfWork
from issuer.domain.batch_check import Entry, Facts, Recognition, check_entries, read_entry
from issuer.domain.catalogue import Unit
from issuer.domain.catalogue_choice import helsinki_day
from issuer.domain.errors import ConflictError, NotFoundError
from issuer.services.batches.batch_cells import key_of, opened_cells
from issuer.services.outside import Outside


def check_batch(outside: Outside, batch_id: str) -> int:
    """Check all open rows and keep what was found; return how many have faults."""
    with outside.database.read() as uow:
        batch = uow.batches.get(batch_id)
        unit = found_unit(uow, batch)
        facts = gather(outside, uow, batch)
        rows = uow.batches.rows(batch_id, states=("open",))
    checks = checked(outside, batch, unit, facts, rows)
    with outside.database.write() as uow:
        uow.batches.save_checks(batch_id, checks)
    return sum(bool(one.problems) for one in checks)


def check_some(outside: Outside, uow: UnitOfWork, batch: BatchRecord, numbers: Sequence[int]) -> None:
    """Check some rows, and those about the same people, in the caller's writing transaction."""
    unit = found_unit(uow, batch)
    rows = uow.batches.rows(batch.id, states=("open",), numbers=numbers)
    people = {row.person_id for row in rows if row.person_id is not None}
    with key_of(outside, batch.id):
        entries = [read_row(outside, batch, unit, row) for row in rows]
        asked = {entry.person_number for entry in entries if entry.person_number is not None}
        facts = gather(outside, uow, batch, numbers=asked)
        people |= {one.person_id for one in facts.people.values()}
        all_numbers = {*numbers, *uow.batches.numbers_of(batch.id, people)}
        rows = uow.batches.rows(batch.id, states=("open",), numbers=sorted(all_numbers))
        again = {read_row(outside, batch, unit, row).person_number for row in rows}
        facts = gather(outside, uow, batch, numbers=[one for one in again if one is not None])
        uow.batches.save_checks(batch.id, checked(outside, batch, unit, facts, rows))


def gather(outside: Outside, uow: UnitOfWork, batch: BatchRecord, *, numbers: Collection[int] | None = None) -> Facts:
    """Read all that rows are held against; of all participants, or of those with these numbers."""
    reports = uow.environments.reports(batch.institution_id, site_id=batch.site_id)
    return Facts(
        people=uow.batch_facts.people(batch.institution_id, batch.unit, numbers=numbers),
        recognitions=tuple(
            Recognition(
                first_day=one.published_on,
                last_day=min(one.valid_until, one.ended_on) if one.ended_on is not None else one.valid_until,
                keys=frozenset(one.requirement_keys_at_work) | frozenset(one.requirement_keys_elsewhere),
            )
            for one in reports
            if one.unit == batch.unit
        ),
        reviewer_id=batch.reviewer_id,
        today=helsinki_day(outside.now()),
    )


def checked(
    outside: Outside, batch: BatchRecord, unit: Unit, facts: Facts, rows: Sequence[RowRecord]
) -> list[RowCheck]:
    """What is wrong with each of these rows; stores nothing."""
    with key_of(outside, batch.id):
        entries = [read_row(outside, batch, unit, row) for row in rows]
    faults = check_entries(entries, unit, facts)
    checks = []
    for entry in entries:
        person = facts.people.get(entry.person_number) if entry.person_number is not None else None
        problems = tuple((one.problem.value, one.cause, one.field) for one in faults[entry.number])
        checks.append(
            RowCheck(
                number=entry.number,
                problems=problems,
                person_id=person.person_id if person is not None else None,
                day=entry.day,
            )
        )
    return checks


def read_row(outside: Outside, batch: BatchRecord, unit: Unit, row: RowRecord) -> Entry:
    """Read one stored row. Raises ConflictError ``batch.cells_gone``."""
    return read_entry(row.number, opened_cells(outside, batch.id, row), batch.mapping, unit)


def found_unit(uow: UnitOfWork, batch: BatchRecord) -> Unit:
    """The unit that a batch is about. Raises NotFoundError, ConflictError when it cannot be awarded any more."""
    found = uow.catalogue.unit_of(batch.unit)
    if found is None:
        raise NotFoundError("unit", code="unit.unknown")
    if found.unit.award_problems():
        raise ConflictError(str(batch.unit), code="badge.unit_incomplete")
    return found.unit
