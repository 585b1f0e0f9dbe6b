"""Makes status lists, keeps decoys among their set bits, and publishes list and reasons before they go stale."""

import base64
import secrets
from datetime import datetime, timedelta

from issuer.db.repositories.publications import SetBit, StatusListRecord
from issuer.db.unit_of_work import UnitOfWork
from issuer.domain.audit import Act
from issuer.domain.errors import PoolExhaustedError
from issuer.domain.institution import Institution
from issuer.domain.revocation import CODES, ENTRY_BITS, REASONS, entry_value, months_since_epoch
from issuer.domain.status_places import LIST_SIZE, LOW_WATER, wanted_decoys
from issuer.services.outside import Outside
from issuer.services.publish_document import ToPublish, reserve, sign_and_publish
from schemas.credential import VC_CONTEXT, utc_text
from schemas.status_list import encode, set_value
from schemas.strict_json import JsonObject

LIFETIME = timedelta(hours=24)  # openbadges.md 8.2: at most a day
REFRESH_BEFORE = LIFETIME / 2
TTL = timedelta(minutes=5)
REASONS_KIND, LIST_KIND = "reasons", "status_list"
_PUBLIC_COPIES = 2  # the list and its reasons
_SHUFFLE = secrets.SystemRandom()


def list_url(outside: Outside, list_id: str) -> str:
    """The https address under which a list is known to the world."""
    return f"{outside.identity_origin}/status/{list_id}"


def ensure_open_list(outside: Outside, institution: Institution) -> StatusListRecord:
    """An open list with places left, public and fresh; made and published when there is none or it runs low."""
    with outside.database.read() as uow:
        lists = [one for one in uow.publications.lists(institution.id) if one.state == "open"]
        free = {one.id: uow.publications.roughly_free(one.id) for one in lists[-1:]}
    if not lists or free[lists[-1].id] < LOW_WATER:
        fresh = _make_list(outside, institution)
        publish(outside, fresh.id)
        return fresh if not lists or free[lists[-1].id] == 0 else lists[-1]
    publish_if_due(outside, lists[-1].id)
    return lists[-1]


def take_places(uow: UnitOfWork, institution_id: str, count: int) -> list[tuple[str, int]]:
    """Take places in the caller's transaction, from the oldest open lists that have them.

    Raises:
        PoolExhaustedError: not so many places are left.
    """
    taken: list[tuple[str, int]] = []
    for one in uow.publications.lists(institution_id):
        if one.state == "open" and len(taken) < count:
            taken += [(one.id, index) for index in uow.publications.take_places(one.id, count - len(taken))]
    if len(taken) < count:
        raise PoolExhaustedError(institution_id)
    return taken


def publish_due(outside: Outside) -> int:
    """Publish every list whose content changed or whose public copy is past half of its life; return how many."""
    with outside.database.read() as uow:
        ids = [one.id for one in uow.publications.lists() if one.state != "final"]
    return sum(publish_if_due(outside, one) for one in ids)


def publish_if_due(outside: Outside, list_id: str) -> bool:
    """Publish one list if it is due; tell whether it was."""
    with outside.database.read() as uow:
        record = uow.publications.status_list(list_id)
        current = uow.publications.current(LIST_KIND, list_id)
        reasons = uow.publications.current(REASONS_KIND, list_id)
    half = outside.now() + REFRESH_BEFORE
    copies = [one.valid_until for one in (current, reasons) if one is not None and one.valid_until is not None]
    if record.revision == record.published_revision and len(copies) == _PUBLIC_COPIES and min(copies) > half:
        return False
    publish(outside, list_id)
    return True


def publish(outside: Outside, list_id: str) -> None:
    """Publish the reasons, then the list itself: a set bit never waits for its reason."""
    now = outside.now()
    with outside.database.write() as uow:
        record = uow.publications.status_list(list_id)
        _add_decoys(uow, record, now=now)
        record = uow.publications.status_list(list_id)
        institution = uow.institutions.get(record.institution_id)
        key = uow.institutions.active_key(record.institution_id)
        bits = uow.publications.bits(list_id)
        checked = uow.withdrawals.being_checked(list_id, now=now)
        url = list_url(outside, list_id)
        reserved = [
            reserve(
                uow,
                ToPublish(
                    document=document,
                    kind=kind,
                    name=list_id,
                    key=key,
                    content_revision=record.revision,
                    lifetime=LIFETIME,
                ),
                now=now,
            )
            for kind, document in (
                (REASONS_KIND, _reasons_document(f"{url}/reasons", institution, [*bits, *checked], record.size, now)),
                (LIST_KIND, _list_document(url, institution, bits, record.size, now)),
            )
        ]
    outside.checkpoint("publish.after_reserve")
    for publication in reserved:
        sign_and_publish(outside, publication)


def _make_list(outside: Outside, institution: Institution) -> StatusListRecord:
    now = outside.now()
    list_id = base64.b32encode(secrets.token_bytes(10)).decode().lower()
    order = list(range(LIST_SIZE))
    _SHUFFLE.shuffle(order)  # so that an index betrays neither order nor provider
    record = StatusListRecord(
        id=list_id, institution_id=institution.id, size=LIST_SIZE, state="open", revision=1, published_revision=0
    )
    with outside.database.write() as uow:
        uow.publications.add_list(record, order, now=now)
        refs = (("institution", institution.id), ("list", list_id))
        uow.audit.append(Act(at=now, actor="system", action="status_list.created", refs=refs))
    return record


def _add_decoys(uow: UnitOfWork, record: StatusListRecord, *, now: datetime) -> None:
    issued, withdrawn, decoys = uow.publications.bit_counts(record.id)
    wanted = wanted_decoys(issued=issued, withdrawn=withdrawn, decoys=decoys, size=record.size)
    if wanted == 0 or record.state != "open":
        return
    month = months_since_epoch(now)
    places = uow.publications.take_places(record.id, wanted)
    bits = [SetBit(index=place, reason=CODES[secrets.choice(REASONS)], month=month) for place in places]
    uow.publications.set_bits(record.id, bits, decoy=True)


def _list_document(url: str, institution: Institution, bits: list[SetBit], size: int, now: datetime) -> JsonObject:
    field = bytearray(size // 8)
    for bit in bits:
        set_value(field, bit.index, 1)
    subject: JsonObject = {"statusPurpose": "revocation", "encodedList": encode(bytes(field))}
    return _status_credential(url, institution, subject, now)


def _reasons_document(url: str, institution: Institution, bits: list[SetBit], size: int, now: datetime) -> JsonObject:
    field = bytearray(size * ENTRY_BITS // 8)
    for bit in bits:
        set_value(field, bit.index, entry_value(bit.reason, bit.month), size=ENTRY_BITS)
    subject: JsonObject = {"statusPurpose": "message", "encodedList": encode(bytes(field))}
    return _status_credential(url, institution, subject, now)


def _status_credential(url: str, institution: Institution, subject: JsonObject, now: datetime) -> JsonObject:
    return {
        "@context": [VC_CONTEXT],
        "id": url,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": institution.did,
        "validFrom": utc_text(now),
        "validUntil": utc_text(now + LIFETIME),
        "credentialSubject": {
            "id": f"{url}#list",
            "type": "BitstringStatusList",
            "ttl": int(TTL.total_seconds() * 1000),
            **subject,
        },
    }
