"""A whole qualification (peruste) from the public JSON of ePerusteet: tolerant in shape, strict about gaps."""

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from issuer.domain.catalogue import (
    BLOCKING,
    DANGLING,
    PUBLISHED_STATES,
    UNIT_CODE,
    UNIT_EMPTY,
    UNIT_MALFORMED,
    UNIT_PREFIX,
    VOCATIONAL_TYPES,
    CatalogueError,
    CodedName,
    Kind,
    Problem,
    Qualification,
    Unit,
)
from issuer.domain.catalogue_text import Text, unit_name
from issuer.domain.requirement_reading import read_requirements, scale_criteria
from issuer.domain.source_values import MALFORMED, Node, Problems
from issuer.domain.structure_reading import UnitReference, read_structures, unit_references
from schemas.strict_json import JsonObject, JsonValue

_VOCATIONAL_REALISATION = "ammatillinen"
_LARGEST_VERSION = 100_000
_NOT_QUALIFICATIONS = {5: "TELMA", 18: "VALMA", 40: "TUVA"}  # preparatory education: no recognition targets


def read_peruste(source: JsonValue, *, on_unit: Callable[[int, int], None] | None = None) -> Qualification:
    """Read one peruste.

    Args:
        source: the parsed JSON, as `/api/external/peruste/{id}` gives it.
        on_unit: told (done, total) after each unit, for a progress bar.

    Raises:
        CatalogueError: the source is not a peruste with units; see there for codes.
    """
    document = _peruste_object(source)
    problems = Problems()
    root = Node(document, "", problems)
    peruste_id = root.identifier("id", longest=64)
    if not peruste_id:
        raise CatalogueError("peruste.no_id", "/id", "a peruste has an id; this object has none")
    elements = _unit_elements(root)
    whole = _Whole(root, peruste_id, unit_references(root))
    whole.check_units(elements)
    units: list[Unit] = []
    for index, element in enumerate(elements):
        if (unit := whole.unit(element, index, len(units) + 1)) is not None:
            units.append(unit)
        if on_unit is not None:
            on_unit(index + 1, len(elements))
    whole.check_references({unit.source_id for unit in units})
    return _qualification(whole, document, tuple(units))


def content_digest(source: JsonValue) -> str:
    """SHA-256 (hex) over the content, whatever its spacing and the order of its members."""
    text = json.dumps(source, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _peruste_object(source: JsonValue) -> JsonObject:
    if isinstance(source, list):
        first = source[0] if source else None
        if isinstance(first, dict) and _is_unit(first):
            raise CatalogueError("peruste.single_unit", "", "units alone: scope and diaarinumero are in their peruste")
        raise CatalogueError("peruste.not_object", "", "an array; a peruste is an object")
    if not isinstance(source, dict):
        raise CatalogueError("peruste.not_object", "", "a peruste is an object")
    for rows in ("data", "content"):
        if isinstance(source.get(rows), list) and "tutkinnonOsat" not in source:
            detail = "an answer of the search; give the id of one peruste"
            raise CatalogueError("peruste.search_page", f"/{rows}", detail)
    if "tutkinnonOsat" not in source and _is_unit(source):
        raise CatalogueError("peruste.single_unit", "", "a unit alone: scope and diaarinumero are in its peruste")
    return source


def _is_unit(element: JsonObject) -> bool:
    code = element.get("koodiUri")
    return "ammattitaitovaatimukset" in element or (isinstance(code, str) and code.startswith(UNIT_PREFIX))


def _unit_elements(root: Node) -> list[JsonValue]:
    elements = root.items("tutkinnonOsat")
    if not elements:
        if any(problem.code == MALFORMED for problem in root.problems.all()):
            raise CatalogueError("peruste.shape", "/tutkinnonOsat", "tutkinnonOsat is not an array of units")
        kind = root.string("koulutustyyppi") or "koulutustyyppi missing"
        known = _NOT_QUALIFICATIONS.get(education_type(root) or 0, root.string("toteutus"))
        detail = f"no tutkinnonOsat in this peruste ({', '.join(filter(None, (kind, known)))})"
        raise CatalogueError("peruste.no_units", "/tutkinnonOsat", f"{detail}: it has no units that a badge could name")
    return elements


def education_type(root: Node) -> int | None:
    """The number in ``koulutustyyppi_1``."""
    digits = root.string("koulutustyyppi").removeprefix("koulutustyyppi_")
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < len("1000000") else None


@dataclass(frozen=True, slots=True)
class _Scope:
    minimum: float | None
    maximum: float | None


class _Whole:
    """What the units of one peruste have in common while they are read."""

    def __init__(self, root: Node, peruste_id: str, references: list[UnitReference]) -> None:
        self.root = root
        self.problems = root.problems
        self.peruste_id = peruste_id
        self.register_number = root.identifier("diaarinumero", longest=64) or None
        self.references = references
        self.by_unit: dict[str, list[UnitReference]] = defaultdict(list)
        for reference in references:
            self.by_unit[reference.unit_id].append(reference)
        self._scales: dict[str, tuple[Text, ...]] = {}
        self._seen: set[str] = set()
        self._empty: list[tuple[str, str]] = []  # code, pointer
        self.shared = tuple(self._shared_problems())

    def check_units(self, elements: list[JsonValue]) -> None:
        """Collect the general scales that some units spell out and others only name."""
        for element in elements:
            if isinstance(element, dict) and isinstance(element.get("geneerinenArviointiasteikko"), dict):
                scale = scale_criteria(Node(element, "", Problems()))
                if scale is not None and scale[1]:
                    self._scales.setdefault(*scale)

    def unit(self, element: JsonValue, index: int, position: int) -> Unit | None:
        """One unit, or None when there is nothing to keep (which is remembered)."""
        pointer = f"/tutkinnonOsat/{index}"
        if not isinstance(element, dict):
            self._empty.append((UNIT_EMPTY if element is None else UNIT_MALFORMED, pointer))
            return None
        problems = Problems()
        node = Node(element, pointer, problems)
        code, name = _unit_code(node), unit_name(node.text("nimi") or node.node("koodi").text("nimi"))
        source_id = node.identifier("id")
        if not code and not name:
            self._empty.append((UNIT_EMPTY, pointer))
            return None
        if not source_id or source_id in self._seen:
            problems.add("unit.duplicate_id" if source_id else "unit.no_id", node.at("id"), code)
            source_id = self._free_id(source_id or "unit", index)
        self._seen.add(source_id)
        kind = Kind.COMMON if "tutke2" in node.string("tyyppi").lower() else Kind.VOCATIONAL
        found = read_requirements(node, code, self._scales)
        size = self._scope(node, source_id)
        _check_unit(node, code, name)
        if kind is Kind.VOCATIONAL and not found.requirements:
            problems.add("unit.no_requirements", pointer, code)
        if size.minimum is None:
            problems.add("unit.no_scope", pointer, code)
        if any(problem.code == MALFORMED for problem in problems.all()):
            problems.add(UNIT_MALFORMED, pointer, code)
        return Unit(
            source_id=source_id,
            position=position,
            code=code or None,
            version=_version(node),
            peruste_id=self.peruste_id,
            register_number=self.register_number,
            name=name,
            credits_min=size.minimum,
            credits_max=size.maximum,
            kind=kind,
            format=found.format,
            requirements=found.requirements,
            threshold=found.threshold,
            problems=problems.all(),
        )

    def _free_id(self, source_id: str, index: int) -> str:
        free = f"{source_id}@{index}"
        while free in self._seen:
            free += "@"
        return free

    def check_references(self, unit_ids: set[str]) -> None:
        """Name references that lead to no unit, and empty elements; one of each are the same unit."""
        missing = {each.unit_id: each for each in self.references if each.unit_id not in unit_ids}
        only = next(iter(missing.values())) if len(missing) == len(self._empty) == 1 else None
        for code, pointer in self._empty:
            self.problems.add(code, pointer, _missing_name(only) if only is not None else "")
        for reference in missing.values():
            self.problems.add(DANGLING, reference.pointer, _missing_name(reference))

    def _shared_problems(self) -> Iterator[Problem]:
        root = self.root
        kind = education_type(root)
        realisation = root.string("toteutus").lower()
        if kind not in VOCATIONAL_TYPES or (realisation and realisation != _VOCATIONAL_REALISATION):
            name = _NOT_QUALIFICATIONS.get(kind or 0, root.string("koulutustyyppi"))
            yield Problem("qualification.not_vocational", "/koulutustyyppi", name)
        state = root.string("tila").lower()
        if state and state not in PUBLISHED_STATES:
            yield Problem("qualification.draft", "/tila", state)
        if self.register_number is None:
            yield Problem("qualification.no_register_number", "/diaarinumero", self.peruste_id)
        if not root.text("nimi"):
            yield Problem("qualification.no_name", "/nimi", self.peruste_id)

    def _scope(self, node: Node, source_id: str) -> _Scope:
        """Scope in osp: the largest that a reference says. A copy on the unit itself says nothing (domain.md 5.2)."""
        references = self.by_unit[source_id]
        if not references:
            node.problems.add("unit.not_referenced", node.pointer, source_id)
        known = [each for each in references if each.credits_min is not None]
        if known:
            best = max(known, key=lambda each: each.credits_max or 0)
            return _Scope(best.credits_min, best.credits_max)
        if any(each.other_measure for each in references):
            node.problems.add("unit.scope_not_osp", node.pointer, source_id)
        return _Scope(None, None)


def _missing_name(reference: UnitReference) -> str:
    scope_text = "" if reference.credits_min is None else f" ({reference.credits_min:g} osp)"
    return f"{reference.unit_id}{scope_text}"


def _unit_code(node: Node) -> str:
    number = node.identifier("koodiArvo")
    return (
        node.identifier("koodiUri")
        or node.node("koodi").identifier("uri")
        or (f"{UNIT_PREFIX}{number}" if number else "")
    )


def _version(node: Node) -> int | None:
    version = node.node("koodi").integer("versio")
    return version if version is not None and 0 < version < _LARGEST_VERSION else None


def _check_unit(node: Node, code: str, name: Text) -> None:
    if not UNIT_CODE.fullmatch(code):
        node.problems.add("unit.no_code", node.at("koodiUri"), code or name.in_language("fi"))
    if not name:
        node.problems.add("unit.no_name", node.at("nimi"), code)


def _qualification(whole: _Whole, document: JsonObject, units: tuple[Unit, ...]) -> Qualification:
    root = whole.root
    structures = read_structures(root, whole.references, {unit.source_id for unit in units})
    qualification = Qualification(
        peruste_id=whole.peruste_id,
        register_number=whole.register_number,
        name=root.text("nimi"),
        degree_codes=tuple(code for each in root.nodes("koulutukset") if (code := each.identifier("koulutuskoodiUri"))),
        education_type=education_type(root),
        published_state=root.string("tila").lower(),
        valid_from=root.day("voimassaoloAlkaa"),
        valid_until=root.day("voimassaoloLoppuu"),
        transition_until=root.day("siirtymaPaattyy"),
        revision=root.node("globalVersion").moment("aikaleima"),
        digest=content_digest(document),
        units=(),
        structures=structures,
        competence_areas=_coded_names(root, "osaamisalat", "uri"),
        titles=_coded_names(root, "tutkintonimikkeet", "tutkintonimikeUri"),
        replaces=tuple(each for each in root.items("korvattavatDiaarinumerot") if isinstance(each, str)),
    )
    shared = tuple(problem for problem in whole.shared if problem.code in BLOCKING)
    units = tuple(replace(each, problems=each.problems + shared) for each in _one_per_code(units))
    return replace(qualification, units=units, problems=whole.problems.all() + whole.shared)


def _one_per_code(units: tuple[Unit, ...]) -> Iterator[Unit]:
    """Of units with the same code only one can be awarded: one with scope, else the first."""
    count = Counter(unit.code for unit in units if unit.code)
    chosen: dict[str, str] = {}
    for unit in sorted(units, key=lambda each: each.credits_min is None):
        if unit.code:
            chosen.setdefault(unit.code, unit.source_id)
    for index, unit in enumerate(units):
        if unit.code and count[unit.code] > 1 and chosen[unit.code] != unit.source_id:
            problem = Problem("unit.duplicate_code", f"/tutkinnonOsat/{index}/koodiUri", unit.code)
            yield replace(unit, problems=(*unit.problems, problem))
        else:
            yield unit


def _coded_names(root: Node, member: str, code_member: str) -> tuple[CodedName, ...]:
    found = {code: node.text("nimi") for node in root.nodes(member) if (code := node.identifier(code_member))}
    return tuple(CodedName(code, name) for code, name in found.items())
