"""`pateva restore BACKUP`: database and keys from a backup; erased people stay erased, used places stay used."""

import argparse
import shutil
import sys
from pathlib import Path

from issuer.adapters.erasure_ledger import FileLedger, LedgerError
from issuer.cli_commands.backup import (
    DATABASE,
    LEDGER,
    PERSON_KEYS,
    REFUSED,
    SIGNING_KEYS,
    copy_database,
    database_file,
)
from issuer.composition import compose, system_clock
from issuer.db.engine import is_sqlite
from issuer.home import Home
from issuer.services.erasing.after_restore import close_lists
from issuer.settings import Settings, read_settings


class RestoreRefusedError(RuntimeError):
    """Why nothing was restored; the text is for the operator."""


def add_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `restore`; it sets `start`, since it makes the world that it opens."""
    parser = commands.add_parser(
        "restore",
        help="bring a backup back, with the service stopped",
        description="Brings back the database of BACKUP, and keys only where there are none; repeats every erasure "
        "of the ledger, and gives out no place of the old status lists again. Refuses without the ledger.",
    )
    parser.add_argument("backup", type=Path, nargs="?", help="a directory that `pateva backup` made")
    parser.add_argument("--ledger", type=Path, help="newest copy of the ledger of erasures, if the home has none")
    parser.add_argument("--replace", action="store_true", help="put it in the place of the database that is there")
    parser.add_argument(
        "--loaded", action="store_true", help="PostgreSQL: the dump is loaded already; do all that follows"
    )
    parser.set_defaults(start=run_restore)


def run_restore(arguments: argparse.Namespace) -> int:
    """Restore and say what was done; nothing is touched before the ledger is there."""
    settings = read_settings()
    try:
        bring_ledger(settings, arguments.backup, arguments.ledger)
        if not arguments.loaded:
            bring_files(settings, arguments.backup, replace=arguments.replace)
    except (RestoreRefusedError, LedgerError) as problem:
        print(f"pateva: {problem}", file=sys.stderr)
        return REFUSED
    with compose(settings) as composition:  # repeats the erasures before anything else
        closed = close_lists(composition.outside)
        known = len(composition.outside.ledger.entries())
    print(f"Restored. Erasures in the ledger: {known}. Status lists closed: {closed}.")
    return 0


def bring_ledger(settings: Settings, backup: Path | None, given: Path | None) -> None:
    """Let the ledger in its place hold what any copy of it holds.

    Raises:
        RestoreRefusedError: there is no copy at all.
        LedgerError: a copy is broken, or two are of different installations.
    """
    own = FileLedger(settings.erasure_ledger or Home(settings.home).erasure_ledger)
    others = [given, backup.resolve().parent / LEDGER if backup is not None else None]
    copies = [FileLedger(one) for one in others if one is not None and one.exists()]
    if given is not None and not given.exists():
        raise RestoreRefusedError(f"there is no ledger at {given}")
    if not own.exists():
        if not copies:
            raise RestoreRefusedError("the ledger of erasures is missing; without it erased people would come back")
        own.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        shutil.copyfile(copies[0].path, own.path)
        own.path.chmod(0o600)
    today = system_clock().date().isoformat()
    for copy in copies:
        if copy.name() != own.name():
            raise RestoreRefusedError(f"{copy.path} is the ledger of another installation")
        for person_id, badges in copy.entries().items():
            own.add(person_id, badges, day=today)


def bring_files(settings: Settings, backup: Path | None, *, replace: bool) -> None:
    """Copy database and missing keys into the home. Raises RestoreRefusedError."""
    if not is_sqlite(settings.database_url):
        raise RestoreRefusedError("load the dump with psql, then say --loaded (docs/backups.md)")
    target, home = database_file(settings), Home(settings.home)
    source = backup / DATABASE / target.name if backup is not None else None
    if backup is None or source is None or not source.exists():
        raise RestoreRefusedError("there is no database in that backup")
    if target.exists() and not replace:
        raise RestoreRefusedError(f"there is a database at {target}; say --replace to put the backup in its place")
    keys = backup / PERSON_KEYS / home.person_keys.name
    if not home.person_keys.exists() and not keys.exists():
        raise RestoreRefusedError("the keys of persons are gone from that backup (7 days) and from the home")
    home.make()
    for folder, into in (("keys", home.signing_keys), ("secrets", home.path / "secrets")):
        if not into.exists():
            shutil.copytree(backup / SIGNING_KEYS / folder, into)
    if not home.person_keys.exists():  # a store that is there is newer: it knows everybody, and nobody erased
        copy_database(keys, home.person_keys)
    unfinished = target.with_name(f"{target.name}.unfinished")
    unfinished.unlink(missing_ok=True)
    copy_database(source, unfinished)
    for tail in ("-wal", "-shm"):
        target.with_name(target.name + tail).unlink(missing_ok=True)
    unfinished.replace(target)
