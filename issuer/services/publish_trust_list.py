"""Signs and publishes this installation's trust list: which institutions are known, since when, under what names."""

from datetime import timedelta

from issuer.db.repositories.registry import ListVersion
from issuer.domain.errors import NotFoundError
from issuer.domain.trust_registry import content_digest
from issuer.services.outside import Outside
from issuer.services.publish_document import ToPublish, reserve, sign_and_publish
from issuer.services.registry.list_content import institutions_of
from schemas.credential import utc_text
from schemas.strict_json import JsonObject, read_object

KIND, NAME = "trust_list", "list"
LIFETIME = timedelta(days=7)
REFRESH_BEFORE = LIFETIME / 2
_MOST_VALUES = 200_000


def trust_list_url(identity_origin: str) -> str:
    """Where the list stands, also its `id`."""
    return f"{identity_origin}/trust/list.json"


def publish_trust_list(outside: Outside) -> None:
    """Sign the list as it should now read, with the key of the installation's first institution."""
    now = outside.now()
    with outside.database.write() as uow:
        root = uow.institutions.root()
        if root is None:
            raise NotFoundError("no institution signs here yet")
        key = uow.institutions.active_key(root.id)
        current = uow.publications.current(KIND, NAME)
        version = current.content_revision + 1 if current is not None else 1
        document: JsonObject = {
            "format": "pateva.trust-list/1",
            "id": trust_list_url(outside.identity_origin),
            "issuer": root.did,
            "version": version,
            "validFrom": utc_text(now),
            "validUntil": utc_text(now + LIFETIME),
            "institutions": institutions_of(uow, outside.identity_origin, root),
        }
        reserved = reserve(
            uow,
            ToPublish(
                document=document,
                kind=KIND,
                name=NAME,
                key=key,
                content_revision=version,
                lifetime=LIFETIME,
                cryptosuite="eddsa-jcs-2022",
            ),
            now=now,
        )
    sign_and_publish(outside, reserved)
    _keep(outside)


def publish_trust_list_if_due(outside: Outside) -> bool:
    """Publish anew when the public copy is past half of its life or says something else; tell whether it was."""
    with outside.database.read() as uow:
        root = uow.institutions.root()
        if root is None:
            return False
        current = uow.publications.current(KIND, NAME)
        wanted = institutions_of(uow, outside.identity_origin, root)
    valid_until = current.valid_until if current is not None else None
    fresh = valid_until is not None and valid_until > outside.now() + REFRESH_BEFORE
    if fresh and current is not None and current.document is not None:
        said = read_object(current.document, max_bytes=len(current.document), max_values=_MOST_VALUES)
        if said.get("institutions") == wanted:
            return False
    publish_trust_list(outside)
    return True


def _keep(outside: Outside) -> None:
    """Keep the public version among the earlier ones when it says something that the last kept one did not."""
    with outside.database.write() as uow:
        current = uow.publications.current(KIND, NAME)
        newest = uow.endorsements.newest_version()
        if current is None or current.document is None:
            return
        said = read_object(current.document, max_bytes=len(current.document), max_values=_MOST_VALUES)
        digest = content_digest(said)
        if newest is not None and newest.content_sha256 == digest:
            return
        uow.endorsements.keep_version(
            ListVersion(
                version=current.content_revision,
                content_sha256=digest,
                document=current.document,
                published_at=current.valid_from,
            )
        )
