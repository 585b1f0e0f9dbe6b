"""The JSON-LD contexts of this package, their bytes checked against the manifest; nothing is ever fetched."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import cast

from schemas import strict_json
from schemas.strict_json import JsonObject

_FOLDER = Path(__file__).parent / "contexts"
_BADGES = "badges"  # contexts for every policy; the others ("w3c") define every misspelt term


class DamagedPackageError(RuntimeError):
    """A vendored file is not what its manifest says; nothing may be signed or verified with it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PinnedContext:
    """One context: its address, our bytes, and the hashes of all texts that are known under the address."""

    url: str
    data: bytes
    document: JsonObject
    accepted_sha256: frozenset[str]
    for_badges: bool


def _load() -> dict[str, PinnedContext]:
    rows = cast("list[JsonObject]", strict_json.read((_FOLDER / "MANIFEST.json").read_bytes()))
    documents: dict[str, tuple[bytes, JsonObject]] = {}
    contexts = {}
    for row in rows:
        url, file = cast("str", row["url"]), cast("str", row["file"])
        if file not in documents:
            data = (_FOLDER / file).read_bytes()
            if hashlib.sha256(data).hexdigest() != row["sha256"]:
                raise DamagedPackageError(file)
            documents[file] = data, strict_json.read_object(data, max_values=20_000)
        data, document = documents[file]
        contexts[url] = PinnedContext(
            url=url,
            data=data,
            document=document,
            accepted_sha256=frozenset(cast("list[str]", row["accepted"])),
            for_badges=row["use"] == _BADGES,
        )
    return contexts


_ALL = _load()

PINNED_CONTEXTS: Mapping[str, JsonObject] = MappingProxyType({c.url: c.document for c in _ALL.values() if c.for_badges})
"""Address → document of every context that a badge may use."""

W3C_CONTEXTS: Mapping[str, JsonObject] = MappingProxyType({c.url: c.document for c in _ALL.values()})
"""As PINNED_CONTEXTS, with the contexts of examples that only the policy W3C allows."""


def context_bytes(url: str) -> bytes:
    """Return the bundled bytes of a pinned context, for digests; KeyError if it is not pinned."""
    return _ALL[url].data


def accepted_hashes(url: str) -> frozenset[str]:
    """Return the SHA-256 (hex) of all known texts of a pinned context; KeyError if it is not pinned."""
    return _ALL[url].accepted_sha256
