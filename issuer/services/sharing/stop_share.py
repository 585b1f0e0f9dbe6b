"""The owner stops a link: it is dead with the next request, and the row goes with its data (privacy.md PL6)."""

from issuer.domain.catalogue_choice import helsinki_day
from issuer.domain.errors import NotFoundError
from issuer.domain.holder import Holder
from issuer.services.outside import Outside
from issuer.services.sharing.make_share import note
from issuer.services.sharing.own_share import living


def stop(outside: Outside, who: Holder, ref: str) -> None:
    """Stop it; nobody is asked why. Raises NotFoundError for what is not an own living link, a stopped one too."""
    now = outside.now()
    with outside.database.write() as uow:
        share = living(uow, outside, who, ref)
        if not uow.shares.stop(share.id, on=helsinki_day(now)):
            raise NotFoundError("share")
        note(uow, who, "share.stopped", share.credential_id, now=now)
