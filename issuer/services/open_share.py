"""Opens a shared badge by its token; unknown, ended and stopped links are all the same nothing."""

import re
from dataclasses import dataclass
from datetime import datetime

from issuer.db.person_keys import PersonErasedError
from issuer.domain import typed_code
from issuer.domain.badge_states import SHOWN
from issuer.domain.catalogue_choice import helsinki_day
from issuer.domain.share_parts import ALL_PARTS, Audience, Part, Parts
from issuer.services.link_tokens import token_digest
from issuer.services.outside import Outside

_TOKEN = re.compile(r"[A-Za-z0-9_-]{22}")
_NO_TOKEN = "-" * 22


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedBadge:
    """What a link shows: the signed bytes, which parts of them may be seen, and until when the link works.

    Attributes:
        share_id, person_id: of the link and its owner; inner ids, never shown. The first is "" before it is made.
        document: all of the badge: a page shows only `parts` of it, and it is handed out only with the whole file.
        token: as it stood in the path.
        own: its owner is looking, so that nothing is counted.
    """

    credential_id: str
    document: bytes
    expires_at: datetime
    token: str
    share_id: str = ""
    person_id: str = ""
    audience: Audience = Audience.ANYONE
    parts: Parts = ALL_PARTS
    own: bool = False

    @property
    def whole_file(self) -> bool:
        """Whether the holder lets the signed badge itself be taken."""
        return Part.WHOLE_FILE in self.parts


def open_share(
    outside: Outside, token: str, *, counted: bool, looking_person_id: str | None = None
) -> SharedBadge | None:
    """Return the badge behind a living link, or None.

    Args:
        token: 22 signs of a link, or the 16 signs of a printed one, as typed.
        counted: whether this opening counts (a page load by somebody, not a picture or a file of that page).
        looking_person_id: who is in the own view in the same browser: an owner's own visits are not counted.
    """
    looked_up = token if _TOKEN.fullmatch(token) else typed_code.read(token) or _NO_TOKEN  # in all cases as long
    now = outside.clock()
    with outside.database.read() as uow:
        share = uow.shares.by_token(token_digest(looked_up), now=now)
        record = uow.credentials.get(share.credential_id) if share is not None else None
    if share is None or record is None or record.state not in SHOWN or record.document is None:
        return None
    try:
        document = outside.person_keys.unseal(record.person_id, "document", record.document)
    except PersonErasedError:
        return None
    own = looking_person_id == share.person_id
    if counted and not own:
        with outside.database.write() as uow:
            if not uow.shares.count(share.id, helsinki_day(now)):
                return None  # stopped since it was looked up
    return SharedBadge(
        credential_id=record.id,
        document=document,
        expires_at=share.expires_at,
        token=token,
        share_id=share.id,
        person_id=share.person_id,
        audience=share.audience,
        parts=share.parts,
        own=own,
    )
