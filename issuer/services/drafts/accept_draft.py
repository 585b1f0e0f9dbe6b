"""The participant's yes to exactly this content, on the coach's device or on paper, and the way on to review."""

import uuid
from collections.abc import Collection
from dataclasses import replace

from issuer.db.unit_of_work import UnitOfWork
from issuer.domain.audit import Act
from issuer.domain.badge_draft import (
    WAYS,
    DraftState,
    require_state,
    require_unchanged,
    words_digest,
)
from issuer.domain.catalogue_choice import helsinki_day
from issuer.domain.errors import ConflictError, InvalidRequestError
from issuer.domain.notice import NoticeKind
from issuer.domain.permissions import ALLOWED, Permission, StaffMember
from issuer.services.coaching.note_reading import note_reading
from issuer.services.coaching.require_active import require_active
from issuer.services.drafts.draft_blockers import blockers_of, prepared_or_blocked
from issuer.services.drafts.draft_content import open_content, sealed_content
from issuer.services.notices.notify import notify_all
from issuer.services.outside import Outside

_REVIEWERS = ALLOWED[Permission.DRAFT_REVIEW]
_OPEN = frozenset({DraftState.OPEN, DraftState.RETURNED, DraftState.ACCEPTED})


def accept(
    outside: Outside,
    who: StaffMember,
    draft_id: str,
    *,
    seen: str,
    way: str,
    yes: Collection[str] = (),
) -> None:
    """Record that the participant accepts the content with this digest.

    Args:
        who: on whose device, or who files the paper.
        seen: digest (hex) of the content that the participant saw.
        way: ``device`` or ``paper``.
        yes: each of `DraftContent.wants_yes` that the participant said yes to by its own tick; ``words`` keeps own
            words that may tell something, after reading what they may tell (PW3).

    Raises:
        NotFoundError, ConflictError (`draft.state`, `draft.changed`).
        InvalidRequestError: ``draft.yes_missing``; its pointer names the tick.
    """
    if way not in WAYS:
        raise InvalidRequestError(code="form.choice", pointer="/way")
    now = outside.now()
    with outside.database.write() as uow:
        draft = uow.drafts.get(draft_id, who.institution_id)
        require_state(draft, _OPEN)
        require_unchanged(draft, seen)
        note_reading(uow, outside, who, [draft.person_id], what="draft", why="award")
        content = open_content(outside, draft)
        for asked in content.wants_yes():
            if asked not in yes:
                raise InvalidRequestError(asked, code="draft.yes_missing", pointer=f"/{asked}")
        if "words" in yes:
            content = replace(content, words_consent=words_digest(content.narrative))
        consents = {asked: str(uuid.uuid4()) for asked in content.wants_yes()}
        if content.words_consent is not None:
            consents["words"] = str(uuid.uuid4())
        digest = content.digest()
        done = uow.drafts.change(
            draft,
            now=now,
            state=DraftState.ACCEPTED,
            sealed=sealed_content(outside, draft.person_id, content),
            digest=digest,
            accepted_digest=digest,
            accepted_at=now,
            accepted_way=way,
            consents=consents,
        )
        if not done:
            raise ConflictError(draft_id, code="draft.changed")
        refs = (("draft", draft_id), ("sha256", digest.hex()), *consents.items())
        uow.audit.append(Act(at=now, actor=who.actor, action="draft.accepted", refs=refs, decision=way))


def send_to_review(outside: Outside, who: StaffMember, draft_id: str) -> None:
    """Hand an accepted draft to a second pair of eyes; whoever sends it stands behind it and is the drafter.

    Raises:
        NotFoundError.
        ConflictError: ``draft.not_accepted``, ``draft.blocked`` (`detail` holds the codes), ``draft.changed``,
            ``person.not_active``.
    """
    now = outside.now()
    with outside.database.read() as uow:
        draft = uow.drafts.get(draft_id, who.institution_id)
        provider = uow.institutions.get(draft.institution_id)
    content = open_content(outside, draft)
    _, refused = prepared_or_blocked(outside, provider, draft.person_id, content)
    with outside.database.write() as uow:
        draft = uow.drafts.get(draft_id, who.institution_id)
        if draft.replaces is None:
            require_active(uow, draft.person_id, who.institution_id)
        if draft.state is not DraftState.ACCEPTED or draft.accepted_digest != content.digest():
            raise ConflictError(draft_id, code="draft.not_accepted")
        if any(draft.consent(one) is None for one in content.wants_yes()):
            raise ConflictError(draft_id, code="draft.not_accepted")
        found = blockers_of(
            outside,
            uow,
            content,
            person_id=draft.person_id,
            drafter=who,
            replaces=draft.replaces,
        )
        if blocked := (*refused, *found):
            raise ConflictError(", ".join(sorted({one.code for one in blocked})), code="draft.blocked")
        done = uow.drafts.change(
            draft, now=now, state=DraftState.IN_REVIEW, drafter_id=who.id, return_reason=None, sealed_return=None
        )
        if not done:
            raise ConflictError(draft_id, code="draft.changed")
        refs = (("draft", draft_id), ("sha256", draft.digest.hex()))
        uow.audit.append(Act(at=now, actor=who.actor, action="draft.sent_to_review", refs=refs))
        _tell_reviewers(uow, outside, who)


def _tell_reviewers(uow: UnitOfWork, outside: Outside, who: StaffMember) -> None:
    """Tell those who may look, once a day at most."""
    day = f"{helsinki_day(outside.now()):%Y-%m-%d}"
    able = [one.id for one in uow.staff.of_institution(who.institution_id) if _REVIEWERS.intersection(one.roles)]
    notify_all(uow, outside, {one: day for one in able if one != who.id}, NoticeKind.REVIEW_WAITS)
