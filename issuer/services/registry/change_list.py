"""Changes to our trust list: one person proposes with a passkey, another one confirms with theirs, or drops it."""

import uuid
from datetime import date
from typing import Final

from issuer.db.repositories.registry import ChangeRow, ImportedList
from issuer.db.unit_of_work import UnitOfWork
from issuer.domain.audit import Act
from issuer.domain.catalogue_choice import helsinki_day
from issuer.domain.errors import ConflictError, InvalidRequestError, NotFoundError
from issuer.domain.permissions import Permission, StaffMember
from issuer.domain.trust_registry import ChangeKind, Listed, change_digest, check_listed, listed_from_json
from issuer.services import signing_act
from issuer.services.outside import Outside
from issuer.services.publish_trust_list import publish_trust_list_if_due
from keys.errors import SigningError
from schemas.canonical_json import canonicalise
from schemas.strict_json import JsonObject

PROPOSE: Final = "trust.propose"


def confirm_act(change_id: str) -> str:
    """The act that the second person's passkey confirms."""
    return f"trust.confirm:{change_id}"


def keeps_list(outside: Outside, who: StaffMember) -> bool:
    """Whether somebody may change the list: an administrator of the institution that signs it."""
    with outside.database.read() as uow:
        return _keeps(uow, who)


def add_content(outside: Outside, who: StaffMember, one: Listed) -> JsonObject:
    """What a proposal to list an institution says, held against the rules.

    Raises:
        NotFoundError: for everybody who does not keep the list.
        InvalidFormError: faults of the fields; InvalidRequestError: ``trust.own``, ``trust.listed``.
    """
    checked = check_listed(one)
    with outside.database.read() as uow:
        require_keeper(uow, who)
        if any(own.did == checked.did for own in uow.institutions.all()):
            raise InvalidRequestError(code="trust.own", pointer="/did")
        rows = uow.endorsements.listed()
    if any(row.did == checked.did and row.ended_on is None and row.content == checked.to_json() for row in rows):
        raise InvalidRequestError(code="trust.listed", pointer="/did")
    return checked.to_json()


def end_content(outside: Outside, who: StaffMember, did: str, last_day: date | None) -> JsonObject:
    """What a proposal to end a listing says.

    Raises:
        NotFoundError: no such institution of elsewhere; InvalidRequestError: ``trust.end_day``.
    """
    with outside.database.read() as uow:
        require_keeper(uow, who)
        row = next((one for one in uow.endorsements.listed() if one.did == did and one.ended_on is None), None)
    if row is None:
        raise NotFoundError("listed")
    if (
        last_day is None
        or last_day > helsinki_day(outside.now())
        or last_day.isoformat() < str(row.content["listedFrom"])
    ):
        raise InvalidRequestError(code="trust.end_day", pointer="/ended_on")
    return {"id": did, "endedOn": last_day.isoformat()}


def propose(outside: Outside, who: StaffMember, kind: ChangeKind, content: JsonObject, assertion: str) -> str:
    """Put a change into the queue; return its id. The content comes from one of the functions above.

    Raises:
        NotFoundError; ForbiddenError: ``act.not_confirmed``.
    """
    digest, now, change_id = change_digest(kind, content), outside.now(), str(uuid.uuid4())
    with outside.database.read() as uow:
        require_keeper(uow, who)
    signing_act.confirm(outside, who, PROPOSE, digest, assertion)
    change = ChangeRow(
        id=change_id,
        kind=kind,
        state="waiting",
        content=content,
        sha256=digest,
        proposed_by=who.id,
        proposed_at=now,
    )
    with outside.database.write() as uow:
        uow.endorsements.propose(change, canonicalise(content))
        refs = (("change", change_id), ("sha256", digest.hex()))
        uow.audit.append(Act(at=now, actor=who.actor, action="trust.proposed", refs=refs, decision=kind.value))
    return change_id


def confirm(outside: Outside, who: StaffMember, change_id: str, *, seen: str, assertion: str) -> bool:
    """Let a change be done, and publish the list; return whether it is public already.

    Args:
        seen: digest (hex) of what stood on the page with the button.

    Raises:
        NotFoundError; ConflictError: ``trust.same_person``, ``trust.settled``; ForbiddenError: ``act.not_confirmed``.
    """
    now = outside.now()
    with outside.database.read() as uow:
        require_keeper(uow, who)
        change = uow.endorsements.change_of(change_id)
    if change.proposed_by == who.id:
        raise ConflictError(code="trust.same_person")
    if change.sha256.hex() != seen or change_digest(change.kind, change.content) != change.sha256:
        raise ConflictError(code="trust.settled")
    signing_act.confirm(outside, who, confirm_act(change_id), change.sha256, assertion)
    with outside.database.write() as uow:
        if not uow.endorsements.settle(change_id, "done", by=who.id, now=now):
            raise ConflictError(code="trust.settled")
        _apply(outside, uow, change)
        refs = (("change", change_id), ("sha256", change.sha256.hex()))
        uow.audit.append(Act(at=now, actor=who.actor, action="trust.confirmed", refs=refs, decision=change.kind.value))
    try:
        publish_trust_list_if_due(outside)
    except SigningError:
        return False  # the worker publishes it
    return True


def drop(outside: Outside, who: StaffMember, change_id: str) -> None:
    """Take a proposal out of the queue; whoever keeps the list may. Raises NotFoundError, ConflictError."""
    now = outside.now()
    with outside.database.write() as uow:
        require_keeper(uow, who)
        uow.endorsements.change_of(change_id)
        if not uow.endorsements.settle(change_id, "dropped", by=who.id, now=now):
            raise ConflictError(code="trust.settled")
        uow.audit.append(Act(at=now, actor=who.actor, action="trust.dropped", refs=(("change", change_id),)))


def require_keeper(uow: UnitOfWork, who: StaffMember) -> None:
    """Stop everybody who does not keep the list. Raises NotFoundError."""
    if not _keeps(uow, who):
        raise NotFoundError("trust list")


def _keeps(uow: UnitOfWork, who: StaffMember) -> bool:
    root = uow.institutions.root()
    return root is not None and root.id == who.institution_id and who.may(Permission.TRUST_MANAGE)


def _apply(outside: Outside, uow: UnitOfWork, change: ChangeRow) -> None:
    now, content = outside.now(), change.content
    if change.kind is ChangeKind.ADD:
        one = listed_from_json(content)
        uow.endorsements.put_listed(one.did, canonicalise(content), ended_on=None, now=now)
    elif change.kind is ChangeKind.END:
        row = next((one for one in uow.endorsements.listed() if one.did == content["id"]), None)
        if row is None:
            raise NotFoundError("listed")
        ended = date.fromisoformat(str(content["endedOn"]))
        uow.endorsements.put_listed(row.did, canonicalise(row.content), ended_on=ended, now=now)
    else:
        keys = content["keys"]
        uow.endorsements.put_imported(
            ImportedList(
                url=str(content["url"]),
                keys=tuple(str(key) for key in keys) if isinstance(keys, list) else (),
                document=str(content["document"]).encode(),
                stored_at=now,
            )
        )
