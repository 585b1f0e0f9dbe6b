"""Signs and publishes this installation's trust list: which institutions are known, since when, under what names."""

from datetime import timedelta

from issuer.domain.errors import NotFoundError
from issuer.domain.institution import Institution
from issuer.services.outside import Outside
from issuer.services.publish_document import ToPublish, reserve, sign_and_publish
from schemas.credential import utc_text
from schemas.strict_json import JsonObject

KIND, NAME = "trust_list", "list"
LIFETIME = timedelta(days=7)
REFRESH_BEFORE = LIFETIME / 2


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
            "institutions": [_entry(one) for one in uow.institutions.all() if one.did is not None],
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


def publish_trust_list_if_due(outside: Outside) -> bool:
    """Publish anew when the public copy is past half of its life; tell whether it was."""
    with outside.database.read() as uow:
        if uow.institutions.root() is None:
            return False
        current = uow.publications.current(KIND, NAME)
    valid_until = current.valid_until if current is not None else None
    if valid_until is not None and valid_until > outside.now() + REFRESH_BEFORE:
        return False
    publish_trust_list(outside)
    return True


def _entry(institution: Institution) -> JsonObject:
    name = institution.public_name
    return {
        "id": institution.did,
        "kind": institution.kind,
        "name": {"fi": name.fi, "sv": name.sv, "en": name.en},
        "legalName": institution.legal_name,
        "businessId": institution.business_id,
        "listedFrom": institution.listed_from.isoformat(),
        "withdrawnAt": institution.closed_at.date().isoformat() if institution.closed_at else None,
        "units": ["*"],
    }
