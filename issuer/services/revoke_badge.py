"""Takes a badge out of use: the bit and the reason first, the public list next, and only then it is shown as done."""

from datetime import datetime

from issuer.db.repositories.credentials import CredentialRecord
from issuer.db.repositories.publications import SetBit
from issuer.db.unit_of_work import UnitOfWork
from issuer.domain.audit import Act
from issuer.domain.badge_states import IN_FORCE
from issuer.domain.errors import ConflictError, InvalidRequestError, NotFoundError
from issuer.domain.revocation import CODES, REASONS, months_since_epoch
from issuer.services.outside import Outside
from issuer.services.publish_status_list import publish_if_due
from issuer.services.show_badge import BadgeView, show


def revoke(
    outside: Outside,
    credential_id: str,
    *,
    institution_id: str,
    reason: str,
    actor: str,
    replaced_by: str | None = None,
) -> BadgeView:
    """Withdraw a badge for one of the four public reasons; repeating the same reason is harmless.

    Args:
        institution_id: who signed it, or the provider behind it.
        replaced_by: the badge that takes its place, issued already.

    Raises:
        InvalidRequestError: the reason is not one of ours.
        NotFoundError: no such badge of this institution.
        ConflictError: it was never issued, or was withdrawn for another reason.
    """
    if reason not in REASONS:
        raise InvalidRequestError(reason, code="badge.reason", pointer="/reason")
    now = outside.now()
    with outside.database.write() as uow:
        record = uow.credentials.get(credential_id)
        if institution_id not in (record.institution_id, uow.credentials.provider_of(credential_id)):
            raise NotFoundError("badge")
        if record.state in IN_FORCE:
            take_out(uow, record, reason=reason, actor=actor, now=now, replaced_by=replaced_by)
        elif record.withdrawal_reason != reason:
            raise ConflictError(record.state, code="badge.not_in_force")
        outside.checkpoint("revoke.in_transaction")
    outside.checkpoint("revoke.after_store")
    publish_if_due(outside, record.list_id)
    outside.published()  # the worker may have been quicker: what this process keeps is older than the withdrawal
    outside.checkpoint("revoke.after_publish")
    return show(outside, credential_id, institution_id=institution_id)


def take_out(
    uow: UnitOfWork,
    record: CredentialRecord,
    *,
    reason: str,
    actor: str,
    now: datetime,
    replaced_by: str | None = None,
) -> None:
    """Withdraw a badge in force within the caller's transaction; the public list is to be published after it.

    Raises:
        ConflictError: ``badge.busy``: it is no longer as `record` says.
    """
    if not uow.credentials.change(
        record, to="withdrawn", withdrawn_at=now, withdrawal_reason=reason, replaced_by=replaced_by
    ):
        raise ConflictError(record.id, code="badge.busy")
    bit = SetBit(index=record.index, reason=CODES[reason], month=months_since_epoch(now))
    uow.publications.set_bits(record.list_id, [bit], decoy=False)
    uow.audit.append(Act(at=now, actor=actor, action="badge.withdrawn", refs=(("badge", record.id),), decision=reason))
