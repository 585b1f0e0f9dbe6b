"""Names the schools that have a desk in this installation, for choosing one."""

from issuer.services.outside import Outside


def schools(outside: Outside, language: str) -> tuple[tuple[str, str], ...]:
    """Return (id, public name) of each school that is open."""
    with outside.database.read() as uow:
        found = [one for one in uow.institutions.all() if one.kind == "school" and one.closed_at is None]
    return tuple((one.id, one.public_name.in_language(language)) for one in found)
