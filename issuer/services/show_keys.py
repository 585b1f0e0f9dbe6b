"""Shows the public halves of all signing keys, with their history."""

from issuer.db.repositories.institutions import KeyRecord
from issuer.services.outside import Outside


def all_of(outside: Outside) -> list[KeyRecord]:
    """All keys of all institutions, in the order in which they were made."""
    with outside.database.read() as uow:
        return [key for institution in uow.institutions.all() for key in uow.institutions.keys(institution.id)]
