"""Starts a draft: what was agreed as shown is in it, the months of the work, and nothing that is off by default."""

import uuid
from dataclasses import dataclass

from issuer.db.unit_of_work import UnitOfWork
from issuer.domain.agreement import Outcome
from issuer.domain.audit import Act
from issuer.domain.badge_draft import Draft, DraftContent, DraftScope, DraftState
from issuer.domain.errors import InvalidRequestError, NotFoundError
from issuer.domain.permissions import StaffMember
from issuer.domain.unit_ref import UnitRef
from issuer.domain.working_life import competences
from issuer.services.coaching.note_reading import note_reading
from issuer.services.coaching.require_active import require_active
from issuer.services.drafts.draft_content import sealed_content, with_achievement
from issuer.services.outside import Outside


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDraft:
    """What a draft shall be about.

    Attributes:
        group: any key of the group that is meant, for scope "group".
        competence: key of the working-life list, for scope "generic".
    """

    scope: DraftScope
    unit: UnitRef | None = None
    group: str | None = None
    competence: str | None = None
    language: str = "fi"


def start(outside: Outside, who: StaffMember, person_id: str, new: NewDraft) -> str:
    """Start a draft for a participant of one's own institution; return its id.

    Raises:
        NotFoundError: no such participant or unit here.
        InvalidRequestError: ``draft.scope`` when scope, unit and competence do not fit together.
        ConflictError: ``person.not_active``.
    """
    if (new.unit is None) != (new.scope is DraftScope.GENERIC):
        raise InvalidRequestError(code="draft.scope", pointer="/scope")
    if new.scope is DraftScope.GENERIC and new.competence not in competences().by_key:
        raise InvalidRequestError(code="badge.unknown_competence", pointer="/competence")
    with outside.database.write() as uow:
        if uow.people.person_institution(person_id) != who.institution_id:
            raise NotFoundError("participant")
        require_active(uow, person_id, who.institution_id)
        note_reading(uow, outside, who, [person_id], what="draft", why="award")
        return insert(outside, uow, who, person_id, _first_content(uow, person_id, new))


def insert(
    outside: Outside,
    uow: UnitOfWork,
    who: StaffMember,
    person_id: str,
    content: DraftContent,
    *,
    replaces: str | None = None,
) -> str:
    """Store a new draft in the caller's transaction; return its id."""
    now = outside.now()
    provider = uow.institutions.get(who.institution_id)
    content = with_achievement(outside, uow, provider, person_id, content)
    draft = Draft(
        id=str(uuid.uuid4()),
        institution_id=who.institution_id,
        person_id=person_id,
        drafter_id=who.id,
        state=DraftState.OPEN,
        scope=content.scope,
        unit=content.unit,
        sealed=sealed_content(outside, person_id, content),
        digest=content.digest(),
        accepted_digest=None,
        accepted_at=None,
        accepted_way=None,
        consents=(),
        reviewer_id=None,
        reviewed_at=None,
        return_reason=None,
        sealed_return=None,
        credential_id=None,
        replaces=replaces,
        revision=1,
        created_at=now,
        changed_at=now,
    )
    uow.drafts.add(draft)
    refs = (("draft", draft.id), ("person", person_id), ("sha256", draft.digest.hex()))
    uow.audit.append(Act(at=now, actor=who.actor, action="draft.started", refs=refs))
    return draft.id


def _first_content(uow: UnitOfWork, person_id: str, new: NewDraft) -> DraftContent:
    unit = new.unit
    if unit is None:
        days = [one.observed_on for one in uow.coaching.all_observations(person_id)]
        return DraftContent(
            scope=new.scope,
            competence=new.competence,
            language=new.language,
            activity_start=min(days, default=None),
            activity_end=max(days, default=None),
        )
    found = uow.catalogue.unit_of(unit)
    if found is None:
        raise NotFoundError("unit", code="unit.unknown", pointer="/unit")
    wanted = {one.key for one in found.unit.requirements}
    if new.scope is DraftScope.GROUP:
        group = next((one.group for one in found.unit.requirements if one.key == new.group), None)
        if not group:
            raise InvalidRequestError(code="badge.not_a_group", pointer="/group")
        wanted = {one.key for one in found.unit.requirements if one.group == group}
    agreed = uow.agreements.agreed(person_id, unit)
    chosen = {key: one for key, one in agreed.items() if key in wanted and one.may_enter_badge}
    partly = new.scope is DraftScope.PART
    days = [one.observed_on for one in uow.coaching.observations(person_id, unit)]
    return DraftContent(
        scope=new.scope,
        unit=unit,
        shown=tuple(sorted(key for key, one in chosen.items() if one.outcome is Outcome.SHOWN)),
        in_part=tuple(sorted(key for key, one in chosen.items() if partly and one.outcome is Outcome.IN_PART)),
        language=new.language,
        activity_start=min(days, default=None),
        activity_end=max(days, default=None),
    )
