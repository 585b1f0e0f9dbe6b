"""Files that hold secrets: read only if nobody else can, written so that a crash leaves the old one or the new."""

import os
import secrets
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Final

from keys.errors import KeystoreError, KeystoreExistsError, KeystorePermissionError

TEMPORARY_SUFFIX: Final = ".unfinished"
_OTHERS: Final = 0o077


def read(path: Path, *, max_bytes: int) -> bytes:
    """The bytes of a private file.

    Args:
        path: a regular file, not a link, of the running user (or root), without any right for group or others.
        max_bytes: largest accepted file, inclusive.

    Raises:
        KeystorePermissionError: the rules above are broken.
        KeystoreError: missing, unreadable or too long.
    """
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK)
    except OSError as error:
        raise KeystoreError(f"{path.name} cannot be opened: {error.strerror}") from error
    try:
        status = os.fstat(handle)
        if not stat.S_ISREG(status.st_mode):
            raise KeystorePermissionError(f"{path.name} is not a regular file")
        if status.st_mode & _OTHERS or status.st_uid not in (os.geteuid(), 0):
            raise KeystorePermissionError(f"{path.name} must belong to this user and have mode 0400 or 0600")
        data = b""
        while len(data) <= max_bytes and (part := os.read(handle, max_bytes + 1 - len(data))):
            data += part
    finally:
        os.close(handle)
    if len(data) > max_bytes:
        raise KeystoreError(f"{path.name} is longer than {max_bytes} bytes")
    return data


def write(
    path: Path, data: bytes, *, replace: bool = False, checkpoint: Callable[[str], None] = lambda _name: None
) -> None:
    """Write a file of mode 0400 whole or not at all: new file in the same folder, fsync, rename, fsync of the folder.

    Args:
        path: in a folder that exists.
        data: the whole content.
        replace: whether an existing file may be replaced; without it the name is taken atomically.
        checkpoint: called between the steps, so that a test can die there.

    Raises:
        KeystoreExistsError: the name is taken and `replace` is false.
        KeystoreError: the folder cannot be written.
    """
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(8)}{TEMPORARY_SUFFIX}")
    try:
        handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o400)
        with os.fdopen(handle, "wb") as file:
            checkpoint("key_file.created")
            file.write(data)
            file.flush()
            checkpoint("key_file.written")
            os.fsync(file.fileno())
        checkpoint("key_file.synced")
        if replace:
            temporary.replace(path)
        else:
            os.link(temporary, path)  # unlike rename it never replaces
            temporary.unlink()
        checkpoint("key_file.named")
        _sync_folder(path.parent)
    except FileExistsError as error:
        temporary.unlink(missing_ok=True)
        raise KeystoreExistsError(f"{path.name} exists") from error
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise KeystoreError(f"{path.name} cannot be written: {error.strerror}") from error


def sweep(folder: Path) -> None:
    """Remove what a crash left of unfinished writing. Call it only where no other process writes in `folder`."""
    for left in folder.glob(f".*{TEMPORARY_SUFFIX}"):
        left.unlink(missing_ok=True)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
