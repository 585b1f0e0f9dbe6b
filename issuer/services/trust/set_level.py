"""A school says whether it recognises who signs under a DID. Signatures and decisions made before stay as they are."""

from issuer.db.repositories.trust import LevelRow
from issuer.domain.audit import Act
from issuer.domain.cooperation import SETTABLE, TrustLevel, check_did
from issuer.domain.errors import ConflictError, InvalidRequestError, NotFoundError
from issuer.domain.permissions import StaffMember
from issuer.services.outside import Outside


def set_level(outside: Outside, who: StaffMember, issuer_did: str, level: str, *, seen: int) -> None:
    """Store the level of the own school.

    Args:
        seen: the version that the page showed, 0 where nothing had been said.

    Raises:
        InvalidRequestError: ``cooperation.did``, ``cooperation.level`` (an agreement's level cannot be set by hand).
        ConflictError: ``cooperation.changed``: a colleague was faster.
        NotFoundError: the own institution is no school.
    """
    did = check_did(issuer_did)
    if level not in {one.value for one in SETTABLE}:
        raise InvalidRequestError(code="cooperation.level", pointer="/level")
    now = outside.now()
    with outside.database.write() as uow:
        school = uow.institutions.get(who.institution_id)
        if school.kind != "school":
            raise NotFoundError("school")
        stored = uow.trust.level(school.id, did)
        if (stored.version if stored is not None else 0) != seen:
            raise ConflictError(code="cooperation.changed")
        uow.trust.put_level(
            LevelRow(
                school_id=school.id,
                issuer_did=did,
                level=TrustLevel(level),
                version=seen + 1,
                changed_at=now,
                changed_by=who.id,
            )
        )
        refs = (("school", school.id), ("issuer", did))
        uow.audit.append(Act(at=now, actor=who.actor, action="trust.level_set", refs=refs, decision=level))
