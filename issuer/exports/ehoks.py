"""The blocks of a HOKS that follow from a decision: competence recognised, or the unit with what is still to learn.

A unit stands in exactly one of the two lists. eHOKS has no place for single requirements (domain.md section 12).
"""

from pathlib import Path
from typing import Final

from issuer.domain.errors import InvalidRequestError
from issuer.domain.recognition import Coverage, Route
from issuer.exports.recognised_unit import (
    PROCESS,
    PROCESS_VERSION,
    RecognisedUnit,
    demonstration_to_json,
    school_of,
    unit_version,
)
from schemas.json_schema import Problem, problems_by_declared
from schemas.strict_json import JsonObject, read_object

RECOGNISED: Final = "aiemmin-hankitut-ammat-tutkinnon-osat"
TO_LEARN: Final = "hankittavat-ammat-tutkinnon-osat"
_SCHEMA: Final = Path(__file__).with_name("ehoks_recognised.schema.json")


def ehoks_blocks(facts: RecognisedUnit) -> JsonObject:
    """Return one block with one unit.

    Raises:
        InvalidRequestError: ``export.unit_version``, ``export.no_route`` or what a route lacks.
    """
    unit = _unit(facts)
    if facts.coverage is not Coverage.WHOLE:
        if facts.work.route is Route.DEMONSTRATION and facts.was_arranged:
            unit["osaamisen-osoittaminen"] = [demonstration_to_json(facts)]
        return {TO_LEARN: [unit]}
    route = facts.work.route
    if route is None:
        raise InvalidRequestError(code="export.no_route", pointer="/route")
    unit["tutkinnon-osan-perusteen-diaarinro"] = facts.unit.register_number
    unit["valittu-todentamisen-prosessi-koodi-uri"] = PROCESS + route.value
    unit["valittu-todentamisen-prosessi-koodi-versio"] = PROCESS_VERSION
    if route is Route.ASSESSORS:
        unit["tarkentavat-tiedot-osaamisen-arvioija"] = _assessors(facts)
    elif route is Route.DEMONSTRATION:
        unit["tarkentavat-tiedot-naytto"] = [demonstration_to_json(facts)]
    return {RECOGNISED: [unit]}


def schema_problems(blocks: JsonObject) -> list[Problem]:
    """Return what the schema finds in the blocks; units still to learn have the same required members."""
    schema = read_object(_SCHEMA.read_bytes())
    found: list[Problem] = []
    for name in (RECOGNISED, TO_LEARN):
        units = blocks.get(name)
        for place, unit in enumerate(units if isinstance(units, list) else []):
            if not isinstance(unit, dict):
                continue
            checked = dict(unit)
            shown = checked.pop("osaamisen-osoittaminen", None) if name == TO_LEARN else None
            if shown is not None:  # a demonstration has the same form in both lists
                checked["tarkentavat-tiedot-naytto"] = shown
            found += [
                Problem(f"/{name}/{place}{one.pointer}", one.keyword) for one in problems_by_declared(checked, schema)
            ]
    return found


def _unit(facts: RecognisedUnit) -> JsonObject:
    unit: JsonObject = {
        "tutkinnon-osa-koodi-uri": facts.unit.code,
        "tutkinnon-osa-koodi-versio": unit_version(facts),
    }
    if facts.oid is not None:
        unit["koulutuksen-jarjestaja-oid"] = facts.oid
    return unit


def _assessors(facts: RecognisedUnit) -> JsonObject:
    """The school's own assessors: this block has no place for somebody from working life."""
    if facts.work.sent_on is None:
        raise InvalidRequestError(code="recognition.sent_on_missing", pointer="/sent_on")
    if not facts.work.assessors:
        raise InvalidRequestError(code="recognition.assessors_missing", pointer="/assessor-1")
    return {
        "lahetetty-arvioitavaksi": facts.work.sent_on.isoformat(),
        "aiemmin-hankitun-osaamisen-arvioijat": [
            {"nimi": one.name, "organisaatio": school_of(facts)} for one in facts.work.assessors if not one.at_work
        ],
    }
