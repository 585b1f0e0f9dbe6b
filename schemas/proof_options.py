"""The canonical form of proof options: an issuer's proofs differ in nothing but `created`, so the rest is kept.

Ordinary options are one blank node with texts. Such a node has the label `_:c14n0` whatever is said of it. If each of
its lines has another predicate, their order does not depend on what follows the predicates. So the form of the next
options is that of the last ones with the new moment in the place of the old.
"""

import re
from typing import TYPE_CHECKING, Final, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable

    from schemas.strict_json import JsonObject

_MOST_KEPT: Final = 512  # issuers' keys; each holds about a kB
_MOST_CONTEXTS: Final = 8
_LONGEST: Final = 256  # characters of one text
_MEMBERS: Final = frozenset({"type", "cryptosuite", "created", "verificationMethod", "proofPurpose", "@context"})
_LINE: Final = re.compile(r"_:c14n0 (<[^>]*>) (.*) \.")
_MOMENT: Final = re.compile(r"[0-9T:.Z+-]+").fullmatch  # all of it stands for itself in N-Quads

_Key: TypeAlias = tuple[object, ...]


class OptionsCanonicaliser:
    """Canonical N-Quads of proof options.

    Args:
        general: answers for options that are new or not ordinary.
    """

    def __init__(self, general: "Callable[[JsonObject], str]") -> None:
        self._general = general
        self._kept: dict[_Key, tuple[str, str] | None] = {}

    def __call__(self, options: "JsonObject") -> str:
        """Return canonical N-Quads; raises what `general` raises."""
        created, key = options.get("created"), _key(options)
        if key is None or not isinstance(created, str) or _MOMENT(created) is None:
            return self._general(options)
        parts = self._kept.get(key)
        if parts is not None:
            return f"{parts[0]}{created}{parts[1]}"
        text = self._general(options)
        if key not in self._kept:
            if len(self._kept) >= _MOST_KEPT:
                self._kept.clear()
            self._kept[key] = _around(text, created)
        return text


def _key(options: "JsonObject") -> _Key | None:
    """All that the canonical form depends on but `created`; None unless it is short texts and a list of addresses."""
    contexts = options.get("@context")
    if options.keys() != _MEMBERS or not isinstance(contexts, list) or len(contexts) > _MOST_CONTEXTS:
        return None
    key = (options["type"], options["cryptosuite"], options["verificationMethod"], options["proofPurpose"], *contexts)
    return key if all(isinstance(part, str) and len(part) <= _LONGEST for part in key) else None


def _around(text: str, created: str) -> tuple[str, str] | None:
    """What stands before and behind the moment; None unless the moment can be replaced there."""
    lines = [_LINE.fullmatch(line) for line in text.removesuffix("\n").split("\n")]
    matches = [match for match in lines if match is not None]
    holding = [match for match in matches if match[2].startswith(f'"{created}"')]
    if len(matches) < len(lines) or len({match[1] for match in matches}) < len(matches) or len(holding) != 1:
        return None
    before, mark, behind = text.partition(f'{holding[0][1]} "{created}"')
    return (before + mark[: -len(created) - 1], f'"{behind}') if mark else None
