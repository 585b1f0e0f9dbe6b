"""Goes on with badges whose worker died: takes their lease and repeats the step of their state."""

from datetime import timedelta

from issuer.db.person_keys import PersonErasedError
from issuer.domain.badge_states import MAX_ATTEMPTS, UNFINISHED
from issuer.domain.errors import DomainError
from issuer.services.outside import Outside
from issuer.services.sign_badge import fail, sign
from keys.errors import SigningError
from schemas.errors import DocumentError

LEASE = timedelta(seconds=60)
_AT_ONCE = 100


def sweep(outside: Outside, *, limit: int = _AT_ONCE) -> int:
    """Finish up to `limit` unfinished badges whose lease has run out; return how many were finished.

    A badge that cannot be finished keeps its lease and is tried again later, at most 8 times in all.
    """
    now = outside.now()
    with outside.database.write() as uow:
        due = uow.credentials.lease(UNFINISHED, now=now, until=now + LEASE, limit=limit)
    finished = 0
    for credential_id in due:
        try:
            sign(outside, credential_id)
            finished += 1
        except (DomainError, SigningError, DocumentError, PersonErasedError) as problem:
            with outside.database.read() as uow:
                record = uow.credentials.get(credential_id)
            if record.attempts >= MAX_ATTEMPTS and record.state in UNFINISHED:
                fail(outside, record, getattr(problem, "code", "person.erased"))
    return finished
