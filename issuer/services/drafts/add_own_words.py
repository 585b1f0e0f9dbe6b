"""The participant's own words in a draft, written by the participant where the draft is accepted; it is asked anew."""

from dataclasses import replace

from issuer.domain.audit import Act
from issuer.domain.badge_draft import CHANGEABLE, require_state, require_unchanged
from issuer.domain.free_text import check_text
from issuer.domain.permissions import StaffMember
from issuer.services.coaching.note_reading import note_reading
from issuer.services.drafts.draft_content import open_content, rewrite, with_achievement
from issuer.services.outside import Outside

MOST_WORDS = 2_000


def add_own_words(outside: Outside, who: StaffMember, draft_id: str, words: str | None, *, seen: str) -> None:
    """Put the participant's words into the draft, or take them out; whoever drafted it stays its drafter.

    A telling word does not stop here: the page names it, and only the participant's own tick keeps it (PW3).

    Args:
        who: on whose device.
        seen: digest (hex) of the content that the participant saw.

    Raises:
        NotFoundError.
        ConflictError: ``draft.state``, ``draft.changed``.
        InvalidRequestError: ``text.length`` and the like at ``/narrative``.
    """
    kept = check_text(words, most=MOST_WORDS, pointer="/narrative") if words else None
    now = outside.now()
    with outside.database.write() as uow:
        draft = uow.drafts.get(draft_id, who.institution_id)
        require_state(draft, CHANGEABLE)
        require_unchanged(draft, seen)
        note_reading(uow, outside, who, [draft.person_id], what="draft", why="award")
        present = open_content(outside, draft)
        if present.narrative == kept:
            return
        provider = uow.institutions.get(draft.institution_id)
        changed = replace(present, narrative=kept, words_consent=None)
        content = with_achievement(outside, uow, provider, draft.person_id, changed)
        digest = rewrite(outside, uow, draft, content)
        refs = (("draft", draft_id), ("sha256", digest.hex()))
        uow.audit.append(Act(at=now, actor=who.actor, action="draft.own_words", refs=refs))
