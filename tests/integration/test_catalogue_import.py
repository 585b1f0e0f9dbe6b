"""The catalogue in both databases: what is imported is found again, and nothing is half there."""

import argparse
import json
import shutil
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from types import SimpleNamespace

import postgres
import pytest
from peruste_samples import peruste, read_shared, shared_file, text, unit_2014, unit_2017, unit_2019

from issuer.cli_commands.catalogue import add_commands
from issuer.db.migrate import upgrade
from issuer.db.unit_of_work import Database
from issuer.demo.load_catalogue import KEY_PREFIX, demo_catalogue, load_demo_catalogue
from issuer.domain.catalogue import CatalogueError
from issuer.domain.peruste_reading import read_peruste
from issuer.services.import_qualification import import_qualification
from issuer.services.import_unit_codes import import_unit_codes
from issuer.services.search_units import find_unit, search_units
from schemas.errors import DocumentError

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
EXPECTED = {
    "7614470": (78, 1888, {"C2019": 1888}),
    "6942140": (30, 466, {"C2019": 449, "B2017": 17}),
    "3932281": (43, 232, {"B2017": 232}),
    "1718932": (38, 156, {"A2014": 156}),
}


@pytest.fixture(scope="module")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty database to copy."""
    path = tmp_path_factory.mktemp("migrated") / "catalogue.db"
    upgrade(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="module")
def migrated_postgres(postgres_server: str) -> Iterator[str]:
    """The URL of an empty database to copy."""
    url = postgres.make_database(postgres_server)
    upgrade(url)
    yield url
    postgres.drop_database(url)


@pytest.fixture
def database(request: pytest.FixtureRequest, database_kind: str, tmp_path: Path) -> Iterator[Database]:
    """An empty migrated database of each kind."""
    if database_kind == "sqlite":
        url = f"sqlite:///{shutil.copy(request.getfixturevalue('migrated_sqlite'), tmp_path)}"
    else:
        server, _, template = request.getfixturevalue("migrated_postgres").rpartition("/")
        url = postgres.make_database(server, template=template)
    opened = Database(url)
    yield opened
    opened.close()
    if database_kind != "sqlite":
        postgres.drop_database(url)


def command_line() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser()
    add_commands(parser.add_subparsers(required=True))
    return parser


def data_of(source) -> bytes:
    return json.dumps(source, ensure_ascii=False).encode()


def codes_data(*codes) -> bytes:
    return data_of(
        [
            {"koodiUri": f"tutkinnonosat_{number}", "versio": version, "metadata": [{"kieli": "FI", "nimi": name}]}
            for number, version, name in codes
        ]
    )


def add_and_fail(database):
    with database.write() as uow:
        uow.catalogue.add(read_peruste(peruste()), imported_at=NOW)
        raise RuntimeError("the power goes")


def add(database, source, **options):
    return import_qualification(database, data_of(source), now=NOW, **options)


def test_an_imported_qualification_comes_back_as_it_was_read(database):
    source = peruste()
    add(database, source)
    with database.read() as uow:
        assert uow.catalogue.qualification("9900001") == read_peruste(source)


def test_the_same_content_again_changes_nothing_and_says_so(database):
    source = peruste()
    assert add(database, source).added
    again = import_qualification(database, json.dumps(dict(reversed(source.items())), indent=2).encode(), now=NOW)
    assert (again.added, again.other_revisions) == (False, 0)
    with database.read() as uow:
        assert len(uow.catalogue.revisions("9900001")) == 1


def test_a_newer_revision_stands_beside_the_old_one_and_is_the_one_in_use(database):
    old, new = peruste(unit_2019()), peruste(unit_2019(), globalVersion={"aikaleima": 1800000000000})
    new["tutkinnonOsat"][0]["nimi"]["fi"] = "Uusi nimi"
    add(database, old)
    assert add(database, new).other_revisions == 1
    assert find_unit(database, "900011", now=NOW).unit.name.fi == "Uusi nimi"
    with database.read() as uow:
        digests = [each.digest for each in uow.catalogue.revisions("9900001")]
        assert uow.catalogue.qualification("9900001", digest=digests[1]) == read_peruste(old)


def test_an_older_revision_imported_later_does_not_take_the_place_of_the_newer(database):
    add(database, peruste(unit_2019(), globalVersion={"aikaleima": 1800000000000}))
    add(database, peruste(unit_2019(), globalVersion={"aikaleima": 1700000000000}, tila="julkaistu"))
    assert find_unit(database, "900011", now=NOW).qualification.published_state == "valmis"


@pytest.mark.parametrize("data", [b"", b"{", b'{"id": 1}', b"[]", b"\xff", b'{"id":1,"id":2}'])
def test_what_cannot_be_read_leaves_nothing_behind(database, data):
    with pytest.raises(DocumentError):
        import_qualification(database, data, now=NOW)
    with database.read() as uow:
        assert uow.catalogue.revisions("1") == []
        assert uow.audit.head()[0] == 0


def test_truncated_json_is_refused_with_its_line_and_column(database):
    whole = json.dumps(peruste(), indent=1).encode()
    with pytest.raises(DocumentError) as refusal:
        import_qualification(database, whole[: len(whole) // 2], now=NOW)
    assert refusal.value.code == "input.json"
    assert "line" in refusal.value.detail
    assert "column" in refusal.value.detail


def test_a_fault_while_storing_leaves_nothing_behind(database):
    with pytest.raises(RuntimeError):
        add_and_fail(database)
    assert find_unit(database, "900011", now=NOW) is None


def test_each_import_that_adds_leaves_one_row_in_the_trail(database):
    add(database, peruste())
    add(database, peruste())
    with database.read() as uow:
        assert uow.audit.head()[0] == 1


def test_a_unit_gets_the_newest_version_of_its_code_and_can_then_be_awarded(database):
    add(database, peruste(unit_2019()))
    assert find_unit(database, "900011", now=NOW).unit.award_problems() == ("unit.no_version",)
    import_unit_codes(database, codes_data(("900011", 1, "Osa"), ("900011", 3, "Osa")), now=NOW)
    assert find_unit(database, "tutkinnonosat_900011", now=NOW).unit.version == 3
    assert find_unit(database, "900011", now=NOW).unit.can_be_awarded


def test_importing_codes_is_idempotent_and_corrects_names(database):
    first = import_unit_codes(database, codes_data(("1", 1, "Vanha"), ("2", 1, "Toinen")), now=NOW)
    again = import_unit_codes(database, codes_data(("1", 1, "Vanha"), ("2", 1, "Toinen")), now=NOW)
    third = import_unit_codes(database, codes_data(("1", 1, "Uusi")), now=NOW)
    assert (first.added, again.added, again.unchanged, third.changed) == (2, 0, 2, 1)
    assert search_units(database, "uusi", now=NOW).hits[0].code.number == "1"
    assert search_units(database, "toinen", now=NOW).total == 1


def test_a_list_that_is_none_leaves_the_codes_as_they_were(database):
    import_unit_codes(database, codes_data(("1", 1, "Vanha")), now=NOW)
    with pytest.raises(CatalogueError):
        import_unit_codes(database, b"[]", now=NOW)
    assert search_units(database, "vanha", now=NOW).total == 1


def test_search_sees_neither_case_nor_dots_nor_the_prefix_of_a_code(database):
    named = {**unit_2019(), "nimi": text("Övä åkänt", "Slöjd på åker")}
    add(database, peruste(named, unit_2017()))
    for typed in (
        *("900011", "tutkinnonosat_900011", "åkänt", "AKANT", "Åkänt ÖVÄ", "ova akant", "slöjd", "SLOJD"),
        "OPH-9999-2023 åk",
    ):
        assert [hit.unit.number for hit in search_units(database, typed, now=NOW).hits] == ["900011"], typed


def test_search_signs_are_only_signs(database):
    add(database, peruste(unit_2019()))
    for typed in ("", "   ", "%", "_", "\\", "900011'; --", "ei mitään"):
        assert search_units(database, typed, now=NOW).total == 0, typed


def test_a_code_of_the_list_without_a_qualification_is_found_and_has_no_unit(database):
    import_unit_codes(database, codes_data(("7", 1, "Vanha nimi"), ("7", 2, "Siivous")), now=NOW)
    hits = search_units(database, "siivous", now=NOW).hits
    assert [(hit.code.number, hit.code.version, hit.unit) for hit in hits] == [("7", 2, None)]
    assert search_units(database, "vanha", now=NOW).total == 0


def test_the_exact_code_stands_before_longer_ones(database):
    import_unit_codes(database, codes_data(("10", 1, "A"), ("101", 1, "B"), ("1", 1, "C")), now=NOW)
    assert search_units(database, "1", now=NOW).hits[0].code.number == "1"


def test_the_unit_of_the_qualification_in_force_goes_before_others(database):
    ended = {"voimassaoloLoppuu": "2020-01-01", "id": 9900009, "diaarinumero": "OPH-9-2009"}
    add(database, peruste(unit_2019(), **ended))
    add(database, peruste(unit_2019()))
    assert find_unit(database, "900011", now=NOW).qualification.register_number == "OPH-9999-2023"
    named = find_unit(database, "900011", now=NOW, register_number="OPH-9-2009")
    assert named.qualification.peruste_id == "9900009"
    assert find_unit(database, "900011", now=NOW, register_number="OPH-0-2000") is None


def test_the_demo_catalogue_can_be_awarded_says_what_it_is_and_loads_once(database):
    outside = SimpleNamespace(database=database, now=lambda: NOW)
    load_demo_catalogue(outside)
    load_demo_catalogue(outside)
    with database.read() as uow:
        rows = uow.audit.head()[0]
    assert rows == 1 + len(demo_catalogue().qualifications)
    for qualification in demo_catalogue().qualifications:
        for unit in qualification.units:
            found = find_unit(database, unit.number, now=NOW)
            assert found.unit == unit
            assert found.unit.can_be_awarded
            assert found.qualification.demo
            assert all(each.key.startswith(KEY_PREFIX) for each in found.unit.requirements)


def test_a_real_import_stands_beside_the_demo_and_is_preferred(database):
    load_demo_catalogue(SimpleNamespace(database=database, now=lambda: NOW))
    real = peruste({**unit_2014(), "koodiUri": "tutkinnonosat_106889"}, id=7614470, diaarinumero="OPH-5410-2021")
    add(database, real)
    found = find_unit(database, "106889", now=NOW)
    assert not found.qualification.demo
    assert found.unit.version == 1  # the demo's fact serves until the list is imported
    with database.read() as uow:
        assert uow.catalogue.qualification("7614470", demo=True).units[0].number == "106889"


def test_the_real_list_takes_the_place_of_the_demo_facts(database):
    load_demo_catalogue(SimpleNamespace(database=database, now=lambda: NOW))
    import_unit_codes(database, codes_data(("106889", 4, "Polkupyörän huolto")), now=NOW)
    load_demo_catalogue(SimpleNamespace(database=database, now=lambda: NOW))
    with database.read() as uow:
        versions = uow.catalogue.versions(["tutkinnonosat_106889", "tutkinnonosat_105433"])
    assert versions == {"tutkinnonosat_106889": 4, "tutkinnonosat_105433": 2}


def test_the_commands_print_a_summary_and_name_what_was_refused(database, tmp_path, capsys):
    outside = SimpleNamespace(database=database, now=lambda: NOW)
    good, bad = tmp_path / "good.json", tmp_path / "bad.json"
    source = peruste(unit_2019(), unit_2017())
    source["tutkinnonOsat"][1] = {}
    good.write_bytes(data_of(source))
    bad.write_bytes(data_of(source)[:-100])
    arguments = command_line().parse_args(["catalogue", "import", str(bad), str(good)])
    assert arguments.run(arguments, outside) == 1
    printed = capsys.readouterr()
    assert "units:        1 (1 vocational, 0 common)" in printed.out
    assert "incomplete:   1" in printed.out
    assert "requirements: 3 (3 in the 2019 format)" in printed.out
    assert "[unit.empty] 12 (15 osp)" in printed.out
    assert "bad.json was not imported: input.json" in printed.err
    assert "reading" in printed.err
    arguments = command_line().parse_args(["catalogue", "search", "osa", "900011"])
    assert arguments.run(arguments, outside) == 0
    printed = capsys.readouterr().out
    assert "15 osp, 3 requirements; OPH-9999-2023 Kokeilualan perustutkinto (in force)" in printed
    assert "[unit.no_version]" in printed


@pytest.mark.shared
@pytest.mark.parametrize("peruste_id", EXPECTED)
def test_the_shipped_perusteet_have_the_expected_numbers(database, shared, peruste_id):
    units, requirements, formats = EXPECTED[peruste_id]
    summary = import_qualification(database, shared_file(shared, peruste_id).read_bytes(), now=NOW)
    assert (len(summary.qualification.units), summary.qualification.requirement_count) == (units, requirements)
    assert summary.requirements_by_format == formats
    missing = [(each.code, each.pointer, each.subject) for each in summary.qualification.missing_units]
    assert missing == ([("unit.empty", "/tutkinnonOsat/16", "6958464 (15 osp)")] if peruste_id == "6942140" else [])
    with database.read() as uow:
        stored = uow.catalogue.qualification(peruste_id)
    assert stored == read_shared(shared, peruste_id)


@pytest.mark.shared
def test_the_bicycle_unit_has_28_requirements_in_four_groups_and_a_version_from_the_list(database, shared):
    import_qualification(database, shared_file(shared, "7614470").read_bytes(), now=NOW)
    data = (shared / "data/finland/koodisto/tutkinnonosat_2022-10-14.json").read_bytes()
    summary = import_unit_codes(database, data, now=NOW)
    assert (summary.total, summary.problems) == (9565, ())
    found = find_unit(database, "106889", now=NOW)
    assert (found.unit.version, found.unit.credits_min, found.unit.can_be_awarded) == (1, 15.0, True)
    assert list(Counter(each.group.fi for each in found.unit.requirements).values()) == [6, 16, 4, 2]
    assert found.qualification.valid_from == date(2022, 8, 1)
    assert search_units(database, "polkupyoran huolto", now=NOW).hits[0].requirement_count == 28
    assert search_units(database, "service av CYKEL", now=NOW).hits[0].unit.number == "106889"


@pytest.mark.shared
@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("peruste-7534950_tuva_OPH-1488-2021.json", "peruste.no_units"),
        ("eperusteet-tutkinnonosa-asteikko1.json", "peruste.single_unit"),
        ("eperusteet-tutkinnonosa-asteikko2.json", "peruste.single_unit"),
        ("eperusteet-tutkinnonosa-asteikko3.json", "peruste.single_unit"),
        ("ehoksmock_api_perusteet_haku.json", "peruste.search_page"),
    ],
)
def test_shipped_files_that_hold_no_qualification_are_refused_by_name(database, shared, name, code):
    with pytest.raises(CatalogueError) as refusal:
        import_qualification(database, (shared / "data/finland/eperusteet" / name).read_bytes(), now=NOW)
    assert refusal.value.code == code


@pytest.mark.shared
@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("peruste-2910073_valma_OPH-2658-2017.json", "qualification.not_vocational"),
        ("peruste-2910079_telma_OPH-2659-2017.json", "qualification.not_vocational"),
        ("peruste-9548603_ajoneuvoalan-ammattitutkinto_OPH-3418-2025_cut.json", "unit.no_requirements"),
    ],
)
def test_shipped_files_with_gaps_are_imported_with_named_warnings_and_nothing_to_award(database, shared, name, code):
    data = (shared / "data/finland/eperusteet" / name).read_bytes()
    summary = import_qualification(database, data, now=NOW)
    assert code in [problem.code for problem in summary.warnings]
    assert summary.awardable_units == 0
