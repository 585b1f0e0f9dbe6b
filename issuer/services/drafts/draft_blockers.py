"""All that keeps a draft from being signed: entitlement, trade, an equal badge, and what our own rules refuse."""

from issuer.db.unit_of_work import UnitOfWork
from issuer.domain.badge_draft import Blocker, DraftContent, DraftScope
from issuer.domain.demonstration import Kind, State
from issuer.domain.errors import DomainError
from issuer.domain.institution import Institution
from issuer.domain.permissions import Permission, StaffMember
from issuer.services.award_badge import Prepared, prepare_award
from issuer.services.drafts.check_entitlement import NO_OBSERVATION, entitled
from issuer.services.drafts.draft_content import request_for, signing_institution, today
from issuer.services.outside import Outside

TRADE, EQUAL_BADGE, NOT_WHOLE = "draft.trade", "draft.equal_badge", "draft.not_whole_unit"
NO_DEMONSTRATION = "draft.no_demonstration"


def blockers_of(
    outside: Outside,
    uow: UnitOfWork,
    content: DraftContent,
    *,
    person_id: str,
    drafter: StaffMember | None,
    replaces: str | None,
) -> tuple[Blocker, ...]:
    """Return what is in the way, as far as the records tell.

    Args:
        drafter: who stands behind the ticks; None when that person has left.
        replaces: the badge that this one takes the place of, which is not "equal" to it.
    """
    found: list[Blocker] = []
    if content.unit is not None:
        found += entitled(uow, person_id, content.unit, content.shown, today(outside), in_part=content.in_part)
        found += _unit_blockers(uow, content, drafter)
    elif not uow.coaching.all_observations(person_id):
        found.append(Blocker(code=NO_OBSERVATION))
    if content.unit is None and (drafter is None or not drafter.may(Permission.COMPETENCE_SIGN)):
        found.append(Blocker(code=TRADE))
    if content.grade is not None and not _demonstrated(uow, person_id, content):
        found.append(Blocker(code=NO_DEMONSTRATION))
    for held in uow.drafts.in_force(person_id, content.unit, on_their_way=True):
        if held.achievement_id == content.achievement_key and held.credential_id != replaces:
            found.append(Blocker(code=EQUAL_BADGE))
    return tuple(dict.fromkeys(found))


def prepared_or_blocked(
    outside: Outside, provider: Institution, person_id: str, content: DraftContent
) -> tuple[Prepared | None, tuple[Blocker, ...]]:
    """What the badge would be, or why our own rules refuse it: language, texts, telling words, catalogue."""
    try:
        with outside.database.read() as uow:
            signing = signing_institution(uow, provider, content)
        return prepare_award(outside, request_for(signing, provider, person_id, content)), ()
    except DomainError as refused:
        return None, (Blocker(code=refused.code, key=None),)


def _unit_blockers(uow: UnitOfWork, content: DraftContent, drafter: StaffMember | None) -> list[Blocker]:
    unit = content.unit
    found = uow.catalogue.unit_of(unit) if unit is not None else None
    if found is None:
        return []
    blockers = []
    degree = found.qualification
    if drafter is None or not drafter.may_sign(degree.degree_codes, degree.peruste_id):
        blockers.append(Blocker(code=TRADE))
    if content.scope is DraftScope.UNIT and set(content.shown) != {one.key for one in found.unit.requirements}:
        blockers.append(Blocker(code=NOT_WHOLE))
    return blockers


def _demonstrated(uow: UnitOfWork, person_id: str, content: DraftContent) -> bool:
    """Whether a school's demonstration of this person was approved with this very grade."""
    if content.unit is None:
        return False
    return any(
        one.id == content.demonstration_id
        and one.kind is Kind.SCHOOL
        and one.state is State.APPROVED
        and one.grade == content.grade
        for one in uow.demonstrations.of(person_id, content.unit)
    )
