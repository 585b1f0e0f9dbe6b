"""Reading Koodisto's list of unit codes."""

import pytest

from issuer.domain.catalogue import CatalogueError, UnitCode
from issuer.domain.catalogue_text import Text
from issuer.domain.koodisto_reading import read_unit_codes


def element(number="900001", version=2, **members):
    return {
        "koodiUri": f"tutkinnonosat_{number}",
        "koodiArvo": number,
        "versio": version,
        "metadata": [{"nimi": "Osa", "kieli": "FI"}, {"nimi": "Del", "kieli": "SV"}],
        **members,
    }


def test_code_version_names_and_days_are_read():
    found = read_unit_codes([element(voimassaAlkuPvm="2015-05-01", voimassaLoppuPvm=None)])
    assert found.codes[0].name == Text("Osa", "Del")
    assert (found.codes[0].number, found.codes[0].version) == ("900001", 2)
    assert found.codes[0].valid_from.isoformat() == "2015-05-01"
    assert found.problems == ()


def test_two_versions_of_a_code_are_two_codes():
    assert [each.version for each in read_unit_codes([element(version=1), element(version=2)]).codes] == [1, 2]


@pytest.mark.parametrize(
    ("bad", "code"),
    [
        ("text", "code.malformed"),
        (element(koodiUri="kunta_091"), "code.malformed"),
        (element(version=None), "code.no_version"),
        (element(version=0), "code.no_version"),
        (element(version="kaksi"), "code.no_version"),
        (element(metadata=[]), "code.no_name"),
    ],
)
def test_an_element_that_is_no_unit_code_is_passed_over_and_named(bad, code):
    found = read_unit_codes([element(), bad])
    assert [each.number for each in found.codes] == ["900001"]
    assert code in [problem.code for problem in found.problems]
    assert all(problem.pointer.startswith("/1") for problem in found.problems)


def test_a_retired_element_is_passed_over():
    assert len(read_unit_codes([element(), element("900002", tila="PASSIIVINEN")]).codes) == 1


def test_a_code_with_a_hyphen_is_kept():
    assert read_unit_codes([element("103519-1")]).codes[0].number == "103519-1"


@pytest.mark.parametrize(
    ("source", "code"),
    [({}, "codes.shape"), (None, "codes.shape"), ([], "codes.empty"), ([element(koodiUri="kunta_1")], "codes.empty")],
)
def test_what_is_no_list_of_unit_codes_is_refused(source, code):
    with pytest.raises(CatalogueError) as refusal:
        read_unit_codes(source)
    assert refusal.value.code == code


def test_progress_is_told_after_each_element():
    told = []
    read_unit_codes([element(), "x"], on_code=lambda done, total: told.append((done, total)))
    assert told == [(1, 2), (2, 2)]


def test_codes_are_values():
    assert UnitCode(code="tutkinnonosat_1", version=1, name=Text("a")) == UnitCode(
        code="tutkinnonosat_1", version=1, name=Text("a")
    )
