"""All tables, imported once so that the metadata is whole."""

from issuer.db.models import (
    agreements,
    awards,
    batches,
    catalogue,
    coaching,
    demonstrations,
    drafts,
    environments,
    erasures,
    holdings,
    institutions,
    own_access,
    people,
    periods,
    publications,
    trail,
    ways_in,
)
from issuer.db.models.base import Base

__all__ = [
    "Base",
    "agreements",
    "awards",
    "batches",
    "catalogue",
    "coaching",
    "demonstrations",
    "drafts",
    "environments",
    "erasures",
    "holdings",
    "institutions",
    "own_access",
    "people",
    "periods",
    "publications",
    "trail",
    "ways_in",
]
