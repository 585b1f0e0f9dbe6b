"""Takes a badge: its holder keeps it, once, or does not want it, and then it goes out of use without a reason."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from issuer.db.repositories.credentials import CredentialRecord
from issuer.db.unit_of_work import UnitOfWork
from issuer.domain.audit import Act
from issuer.domain.badge_states import SHOWN
from issuer.domain.errors import ConflictError, NotFoundError
from issuer.domain.figures import Happening
from issuer.domain.holder import Holder
from issuer.domain.permissions import StaffMember
from issuer.services.link_tokens import own_badge_ref
from issuer.services.outside import Outside
from issuer.services.revoke_badge import revoke, take_out

PARTICIPANT = "participant"
_REASON: Final = "holder_wish"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewBadge:
    """A badge that its holder may look at before deciding, and after.

    Attributes:
        ref: names it in the holder's own addresses.
        achievement_id: names its picture, which is the same for all holders.
        state: ``issued`` until it is kept, then ``delivered``; ``withdrawn``.
        document: the signed bytes.
    """

    ref: str
    credential_id: str
    achievement_id: str
    state: str
    document: bytes


def untaken(outside: Outside, who: Holder) -> tuple[NewBadge, ...]:
    """The badges that were neither kept nor refused, oldest first."""
    with outside.database.read() as uow:
        records = [uow.credentials.get(one) for one in uow.own_access.untaken(who.person_id)]
    return tuple(_shown(outside, record) for record in records)


def slip_works_until(outside: Outside, who: Holder) -> datetime | None:
    """Until when the holder's slip opens this view again; None without a living slip."""
    with outside.database.read() as uow:
        slip = uow.own_access.slip(who.person_id)
    return slip.works_until if slip is not None and slip.works_until > outside.clock() else None


def look(outside: Outside, who: Holder, ref: str) -> NewBadge:
    """One of the holder's own badges, taken or not. Raises NotFoundError for everything else alike."""
    with outside.database.read() as uow:
        for credential_id in uow.drafts.badge_ids(who.person_id):
            if own_badge_ref(outside.link_secret, credential_id) == ref:
                return _shown(outside, uow.credentials.get(credential_id))
    raise NotFoundError("badge")


def keep(outside: Outside, who: Holder, credential_id: str, *, paper: StaffMember | None = None) -> None:
    """Keep a badge. Of many at once one keeps it, and the others are told.

    Args:
        paper: who files what the participant said on paper.

    Raises:
        NotFoundError: not the holder's badge, or not issued yet.
        ConflictError: ``claim.taken``: it is kept already; ``claim.gone``: it is out of use.
    """
    now = outside.now()
    with outside.database.write() as uow:
        record = _own(uow, who, credential_id)
        _check_open(record)
        if not uow.credentials.change(record, to="delivered"):
            raise ConflictError(code="claim.taken")
        uow.statistics.note_badges(Happening.TAKEN, [record.id], now=now)
        uow.audit.append(
            Act(
                at=now,
                actor=paper.actor if paper is not None else PARTICIPANT,
                action="badge.kept",
                refs=(("badge", record.id),),
                decision=_way(who, paper),
            )
        )


def refuse(outside: Outside, who: Holder, credential_id: str, *, paper: StaffMember | None = None) -> bool:
    """Take a badge out of use at the holder's wish before it is kept; no reason is asked (privacy.md PV1).

    Returns:
        Whether the public list says so already (privacy.md PK4); the worker publishes it else.

    Raises:
        NotFoundError, ConflictError: as `keep`.
    """
    now = outside.now()
    actor = paper.actor if paper is not None else PARTICIPANT
    with outside.database.write() as uow:
        uow.audit.lock()
        record = _own(uow, who, credential_id)
        _check_open(record)
        take_out(uow, record, reason=_REASON, actor=actor, now=now)
        refs = (("badge", record.id),)
        uow.audit.append(Act(at=now, actor=actor, action="badge.refused", refs=refs, decision=_way(who, paper)))
    signer = record.institution_id  # of a receipt it is the school
    return revoke(outside, credential_id, institution_id=signer, reason=_REASON, actor=actor).status_published


def _own(uow: UnitOfWork, who: Holder, credential_id: str) -> CredentialRecord:
    record = uow.credentials.get(credential_id)
    if record.person_id != who.person_id or record.state not in SHOWN:
        raise NotFoundError("badge")
    return record


def _check_open(record: CredentialRecord) -> None:
    if record.state == "delivered":
        raise ConflictError(code="claim.taken")
    if record.state == "withdrawn":
        raise ConflictError(code="claim.gone")


def _way(who: Holder, paper: StaffMember | None) -> str:
    if paper is not None:
        return "paper"
    return "supported" if who.supported else "alone"


def _shown(outside: Outside, record: CredentialRecord) -> NewBadge:
    if record.state not in SHOWN or record.document is None:
        raise NotFoundError("badge")
    return NewBadge(
        ref=own_badge_ref(outside.link_secret, record.id),
        credential_id=record.id,
        achievement_id=record.achievement_id,
        state=record.state,
        document=outside.person_keys.unseal(record.person_id, "document", record.document),
    )
