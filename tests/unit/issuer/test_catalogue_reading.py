"""Reading synthetic perusteet of every format, and every gap that a source can have."""

import hashlib
from copy import deepcopy
from datetime import date

import pytest
from peruste_samples import (
    common_unit,
    peruste,
    requirement_2019,
    text,
    unit,
    unit_2014,
    unit_2017,
    unit_2019,
    unit_targets,
)

from issuer.domain.catalogue import CatalogueError, Format, Kind, State
from issuer.domain.catalogue_text import Text
from issuer.domain.peruste_reading import content_digest, read_peruste


def codes(problems):
    return [problem.code for problem in problems]


def only_unit(*units, **members):
    qualification = read_peruste(peruste(*units, **members))
    assert len(qualification.units) == 1
    return qualification.units[0]


def test_a_unit_of_every_format_is_read_in_its_own_format():
    qualification = read_peruste(peruste())
    found = [(each.format, len(each.requirements)) for each in qualification.units]
    assert found == [
        (Format.GROUPED_2019, 3),
        (Format.ASSESSMENT_2017, 2),
        (Format.HTML_2014, 3),
        (Format.TARGETS, 2),
        (Format.NONE, 0),
    ]
    assert qualification.requirement_count == 10
    assert qualification.problems == ()


def test_a_requirement_of_2019_has_key_group_intro_and_languages():
    flat, grouped, _ = only_unit(unit_2019()).requirements
    assert (flat.key, flat.code_uri, flat.group) == ("ammattitaitovaatimukset_1", "ammattitaitovaatimukset_1", Text())
    assert (grouped.key, grouped.code_uri, grouped.position) == ("3f0c0001", None, 2)
    assert grouped.text == Text("avaa oven", "öppnar dörren")
    assert grouped.group == Text("Aamulla", "På morgonen")
    assert grouped.intro == Text("Opiskelija", "Den studerande")


def test_the_threshold_of_2019_is_the_level_with_id_5_wherever_it_stands():
    assert only_unit(unit_2019()).threshold == (Text("työskentelee ohjeen mukaan", "följer anvisningar"),)


def test_a_general_scale_named_by_id_only_is_found_in_another_unit():
    short = unit_2019(31, "900031")
    short["geneerinenArviointiasteikko"] = None
    short["_geneerinenArviointiasteikko"] = "77"
    qualification = read_peruste(peruste(short, unit_2019()))
    assert qualification.units[0].threshold == qualification.units[1].threshold != ()


def test_each_coded_area_of_2017_is_a_requirement_with_its_own_threshold():
    first, second = only_unit(unit_2017()).requirements
    assert (first.key, first.text) == (
        "ammattitaitovaatimukset_21",
        Text("Opiskelija kantaa vettä", "Den studerande bär vatten"),
    )
    assert first.threshold == second.threshold == (Text("autettuna", "med hjälp"),)


def test_a_2017_requirement_without_code_in_a_coded_unit_keeps_its_own_identifier():
    changed = unit_2017()
    changed["arviointi"]["arvioinninKohdealueet"][1]["koodi"] = None
    assert only_unit(changed).requirements[1].key == "id-ammattitaitovaatimukset_22"


def test_html_items_of_2014_pair_by_position_when_the_counts_are_equal():
    requirements = only_unit(unit_2014()).requirements
    assert [each.text for each in requirements] == [
        Text("laskea & lukea", "räkna & läsa"),
        Text("kirjoittaa", "skriva"),
        Text("piirtää kuvan", "rita en bild"),
    ]
    assert [each.intro.fi for each in requirements] == ["Opiskelija osaa", "Opiskelija osaa", "Lisäksi opiskelija"]


def test_html_items_of_2014_stay_finnish_when_the_swedish_list_is_shorter():
    changed = unit_2014()
    changed["ammattitaitovaatimukset"]["sv"] = "<ul><li>räkna</li></ul>"
    assert {each.text.sv for each in only_unit(changed).requirements} == {""}


def test_a_requirement_without_identity_gets_our_key_from_unit_and_text():
    key = "sha256:" + hashlib.sha256(b"tutkinnonosat_900013|laskea & lukea").hexdigest()[:16]
    assert only_unit(unit_2014()).requirements[0].key == key


def test_the_retired_list_of_targets_is_read_with_its_headings():
    first, second = only_unit(unit_targets()).requirements
    assert (first.key, first.group.fi, first.intro.fi) == ("t-1", "Nostot", "Opiskelija")
    assert second.key == "ammattitaitovaatimukset_42"


def test_the_newest_format_wins_within_one_unit():
    mixed = {**unit_2014(), "ammattitaitovaatimukset2019": unit_2019()["ammattitaitovaatimukset2019"]}
    assert only_unit(mixed).format is Format.GROUPED_2019


def test_a_2019_frame_without_requirements_leaves_the_older_format_in_force():
    frame = {"id": 1, "kohde": None, "vaatimukset": [], "kohdealueet": [{"kuvaus": text("Tyhjä"), "vaatimukset": []}]}
    assert only_unit({**unit_2014(), "ammattitaitovaatimukset2019": frame}).format is Format.HTML_2014


def test_a_repeated_key_gets_a_number_and_a_remark_and_can_still_be_awarded():
    twice = unit_2019()
    twice["ammattitaitovaatimukset2019"]["vaatimukset"] *= 2
    twice["koodi"]["versio"] = 1
    found = only_unit(twice)
    assert [each.key for each in found.requirements][:2] == ["ammattitaitovaatimukset_1", "ammattitaitovaatimukset_1~2"]
    assert codes(found.problems) == ["requirement.repeated"]
    assert found.can_be_awarded


def test_common_units_are_counted_but_never_awarded():
    found = only_unit(common_unit())
    assert (found.kind, found.problems) == (Kind.COMMON, ())
    assert "unit.common" in found.award_problems()


def test_a_whole_unit_with_a_version_can_be_awarded():
    known = unit_2019()
    known["koodi"]["versio"] = "3"
    found = only_unit(known)
    assert (found.version, found.credits_min, found.credits_max) == (3, 15.0, 15.0)
    assert found.can_be_awarded


def test_a_unit_without_a_version_cannot_be_awarded():
    assert only_unit(unit_2019()).award_problems() == ("unit.no_version",)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"nimi": None, "koodi": {"versio": 1}}, "unit.no_name"),
        ({"koodi": None, "koodiUri": None, "koodiArvo": None}, "unit.no_code"),
        ({"koodiUri": "paikallinen_1"}, "unit.no_code"),
        (
            {"ammattitaitovaatimukset2019": None, "ammattitaitovaatimukset": text("<p>Vapaa teksti.</p>")},
            "unit.no_requirements",
        ),
        ({"ammattitaitovaatimukset2019": "ei ole"}, "unit.malformed"),
        ({"nimi": {"fi": ["lista"], "sv": "Del"}}, "unit.malformed"),
    ],
)
def test_a_gap_in_a_unit_is_named_and_keeps_it_from_being_awarded(change, code):
    found = only_unit({**unit_2019(), **change})
    assert code in codes(found.problems)
    assert code in found.award_problems()


def test_an_empty_requirement_is_named_and_keeps_its_unit_from_being_awarded():
    changed = unit_2019()
    changed["ammattitaitovaatimukset2019"]["kohdealueet"][0]["vaatimukset"][1]["vaatimus"] = {"fi": " . "}
    found = only_unit(changed)
    assert [(each.code, each.pointer) for each in found.problems] == [
        ("requirement.empty", "/tutkinnonOsat/0/ammattitaitovaatimukset2019/kohdealueet/0/vaatimukset/1")
    ]
    assert "requirement.empty" in found.award_problems()


def test_an_empty_unit_and_the_reference_to_it_are_named_as_one_incomplete_unit():
    source = peruste(unit_2019(), unit_2017())
    source["tutkinnonOsat"][1] = {}
    qualification = read_peruste(source)
    assert len(qualification.units) == 1
    assert [(each.code, each.pointer, each.subject) for each in qualification.missing_units] == [
        ("unit.empty", "/tutkinnonOsat/1", "12 (15 osp)")
    ]
    assert codes(qualification.problems) == ["unit.empty", "reference.dangling"]


def test_a_reference_that_leads_nowhere_is_named():
    source = peruste(unit_2019(), unit_2017())
    del source["tutkinnonOsat"][1]
    qualification = read_peruste(source)
    assert [(each.code, each.subject) for each in qualification.missing_units] == [
        ("reference.dangling", "12 (15 osp)")
    ]


def test_a_leaf_of_the_structure_that_names_no_reference_is_named():
    source = peruste(unit_2019())
    source["suoritustavat"][0]["rakenne"]["osat"][0]["osat"].append({"_tutkinnonOsaViite": "4711", "pakollinen": True})
    assert [(each.code, each.subject) for each in read_peruste(source).problems] == [("structure.dangling", "4711")]


@pytest.mark.parametrize("scope", [None, 0, -5, "", "viisitoista", True, []])
def test_a_unit_without_usable_scope_is_named_and_cannot_be_awarded(scope):
    source = peruste({**unit_2019(), "laajuus": 15})
    source["suoritustavat"][0]["tutkinnonOsaViitteet"][0]["laajuus"] = scope
    found = read_peruste(source).units[0]
    assert "unit.no_scope" in found.award_problems()


@pytest.mark.parametrize(("scope", "osp"), [(15, 15.0), ("15", 15.0), ("7,5", 7.5), (2.5, 2.5)])
def test_scope_is_read_from_numbers_and_from_text(scope, osp):
    source = peruste(unit_2019())
    source["suoritustavat"][0]["tutkinnonOsaViitteet"][0]["laajuus"] = scope
    assert read_peruste(source).units[0].credits_min == osp


def test_a_range_of_scope_keeps_both_ends():
    source = peruste(unit_2019())
    source["suoritustavat"][0]["tutkinnonOsaViitteet"][0] |= {"laajuus": 10, "laajuusMaksimi": 20}
    found = read_peruste(source).units[0]
    assert (found.credits_min, found.credits_max) == (10.0, 20.0)


def test_a_second_way_of_completing_without_scope_does_not_take_the_scope_away():
    source = peruste(unit_2019())
    second = deepcopy(source["suoritustavat"][0])
    second["suoritustapakoodi"] = "naytto"
    second["tutkinnonOsaViitteet"][0]["laajuus"] = None
    source["suoritustavat"].append(second)
    qualification = read_peruste(source)
    assert qualification.units[0].credits_min == 15.0
    assert [each.mode for each in qualification.structures] == ["reformi", "naytto"]


def test_study_weeks_are_not_competence_points():
    source = peruste(unit_2019())
    source["suoritustavat"][0]["laajuusYksikko"] = "OPINTOVIIKKO"
    assert {"unit.scope_not_osp", "unit.no_scope"} <= set(codes(read_peruste(source).units[0].problems))


def test_ids_join_whether_they_are_numbers_or_text():
    source = peruste({**unit_2019(), "id": "11"})
    source["suoritustavat"][0]["tutkinnonOsaViitteet"][0]["_tutkinnonOsa"] = 11
    source["suoritustavat"][0]["rakenne"]["osat"][0]["osat"][0]["_tutkinnonOsaViite"] = 1011
    qualification = read_peruste(source)
    assert (qualification.units[0].credits_min, qualification.problems) == (15.0, ())


def test_of_two_units_with_one_code_only_the_one_with_scope_can_be_awarded():
    source = peruste(unit_2019(), {**unit_2019(), "id": 12})
    source["suoritustavat"][0]["tutkinnonOsaViitteet"][0]["laajuus"] = None
    first, second = read_peruste(source).units
    assert "unit.duplicate_code" in first.award_problems()
    assert second.award_problems() == ("unit.no_version",)


def test_two_units_with_one_id_are_both_kept_and_the_second_is_named():
    first, second = read_peruste(peruste(unit_2019(), {**unit_2017(), "id": 11})).units
    assert first.source_id != second.source_id
    assert "unit.duplicate_id" in codes(second.problems)


def test_the_structure_keeps_bounds_roles_and_places():
    structure = read_peruste(peruste()).structures[0]
    assert (structure.root.bounds.credits_min, structure.root.role) == (180.0, "määritelty")
    assert [each.unit_id for each in structure.root.places()] == ["11", "12", "13", "14", "15"]


def test_days_are_those_of_helsinki():
    qualification = read_peruste(
        peruste(voimassaoloLoppuu="1753909200000", siirtymaPaattyy="2028-07-31T00:00:00+03:00")
    )
    assert qualification.valid_from == date(2022, 8, 1)
    assert qualification.valid_until == date(2025, 7, 31)
    assert qualification.transition_until == date(2028, 7, 31)


@pytest.mark.parametrize(
    ("day", "state"),
    [
        (date(2022, 7, 31), State.FUTURE),
        (date(2022, 8, 1), State.VALID),
        (date(2025, 7, 31), State.VALID),
        (date(2025, 8, 1), State.TRANSITION),
        (date(2028, 7, 31), State.TRANSITION),
        (date(2028, 8, 1), State.EXPIRED),
    ],
)
def test_end_days_are_inclusive(day, state):
    source = peruste(voimassaoloLoppuu="2025-07-31", siirtymaPaattyy="2028-07-31")
    assert read_peruste(source).state(day) is state


@pytest.mark.parametrize("moment", ["pian", [], 1e300, -1e300, "99999999999999999", True])
def test_an_unreadable_day_is_named_and_the_rest_is_read(moment):
    qualification = read_peruste(peruste(voimassaoloAlkaa=moment))
    assert qualification.valid_from is None
    assert "date.unreadable" in codes(qualification.problems)


@pytest.mark.parametrize(
    ("members", "code"),
    [
        ({"koulutustyyppi": "koulutustyyppi_18"}, "qualification.not_vocational"),
        ({"koulutustyyppi": None}, "qualification.not_vocational"),
        ({"toteutus": "lops2019"}, "qualification.not_vocational"),
        ({"tila": "luonnos"}, "qualification.draft"),
        ({"diaarinumero": None}, "qualification.no_register_number"),
        ({"diaarinumero": "ei mikään numero"}, "qualification.no_register_number"),
        ({"nimi": {}}, "qualification.no_name"),
    ],
)
def test_a_fault_of_the_qualification_keeps_each_of_its_units_from_being_awarded(members, code):
    qualification = read_peruste(peruste(unit_2019(), **members))
    assert code in codes(qualification.problems)
    assert code in qualification.units[0].award_problems()


@pytest.mark.parametrize("kind", [1, 4, 11, 12, 13, 26])
def test_initial_further_and_specialist_qualifications_are_recognition_targets(kind):
    assert read_peruste(peruste(unit_2019(), koulutustyyppi=f"koulutustyyppi_{kind}")).problems == ()


@pytest.mark.parametrize(
    ("source", "code", "pointer"),
    [
        (None, "peruste.not_object", ""),
        ("peruste", "peruste.not_object", ""),
        ([], "peruste.not_object", ""),
        ([unit_2019()], "peruste.single_unit", ""),
        (unit_2019(), "peruste.single_unit", ""),
        ({"data": [], "sivu": 0}, "peruste.search_page", "/data"),
        ({"nimi": {"fi": "x"}}, "peruste.no_id", "/id"),
        ({"id": 1}, "peruste.no_units", "/tutkinnonOsat"),
        ({"id": 1, "tutkinnonOsat": "monta"}, "peruste.shape", "/tutkinnonOsat"),
        (
            {"id": 7534950, "koulutustyyppi": "koulutustyyppi_40", "koulutuksenOsat": [{}]},
            "peruste.no_units",
            "/tutkinnonOsat",
        ),
    ],
)
def test_what_is_no_peruste_with_units_is_refused(source, code, pointer):
    with pytest.raises(CatalogueError) as refusal:
        read_peruste(source)
    assert (refusal.value.code, refusal.value.pointer) == (code, pointer)


def test_the_digest_is_that_of_the_content_not_of_its_spelling():
    source = peruste()
    turned = dict(reversed(source.items()))
    assert content_digest(source) == content_digest(turned)
    assert content_digest(source) != content_digest({**source, "muokattu": 1})


def test_swedish_headings_placeholders_and_scope_remarks_are_dropped():
    changed = unit_2019()
    changed["nimi"] = text("Viestintä", "Kommunikation, 12 kp i svenskspråkig utbildning", "Viestintä")
    changed["ammattitaitovaatimukset2019"]["kohde"] = text("Opiskelija", "Krav på yrkesskicklighet", "opiskelija")
    found = only_unit(changed)
    assert found.name == Text("Viestintä", "Kommunikation")
    assert found.requirements[0].intro == Text("Opiskelija")


def test_a_requirement_whose_text_stands_only_at_its_code_is_read():
    changed = unit_2019()
    changed["ammattitaitovaatimukset2019"]["vaatimukset"] = [
        {"koodi": {"uri": "ammattitaitovaatimukset_9", "nimi": text("lajittelee", "sorterar")}, "vaatimus": None}
    ]
    assert only_unit(changed).requirements[0].text == Text("lajittelee", "sorterar")


def test_nulls_and_missing_members_are_read_as_nothing():
    bare = {"id": 5, "nimi": {"fi": "Osa"}, "koodiArvo": "900055"}
    source = {"id": "9", "tutkinnonOsat": [bare, None], "suoritustavat": None, "nimi": None, "globalVersion": None}
    qualification = read_peruste(source)
    assert qualification.units[0].code == "tutkinnonosat_900055"
    assert "unit.empty" in codes(qualification.problems)


def test_progress_is_told_after_each_unit():
    told = []
    read_peruste(peruste(unit_2019(), unit_2017()), on_unit=lambda done, total: told.append((done, total)))
    assert told == [(1, 2), (2, 2)]


def test_requirements_with_equal_text_in_different_units_have_different_keys_of_ours():
    first, second = read_peruste(peruste(unit_2014(), unit_2014(33, "900033"))).units
    assert {each.key for each in first.requirements}.isdisjoint(each.key for each in second.requirements)


def test_an_identifier_that_is_too_long_is_not_taken():
    changed = unit(11, "900011", ammattitaitovaatimukset2019={"vaatimukset": [requirement_2019("a", code="x" * 500)]})
    found = only_unit(changed)
    assert found.requirements[0].key.startswith("sha256:")
    assert "unit.malformed" in found.award_problems()
