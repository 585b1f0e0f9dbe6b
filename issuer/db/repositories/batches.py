"""Queries: batches of badges and the state of each of their rows."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import cast

from sqlalchemy import Table, bindparam, func, insert, select, update
from sqlalchemy.orm import Session

from issuer.db.models import batches as tables
from issuer.db.repositories.batch_records import BatchRecord, RowCheck, RowEnd, RowRecord
from issuer.domain.errors import NotFoundError
from issuer.domain.unit_ref import UnitRef

_IN_ONE_QUERY = 500
_ROWS = cast("Table", tables.BatchRow.__table__)


class BatchRepository:
    """Batches of badges and the state of each of their rows, within one transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, batch: BatchRecord, rows: Sequence[RowRecord]) -> None:
        """Insert a batch with its rows."""
        values = {name: getattr(batch, name) for name in BatchRecord.__slots__ if name not in {"unit", "mapping"}}
        values |= {"unit_code": batch.unit.code, "peruste_id": batch.unit.peruste_id, "mapping": list(batch.mapping)}
        self._session.execute(insert(tables.Batch).values(**values))
        self._session.execute(
            insert(tables.BatchRow),
            [
                {name: getattr(row, name) for name in RowRecord.__slots__ if name != "problems"}
                | {"batch_id": batch.id, "problems": [list(one) for one in row.problems]}
                for row in rows
            ],
        )

    def get(self, batch_id: str, institution_id: str | None = None) -> BatchRecord:
        """One batch. Raises NotFoundError, also for another institution's; None asks for any."""
        row = self._session.get(tables.Batch, batch_id)
        if row is None or institution_id not in (None, row.institution_id):
            raise NotFoundError("batch", code="batch.unknown")
        return _batch(row)

    def of(self, institution_id: str | None, *, limit: int) -> list[BatchRecord]:
        """The newest batches of an institution, or of all."""
        query = select(tables.Batch).order_by(tables.Batch.created_at.desc(), tables.Batch.id).limit(limit)
        if institution_id is not None:
            query = query.where(tables.Batch.institution_id == institution_id)
        return [_batch(row) for row in self._session.execute(query).scalars()]

    def ahead_of(self, batch: BatchRecord) -> int:
        """How many batches were approved earlier and are not done."""
        query = select(func.count()).where(
            tables.Batch.state.in_(("queued", "running")), tables.Batch.approved_at < batch.approved_at
        )
        return self._session.execute(query).scalar_one()

    def change(self, batch: BatchRecord, **values: object) -> bool:
        """Change a batch that is still as it was read; False when somebody was faster."""
        query = (
            update(tables.Batch)
            .where(
                tables.Batch.id == batch.id,
                tables.Batch.state == batch.state,
                tables.Batch.revision == batch.revision,
            )
            .values(revision=batch.revision + 1, **values)
            .returning(tables.Batch.id)
        )
        return self._session.execute(query).scalar_one_or_none() is not None

    def counts(self, batch_ids: Sequence[str]) -> dict[str, dict[str, int]]:
        """Of each batch: how many rows are in which state."""
        query = (
            select(tables.BatchRow.batch_id, tables.BatchRow.state, func.count().label("rows"))
            .where(tables.BatchRow.batch_id.in_(batch_ids))
            .group_by(tables.BatchRow.batch_id, tables.BatchRow.state)
        )
        found: dict[str, dict[str, int]] = {batch_id: {} for batch_id in batch_ids}
        for row in self._session.execute(query):
            found[row.batch_id][row.state] = row.rows
        return found

    def faults(self, batch_id: str) -> list[tuple[int, tuple[tuple[str, str, str], ...]]]:
        """(number, problems) of the open rows that have any, by number."""
        query = (
            select(tables.BatchRow.number, tables.BatchRow.problems)
            .where(
                tables.BatchRow.batch_id == batch_id,
                tables.BatchRow.faulty.is_(True),
                tables.BatchRow.state == "open",
            )
            .order_by(tables.BatchRow.number)
        )
        return [(row.number, _problems(row.problems)) for row in self._session.execute(query)]

    def rows(
        self,
        batch_id: str,
        *,
        states: Collection[str] | None = None,
        numbers: Sequence[int] | None = None,
        faulty: bool | None = None,
        offset: int = 0,
        limit: int | None = None,
    ) -> list[RowRecord]:
        """Rows by number, of these states or with these numbers (up to 500)."""
        query = select(tables.BatchRow).where(tables.BatchRow.batch_id == batch_id).order_by(tables.BatchRow.number)
        if states is not None:
            query = query.where(tables.BatchRow.state.in_(states))
        if numbers is not None:
            query = query.where(tables.BatchRow.number.in_(numbers))
        if faulty is not None:
            query = query.where(tables.BatchRow.faulty.is_(faulty))
        query = query.offset(offset).limit(limit)
        return [_row(row) for row in self._session.execute(query).scalars()]

    def row(self, batch_id: str, number: int) -> RowRecord:
        """One row. Raises NotFoundError."""
        row = self._session.get(tables.BatchRow, (batch_id, number))
        if row is None:
            raise NotFoundError("row", code="batch.unknown_row")
        return _row(row)

    def numbers_of(self, batch_id: str, person_ids: Collection[str]) -> list[int]:
        """Open rows that are about these people."""
        query = select(tables.BatchRow.number).where(
            tables.BatchRow.batch_id == batch_id,
            tables.BatchRow.person_id.in_(person_ids),
            tables.BatchRow.state == "open",
        )
        return list(self._session.execute(query).scalars())

    def next_waiting(self, batch_id: str, *, limit: int | None = None) -> list[RowRecord]:
        """The rows to be issued next, for which nothing is reserved yet, in their shuffled order."""
        query = (
            select(tables.BatchRow)
            .where(
                tables.BatchRow.batch_id == batch_id,
                tables.BatchRow.state == "waiting",
                tables.BatchRow.credential_id.is_(None),
            )
            .order_by(tables.BatchRow.turn, tables.BatchRow.number)
            .limit(limit)
        )
        return [_row(row) for row in self._session.execute(query).scalars()]

    def reserved_rows(self, batch_id: str) -> list[int]:
        """Numbers of the waiting rows whose badge is reserved but was not seen to end."""
        query = select(tables.BatchRow.number).where(
            tables.BatchRow.batch_id == batch_id,
            tables.BatchRow.state == "waiting",
            tables.BatchRow.credential_id.is_not(None),
        )
        return list(self._session.execute(query).scalars())

    def set_badges(self, batch_id: str, badges: Mapping[int, str]) -> None:
        """Tie rows to the badges that were reserved for them, in the same transaction."""
        query = (
            update(_ROWS)
            .where(_ROWS.c.batch_id == batch_id, _ROWS.c.number == bindparam("the_number"))
            .values(credential_id=bindparam("the_badge"))
        )
        rows = [{"the_number": number, "the_badge": badge} for number, badge in badges.items()]
        self._session.connection().execute(query, rows)

    def save_checks(self, batch_id: str, checks: Sequence[RowCheck]) -> None:
        """Keep what checking found."""
        if not checks:
            return
        query = (
            update(_ROWS)
            .where(_ROWS.c.batch_id == batch_id, _ROWS.c.number == bindparam("the_number"))
            .values(
                faulty=bindparam("the_faulty"),
                problems=bindparam("the_problems"),
                person_id=bindparam("the_person"),
                day=bindparam("the_day"),
            )
        )
        self._session.connection().execute(
            query,
            [
                {
                    "the_number": one.number,
                    "the_faulty": bool(one.problems),
                    "the_problems": [list(problem) for problem in one.problems],
                    "the_person": one.person_id,
                    "the_day": one.day,
                }
                for one in checks
            ],
        )

    def edit_row(self, batch_id: str, row: RowRecord, *, cells: bytes | None, editor: str) -> bool:
        """Give a row other cells if it is still as it was read; it stands out to the reviewer from now on."""
        query = (
            update(tables.BatchRow)
            .where(
                tables.BatchRow.batch_id == batch_id,
                tables.BatchRow.number == row.number,
                tables.BatchRow.revision == row.revision,
                tables.BatchRow.state == "open",
            )
            .values(cells=cells, revision=row.revision + 1, edited_by=editor, flagged=True)
            .returning(tables.BatchRow.number)
        )
        return self._session.execute(query).scalar_one_or_none() is not None

    def move_rows(
        self,
        batch_id: str,
        *,
        from_states: Collection[str],
        to: str,
        numbers: Sequence[int] | None = None,
        faulty: bool | None = None,
    ) -> int:
        """Let rows of some states have another one; return how many."""
        moved = 0
        for some in [None] if numbers is None else list(_portions(numbers)):
            query = update(tables.BatchRow).where(
                tables.BatchRow.batch_id == batch_id, tables.BatchRow.state.in_(from_states)
            )
            if some is not None:
                query = query.where(tables.BatchRow.number.in_(some))
            if faulty is not None:
                query = query.where(tables.BatchRow.faulty.is_(faulty))
            answer = self._session.execute(query.values(state=to).returning(tables.BatchRow.number))
            moved += len(answer.scalars().all())
        return moved

    def set_turns(self, batch_id: str, turns: Mapping[int, int]) -> None:
        """Give rows their places in the order of signing."""
        query = (
            update(_ROWS)
            .where(_ROWS.c.batch_id == batch_id, _ROWS.c.number == bindparam("the_number"))
            .values(turn=bindparam("the_turn"))
        )
        if turns:
            rows = [{"the_number": number, "the_turn": turn} for number, turn in turns.items()]
            self._session.connection().execute(query, rows)

    def mark(self, batch_id: str, numbers: Sequence[int], *, opened: bool | None = None, drawn: bool = False) -> None:
        """Note rows as opened by the reviewer, or as drawn for the sample."""
        values: dict[str, object] = {"opened": opened} if opened is not None else {}
        if drawn:
            values["drawn"] = True
        for some in _portions(numbers):
            query = update(tables.BatchRow).where(
                tables.BatchRow.batch_id == batch_id, tables.BatchRow.number.in_(some)
            )
            self._session.execute(query.values(**values))

    def end_rows(self, batch_id: str, ends: Sequence[RowEnd]) -> None:
        """Note how waiting rows ended."""
        query = (
            update(_ROWS)
            .where(
                _ROWS.c.batch_id == batch_id,
                _ROWS.c.number == bindparam("the_number"),
                _ROWS.c.state == "waiting",
            )
            .values(state=bindparam("the_state"), credential_id=bindparam("the_badge"), failure=bindparam("the_code"))
        )
        if ends:
            rows = [
                {
                    "the_number": one.number,
                    "the_state": one.state,
                    "the_badge": one.credential_id,
                    "the_code": one.failure,
                }
                for one in ends
            ]
            self._session.connection().execute(query, rows)

    def retry_failed(self, batch_id: str) -> int:
        """Let the failed rows wait once more, each under a new attempt; return how many."""
        query = (
            update(tables.BatchRow)
            .where(tables.BatchRow.batch_id == batch_id, tables.BatchRow.state == "failed")
            .values(state="waiting", failure=None, credential_id=None, attempts=tables.BatchRow.attempts + 1)
            .returning(tables.BatchRow.number)
        )
        return len(self._session.execute(query).scalars().all())

    def kept_columns(self, institution_id: str, unit: UnitRef, headings: Sequence[bytes]) -> dict[bytes, str]:
        """What headings, by their SHA-256, mean in this institution's tables for the unit."""
        query = select(tables.BatchColumns.heading_sha256, tables.BatchColumns.field).where(
            tables.BatchColumns.institution_id == institution_id,
            tables.BatchColumns.unit_code == unit.code,
            tables.BatchColumns.peruste_id == unit.peruste_id,
            tables.BatchColumns.heading_sha256.in_(headings),
        )
        return {row.heading_sha256: row.field for row in self._session.execute(query)}

    def keep_columns(self, institution_id: str, unit: UnitRef, fields: Mapping[bytes, str]) -> None:
        """Keep what headings mean from now on."""
        place = {"institution_id": institution_id, "unit_code": unit.code, "peruste_id": unit.peruste_id}
        for digest, field in fields.items():
            self._session.merge(tables.BatchColumns(**place, heading_sha256=digest, field=field))
        self._session.flush()

    def old(self, before: datetime, *, limit: int) -> list[BatchRecord]:
        """Batches made before a moment whose cells are still there."""
        query = (
            select(tables.Batch)
            .where(tables.Batch.created_at < before, tables.Batch.cells_gone_at.is_(None))
            .order_by(tables.Batch.created_at)
            .limit(limit)
        )
        return [_batch(row) for row in self._session.execute(query).scalars()]

    def forget_cells(self, batch_id: str, *, now: datetime) -> None:
        """Delete what the rows said and the name of the file; results stay."""
        self._session.execute(update(tables.BatchRow).where(tables.BatchRow.batch_id == batch_id).values(cells=None))
        self._session.execute(
            update(tables.Batch).where(tables.Batch.id == batch_id).values(sealed=None, cells_gone_at=now)
        )

    def forget_person(self, person_id: str) -> None:
        """Delete what rows say about a person who is erased."""
        self._session.execute(
            update(tables.BatchRow)
            .where(tables.BatchRow.person_id == person_id)
            .values(cells=None, person_id=None, credential_id=None)
        )


def _portions(numbers: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(numbers), _IN_ONE_QUERY):
        yield numbers[start : start + _IN_ONE_QUERY]


def _problems(stored: Sequence[Sequence[str]]) -> tuple[tuple[str, str, str], ...]:
    return tuple((one[0], one[1], one[2]) for one in stored)


def _batch(row: tables.Batch) -> BatchRecord:
    values = {name: getattr(row, name) for name in BatchRecord.__slots__ if name not in {"unit", "mapping"}}
    return BatchRecord(**values, unit=UnitRef(row.unit_code, row.peruste_id), mapping=tuple(row.mapping))


def _row(row: tables.BatchRow) -> RowRecord:
    values = {name: getattr(row, name) for name in RowRecord.__slots__ if name != "problems"}
    return RowRecord(**values, problems=_problems(row.problems))
