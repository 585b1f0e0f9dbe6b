"""Queries: status lists, their pool and set bits, and the signed documents that the public reads."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, insert, select, text, update
from sqlalchemy.orm import Session

from issuer.db.models import publications as tables
from issuer.db.models.awards import Credential
from issuer.domain.errors import NotFoundError


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusListRecord:
    """A status list and how far its changes are public."""

    id: str
    institution_id: str
    size: int
    state: str
    revision: int
    published_revision: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SetBit:
    """A set place: index, reason code, month number (domain.revocation)."""

    index: int
    reason: int
    month: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicationRecord:
    """A document on its way to the public; `document` is there once it is signed."""

    id: int
    institution_id: str
    kind: str
    name: str
    revision: int
    content_revision: int
    kid: str
    tbs: bytes
    document: bytes | None
    valid_from: datetime
    valid_until: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPublication:
    """The exact bytes to sign for one revision of a public document."""

    institution_id: str
    kind: str
    name: str
    content_revision: int
    kid: str
    tbs: bytes
    tbs_sha256: bytes
    valid_from: datetime
    valid_until: datetime | None


# One statement for a whole pool: 131,072 single rows would take seconds on PostgreSQL.
_FILL_POOL = {
    "sqlite": text(
        "INSERT INTO index_pool (list_id, idx) SELECT :list_id, value FROM json_each(:indexes) ORDER BY key"
    ),
    "postgresql": text(
        "INSERT INTO index_pool (list_id, idx) SELECT :list_id, value::integer"
        " FROM json_array_elements_text(CAST(:indexes AS json)) WITH ORDINALITY AS one(value, place) ORDER BY place"
    ),
}


class PublicationRepository:
    """Published documents within one transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session

    # Status lists

    def add_list(self, record: StatusListRecord, shuffled: Sequence[int], *, now: datetime) -> None:
        """Insert a list and its whole pool, in the order in which places will be given out."""
        self._session.execute(
            insert(tables.StatusList).values(
                id=record.id,
                institution_id=record.institution_id,
                size=record.size,
                state=record.state,
                revision=record.revision,
                published_revision=record.published_revision,
                created_at=now,
            )
        )
        statement = _FILL_POOL[self._session.get_bind().dialect.name]
        self._session.execute(statement, {"list_id": record.id, "indexes": json.dumps(list(shuffled))})

    def lists(self, institution_id: str | None = None) -> list[StatusListRecord]:
        """The lists of one institution, or all, oldest first."""
        query = select(tables.StatusList).order_by(tables.StatusList.created_at, tables.StatusList.id)
        if institution_id is not None:
            query = query.where(tables.StatusList.institution_id == institution_id)
        return [_list(row) for row in self._session.execute(query).scalars()]

    def close_open_lists(self) -> list[str]:
        """Give out no place of the present lists any more; return their ids."""
        query = update(tables.StatusList).where(tables.StatusList.state == "open").values(state="closed")
        return sorted(self._session.execute(query.returning(tables.StatusList.id)).scalars())

    def status_list(self, list_id: str) -> StatusListRecord:
        """One list. Raises NotFoundError."""
        row = self._session.execute(
            select(tables.StatusList).where(tables.StatusList.id == list_id)
        ).scalar_one_or_none()
        if row is None:
            raise NotFoundError("status list")
        return _list(row)

    def take_places(self, list_id: str, count: int) -> list[int]:
        """Take the next places of a list, for ever; fewer than `count` when the pool runs dry.

        On PostgreSQL rows that another transaction is taking are passed over, not waited for.
        """
        chosen = (
            select(tables.IndexPool.place)
            .where(tables.IndexPool.list_id == list_id)
            .order_by(tables.IndexPool.place)
            .limit(count)
            .with_for_update(skip_locked=True)
            .cte("chosen")  # not a plain subquery: PostgreSQL may run that again and take more than asked
        )
        query = (
            delete(tables.IndexPool)
            .where(tables.IndexPool.place.in_(select(chosen.c.place)))
            .returning(tables.IndexPool.idx)
        )
        return list(self._session.execute(query).scalars())

    def roughly_free(self, list_id: str) -> int:
        """About how many places of a list were never given out, without counting: a pool is one run of numbers."""
        ends = select(func.min(tables.IndexPool.place), func.max(tables.IndexPool.place)).where(
            tables.IndexPool.list_id == list_id
        )
        row = self._session.execute(ends).one()
        first: int | None = row[0]
        return 0 if first is None else int(row[1]) - first + 1

    def free_places(self, list_id: str) -> int:
        """How many places of a list were never given out; counts them."""
        query = select(func.count()).select_from(tables.IndexPool).where(tables.IndexPool.list_id == list_id)
        return self._session.execute(query).scalar_one()

    def set_bits(self, list_id: str, bits: Iterable[SetBit], *, decoy: bool) -> None:
        """Set places and note that the list has changed."""
        rows = [
            {"list_id": list_id, "idx": bit.index, "reason": bit.reason, "month": bit.month, "decoy": decoy}
            for bit in bits
        ]
        if not rows:
            return
        self._session.execute(insert(tables.StatusBit), rows)
        self._session.execute(
            update(tables.StatusList)
            .where(tables.StatusList.id == list_id)
            .values(revision=tables.StatusList.revision + 1)
        )

    def bits(self, list_id: str) -> list[SetBit]:
        """All set places of a list."""
        query = select(tables.StatusBit.idx, tables.StatusBit.reason, tables.StatusBit.month).where(
            tables.StatusBit.list_id == list_id
        )
        return [SetBit(index=row.idx, reason=row.reason, month=row.month) for row in self._session.execute(query)]

    def bit_counts(self, list_id: str) -> tuple[int, int, int]:
        """(badges with a place on the list, withdrawn badges, decoys)."""
        issued = self._session.execute(
            select(func.count()).select_from(Credential).where(Credential.list_id == list_id)
        ).scalar_one()
        query = (
            select(tables.StatusBit.decoy, func.count())
            .where(tables.StatusBit.list_id == list_id)
            .group_by(tables.StatusBit.decoy)
        )
        by_kind = {row[0]: row[1] for row in self._session.execute(query)}
        return issued, by_kind.get(False, 0), by_kind.get(True, 0)

    def mark_published(self, list_id: str, revision: int) -> None:
        """Note that the public sees this revision of the list, or a later one."""
        self._session.execute(
            update(tables.StatusList)
            .where(tables.StatusList.id == list_id, tables.StatusList.published_revision < revision)
            .values(published_revision=revision)
        )

    # Signed documents

    def reserve(self, new: NewPublication) -> PublicationRecord:
        """Store the exact bytes that are about to be signed, under the next revision of their name."""
        latest = self._session.execute(
            select(func.max(tables.Publication.revision)).where(
                tables.Publication.kind == new.kind, tables.Publication.name == new.name
            )
        ).scalar_one()
        row = tables.Publication(
            institution_id=new.institution_id,
            kind=new.kind,
            name=new.name,
            revision=(latest or 0) + 1,
            content_revision=new.content_revision,
            kid=new.kid,
            state="reserved",
            tbs=new.tbs,
            tbs_sha256=new.tbs_sha256,
            valid_from=new.valid_from,
            valid_until=new.valid_until,
        )
        self._session.add(row)
        self._session.flush()
        return _publication(row)

    def make_public(self, publication_id: int, document: bytes) -> None:
        """Store the signed document: from the commit on it is what the public reads."""
        self._session.execute(
            update(tables.Publication)
            .where(tables.Publication.id == publication_id, tables.Publication.state == "reserved")
            .values(state="public", document=document)
        )

    def current(self, kind: str, name: str) -> PublicationRecord | None:
        """The newest public revision of a document, or None."""
        query = (
            select(tables.Publication)
            .where(
                tables.Publication.kind == kind, tables.Publication.name == name, tables.Publication.state == "public"
            )
            .order_by(tables.Publication.content_revision.desc(), tables.Publication.revision.desc())
            .limit(1)
        )
        row = self._session.execute(query).scalar_one_or_none()
        return _publication(row) if row is not None else None

    def forget_older(self, kind: str, name: str, *, keep_from: int) -> None:
        """Drop superseded revisions below `keep_from`; their digests stay in the audit trail."""
        self._session.execute(
            delete(tables.Publication).where(
                tables.Publication.kind == kind,
                tables.Publication.name == name,
                tables.Publication.revision < keep_from,
            )
        )


def _list(row: tables.StatusList) -> StatusListRecord:
    return StatusListRecord(
        id=row.id,
        institution_id=row.institution_id,
        size=row.size,
        state=row.state,
        revision=row.revision,
        published_revision=row.published_revision,
    )


def _publication(row: tables.Publication) -> PublicationRecord:
    return PublicationRecord(
        id=row.id,
        institution_id=row.institution_id,
        kind=row.kind,
        name=row.name,
        revision=row.revision,
        content_revision=row.content_revision,
        kid=row.kid,
        tbs=row.tbs,
        document=row.document,
        valid_from=row.valid_from,
        valid_until=row.valid_until,
    )
