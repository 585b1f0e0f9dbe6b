"""Takes an approved draft to the world: reserve, sign, publish, and only then withdraw what it replaces.

Every step may be repeated: the draft's id is the idempotency key, so a crash between two steps never gives a second
badge, and the worker goes on where it stopped.
"""

from issuer.db.person_keys import PersonErasedError
from issuer.db.unit_of_work import UnitOfWork
from issuer.domain.audit import Act
from issuer.domain.badge_draft import Draft, DraftState
from issuer.domain.errors import ConflictError, DomainError
from issuer.domain.notice import NoticeKind
from issuer.services.award_badge import award
from issuer.services.drafts.draft_content import open_content, request_for, signing_institution
from issuer.services.notices.notify import notify
from issuer.services.outside import Outside
from issuer.services.revoke_badge import revoke
from issuer.services.sign_badge import sign
from keys.errors import SigningError
from schemas.errors import DocumentError

_AT_ONCE = 50


def issue_approved(outside: Outside, draft: Draft) -> str:
    """Issue the badge of an approved draft, or go on with it; return its id.

    Raises:
        ConflictError: the content is not the approved one any more (`draft.changed`).
        DomainError, keys.errors.SigningError: as `award` and `sign`; the draft stays approved, the badge unseen.
    """
    content = open_content(outside, draft)
    if content.digest() != draft.accepted_digest:
        raise ConflictError(draft.id, code="draft.changed")
    with outside.database.read() as uow:
        provider = uow.institutions.get(draft.institution_id)
        signing = signing_institution(uow, provider, content)
    request = request_for(signing, provider, draft.person_id, content)

    def tie(within: UnitOfWork, credential_id: str) -> None:
        within.drafts.link(draft.id, credential_id)

    credential_id = award(
        outside, request, idempotency_key=f"draft-{draft.id}", actor=f"staff:{draft.reviewer_id}", within=tie
    )
    outside.checkpoint("draft.after_award")
    sign(outside, credential_id)
    outside.checkpoint("draft.after_sign")
    if draft.replaces is not None:
        _withdraw_old(outside, draft, draft.replaces, credential_id)
    outside.checkpoint("draft.before_issued")
    now = outside.now()
    with outside.database.write() as uow:
        fresh = uow.drafts.get(draft.id, draft.institution_id)
        if fresh.state is DraftState.APPROVED and uow.drafts.change(fresh, now=now, state=DraftState.ISSUED):
            refs = (("draft", draft.id), ("badge", credential_id))
            uow.audit.append(Act(at=now, actor="system", action="draft.issued", refs=refs))
            kind = NoticeKind.BADGE_READY if draft.replaces is None else NoticeKind.CORRECTED
            notify(uow, outside, draft.person_id, kind, about=credential_id)
    return credential_id


def finish_approved(outside: Outside) -> int:
    """Go on with approved drafts that a crash or a silent signer left behind; return how many came out."""
    with outside.database.read() as uow:
        waiting = uow.drafts.approved(limit=_AT_ONCE)
    done = 0
    for draft in waiting:
        try:
            issue_approved(outside, draft)
            done += 1
        except (DomainError, SigningError, DocumentError, PersonErasedError):
            continue  # the draft stays approved and the badge unseen: the next round tries again
    return done


def _withdraw_old(outside: Outside, draft: Draft, old_id: str, new_id: str) -> None:
    """The old badge becomes "replaced by a new one", after the new one is there for everyone."""
    with outside.database.read() as uow:
        old = uow.credentials.get(old_id)
    if old.state == "withdrawn":  # taken out of use meanwhile for another reason, which stays as it is
        return
    actor = f"staff:{draft.reviewer_id}"
    revoke(outside, old_id, institution_id=draft.institution_id, reason="replaced", actor=actor, replaced_by=new_id)
