"""Orders of requirements that small codes count by, from the catalogue, with the names that the bundle tells."""

from dataclasses import dataclass

from issuer.db.repositories.compact_codes import StoredOrder
from issuer.db.unit_of_work import UnitOfWork
from issuer.domain.catalogue import UNIT_PREFIX
from issuer.domain.catalogue_text import Text
from issuer.domain.unit_ref import UnitRef
from schemas.compact_code import order_digest
from schemas.strict_json import JsonObject, write


@dataclass(frozen=True, slots=True)
class RequirementOrder:
    """Keys of a unit's requirements in the catalogue's order, and what is stored of them; None outside the units."""

    keys: tuple[str, ...]
    stored: StoredOrder | None


def order_of(uow: UnitOfWork, unit: int, qualification: int) -> RequirementOrder | None:
    """The order as the catalogue has it now; None for a unit that it does not have."""
    found = uow.catalogue.unit_of(UnitRef(f"{UNIT_PREFIX}{unit}", str(qualification)))
    if found is None:
        return None
    keys = tuple(one.key for one in found.unit.requirements)
    names: JsonObject = {
        "name": _three(found.unit.name),
        "qualificationName": _three(found.qualification.name),
        "registerNumber": found.unit.register_number,
        "requirements": [_three(one.text) for one in found.unit.requirements],
    }
    digest = order_digest(unit, qualification, keys).hex()
    stored = StoredOrder(unit=unit, qualification=qualification, order_digest=digest, names=write(names))
    return RequirementOrder(keys, stored)


def awarded_orders(uow: UnitOfWork) -> list[StoredOrder]:
    """The present order of every unit that a badge was made for, so that its codes have names before one is printed."""
    found = []
    for code, peruste_id in uow.compact_codes.awarded_units():
        number = code.removeprefix(UNIT_PREFIX)
        if number.isdecimal() and peruste_id.isdecimal():
            order = order_of(uow, int(number), int(peruste_id))
            if order is not None and order.stored is not None:
                found.append(order.stored)
    return found


def _three(name: Text) -> JsonObject:
    return {"fi": name.fi, "sv": name.sv, "en": name.en}
