"""Our trust list in the forms of the Digital Credentials Consortium: a registry of issuers, and a list of lists."""

from datetime import date
from typing import Final

from issuer.db.unit_of_work import UnitOfWork
from issuer.domain.trust_registry import registry_of
from issuer.services.registry.list_content import PAGE
from schemas.credential import utc_text
from schemas.strict_json import read_object, write

REGISTRY_PATH: Final = "/trust/registry.json"
REGISTRIES_PATH: Final = "/trust/registries.json"
KIND: Final = "dcc-legacy"
_MOST_VALUES = 200_000


def dcc_document(uow: UnitOfWork, path: str, published: bytes) -> bytes | None:
    """The document at one of the two paths, made from the signed list that the public reads; None for another path."""
    root = uow.institutions.root()
    origin = uow.institutions.identity_origin()
    if root is None or origin is None:
        return None
    if path == REGISTRIES_PATH:
        return write(
            [
                {
                    "name": root.public_name.en,
                    "type": KIND,
                    "governanceUrl": f"{origin}{PAGE}",
                    "url": f"{origin}{REGISTRY_PATH}",
                }
            ]
        )
    if path != REGISTRY_PATH:
        return None
    document = read_object(published, max_bytes=len(published), max_values=_MOST_VALUES)
    signed_at = str(document["validFrom"])
    kept = uow.endorsements.versions()
    created = utc_text(kept[-1].published_at.replace(microsecond=0)) if kept else signed_at
    return write(registry_of(document, created=created, today=date.fromisoformat(signed_at[:10])))
