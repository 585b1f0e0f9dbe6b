"""Terms held against badges: one fault a case, and never "met" where the badge does not tell."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from issuer.domain.agreement import Outcome
from issuer.domain.badge_evidence import BadgeContent, Told
from issuer.domain.cooperation import Terms
from issuer.domain.cooperation_judgement import Claims, Met, Months, Term, claims, judge, overall, preset
from issuer.domain.recognition import Route
from issuer.domain.unit_ref import UnitRef

DAY = date(2026, 11, 23)
BICYCLE = UnitRef("tutkinnonosat_106889", "7614470")
TERMS = Terms(
    units=(BICYCLE,),
    least_shown=2,
    recency_months=12,
    route=Route.DIRECT,
    assessed_by="Opettaja",
    school_contact="Opinto-ohjaaja",
    partner_contact="Vastuuhenkilö",
    valid_from=date(2026, 1, 1),
    valid_until=date(2028, 10, 31),
)
SAID = Claims(
    unit_code=BICYCLE.code,
    peruste_id=BICYCLE.peruste_id,
    oldest="2026-06",
    newest="2026-06",
    shown={"a": Months("2026-05", "2026-06"), "b": Months("2026-05", "2026-06")},
    of_unit=frozenset("abc"),
)


def judged(terms: Terms = TERMS, said: Claims = SAID, chosen: Route | None = None) -> dict[str, Term]:
    return {one.code: one for one in judge(terms, said, DAY, chosen)}


def badge(**more: object) -> BadgeContent:
    values = {
        "id": "urn:1",
        "name": "Merkki",
        "language": "fi",
        "issuer_id": "did:key:z1",
        "issuer_name": "Nimi",
        "unit_name": "",
        "unit_code": BICYCLE.code,
        "unit_version": 1,
        "peruste_id": BICYCLE.peruste_id,
        "register_number": None,
        "told": (Told("a", "A", Outcome.SHOWN), Told("p", "P", Outcome.IN_PART)),
        "month": "2026-05",
        "holder": None,
        "grade": None,
        "worked": "2026-05",
        "given": "2026-06",
    }
    return BadgeContent(**(values | more))


def test_a_badge_that_fits_meets_every_term_but_the_open_route():
    found = judged()
    assert {code: one.met for code, one in found.items() if code != "route"} == dict.fromkeys(
        ("unit", "dates", "recency", "evidence"), Met.YES
    )
    assert found["route"] == Term("route", Met.NOT_KNOWN, "open")
    assert overall(found.values()) is Met.YES


@pytest.mark.parametrize(
    ("terms", "said", "expected"),
    [
        ({}, {"unit_code": None}, Term("unit", Met.NO, "none")),
        ({}, {"unit_code": "tutkinnonosat_1"}, Term("unit", Met.NO, "other")),
        ({}, {"peruste_id": "999"}, Term("unit", Met.YES, "covered")),
        ({}, {"peruste_id": None}, Term("unit", Met.YES, "covered")),
        ({"any_version": False}, {"peruste_id": "999"}, Term("unit", Met.NO, "version")),
        ({"any_version": False}, {"peruste_id": None}, Term("unit", Met.NOT_KNOWN, "untold")),
        ({"any_version": False}, {}, Term("unit", Met.YES, "covered")),
        ({"valid_from": date(2026, 7, 1)}, {}, Term("dates", Met.NO, "before")),
        ({"valid_from": date(2026, 6, 1)}, {}, Term("dates", Met.YES, "within")),
        ({"valid_from": date(2026, 12, 1)}, {}, Term("dates", Met.NO, "over")),
        ({"valid_until": date(2026, 11, 22)}, {}, Term("dates", Met.NO, "over")),
        ({}, {"oldest": "", "newest": ""}, Term("dates", Met.NOT_KNOWN, "untold")),
        ({}, {"newest": "2026-12"}, Term("dates", Met.NOT_KNOWN, "untold")),
        ({"recency_months": 6}, {}, Term("recency", Met.YES, "within")),
        ({"recency_months": 5}, {}, Term("recency", Met.NO, "older", ("a", "b"))),
        (
            {},
            {"shown": {"a": Months("2026-05", ""), "b": Months("2025-10", "")}},
            Term("recency", Met.NO, "older", ("b",)),
        ),
        ({}, {"shown": {"a": Months("", "2026-06")}}, Term("recency", Met.NOT_KNOWN, "untold", ("a",))),
        ({}, {"shown": {"a": Months("", "2025-10")}}, Term("recency", Met.NO, "older", ("a",))),
        ({}, {"shown": {"a": Months("", "")}}, Term("recency", Met.NOT_KNOWN, "untold", ("a",))),
        ({}, {"shown": {"a": Months("2026-12", "")}}, Term("recency", Met.NOT_KNOWN, "untold", ("a",))),
        ({}, {"shown": {"a": Months("2026-07", "2026-06")}}, Term("recency", Met.NOT_KNOWN, "untold", ("a",))),
        ({}, {"shown": {}}, Term("recency", Met.NOT_KNOWN, "untold")),
        ({"least_shown": 3}, {}, Term("evidence", Met.NO, "fewer")),
        ({"whole_unit": True}, {}, Term("evidence", Met.NO, "not_whole", ("c",))),
        ({"whole_unit": True}, {"of_unit": frozenset("ab")}, Term("evidence", Met.YES, "whole")),
        ({"whole_unit": True}, {"of_unit": None}, Term("evidence", Met.NOT_KNOWN, "unit_untold")),
    ],
)
def test_one_term_at_a_time(terms, said, expected):
    assert judged(replace(TERMS, **terms), replace(SAID, **said))[expected.code] == expected


@pytest.mark.parametrize(
    ("chosen", "expected"),
    [(None, (Met.NOT_KNOWN, "open")), (Route.DIRECT, (Met.YES, "same")), (Route.ASSESSORS, (Met.NO, "differs"))],
)
def test_the_route_is_held_against_what_a_person_chose_and_decides_nothing(chosen, expected):
    found = judged(chosen=chosen)
    assert (found["route"].met, found["route"].detail) == expected
    assert overall(found.values()) is Met.YES


def test_what_is_not_demanded_is_not_listed():
    nothing = replace(TERMS, least_shown=0, recency_months=None, route=None)
    assert list(judged(nothing)) == ["unit", "dates"]


def test_badges_of_one_issuer_count_together_each_requirement_once_with_its_newest_month():
    older = badge(
        told=(Told("a", "A", Outcome.SHOWN), Told("b", "B", Outcome.SHOWN)), worked="2025-01", given="2025-02"
    )
    said = claims([older, badge()], "abc")
    assert dict(said.shown) == {"a": Months("2026-05", "2026-06"), "b": Months("2025-01", "2025-02")}
    assert (said.oldest, said.newest) == ("2025-02", "2026-06")
    assert judged(replace(TERMS, valid_from=date(2025, 1, 1)), said)["recency"].keys == ("b",)


def test_what_was_shown_in_part_does_not_count_and_a_foreign_list_of_the_unit_is_no_list():
    said = claims([badge()], ["x", "y"])
    assert (set(said.shown), said.of_unit) == ({"a"}, None)


def test_one_badge_without_its_month_leaves_the_dates_of_all_open():
    assert judged(said=claims([badge(given=""), badge()], None))["dates"].met is Met.NOT_KNOWN


MONTHS = st.sampled_from(["", "2024-01", "2025-11", "2026-05", "2026-06", "2026-11", "2027-02"])
CLAIMS = st.builds(
    Claims,
    unit_code=st.sampled_from([None, BICYCLE.code, "tutkinnonosat_1"]),
    peruste_id=st.sampled_from([None, BICYCLE.peruste_id, "999"]),
    oldest=MONTHS,
    newest=MONTHS,
    shown=st.dictionaries(st.sampled_from("abcd"), st.builds(Months, MONTHS, MONTHS)),
    of_unit=st.sampled_from([None, frozenset(), frozenset("ab"), frozenset("abcd")]),
)
ANY_TERMS = st.builds(
    replace,
    st.just(TERMS),
    any_version=st.booleans(),
    least_shown=st.integers(0, 4),
    whole_unit=st.booleans(),
    recency_months=st.sampled_from([None, 1, 6, 12, 36]),
    route=st.sampled_from([None, *Route]),
    valid_from=st.sampled_from([date(2024, 1, 1), date(2026, 6, 1), date(2026, 12, 1)]),
)


@given(ANY_TERMS, CLAIMS, st.sampled_from([None, *Route]))
def test_nothing_is_met_that_the_badge_does_not_tell(terms, said, chosen):
    found = judged(terms, said, chosen)
    met = {code for code, one in found.items() if one.met is Met.YES}
    if said.unit_code is None or (said.peruste_id is None and not terms.any_version):
        assert "unit" not in met
    if not said.oldest or not said.newest:
        assert "dates" not in met
    if not said.shown or any(not one.worked for one in said.shown.values()):
        assert "recency" not in met
    if terms.whole_unit and not said.of_unit:
        assert "evidence" not in met
    if chosen is None:
        assert "route" not in met
    answers = {one.met for code, one in found.items() if code != "route"}
    assert (overall(found.values()) is Met.YES) == (answers == {Met.YES})


def group(*pairs: tuple[Route | None, Met]) -> list[tuple[Terms, list[Term]]]:
    return [(replace(TERMS, route=route), [Term("unit", met, "x"), Term("route", Met.NO, "x")]) for route, met in pairs]


@pytest.mark.parametrize(
    ("groups", "expected"),
    [
        ([], None),
        ([group((Route.DIRECT, Met.YES))], Route.DIRECT),
        ([group((Route.DIRECT, Met.NOT_KNOWN))], None),
        ([group((Route.DIRECT, Met.NO))], None),
        ([group((None, Met.YES))], None),
        ([group()], None),
        ([group((Route.DIRECT, Met.YES)), group()], None),
        ([group((Route.DIRECT, Met.YES)), group((Route.DIRECT, Met.YES))], Route.DIRECT),
        ([group((Route.DIRECT, Met.YES)), group((Route.ASSESSORS, Met.YES))], None),
        ([group((Route.DIRECT, Met.YES), (Route.ASSESSORS, Met.YES))], None),
        ([group((Route.DIRECT, Met.YES), (Route.ASSESSORS, Met.NO))], Route.DIRECT),
        ([group((Route.DIRECT, Met.YES), (None, Met.YES))], None),
    ],
)
def test_a_route_is_proposed_only_where_every_agreement_that_is_met_names_it(groups, expected):
    assert preset(groups) is expected
