"""Takes an own badge out of use at its holder's wish: nobody asks why, and the public list says it before we do."""

from issuer.domain.holder import Holder
from issuer.services.holdings.own_badges import badge_by_ref
from issuer.services.outside import Outside
from issuer.services.revoke_badge import revoke

REASON = "holder_wish"


def take_out_of_use(outside: Outside, who: Holder, ref: str) -> bool:
    """Withdraw an own badge for good; repeating is harmless.

    Returns:
        Whether the public list says so already (privacy.md PK4); the worker publishes it else.

    Raises:
        NotFoundError: no such badge of this participant.
        ConflictError: ``badge.not_in_force``: it was withdrawn for another reason before.
    """
    badge = badge_by_ref(outside, who, ref)
    with outside.database.read() as uow:
        signer = uow.credentials.get(badge.credential_id).institution_id
    done = revoke(outside, badge.credential_id, institution_id=signer, reason=REASON, actor="participant")
    return done.status_published
