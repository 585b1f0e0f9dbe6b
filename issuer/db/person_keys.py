"""The keys of persons, in a store of their own: destroying a key erases the person (privacy.md PX1, PX2).

On SQLite the store is a file of its own, on PostgreSQL a schema of its own, so that its backups can roll over in
7 days while other backups live for 35. Each key is sealed under the installation's key; the store alone opens nothing.
"""

import secrets
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager

from sqlalchemy import LargeBinary, MetaData, String, Table, delete, insert, select, text
from sqlalchemy.schema import Column, CreateSchema

from issuer.db.engine import is_sqlite, writing_engine

SCHEMA = "pateva_person_keys"
_IN_ONE_QUERY = 10_000  # below what both databases allow as parameters of one statement

Seal = Callable[[bytes, bytes, bytes], bytes]  # key, text, associated data → sealed text, or back


class PersonErasedError(LookupError):
    """The person's key is gone: what was sealed under it cannot be read any more."""


class PersonKeys:
    """Makes, gives and destroys the keys of persons.

    Args:
        url: database URL of the store.
        installation_key: 32 bytes under which each person's key is sealed.
        seal: authenticated encryption (key, plaintext, associated data).
        unseal: its inverse; raises on any change.
    """

    def __init__(self, url: str, installation_key: bytes, *, seal: Seal, unseal: Seal) -> None:
        self._engine = writing_engine(url)
        self._held = threading.local()
        self._key, self._seal, self._unseal = installation_key, seal, unseal
        self._table = Table(
            "person_key",
            MetaData(schema=None if is_sqlite(url) else SCHEMA),
            Column("person_id", String(36), primary_key=True),
            Column("sealed_key", LargeBinary, nullable=False),
        )
        with self._engine.begin() as connection:
            if not is_sqlite(url):
                connection.execute(text("SELECT pg_advisory_xact_lock(715517)"))  # two first starts at once
                connection.execute(CreateSchema(SCHEMA, if_not_exists=True))
            self._table.create(connection, checkfirst=True)

    def create(self, person_id: str) -> None:
        """Make and store a fresh key; committed before any row of the person is written."""
        self.create_all([person_id])

    def create_all(self, person_ids: Sequence[str]) -> None:
        """Make keys for many persons in one transaction."""
        rows = [
            {"person_id": one, "sealed_key": self._seal(self._key, secrets.token_bytes(32), one.encode())}
            for one in person_ids
        ]
        with self._engine.begin() as connection:
            connection.execute(insert(self._table), rows)

    @contextmanager
    def held(self, person_ids: Sequence[str]) -> Iterator[None]:
        """Keep the keys of these persons at hand in this thread, for work on many of them at once."""
        held: dict[str, bytes] = {}
        for start in range(0, len(person_ids), _IN_ONE_QUERY):
            some = person_ids[start : start + _IN_ONE_QUERY]
            query = select(self._table.c.person_id, self._table.c.sealed_key).where(self._table.c.person_id.in_(some))
            with self._engine.connect() as connection:
                for row in connection.execute(query):
                    held[row.person_id] = self._unseal(self._key, row.sealed_key, row.person_id.encode())
        self._held.keys = held
        try:
            yield
        finally:
            self._held.keys = {}

    def seal(self, person_id: str, purpose: str, plaintext: bytes) -> bytes:
        """Seal one column's value; person and purpose are bound in, so that no value can be moved elsewhere."""
        return self._seal(self._of(person_id), plaintext, f"{person_id}\n{purpose}".encode())

    def unseal(self, person_id: str, purpose: str, sealed: bytes) -> bytes:
        """Open what `seal` closed. Raises PersonErasedError once the key is destroyed."""
        return self._unseal(self._of(person_id), sealed, f"{person_id}\n{purpose}".encode())

    def destroy(self, person_id: str) -> None:
        """Erase: after this nothing sealed for the person can be opened again."""
        with self._engine.begin() as connection:
            if connection.dialect.name == "sqlite":
                connection.exec_driver_sql("PRAGMA secure_delete=ON")  # the freed bytes become zeros
            connection.execute(delete(self._table).where(self._table.c.person_id == person_id))
        self._scrub()

    def among(self, person_ids: Sequence[str]) -> list[str]:
        """Those of these persons who have a key."""
        found: list[str] = []
        with self._engine.connect() as connection:
            for start in range(0, len(person_ids), _IN_ONE_QUERY):
                some = person_ids[start : start + _IN_ONE_QUERY]
                query = select(self._table.c.person_id).where(self._table.c.person_id.in_(some))
                found += connection.execute(query).scalars()
        return found

    def close(self) -> None:
        """Give the connections back."""
        self._engine.dispose()

    def _scrub(self) -> None:
        """Let no older copy of a destroyed key lie in the write-ahead log or in dead rows of the store."""
        if self._engine.dialect.name == "sqlite":
            with closing(self._engine.raw_connection()) as outside_of_any_transaction:
                outside_of_any_transaction.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
            return
        with self._engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text(f"VACUUM {SCHEMA}.person_key"))

    def _of(self, person_id: str) -> bytes:
        held: bytes | None = getattr(self._held, "keys", {}).get(person_id)
        if held is not None:
            return held
        query = select(self._table.c.sealed_key).where(self._table.c.person_id == person_id)
        with self._engine.connect() as connection:
            sealed = connection.execute(query).scalar_one_or_none()
        if sealed is None:
            raise PersonErasedError(person_id)
        return self._unseal(self._key, sealed, person_id.encode())
