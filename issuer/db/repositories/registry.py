"""Queries: institutions of elsewhere on our trust list, proposed changes, earlier versions, and lists of others."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from issuer.db.models import endorsements as tables
from issuer.domain.errors import NotFoundError
from issuer.domain.trust_registry import ChangeKind
from schemas.strict_json import JsonObject, read_object

_MOST_VALUES = 200_000


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedRow:
    """An institution of elsewhere; `content` as `Listed.to_json` made it, `ended_on` the day from which it is out."""

    did: str
    content: JsonObject
    ended_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeRow:
    """A proposed change; `sha256` is that of the canonical form of kind and content."""

    id: str
    kind: ChangeKind
    state: str
    content: JsonObject
    sha256: bytes
    proposed_by: str
    proposed_at: datetime
    decided_by: str | None = None
    decided_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ListVersion:
    """A version of our list as it was published."""

    version: int
    content_sha256: bytes
    document: bytes
    published_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedList:
    """The list of another installation; `keys` are Multikey texts that we pinned."""

    url: str
    keys: tuple[str, ...]
    document: bytes
    stored_at: datetime
    refused_at: datetime | None = None
    refused_for: str | None = None


class RegistryQueries:
    """The registry within one transaction."""

    _session: Session

    def listed(self) -> list[ListedRow]:
        """Institutions of elsewhere that are or were on our list, by DID."""
        rows = self._session.execute(select(tables.ListedInstitution).order_by(tables.ListedInstitution.did)).scalars()
        return [ListedRow(did=row.did, content=_read(row.content), ended_on=row.ended_on) for row in rows]

    def put_listed(self, did: str, content: bytes, *, ended_on: date | None, now: datetime) -> None:
        """Let the list say this of an institution."""
        table = tables.ListedInstitution
        self._session.execute(delete(table).where(table.did == did))
        self._session.execute(insert(table).values(did=did, content=content, ended_on=ended_on, changed_at=now))

    def propose(self, change: ChangeRow, content: bytes) -> None:
        """Insert a change that waits for a second person."""
        self._session.execute(
            insert(tables.TrustChange).values(
                id=change.id,
                kind=change.kind.value,
                state=change.state,
                content=content,
                sha256=change.sha256,
                proposed_by=change.proposed_by,
                proposed_at=change.proposed_at,
            )
        )

    def waiting(self) -> list[ChangeRow]:
        """Changes that wait for a second person, oldest first."""
        table = tables.TrustChange
        query = select(table).where(table.state == "waiting").order_by(table.proposed_at, table.id)
        return [_change(row) for row in self._session.execute(query).scalars()]

    def change_of(self, change_id: str) -> ChangeRow:
        """One change. Raises NotFoundError."""
        row = self._session.get(tables.TrustChange, change_id)
        if row is None:
            raise NotFoundError("change")
        return _change(row)

    def settle(self, change_id: str, state: str, *, by: str, now: datetime) -> bool:
        """Let a waiting change be done or dropped; False when somebody was faster."""
        table = tables.TrustChange
        query = (
            update(table)
            .where(table.id == change_id, table.state == "waiting")
            .values(state=state, decided_by=by, decided_at=now)
            .returning(table.id)
        )
        return self._session.execute(query).scalar_one_or_none() is not None

    def versions(self) -> list[ListVersion]:
        """Versions of our list that said something new, newest first."""
        rows = self._session.execute(select(tables.TrustListVersion).order_by(tables.TrustListVersion.version.desc()))
        return [_version(row) for row in rows.scalars()]

    def newest_version(self) -> ListVersion | None:
        """The newest of them."""
        query = select(tables.TrustListVersion).order_by(tables.TrustListVersion.version.desc()).limit(1)
        row = self._session.execute(query).scalar_one_or_none()
        return _version(row) if row is not None else None

    def keep_version(self, version: ListVersion) -> None:
        """Insert a version, unless it is there already."""
        if self._session.get(tables.TrustListVersion, version.version) is None:
            values = {name: getattr(version, name) for name in ListVersion.__slots__}
            self._session.execute(insert(tables.TrustListVersion).values(**values))

    def imported(self) -> list[ImportedList]:
        """The lists of others that are in use, by address."""
        table = tables.ImportedTrustList
        query = select(table).where(table.ended_on.is_(None)).order_by(table.url)
        return [_imported(row) for row in self._session.execute(query).scalars()]

    def put_imported(self, found: ImportedList) -> None:
        """Take a list into use in place of an earlier copy."""
        table = tables.ImportedTrustList
        self._session.execute(delete(table).where(table.url == found.url))
        values = {name: getattr(found, name) for name in ImportedList.__slots__} | {"keys": "\n".join(found.keys)}
        self._session.execute(insert(table).values(**values, ended_on=None))

    def refuse_imported(self, url: str, reason: str, *, now: datetime) -> None:
        """Note that a newer copy was refused; the old one stays."""
        table = tables.ImportedTrustList
        self._session.execute(update(table).where(table.url == url).values(refused_at=now, refused_for=reason))


def _read(content: bytes) -> JsonObject:
    return read_object(content, max_bytes=len(content), max_values=_MOST_VALUES)


def _change(row: tables.TrustChange) -> ChangeRow:
    return ChangeRow(
        id=row.id,
        kind=ChangeKind(row.kind),
        state=row.state,
        content=_read(row.content),
        sha256=row.sha256,
        proposed_by=row.proposed_by,
        proposed_at=row.proposed_at,
        decided_by=row.decided_by,
        decided_at=row.decided_at,
    )


def _version(row: tables.TrustListVersion) -> ListVersion:
    return ListVersion(**{name: getattr(row, name) for name in ListVersion.__slots__})


def _imported(row: tables.ImportedTrustList) -> ImportedList:
    values = {name: getattr(row, name) for name in ImportedList.__slots__}
    return ImportedList(**values | {"keys": tuple(row.keys.split("\n"))})
