"""A PostgreSQL for tests: the one that the environment names, or a throwaway cluster of the installed binaries."""

import os
import secrets
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

ABSENT = "PostgreSQL is not installed (apt: postgresql)"


def binaries() -> Path | None:
    """The folder of initdb and postgres, or None."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return found[-1].parent if found else None


@contextmanager
def cluster(*, durable: bool = False) -> Iterator[str]:
    """Yield the URL of a server on which databases may be made; without a trailing database name.

    Tests do not wait for the disk; `durable` does, as production must.
    """
    given = os.environ.get("PATEVA_TEST_POSTGRES_URL")
    if given:
        yield given.rstrip("/")
        return
    folder = binaries()
    if folder is None:
        raise FileNotFoundError(ABSENT)
    with tempfile.TemporaryDirectory(prefix="pateva-pg-") as root:
        data = Path(root) / "data"
        as_user = _as_postgres(root)
        subprocess.run([*as_user, folder / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8",
                        "--locale=C", "--no-sync"], check=True, capture_output=True)  # fmt: skip
        port = _free_port()
        options = f"-p {port} -k {root} -c listen_addresses=127.0.0.1 -c max_connections=200"
        options += "" if durable else " -c fsync=off"
        start = [*as_user, folder / "pg_ctl", "-D", data, "-w", "-l", Path(root) / "log", "-o", options, "start"]
        subprocess.run(start, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            yield f"postgresql://postgres@127.0.0.1:{port}"
        finally:
            stop = [*as_user, folder / "pg_ctl", "-D", data, "-m", "immediate", "stop"]
            subprocess.run(stop, check=False, capture_output=True)


def make_database(server: str, *, template: str | None = None) -> str:
    """Make an empty database, or a copy of another one of the server; return its URL."""
    name = f"t_{secrets.token_hex(8)}"
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        source = f' TEMPLATE "{template}"' if template else ""
        connection.execute(f'CREATE DATABASE "{name}"{source}')
    return f"{server}/{name}"


def drop_database(url: str) -> None:
    """Drop a database, whoever is still connected."""
    server, _, name = url.rpartition("/")
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def _as_postgres(root: str) -> list[str]:
    """PostgreSQL refuses to run as root; then another user must own the folder."""
    if os.geteuid() != 0:
        return []
    shutil.chown(root, "postgres")
    return ["runuser", "-u", "postgres", "--"]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
