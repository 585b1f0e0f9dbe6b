"""All tables, imported once so that the metadata is whole."""

from issuer.db.models import awards, institutions, people, publications, trail
from issuer.db.models.base import Base

__all__ = ["Base", "awards", "institutions", "people", "publications", "trail"]
