"""Issues many badges of one achievement: the states of a single badge, a chunk at a time, in bulk statements.

A chunk is reserved in one transaction, signed by whatever processes the caller gives, stored in a second and issued in
a third. Memory depends on the size of a chunk, not on the number of badges. A chunk that was cut off by a crash is
finished by the sweeper; a repeat of the batch passes over the rows that are there.
"""

import hashlib
import secrets
import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from issuer.db.repositories.credentials import NewCredential, SignedBytes
from issuer.db.unit_of_work import UnitOfWork
from issuer.domain.audit import Act
from issuer.domain.award import AwardRequest, check_idempotency_key
from issuer.domain.errors import LintError
from issuer.domain.figures import Happening
from issuer.services.award_badge import LEASE, Prepared, freeze, prepare_award, reserved_credential
from issuer.services.outside import Outside
from issuer.services.publish_status_list import ensure_open_list, take_places
from issuer.services.sharing.first_link import first_links
from issuer.services.sign_badge import document_digest
from issuer.services.sign_chunk import SignChunk

_SHUFFLE = secrets.SystemRandom()
MAX_CHUNK = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class ChunkDone:
    """Progress after a chunk: how many rows were read, issued now, and there already."""

    rows: int
    issued: int
    known: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchItem:
    """One badge of a chunk.

    Attributes:
        key: idempotency key within the batch's scope.
        prepared: what the badge says; those of one chunk are signed by one key.
        person_id: a participant we know; None makes a new one.
    """

    key: str
    prepared: Prepared
    person_id: str | None = None


# Called in the transaction that reserves a chunk, with (idempotency key, credential id) of each badge.
Within = Callable[[UnitOfWork, Sequence[tuple[str, str]]], None]


def issue_batch(
    outside: Outside, request: AwardRequest, keys: Iterable[str], *, sign: SignChunk, actor: str, chunk: int = 1_000
) -> Iterator[ChunkDone]:
    """Issue one badge for each key.

    Args:
        request: what every badge of the batch says; it names no person.
        keys: an idempotency key for each row; a key that was used before for this batch's request is passed over.
        sign: signs and checks a chunk, usually in several processes.
        chunk: rows a transaction, 1 to 10,000.

    Yields:
        Progress after each chunk; the next chunk is not begun before the caller asks for it (back-pressure).

    Raises:
        Everything that `prepare_award` raises, before anything is stored; LintError when a chunk does not hold.
    """
    if not 1 <= chunk <= MAX_CHUNK:
        raise ValueError("a chunk has 1 to 10,000 rows")
    prepared = prepare_award(outside, request)
    waiting = iter(keys)
    while rows := list(islice(waiting, chunk)):
        for key in rows:
            check_idempotency_key(key)
        items = [BatchItem(key=key, prepared=prepared) for key in dict.fromkeys(rows)]
        issued = issue_items(outside, items, scope=_scope(prepared), sign=sign, actor=actor)
        yield ChunkDone(rows=len(rows), issued=issued, known=len(rows) - issued)


def issue_items(
    outside: Outside,
    items: Sequence[BatchItem],
    *,
    scope: str,
    sign: SignChunk,
    actor: str,
    within: Within | None = None,
) -> int:
    """Issue the badges of one chunk whose keys were not used before in the scope; return how many.

    Args:
        items: badges of one institution, signed by one key; keys differ.
        scope: of the idempotency keys, up to 120 signs.

    Raises:
        LintError: a badge of the chunk does not hold; all of it stays reserved for the sweeper.
        keys.errors.SigningError: the signer refused; the same.
        StoreBusyError: another worker was faster with one of the keys; nothing of the chunk was reserved.
    """
    with outside.database.read() as uow:
        known = uow.credentials.known_keys(scope, [item.key for item in items])
    fresh = [item for item in items if item.key not in known]
    if not fresh:
        return 0
    ensure_open_list(outside, fresh[0].prepared.institution)
    people = [item.person_id or str(uuid.uuid4()) for item in fresh]
    unknown = [person for item, person in zip(fresh, people, strict=True) if item.person_id is None]
    if unknown:
        outside.person_keys.create_all(unknown)
    with outside.person_keys.held(people):
        rows = _reserve(outside, fresh, people, scope=scope, actor=actor, within=within)
        outside.checkpoint("batch.after_reserve")
        packed = [outside.person_keys.unseal(row.person_id, "tbs", row.sealed_tbs) for row in rows]
        documents = sign(fresh[0].prepared.key.kid, packed)
        outside.checkpoint("batch.after_sign")
        _store_signed(outside, rows, documents)
        outside.checkpoint("batch.after_t2")
        return _issue_signed(outside, [row.id for row in rows])


def _reserve(
    outside: Outside,
    items: Sequence[BatchItem],
    people: Sequence[str],
    *,
    scope: str,
    actor: str,
    within: Within | None,
) -> list[NewCredential]:
    """T1 for a whole chunk; `people` are those of the items, in their order."""
    now = outside.now()
    institution = items[0].prepared.institution
    with outside.database.write() as uow:
        places = take_places(uow, institution.id, len(items))
        _SHUFFLE.shuffle(places)  # privacy.md PN9: neighbours in time are not neighbours in place
        for prepared in {item.prepared.achievement.key: item.prepared for item in items}.values():
            freeze(uow, prepared, now=now)
        rows = [
            reserved_credential(
                outside, item.prepared, credential_id=str(uuid.uuid4()), person_id=person, place=place, now=now
            )
            for item, person, place in zip(items, people, places, strict=True)
        ]
        digests = [hashlib.sha256(item.prepared.achievement.key.encode()).digest() for item in items]
        answers = [(item.key, row.id) for item, row in zip(items, rows, strict=True)]
        uow.credentials.remember_answers(scope, answers, digests, now=now)
        if unknown := [person for item, person in zip(items, people, strict=True) if item.person_id is None]:
            uow.people.add_people(unknown, institution.id, now=now)
        uow.credentials.reserve(rows, now=now)
        if within is not None:
            within(uow, answers)
        uow.audit.append_all(
            [
                Act(
                    at=now,
                    actor=actor,
                    action="badge.reserved",
                    refs=(("badge", row.id), ("achievement", row.achievement_id), ("tbs", row.tbs_sha256.hex())),
                )
                for row in rows
            ]
        )
        outside.checkpoint("batch.in_reserve")
    return rows


def _store_signed(outside: Outside, rows: Sequence[NewCredential], documents: Sequence[bytes]) -> None:
    """T2 for a whole chunk."""
    now = outside.now()
    signed = [
        SignedBytes(
            id=row.id,
            tbs_sha256=row.tbs_sha256,
            sealed=outside.person_keys.seal(row.person_id, "document", document),
            sha256=document_digest(document),
        )
        for row, document in zip(rows, documents, strict=True)
    ]
    with outside.database.write() as uow:
        uow.credentials.store_signed(signed, lease_until=now + LEASE)
        uow.audit.append_all(
            [
                Act(
                    at=now,
                    actor="system",
                    action="badge.signed",
                    refs=(("badge", one.id), ("document", one.sha256.hex())),
                )
                for one in signed
            ]
        )
        outside.checkpoint("batch.in_t2")


def _issue_signed(outside: Outside, ids: Sequence[str]) -> int:
    """T4 for a whole chunk: what is stored must be, byte for byte, what passed the verifier."""
    with outside.database.read() as uow:
        stored = uow.credentials.signed_among(ids)
    for one in stored:
        data = outside.person_keys.unseal(one.person_id, "document", one.document or b"")
        if document_digest(data) != one.document_sha256:
            raise LintError(one.id, code="badge.stored_bytes_differ")
    now = outside.now()
    with outside.database.write() as uow:
        issued = uow.credentials.mark_issued([one.id for one in stored], now=now)
        fresh = [(one.id, one.person_id) for one in stored if one.id in issued]  # the sweeper may have issued some
        first_links(uow, outside, fresh, now=now)
        uow.statistics.note_badges(Happening.ISSUED, sorted(issued), now=now)
        uow.audit.append_all(
            [Act(at=now, actor="system", action="badge.issued", refs=(("badge", one),)) for one in sorted(issued)]
        )
        outside.checkpoint("batch.in_t4")
    return len(stored)


def _scope(prepared: Prepared) -> str:
    """Idempotency keys of a batch stand apart by institution and achievement."""
    return f"{prepared.institution.id}:batch:{prepared.achievement.key}"
