"""What every act on a cooperation agreement shares: finding it for one side, and storing it with its audit row."""

from dataclasses import replace

from issuer.db.unit_of_work import UnitOfWork
from issuer.domain.audit import Act
from issuer.domain.catalogue_choice import helsinki_day
from issuer.domain.cooperation import (
    Cooperation,
    CooperationState,
    check_parties,
    check_terms,
    content_digest,
    require,
)
from issuer.domain.cooperation_document import terms_to_json
from issuer.domain.errors import ConflictError, NotFoundError
from issuer.domain.permissions import StaffMember
from issuer.services.outside import Outside


def of_side(uow: UnitOfWork, who: StaffMember, ref: str) -> Cooperation:
    """An agreement of the own institution. Raises NotFoundError for anybody else's and for the other side's draft."""
    agreement = uow.trust.by_ref(ref)
    if not agreement.shown_to(who.institution_id):
        raise NotFoundError("cooperation")
    return agreement


def of_writer(uow: UnitOfWork, who: StaffMember, ref: str, *states: CooperationState) -> Cooperation:
    """As `of_side`, for the side that writes it.

    Raises:
        NotFoundError; ConflictError: ``cooperation.other_side``, ``cooperation.state``.
    """
    agreement = of_side(uow, who, ref)
    if agreement.drafted_by != who.institution_id:
        raise ConflictError(code="cooperation.other_side")
    require(agreement, *states)
    return agreement


def of_other(uow: UnitOfWork, who: StaffMember, ref: str) -> Cooperation:
    """As `of_side`, for who is asked to confirm. Raises NotFoundError, ConflictError ``cooperation.state``."""
    agreement = of_side(uow, who, ref)
    if not agreement.waits_for(who.institution_id):
        raise ConflictError(code="cooperation.state")
    return agreement


def digest_of(uow: UnitOfWork, agreement: Cooperation) -> bytes:
    """SHA-256 of what both sides confirm."""
    school, partner = uow.institutions.get(agreement.school_id), uow.institutions.get(agreement.partner_id)
    return content_digest(school, partner, terms_to_json(agreement.terms))


def to_confirm(outside: Outside, uow: UnitOfWork, agreement: Cooperation, seen: str) -> bytes:
    """Return the digest that a side confirms now.

    Args:
        seen: digest (hex) of the terms that the page showed.

    Raises:
        ConflictError: ``cooperation.changed``.
        InvalidFormError, InvalidRequestError: the terms or a party no longer hold, for example its days are over.
    """
    check_parties(uow.institutions.get(agreement.school_id), uow.institutions.get(agreement.partner_id))
    check_terms(agreement.terms, today=helsinki_day(outside.now()))
    digest = digest_of(uow, agreement)
    if digest.hex() != seen or agreement.content_sha256 not in (None, digest):
        raise ConflictError(code="cooperation.changed")
    return digest


def require_seen(agreement: Cooperation, seen: int) -> None:
    """Refuse an act on another version than the page showed. Raises ConflictError ``cooperation.changed``."""
    if agreement.version != seen:
        raise ConflictError(code="cooperation.changed")


def store(outside: Outside, uow: UnitOfWork, who: StaffMember, agreement: Cooperation, *, action: str) -> None:
    """Store a changed agreement under its next version and note the act. Raises ConflictError."""
    now = outside.now()
    after = replace(agreement, version=agreement.version + 1, changed_at=now, changed_by=who.id)
    uow.trust.change(after, seen=agreement.version)
    refs: tuple[tuple[str, str], ...] = (("cooperation", agreement.id), ("institution", who.institution_id))
    if agreement.content_sha256 is not None:
        refs = (*refs, ("sha256", agreement.content_sha256.hex()))
    uow.audit.append(Act(at=now, actor=who.actor, action=action, refs=refs))
