"""Tells participants that a share link ends soon, once for each link and end; only by mail, for staff see no shares."""

from issuer.domain.notice import SHARE_WARNING, NoticeKind
from issuer.domain.share_life import last_day
from issuer.services.notices.notify import notify
from issuer.services.outside import Outside


def warn_of_ends(outside: Outside) -> int:
    """Leave a message for each living link that ends within three days; return how many were left."""
    now = outside.now()
    with outside.database.read() as uow:
        ending = uow.notices.ending_shares(now=now, until=now + SHARE_WARNING)
        told = uow.notices.told(NoticeKind.SHARE_ENDS, [one.person_id for one in ending])
    fresh = [one for one in ending if (one.person_id, one.about) not in told]
    for one in fresh:
        with outside.database.write() as uow:
            day = last_day(one.ends_at)
            notify(uow, outside, one.person_id, NoticeKind.SHARE_ENDS, about=one.about, day=day)
    return len(fresh)
