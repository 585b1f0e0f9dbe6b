"""Catalogue values to table rows and back: columns for what is searched or joined, JSON for what is only carried."""

from collections.abc import Iterable, Sequence
from typing import Any

from issuer.db.models.catalogue import (
    CatalogueQualification,
    CatalogueRequirement,
    CatalogueUnit,
    CatalogueUnitCode,
)
from issuer.domain.catalogue import (
    CodedName,
    Format,
    Kind,
    Problem,
    Qualification,
    Requirement,
    Unit,
    UnitCode,
)
from issuer.domain.catalogue_choice import searchable
from issuer.domain.catalogue_structure import Bounds, Group, Structure, UnitPlace
from issuer.domain.catalogue_text import Text

Row = dict[str, Any]


def qualification_row(qualification: Qualification) -> Row:
    """Columns of one revision, without those of the import itself."""
    return {
        "peruste_id": qualification.peruste_id,
        "digest": qualification.digest,
        "revision": qualification.revision,
        "demo": qualification.demo,
        "register_number": qualification.register_number,
        "education_type": qualification.education_type,
        "published_state": qualification.published_state[:32],
        "valid_from": qualification.valid_from,
        "valid_until": qualification.valid_until,
        "transition_until": qualification.transition_until,
        **_name_columns(qualification.name),
        "details": {
            "degree_codes": list(qualification.degree_codes),
            "competence_areas": [[each.code, *_triple(each.name)] for each in qualification.competence_areas],
            "titles": [[each.code, *_triple(each.name)] for each in qualification.titles],
            "replaces": list(qualification.replaces),
            "structures": [[each.mode, _group_out(each.root)] for each in qualification.structures],
        },
        "problems": _problems_out(qualification.problems),
    }


def qualification_value(row: CatalogueQualification, units: Sequence[Unit] = ()) -> Qualification:
    """One revision from its row."""
    details = row.details
    return Qualification(
        peruste_id=row.peruste_id,
        register_number=row.register_number,
        name=Text(row.name_fi, row.name_sv, row.name_en),
        degree_codes=tuple(details["degree_codes"]),
        education_type=row.education_type,
        published_state=row.published_state,
        valid_from=row.valid_from,
        valid_until=row.valid_until,
        transition_until=row.transition_until,
        revision=row.revision,
        digest=row.digest,
        units=tuple(units),
        structures=tuple(Structure(mode=mode, root=_group_in(root)) for mode, root in details["structures"]),
        competence_areas=tuple(CodedName(code, Text(*name)) for code, *name in details["competence_areas"]),
        titles=tuple(CodedName(code, Text(*name)) for code, *name in details["titles"]),
        replaces=tuple(details["replaces"]),
        problems=_problems_in(row.problems),
        demo=row.demo,
    )


def unit_row(unit: Unit, qualification_id: int) -> Row:
    """Columns of one unit."""
    return {
        "qualification_id": qualification_id,
        "source_id": unit.source_id,
        "position": unit.position,
        "code": unit.code,
        "version": unit.version,
        **_name_columns(unit.name),
        "search": searchable(unit.code, _triple(unit.name), unit.register_number),
        "kind": unit.kind.value,
        "format": unit.format.value,
        "credits_min": unit.credits_min,
        "credits_max": unit.credits_max,
        "requirement_count": len(unit.requirements),
        "threshold": _texts_out(unit.threshold),
        "problems": _problems_out(unit.problems),
    }


def unit_value(
    row: CatalogueUnit,
    qualification: CatalogueQualification,
    version: int | None,
    requirements: Iterable[CatalogueRequirement] = (),
) -> Unit:
    """A unit from its row; `version` is the code's newest and counts where the unit has none of its own."""
    return Unit(
        source_id=row.source_id,
        position=row.position,
        code=row.code,
        version=row.version if row.version is not None else version,
        peruste_id=qualification.peruste_id,
        register_number=qualification.register_number,
        name=Text(row.name_fi, row.name_sv, row.name_en),
        credits_min=row.credits_min,
        credits_max=row.credits_max,
        kind=Kind(row.kind),
        format=Format(row.format),
        requirements=tuple(requirement_value(each) for each in requirements),
        threshold=_texts_in(row.threshold),
        problems=_problems_in(row.problems),
    )


def requirement_row(requirement: Requirement, unit_id: int) -> Row:
    """Columns of one requirement."""
    return {
        "unit_id": unit_id,
        "position": requirement.position,
        "key": requirement.key,
        "code_uri": requirement.code_uri,
        "text_fi": requirement.text.fi,
        "text_sv": requirement.text.sv,
        "text_en": requirement.text.en,
        "heading": _texts_out((requirement.group, requirement.intro)),
        "threshold": _texts_out(requirement.threshold),
    }


def code_row(code: UnitCode, *, demo: bool) -> Row:
    """Columns of one version of a unit code."""
    return {
        "code": code.code,
        "version": code.version,
        "demo": demo,
        **_name_columns(code.name),
        "search": searchable(code.code, _triple(code.name)),
        "valid_from": code.valid_from,
        "valid_until": code.valid_until,
    }


def code_value(row: CatalogueUnitCode) -> UnitCode:
    """A unit code from its row."""
    return UnitCode(
        code=row.code,
        version=row.version,
        name=Text(row.name_fi, row.name_sv, row.name_en),
        valid_from=row.valid_from,
        valid_until=row.valid_until,
    )


def requirement_value(row: CatalogueRequirement) -> Requirement:
    """A requirement from its row."""
    group, intro = _texts_in(row.heading)
    return Requirement(
        key=row.key,
        position=row.position,
        text=Text(row.text_fi, row.text_sv, row.text_en),
        group=group,
        intro=intro,
        code_uri=row.code_uri,
        threshold=_texts_in(row.threshold),
    )


def _triple(text: Text) -> list[str]:
    return [text.fi, text.sv, text.en]


def _name_columns(name: Text) -> Row:
    return {"name_fi": name.fi, "name_sv": name.sv, "name_en": name.en}


def _texts_out(texts: Iterable[Text]) -> list[list[str]]:
    return [_triple(text) for text in texts]


def _texts_in(stored: list[list[str]]) -> tuple[Text, ...]:
    return tuple(Text(*each) for each in stored)


def _problems_out(problems: Iterable[Problem]) -> list[list[str]]:
    return [[problem.code, problem.pointer, problem.subject] for problem in problems]


def _problems_in(stored: list[list[str]]) -> tuple[Problem, ...]:
    return tuple(Problem(*each) for each in stored)


def _group_out(group: Group) -> Row:
    bounds = group.bounds
    return {
        "name": _triple(group.name),
        "role": group.role,
        "code": group.code,
        "required": group.required,
        "bounds": [bounds.credits_min, bounds.credits_max, bounds.parts_min, bounds.parts_max],
        "parts": [
            [part.unit_id, part.required] if isinstance(part, UnitPlace) else _group_out(part) for part in group.parts
        ],
    }


def _group_in(stored: Row) -> Group:
    credits_min, credits_max, parts_min, parts_max = stored["bounds"]
    return Group(
        name=Text(*stored["name"]),
        role=stored["role"],
        code=stored["code"],
        required=stored["required"],
        bounds=Bounds(credits_min=credits_min, credits_max=credits_max, parts_min=parts_min, parts_max=parts_max),
        parts=tuple(
            UnitPlace(unit_id=part[0], required=part[1]) if isinstance(part, list) else _group_in(part)
            for part in stored["parts"]
        ),
    )
