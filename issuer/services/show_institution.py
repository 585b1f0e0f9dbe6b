"""Shows what is public of an institution, and all of them to the operator."""

from issuer.domain.errors import NotFoundError
from issuer.domain.institution import Institution
from issuer.services.outside import Outside


def by_slug(outside: Outside, slug: str) -> Institution | None:
    """The institution of that slug, or None."""
    with outside.database.read() as uow:
        try:
            return uow.institutions.by_slug(slug)
        except NotFoundError:
            return None


def first_signing(outside: Outside) -> Institution | None:
    """The institution whose identity is the host's own, or None before it is made."""
    with outside.database.read() as uow:
        return uow.institutions.root()


def all_of(outside: Outside) -> list[Institution]:
    """All institutions in the order in which they were made."""
    with outside.database.read() as uow:
        return uow.institutions.all()


def one(outside: Outside, institution_id: str) -> Institution:
    """The institution of that id. Raises NotFoundError."""
    with outside.database.read() as uow:
        return uow.institutions.get(institution_id)
