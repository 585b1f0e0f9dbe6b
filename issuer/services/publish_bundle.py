"""Signs and publishes the bundle by which small codes are checked without a network: keys, lists, names."""

import hashlib
from datetime import datetime, timedelta

from issuer.db.repositories.institutions import KeyRecord
from issuer.db.repositories.publications import StatusListRecord
from issuer.db.unit_of_work import UnitOfWork
from issuer.domain.institution import Institution
from issuer.domain.revocation import ENTRY_BITS, entry_value
from issuer.services.outside import Outside
from issuer.services.publish_document import ToPublish, reserve, sign_and_publish
from issuer.services.requirement_orders import awarded_orders
from keys.multikey import decode
from schemas.canonical_json import canonicalise
from schemas.compact_code import key_id
from schemas.credential import utc_text
from schemas.status_list import encode, set_value
from schemas.strict_json import JsonObject, JsonValue, read_object

KIND, NAME = "offline_bundle", "bundle"
PATH = "/trust/bundle.json"
FORMAT = "pateva.bundle/1"
LIFETIME = timedelta(days=30)
REFRESH_AFTER = timedelta(days=1)
_ED25519 = "Ed25519"


def bundle_url(identity_origin: str) -> str:
    """Where the bundle stands, also its `id`."""
    return identity_origin + PATH


def publish_bundle_if_due(outside: Outside) -> bool:
    """Publish anew when a key, list or name has changed, or the public copy is a day old; tell whether it was.

    It looks at the tables each time: so it misses nothing that another process or an older program changed.
    """
    now = outside.now()
    with outside.database.read() as uow:
        root = uow.institutions.root()
        current = uow.publications.current(KIND, NAME)
        if root is None:
            return False
        wanted = _fingerprint(uow, now)
    if current is not None and current.document is not None and now - current.valid_from < REFRESH_AFTER:
        document = read_object(current.document, max_bytes=len(current.document), max_values=len(current.document))
        if document.get("content") == wanted:
            return False
    publish_bundle(outside)
    return True


def publish_bundle(outside: Outside) -> None:
    """Sign the bundle as it should now read, with the key of the installation's first institution."""
    now = outside.now()
    with outside.database.write() as uow:
        root = uow.institutions.root()
        if root is None:
            return
        for order in awarded_orders(uow):
            uow.compact_codes.put_order(order, now=now)
        current = uow.publications.current(KIND, NAME)
        version = current.content_revision + 1 if current is not None else 1
        document: JsonObject = {
            "format": FORMAT,
            "id": bundle_url(outside.identity_origin),
            "issuer": root.did,
            "version": version,
            "madeAt": utc_text(now),
            "validUntil": utc_text(now + LIFETIME),
            "content": _fingerprint(uow, now),
            **_content(uow, now),
        }
        new = ToPublish(
            document=document,
            kind=KIND,
            name=NAME,
            key=uow.institutions.active_key(root.id),
            content_revision=version,
            lifetime=LIFETIME,
            cryptosuite="eddsa-jcs-2022",
        )
        reserved = reserve(uow, new, now=now)
    sign_and_publish(outside, reserved)


def _content(uow: UnitOfWork, now: datetime) -> JsonObject:
    signing = [one for one in uow.institutions.all() if one.did is not None]
    keys = [(one, key) for one in signing for key in uow.institutions.keys(one.id)]
    dids = {one.id: one.did for one in signing}
    return {
        "issuers": [_issuer(one) for one in signing],
        "keys": [_key(one, key) for one, key in keys if decode(key.public_key_multibase).kind == _ED25519],
        "lists": [_list(uow, one, dids[one.institution_id], now) for one in uow.publications.lists()],
        "units": [
            {
                "unit": one.unit,
                "qualification": one.qualification,
                "order": one.order_digest,
                **read_object(one.names),
            }
            for one in uow.compact_codes.orders()
        ],
        "competences": _competences(uow),
    }


def _issuer(institution: Institution) -> JsonObject:
    name = institution.public_name
    return {
        "id": institution.did,
        "kind": institution.kind,
        "name": {"fi": name.fi, "sv": name.sv, "en": name.en},
        "listedFrom": institution.listed_from.isoformat(),
        "withdrawnAt": institution.closed_at.date().isoformat() if institution.closed_at else None,
    }


def _key(institution: Institution, key: KeyRecord) -> JsonObject:
    return {
        "kid": key_id(decode(key.public_key_multibase).raw).hex(),
        "id": key.kid,
        "issuer": institution.did,
        "publicKeyMultibase": key.public_key_multibase,
        "validFrom": key.valid_from.date().replace(day=1).isoformat(),  # privacy.md PD3
        "retiredAt": utc_text(key.retired_at.replace(microsecond=0)) if key.retired_at else None,
        "compromisedAt": utc_text(key.revoked_at.replace(microsecond=0)) if key.revoked_at else None,
    }


def _list(uow: UnitOfWork, record: StatusListRecord, issuer: str | None, now: datetime) -> JsonObject:
    """One list as the public ones are: decoys and all, so that the bundle tells nothing that they do not (PN4)."""
    bits = uow.publications.bits(record.id)
    revoked, reasons = bytearray(record.size // 8), bytearray(record.size * ENTRY_BITS // 8)
    for bit in bits:
        set_value(revoked, bit.index, 1)
    for bit in (*bits, *uow.withdrawals.being_checked(record.id, now=now)):
        set_value(reasons, bit.index, entry_value(bit.reason, bit.month), size=ENTRY_BITS)
    return {
        "id": record.id,
        "issuer": issuer,
        "size": record.size,
        "revoked": encode(bytes(revoked)),
        "reasons": encode(bytes(reasons)),
    }


def _competences(uow: UnitOfWork) -> list[JsonValue]:
    found: list[JsonValue] = []
    for key, document in uow.compact_codes.achievements_without_unit():
        achievement = read_object(document)
        found.append({"achievement": key, "name": {str(achievement["inLanguage"]): achievement["name"]}})
    return found


def _fingerprint(uow: UnitOfWork, now: datetime) -> str:
    """Changes when the content does; cheap, since lists count by their revision."""
    signing = [one for one in uow.institutions.all() if one.did is not None]
    parts: JsonObject = {
        "issuers": [_issuer(one) for one in signing],
        "keys": [_key(one, key) for one in signing for key in uow.institutions.keys(one.id)],
        "lists": [[one.id, one.revision, _marks(uow, one, now)] for one in uow.publications.lists()],
        "units": [
            [one.unit, one.qualification, one.order_digest, hashlib.sha256(one.names).hexdigest()]
            for one in uow.compact_codes.orders()
        ],
        "competences": [key for key, _ in uow.compact_codes.achievements_without_unit()],
    }
    return hashlib.sha256(canonicalise(parts)).hexdigest()


def _marks(uow: UnitOfWork, record: StatusListRecord, now: datetime) -> list[JsonValue]:
    return [bit.index for bit in uow.withdrawals.being_checked(record.id, now=now)]
