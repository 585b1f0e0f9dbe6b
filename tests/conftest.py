"""What many tests need: the shared inputs, and a whole installation on each kind of database."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import desk as desks
import installation as installations
import postgres
import pytest
from hypothesis import HealthCheck, settings

pytest_plugins = ["vector_table"]

# How long a draw takes says something of the machine alone.
settings.register_profile("house", suppress_health_check=[HealthCheck.too_slow], deadline=None)
settings.load_profile("house")

SHARED = Path(__file__).parents[2] / "shared"
REQUIRE_ALL = "PATEVA_TESTS_REQUIRE_ALL"  # set by .ci/run: a skip is a failure there


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    """Turn a skip into a failure where everything must be there."""
    outcome = yield
    report = outcome.get_result()  # type: ignore[attr-defined]
    if report.skipped and not hasattr(report, "wasxfail") and os.environ.get(REQUIRE_ALL):
        report.outcome = "failed"
        report.longrepr = f"skipped where nothing may be skipped: {call.excinfo}"


@pytest.hookimpl(hookwrapper=True)
def pytest_make_collect_report(collector: pytest.Collector) -> Iterator[None]:
    """The same for a whole file that skips itself while it is imported."""
    outcome = yield
    report = outcome.get_result()  # type: ignore[attr-defined]
    if report.skipped and os.environ.get(REQUIRE_ALL):
        report.outcome = "failed"
        report.longrepr = f"skipped where nothing may be skipped: {report.longrepr}"


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of shared inputs; the test is skipped where it does not stand beside this checkout."""
    if not (SHARED / "data").is_dir():
        pytest.skip("../shared is not here")
    return SHARED


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The URL of a PostgreSQL server on which databases can be made."""
    if "PATEVA_TEST_POSTGRES_URL" not in os.environ and postgres.binaries() is None:
        pytest.skip(postgres.ABSENT)
    with postgres.cluster() as server:
        yield server


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with everything in it, on SQLite."""
    home = tmp_path_factory.mktemp("template") / "sqlite"
    installations.make_template(home, None)
    return home


@pytest.fixture(scope="session")
def postgres_template(postgres_server: str, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A home and a database with everything in them, on PostgreSQL."""
    home = tmp_path_factory.mktemp("template") / "postgres"
    url = postgres.make_database(postgres_server)
    installations.make_template(home, url)
    return home, url.rpartition("/")[2]


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database_kind(request: pytest.FixtureRequest) -> str:
    """Both databases in turn."""
    return str(request.param)


@pytest.fixture
def prepared_home(
    request: pytest.FixtureRequest, database_kind: str, tmp_path: Path
) -> Iterator[tuple[Path, str | None]]:
    """A fresh copy of the template: (home, database URL or None for SQLite)."""
    home = tmp_path / "home"
    if database_kind == "sqlite":
        installations.copy_home(request.getfixturevalue("sqlite_template"), home)
        yield home, None
        return
    template, name = request.getfixturevalue("postgres_template")
    installations.copy_home(template, home)
    url = postgres.make_database(request.getfixturevalue("postgres_server"), template=name)
    yield home, url
    postgres.drop_database(url)


@pytest.fixture
def installation(prepared_home: tuple[Path, str | None]) -> Iterator[installations.Installation]:
    """An installation on each kind of database in turn, with an umbrella institution and the demo catalogue."""
    with installations.open_installation(*prepared_home) as opened:
        yield opened


@pytest.fixture
def sqlite_installation(sqlite_template: Path, tmp_path: Path) -> Iterator[installations.Installation]:
    """The same on SQLite only, for tests in which the database does not matter."""
    home = tmp_path / "home"
    installations.copy_home(sqlite_template, home)
    with installations.open_installation(home, None) as opened:
        yield opened
    shutil.rmtree(home)


@pytest.fixture
def desk(sqlite_installation: installations.Installation) -> Iterator[desks.Desk]:
    """A provider with staff of every role, on SQLite."""
    with desks.desk_over(sqlite_installation) as opened:
        yield opened


@pytest.fixture
def both_desks(installation: installations.Installation) -> Iterator[desks.Desk]:
    """The same on each kind of database in turn."""
    with desks.desk_over(installation) as opened:
        yield opened
