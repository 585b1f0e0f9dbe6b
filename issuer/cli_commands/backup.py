"""`pateva backup DIRECTORY`: copies of the database, the persons' keys and the signing keys, apart from each other."""

import argparse
import shutil
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

from issuer.composition import system_clock
from issuer.db.engine import is_sqlite
from issuer.home import Home
from issuer.settings import read_settings

REFUSED = 1
_PREFIX = "sqlite:///"


def add_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `backup`; it sets `start`, since it needs no open world."""
    parser = commands.add_parser(
        "backup",
        help="copy database and keys into a new directory",
        description="Three directories, as they have different lives (privacy.md PX2): database 35 days, person-keys "
        "7 days, signing-keys as long as you sign. On PostgreSQL use pg_dump for the first two.",
    )
    parser.add_argument("directory", type=Path, help="where a directory named by date and time is made")
    parser.set_defaults(start=run_backup)


def run_backup(arguments: argparse.Namespace) -> int:
    """Copy while the service runs; SQLite gives a whole and consistent copy."""
    settings = read_settings()
    home = Home(settings.home)
    target = arguments.directory / system_clock().strftime("pateva-%Y%m%dT%H%M%SZ")
    if not is_sqlite(settings.database_url):
        print("pateva: this backs up SQLite; use pg_dump for the database and its schema of keys", file=sys.stderr)
        return REFUSED
    source = Path(settings.database_url.removeprefix(_PREFIX))
    if not source.exists():
        print(f"pateva: there is no database at {source}", file=sys.stderr)
        return REFUSED
    for name in ("database", "person-keys", "signing-keys"):
        (target / name).mkdir(mode=0o700, parents=True)
    _copy(source, target / "database" / source.name)
    _copy(home.person_keys, target / "person-keys" / home.person_keys.name)
    shutil.copytree(home.signing_keys, target / "signing-keys" / "keys")
    shutil.copytree(home.path / "secrets", target / "signing-keys" / "secrets")
    print(target)
    return 0


def _copy(source: Path, target: Path) -> None:
    with closing(sqlite3.connect(source)) as opened, closing(sqlite3.connect(target)) as copy:
        opened.backup(copy)
    target.chmod(0o600)
