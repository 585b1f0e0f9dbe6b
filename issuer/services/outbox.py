"""Effects that follow an act: written in its transaction, done later by a registered handler, as often as needed."""

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from issuer.db.repositories.outbox import OutboxJob
from issuer.db.unit_of_work import UnitOfWork
from issuer.services.outside import Outside
from schemas.canonical_json import canonicalise
from schemas.strict_json import JsonObject, read_object

MOST_ATTEMPTS = 8
FIRST_WAIT = timedelta(seconds=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """What a handler is given beside the payload.

    Attributes:
        id: of the effect; whoever must be asked only once is asked with it.
        go_on: to be asked between two steps of long work; it keeps the effect ours. False: stop now, come back later.
    """

    id: str
    go_on: Callable[[], bool]


# Does one effect. True: done. False: interrupted, to be called again. May be called again after any crash.
Handler = Callable[[Outside, JsonObject, Running], bool]
Handlers = Mapping[str, Handler]


def enqueue(uow: UnitOfWork, kind: str, payload: JsonObject, *, now: datetime, due_at: datetime | None = None) -> str:
    """Write an effect in the caller's transaction; return its id.

    Args:
        kind: of a registered handler, for example ``batch.run``.
        payload: random ids and codes; nothing personal.
        due_at: not before; None for at once.
    """
    job_id = str(uuid.uuid4())
    uow.outbox.add(job_id, kind, canonicalise(payload).decode(), now=now, due_at=due_at or now)
    return job_id


def perform(
    outside: Outside, handlers: Handlers, job: OutboxJob, *, go_on: Callable[[], bool]
) -> tuple[bool, BaseException | None]:
    """Try one effect and note how it went: done, interrupted, to be tried again later, or given up.

    A failed try is repeated after 10 s, 20 s, 40 s …; after the eighth the effect is a dead letter.

    Args:
        job: with the number of this try.
        go_on: asked between two steps of long work.

    Returns:
        Whether the effect is off the table (done or given up), and what a failed try raised.
    """
    try:
        done = _handled(outside, handlers, job, go_on)
    except Exception as problem:  # noqa: BLE001  whatever a handler meets, the other effects go on
        code = getattr(problem, "code", type(problem).__name__)
        return _note_failure(outside, job, str(code)), problem
    now = outside.clock()
    with outside.database.write() as uow:
        if done:
            uow.outbox.finish(job.id, now=now)
        else:
            uow.outbox.put_back(job.id, due_at=now, attempts=job.attempts - 1)
    return done, None


def _handled(outside: Outside, handlers: Handlers, job: OutboxJob, go_on: Callable[[], bool]) -> bool:
    if job.kind not in handlers:
        raise LookupError(job.kind)
    return handlers[job.kind](outside, read_object(job.payload.encode()), Running(id=job.id, go_on=go_on))


def _note_failure(outside: Outside, job: OutboxJob, code: str) -> bool:
    now = outside.clock()
    with outside.database.write() as uow:
        if job.attempts >= MOST_ATTEMPTS:
            uow.outbox.finish(job.id, now=now, failure=code[:200])
            return True
        due_at = now + FIRST_WAIT * 2 ** (job.attempts - 1)
        uow.outbox.put_back(job.id, due_at=due_at, attempts=job.attempts, failure=code[:200])
    return False
