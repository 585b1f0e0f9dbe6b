"""`pateva backup DIRECTORY`: copies of database, persons' keys, signing keys, apart; older ones go in their time."""

import argparse
import shutil
import sqlite3
import sys
from contextlib import closing, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from issuer.composition import system_clock
from issuer.db.engine import is_sqlite
from issuer.domain.erasure import DATABASE_BACKUPS, KEY_BACKUPS
from issuer.home import Home
from issuer.settings import Settings, read_settings

REFUSED = 1
PREFIX = "sqlite:///"
DATABASE, PERSON_KEYS, SIGNING_KEYS = "database", "person-keys", "signing-keys"
LEDGER = "erasures-ledger"  # beside the backups of all days: always the newest, so that no old one counts
_NAME = "pateva-%Y%m%dT%H%M%SZ"


def add_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `backup`; it sets `start`, since it needs no open world."""
    parser = commands.add_parser(
        "backup",
        help="copy database and keys into a new directory",
        description="Three directories, as they have different lives (privacy.md PX2): database 35 days, person-keys "
        "7 days, signing-keys as long as you sign; what is older goes with each backup. The ledger of erasures is "
        "copied beside them. On PostgreSQL use pg_dump for the first two (docs/backups.md).",
    )
    parser.add_argument("directory", type=Path, help="where a directory named by date and time is made")
    parser.set_defaults(start=run_backup)


def run_backup(arguments: argparse.Namespace) -> int:
    """Copy while the service runs; SQLite gives a whole and consistent copy."""
    settings = read_settings()
    if not is_sqlite(settings.database_url):
        print("pateva: this backs up SQLite; use pg_dump for the database and its schema of keys", file=sys.stderr)
        return REFUSED
    source = database_file(settings)
    if not source.exists():
        print(f"pateva: there is no database at {source}", file=sys.stderr)
        return REFUSED
    now = system_clock()
    print(make_backup(settings, arguments.directory, now))
    roll(arguments.directory, now)
    return 0


def make_backup(settings: Settings, directory: Path, now: datetime) -> Path:
    """Copy everything into a new directory named by the moment; return it."""
    home, source, target = Home(settings.home), database_file(settings), directory / now.strftime(_NAME)
    for name in (DATABASE, PERSON_KEYS, SIGNING_KEYS):
        (target / name).mkdir(mode=0o700, parents=True)
    copy_database(source, target / DATABASE / source.name)
    copy_database(home.person_keys, target / PERSON_KEYS / home.person_keys.name)
    shutil.copytree(home.signing_keys, target / SIGNING_KEYS / "keys")
    shutil.copytree(home.path / "secrets", target / SIGNING_KEYS / "secrets")
    ledger = settings.erasure_ledger or home.erasure_ledger
    if ledger.exists():  # last: whoever is erased during the copying stands in it
        unfinished = directory / f"{LEDGER}.unfinished"
        shutil.copyfile(ledger, unfinished)
        unfinished.chmod(0o600)
        unfinished.replace(directory / LEDGER)
    return target


def roll(directory: Path, now: datetime) -> int:
    """Delete copies of persons' keys after 7 days and of databases after 35 (privacy.md PX2); return how many."""
    gone = 0
    for backup in sorted(directory.glob("pateva-*")):
        with suppress(ValueError):
            made = datetime.strptime(backup.name, _NAME).replace(tzinfo=UTC)
            gone += _forget(backup / PERSON_KEYS, made, KEY_BACKUPS, now)
            gone += _forget(backup / DATABASE, made, DATABASE_BACKUPS, now)
    return gone


def database_file(settings: Settings) -> Path:
    """Where the SQLite database of these settings lies."""
    return Path(settings.database_url.removeprefix(PREFIX))


def copy_database(source: Path, target: Path) -> None:
    """Copy a SQLite database by its own interface; never by the file, which loses what is being written."""
    with closing(sqlite3.connect(source)) as opened, closing(sqlite3.connect(target)) as copy:
        opened.backup(copy)
    target.chmod(0o600)


def _forget(part: Path, made: datetime, kept: timedelta, now: datetime) -> int:
    if now - made <= kept or not part.exists():
        return 0
    shutil.rmtree(part)
    return 1
