"""The owner lets a living link show less, or end sooner; more parts need a new link (privacy.md PL4)."""

from datetime import date

from issuer.domain.errors import ConflictError, InvalidRequestError
from issuer.domain.holder import Holder
from issuer.domain.share_life import check_last_day, ends_at, last_day
from issuer.domain.share_parts import Part, narrowed
from issuer.services.outside import Outside
from issuer.services.sharing.make_share import note
from issuer.services.sharing.own_share import living


def narrow(outside: Outside, who: Holder, ref: str, parts: frozenset[Part], *, until: date | None = None) -> None:
    """Let the link show these of its parts; `until` is an earlier last day, None leaves it.

    Raises:
        NotFoundError: not an own living link.
        ConflictError: ``share.widened``; ``share.changed``: it was changed or stopped at the same moment.
        InvalidRequestError: ``share.nothing``, ``share.day_*``, ``share.day_later`` (that is `extend`'s).
    """
    now = outside.now()
    with outside.database.write() as uow:
        share = living(uow, outside, who, ref)
        fewer = narrowed(share.parts, parts)
        expires_at = share.expires_at
        if until is not None and until != last_day(expires_at):
            expires_at = ends_at(check_last_day(until, now=now))
            if expires_at > share.expires_at:
                raise InvalidRequestError(code="share.day_later", pointer="/until")
        if not uow.shares.narrow(share, fewer, expires_at, now=now):
            raise ConflictError(code="share.changed")
        note(uow, who, "share.narrowed", share.credential_id, now=now)
