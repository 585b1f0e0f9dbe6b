"""What a person's badges in force, of any scope, cover of a unit together."""

from issuer.db.repositories.drafts import HeldBadge
from issuer.domain.errors import NotFoundError
from issuer.domain.roll_up import RolledUp, rolled_up, told_keys
from issuer.domain.unit_ref import UnitRef
from issuer.services.outside import Outside
from schemas.strict_json import JsonObject, read_object

_MAX_VALUES = 20_000


def roll_up_parts(outside: Outside, person_id: str, unit: UnitRef) -> RolledUp:
    """Join the badges of a person about a unit; a requirement shown in part does not count.

    Badges outside the units never count: they name no requirement of any unit.

    Raises:
        NotFoundError: no such unit.
        PersonErasedError: the person is gone.
    """
    with outside.database.read() as uow:
        found = uow.catalogue.unit_of(unit)
        held = uow.drafts.in_force(person_id, unit)
        records = {one.credential_id: uow.credentials.get(one.credential_id) for one in held}
    if found is None:
        raise NotFoundError("unit", code="unit.unknown")
    told = []
    for one in held:
        document = records[one.credential_id].document
        signed = outside.person_keys.unseal(person_id, "document", document) if document is not None else b"{}"
        told.append((one.credential_id, _shown(one, read_object(signed, max_values=_MAX_VALUES))))
    return rolled_up(found.unit, told)


def _shown(held: HeldBadge, badge: JsonObject) -> frozenset[str]:
    subject = badge.get("credentialSubject")
    results = subject.get("result") if isinstance(subject, dict) else None
    partly = [
        str(one.get("resultDescription"))
        for one in (results if isinstance(results, list) else [])
        if isinstance(one, dict) and one.get("status") != "Completed"
    ]
    return told_keys(read_object(held.document, max_values=_MAX_VALUES), partly)
