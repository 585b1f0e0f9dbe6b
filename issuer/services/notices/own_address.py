"""A mail address for messages: given, changed, removed and confirmed by its owner; nobody else sees it."""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from issuer.db.repositories.notices import AddressRow
from issuer.db.unit_of_work import UnitOfWork
from issuer.domain.audit import Act
from issuer.domain.errors import ConflictError, NotFoundError
from issuer.domain.holder import Holder
from issuer.domain.notice import CONFIRMATIONS_A_DAY, Notice, NoticeKind, NoticeState, check_mail_address
from issuer.domain.permissions import StaffMember
from issuer.services.link_tokens import confirmed_address
from issuer.services.notices.letter import ADDRESS_PURPOSE
from issuer.services.notices.notify import MAIL
from issuer.services.outbox import enqueue
from issuer.services.outside import Outside
from issuer.services.sealed_values import open_value, seal_value

CONFIRMATION_LIFE: Final = timedelta(days=7)
_DAY = timedelta(days=1)
_SHOWN = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnAddress:
    """The address as its owner sees it."""

    address: str
    language: str
    confirmed_at: datetime | None
    bounced_at: datetime | None


def show(outside: Outside, who: Holder) -> tuple[OwnAddress | None, tuple[Notice, ...]]:
    """Return the participant's address and latest messages, newest first."""
    with outside.database.read() as uow:
        row = uow.notices.address_of(who.person_id)
        notices = uow.notices.of_person(who.person_id, limit=_SHOWN)
    if row is None:
        return None, tuple(notices)
    found = OwnAddress(
        address=str(open_value(outside, who.person_id, ADDRESS_PURPOSE, row.sealed)["address"]),
        language=row.language,
        confirmed_at=row.confirmed_at,
        bounced_at=row.bounced_at,
    )
    return found, tuple(notices)


def set_address(outside: Outside, who: Holder, address: str, language: str) -> None:
    """Keep an address, or another one or another language, and ask by mail whether it is the participant's own.

    Raises:
        InvalidRequestError: ``notices.address``.
        ConflictError: ``notices.no_mail`` where there is no mail server; ``notices.too_many`` after three questions
            within a day.
    """
    plain = check_mail_address(address)
    if outside.mailer is None:
        raise ConflictError(code="notices.no_mail", pointer="/address")
    now = outside.now()
    with outside.database.write() as uow:
        kept = uow.notices.address_of(who.person_id)
        if kept is not None and _same(outside, kept, plain):
            uow.notices.set_language(kept.id, language)
            return
        if uow.notices.count_since(who.person_id, NoticeKind.CONFIRM_ADDRESS, now - _DAY) >= CONFIRMATIONS_A_DAY:
            raise ConflictError(code="notices.too_many", pointer="/address")
        _keep(outside, uow, who.person_id, plain, language, staff=False)
        notice_id = str(uuid.uuid4())
        question = Notice(
            id=notice_id,
            kind=NoticeKind.CONFIRM_ADDRESS,
            to=who.person_id,
            institution_id=who.institution_id,
            about="",
            day=None,
            state=NoticeState.WAITING,
            tries=0,
        )
        uow.notices.add([question], now=now)
        enqueue(uow, MAIL, {"notice": notice_id}, now=now)
        _note(uow, "participant", "notice_address.given", who.person_id, now)


def remove(outside: Outside, who: Holder) -> None:
    """Forget the address; messages that wait for it are left to paper or dropped when their turn comes."""
    with outside.database.write() as uow:
        uow.notices.remove_address(who.person_id)
        _note(uow, "participant", "notice_address.removed", who.person_id, outside.now())


def waits_for_confirmation(outside: Outside, token: str) -> bool:
    """Tell whether a link could confirm an address now; nothing is changed by asking."""
    with outside.database.read() as uow:
        return _unconfirmed(outside, uow, token) is not None


def confirm(outside: Outside, token: str) -> None:
    """Let messages go to the address whose link this is. Raises NotFoundError for a used, old or foreign link."""
    now = outside.now()
    with outside.database.write() as uow:
        row = _unconfirmed(outside, uow, token)
        if row is None:
            raise NotFoundError("notice address")
        uow.notices.confirm(row.id, now=now)
        _note(uow, "participant", "notice_address.confirmed", row.owner_id, now)


def keep_of_staff(outside: Outside, who: StaffMember, address: str, language: str) -> None:
    """Let messages of work go where the sign-in links of a member of staff go. Raises InvalidRequestError."""
    plain = check_mail_address(address)
    with outside.database.write() as uow:
        _keep(outside, uow, who.id, plain, language, staff=True)


def _keep(outside: Outside, uow: UnitOfWork, owner_id: str, address: str, language: str, *, staff: bool) -> None:
    now = outside.now()
    row = AddressRow(
        id=str(uuid.uuid4()),
        owner_id=owner_id,
        language=language,
        sealed=seal_value(outside, owner_id, ADDRESS_PURPOSE, {"address": address}),
        asked_at=now,
        confirmed_at=now if staff else None,
        bounced_at=None,
    )
    uow.notices.set_address(row, staff=staff)


def _same(outside: Outside, kept: AddressRow, address: str) -> bool:
    """Whether this address is kept and works, so that nothing needs to be asked again."""
    if kept.confirmed_at is None or kept.bounced_at is not None:
        return False
    return open_value(outside, kept.owner_id, ADDRESS_PURPOSE, kept.sealed)["address"] == address


def _unconfirmed(outside: Outside, uow: UnitOfWork, token: str) -> AddressRow | None:
    address_id = confirmed_address(outside.link_secret, token)
    row = uow.notices.address(address_id) if address_id is not None else None
    if row is None or row.confirmed_at is not None or row.asked_at + CONFIRMATION_LIFE <= outside.now():
        return None
    return row


def _note(uow: UnitOfWork, actor: str, action: str, person_id: str, now: datetime) -> None:
    uow.audit.append(Act(at=now, actor=actor, action=action, refs=(("person", person_id),)))
