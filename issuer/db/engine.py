"""Engines with the settings of security.md section 9: a wrong pragma stops the program at start."""

from sqlite3 import SQLITE_BUSY, OperationalError
from sqlite3 import Connection as SqliteConnection
from time import sleep

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url

SQLITE_PRAGMAS: dict[str, str | int] = {
    "journal_mode": "wal",
    "synchronous": 2,  # FULL: NORMAL forgets commits when the power goes
    "foreign_keys": 1,
    "busy_timeout": 10_000,
    "wal_autocheckpoint": 1_000,
    "trusted_schema": 0,
}
POSTGRES_OPTIONS = (
    "-c idle_in_transaction_session_timeout=30s -c lock_timeout=10s -c statement_timeout=60s -c synchronous_commit=on"
)
_WAL_TRIES = 500  # 20 ms apart: ten seconds, as busy_timeout


class StoreMisconfiguredError(RuntimeError):
    """The database did not take a setting that durability depends on; the name of the setting is the argument."""


def is_sqlite(url: str) -> bool:
    """Tell whether a database URL names SQLite."""
    return make_url(url).get_backend_name() == "sqlite"


def writing_engine(url: str) -> Engine:
    """An engine whose transactions may write. SQLite takes its write lock at BEGIN, so no later upgrade can fail."""
    if not is_sqlite(url):
        return _postgres(url)
    engine = create_engine(url, connect_args={"timeout": 10, "check_same_thread": False})
    event.listen(engine, "connect", _configure_sqlite)
    event.listen(engine, "begin", _begin_immediate)
    return engine


def reading_engine(url: str) -> Engine:
    """An engine for reads only: SQLite refuses writes on it, PostgreSQL runs read-only transactions."""
    if not is_sqlite(url):
        return _postgres(url).execution_options(postgresql_readonly=True)
    engine = create_engine(url, connect_args={"timeout": 10, "check_same_thread": False})
    event.listen(engine, "connect", _configure_sqlite)
    event.listen(engine, "connect", _query_only)
    event.listen(engine, "begin", _begin_deferred)
    return engine


def _postgres(url: str) -> Engine:
    parsed = make_url(url)
    if parsed.drivername == "postgresql":
        parsed = parsed.set(drivername="postgresql+psycopg")
    return create_engine(parsed, connect_args={"options": POSTGRES_OPTIONS}, pool_pre_ping=True, pool_size=8)


def _configure_sqlite(connection: SqliteConnection, _record: object) -> None:
    connection.isolation_level = None  # the driver must not open transactions by itself
    _turn_on_write_ahead_log(connection)
    for name, wanted in SQLITE_PRAGMAS.items():
        connection.execute(f"PRAGMA {name}={wanted}")
        if connection.execute(f"PRAGMA {name}").fetchone()[0] != wanted:
            raise StoreMisconfiguredError(name)


def _turn_on_write_ahead_log(connection: SqliteConnection) -> None:
    """Wait for other processes that do the same to a new file: SQLite answers them "locked" without its busy time."""
    for left in reversed(range(_WAL_TRIES)):
        try:
            connection.execute("PRAGMA journal_mode=wal")
        except OperationalError as error:
            if error.sqlite_errorcode != SQLITE_BUSY or not left:
                raise
            sleep(0.02)
        else:
            return


def _query_only(connection: SqliteConnection, _record: object) -> None:
    connection.execute("PRAGMA query_only=ON")


def _begin_immediate(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _begin_deferred(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN")
