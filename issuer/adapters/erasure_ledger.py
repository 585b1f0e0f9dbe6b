"""The ledger of erasures as a file: one chained line each, written through to the disk before anything is deleted."""

import fcntl
import hashlib
import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from issuer.domain.erasure import Badges

_HEAD = "pateva-erasures-1"
_SIGNS = 16  # of each line's digest
_PARTS = 4


class LedgerError(RuntimeError):
    """The ledger is missing, or its lines do not follow from each other; the text says which."""


class FileLedger:
    """A file of random references.

    Each line ends with a digest of itself and of the line before. A last line that a crash cut off is no entry.

    Args:
        path: of the file; only the running user may read it.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def make(self) -> None:
        """Begin an empty ledger with a random name; one that another process makes at the same time counts."""
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        unfinished = self.path.with_name(f"{self.path.name}.{uuid.uuid4()}")
        with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(f"{_HEAD} {uuid.uuid4()}\n")
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(unfinished, self.path)  # taken atomically, whole or not at all
        except FileExistsError:
            pass
        finally:
            unfinished.unlink()
        _write_through(self.path.parent)

    def exists(self) -> bool:
        """Tell whether there is a file."""
        return self.path.exists()

    def name(self) -> str:
        """Return the random name of this ledger. Raises LedgerError."""
        return self._read()[0]

    def entries(self) -> dict[str, Badges]:
        """Return (person, what happens to the badges), oldest first. Raises LedgerError."""
        return self._read()[1]

    def add(self, person_id: str, badges: Badges, *, day: str) -> None:
        """Append an entry unless it is there, and write it through to the disk. Raises LedgerError."""
        with self._locked() as handle:
            _, known, last, whole = self._read()
            if person_id in known:
                return
            os.ftruncate(handle, whole)  # a line that a crash cut off
            body = f"{person_id} {badges.value} {day}"
            os.lseek(handle, 0, os.SEEK_END)
            os.write(handle, f"{body} {_digest(last, body)}\n".encode())
            os.fsync(handle)

    @contextmanager
    def _locked(self) -> Iterator[int]:
        try:
            handle = os.open(self.path, os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC)
        except OSError as problem:
            raise LedgerError(f"{self.path.name} cannot be opened ({type(problem).__name__})") from None
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield handle
        finally:
            os.close(handle)

    def _read(self) -> tuple[str, dict[str, Badges], str, int]:
        """Name, entries, the last digest, and how many bytes are whole lines."""
        try:
            content = self.path.read_bytes()
        except OSError as problem:
            raise LedgerError(f"{self.path.name} cannot be read ({type(problem).__name__})") from None
        whole = content.rfind(b"\n") + 1
        lines = content[:whole].decode("ascii", errors="replace").splitlines()
        head, _, name = (lines[0] if lines else "").partition(" ")
        if head != _HEAD or not name:
            raise LedgerError(f"{self.path.name} is no ledger of erasures")
        entries, last = {}, lines[0]
        for number, line in enumerate(lines[1:], start=2):
            body, _, digest = line.rpartition(" ")
            parts = body.split(" ")
            if len(parts) != _PARTS - 1 or digest != _digest(last, body) or parts[1] not in set(Badges):
                raise LedgerError(f"{self.path.name} is broken at line {number}")
            entries[parts[0]], last = Badges(parts[1]), digest
        return name, entries, last, whole


def _digest(before: str, body: str) -> str:
    return hashlib.sha256(f"{before}\n{body}".encode()).hexdigest()[:_SIGNS]


def _write_through(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
