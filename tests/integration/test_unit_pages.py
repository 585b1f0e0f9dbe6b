"""Catalogue pages: import in the browser, finding units by filters, plain lines, and requirements that changed."""

import json

import installation as installations
import pytest
from desk import BICYCLE, desk_over
from environments import recognised
from peruste_samples import peruste, unit_2019

from issuer.domain.permissions import Role
from issuer.domain.unit_ref import UnitRef
from issuer.services.environments import changed_requirements, save_matrix
from issuer.services.import_qualification import import_qualification
from issuer.services.import_unit_codes import import_unit_codes

SAMPLE = UnitRef("tutkinnonosat_900011", "9900001")
CODES = [{"koodiUri": SAMPLE.code, "versio": 2, "metadata": [{"kieli": "FI", "nimi": "Osa"}]}]


def data_of(value):
    return json.dumps(value, ensure_ascii=False).encode()


def changed_peruste():
    """The same unit with a newer time: one requirement reworded under its code, one with a new id and near words."""
    newer = peruste(unit_2019(), globalVersion={"aikaleima": 1_800_000_000_000})
    required = newer["tutkinnonOsat"][0]["ammattitaitovaatimukset2019"]
    required["vaatimukset"][0]["koodi"]["nimi"]["fi"] = "katsoo taakseen"
    required["vaatimukset"][0]["vaatimus"]["fi"] = "katsoo taakseen"
    required["kohdealueet"][0]["vaatimukset"][0]["vaatimus"] = {"_tunniste": "9a9a", "fi": "avaa oven hitaasti"}
    return newer


@pytest.fixture(scope="module")
def calm(sqlite_template, tmp_path_factory):
    """One desk for what changes nothing."""
    home = tmp_path_factory.mktemp("calm") / "home"
    installations.copy_home(sqlite_template, home)
    with installations.open_installation(home, None) as opened, desk_over(opened) as desk:
        yield desk


def with_sample(desk):
    now = desk.outside.now()
    import_qualification(desk.outside.database, data_of(peruste(unit_2019())), now=now)
    import_unit_codes(desk.outside.database, data_of(CODES), now=now)
    return recognised(desk, SAMPLE, elsewhere=0)


def upload(client, path, name, data):
    return client.post(path, files={name: ("a.json", data, "application/json")})


def test_an_administrator_imports_a_qualification_and_sees_what_was_found(desk):
    client = desk.client(Role.ADMINISTRATOR)
    page = upload(client, "/units/import", "file", data_of(peruste(unit_2019())))
    assert page.status_code == 200
    assert "Tuonti on valmis" in page.text
    again = upload(client, "/units/import", "file", data_of(peruste(unit_2019())))
    assert "Mitään ei muutettu" in again.text
    codes = upload(client, "/units/import/codes", "codes", data_of(CODES))
    assert "uusia 1" in codes.text
    assert "Osa 900011" in client.get("/units", params={"qualification": "9900001"}).text


@pytest.mark.parametrize(
    ("path", "name", "data", "place"),
    [
        ("/units/import", "file", b"{\n  x", "Rivi 2"),
        ("/units/import", "file", b'{"id": 1}', ""),
        ("/units/import", "file", b'{"id":1,"id":2}', ""),
        ("/units/import", "file", b" " * ((16 << 20) + 1), ""),
        ("/units/import/codes", "codes", b"[]", ""),
        ("/units/import/codes", "codes", b"\xff", ""),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_at_its_field_and_changes_nothing(calm, path, name, data, place):
    client = calm.client(Role.ADMINISTRATOR)  # signing in is an act, too
    with calm.outside.database.read() as uow:
        before = uow.audit.head(), uow.environments.qualifications()
    page = upload(client, path, name, data)
    assert page.status_code == 422
    assert f'href="#{name}"' in page.text
    assert place in page.text
    with calm.outside.database.read() as uow:
        assert (uow.audit.head(), uow.environments.qualifications()) == before


@pytest.mark.parametrize("number", ["", "abc", "/etc/passwd", "OPH-1", "<b>"])
def test_a_number_that_is_none_is_told_and_nobody_is_asked(calm, number):
    page = calm.client(Role.ADMINISTRATOR).post("/units/import/number", data={"number": number})
    assert page.status_code == 422
    assert 'href="#number"' in page.text


def test_without_a_file_the_field_says_so(calm):
    page = calm.client(Role.ADMINISTRATOR).post("/units/import", data={})
    assert page.status_code == 422
    assert 'href="#file"' in page.text


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"q": "polkupyoran"}, True),
        ({"qualification": "7614470"}, True),
        ({"q": "106889", "state": "valid"}, True),
        ({"q": "106889", "state": "expired"}, False),
        ({"q": "106889", "qualification": "1718932"}, False),
        ({"used": "yes"}, False),
        ({"q": "106889", "state": "nothing"}, True),
    ],
)
def test_units_are_found_by_words_and_filters(calm, query, found):
    page = calm.client(Role.COUNSELLOR if Role.COUNSELLOR in calm.staff else Role.WORK_COACH).get(
        "/units", params=query
    )
    assert page.status_code == 200
    assert (f"/units/{BICYCLE}" in page.text) is found


def test_units_in_use_say_on_how_many_sites(desk):
    recognised(desk)
    page = desk.client(Role.WORK_COACH).get("/units", params={"used": "yes"})
    assert "Käytössä 1 paikassa" in page.text
    assert "100359" not in page.text


def test_plain_lines_stand_before_the_official_text_in_their_language_only(desk):
    client, path = desk.client(Role.WORK_COACH), f"/units/{BICYCLE}"
    assert "Selkolause puuttuu" in client.get(path).text
    data = {"language": "fi", "plain-1": "Teet työn turvallisesti.", "plain-2": ""}
    assert client.post(f"{path}/plain", data=data).status_code == 303
    assert "<strong>Teet työn turvallisesti.</strong>" in client.get(path).text
    assert "Teet työn" not in client.get(path, params={"lang": "sv"}).text


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"plain-1": "x" * 201}, "plain-1"),
        ({"plain-2": "teksti\u202e"}, "plain-2"),
        ({"plain-3": "vankilassa opittu"}, "plain-3"),
        ({"plain-99": "ei ole"}, "plain-99"),
    ],
)
def test_a_fault_in_a_plain_line_is_told_at_its_field_and_changes_nothing(calm, data, field):
    client = calm.client(Role.WORK_COACH)
    with calm.outside.database.read() as uow:
        before = uow.audit.head()
    page = client.post(f"/units/{BICYCLE}/plain", data={"language": "fi", "plain-1": "Hyvä lause."} | data)
    assert page.status_code == 422
    assert f'href="#{field}"' in page.text
    with calm.outside.database.read() as uow:
        assert uow.audit.head() == before
        assert uow.environments.plain_lines(calm.institution.id, BICYCLE, 1, "fi") == {}


@pytest.mark.parametrize("path", ["/units/999999-1", "/units/106889-1", "/units/x", "/units/106889-1/changes"])
def test_a_unit_that_is_not_known_is_not_here(calm, path):
    assert calm.client(Role.WORK_COACH).get(path).status_code == 404


def test_a_newer_peruste_is_shown_beside_the_old_one_and_taken_in_use(both_desks):
    desk = both_desks
    made, coach = with_sample(desk), desk.client(Role.WORK_COACH)
    who = desk.staff[Role.WORK_COACH]
    assert changed_requirements.changed_units(desk.outside, who) == ()
    import_qualification(desk.outside.database, data_of(changed_peruste()), now=desk.outside.now())
    (found,) = changed_requirements.changed_units(desk.outside, who)
    assert (found.unit, [site.id for site in found.sites]) == (SAMPLE, [made.site.id])
    page = coach.get(f"/units/{SAMPLE}/changes").text
    for text in ("katsoo eteensä", "katsoo taakseen", "sanat muuttuivat", "ehdotus", made.site.name):
        assert text in page
    suggested = next(change.new.position for change in found.changes if change.is_suggestion)
    assert coach.post(f"/units/{SAMPLE}/changes", data={"confirm": str(suggested)}).status_code == 303
    assert changed_requirements.changed_units(desk.outside, who) == ()
    with desk.outside.database.read() as uow:
        unit_map = uow.environments.unit_map(made.site.id, SAMPLE)
        now = uow.catalogue.unit_of(SAMPLE)
        assert unit_map.at_work == {one.key for one in now.unit.requirements}
        report = uow.environments.valid_report(desk.institution.id, SAMPLE, made.report.published_on)
    assert report == made.report


def test_a_suggestion_that_nobody_confirmed_carries_no_tick(desk):
    made = with_sample(desk)
    import_qualification(desk.outside.database, data_of(changed_peruste()), now=desk.outside.now())
    assert desk.client(Role.WORK_COACH).post(f"/units/{SAMPLE}/changes").status_code == 303
    with desk.outside.database.read() as uow:
        unit_map = uow.environments.unit_map(made.site.id, SAMPLE)
    assert len(unit_map.at_work) == 2


def test_a_qualification_that_replaces_another_begins_a_new_matrix_beside_the_old(desk):
    made = with_sample(desk)
    newer = peruste(unit_2019(), id=9900002, diaarinumero="OPH-2-2030")
    newer["korvattavatDiaarinumerot"] = [peruste()["diaarinumero"]]
    import_qualification(desk.outside.database, data_of(newer), now=desk.outside.now())
    who, renewed = desk.staff[Role.WORK_COACH], UnitRef(SAMPLE.code, "9900002")
    assert [one.new_unit for one in changed_requirements.changed_units(desk.outside, who)] == [renewed]
    assert desk.client(Role.WORK_COACH).post(f"/units/{SAMPLE}/changes").status_code == 303
    assert changed_requirements.changed_units(desk.outside, who) == ()
    with desk.outside.database.read() as uow:
        old, new = (uow.environments.unit_map(made.site.id, one) for one in (SAMPLE, renewed))
    assert new.at_work == old.at_work
    assert (new.recognition.recogniser, new.recognition.register_number) == (None, "OPH-2-2030")


def test_a_site_without_the_unit_is_not_told_of_its_changes(desk):
    import_qualification(desk.outside.database, data_of(peruste(unit_2019())), now=desk.outside.now())
    import_qualification(desk.outside.database, data_of(changed_peruste()), now=desk.outside.now())
    assert changed_requirements.changed_units(desk.outside, desk.staff[Role.WORK_COACH]) == ()
    page = desk.client(Role.WORK_COACH).get(f"/units/{SAMPLE}/changes")
    assert "Mikään ei ole muuttunut" in page.text


def test_starting_a_matrix_twice_keeps_the_first(desk):
    made = recognised(desk)
    save_matrix.start(desk.outside, desk.staff[Role.WORK_COACH], made.site.id, BICYCLE)
    with desk.outside.database.read() as uow:
        assert uow.environments.unit_map(made.site.id, BICYCLE) == made.unit_map
