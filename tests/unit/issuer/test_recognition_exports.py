"""eHOKS and Koski exports: three routes, whole and partial, against the stored schemas; one fault per case."""

import copy
import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import jsonschema_rs
import koski_schema as koski
import pytest
import recognised_units as samples
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from koski_schema import in_envelope

from issuer.domain.business_id import is_business_id
from issuer.domain.demonstration_result import DemonstrationResult, Result, settled
from issuer.domain.errors import InvalidRequestError, TellingWordError
from issuer.domain.recognition import Choice, Reason, Route, Row
from issuer.exports.ehoks import RECOGNISED, TO_LEARN, ehoks_blocks, schema_problems
from issuer.exports.koski import koski_unit
from issuer.exports.recognised_unit import proposed_explanation

EHOKS = "data/finland/derived/samples/ehoks-ahato.schema.json"
CASES = [(route, whole) for route in Route for whole in (True, False)]
GRADED = {Route.ASSESSORS: 3, Route.DEMONSTRATION: 4}


@pytest.fixture(scope="module")
def koski_schema(shared: Path) -> object:
    return koski.koski_schema(shared)


def facts(route: Route, *, whole: bool, graded: bool = True) -> samples.RecognisedUnit:
    """A decision by a route; after its demonstration unless that is still to come."""
    made = samples.recognised(route, whole=whole)
    grade = GRADED.get(route) if whole and graded else None
    if route is Route.DEMONSTRATION and graded:
        return shown(made, result(Result.PASSED, grade=grade))
    return replace(made, work=replace(made.work, grade=grade))


def result(what: Result, *, grade: int | None = None) -> DemonstrationResult:
    return DemonstrationResult(
        result=what, day=date(2026, 11, 19), grade=grade, words="Jarrut", assessors=samples.ASSESSORS
    )


def shown(made: samples.RecognisedUnit, told: DemonstrationResult | None) -> samples.RecognisedUnit:
    """The decision as its demonstration left it."""
    planned = replace(made.work, plan=samples.past_plan())
    return replace(made, work=settled(planned, told), result=told)


def as_recognised(unit: dict) -> dict:
    """A unit still to learn, in the form for which the shared schema was written: a demonstration is alike in both."""
    renamed = {"osaamisen-osoittaminen": "tarkentavat-tiedot-naytto"}
    return {renamed.get(name, name): value for name, value in unit.items()}


@pytest.mark.shared
@pytest.mark.parametrize("graded", [True, False])
@pytest.mark.parametrize(("route", "whole"), CASES)
def test_each_route_gives_blocks_that_the_schema_of_ehoks_takes(
    shared: Path, route: Route, whole: bool, graded: bool
) -> None:
    blocks = ehoks_blocks(facts(route, whole=whole, graded=graded))
    schema = jsonschema_rs.validator_for(json.loads((shared / EHOKS).read_text()))
    for unit in (*blocks.get(RECOGNISED, []), *map(as_recognised, blocks.get(TO_LEARN, []))):
        assert list(schema.iter_errors(unit)) == []
    assert schema_problems(blocks) == []
    assert list(blocks) == [RECOGNISED if whole else TO_LEARN]
    for text in samples.strings(blocks, key="y-tunnus"):
        assert is_business_id(text)


@pytest.mark.shared
@pytest.mark.parametrize(("route", "whole"), CASES)
def test_each_route_gives_an_element_that_the_schema_of_koski_takes(
    shared: Path, koski_schema: object, route: Route, whole: bool
) -> None:
    made = facts(route, whole=whole)
    element = koski_unit(made, proposed_explanation(made))
    assert list(koski_schema.iter_errors(in_envelope(shared, element))) == []
    assert ("tunnustettu" in element) == (whole and route is not Route.DEMONSTRATION)
    assert ("näyttö" in element) == (route is Route.DEMONSTRATION)
    assert ("arviointi" in element) == whole
    explained = list(samples.strings(element, key="tunnustettu"))
    assert len(explained) == (0 if route is Route.DEMONSTRATION else 1)


@pytest.mark.shared
@pytest.mark.parametrize(("route", "whole"), [case for case in CASES if case[0] is not Route.DEMONSTRATION])
def test_without_the_explanation_the_schema_of_koski_refuses(
    shared: Path, koski_schema: object, route: Route, whole: bool
) -> None:
    made = facts(route, whole=whole)
    element = copy.deepcopy(koski_unit(made, proposed_explanation(made)))
    told = element if whole else element["osasuoritukset"][0]
    del told["tunnustettu"]["selite"]
    assert list(koski_schema.iter_errors(in_envelope(shared, element))) != []


@pytest.mark.parametrize(("route", "whole"), CASES)
def test_without_the_version_of_the_unit_the_schema_of_ehoks_refuses(route: Route, whole: bool) -> None:
    blocks = ehoks_blocks(facts(route, whole=whole))
    del blocks[RECOGNISED if whole else TO_LEARN][0]["tutkinnon-osa-koodi-versio"]
    assert [one.keyword for one in schema_problems(blocks)] == ["required"]


@pytest.mark.parametrize(("route", "whole"), [case for case in CASES if case[0] is not Route.DEMONSTRATION])
def test_an_empty_explanation_is_refused(route: Route, whole: bool) -> None:
    with pytest.raises(InvalidRequestError, match=r"export\.selite"):
        koski_unit(facts(route, whole=whole), "  ")


def test_a_telling_word_in_the_explanation_is_refused() -> None:
    with pytest.raises(TellingWordError):
        koski_unit(facts(Route.DIRECT, whole=True), "Tunnustettu kuntouttavan työtoiminnan perusteella.")


@pytest.mark.parametrize("export", [ehoks_blocks, lambda made: koski_unit(made, "Selite")])
@pytest.mark.parametrize(("route", "whole"), CASES)
def test_a_unit_without_a_version_is_refused(export: object, route: Route, whole: bool) -> None:
    made = facts(route, whole=whole)
    nameless = replace(made.found, unit=replace(made.unit, version=None))
    with pytest.raises(InvalidRequestError, match=r"export\.unit_version"):
        export(replace(made, found=nameless))


@pytest.mark.parametrize(("funded", "told"), [(None, None), (True, True), (False, False)])
def test_funding_is_what_the_school_chose_and_nothing_else(funded: bool | None, told: bool | None) -> None:
    made = facts(Route.DIRECT, whole=True)
    element = koski_unit(replace(made, work=replace(made.work, funded=funded)), "Selite")
    assert element["tunnustettu"].get("rahoituksenPiirissä") is told


@pytest.mark.parametrize("whole", [True, False])
def test_assessors_typed_for_another_route_do_not_enter_koski_with_a_direct_decision(whole: bool) -> None:
    made = facts(Route.DIRECT, whole=whole)
    element = koski_unit(replace(made, work=replace(made.work, assessors=samples.ASSESSORS)), "Selite")
    assert list(samples.strings(element, key="arvioitsijat")) == []


def test_who_is_of_working_life_is_not_named_in_ehoks_as_staff_of_the_school() -> None:
    (unit,) = ehoks_blocks(facts(Route.ASSESSORS, whole=True))[RECOGNISED]
    told = unit["tarkentavat-tiedot-osaamisen-arvioija"]["aiemmin-hankitun-osaamisen-arvioijat"]
    assert [one["nimi"] for one in told] == ["Olli Opettaja"]


@pytest.mark.parametrize("whole", [True, False])
def test_nothing_enters_koski_before_a_demonstration_was_assessed(whole: bool) -> None:
    assert koski_unit(facts(Route.DEMONSTRATION, whole=whole, graded=False), "Selite") is None


def test_a_demonstration_enters_koski_with_its_grade_its_day_and_who_assessed() -> None:
    element = koski_unit(facts(Route.DEMONSTRATION, whole=True), "")
    for assessment in (element["arviointi"][0], element["näyttö"]["arviointi"]):
        assert (assessment["arvosana"]["koodiarvo"], assessment["päivä"]) == ("4", "2026-11-19")
        assert [one["nimi"] for one in assessment["arvioitsijat"]] == [one.name for one in samples.ASSESSORS]


def test_a_part_that_was_shown_enters_koski_with_the_demonstration_beside_the_smaller_module() -> None:
    element = koski_unit(facts(Route.DEMONSTRATION, whole=False), "")
    assert element["näyttö"]["arviointi"]["arvosana"]["koodiarvo"] == "Hyväksytty"
    assert "tunnustettu" not in element["osasuoritukset"][0]


def test_a_demonstration_that_was_not_passed_leaves_the_unit_to_learn_with_it_and_enters_no_koski() -> None:
    made = shown(samples.recognised(Route.DEMONSTRATION, whole=True), result(Result.NOT_PASSED))
    (unit,) = ehoks_blocks(made)[TO_LEARN]
    assert unit["osaamisen-osoittaminen"][0]["loppu"] == "2026-11-18"
    assert koski_unit(made, "Selite") is None


CHOICES = st.lists(st.sampled_from(Choice), min_size=4, max_size=4)
RESULTS = st.sampled_from([None, *Result])


@pytest.mark.shared
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(CHOICES, st.sampled_from(Route), RESULTS)
def test_for_any_decision_both_exports_hold_and_no_requirement_is_both_recognised_and_remaining(
    shared: Path, koski_schema: object, choices: list[Choice], route: Route, what: Result | None
) -> None:
    made = samples.recognised(route, whole=True)
    rows = {
        one.key: Row(choice=choice, reason=Reason.OUTDATED, remaining="x")
        for one, choice in zip(made.unit.requirements, choices, strict=True)
    }
    made = replace(made, work=replace(made.work, rows=rows))
    if route is Route.DEMONSTRATION:
        whole = set(choices) == {Choice.ACCEPT}
        grade = 3 if whole and what is Result.PASSED else None
        made = shown(made, result(what, grade=grade) if what is not None else None)
    blocks = ehoks_blocks(made)
    assert schema_problems(blocks) == []
    assert len(blocks) == 1
    assert not set(made.split.recognised) & set(made.split.remaining)
    element = koski_unit(made, "Selite")
    if element is None:
        return
    assert list(koski_schema.iter_errors(in_envelope(shared, element))) == []
    words = " ".join(samples.strings(element.get("osasuoritukset", []), key="fi"))
    texts = {one.key: one.text.fi for one in made.unit.requirements}
    assert not any(texts[key] in words for key in made.split.remaining)


def test_a_refused_unit_is_still_to_learn_and_nothing_enters_koski() -> None:
    made = facts(Route.DIRECT, whole=True)
    rows = {key: Row(choice=Choice.NOT, reason=Reason.OUTDATED) for key in made.work.rows}
    refused = replace(made, work=replace(made.work, rows=rows))
    assert list(ehoks_blocks(refused)) == [TO_LEARN]
    assert koski_unit(refused, "Selite") is None


def test_a_part_names_what_was_accepted_and_nothing_that_remains() -> None:
    made = facts(Route.DIRECT, whole=False)
    words = koski_unit(made, "Selite")["osasuoritukset"][0]["koulutusmoduuli"]["kuvaus"]["fi"]
    texts = {one.key: one.text.fi for one in made.unit.requirements}
    assert all(texts[key] in words for key in made.split.recognised)
    assert not any(texts[key] in words for key in made.split.remaining)


def test_no_person_and_no_study_right_stands_in_an_export() -> None:
    made = facts(Route.ASSESSORS, whole=True)
    text = json.dumps([ehoks_blocks(made), koski_unit(made, proposed_explanation(made))])
    assert "1.2.246.562.24." not in text
    assert "1.2.246.562.15." not in text
    assert made.decided_on == date(2026, 11, 23)
