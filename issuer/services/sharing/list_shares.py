"""A participant's own links: those that work, those that ended, and what stays of stopped ones. No one else's list."""

from dataclasses import dataclass
from datetime import date

from issuer.db.repositories.shares import Day
from issuer.domain.errors import NotFoundError
from issuer.domain.holder import Holder
from issuer.domain.share_parts import Audience, ShareKind
from issuer.services.link_tokens import own_badge_ref
from issuer.services.outside import Outside
from issuer.services.sharing.own_share import OwnShare, show


@dataclass(frozen=True, slots=True, kw_only=True)
class StoppedShare:
    """What its owner keeps of a stopped link."""

    badge_ref: str
    kind: ShareKind
    audience: Audience
    ended_on: date
    openings: tuple[Day, ...]

    @property
    def times(self) -> int:
        """How often it had been opened by others."""
        return sum(times for _, times in self.openings)


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnShares:
    """All links of one person, newest first."""

    living: tuple[OwnShare, ...]
    ended: tuple[OwnShare, ...]
    stopped: tuple[StoppedShare, ...]


def own_shares(outside: Outside, who: Holder, *, badge_ref: str | None = None) -> OwnShares:
    """The holder's links, of all badges or of one. Raises PersonErasedError."""
    with outside.database.read() as uow:
        records = uow.shares.of_person(who.person_id)
        openings = uow.shares.openings_of([one.id for one in records])
        past = uow.shares.past_of_person(who.person_id)
        past_openings = uow.shares.past_openings_of([one.id for one in past])
    with outside.person_keys.held([who.person_id]):
        links = [show(outside, who, one, tuple(openings.get(one.id, ()))) for one in records]
    stopped = [
        StoppedShare(
            badge_ref=own_badge_ref(outside.link_secret, one.credential_id),
            kind=one.kind,
            audience=one.audience,
            ended_on=one.ended_on,
            openings=tuple(past_openings.get(one.id, ())),
        )
        for one in past
    ]
    wanted = [one for one in links if badge_ref in (None, one.badge_ref)]
    return OwnShares(
        living=tuple(one for one in wanted if not one.ended),
        ended=tuple(one for one in wanted if one.ended),
        stopped=tuple(one for one in stopped if badge_ref in (None, one.badge_ref)),
    )


def own_share(outside: Outside, who: Holder, ref: str) -> OwnShare:
    """One living link of the holder's own. Raises NotFoundError."""
    for one in own_shares(outside, who).living:
        if one.ref == ref:
            return one
    raise NotFoundError("share")
