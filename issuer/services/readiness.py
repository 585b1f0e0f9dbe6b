"""Tells whether the service can do its work now (security.md section 13)."""

from issuer.services.outside import Outside
from issuer.services.publish_status_list import LIFETIME, LIST_KIND


def checks(outside: Outside) -> dict[str, bool]:
    """Return each check by name; all true means ready.

    database: a transaction can be begun for writing. status_lists: each open list's public copy is in its life.
    """
    with outside.database.write() as uow:  # takes the write lock, so a full or read-only store shows here
        root = uow.institutions.root()
    return {"database": True, "status_lists": root is None or _lists_are_fresh(outside)}


def _lists_are_fresh(outside: Outside) -> bool:
    oldest = outside.now() - LIFETIME
    with outside.database.read() as uow:
        copies = [
            uow.publications.current(LIST_KIND, one.id) for one in uow.publications.lists() if one.state == "open"
        ]
    return all(copy is not None and copy.valid_from > oldest for copy in copies)
