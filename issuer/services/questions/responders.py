"""Finds who at the provider may answer for a badge: work coaches of its trade, those near the participant first."""

from collections.abc import Iterable

from issuer.db.repositories.questions import AskedBadge
from issuer.db.unit_of_work import UnitOfWork
from issuer.domain.permissions import StaffMember


def responders(uow: UnitOfWork, credential_id: str, badge: AskedBadge) -> frozenset[str]:
    """Ids of the participant's own coach and of who drafted the badge; of all others only where neither may answer.

    Only a work coach confirms competence, and only in a trade of the unit's qualification.
    """
    participant = uow.coaching.participant(badge.person_id, badge.provider_id)
    draft = uow.drafts.of_badge(credential_id)
    near = {
        participant.coach_id if participant is not None else None,
        draft.drafter_id if draft is not None else None,
    }
    able = {one.id for one in _able(uow, badge)}
    return frozenset(able & near) or frozenset(able)


def _able(uow: UnitOfWork, badge: AskedBadge) -> Iterable[StaffMember]:
    found = uow.catalogue.unit_of(badge.unit) if badge.unit is not None else None
    if found is None:
        return
    degree = found.qualification
    for one in uow.staff.of_institution(badge.provider_id):
        member = StaffMember(
            id=one.id,
            institution_id=badge.provider_id,
            roles=frozenset(one.roles),
            trades=frozenset(trade for trade, _ in one.trades),
        )
        if member.may_sign(degree.degree_codes, degree.peruste_id):
            yield member
