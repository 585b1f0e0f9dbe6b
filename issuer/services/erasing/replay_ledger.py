"""Ties a database to its ledger of erasures, and repeats what the ledger names before anything opens (PX3)."""

from typing import Protocol

from issuer.db.unit_of_work import Database
from issuer.domain.errors import NotFoundError
from issuer.services.erasing.erase_person import erase
from issuer.services.erasure_ledger import Ledger
from issuer.services.outside import Outside


class LedgerMissingError(RuntimeError):
    """The ledger of this database is not here: without it erased people could come back."""


class NamedLedger(Ledger, Protocol):
    """A ledger that can be made and has a random name."""

    def make(self) -> None:
        """Begin an empty one."""
        ...

    def exists(self) -> bool:
        """Tell whether it is there."""
        ...

    def name(self) -> str:
        """Return its random name."""
        ...


def tie(database: Database, ledger: NamedLedger) -> None:
    """Let database and ledger belong together from the first start on.

    Raises:
        LedgerMissingError: the database knows a ledger that is not here, or another one is.
    """
    with database.read() as uow:
        known = uow.erasures.ledger_id()
    if known is None:
        if not ledger.exists():
            ledger.make()
        with database.write() as uow:
            if uow.erasures.ledger_id() is None:
                uow.erasures.belong_to(ledger.name())
            known = uow.erasures.ledger_id()
    if not ledger.exists():
        raise LedgerMissingError("the ledger of erasures is missing; put its newest copy back before starting")
    if ledger.name() != known:
        raise LedgerMissingError("this ledger of erasures belongs to another database")


def replay(outside: Outside) -> int:
    """Erase again whoever the ledger names and this database still holds; return how many.

    What the database knows and the ledger does not is written there: either one alone is enough.
    """
    with outside.database.read() as uow:
        erased = uow.erasures.erased()
    entries = outside.ledger.entries()
    for person_id, badges in erased.items():
        if person_id not in entries:
            outside.ledger.add(person_id, badges, day=outside.now().date().isoformat())
    back = 0
    for person_id, badges in entries.items():
        if person_id in erased:
            continue
        try:
            erase(outside, person_id, badges=badges, actor="system")
            back += 1
        except NotFoundError:  # a backup from before the person came
            continue
    for person_id in outside.person_keys.among(list(entries)):
        outside.person_keys.destroy(person_id)  # the store of keys may be an older copy than the database
    return back
