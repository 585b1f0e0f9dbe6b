"""Lets staff in: one-time links, server-side sessions that end, and nothing stored that would open a door."""

import secrets
import uuid
from datetime import datetime, timedelta
from typing import Literal

from issuer.db.unit_of_work import UnitOfWork
from issuer.domain.audit import Act
from issuer.domain.permissions import Role, StaffMember
from issuer.services.link_tokens import token_digest
from issuer.services.outside import Outside
from issuer.services.staff.staff_names import sealed_name

LINK_LIFE = timedelta(minutes=15)
FIRST_LINK_LIFE = timedelta(hours=24)
SESSION_LIFE = timedelta(hours=12)
IDLE = timedelta(minutes=30)
WARNING_BEFORE = timedelta(minutes=5)
_TOUCH_AFTER = timedelta(minutes=1)

# How somebody came in: by a link of the operator, a link by mail, …
Way = Literal["link", "mail", "passkey", "code", "oidc", "invitation"]


def ensure_administrator(outside: Outside, institution_id: str) -> StaffMember:
    """The installation's first administrator, made when there is none."""
    with outside.database.read() as uow:
        known = uow.people.first_with_role(Role.ADMINISTRATOR)
    if known is not None:
        return known
    return add_first(outside, institution_id, Role.ADMINISTRATOR, name=None)


def add_first(outside: Outside, institution_id: str, *roles: Role, name: str | None) -> StaffMember:
    """Make a member of staff without an invitation: only the operator does that."""
    record = StaffMember(id=str(uuid.uuid4()), institution_id=institution_id, roles=frozenset(roles))
    now = outside.now()
    outside.person_keys.create(record.id)
    sealed = sealed_name(outside, record.id, name) if name is not None else None
    with outside.database.write() as uow:
        uow.people.add_staff(record, sealed=sealed, now=now)
        refs = (("staff", record.id), ("institution", institution_id))
        decision = ",".join(sorted(roles))
        uow.audit.append(Act(at=now, actor="system", action="staff.added", refs=refs, decision=decision))
    return record


def create_link(outside: Outside, staff_id: str, *, life: timedelta = LINK_LIFE, browser: str | None = None) -> str:
    """Make a one-time sign-in token (256 bits); only its digest is kept.

    Args:
        browser: secret of the one browser in which it works; None: any.
    """
    token = secrets.token_urlsafe(32)
    now = outside.now()
    only_there = token_digest(browser) if browser is not None else None
    with outside.database.write() as uow:
        uow.people.add_link(token_digest(token), staff_id, expires_at=now + life, browser_sha256=only_there)
        uow.audit.append(Act(at=now, actor="system", action="sign_in.link_made", refs=(("staff", staff_id),)))
    return token


def link_works(outside: Outside, token: str, *, browser: str | None = None) -> bool:
    """Tell whether a link could be used now and in this browser, without using it: mail scanners open links."""
    with outside.database.read() as uow:
        return uow.people.link_works(token_digest(token), now=outside.clock(), browser_sha256=_digest(browser))


def redeem(outside: Outside, token: str, *, browser: str | None = None) -> str | None:
    """Use a link once; return the new session's cookie value, or None for an unknown, used or ended link."""
    now = outside.now()
    with outside.database.write() as uow:
        used = uow.people.use_link(token_digest(token), now=now, browser_sha256=_digest(browser))
        if used is None or uow.people.staff(used[0]) is None:
            return None
        return new_session(uow, used[0], now=now, way="mail" if used[1] else "link")


def new_session(uow: UnitOfWork, staff_id: str, *, now: datetime, way: Way) -> str:
    """Begin a web session inside a transaction; return the cookie's value (256 bits)."""
    cookie = secrets.token_urlsafe(32)
    uow.people.add_session(token_digest(cookie), staff_id, now=now, ends_at=now + SESSION_LIFE, way=way)
    uow.audit.append(Act(at=now, actor=f"staff:{staff_id}", action="sign_in.done", decision=way))
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


def renew(outside: Outside, cookie: str) -> str:
    """Give a session another id, as when its owner's rights grow; return the new cookie value. A stolen one is dead."""
    fresh = secrets.token_urlsafe(32)
    with outside.database.write() as uow:
        uow.people.replace_session(token_digest(cookie), token_digest(fresh), now=outside.now())
    return fresh


def _digest(browser: str | None) -> bytes | None:
    return token_digest(browser) if browser is not None else None
