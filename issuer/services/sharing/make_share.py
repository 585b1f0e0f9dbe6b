"""A participant makes a link that shows chosen parts of one own badge until a day."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime

from issuer.db.repositories.credentials import CredentialRecord
from issuer.db.repositories.shares import ShareRecord
from issuer.db.unit_of_work import UnitOfWork
from issuer.domain.audit import Act
from issuer.domain.badge_states import IN_FORCE
from issuer.domain.errors import ConflictError, DomainError, InvalidFormError, InvalidRequestError, NotFoundError
from issuer.domain.figures import Happening
from issuer.domain.free_text import check_text
from issuer.domain.holder import Holder
from issuer.domain.share_life import PRINTED_DAYS, USUAL_DAYS, check_last_day, days_from, ends_at
from issuer.domain.share_parts import Audience, Part, Parts, ShareKind, chosen, parts_of
from issuer.services.link_tokens import share_token, token_digest
from issuer.services.outside import Outside
from issuer.services.sealed_values import seal_value
from issuer.services.sharing.own_share import SEALED
from issuer.services.sharing.share_codes import share_ref, typed_form
from schemas.receipt_mark import is_receipt
from schemas.strict_json import JsonObject, read_object

MOST_NAME, MOST_FOR_WHOM = 60, 100
MOST_LINKS = 50  # living links of one person: nobody keeps an eye on more
_MOST_VALUES = 40_000


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareWish:
    """What the holder wants to show.

    Attributes:
        parts: ticked ones; those that the badge has not are left out.
        last_day: on which it works; None for the usual: 30 days, on paper 12 months.
        name, for_whom: the holder's own words for it, sealed; "" for none.
    """

    audience: Audience
    parts: frozenset[Part]
    last_day: date | None = None
    name: str = ""
    for_whom: str = ""
    kind: ShareKind = ShareKind.LINK


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeShare:
    """A link that works from now on; `ref` names it in its owner's view."""

    id: str
    ref: str
    token: str
    url: str
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """A wish that can be had."""

    record: CredentialRecord
    document: bytes
    parts: Parts
    last_day: date
    name: str
    for_whom: str


def make(outside: Outside, who: Holder, credential_id: str, wish: ShareWish) -> MadeShare:
    """Make the link.

    Raises:
        NotFoundError: not the holder's badge.
        ConflictError: ``share.not_in_force``; ``share.receipt``: the school's page shares it; ``share.too_many``.
        InvalidFormError: ``share.nothing`` (``/parts``), ``share.day_*`` (``/until``), ``text.*`` (``/name``,
            ``/for_whom``).
        PersonErasedError: the key of the person is gone.
    """
    wanted = checked(outside, who, credential_id, wish)
    words: JsonObject = {"name": wanted.name, "for_whom": wanted.for_whom}
    sealed = seal_value(outside, who.person_id, SEALED, words) if any(words.values()) else None
    now, secret, share_id = outside.now(), outside.link_secret, str(uuid.uuid4())
    share = ShareRecord(
        id=share_id,
        credential_id=credential_id,
        person_id=who.person_id,
        expires_at=ends_at(wanted.last_day),
        kind=wish.kind,
        audience=wish.audience,
        parts=wanted.parts,
        sealed=sealed,
    )
    token = share_token(secret, share_id)
    typed = token_digest(typed_form(secret, share_id)) if wish.kind is ShareKind.PAPER else None
    with outside.database.write() as uow:
        if sum(one.expires_at > now for one in uow.shares.of_person(who.person_id)) >= MOST_LINKS:
            raise ConflictError(code="share.too_many")
        if uow.statistics.is_first_link(credential_id):
            uow.statistics.note_badges(Happening.SHARED, [credential_id], now=now)
        uow.shares.add(share, token_digest(token), now=now, typed_sha256=typed)
        note(uow, who, "share.made", credential_id, now=now)
    url = f"{outside.public_url}/s/{token}"
    return MadeShare(id=share_id, ref=share_ref(secret, share_id), token=token, url=url, expires_at=share.expires_at)


def checked(outside: Outside, who: Holder, credential_id: str, wish: ShareWish) -> Checked:
    """Return what would be shown, with all that the wish leaves open. Raises as `make`."""
    now, faults = outside.now(), list[DomainError]()
    with outside.database.read() as uow:
        record = uow.credentials.get(credential_id)
    if record.person_id != who.person_id or record.document is None:
        raise NotFoundError("badge")
    if record.state not in IN_FORCE:
        raise ConflictError(record.state, code="share.not_in_force")
    document = outside.person_keys.unseal(who.person_id, "document", record.document)
    told = read_object(document, max_values=_MOST_VALUES)
    if is_receipt(told):  # every link would show it as competence shown at work
        raise ConflictError(code="share.receipt")
    parts: Parts = frozenset()
    usual = PRINTED_DAYS if wish.kind is ShareKind.PAPER else USUAL_DAYS
    last_day = wish.last_day or days_from(now, usual)
    try:
        parts = chosen(wish.parts, parts_of(told))
    except InvalidRequestError as fault:
        faults.append(fault)
    try:
        check_last_day(last_day, now=now)
    except InvalidRequestError as fault:
        faults.append(fault)
    name = _words(wish.name, MOST_NAME, "/name", faults)
    for_whom = _words(wish.for_whom, MOST_FOR_WHOM, "/for_whom", faults)
    if faults:
        raise InvalidFormError(tuple(faults))
    return Checked(record=record, document=document, parts=parts, last_day=last_day, name=name, for_whom=for_whom)


def note(uow: UnitOfWork, who: Holder, action: str, credential_id: str, *, now: datetime) -> None:
    """Note an act of a holder on the own links; it names the badge, never the link."""
    decision = "supported" if who.supported else "alone"
    uow.audit.append(
        Act(at=now, actor="participant", action=action, refs=(("badge", credential_id),), decision=decision)
    )


def _words(text: str, most: int, pointer: str, faults: list[DomainError]) -> str:
    """The words, checked; a fault is noted. Only their writer ever reads them, so no word is refused."""
    if not text.strip():
        return ""
    try:
        return check_text(text, most=most, pointer=pointer, lines=False)
    except InvalidRequestError as fault:
        faults.append(fault)
        return ""
