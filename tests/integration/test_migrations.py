"""The migrations: they make exactly the tables of the models, go down to nothing, and survive two first starts."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import postgres
import pytest
from alembic import command
from sqlalchemy import inspect, text

from issuer.db.engine import StoreMisconfiguredError, writing_engine
from issuer.db.migrate import configuration, upgrade


@pytest.fixture
def empty_database(request: pytest.FixtureRequest, database_kind: str, tmp_path: Path) -> object:
    if database_kind == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.sqlite3'}"
        return
    url = postgres.make_database(request.getfixturevalue("postgres_server"))
    yield url
    postgres.drop_database(url)


def _tables(url: str) -> set[str]:
    engine = writing_engine(url)
    try:
        return set(inspect(engine).get_table_names()) - {"alembic_version"}
    finally:
        engine.dispose()


def test_the_models_hold_nothing_that_the_migrations_do_not_make(empty_database: str) -> None:
    upgrade(empty_database)
    command.check(configuration(empty_database))


def test_every_migration_goes_down_again(empty_database: str) -> None:
    upgrade(empty_database)
    assert "credential" in _tables(empty_database)
    command.downgrade(configuration(empty_database), "base")
    assert _tables(empty_database) == set()
    upgrade(empty_database)
    assert "credential" in _tables(empty_database)


def test_processes_that_start_at_once_migrate_once(empty_database: str) -> None:
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(upgrade, [empty_database] * 4))
    assert "audit" in _tables(empty_database)


def test_connections_that_open_a_new_file_at_once_all_come_through(tmp_path: Path) -> None:
    def open_it(url: str) -> str:
        engine = writing_engine(url)
        try:
            with engine.begin() as connection:
                return str(connection.execute(text("PRAGMA journal_mode")).scalar_one())
        finally:
            engine.dispose()

    for number in range(40):  # one new file in forty showed the fault that this test is for
        with ThreadPoolExecutor(8) as pool:
            modes = list(pool.map(open_it, [f"sqlite:///{tmp_path / str(number)}.sqlite3"] * 8))
        assert modes == ["wal"] * 8


def test_sqlite_keeps_every_durability_setting(tmp_path: Path) -> None:
    engine = writing_engine(f"sqlite:///{tmp_path / 'a.sqlite3'}")
    with engine.begin() as connection:
        assert connection.execute(text("PRAGMA synchronous")).scalar_one() == 2
        assert connection.execute(text("PRAGMA journal_mode")).scalar_one() == "wal"
        assert connection.execute(text("PRAGMA foreign_keys")).scalar_one() == 1
    engine.dispose()


def test_a_database_that_does_not_take_a_setting_stops_the_start() -> None:
    engine = writing_engine("sqlite:///:memory:")  # an in-memory database cannot keep a write-ahead log
    with pytest.raises(StoreMisconfiguredError), engine.begin():
        pass
    engine.dispose()
