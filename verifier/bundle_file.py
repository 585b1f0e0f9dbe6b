"""A bundle in a file beside the verifier: read again when it changes, kept while it does not."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from verifier.bundle import MAX_BYTES, Bundle, BundleFault, read_bundle


@dataclass(frozen=True, slots=True)
class KeptBundle:
    """A bundle and the exact bytes that it was read from."""

    data: bytes
    bundle: Bundle


BundleSource = Callable[[], KeptBundle | None]


def no_bundle() -> KeptBundle | None:
    """Have none: small codes cannot be checked then."""
    return None


class BundleFile:
    """Answers the bundle of a file.

    Args:
        path: of the file; who keeps it fresh replaces it whole.
        pinned: Multikey text that must have signed it, or None.
    """

    def __init__(self, path: Path, *, pinned: str | None = None) -> None:
        self._path, self._pinned = path, pinned
        self._version: tuple[int, int] | None = None
        self._kept: KeptBundle | None = None

    def __call__(self) -> KeptBundle | None:
        """The newest good bundle: a file that is gone or does not read leaves the earlier one in use, with its age."""
        try:
            status = self._path.stat()
            version = (status.st_mtime_ns, status.st_size)
            if version != self._version:
                self._version = version
                self._kept = read_kept(_bytes_of(self._path), pinned=self._pinned)
        except (OSError, BundleFault):
            return self._kept
        return self._kept


def read_kept(data: bytes, *, pinned: str | None = None) -> KeptBundle:
    """Read a bundle and keep its bytes. Raises BundleFault."""
    return KeptBundle(data, read_bundle(data, pinned=pinned))


def _bytes_of(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(MAX_BYTES + 1)
