"""What a SOURCE of the catalogue is, and its bytes when it is a file: path, peruste id, diaarinumero or address."""

import re
import stat
from dataclasses import dataclass
from pathlib import Path

_PERUSTE_ID = re.compile(r"[0-9]{1,12}", re.ASCII)
_REGISTER_NUMBER = re.compile(r"(?:[A-Z]{2,5}-[0-9]{1,6}-[0-9]{4}|[0-9]{1,6}/[0-9]{3}/[0-9]{4})", re.ASCII)


class SourceError(Exception):
    """A source could not be read at all.

    Attributes:
        code: ``source.not_found``, ``source.not_file``, ``source.too_large``, ``source.unreadable``,
            ``source.unreachable``, ``source.refused`` or ``source.ambiguous``.
        detail: what was tried and what happened.
    """

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.detail = detail


@dataclass(frozen=True, slots=True)
class FileSource:
    """A file on this machine."""

    path: Path


@dataclass(frozen=True, slots=True)
class PerusteId:
    """An id of ePerusteet."""

    value: str


@dataclass(frozen=True, slots=True)
class RegisterNumber:
    """A diaarinumero."""

    value: str


@dataclass(frozen=True, slots=True)
class Address:
    """An https address of a public service."""

    url: str


Source = FileSource | PerusteId | RegisterNumber | Address


def source_of(text: str) -> Source:
    """Tell what a SOURCE is. What exists as a file is a file, whatever else it looks like.

    Raises:
        SourceError: ``source.not_found`` when it is nothing of these and no such file exists.
    """
    stripped = text.strip()
    path = Path(stripped)
    try:
        if stripped and path.exists():
            return FileSource(path)
    except (OSError, ValueError) as problem:  # a name too long, or a NUL
        raise SourceError("source.not_found", stripped[:200]) from problem
    if stripped.lower().startswith(("http://", "https://")):
        return Address(stripped)
    if _PERUSTE_ID.fullmatch(stripped):
        return PerusteId(stripped)
    if _REGISTER_NUMBER.fullmatch(stripped.upper()):
        return RegisterNumber(stripped.upper())
    raise SourceError("source.not_found", f"{stripped[:200]} is no file, peruste id, diaarinumero or https address")


def read_file(path: Path, *, max_bytes: int) -> bytes:
    """Read a regular file of at most `max_bytes`.

    Raises:
        SourceError: ``source.not_file``, ``source.too_large`` or ``source.unreadable``.
    """
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise SourceError("source.not_file", f"{path} is not a file")
        with path.open("rb") as file:
            data = file.read(max_bytes + 1)
    except OSError as problem:
        raise SourceError("source.unreadable", f"{path}: {problem.strerror}") from problem
    if len(data) > max_bytes:
        raise SourceError("source.too_large", f"{path} has more than {max_bytes} bytes")
    return data
