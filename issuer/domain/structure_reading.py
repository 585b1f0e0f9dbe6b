"""How a peruste is put together: references to units with their scope, and the tree of groups."""

from collections.abc import Iterator
from dataclasses import dataclass

from issuer.domain.catalogue_structure import Bounds, Group, Structure, UnitPlace
from issuer.domain.source_values import Node

_COMPETENCE_POINTS = "OSAAMISPISTE"
_DEEPEST = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitReference:
    """One entry of tutkinnonOsaViitteet: which unit, how large, for one way of completing.

    Attributes:
        reference_id: what the leaves of the structure name.
        credits_min, credits_max: osp above zero; both None when the entry says nothing usable.
        other_measure: it says a scope, but in another measure than osp.
    """

    pointer: str
    reference_id: str
    unit_id: str
    credits_min: float | None
    credits_max: float | None
    other_measure: bool


def unit_references(root: Node) -> list[UnitReference]:
    """All references of all ways of completing (suoritustavat), in order."""
    return [reference for way in root.nodes("suoritustavat") for reference in _references(way)]


def _references(way: Node) -> Iterator[UnitReference]:
    measure = way.string("laajuusYksikko").upper()
    in_points = measure in ("", _COMPETENCE_POINTS)
    for node in way.nodes("tutkinnonOsaViitteet"):
        unit_id = node.identifier("_tutkinnonOsa") or (
            node.node("tutkinnonOsa").identifier("id")
            if node.is_object("tutkinnonOsa")
            else node.identifier("tutkinnonOsa")
        )
        minimum, maximum = _scope(node)
        yield UnitReference(
            pointer=node.pointer,
            reference_id=node.identifier("id"),
            unit_id=unit_id,
            credits_min=minimum if in_points else None,
            credits_max=maximum if in_points else None,
            other_measure=minimum is not None and not in_points,
        )


def _scope(node: Node) -> tuple[float | None, float | None]:
    """Smallest and largest scope (laajuus, laajuusMaksimi); both None unless the largest is above zero."""
    minimum, maximum = node.real("laajuus"), node.real("laajuusMaksimi")
    largest = max(minimum or 0, maximum or 0)
    return (None, None) if largest <= 0 else (max(minimum or 0, 0) if maximum else largest, largest)


def read_structures(root: Node, references: list[UnitReference], unit_ids: set[str]) -> tuple[Structure, ...]:
    """The tree of each way of completing that has one.

    Problems: ``structure.dangling`` (a leaf names no reference; said once a reference), ``structure.too_deep``.
    """
    units = {reference.reference_id: reference.unit_id for reference in references if reference.unit_id in unit_ids}
    known = {reference.reference_id for reference in references}
    found = []
    for way in root.nodes("suoritustavat"):
        tree = way.node("rakenne")
        if not tree.is_empty:
            found.append(Structure(mode=way.string("suoritustapakoodi").lower(), root=_group(tree, units, known, 0)))
    return tuple(found)


def _group(node: Node, units: dict[str, str], known: set[str], depth: int) -> Group:
    parts: list[Group | UnitPlace] = []
    if depth >= _DEEPEST:
        node.problems.add("structure.too_deep", node.pointer)
    else:
        for part in node.nodes("osat"):
            if "_tutkinnonOsaViite" in part:
                parts.append(_place(part, units, known))
            else:
                parts.append(_group(part, units, known, depth + 1))
    rule = node.node("muodostumisSaanto")
    scope, size = rule.node("laajuus"), rule.node("koko")
    return Group(
        name=node.text("nimi"),
        role=node.string("rooli"),
        code=_code(node),
        required=node.flag("pakollinen"),
        bounds=Bounds(
            credits_min=scope.real("minimi"),
            credits_max=scope.real("maksimi"),
            parts_min=size.integer("minimi"),
            parts_max=size.integer("maksimi"),
        ),
        parts=tuple(parts),
    )


def _place(node: Node, units: dict[str, str], known: set[str]) -> UnitPlace:
    reference = node.identifier("_tutkinnonOsaViite")
    if reference not in known:
        node.problems.add("structure.dangling", node.pointer, reference)
    return UnitPlace(unit_id=units.get(reference), required=node.flag("pakollinen"))


def _code(node: Node) -> str | None:
    area, title, foreign = node.node("osaamisala"), node.node("tutkintonimike"), node.node("vieras")
    return (
        area.identifier("osaamisalakoodiUri")
        or area.identifier("uri")
        or title.identifier("uri")
        or foreign.identifier("uri")
        or None
    )
