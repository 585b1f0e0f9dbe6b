"""Decisions about one small unit, for tests of rules and exports."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

from issuer.domain.catalogue import Format, Kind, Qualification, Requirement, Unit
from issuer.domain.catalogue_choice import CatalogueUnit
from issuer.domain.catalogue_text import Text
from issuer.domain.recognition import Assessor, Choice, DemonstrationPlan, Reason, Route, Row, Work
from issuer.exports.recognised_unit import Ground, RecognisedUnit

__all__ = ["RecognisedUnit", "found_unit", "past_plan", "plan", "recognised", "strings", "unit", "work"]

OID = "1.2.246.562.10.52251087186"
ASSESSORS = (
    Assessor("Olli Opettaja"),
    Assessor("Taina Työelämä", "Pyöräliike", "0149669-3", at_work=True),
)


def unit(count: int = 4, *, version: int | None = 1) -> Unit:
    """A unit of `count` requirements in two groups."""
    return Unit(
        source_id="1",
        position=1,
        code="tutkinnonosat_106889",
        version=version,
        peruste_id="7614470",
        register_number="OPH-5410-2021",
        name=Text("Polkupyörän huolto"),
        credits_min=15.0,
        credits_max=15.0,
        kind=Kind.VOCATIONAL,
        format=Format.GROUPED_2019,
        requirements=tuple(
            Requirement(
                key=f"ammattitaitovaatimukset_{number}",
                position=number,
                text=Text(f"huoltaa pyörän osan numero {number}"),
                group=Text("Ennen" if number <= count // 2 else "Jälkeen"),
            )
            for number in range(1, count + 1)
        ),
    )


def found_unit(of: Unit | None = None, *, until: date | None = None) -> CatalogueUnit:
    """The unit in its qualification, in force until a day."""
    qualification = Qualification(
        peruste_id="7614470",
        register_number="OPH-5410-2021",
        name=Text("Ajoneuvoalan perustutkinto"),
        degree_codes=("koulutus_351301",),
        education_type=1,
        published_state="julkaistu",
        valid_from=date(2022, 8, 1),
        valid_until=until,
        transition_until=until,
        revision=None,
        digest="0" * 64,
        units=(),
    )
    return CatalogueUnit(unit=of or unit(), qualification=qualification)


def plan() -> DemonstrationPlan:
    """A demonstration of three days at a workplace."""
    return DemonstrationPlan(
        place="Pyöräliike",
        business_id="0149669-3",
        description="Huolto ja myynti",
        tasks=("Määräaikaishuolto", "Jarrujen korjaus"),
        begins_on=date(2026, 12, 1),
        ends_on=date(2026, 12, 3),
    )


def past_plan() -> DemonstrationPlan:
    """The same, over by now: what is graded was shown."""
    return replace(plan(), begins_on=date(2026, 11, 16), ends_on=date(2026, 11, 18))


def work(route: Route | None, of: Unit, *, accepted: int) -> Work:
    """The first `accepted` requirements accepted, the rest not, with what the route needs."""
    rows = {
        one.key: Row(choice=Choice.ACCEPT) if one.position <= accepted else Row(choice=Choice.NOT, reason=Reason.ABSENT)
        for one in of.requirements
    }
    assessed = route in (Route.ASSESSORS, Route.DEMONSTRATION)
    return Work(
        rows=rows,
        route=route,
        sent_on=date(2026, 11, 20) if route is Route.ASSESSORS else None,
        assessors=ASSESSORS if assessed else (),
        plan=plan() if route is Route.DEMONSTRATION else DemonstrationPlan(),
        identity_seen=True,
    )


def recognised(route: Route, *, whole: bool) -> RecognisedUnit:
    """A decision by a route about the whole unit or half of it."""
    of = unit()
    count = len(of.requirements)
    return RecognisedUnit(
        found=found_unit(of),
        work=work(route, of, accepted=count if whole else count // 2),
        decided_on=date(2026, 11, 23),
        grounds=(
            Ground(issuer="Osaamismerkit", month="2026-06", number="urn:uuid:00000000-0000-4000-8000-000000000000"),
        ),
        oid=OID,
    )


def strings(value: Any, *, key: str) -> Iterator[str]:
    """All texts that stand under a member of this name, however deep."""
    if isinstance(value, dict):
        for name, inner in value.items():
            if name == key:
                yield inner
            yield from strings(inner, key=key)
    elif isinstance(value, list):
        for inner in value:
            yield from strings(inner, key=key)
