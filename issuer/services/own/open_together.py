"""Opens a participant's view on a supporter's device: a web session of its own that takes badges and nothing else."""

from issuer.domain.holder import Holder
from issuer.domain.participant import Participant
from issuer.domain.permissions import StaffMember
from issuer.services.coaching.find_participants import located, opened
from issuer.services.outside import Outside
from issuer.services.own import own_session


def open_together(outside: Outside, who: StaffMember, number: str) -> tuple[Participant, str]:
    """Begin the view for a participant of `who`'s house, and write down for the participant who opened it.

    Returns:
        The participant and the value of the view's own cookie.

    Raises:
        NotFoundError: no such participant here.
    """
    with outside.database.write() as uow:
        row = located(uow, who, number)
        person = opened(uow, outside, who, row, what="together")
        holder = Holder(
            person_id=person.person_id, institution_id=who.institution_id, shared_device=True, supported=True
        )
        return person, own_session.begin(uow, holder, now=outside.now())
