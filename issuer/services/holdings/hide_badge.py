"""Hides a badge from its holder's own list, or brings it back; it stays what it is for everybody else."""

from issuer.domain.audit import Act
from issuer.domain.holder import Holder
from issuer.services.holdings.own_badges import badge_by_ref
from issuer.services.outside import Outside


def hide(outside: Outside, who: Holder, ref: str, *, hidden: bool = True) -> None:
    """Hide an own badge, or show it again with `hidden` false; repeating is harmless. Raises NotFoundError."""
    badge = badge_by_ref(outside, who, ref)
    if badge.hidden is hidden:
        return
    now = outside.now()
    with outside.database.write() as uow:
        if hidden:
            uow.holdings.hide(who.person_id, badge.credential_id, now=now)
        else:
            uow.holdings.bring_back(who.person_id, badge.credential_id)
        action = "own_badge.hidden" if hidden else "own_badge.brought_back"
        refs = (("badge", badge.credential_id),)
        uow.audit.append(Act(at=now, actor="participant", action=action, refs=refs))
