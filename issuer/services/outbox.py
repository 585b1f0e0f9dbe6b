"""Effects that follow an act: written in its transaction, done later by a registered handler, as often as needed."""

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from issuer.db.repositories.outbox import OutboxJob
from issuer.db.unit_of_work import UnitOfWork
from issuer.services.outside import Outside
from schemas.canonical_json import canonicalise
from schemas.strict_json import JsonObject, read_object

MOST_ATTEMPTS = 8


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


def perform(outside: Outside, handlers: Handlers, job: OutboxJob, *, go_on: Callable[[], bool]) -> bool:
    """Call the handler of one effect; return whether it is done.

    Raises:
        LookupError: nobody handles this kind.
        Whatever the handler raises.
    """
    if job.kind not in handlers:
        raise LookupError(job.kind)
    return handlers[job.kind](outside, read_object(job.payload.encode()), Running(id=job.id, go_on=go_on))
