"""A participant's own web session: begun by slip, passkey or together with a coach; quiet ones end by themselves."""

import secrets
from datetime import datetime, timedelta

from issuer.db.unit_of_work import UnitOfWork
from issuer.domain.audit import Act
from issuer.domain.holder import Holder
from issuer.services.link_tokens import token_digest
from issuer.services.outside import Outside

SHARED_IDLE = timedelta(minutes=20)  # privacy.md PR7
SHARED_LIFE = timedelta(hours=4)
OWN_IDLE = timedelta(days=30)
OWN_LIFE = timedelta(days=365)
WARNING_BEFORE = timedelta(minutes=5)
# A view opened with support has a cookie of its own, which no page of the participant alone takes: what the supporter's
# browser holds opens the steps of taking a badge and nothing else (privacy.md PH2, PL1).
TOGETHER = "t."
_TOUCH_AFTER = timedelta(minutes=1)


def begin(uow: UnitOfWork, holder: Holder, *, now: datetime) -> str:
    """Begin a session inside a transaction; return the cookie's value (256 bits), of which only a digest is kept."""
    cookie = (TOGETHER if holder.supported else "") + secrets.token_urlsafe(32)
    life = SHARED_LIFE if holder.shared_device else OWN_LIFE
    uow.own_access.add_session(token_digest(cookie), holder, now=now, ends_at=now + life)
    decision = "supported" if holder.supported else "alone"
    uow.audit.append(
        Act(
            at=now,
            actor="participant",
            action="own_session.begun",
            refs=(("person", holder.person_id),),
            decision=decision,
        )
    )
    return cookie


def session(outside: Outside, cookie: str) -> Holder | None:
    """Whose living session a cookie stands for, or None; being used keeps it alive."""
    now = outside.clock()
    digest = token_digest(cookie)
    with outside.database.read() as uow:
        found = uow.own_access.living_session(digest, now=now)
    if found is None:
        return None
    holder, seen_at = found
    if now - seen_at > (SHARED_IDLE if holder.shared_device else OWN_IDLE):
        return None
    if now - seen_at > _TOUCH_AFTER:
        with outside.database.write() as uow:
            uow.own_access.touch_session(digest, now=now)
    return holder


def end(outside: Outside, cookie: str) -> None:
    """End a session."""
    with outside.database.write() as uow:
        uow.own_access.end_session(token_digest(cookie))
