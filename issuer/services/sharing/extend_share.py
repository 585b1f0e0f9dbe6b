"""The owner lets a living link work longer; what it shows stays as it is."""

from datetime import date

from issuer.domain.errors import ConflictError, InvalidRequestError
from issuer.domain.holder import Holder
from issuer.domain.share_life import check_last_day, ends_at
from issuer.services.outside import Outside
from issuer.services.sharing.make_share import note
from issuer.services.sharing.own_share import living


def extend(outside: Outside, who: Holder, ref: str, until: date) -> None:
    """Let the link work until the end of this day, at most 365 days from today.

    Raises:
        NotFoundError: not an own living link.
        ConflictError: ``share.changed``: it was changed or stopped at the same moment.
        InvalidRequestError: ``share.day_*``; ``share.day_sooner``: it works as long already.
    """
    now = outside.now()
    with outside.database.write() as uow:
        share = living(uow, outside, who, ref)
        expires_at = ends_at(check_last_day(until, now=now))
        if expires_at <= share.expires_at:
            raise InvalidRequestError(code="share.day_sooner", pointer="/until")
        if not uow.shares.extend(share, expires_at, now=now):
            raise ConflictError(code="share.changed")
        note(uow, who, "share.extended", share.credential_id, now=now)
