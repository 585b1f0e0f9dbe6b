"""Which unit of which qualification is meant, in one short word for addresses, forms and rows: `106889-7614470`."""

import re
from dataclasses import dataclass

from issuer.domain.catalogue import UNIT_PREFIX, Unit
from issuer.domain.errors import NotFoundError

_WRITTEN = re.compile(r"(\d{1,12})-([A-Za-z0-9]{1,20})", re.ASCII)


@dataclass(frozen=True, slots=True, order=True)
class UnitRef:
    """A unit code with the peruste it is meant in: the same code may stand in several (domain.md section 4, fact 8).

    Attributes:
        code: with its prefix, ``tutkinnonosat_106889``.
        peruste_id: of the qualification.
    """

    code: str
    peruste_id: str

    def __str__(self) -> str:
        """As it stands in addresses: number of the unit, hyphen, id of the peruste."""
        return f"{self.code.removeprefix(UNIT_PREFIX)}-{self.peruste_id}"

    @classmethod
    def read(cls, text: str) -> "UnitRef":
        """From an address or a form. Raises NotFoundError for anything else."""
        found = _WRITTEN.fullmatch(text)
        if found is None:
            raise NotFoundError("unit", code="unit.unknown", pointer="/unit")
        return cls(UNIT_PREFIX + found[1], found[2])

    @classmethod
    def of(cls, unit: Unit) -> "UnitRef":
        """Of a unit of the catalogue. Raises NotFoundError when it has no code: such a unit cannot be meant."""
        if unit.code is None:
            raise NotFoundError("unit", code="unit.unknown", pointer="/unit")
        return cls(unit.code, unit.peruste_id)
