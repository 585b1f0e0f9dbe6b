"""The national list of unit codes (koodisto `tutkinnonosat`): code, version, names and validity of each element."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from issuer.domain.catalogue import UNIT_PREFIX, CatalogueError, Problem, UnitCode, normal_code
from issuer.domain.catalogue_text import Text, localised
from issuer.domain.source_values import Node, Problems
from schemas.strict_json import JsonValue

_LARGEST_VERSION = 100_000
_RETIRED = "passiivinen"
_LISTED_CODE = re.compile(re.escape(UNIT_PREFIX) + r"[0-9A-Za-z._-]{1,64}", re.ASCII)  # one real one is 103519-1


@dataclass(frozen=True, slots=True)
class CodeList:
    """What was read, and what was passed over."""

    codes: tuple[UnitCode, ...]
    problems: tuple[Problem, ...]


def read_unit_codes(source: JsonValue, *, on_code: Callable[[int, int], None] | None = None) -> CodeList:
    """Read the list as `koodisto-service/rest/json/tutkinnonosat/koodi` gives it.

    Elements that are no unit code with a version and a name are passed over and named: ``code.malformed``,
    ``code.no_version``, ``code.no_name``. Retired elements (tila PASSIIVINEN) are passed over silently.

    Raises:
        CatalogueError: ``codes.shape`` (not an array of objects) or ``codes.empty`` (no unit code in it).
    """
    if not isinstance(source, list):
        raise CatalogueError("codes.shape", "", "a list of code elements is an array")
    problems = Problems()
    found: dict[tuple[str, int], UnitCode] = {}
    for index, element in enumerate(source):
        if not isinstance(element, dict):
            problems.add("code.malformed", f"/{index}")
        elif (code := _unit_code(Node(element, f"/{index}", problems))) is not None:
            found[code.code, code.version] = code
        if on_code is not None:
            on_code(index + 1, len(source))
    if not found:
        raise CatalogueError(
            "codes.empty", "", "no element of this list is a unit code (tutkinnonosat_…) with a version"
        )
    return CodeList(tuple(found.values()), problems.all())


def _unit_code(node: Node) -> UnitCode | None:
    code = node.string("koodiUri") or normal_code(node.string("koodiArvo"))
    if node.string("tila").lower() == _RETIRED:
        return None
    if not _LISTED_CODE.fullmatch(code):
        node.problems.add("code.malformed", node.pointer, code)
        return None
    version = node.integer("versio")
    if version is None or not 0 < version < _LARGEST_VERSION:
        node.problems.add("code.no_version", node.at("versio"), code)
        return None
    name = _name(node)
    if not name:
        node.problems.add("code.no_name", node.at("metadata"), code)
        return None
    return UnitCode(
        code=code,
        version=version,
        name=name,
        valid_from=node.day("voimassaAlkuPvm"),
        valid_until=node.day("voimassaLoppuPvm"),
    )


def _name(node: Node) -> Text:
    names = dict(_names(node))
    return localised(names.get("FI", ""), names.get("SV", ""), names.get("EN", ""))


def _names(node: Node) -> Iterator[tuple[str, str]]:
    for entry in node.nodes("metadata"):
        yield entry.string("kieli").upper(), entry.string("nimi")
