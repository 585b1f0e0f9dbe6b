"""What a link would show, before it is made: nothing is stored, and no token exists yet."""

from issuer.domain.holder import Holder
from issuer.domain.share_life import ends_at
from issuer.services.open_share import SharedBadge
from issuer.services.outside import Outside
from issuer.services.sharing.make_share import ShareWish, checked


def preview(outside: Outside, who: Holder, credential_id: str, wish: ShareWish) -> SharedBadge:
    """Return what the public page of such a link is made from. Raises as `make_share.make`."""
    wanted = checked(outside, who, credential_id, wish)
    return SharedBadge(
        credential_id=credential_id,
        document=wanted.document,
        expires_at=ends_at(wanted.last_day),
        token="",
        person_id=who.person_id,
        audience=wish.audience,
        parts=wanted.parts,
        own=True,
    )
