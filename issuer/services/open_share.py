"""Opens a shared badge by its token; unknown, ended and stopped links are all the same nothing."""

import re
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from issuer.db.person_keys import PersonErasedError
from issuer.domain.badge_states import SHOWN
from issuer.services.link_tokens import token_digest
from issuer.services.outside import Outside

_TOKEN = re.compile(r"[A-Za-z0-9_-]{22}")
_HELSINKI = ZoneInfo("Europe/Helsinki")


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedBadge:
    """What a link shows: the signed bytes, and until when the link works."""

    credential_id: str
    document: bytes
    expires_at: datetime
    token: str


def open_share(outside: Outside, token: str, *, counted: bool) -> SharedBadge | None:
    """Return the badge behind a living link, or None.

    Args:
        counted: whether this opening counts (a page load by somebody, not a picture or a file of that page).
    """
    if not _TOKEN.fullmatch(token):
        token = "-" * 22  # looked up all the same, so that the answer takes equally long
    now = outside.clock()
    with outside.database.read() as uow:
        share = uow.shares.by_token(token_digest(token), now=now)
        record = uow.credentials.get(share.credential_id) if share is not None else None
    if share is None or record is None or record.state not in SHOWN or record.document is None:
        return None
    try:
        document = outside.person_keys.unseal(record.person_id, "document", record.document)
    except PersonErasedError:
        return None
    if counted:
        with outside.database.write() as uow:
            uow.shares.count(share.id, now.astimezone(_HELSINKI).date())
    return SharedBadge(credential_id=record.id, document=document, expires_at=share.expires_at, token=token)
