"""A one-time link with which an outside recogniser reads a matrix and answers, without an account."""

import re
import uuid
from dataclasses import dataclass
from datetime import timedelta

from issuer.db.person_keys import PersonErasedError
from issuer.db.repositories.recogniser_invitations import Invitation
from issuer.db.unit_of_work import UnitOfWork
from issuer.domain.audit import Act
from issuer.domain.catalogue_choice import CatalogueUnit
from issuer.domain.errors import NotFoundError
from issuer.domain.free_text import check_text
from issuer.domain.institution import Institution
from issuer.domain.learning_environment import Site, Task, UnitMap
from issuer.domain.permissions import StaffMember
from issuer.domain.unit_ref import UnitRef
from issuer.services.environments.read_environment import EditedMeanwhileError, matrix_in
from issuer.services.link_tokens import recogniser_token, token_digest
from issuer.services.outside import Outside
from issuer.services.sealed_values import open_value, seal_value

WORKS_FOR = timedelta(days=30)
MOST_REMARKS = 4_000
_PURPOSE = "recogniser_remarks"
_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")


@dataclass(frozen=True, slots=True, kw_only=True)
class SentLink:
    """One link as staff see it.

    Attributes:
        address: "" once the link has ended.
        remarks: "" without any, or when their key is gone.
        present: whether the matrix is still as it was when it was answered.
    """

    invitation: Invitation
    address: str
    remarks: str
    present: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ForRecogniser:
    """What a recogniser reads: neither inner name nor address of the site."""

    provider: Institution
    site: Site
    tasks: tuple[Task, ...]
    found: CatalogueUnit
    unit_map: UnitMap


def invite(outside: Outside, who: StaffMember, place: tuple[str, UnitRef]) -> None:
    """Make a link that works for 30 days or one answer; an earlier one ends. Raises NotFoundError."""
    now = outside.now()
    invitation_id = str(uuid.uuid4())
    token = recogniser_token(outside.link_secret, invitation_id)
    with outside.database.write() as uow:
        view = matrix_in(uow, who, *place, lock=True)
        uow.environments.add_invitation(
            invitation_id, view.unit_map.id, token_sha256=token_digest(token), now=now, until=now + WORKS_FOR
        )
        refs = (("map", view.unit_map.id), ("invitation", invitation_id))
        uow.audit.append(Act(at=now, actor=who.actor, action="recogniser.invited", refs=refs))


def sent_links(outside: Outside, who: StaffMember, place: tuple[str, UnitRef]) -> tuple[SentLink, ...]:
    """The links of a matrix, newest first, with what was answered. Raises NotFoundError."""
    now = outside.now()
    with outside.database.read() as uow:
        view = matrix_in(uow, who, *place)
        invitations = uow.environments.invitations(view.unit_map.id)
    return tuple(
        SentLink(
            invitation=one,
            address=f"{outside.public_url}/recognise/{recogniser_token(outside.link_secret, one.id)}"
            if one.open_at(now)
            else "",
            remarks=_remarks(outside, one),
            present=one.seen == view.unit_map.seen,
        )
        for one in invitations
    )


def read(outside: Outside, token: str) -> ForRecogniser | None:
    """What a living link shows; None for unknown, answered and ended links alike."""
    with outside.database.read() as uow:
        invitation = _living(uow, outside, token)
        return _content(uow, invitation.map_id) if invitation is not None else None


def answer(outside: Outside, token: str, *, confirmed: bool, remarks: str, seen: str) -> None:
    """Keep the recogniser's answer; the link ends.

    Args:
        remarks: wanted unless confirmed; at most 4,000 characters.
        seen: `UnitMap.seen` of what the recogniser read.

    Raises:
        NotFoundError: no living link.
        InvalidRequestError: ``text.*`` of the remarks.
        EditedMeanwhileError: the matrix changed while it was read.
    """
    checked = check_text(remarks, most=MOST_REMARKS, pointer="/remarks") if remarks.strip() or not confirmed else ""
    sealed = None
    if checked:
        with outside.database.read() as uow:
            if _living(uow, outside, token) is None:
                raise NotFoundError("link")
        key = str(uuid.uuid4())
        outside.person_keys.create(key)
        sealed = (key, seal_value(outside, key, _PURPOSE, {"text": checked}))
    now = outside.now()
    with outside.database.write() as uow:
        invitation = _living(uow, outside, token, lock=True)
        if invitation is None:
            raise NotFoundError("link")
        if uow.environments.map_by_id(invitation.map_id).seen != seen:
            raise EditedMeanwhileError
        kind = "confirmed" if confirmed else "remarks"
        uow.environments.answer_invitation(invitation.id, answer=kind, seen=seen, remarks=sealed, now=now)
        refs = (("map", invitation.map_id), ("invitation", invitation.id))
        uow.audit.append(Act(at=now, actor="recogniser", action="recogniser.answered", refs=refs, decision=kind))


def _living(uow: UnitOfWork, outside: Outside, token: str, *, lock: bool = False) -> Invitation | None:
    looked_up = token if _TOKEN.fullmatch(token) else "-" * 43  # so that the answer takes equally long
    return uow.environments.open_invitation(token_digest(looked_up), now=outside.now(), lock=lock)


def _content(uow: UnitOfWork, map_id: str) -> ForRecogniser | None:
    unit_map = uow.environments.map_by_id(map_id)
    found = uow.catalogue.unit_of(unit_map.unit)
    site = uow.environments.site_by_id(unit_map.site_id)
    if found is None:
        return None
    return ForRecogniser(
        provider=uow.institutions.get(site.institution_id),
        site=site,
        tasks=uow.environments.tasks(site.id),
        found=found,
        unit_map=unit_map,
    )


def _remarks(outside: Outside, invitation: Invitation) -> str:
    if invitation.remarks_key is None or invitation.remarks_sealed is None:
        return ""
    try:
        return str(open_value(outside, invitation.remarks_key, _PURPOSE, invitation.remarks_sealed)["text"])
    except PersonErasedError:
        return ""
