"""Corrects a badge by a linked draft: what was wrong is ticked, and the old badge ends only when the new one is out."""

from dataclasses import dataclass, replace

from issuer.db.unit_of_work import UnitOfWork
from issuer.domain.badge_draft import UNDECIDED, Draft, DraftContent, DraftState
from issuer.domain.badge_states import IN_FORCE
from issuer.domain.errors import ConflictError, InvalidRequestError, NotFoundError
from issuer.domain.permissions import StaffMember
from issuer.services.coaching.note_reading import note_reading
from issuer.services.drafts.draft_content import open_content
from issuer.services.drafts.start_draft import insert
from issuer.services.outside import Outside

WRONG = ("text", "ticks", "date", "person")


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One thing that the new badge says otherwise: the name of the member, before and now."""

    what: str
    before: str
    now: str


def replace_badge(outside: Outside, who: StaffMember, credential_id: str, *, wrong: tuple[str, ...]) -> str:
    """Start a draft that will take the place of a badge; return its id. An open one is taken up again.

    For the wrong person no draft is made: that badge was given by mistake, and the right person gets an own one.

    Raises:
        NotFoundError: no such badge of this provider.
        InvalidRequestError: ``replace.wrong`` when nothing was ticked, ``replace.person`` for the wrong person.
        ConflictError: ``badge.not_in_force``, ``replace.no_draft`` for a badge that was not made from a draft.
    """
    if not wrong or not set(wrong) <= set(WRONG):
        raise InvalidRequestError(code="replace.wrong", pointer="/wrong")
    if "person" in wrong:
        raise InvalidRequestError(code="replace.person", pointer="/wrong")
    with outside.database.write() as uow:
        old = origin(uow, who, credential_id)
        if uow.credentials.get(credential_id).state not in IN_FORCE:
            raise ConflictError(credential_id, code="badge.not_in_force")
        for one in uow.drafts.of_person(old.person_id, who.institution_id):
            if one.replaces == credential_id and one.state in UNDECIDED | {DraftState.APPROVED}:
                return one.id
        note_reading(uow, outside, who, [old.person_id], what="draft", why="award")
        content = replace(open_content(outside, old), words_consent=None)
        return insert(outside, uow, who, old.person_id, content, replaces=credential_id)


def origin(uow: UnitOfWork, who: StaffMember, credential_id: str) -> Draft:
    """The draft that a badge of one's institution was made from. Raises NotFoundError, ConflictError."""
    if who.institution_id not in (
        uow.credentials.get(credential_id).institution_id,
        uow.credentials.provider_of(credential_id),
    ):
        raise NotFoundError("badge")
    draft = uow.drafts.of_badge(credential_id)
    if draft is None or draft.institution_id != who.institution_id:
        raise ConflictError(credential_id, code="replace.no_draft")
    return draft


def changes(before: DraftContent, now: DraftContent) -> tuple[Change, ...]:
    """What differs between two contents, member by member; keys of requirements one a line."""
    old, new = before.to_json(), now.to_json()
    found = []
    for name in old:
        if name in ("achievement_key", "words_consent") or old[name] == new[name]:
            continue
        found.append(Change(what=name, before=_words(old[name]), now=_words(new[name])))
    return tuple(found)


def _words(value: object) -> str:
    if isinstance(value, list):
        return "\n".join(str(one) for one in value)
    return "" if value is None else str(value)
