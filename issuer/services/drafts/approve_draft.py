"""The second pair of eyes says yes with a passkey, or gives the draft back with a reason; then the badge is issued."""

from issuer.db.unit_of_work import UnitOfWork
from issuer.domain.audit import Act
from issuer.domain.badge_draft import (
    RETURN_REASONS,
    Draft,
    DraftContent,
    DraftState,
    check_reviewer,
    require_state,
    require_unchanged,
)
from issuer.domain.errors import ConflictError, InvalidRequestError
from issuer.domain.free_text import check_text
from issuer.domain.permissions import StaffMember
from issuer.services import signing_act
from issuer.services.coaching.require_active import require_active
from issuer.services.drafts.draft_blockers import blockers_of, prepared_or_blocked
from issuer.services.drafts.draft_content import open_content
from issuer.services.drafts.issue_draft import issue_approved
from issuer.services.outside import Outside
from issuer.services.sealed_values import open_value, seal_value

MOST_WORDS = 1_000
_REVIEWING = frozenset({DraftState.IN_REVIEW})
_RETURN = "badge_draft_return"


def act_name(draft_id: str) -> str:
    """The act that the passkey confirms."""
    return f"draft.approve:{draft_id}"


def approve(outside: Outside, who: StaffMember, draft_id: str, *, seen: str, assertion: str) -> str:
    """Approve and issue; return the badge's id.

    Args:
        seen: digest (hex) of the content that the reviewer looked at.
        assertion: the passkey's answer.

    Raises:
        ForbiddenError: ``act.not_confirmed``.
        ConflictError: ``draft.state``, ``draft.changed``, ``draft.not_accepted``, ``draft.blocked``,
            ``review.own_draft``, ``review.only_observer``, ``person.not_active``; nothing is approved then.
        DomainError, keys.errors.SigningError: from issuing; the draft stays approved and the worker goes on.
    """
    with outside.database.read() as uow:
        draft = uow.drafts.get(draft_id, who.institution_id)
        provider = uow.institutions.get(draft.institution_id)
    require_state(draft, _REVIEWING)
    require_unchanged(draft, seen)
    content = open_content(outside, draft)
    _, refused = prepared_or_blocked(outside, provider, draft.person_id, content)
    if refused:
        raise ConflictError(refused[0].code, code="draft.blocked")
    signing_act.confirm(outside, who, act_name(draft_id), draft.digest, assertion)
    outside.checkpoint("draft.after_confirm")
    with outside.database.write() as uow:
        approved = _approve(outside, uow, who, draft, content)
        outside.checkpoint("draft.in_approve")
    outside.checkpoint("draft.after_approve")
    return issue_approved(outside, approved)


def give_back(outside: Outside, who: StaffMember, draft_id: str, *, reason: str, words: str | None) -> None:
    """Return a draft to its drafter.

    Raises:
        InvalidRequestError: ``draft.return_reason``, or the words break a rule.
        NotFoundError, ConflictError (`draft.state`, `draft.changed`).
    """
    if reason not in RETURN_REASONS or (reason == "other" and not words):
        raise InvalidRequestError(code="draft.return_reason", pointer="/reason")
    kept = check_text(words, most=MOST_WORDS, pointer="/words") if words else None
    now = outside.now()
    with outside.database.write() as uow:
        draft = uow.drafts.get(draft_id, who.institution_id)
        require_state(draft, _REVIEWING)
        sealed = seal_value(outside, draft.person_id, _RETURN, {"words": kept}) if kept is not None else None
        done = uow.drafts.change(
            draft,
            now=now,
            state=DraftState.RETURNED,
            reviewer_id=who.id,
            reviewed_at=now,
            return_reason=reason,
            sealed_return=sealed,
        )
        if not done:
            raise ConflictError(draft_id, code="draft.changed")
        refs = (("draft", draft_id), ("sha256", draft.digest.hex()))
        uow.audit.append(Act(at=now, actor=who.actor, action="draft.returned", refs=refs, decision=reason))


def return_words(outside: Outside, draft: Draft) -> str | None:
    """What the reviewer wrote, or None."""
    if draft.sealed_return is None:
        return None
    return str(open_value(outside, draft.person_id, _RETURN, draft.sealed_return)["words"])


def observers(uow: UnitOfWork, draft: Draft, content: DraftContent) -> frozenset[str]:
    """Who observed what the draft claims."""
    if content.unit is None:
        return frozenset(one.staff_id for one in uow.coaching.all_observations(draft.person_id))
    claimed = {*content.shown, *content.in_part}
    rows = uow.coaching.observations(draft.person_id, content.unit)
    return frozenset(one.staff_id for one in rows if claimed.intersection(one.requirement_keys))


def _approve(outside: Outside, uow: UnitOfWork, who: StaffMember, seen: Draft, content: DraftContent) -> Draft:
    now = outside.now()
    draft = uow.drafts.get(seen.id, who.institution_id)
    require_state(draft, _REVIEWING)
    require_unchanged(draft, seen.digest.hex())
    check_reviewer(reviewer_id=who.id, drafter_id=draft.drafter_id, observers=observers(uow, draft, content))
    if draft.replaces is None:  # a mistake in a badge can be put right after a withdrawal, too
        require_active(uow, draft.person_id, who.institution_id)
    if draft.accepted_digest != draft.digest:
        raise ConflictError(draft.id, code="draft.not_accepted")
    found = blockers_of(
        outside,
        uow,
        content,
        person_id=draft.person_id,
        drafter=uow.people.staff(draft.drafter_id),
        replaces=draft.replaces,
    )
    if found:
        raise ConflictError(", ".join(sorted({one.code for one in found})), code="draft.blocked")
    if not uow.drafts.change(draft, now=now, state=DraftState.APPROVED, reviewer_id=who.id, reviewed_at=now):
        raise ConflictError(draft.id, code="draft.changed")
    refs = (("draft", draft.id), ("sha256", draft.digest.hex()))
    uow.audit.append(Act(at=now, actor=who.actor, action="draft.approved", refs=refs))
    return uow.drafts.get(draft.id, who.institution_id)
