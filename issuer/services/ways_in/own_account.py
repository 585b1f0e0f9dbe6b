"""Shows somebody's own ways in and open web sessions, and ends them."""

from dataclasses import dataclass
from datetime import datetime

from issuer.domain.audit import Act
from issuer.domain.errors import ConflictError, ForbiddenError, NotFoundError
from issuer.domain.institution import PublicName
from issuer.domain.permissions import StaffMember
from issuer.services.link_tokens import token_digest
from issuer.services.outside import Outside
from issuer.services.sealed_values import open_value
from issuer.services.sign_in import IDLE
from issuer.services.staff.staff_names import names
from issuer.services.ways_in.add_passkey import PURPOSE

# By these somebody may add a way in although a passkey is there; a mailbox or another house's login is not enough.
_STRONG = frozenset({"passkey", "code", "link", "invitation"})


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnPasskey:
    """One's own passkey; `backed_up` when the device may copy it to others of the same owner."""

    id: str
    name: str
    backed_up: bool
    created_at: datetime
    used_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenSession:
    """A signed-in browser; `own` is the one that asks."""

    created_at: datetime
    seen_at: datetime
    way: str | None
    own: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnAccount:
    """What stands on /me."""

    name: str
    institution: PublicName
    passkeys: tuple[OwnPasskey, ...]
    sessions: tuple[OpenSession, ...]
    codes_left: int
    has_mail: bool
    has_identity: bool


def show(outside: Outside, who: StaffMember, cookie: str) -> OwnAccount:
    """Return everything about one's own ways in."""
    now, own = outside.clock(), token_digest(cookie)
    with outside.database.read() as uow:
        rows = uow.sign_in.passkeys(who.id)
        sessions = uow.people.sessions(who.id, now=now, idle_since=now - IDLE)
        return OwnAccount(
            name=names(outside, uow, [who.id])[who.id],
            institution=uow.institutions.get(who.institution_id).public_name,
            passkeys=tuple(
                OwnPasskey(
                    id=row.id,
                    name=str(open_value(outside, who.id, PURPOSE, row.sealed)["name"]),
                    backed_up=row.backed_up,
                    created_at=row.created_at,
                    used_at=row.used_at,
                )
                for row in rows
            ),
            sessions=tuple(
                OpenSession(created_at=one.created_at, seen_at=one.seen_at, way=one.way, own=one.id_sha256 == own)
                for one in sessions
            ),
            codes_left=uow.sign_in.recovery_codes_left(who.id),
            has_mail=uow.sign_in.has_mail_address(who.id),
            has_identity=uow.sign_in.has_identity(who.id),
        )


def check_may_add(outside: Outside, who: StaffMember, cookie: str) -> None:
    """Refuse a new way in to a session that came by mail or another organisation while the person has a passkey.

    Raises:
        ForbiddenError: ``account.stronger_sign_in``.
    """
    now, own = outside.clock(), token_digest(cookie)
    with outside.database.read() as uow:
        guarded = bool(uow.sign_in.passkeys(who.id))
        sessions = uow.people.sessions(who.id, now=now, idle_since=now - IDLE)
    way = next((one.way for one in sessions if one.id_sha256 == own), None)
    if guarded and way not in _STRONG:
        raise ForbiddenError(code="account.stronger_sign_in")


def remove_passkey(outside: Outside, who: StaffMember, passkey_id: str) -> None:
    """Remove one's own passkey, never the last one.

    Raises:
        NotFoundError: not one's own.
        ConflictError: ``passkey.last``.
    """
    now = outside.now()
    with outside.database.write() as uow:
        own = [row.id for row in uow.sign_in.passkeys(who.id)]
        if passkey_id not in own:
            raise NotFoundError("passkey")
        if len(own) == 1:
            raise ConflictError(code="passkey.last")
        uow.sign_in.remove_passkey(passkey_id, who.id)
        uow.audit.append(Act(at=now, actor=who.actor, action="passkey.removed", refs=(("passkey", passkey_id),)))


def end_everywhere(outside: Outside, who: StaffMember) -> None:
    """End all web sessions of somebody, this one too."""
    now = outside.now()
    with outside.database.write() as uow:
        uow.people.end_sessions(who.id)
        uow.audit.append(Act(at=now, actor=who.actor, action="sign_in.ended_everywhere"))
