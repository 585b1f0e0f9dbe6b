"""The ledger of erasures outside the database: what no restored backup may bring back (privacy.md PX3)."""

from collections.abc import Mapping
from typing import Protocol

from issuer.domain.erasure import Badges


class Ledger(Protocol):
    """Random references of persons who were erased, in the order of erasing."""

    def entries(self) -> Mapping[str, Badges]:
        """Read all entries."""
        ...

    def add(self, person_id: str, badges: Badges, *, day: str) -> None:
        """Write an entry so that it survives a power cut; one that is there already is left alone.

        Args:
            day: ISO 8601.
        """
        ...
