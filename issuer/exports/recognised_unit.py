"""What the exports of a decision are made of, and the words that explain it in a school's register."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from issuer.domain.catalogue import Unit
from issuer.domain.catalogue_choice import CatalogueUnit
from issuer.domain.demonstration_result import DemonstrationResult
from issuer.domain.errors import InvalidRequestError
from issuer.domain.recognition import Assessor, Coverage, Route, Split, Work, split
from schemas.strict_json import JsonObject

PROCESS: Final = "osaamisentodentamisenprosessi_"
PROCESS_VERSION: Final = 1
_ROUTES: Final = {
    Route.DIRECT: "suoraan",
    Route.ASSESSORS: "arvioijien kautta",
    Route.DEMONSTRATION: "näytön kautta",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """A badge that the decision rests on: public name of who gave it, month ("2026-05"), number."""

    issuer: str
    month: str
    number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecognisedUnit:
    """A decision as the school's own systems want it. Ids of learner and study right are the school's to fill in.

    Attributes:
        decided_on: a Helsinki day.
        oid: of the education provider; None leaves its places empty.
        result: of the demonstration, once the school has assessed it.
    """

    found: CatalogueUnit
    work: Work
    decided_on: date
    grounds: tuple[Ground, ...]
    oid: str | None
    result: DemonstrationResult | None = None

    @property
    def unit(self) -> Unit:
        """The unit that was decided about."""
        return self.found.unit

    @property
    def split(self) -> Split:
        """Its requirements by what was decided."""
        return split(self.found.unit, self.work)

    @property
    def was_arranged(self) -> bool:
        """Whether the decision led to a demonstration; one that was not passed stays in the plan of studies."""
        return self.result is not None or self.coverage is not Coverage.REFUSED

    @property
    def coverage(self) -> Coverage:
        """Whole, part or refused."""
        return self.split.coverage


def unit_version(facts: RecognisedUnit) -> int:
    """The version of the unit's code, without which no register takes it. Raises InvalidRequestError."""
    if facts.unit.version is None or facts.unit.code is None:
        raise InvalidRequestError(code="export.unit_version", pointer="/unit")
    return facts.unit.version


def proposed_explanation(facts: RecognisedUnit) -> str:
    """The Finnish selite that the school may change: neutral names and numbers of badges, nothing of a learner."""
    told = "; ".join(f"myöntäjä {one.issuer}, {_month(one.month)}, numero {one.number}" for one in facts.grounds)
    route = _ROUTES[facts.work.route] if facts.work.route is not None else ""
    return f"Osaaminen tunnustettu osaamismerkin ({told}) perusteella; todentaminen: {route}."


def demonstration_to_json(facts: RecognisedUnit) -> JsonObject:
    """The demonstration as eHOKS has it (domain.md section 13.2)."""
    plan = facts.work.plan
    if plan.begins_on is None or plan.ends_on is None:
        raise InvalidRequestError(code="recognition.days_missing", pointer="/begins_on")
    place: JsonObject = {"nimi": plan.place}
    if plan.business_id:
        place["y-tunnus"] = plan.business_id
    if plan.description:
        place["kuvaus"] = plan.description
    found: JsonObject = {
        "nayttoymparisto": place,
        "sisallon-kuvaus": list(plan.tasks),
        "alku": plan.begins_on.isoformat(),
        "loppu": plan.ends_on.isoformat(),
    }
    if facts.oid is not None:
        found["jarjestaja"] = {"oppilaitos-oid": facts.oid}
    of_school = [one for one in facts.work.assessors if not one.at_work]
    at_work = [one for one in facts.work.assessors if one.at_work]
    found["koulutuksen-jarjestaja-osaamisen-arvioijat"] = [
        {"nimi": one.name, "organisaatio": school_of(facts)} for one in of_school
    ]
    if at_work:
        found["tyoelama-osaamisen-arvioijat"] = [
            {"nimi": one.name, "organisaatio": _organisation(one)} for one in at_work
        ]
    return found


def school_of(facts: RecognisedUnit) -> JsonObject:
    """The organisation of a school's assessor; empty without an identifier."""
    return {"oppilaitos-oid": facts.oid} if facts.oid is not None else {}


def _organisation(assessor: Assessor) -> JsonObject:
    found: JsonObject = {"nimi": assessor.organisation}
    return found | {"y-tunnus": assessor.business_id} if assessor.business_id else found


def _month(text: str) -> str:
    year, _, month = text.partition("-")
    return f"{int(month)}/{year}" if month.isdigit() else text
