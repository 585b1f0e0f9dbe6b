"""Notes which parts of the long differential test have run on the sources at hand, so that a run in pieces counts.

PATEVA_DIFFERENTIAL_LOG names a file. A part that stands in it, for the same sources, is not run again.
"""

import hashlib
import os
from collections import Counter
from functools import cache
from importlib.metadata import version
from pathlib import Path

_ROOT = Path(__file__).parents[2]
_MODULES = (
    "compiled_* document_quads rdf_canonical shared_objects proof_options jsonld* pinned_contexts strict_json errors"
)
_TESTS = "credential_kinds mutations test_compiled_contexts"
_COMPARED = (
    "schemas/contexts/**/*.*",
    *(f"schemas/{name}.py" for name in _MODULES.split()),
    *(f"tests/properties/{name}.py" for name in _TESTS.split()),
)


@cache
def sources() -> str:
    """A digest of all that the comparison depends on."""
    digest = hashlib.sha256(f"PyLD {version('PyLD')} orjson {version('orjson')}".encode())
    files = {path for pattern in _COMPARED for path in _ROOT.glob(pattern)}
    for path in sorted(files):
        digest.update(path.relative_to(_ROOT).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:16]


def _file() -> Path | None:
    named = os.environ.get("PATEVA_DIFFERENTIAL_LOG")
    return Path(named) if named else None


def has_run(part: int) -> bool:
    """Whether the part stands in the log for these sources."""
    file = _file()
    start = f"{sources()} {part} "
    return file is not None and file.exists() and any(line.startswith(start) for line in file.read_text().splitlines())


def note(part: int, outcomes: Counter[str]) -> None:
    """Add a part that found no difference."""
    file = _file()
    if file is not None:
        counts = " ".join(f"{name}={count}" for name, count in sorted(outcomes.items()))
        with file.open("a") as log:
            log.write(f"{sources()} {part} {counts}\n")
