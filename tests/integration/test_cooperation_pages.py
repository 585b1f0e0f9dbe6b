"""Screen G1 over HTTP: write, search, offer, confirm, end; errors keep what was typed; the desk says it in words."""

import json
import re
from collections.abc import Iterator

import httpx
import pytest
from app_client import AppClient
from cooperation import Sides, good_terms, sides_over
from desk import BICYCLE, Desk

from issuer.domain.cooperation import CooperationState
from issuer.domain.permissions import Role
from issuer.domain.recognition import Route
from issuer.domain.unit_ref import UnitRef
from issuer.services.trust.change_agreement import change
from issuer.services.trust.set_level import set_level

SEE_OTHER, OK, REFUSED, FORBIDDEN, NOT_FOUND = 303, 200, 422, 403, 404


@pytest.fixture
def sides(desk: Desk) -> Iterator[Sides]:
    with sides_over(desk) as opened:
        yield opened


def school_client(sides: Sides, role: Role = Role.ADMINISTRATOR) -> AppClient:
    return sides.school.desk.client(role)


def umbrella_client(sides: Sides) -> AppClient:
    """The umbrella's responsible person, in the same application."""
    sides.umbrella.__dict__.setdefault("app", sides.school.desk.app)
    return sides.umbrella.client(sides.umbrella_lead)


def fields(sides: Sides, **more: object) -> dict[str, object]:
    """The form as the template fills it, with a unit and the other side chosen."""
    today = sides.today
    return {
        "other": sides.umbrella.institution.id,
        "units": [str(BICYCLE)],
        "any_version": "yes",
        "least_shown": "1",
        "recency_months": "12",
        "route": "0001",
        "assessed_by": "Opettaja",
        "school_contact": "Opinto-ohjaaja",
        "partner_contact": "Vastuuhenkilö",
        "valid_from": f"1.{today.month}.{today.year}",
        "valid_until": f"31.12.{today.year + 2}",
        "version": "0",
        "act": "save",
    } | more


def written(sides: Sides, **more: object) -> str:
    answer = school_client(sides).post("/agreements/new", data=fields(sides, **more))
    assert answer.status_code == SEE_OTHER, answer.text
    assert answer.headers["location"].endswith("?notice=drafted")
    return answer.headers["location"].removeprefix("/agreements/").partition("?")[0]


def signed(sides: Sides, client: AppClient, ref: str, verb: str) -> httpx.Response:
    page = client.get(f"/agreements/{ref}")
    digest = re.search(r'name="digest" value="([0-9a-f]{64})"', page.text)[1]
    act = re.search(r'name="act" value="([^"]+)"', page.text)[1]
    assert act == f"cooperation.{verb}:{ref}"
    who = sides.school_lead if client is school_client(sides) else sides.umbrella_lead
    data = {"digest": digest, "assertion": sides.assertion(who, act, digest)}
    return client.post(f"/agreements/{ref}/{verb}", data=data)


def test_a_school_without_agreements_reads_that_nothing_is_lost(sides: Sides) -> None:
    page = school_client(sides, Role.COUNSELLOR).get("/agreements")
    assert "Ei sopimuksia. Ilman sopimusta merkin voi silti tarkistaa ja hyväksyä." in page.text
    assert "/agreements/new" not in page.text  # a counsellor reads
    assert re.search(r'href="/agreements"[^>]* aria-current', page.text)
    assert "/agreements/new" in school_client(sides).get("/agreements").text


def test_an_agreement_is_written_offered_confirmed_downloaded_and_ended_by_its_pages(sides: Sides) -> None:
    school, umbrella = school_client(sides), umbrella_client(sides)
    form = school.get("/agreements/new")
    assert 'value="Opinto-ohjaaja"' in form.text
    assert f'value="{sides.umbrella.institution.id}"' in form.text
    ref = written(sides)
    assert umbrella.get(f"/agreements/{ref}").status_code == NOT_FOUND
    answer = signed(sides, school, ref, "offer")
    assert answer.headers.get("location") == f"/agreements/{ref}?notice=offered", answer.text
    assert "Odottaa teidän vahvistustanne" in umbrella.get("/agreements").text
    assert "Odottaa teidän vahvistustanne" not in school.get("/agreements").text
    answer = signed(sides, umbrella, ref, "confirm")
    assert answer.headers.get("location") == f"/agreements/{ref}?notice=confirmed", answer.text
    page = school.get(f"/agreements/{ref}")
    for words in ("voimassa ·", "työstä enintään 12 kk", "Suoraan", "Opettaja", "Polkupyörän huolto"):
        assert words in page.text, words
    file = school.get(f"/agreements/{ref}/agreement.json")
    content = json.loads(file.content)
    assert (content["format"], content["state"]) == ("pateva.cooperation-agreement/1", "in_force")
    assert content["contentDigest"] == sides.stored(ref).content_sha256.hex()
    assert "attachment" in file.headers["content-disposition"]
    version = re.search(r'name="version" value="(\d+)"', page.text)[1]
    late = {"version": version, "when": "day", "ends_on": "1.1.2000"}
    refused = umbrella.post(f"/agreements/{ref}/end", data=late)
    assert refused.status_code == REFUSED
    assert 'value="1.1.2000"' in refused.text
    assert "Valitse myöhempi päivä" in refused.text
    answer = umbrella.post(f"/agreements/{ref}/end", data={"version": version, "when": "now"})
    assert answer.status_code == SEE_OTHER
    assert "päättynyt" in school.get("/agreements").text


def test_a_refused_form_keeps_everything_and_names_each_field(sides: Sides) -> None:
    wrong = {"units": [], "least_shown": "paljon", "assessed_by": "", "valid_from": "eilen", "other": ""}
    answer = school_client(sides).post("/agreements/new", data=fields(sides, **wrong, school_contact="Oma teksti"))
    assert answer.status_code == REFUSED
    for field in ("units", "least_shown", "assessed_by", "valid_from", "other"):
        assert f'href="#{field}"' in answer.text, field
        assert f'id="{field}"' in answer.text, field
    assert 'value="paljon"' in answer.text
    assert 'value="Oma teksti"' in answer.text
    answer = school_client(sides).post("/agreements/new", data=fields(sides, valid_from="15.12.2027"))
    assert answer.status_code == REFUSED
    assert "Sopimus alkaa kuukauden ensimmäisenä päivänä." in answer.text
    answer = school_client(sides).post("/agreements/new", data=fields(sides, school_contact="opo@oppilaitos.fi"))
    assert 'id="school_contact-error"' in answer.text


def test_a_unit_is_found_ticked_and_kept_while_one_searches_on(sides: Sides) -> None:
    found = school_client(sides).post(
        "/agreements/new", data=fields(sides, units=[], q="polkupyörän", act="search", assessed_by="Oma teksti")
    )
    assert found.status_code == OK
    assert f'value="{BICYCLE}"' in found.text
    assert 'value="Oma teksti"' in found.text
    more = school_client(sides).post("/agreements/new", data=fields(sides, q="ei mitään sellaista", act="search"))
    assert f'value="{BICYCLE}" checked' in more.text
    assert "Ei löytynyt." in more.text
    assert "Ei sopimuksia." in school_client(sides).get("/agreements").text  # searching stores nothing


def test_a_file_of_another_agreement_fills_the_form_and_anything_else_is_told(sides: Sides) -> None:
    school = school_client(sides)
    ref = written(sides, least_shown="17")
    data = school.get(f"/agreements/{ref}/agreement.json").content
    filled = school.post(
        "/agreements/new", data=fields(sides, act="file"), files={"file": ("a.json", data, "application/json")}
    )
    assert filled.status_code == OK
    assert 'value="17"' in filled.text
    broken = school.post(
        "/agreements/new", data=fields(sides, act="file"), files={"file": ("a.json", b"{}", "application/json")}
    )
    assert broken.status_code == REFUSED
    assert 'id="file-error"' in broken.text
    after = school.get(f"/agreements/new?after={ref}")
    assert 'value="17"' in after.text


def test_of_two_editors_the_second_keeps_the_input_and_reads_what_differs(sides: Sides) -> None:
    ref = written(sides)
    change(sides.outside, sides.school_lead, ref, good_terms(sides.today, least_shown=9, assessed_by="Toinen"), seen=1)
    answer = school_client(sides).post(f"/agreements/{ref}/edit", data=fields(sides, version="1", assessed_by="Minun"))
    assert answer.status_code == REFUSED
    assert "Työtoverisi tallensi ensin" in answer.text
    assert "Kuka arvioi: Toinen" in answer.text
    assert 'value="Minun"' in answer.text
    assert 'name="version" value="2"' in answer.text
    again = school_client(sides).post(f"/agreements/{ref}/edit", data=fields(sides, version="2", assessed_by="Minun"))
    assert again.status_code == SEE_OTHER
    assert sides.stored(ref).terms.assessed_by == "Minun"


def test_the_other_side_gives_back_and_the_writer_drops(sides: Sides) -> None:
    ref = written(sides)
    signed(sides, school_client(sides), ref, "offer")
    answer = umbrella_client(sides).post(f"/agreements/{ref}/give-back", data={"version": "2"})
    assert answer.headers.get("location") == "/agreements?notice=given_back"
    stale = school_client(sides).post(f"/agreements/{ref}/drop", data={"version": "2"})
    assert (stale.status_code, "ehti muuttaa" in stale.text) == (REFUSED, True)
    assert school_client(sides).post(f"/agreements/{ref}/drop", data={"version": "3"}).status_code == SEE_OTHER
    assert sides.stored(ref).state is CooperationState.ENDED


def test_without_the_passkey_the_page_says_so_and_nothing_changes(sides: Sides) -> None:
    ref = written(sides)
    page = school_client(sides).get(f"/agreements/{ref}")
    digest = re.search(r'name="digest" value="([0-9a-f]{64})"', page.text)[1]
    answer = school_client(sides).post(f"/agreements/{ref}/offer", data={"digest": digest, "assertion": "{}"})
    assert (answer.status_code, "Laite ei vahvistanut" in answer.text) == (FORBIDDEN, True)
    assert sides.stored(ref).state is CooperationState.DRAFT


def test_a_provider_in_the_umbrellas_name_reads_and_changes_nothing(sides: Sides) -> None:
    ref = sides.in_force()
    client = sides.school.provider.client(Role.RESPONSIBLE_PERSON)
    page = client.get(f"/agreements/{ref}")
    assert "nämä ehdot koskevat teidänkin merkkejänne" in page.text
    assert "/end" not in page.text
    assert "Merkeissänne on nimi Osaamismerkit." in client.get("/agreements").text
    assert client.get("/agreements/new").status_code == SEE_OTHER
    assert client.post(f"/agreements/{ref}/end", data={"version": "3", "when": "now"}).status_code == NOT_FOUND
    assert client.get(f"/agreements/{ref}/edit").status_code == SEE_OTHER


def test_a_school_sets_levels_and_a_colleague_who_was_faster_is_not_overwritten(sides: Sides) -> None:
    client, did = school_client(sides), str(sides.umbrella.institution.did)
    assert "ei tunneta" in client.get("/agreements/levels").text
    wanted = {"issuer": did, "level": "recognised", "version": "0"}
    assert client.post("/agreements/levels", data=wanted).status_code == SEE_OTHER
    assert client.post("/agreements/levels", data=wanted).status_code == REFUSED
    answer = client.post("/agreements/levels", data={"issuer": "merkki", "level": "recognised", "version": "0"})
    assert (answer.status_code, 'value="merkki"' in answer.text) == (REFUSED, True)
    assert umbrella_client(sides).get("/agreements/levels").status_code == FORBIDDEN  # not an administrator


def test_the_desk_tells_level_and_terms_in_words_and_marks_the_agreed_route(sides: Sides) -> None:
    client, school = sides.school.desk.client(Role.COUNSELLOR), sides.school
    ref = school.sent(school.ready.issued())
    page = client.get(f"/desk/{ref}")
    assert "Oppilaitoksen luottamustaso: ei tunneta." in page.text
    assert "Ei sopimusta. Merkin voi silti tarkistaa ja hyväksyä." in page.text
    set_level(sides.outside, sides.school_lead, str(sides.umbrella.institution.did), "recognised", seen=0)
    assert "Oppilaitoksen luottamustaso: tunnistettu." in client.get(f"/desk/{ref}").text
    agreement = sides.in_force(route=Route.ASSESSORS, least_shown=3)
    page = client.get(f"/desk/{ref}")
    for words in (
        "Oppilaitoksen luottamustaso: sopimus.",
        "Tutkinnon osa: <strong>täyttyy</strong>.",
        "Osoitettuja vaatimuksia on 6, sovittu vähintään 3.",
        "Tapa: <strong>ei tiedossa</strong>. Sovittu: Arvioijien kautta.",
        "Tapa on valittu valmiiksi sopimuksen mukaan. Voit valita toisin.",
        f'href="/agreements/{agreement}"',
    ):
        assert words in page.text, words
    assert re.search(r'value="0002" checked', page.text)
    assert school.case(ref).work.route is None


def test_an_agreement_on_another_unit_is_a_note(sides: Sides) -> None:
    with sides.outside.database.read() as uow:
        units = [one for one in uow.catalogue.search(("1",), limit=50) if one.unit is not None and one.unit.code]
    other = next(one.unit for one in units if one.unit.code != BICYCLE.code)
    sides.in_force(units=(UnitRef.of(other),), route=Route.DIRECT)
    ref = sides.school.sent(sides.school.ready.issued())
    page = sides.school.desk.client(Role.COUNSELLOR).get(f"/desk/{ref}")
    assert "Ei sopimusta tästä tutkinnon osasta. Merkin voi silti tarkistaa ja hyväksyä." in page.text
    assert "Tutkinnon osa: <strong>ei täyty</strong>." in page.text
    assert not re.search(r'name="route" value="\d{4}" checked', page.text)
    covering = sides.in_force()
    page = sides.school.desk.client(Role.COUNSELLOR).get(f"/desk/{ref}")
    assert re.findall(r'href="/agreements/([\w-]+)"', page.text) == [covering]  # what rules another unit is no use here
    assert "Päällekkäisiä" not in page.text


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_the_pages_are_whole_in_every_language(sides: Sides, language: str) -> None:
    client, ref = school_client(sides), sides.in_force(whole_unit=True)
    sides.in_force()
    for path in ("/agreements", "/agreements/new", "/agreements/levels", f"/agreements/{ref}"):
        page = client.get(f"{path}?lang={language}")
        assert page.status_code == OK
        assert f'<html lang="{language}"' in page.text
        assert "cooperation." not in re.sub(r'(href|value|act|name|id|src)="[^"]*"', "", page.text)
