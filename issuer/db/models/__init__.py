"""All tables, imported once so that the metadata is whole."""

from issuer.db.models import awards, catalogue, institutions, people, publications, trail
from issuer.db.models.base import Base

__all__ = ["Base", "awards", "catalogue", "institutions", "people", "publications", "trail"]
