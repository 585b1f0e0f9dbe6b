"""The element of a Koski study record that follows from a decision (domain.md 13.1); the school adds the rest."""

from typing import Final

from issuer.domain.errors import InvalidRequestError
from issuer.domain.free_text import check_text, check_words
from issuer.domain.recognition import Coverage, Route, awaits_demonstration
from issuer.exports.recognised_unit import RecognisedUnit, unit_version
from schemas.strict_json import JsonObject, JsonValue

MOST_EXPLANATION: Final = 1_000
_ACCEPTED: Final = "arviointiasteikkoammatillinenhyvaksyttyhylatty"
_GRADES: Final = "arviointiasteikkoammatillinen15"
_DECIDERS: Final = "ammatillisennaytonarvioinnistapaattaneet"
_TEACHER, _EMPLOYER = "1", "3"
_SMALLER: Final = "A"  # the school's own mark of the module; its register renames it freely


def koski_unit(facts: RecognisedUnit, explanation: str) -> JsonObject | None:
    """Return the osasuoritus of the unit, or None while nothing can be entered: nothing accepted, or not yet shown.

    Args:
        facts: of the decision.
        explanation: tunnustettu.selite in Finnish, visible in later shares of Koski data.

    Raises:
        InvalidRequestError: ``export.selite`` for none, ``export.unit_version``; TellingWordError.
    """
    unit_version(facts)
    work = facts.work
    if not facts.split.recognised or awaits_demonstration(work):
        return None
    element = _unit(facts)
    if facts.coverage is Coverage.WHOLE:
        element["arviointi"] = [_assessment(facts)]
        if work.route is Route.DEMONSTRATION:
            element["näyttö"] = _demonstration(facts)
        else:
            element["tunnustettu"] = _recognised(facts, explanation)
        return element
    element["osasuoritukset"] = [_smaller(facts, explanation)]
    if work.route is Route.DEMONSTRATION:  # the smaller module has no place for it
        element["näyttö"] = _demonstration(facts)
    return element


def _unit(facts: RecognisedUnit) -> JsonObject:
    points = facts.unit.credits_min
    module: JsonObject = {"tunniste": _code(facts.unit.number, "tutkinnonosat"), "pakollinen": False}
    if points:
        module["laajuus"] = {
            "arvo": float(points),
            "yksikkö": _code("6", "opintojenlaajuusyksikko"),
        }
    return {
        "koulutusmoduuli": module,
        "tutkinnonOsanRyhmä": _code("1", "ammatillisentutkinnonosanryhma"),
        "tyyppi": _code("ammatillisentutkinnonosa", "suorituksentyyppi"),
    }


def _smaller(facts: RecognisedUnit, explanation: str) -> JsonObject:
    """The accepted requirements as a module smaller than the unit; each is named, none that remains."""
    accepted = set(facts.split.recognised)
    texts = [one.text.in_language("fi") for one in facts.unit.requirements if one.key in accepted]
    name = facts.unit.name.in_language("fi")
    count, total = len(texts), len(facts.unit.requirements)
    module: JsonObject = {
        "koulutusmoduuli": {
            "tunniste": {
                "koodiarvo": f"{facts.unit.number}-{_SMALLER}",
                "nimi": {"fi": f"{name}: {count}/{total} vaatimusta"},
            },
            "kuvaus": {"fi": "; ".join(texts)},
        },
        "arviointi": [_assessment(facts)],
        "tyyppi": _code("ammatillisentutkinnonosaapienempikokonaisuus", "suorituksentyyppi"),
    }
    if facts.work.route is not Route.DEMONSTRATION:  # what was shown in a demonstration was not recognised as prior
        module["tunnustettu"] = _recognised(facts, explanation)
    return module


def _recognised(facts: RecognisedUnit, explanation: str) -> JsonObject:
    if not explanation.strip():
        raise InvalidRequestError(code="export.selite", pointer="/selite")
    text = check_text(explanation, most=MOST_EXPLANATION, pointer="/selite")
    check_words(text, pointer="/selite")
    found: JsonObject = {"selite": {"fi": text}}
    if facts.work.funded is not None:  # the school's own choice; without one the register's own rule holds
        found["rahoituksenPiirissä"] = facts.work.funded
    return found


def _assessment(facts: RecognisedUnit) -> JsonObject:
    grade = facts.work.grade
    found: JsonObject = {
        "arvosana": _code(str(grade), _GRADES) if grade is not None else _code("Hyväksytty", _ACCEPTED),
        "päivä": (facts.work.shown_on or facts.decided_on).isoformat(),
    }
    if facts.work.assessors and facts.work.route is not Route.DIRECT:  # typed for another route, nobody assessed
        assessors: list[JsonValue] = [{"nimi": one.name} for one in facts.work.assessors]
        found["arvioitsijat"] = assessors
    return found


def _demonstration(facts: RecognisedUnit) -> JsonObject:
    plan = facts.work.plan
    if plan.begins_on is None or plan.ends_on is None:
        raise InvalidRequestError(code="recognition.days_missing", pointer="/begins_on")
    deciders = dict.fromkeys(_EMPLOYER if one.at_work else _TEACHER for one in facts.work.assessors)
    return {
        "kuvaus": {"fi": "; ".join(plan.tasks)},
        "suorituspaikka": {
            "tunniste": _code(str(plan.place_kind), "ammatillisennaytonsuorituspaikka"),
            "kuvaus": {"fi": plan.place},
        },
        "suoritusaika": {"alku": plan.begins_on.isoformat(), "loppu": plan.ends_on.isoformat()},
        "arviointi": _assessment(facts) | {"arvioinnistaPäättäneet": [_code(one, _DECIDERS) for one in deciders]},
    }


def _code(value: str, registry: str) -> JsonObject:
    return {"koodiarvo": value, "koodistoUri": registry}
