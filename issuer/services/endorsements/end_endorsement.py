"""A school ends what it endorsed in one act: the public list first, and every page from then on."""

from issuer.db.repositories.publications import SetBit
from issuer.domain.audit import Act
from issuer.domain.catalogue_choice import helsinki_day
from issuer.domain.errors import NotFoundError
from issuer.domain.permissions import StaffMember
from issuer.domain.revocation import months_since_epoch
from issuer.services.outside import Outside
from issuer.services.publish_status_list import publish_if_due

NO_REASON = 0  # the four public reasons are those of badges


def end(outside: Outside, who: StaffMember, act_id: str) -> None:
    """End all endorsements of an act from today on; repeating it changes nothing. Raises NotFoundError."""
    now = outside.now()
    with outside.database.write() as uow:
        uow.audit.lock()
        made = uow.endorsements.of_act(act_id, who.institution_id)
        if not made:
            raise NotFoundError("endorsement")
        in_force = [one for one in made if one.ended_on is None]
        for one in in_force:
            bit = SetBit(index=one.index, reason=NO_REASON, month=months_since_epoch(now))
            uow.publications.set_bits(one.list_id, [bit], decoy=False)
        if in_force:
            uow.endorsements.end(act_id, helsinki_day(now))
            uow.audit.append(Act(at=now, actor=who.actor, action="endorsement.ended", refs=(("act", act_id),)))
    outside.checkpoint("endorsement.after_end")
    for list_id in {one.list_id for one in made}:
        publish_if_due(outside, list_id)
    outside.published()
