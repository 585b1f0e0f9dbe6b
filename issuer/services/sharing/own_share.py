"""A link as its owner sees it, and finding one among the own links by the reference in the owner's view."""

from dataclasses import dataclass
from datetime import date

from issuer.db.repositories.shares import Day, ShareRecord
from issuer.db.unit_of_work import UnitOfWork
from issuer.domain.errors import NotFoundError
from issuer.domain.holder import Holder
from issuer.domain.share_life import last_day
from issuer.domain.share_parts import Audience, Parts, ShareKind
from issuer.services.link_tokens import own_badge_ref, share_token
from issuer.services.outside import Outside
from issuer.services.sealed_values import open_value
from issuer.services.sharing.share_codes import share_ref, typed_form

SEALED = "share"  # what the column is bound to


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnShare:
    """One link of one's own.

    Attributes:
        ref, badge_ref: stand in addresses of the own view; derived, known to nobody else.
        share_id: inner id, for services.
        token, url: of the public page; typed: the 16 signs of a printed link, else None.
        name, for_whom: the owner's words; "" for none.
        until: the last day on which it works.
        ended: it works no more and goes by itself 30 days later.
        openings: (day, times), oldest first, the owner's own visits left out.
    """

    ref: str
    share_id: str
    credential_id: str
    badge_ref: str
    token: str
    url: str
    typed: str | None
    kind: ShareKind
    audience: Audience
    parts: Parts
    name: str
    for_whom: str
    made_on: date | None
    until: date
    ended: bool
    openings: tuple[Day, ...] = ()

    @property
    def times(self) -> int:
        """How often it was opened by others."""
        return sum(times for _, times in self.openings)


def show(outside: Outside, who: Holder, record: ShareRecord, openings: tuple[Day, ...] = ()) -> OwnShare:
    """Return a link of the holder as its owner sees it. Raises PersonErasedError."""
    secret = outside.link_secret
    token = share_token(secret, record.id)
    words = open_value(outside, who.person_id, SEALED, record.sealed) if record.sealed is not None else {}
    return OwnShare(
        ref=share_ref(secret, record.id),
        share_id=record.id,
        credential_id=record.credential_id,
        badge_ref=own_badge_ref(secret, record.credential_id),
        token=token,
        url=f"{outside.public_url}/s/{token}",
        typed=typed_form(secret, record.id) if record.kind is ShareKind.PAPER else None,
        kind=record.kind,
        audience=record.audience,
        parts=record.parts,
        name=str(words.get("name", "")),
        for_whom=str(words.get("for_whom", "")),
        made_on=record.created_at.date() if record.created_at is not None else None,
        until=last_day(record.expires_at),
        ended=record.expires_at <= outside.now(),
        openings=openings,
    )


def living(uow: UnitOfWork, outside: Outside, who: Holder, ref: str) -> ShareRecord:
    """The holder's living link of this reference. Raises NotFoundError for any other and for one that has ended."""
    now = outside.now()
    for record in uow.shares.of_person(who.person_id):
        if share_ref(outside.link_secret, record.id) == ref and record.expires_at > now:
            return record
    raise NotFoundError("share")
