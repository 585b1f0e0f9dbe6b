"""Issues the waiting rows of a batch, chunk after chunk; killed anywhere and run again, each row is issued once."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time

from issuer.db.person_keys import PersonErasedError
from issuer.db.repositories.batch_records import BatchRecord, RowEnd, RowRecord
from issuer.db.unit_of_work import UnitOfWork
from issuer.domain.audit import Act
from issuer.domain.award import AwardRequest, check_request
from issuer.domain.badge_states import SHOWN, UNFINISHED
from issuer.domain.batch_check import Entry
from issuer.domain.catalogue import Unit
from issuer.domain.errors import ConflictError, DomainError, LintError, NotYetError, StoreBusyError
from issuer.domain.notice import NoticeKind
from issuer.services.award_badge import Prepared, prepare_award
from issuer.services.batches.batch_cells import key_of
from issuer.services.batches.check_rows import checked, found_unit, gather, read_row
from issuer.services.issue_batch import BatchItem, issue_items
from issuer.services.notices.notify import notify_all
from issuer.services.outbox import Running
from issuer.services.outside import Outside
from issuer.services.sign_badge import sign
from issuer.services.sign_chunk import SignChunk
from keys.errors import SigningError
from schemas.errors import DocumentError
from schemas.strict_json import JsonObject

CHUNK = 200  # a chunk is what a crash leaves to be finished one by one, and how often progress shows
# How many badges are to be signed → what signs them: in this process, or spread over several.
SignerFor = Callable[[int], AbstractContextManager[SignChunk]]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Work:
    """What stays the same while a batch runs; `prepared` grows by what different rows say."""

    batch: BatchRecord
    unit: Unit
    issuer_id: str
    today: date
    prepared: dict[tuple[tuple[int, ...], str], Prepared]

    @property
    def scope(self) -> str:
        """Of the idempotency keys: one for each row and attempt."""
        return f"{self.batch.institution_id}:batch:{self.batch.id}"


def run(outside: Outside, payload: JsonObject, running: Running, *, signer_for: SignerFor) -> bool:
    """Handle the effect ``batch.run``.

    Returns:
        True when no row waits any more or the batch was paused; False when it was told to stop before.
    """
    batch_id = str(payload["batch"])
    with outside.database.write() as uow:
        batch = uow.batches.get(batch_id)
        if batch.state not in {"queued", "running"}:
            return True
        uow.batches.change(batch, state="running")
    finish_reserved(outside, batch_id)
    waiting = _recheck(outside, batch_id)
    work = _work(outside, batch_id)
    with signer_for(waiting) as sign_chunk:
        while _goes_on(outside, batch_id):
            if not running.go_on():
                return False
            if not _issue_some(outside, work, sign_chunk):
                if finish_reserved(outside, batch_id):
                    raise NotYetError(batch_id)  # some badges could not be signed just now: come back later
                _end(outside, batch_id)
                break
    return True


def _goes_on(outside: Outside, batch_id: str) -> bool:
    with outside.database.read() as uow:
        return uow.batches.get(batch_id).state == "running"


def _recheck(outside: Outside, batch_id: str) -> int:
    """Let rows fail for which the ground has gone since the review; return how many still wait."""
    with outside.database.read() as uow:
        batch = uow.batches.get(batch_id)
        fresh = uow.batches.next_waiting(batch_id)
        unit = found_unit(uow, batch)
        facts = gather(outside, uow, batch)
    try:
        checks = checked(outside, batch, unit, facts, fresh)
    except ConflictError as gone:
        ends = [RowEnd(number=row.number, state="failed", credential_id=None, failure=gone.code) for row in fresh]
    else:
        ends = [
            RowEnd(number=one.number, state="failed", credential_id=None, failure=one.problems[0][1])
            for one in checks
            if one.problems
        ]
    with outside.database.write() as uow:
        uow.batches.end_rows(batch_id, ends)
    return len(fresh) - len(ends)


def _issue_some(outside: Outside, work: _Work, sign_chunk: SignChunk) -> int:
    """Take the next chunk; return how many rows it had."""
    batch_id = work.batch.id
    with outside.database.read() as uow:
        rows = uow.batches.next_waiting(batch_id, limit=CHUNK)
    if not rows:
        return 0
    numbers: dict[str, int] = {}
    items, ends = _items(outside, work, rows, numbers)
    if ends:
        with outside.database.write() as uow:
            uow.batches.end_rows(batch_id, ends)

    def note_badges(uow: UnitOfWork, answers: Sequence[tuple[str, str]]) -> None:
        uow.batches.set_badges(batch_id, {numbers[key]: badge for key, badge in answers})

    if items:
        try:
            issue_items(
                outside, items, scope=work.scope, sign=sign_chunk, actor=f"batch:{batch_id}", within=note_badges
            )
        except (LintError, SigningError, DocumentError):
            if not settle(outside, batch_id, sorted(numbers.values())):
                raise  # nothing was reserved: it is not a matter of one bad row
            return len(rows)
        settle(outside, batch_id, sorted(numbers.values()))
    return len(rows)


def _items(
    outside: Outside, work: _Work, rows: Sequence[RowRecord], numbers: dict[str, int]
) -> tuple[list[BatchItem], list[RowEnd]]:
    """What can be issued of these rows, and the ends of those that cannot; `numbers` gets the rows by key."""
    items, ends = [], []
    with key_of(outside, work.batch.id):
        for row in rows:
            try:
                item = _item(outside, work, row)
            except StoreBusyError:
                raise
            except DomainError as problem:
                ends.append(RowEnd(number=row.number, state="failed", credential_id=None, failure=problem.code))
            else:
                items.append(item)
                numbers[item.key] = row.number
    return items, ends


def _item(outside: Outside, work: _Work, row: RowRecord) -> BatchItem:
    """The badge of a row. The words about the work stay in the house: only a draft asks the participant for them."""
    entry = read_row(outside, work.batch, work.unit, row)
    prepared = _prepared(outside, work, entry)
    request = replace(prepared.request, person_id=row.person_id, activity_end=entry.day)
    check_request(request, today=work.today)
    end = datetime.combine(entry.day, time(), tzinfo=UTC) if entry.day is not None else None
    wishes = replace(prepared.wishes, activity_end=end)
    return BatchItem(
        key=f"batch-{work.batch.id}-row-{row.number}-try-{row.attempts}",
        prepared=replace(prepared, request=request, wishes=wishes),
        person_id=row.person_id,
    )


def _prepared(outside: Outside, work: _Work, entry: Entry) -> Prepared:
    """What rows with the same requirements and language share; made once."""
    place = (entry.positions, entry.language)
    if place not in work.prepared:
        keys = {one.position: one.key for one in work.unit.requirements}
        request = AwardRequest(
            institution_id=work.issuer_id,
            unit_code=work.batch.unit.code,
            peruste_id=work.batch.unit.peruste_id,
            requirement_keys=tuple(keys[one] for one in entry.positions),
            language=entry.language,
            provider_id=work.batch.institution_id,
        )
        work.prepared[place] = prepare_award(outside, request)
    return work.prepared[place]


def _work(outside: Outside, batch_id: str) -> _Work:
    with outside.database.read() as uow:
        batch = uow.batches.get(batch_id)
        provider = uow.institutions.get(batch.institution_id)
        unit = found_unit(uow, batch)
    return _Work(
        batch=batch,
        unit=unit,
        issuer_id=provider.parent_id or provider.id,
        today=outside.now().date(),
        prepared={},
    )


def finish_reserved(outside: Outside, batch_id: str) -> int:
    """Bring badges that were reserved, before a crash or by a chunk that failed, to their end; return how many are not.

    From the reserved state on a badge is the sweeper's matter, too; both may work on it, and one of them counts.
    """
    with outside.database.read() as uow:
        numbers = uow.batches.reserved_rows(batch_id)
    ended = 0
    for start in range(0, len(numbers), CHUNK):
        ended += settle(outside, batch_id, numbers[start : start + CHUNK])
    return len(numbers) - ended


def settle(outside: Outside, batch_id: str, numbers: Sequence[int]) -> int:
    """Bring each badge of these rows (up to 500) to its end where their chunk did not, note it, return how many did."""
    with outside.database.read() as uow:
        rows = uow.batches.rows(batch_id, states=("waiting",), numbers=numbers)
        badges = [row.credential_id for row in rows if row.credential_id is not None]
        states = uow.credentials.states(badges)
    for badge, (state, _) in states.items():
        if state in UNFINISHED:
            with suppress(DomainError, SigningError, DocumentError, PersonErasedError):
                sign(outside, badge)  # marks it failed when it never will be signed, else the sweeper tries again
    with outside.database.read() as uow:
        states = uow.credentials.states(badges)
    ends, told = [], {}
    for row in rows:
        state, failure = states.get(row.credential_id or "", ("", None))
        if state in SHOWN:
            ends.append(RowEnd(number=row.number, state="issued", credential_id=row.credential_id))
            told[row.person_id] = row.credential_id
        elif state == "failed":
            ends.append(RowEnd(number=row.number, state="failed", credential_id=row.credential_id, failure=failure))
    with outside.database.write() as uow:
        uow.batches.end_rows(batch_id, ends)
        notify_all(uow, outside, {one: badge for one, badge in told.items() if one and badge}, NoticeKind.BADGE_READY)
    return len(ends)


def _end(outside: Outside, batch_id: str) -> None:
    now = outside.now()
    with outside.database.write() as uow:
        batch = uow.batches.get(batch_id)
        if uow.batches.change(batch, state="done", ended_at=now):
            uow.audit.append(Act(at=now, actor="system", action="batch.done", refs=(("batch", batch_id),)))
