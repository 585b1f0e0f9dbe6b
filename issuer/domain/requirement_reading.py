"""Requirements of one unit, from whichever generation of the format it is written in (domain.md section 5.3)."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace

from issuer.domain.catalogue import Format, Requirement
from issuer.domain.catalogue_text import NO_TEXT, ListItem, Text, list_items
from issuer.domain.source_values import Node

# Ids of the lowest passing level: 5 = grade 1, 2 = T1, 1 = pass where nothing finer exists (domain.md section 5.3).
_LOWEST_LEVELS = ("5", "2", "1")


@dataclass(frozen=True, slots=True)
class Found:
    """What a unit's requirements were found to be."""

    format: Format
    requirements: tuple[Requirement, ...] = ()
    threshold: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True)
class _Row:
    pointer: str
    text: Text
    code_uri: str
    own_id: str = ""
    group: Text = NO_TEXT
    intro: Text = NO_TEXT
    threshold: tuple[Text, ...] = ()


def read_requirements(unit: Node, unit_code: str, scales: dict[str, tuple[Text, ...]]) -> Found:
    """Read the requirements of a unit in its own format; the formats are tried from the newest to the oldest.

    Args:
        unit: the unit's object.
        unit_code: goes into the keys that we make for requirements without an identity of their own.
        scales: lowest-level criteria of general scales by id, for units that name a scale by id only.

    Problems: ``requirement.empty`` (no text in any language), ``requirement.repeated`` (same key twice in the unit).
    """
    for form, rows in (
        (Format.GROUPED_2019, _grouped_2019),
        (Format.ASSESSMENT_2017, _assessment_2017),
        (Format.TARGETS, _targets),
        (Format.HTML_2014, _html_2014),
    ):
        found = list(rows(unit))
        if found:
            threshold = _generic_threshold(unit, scales) if form is not Format.ASSESSMENT_2017 else ()
            return Found(form, _keyed(found, unit, unit_code), threshold)
    return Found(Format.NONE)


def scale_criteria(unit: Node) -> tuple[str, tuple[Text, ...]] | None:
    """Id and lowest-level criteria of the general scale that stands in full in this unit."""
    scale = unit.node("geneerinenArviointiasteikko")
    return None if scale.is_empty else (scale.string("id"), _lowest(scale))


def _keyed(rows: list[_Row], unit: Node, unit_code: str) -> tuple[Requirement, ...]:
    kept: list[Requirement] = []
    seen: dict[str, int] = {}
    for row in rows:
        if not row.text:
            unit.problems.add("requirement.empty", row.pointer, unit_code)
            continue
        key = row.code_uri or row.own_id or own_key(unit_code, row.text)
        seen[key] = seen.get(key, 0) + 1
        requirement = Requirement(
            key=key,
            position=len(kept) + 1,
            text=row.text,
            group=row.group,
            intro=row.intro,
            code_uri=row.code_uri or None,
            threshold=row.threshold,
        )
        if seen[key] > 1:
            unit.problems.add("requirement.repeated", row.pointer, key)
            requirement = replace(requirement, key=_free_key(key, seen))
        kept.append(requirement)
    return tuple(kept)


def _free_key(key: str, seen: dict[str, int]) -> str:
    number = seen[key]
    while f"{key}~{number}" in seen:
        number += 1
    seen[f"{key}~{number}"] = 1
    return f"{key}~{number}"


def own_key(unit_code: str, text: Text) -> str:
    """The key we give to a requirement that has none: from its unit's code and its (Finnish) text."""
    words = text.in_language("fi")
    return "sha256:" + hashlib.sha256(f"{unit_code}|{words}".encode()).hexdigest()[:16]


def _grouped_2019(unit: Node) -> Iterator[_Row]:
    whole = unit.node("ammattitaitovaatimukset2019")
    intro = whole.text("kohde")
    for requirement in whole.nodes("vaatimukset"):
        yield _row_2019(requirement, NO_TEXT, intro)
    for group in whole.nodes("kohdealueet"):
        name = group.text("kuvaus")
        for requirement in group.nodes("vaatimukset"):
            yield _row_2019(requirement, name, intro)


def _row_2019(requirement: Node, group: Text, intro: Text) -> _Row:
    code = requirement.node("koodi")
    text = requirement.text("vaatimus") or code.text("nimi")
    return _Row(
        pointer=requirement.pointer,
        text=text,
        code_uri=code.identifier("uri"),
        own_id=_own_id(requirement, "vaatimus"),
        group=group,
        intro=intro,
    )


def _assessment_2017(unit: Node) -> Iterator[_Row]:
    areas = list(unit.node("arviointi").nodes("arvioinninKohdealueet"))
    if not any(area.node("koodi").identifier("uri") for area in areas):
        return  # headings of general assessment areas, not requirements
    for area in areas:
        code = area.node("koodi")
        yield _Row(
            pointer=area.pointer,
            text=area.text("otsikko") or code.text("nimi"),
            code_uri=code.identifier("uri"),
            own_id=_own_id(area, "otsikko"),
            threshold=tuple(text for target in area.nodes("arvioinninKohteet") for text in _lowest(target)),
        )


def _targets(unit: Node) -> Iterator[_Row]:
    for area in unit.nodes("ammattitaitovaatimuksetLista"):
        heading = area.text("otsikko")
        for target in area.nodes("vaatimuksenKohteet"):
            intro = target.text("selite") or target.text("otsikko")
            for requirement in target.nodes("vaatimukset"):
                yield _Row(
                    pointer=requirement.pointer,
                    text=requirement.text("selite"),
                    code_uri=requirement.identifier("ammattitaitovaatimusKoodi"),
                    own_id=_own_id(requirement, "selite"),
                    group=heading,
                    intro=intro,
                )


def _html_2014(unit: Node) -> Iterator[_Row]:
    node = unit.node("ammattitaitovaatimukset")
    finnish, swedish = list_items(node.string("fi")), list_items(node.string("sv"))
    if not finnish:
        rows = [(ListItem("", "", ""), item) for item in swedish]
    elif len(finnish) == len(swedish):
        rows = list(zip(finnish, swedish, strict=True))
    else:  # without codes only the position could pair them, and here it does not
        rows = [(item, ListItem("", "", "")) for item in finnish]
    for fi, sv in rows:
        yield _Row(
            pointer=node.pointer,
            text=Text(fi.text, sv.text),
            code_uri="",
            group=Text(fi.group, sv.group),
            intro=Text(fi.intro, sv.intro),
        )


def _own_id(owner: Node, member: str) -> str:
    """`_tunniste` of a text; a bare string has none."""
    return owner.node(member).identifier("_tunniste") if owner.is_object(member) else ""


def _generic_threshold(unit: Node, scales: dict[str, tuple[Text, ...]]) -> tuple[Text, ...]:
    full = scale_criteria(unit)
    if full is not None:
        return full[1]
    if "_geneerinenArviointiasteikko" in unit:
        return scales.get(unit.string("_geneerinenArviointiasteikko"), ())
    return tuple(
        text
        for area in unit.node("arviointi").nodes("arvioinninKohdealueet")
        for target in area.nodes("arvioinninKohteet")
        for text in _lowest(target)
    )


def _lowest(target: Node) -> tuple[Text, ...]:
    """Criteria of the lowest passing level; levels stand in any order and are looked up by id."""
    by_level: dict[str, tuple[Text, ...]] = {}
    for level in target.nodes("osaamistasonKriteerit"):
        level_id = level.string("_osaamistaso") or level.node("osaamistaso").string("id")
        texts = tuple(text for text in level.texts("kriteerit") if text)
        if texts:
            by_level[level_id] = texts
    return next((by_level[level_id] for level_id in _LOWEST_LEVELS if level_id in by_level), ())
