"""Lets staff in: one-time links, server-side sessions that end, and nothing stored that would open a door."""

import secrets
import uuid
from datetime import timedelta

from issuer.domain.audit import Act
from issuer.domain.permissions import Role, StaffMember
from issuer.services.link_tokens import token_digest
from issuer.services.outside import Outside

LINK_LIFE = timedelta(minutes=15)
FIRST_LINK_LIFE = timedelta(hours=24)
SESSION_LIFE = timedelta(hours=12)
IDLE = timedelta(minutes=30)
_TOUCH_AFTER = timedelta(minutes=1)


def ensure_administrator(outside: Outside, institution_id: str) -> StaffMember:
    """The installation's first administrator, made when there is none."""
    with outside.database.read() as uow:
        known = uow.people.first_with_role(Role.ADMINISTRATOR)
    if known is not None:
        return known
    record = StaffMember(id=str(uuid.uuid4()), institution_id=institution_id, roles=frozenset({Role.ADMINISTRATOR}))
    now = outside.now()
    with outside.database.write() as uow:
        uow.people.add_staff(record, sealed=None, now=now)
        refs = (("staff", record.id), ("institution", institution_id))
        uow.audit.append(Act(at=now, actor="system", action="staff.added", refs=refs, decision="administrator"))
    return record


def create_link(outside: Outside, staff_id: str, *, life: timedelta = LINK_LIFE) -> str:
    """Make a one-time sign-in token (256 bits); only its digest is kept."""
    token = secrets.token_urlsafe(32)
    now = outside.now()
    with outside.database.write() as uow:
        uow.people.add_link(token_digest(token), staff_id, expires_at=now + life)
        uow.audit.append(Act(at=now, actor="system", action="sign_in.link_made", refs=(("staff", staff_id),)))
    return token


def link_works(outside: Outside, token: str) -> bool:
    """Tell whether a link could be used now, without using it: mail scanners open links."""
    with outside.database.read() as uow:
        return uow.people.link_works(token_digest(token), now=outside.clock())


def redeem(outside: Outside, token: str) -> str | None:
    """Use a link once; return the new session's cookie value, or None for an unknown, used or ended link."""
    now = outside.now()
    cookie = secrets.token_urlsafe(32)
    with outside.database.write() as uow:
        staff_id = uow.people.use_link(token_digest(token), now=now)
        if staff_id is None or uow.people.staff(staff_id) is None:
            return None
        uow.people.add_session(token_digest(cookie), staff_id, now=now, ends_at=now + SESSION_LIFE)
        uow.audit.append(Act(at=now, actor=f"staff:{staff_id}", action="sign_in.done"))
    return cookie


def session(outside: Outside, cookie: str) -> StaffMember | None:
    """Whose living session a cookie stands for, or None; being used keeps it alive."""
    now = outside.clock()
    digest = token_digest(cookie)
    with outside.database.read() as uow:
        staff = uow.people.session_staff(digest, now=now, idle_since=now - IDLE)
        fresh = uow.people.session_staff(digest, now=now, idle_since=now - _TOUCH_AFTER)
    if staff is not None and fresh is None:
        with outside.database.write() as uow:
            uow.people.touch_session(digest, now=now)
    return staff


def end(outside: Outside, cookie: str) -> None:
    """End a session."""
    with outside.database.write() as uow:
        uow.people.end_session(token_digest(cookie))
