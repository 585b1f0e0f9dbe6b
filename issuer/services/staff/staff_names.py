"""Names of staff for pages of the same institution: sealed under a key of each person."""

from collections.abc import Iterable

from issuer.db.person_keys import PersonErasedError
from issuer.db.unit_of_work import UnitOfWork
from issuer.services.outside import Outside
from issuer.services.sealed_values import open_value, seal_value

_PURPOSE = "staff"


def names(outside: Outside, uow: UnitOfWork, staff_ids: Iterable[str]) -> dict[str, str]:
    """Return the name of each person, "" where none was given or the person is erased. The caller shows them inside."""
    ids = list(dict.fromkeys(staff_ids))
    sealed = uow.staff.sealed_names(ids)
    with outside.person_keys.held(ids):
        return {one: opened_name(outside, one, sealed.get(one)) for one in ids}


def opened_name(outside: Outside, staff_id: str, sealed: bytes | None) -> str:
    """Open one name."""
    if sealed is None:
        return ""
    try:
        return str(open_value(outside, staff_id, _PURPOSE, sealed).get("name", ""))
    except PersonErasedError:
        return ""


def sealed_name(outside: Outside, staff_id: str, name: str) -> bytes:
    """Seal a name for the staff row; the person's key must be there."""
    return seal_value(outside, staff_id, _PURPOSE, {"name": name})
