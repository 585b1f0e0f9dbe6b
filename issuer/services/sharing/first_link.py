"""The link that is made with a badge of somebody who has no own view here: asked for by a program, CLI or the demo.

A participant's badge gets none: nothing is shared until the participant does it (privacy.md PL1).
"""

import uuid
from collections.abc import Sequence
from datetime import datetime

from issuer.db.repositories.shares import ShareRecord
from issuer.db.unit_of_work import UnitOfWork
from issuer.domain.share_life import PRINTED_DAYS, days_from, ends_at
from issuer.services.link_tokens import share_token, token_digest
from issuer.services.outside import Outside


def first_links(uow: UnitOfWork, outside: Outside, badges: Sequence[tuple[str, str]], *, now: datetime) -> None:
    """Make them in the transaction that issues the badges.

    Args:
        badges: (id, id of the person) of each badge that is issued now.
    """
    own = uow.shares.with_own_view([person_id for _, person_id in badges])
    expires_at = ends_at(days_from(now, PRINTED_DAYS))
    shares = [
        ShareRecord(id=str(uuid.uuid4()), credential_id=badge_id, person_id=person_id, expires_at=expires_at)
        for badge_id, person_id in badges
        if person_id not in own
    ]
    digests = [token_digest(share_token(outside.link_secret, share.id)) for share in shares]
    uow.shares.add_all(shares, digests, now=now)
