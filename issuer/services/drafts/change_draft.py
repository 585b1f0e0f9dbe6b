"""Changes what a draft says; whatever was accepted before is asked anew."""

from dataclasses import replace

from issuer.domain.audit import Act
from issuer.domain.badge_draft import (
    CHANGEABLE,
    UNDECIDED,
    DraftContent,
    DraftScope,
    DraftState,
    require_state,
    require_unchanged,
)
from issuer.domain.badge_texts import LANGUAGES
from issuer.domain.errors import ConflictError, InvalidRequestError
from issuer.domain.permissions import StaffMember
from issuer.services.coaching.note_reading import note_reading
from issuer.services.drafts.draft_content import open_content, rewrite, with_achievement
from issuer.services.outside import Outside


def change(outside: Outside, who: StaffMember, draft_id: str, wanted: DraftContent, *, seen: str) -> None:
    """Let a draft say this; its person, unit and scope stay.

    Args:
        seen: digest (hex) of the content that the writer had before the eyes.

    Raises:
        NotFoundError: no such draft here.
        ConflictError: ``draft.state``, or ``draft.changed`` when somebody changed it meanwhile.
        InvalidRequestError: ``draft.own_name_reason``, ``badge.site_needs_own_name``.
    """
    now = outside.now()
    with outside.database.write() as uow:
        draft = uow.drafts.get(draft_id, who.institution_id)
        require_state(draft, CHANGEABLE)
        require_unchanged(draft, seen)
        note_reading(uow, outside, who, [draft.person_id], what="draft", why="award")
        present = open_content(outside, draft)
        _check(wanted)
        fixed = replace(
            wanted,
            scope=_scope(present, wanted),
            unit=present.unit,
            competence=present.competence,
            words_consent=present.words_consent,
            grade=present.grade,
            demonstration_id=present.demonstration_id,
        )
        provider = uow.institutions.get(draft.institution_id)
        content = with_achievement(outside, uow, provider, draft.person_id, fixed)
        if content.digest() == draft.digest:
            return
        # Whoever wrote it last stands behind it, and looks at it no second time.
        digest = rewrite(outside, uow, draft, content, drafter_id=who.id)
        refs = (("draft", draft_id), ("sha256", digest.hex()))
        uow.audit.append(Act(at=now, actor=who.actor, action="draft.changed", refs=refs))


def drop(outside: Outside, who: StaffMember, draft_id: str) -> None:
    """Give a draft up. Raises NotFoundError, ConflictError (`draft.state`, `draft.changed`)."""
    now = outside.now()
    with outside.database.write() as uow:
        draft = uow.drafts.get(draft_id, who.institution_id)
        require_state(draft, UNDECIDED)
        if not uow.drafts.change(draft, now=now, state=DraftState.DROPPED):
            raise ConflictError(draft_id, code="draft.changed")
        uow.audit.append(Act(at=now, actor=who.actor, action="draft.dropped", refs=(("draft", draft_id),)))


def _check(wanted: DraftContent) -> None:
    if wanted.language not in LANGUAGES:
        raise InvalidRequestError(code="badge.language", pointer="/language")
    if wanted.own_name and not wanted.own_name_reason:
        raise InvalidRequestError(code="draft.own_name_reason", pointer="/own_name_reason")
    if wanted.site is not None and not wanted.own_name:
        raise InvalidRequestError(code="badge.site_needs_own_name", pointer="/site")
    start, end = wanted.activity_start, wanted.activity_end
    if start is not None and end is not None and end < start:
        raise InvalidRequestError(code="badge.period", pointer="/activity_end")


def _scope(present: DraftContent, wanted: DraftContent) -> DraftScope:
    """A group without all of its requirements is a part."""
    if present.scope is DraftScope.GROUP and set(wanted.shown) != set(present.shown):
        return DraftScope.PART
    return present.scope
