"""Learning environments on pages, without scripts: from an empty house to a published report, and every refusal."""

import re
from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace

import installation as installations
import pytest
from desk import BICYCLE, desk_over
from environments import SITE, dump, recognised, site_of

from issuer.domain.catalogue_choice import helsinki_day
from issuer.domain.permissions import Role
from issuer.i18n import whole_day
from issuer.services.environments import read_environment
from schemas import strict_json

TEXTS = {
    "name": "Pyöräpiste",
    "address": "Takakatu, sisäpiha",
    "public_name": "Polkupyöräkorjaamo",
    "public_description": "Huollamme polkupyöriä.",
    "real_work": "Asiakkaiden pyörien huolto.",
    "equipment": "Huoltotelineet ja käsityökalut.",
    "safety": "Suojalasit.",
    "customers": "yes",
    "municipality": "Vaasa",
    "municipality_code": "905",
    "language": "fi",
}
RECOGNISER = {
    "name": "Kaisa Kanava",
    "role": "ammatillinen opettaja",
    "organisation": "Esimerkkiopisto",
    "register_number": "OPH-5410-2021",
}
WITHOUT = "00000000-0000-4000-8000-000000000000"
OVERRIDE = "\u202e"


@pytest.fixture(scope="module")
def calm_desk(sqlite_template, tmp_path_factory):
    """One desk for all faults: none of them changes anything, which each test sees for itself."""
    home = tmp_path_factory.mktemp("calm") / "home"
    installations.copy_home(sqlite_template, home)
    with installations.open_installation(home, None) as opened, desk_over(opened) as desk:
        site, _, path = started(desk)
        yield SimpleNamespace(desk=desk, site=site, path=path)


def seen_on(page):
    return re.search(r'name="seen" value="([^"]+)"', page.text)[1]


def days(desk, **more):
    today = helsinki_day(desk.outside.now())
    return {"recognised_on": str(today - timedelta(days=3)), "valid_until": str(today + timedelta(days=700))} | more


def started(desk):
    """A site with tasks and an empty matrix of the bicycle unit; returns site, tasks and the matrix's path."""
    site, tasks = site_of(desk)
    answer = desk.client(Role.WORK_COACH).post(f"/sites/{site.id}/map", data={"unit": "106889"})
    assert answer.status_code == 303
    return site, tasks, f"/sites/{site.id}/map/{BICYCLE}"


def ready(desk):
    """A matrix that can be published."""
    site, tasks, path = started(desk)
    coach = desk.client(Role.WORK_COACH)
    data = {"requirement": [str(place) for place in range(1, 8)], "seen": seen_on(coach.get(path))}
    assert coach.post(f"{path}/tasks/1", data=data).status_code == 303
    data = {"requirement": ["8", "9"], "seen": seen_on(coach.get(f"{path}/elsewhere"))}
    assert coach.post(f"{path}/elsewhere", data=data).status_code == 303
    assert coach.post(f"{path}/recognition", data=RECOGNISER | days(desk)).status_code == 303
    return site, tasks, path


def publish(desk, path):
    manager = desk.client(Role.RESPONSIBLE_PERSON)
    data = {"seen": seen_on(manager.get(f"{path}/publish"))}
    answer = manager.post(f"{path}/publish", data=data)
    assert answer.status_code == 303, answer.text
    page = manager.get(path)
    return re.search(r"/environments/([0-9a-f]{32})", page.text)[1]


def test_a_provider_goes_from_nothing_to_a_published_report(both_desks):
    desk = both_desks
    coach = desk.client(Role.WORK_COACH)
    assert "Paikkoja ei ole vielä" in coach.get("/sites").text
    made = coach.post("/sites/new", data=TEXTS)
    assert made.status_code == 303
    site = made.headers["location"].partition("?")[0]
    assert "Lisää ensimmäinen työtehtävä" in coach.get(site).text
    assert coach.post(f"{site}/tasks", data={"task": "Jarrujen huolto"}).status_code == 303
    assert coach.post(f"{site}/map", data={"unit": "106889"}).status_code == 303
    path = f"{site}/map/{BICYCLE}"
    cells = [f"1-{place}" for place in range(1, 9)]
    data = {"task": "1", "cell": cells, "elsewhere": "9", "seen": seen_on(coach.get(path))}
    assert coach.post(path, data=data).status_code == 303
    assert coach.post(f"{path}/recognition", data=RECOGNISER | days(desk)).status_code == 303
    report_id = publish(desk, path)
    answer = coach.get(f"/environments/{report_id}", headers={"Accept": "application/json"})
    body = strict_json.read_object(answer.content, max_values=50_000)
    document = body["document"]
    assert document["id"] == f"{desk.outside.identity_origin}/environments/{report_id}"
    assert document["proof"]["type"] == "DataIntegrityProof"
    assert [one["elsewhere"] for one in document["requirements"]] == [False] * 8 + [True]
    assert document["requirements"][0]["tasks"] == ["Jarrujen huolto"]
    assert body["inForce"] is True
    page = coach.get(f"/environments/{report_id}", headers={"Accept": "text/html"}).text
    for text in ("OPH-5410-2021", "ammatillinen opettaja", "Esimerkkiopisto", "Vaasa", body["sha256"]):
        assert text in page
    for inner in ("Kaisa", "Takakatu", "Pyöräpiste", site.rpartition("/")[2]):
        assert inner not in page
        assert inner not in answer.text


def test_the_digest_is_that_of_the_document_without_its_proof(desk):
    from issuer.domain.learning_environment import digest_of

    _, _, path = ready(desk)
    report_id = publish(desk, path)
    answer = desk.client(Role.WORK_COACH).get(f"/environments/{report_id}", headers={"Accept": "application/json"})
    body = strict_json.read_object(answer.content, max_values=50_000)
    document = {name: value for name, value in body["document"].items() if name != "proof"}
    assert digest_of(document) == body["sha256"]


def test_a_name_and_an_address_are_public_only_where_the_provider_said_so(desk):
    site, _, path = ready(desk)
    coach = desk.client(Role.WORK_COACH)
    assert coach.post(f"{path}/recognition", data=RECOGNISER | days(desk, name_public="yes")).status_code == 303
    seen = read_environment.site(desk.outside, desk.staff[Role.WORK_COACH], site.id).site.seen
    data = TEXTS | {"address_public": "yes", "seen": seen}
    assert coach.post(f"/sites/{site.id}/edit", data=data).status_code == 303
    page = coach.get(f"/environments/{publish(desk, path)}").text
    assert "Kaisa Kanava" in page
    assert "Takakatu, sisäpiha" in page


def test_a_new_version_leaves_the_old_one_readable_as_it_was(desk):
    site, _, path = ready(desk)
    first = publish(desk, path)
    coach = desk.client(Role.WORK_COACH)
    before = coach.get(f"/environments/{first}", headers={"Accept": "application/json"})
    assert coach.post(f"/sites/{site.id}/tasks/1", data={"name": "Jarrut"}).status_code == 303
    second = publish(desk, path)
    after = coach.get(f"/environments/{first}", headers={"Accept": "application/json"})
    assert first != second
    assert (
        strict_json.read_object(after.content, max_values=50_000)["document"]
        == (strict_json.read_object(before.content, max_values=50_000)["document"])
    )
    assert second in coach.get(f"/environments/{first}").text
    assert "Versio 2" in coach.get(path).text


def test_publishing_is_refused_with_every_cause_at_once(desk):
    site, _, path = started(desk)
    manager = desk.client(Role.RESPONSIBLE_PERSON)
    page = manager.get(f"{path}/publish")
    assert "Ulkopuolinen tunnistaja puuttuu." in page.text
    assert "9 vaatimusta on ilman tehtävää" in page.text
    before = dump(desk)
    matrix = read_environment.matrix(desk.outside, desk.staff[Role.RESPONSIBLE_PERSON], site.id, BICYCLE)
    answer = manager.post(f"{path}/publish", data={"seen": matrix.unit_map.seen})
    assert answer.status_code == 422
    assert "Yhtään vaatimusta ei opita" in answer.text
    assert dump(desk) == before


def test_an_ended_report_says_until_when_it_was_in_force(desk):
    _, _, path = ready(desk)
    report_id, manager = publish(desk, path), desk.client(Role.RESPONSIBLE_PERSON)
    today = helsinki_day(desk.outside.now())
    assert manager.post(f"{path}/reports/{report_id}/end", data={"last_day": str(today)}).status_code == 303
    assert "voimassa" in manager.get(f"/environments/{report_id}").text
    desk.installation.clock.moved = timedelta(days=1)
    page = manager.get(f"/environments/{report_id}").text
    assert f"Voimassaolo päättyi {whole_day(today, 'fi')}" in page


def test_the_recogniser_reads_and_answers_once_without_an_account(desk):
    _, _, path = ready(desk)
    coach = desk.client(Role.WORK_COACH)
    assert coach.post(f"{path}/send").status_code == 303
    page = coach.get(f"{path}/recognition").text
    link = re.search(r"/recognise/[A-Za-z0-9_-]{43}", page)[0]
    coach.cookies.clear()
    read = coach.get(link)
    assert read.status_code == 200
    assert "Jarrujen huolto" in read.text
    assert "Takakatu" not in read.text
    data = {"answer": "remarks", "remarks": "Vaatimus 3 on liian laaja.", "seen": seen_on(read)}
    assert coach.post(link, data=data).status_code == 303
    assert coach.get(link).status_code == 404
    assert coach.post(link, data=data).status_code == 404
    assert "Vaatimus 3 on liian laaja." in desk.client(Role.SUPERVISOR).get(f"{path}/recognition").text
    with desk.outside.database.read() as uow:
        invitation = uow.environments.invitations(
            read_environment.matrix(desk.outside, desk.staff[Role.SUPERVISOR], path.split("/")[2], BICYCLE).unit_map.id
        )[0]
    assert b"liian laaja" not in (invitation.remarks_sealed or b"")


def test_unknown_answered_and_ended_recogniser_links_answer_alike(desk):
    _, _, path = ready(desk)
    coach = desk.client(Role.WORK_COACH)
    links = []
    for _ in range(2):  # the second link ends the first
        coach.post(f"{path}/send")
        links.append(re.search(r"/recognise/[A-Za-z0-9_-]{43}", coach.get(f"{path}/recognition").text)[0])
    desk.installation.clock.moved = timedelta(days=31)
    tried = (*links, "/recognise/" + "x" * 43, "/recognise/x")
    pages = [desk.client(Role.WORK_COACH).get(link) for link in tried]
    assert {page.status_code for page in pages} == {404}
    assert len({page.content for page in pages}) == 1


def test_a_recogniser_who_read_an_older_matrix_is_shown_the_new_one(desk):
    _, _, path = ready(desk)
    coach = desk.client(Role.WORK_COACH)
    coach.post(f"{path}/send")
    link = re.search(r"/recognise/[A-Za-z0-9_-]{43}", coach.get(f"{path}/recognition").text)[0]
    seen = seen_on(coach.get(link))
    data = {"requirement": ["1"], "seen": seen_on(coach.get(path))}
    assert coach.post(f"{path}/tasks/2", data=data).status_code == 303
    answer = coach.post(link, data={"answer": "confirmed", "seen": seen})
    assert answer.status_code == 422
    assert coach.get(link).status_code == 200


def test_two_editors_of_a_matrix_see_both_versions_and_lose_nothing(desk):
    _, tasks, path = started(desk)
    first, second = desk.client(Role.WORK_COACH), desk.client(Role.SUPERVISOR)
    seen = seen_on(first.get(path))
    assert first.post(f"{path}/tasks/1", data={"requirement": ["1", "2"], "seen": seen}).status_code == 303
    answer = second.post(path, data={"task": ["1", "2"], "cell": ["1-2", "2-3"], "elsewhere": "5", "seen": seen})
    assert answer.status_code == 409
    assert answer.text.count("<tr>") == 4  # a head, and requirements 1, 3 and 5
    both = re.findall(r"<form method=\"post\" action=\"[^\"]+\">(.*?)</form>", answer.text, re.DOTALL)[-1]
    sent = re.findall(r'name="(\w+)" value="([^"]+)"', both)
    data = {name: [value for key, value in sent if key == name] for name, _ in sent}
    assert second.post(path, data=data).status_code == 303
    view = read_environment.matrix(desk.outside, desk.staff[Role.SUPERVISOR], path.split("/")[2], BICYCLE)
    ticked = {task.number: {view.positions[key] for key in view.unit_map.ticks.get(task.id, ())} for task in tasks}
    assert (ticked[1], ticked[2]) == ({1, 2}, {3})
    assert {view.positions[key] for key in view.unit_map.elsewhere} == {5}


def test_two_editors_of_a_site_see_both_versions(desk):
    site, _ = site_of(desk)
    path = f"/sites/{site.id}/edit"
    first, second = desk.client(Role.WORK_COACH), desk.client(Role.SUPERVISOR)
    seen = seen_on(first.get(path))
    assert first.post(path, data=TEXTS | {"equipment": "Uusi teline.", "seen": seen}).status_code == 303
    answer = second.post(path, data=TEXTS | {"equipment": "Vanha teline.", "seen": seen})
    assert answer.status_code == 409
    assert "Uusi teline." in answer.text
    assert "Vanha teline." in answer.text
    data = TEXTS | {"equipment": "Vanha teline.", "seen": seen_on(answer)}
    assert second.post(path, data=data).status_code == 303


def test_ticks_are_copied_from_another_site_by_the_names_of_tasks(desk):
    made = recognised(desk)
    site, _ = site_of(desk, replace(SITE, name="Toinen"), tasks=("Jarrujen huolto",))
    coach = desk.client(Role.WORK_COACH)
    assert coach.post(f"/sites/{site.id}/map", data={"unit": str(BICYCLE)}).status_code == 303
    path = f"/sites/{site.id}/map/{BICYCLE}"
    assert coach.post(f"{path}/copy", data={"source": made.site.id}).status_code == 303
    view = read_environment.matrix(desk.outside, desk.staff[Role.WORK_COACH], site.id, BICYCLE)
    assert sorted(task.name for task in view.tasks) == sorted(task.name for task in made.tasks)
    assert view.unit_map.at_work == made.unit_map.at_work
    assert view.unit_map.elsewhere == made.unit_map.elsewhere


SITE_FAULTS = [
    ("name", "", "name"),
    ("name", "n" * 121, "name"),
    ("address", "a" * 201, "address"),
    ("public_name", "", "public_name"),
    ("public_name", f"Korjaamo{OVERRIDE}", "public_name"),
    ("public_name", "Kuntoutuksen pyöräpaja", "public_name"),
    ("public_description", "k" * 1_001, "public_description"),
    ("public_description", "Päihdekuntoutujien verstas", "public_description"),
    ("real_work", f"Työtä{OVERRIDE}", "real_work"),
    ("equipment", "e" * 1_001, "equipment"),
    ("safety", "s" * 1_001, "safety"),
    ("municipality", "m" * 61, "municipality"),
    ("municipality_code", "9050", "municipality_code"),
    ("municipality_code", "abc", "municipality_code"),
    ("language", "de", "language"),
]


@pytest.mark.parametrize(("field", "value", "error_at"), SITE_FAULTS)
def test_a_fault_in_a_site_is_told_at_its_field_and_changes_nothing(calm_desk, field, value, error_at):
    client, before = calm_desk.desk.client(Role.WORK_COACH), dump(calm_desk.desk)
    answer = client.post("/sites/new", data=TEXTS | {field: value})
    assert answer.status_code == 422
    assert f'href="#{error_at}"' in answer.text
    assert dump(calm_desk.desk) == before


@pytest.mark.parametrize("name", ["", "n" * 121, f"Jarrut{OVERRIDE}", "Vankilan pyörät", "jarrujen HUOLTO"])
def test_a_fault_in_a_task_changes_nothing(calm_desk, name):
    site = calm_desk.site
    client, before = calm_desk.desk.client(Role.WORK_COACH), dump(calm_desk.desk)
    answer = client.post(f"/sites/{site.id}/tasks", data={"task": name})
    assert answer.status_code == 422
    assert 'href="#task"' in answer.text
    assert dump(calm_desk.desk) == before


@pytest.mark.parametrize("unit", ["", "999999", "106889-1", "<b>", "10688９"])
def test_a_unit_that_is_not_known_is_told_and_changes_nothing(calm_desk, unit):
    site = calm_desk.site
    client, before = calm_desk.desk.client(Role.WORK_COACH), dump(calm_desk.desk)
    answer = client.post(f"/sites/{site.id}/map", data={"unit": unit})
    assert answer.status_code == 422
    assert 'href="#unit"' in answer.text
    assert dump(calm_desk.desk) == before


@pytest.mark.parametrize("requirement", ["10", "0", "-1", "x", "99999999999"])
@pytest.mark.parametrize("place", ["tasks/1", "elsewhere"])
def test_a_requirement_of_another_unit_is_told_and_changes_nothing(calm_desk, requirement, place):
    path = calm_desk.path
    client = calm_desk.desk.client(Role.WORK_COACH)
    seen = seen_on(client.get(path))
    before = dump(calm_desk.desk)
    answer = client.post(f"{path}/{place}", data={"requirement": ["1", requirement], "seen": seen})
    assert answer.status_code == 422
    assert 'href="#requirement"' in answer.text
    assert dump(calm_desk.desk) == before


RECOGNITION_FAULTS = [
    ("name", "", "name"),
    ("name", "n" * 121, "name"),
    ("name", f"Kaisa{OVERRIDE}", "name"),
    ("role", "", "role"),
    ("role", "vankilan opettaja", "role"),
    ("organisation", "o" * 121, "organisation"),
    ("register_number", "1" * 31, "register_number"),
    ("recognised_on", "31.2.2026", "recognised_on"),
    ("recognised_on", "2099-01-01", "recognised_on"),
    ("valid_until", "2001-01-01", "valid_until"),
    ("valid_until", "2206-01-01", "valid_until"),
]


@pytest.mark.parametrize(("field", "value", "error_at"), RECOGNITION_FAULTS)
def test_a_fault_in_a_recognition_is_told_at_its_field_and_changes_nothing(calm_desk, field, value, error_at):
    path = calm_desk.path
    client, before = calm_desk.desk.client(Role.WORK_COACH), dump(calm_desk.desk)
    answer = client.post(f"{path}/recognition", data=RECOGNISER | days(calm_desk.desk) | {field: value})
    assert answer.status_code == 422
    assert f'href="#{error_at}"' in answer.text
    assert dump(calm_desk.desk) == before


def test_everything_of_another_institution_is_the_same_as_nothing(sqlite_installation):
    with desk_over(sqlite_installation) as desk, desk_over(sqlite_installation, name="Toinen", number=1) as other:
        site, _, path = ready(desk)
        report_id = publish(desk, path)
        coach, manager = other.client(Role.WORK_COACH), other.client(Role.RESPONSIBLE_PERSON)
        before = dump(desk)
        for place in (f"/sites/{site.id}", f"/sites/{site.id}/edit", f"/sites/{site.id}/tasks/1", path):
            assert coach.get(place).status_code == 404
            assert coach.post(place, data=TEXTS).status_code in (404, 405)
        for more in ("/tasks/1", "/elsewhere", "/recognition", "/send", "/copy"):
            assert coach.post(path + more, data=RECOGNISER | days(desk)).status_code == 404
        assert manager.post(f"{path}/publish", data={"seen": "x"}).status_code == 404
        for act in ("end", "sign"):
            answer = manager.post(f"{path}/reports/{report_id}/{act}", data={"last_day": "2027-01-01"})
            assert answer.status_code == 404
        assert coach.get(f"/sites/{WITHOUT}").content == coach.get(f"/sites/{site.id}").content
        assert dump(desk) == before


def test_the_directory_lists_what_is_in_force_by_unit_and_municipality(desk):
    _, _, path = ready(desk)
    report_id, client = publish(desk, path), desk.client(Role.WORK_COACH)
    for query, found in (("", True), ("?unit=106889", True), ("?municipality=905", True), ("?municipality=091", False)):
        page, machine = client.get(f"/directory{query}"), client.get(f"/directory.json{query}")
        rows = strict_json.read_object(machine.content, max_values=50_000)["environments"]
        assert (report_id in page.text) is found
        assert [row["id"].endswith(report_id) for row in rows] == ([True] if found else [])
        for inner in ("Kaisa", "Takakatu", "Pyöräpiste"):
            assert inner not in page.text + machine.text
    desk.installation.clock.moved = timedelta(days=701)
    assert report_id not in client.get("/directory.json").text
