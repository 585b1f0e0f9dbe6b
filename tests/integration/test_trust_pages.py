"""Pages of trust without scripts: a school endorses a place and ends it; two persons change the list; all read it."""

import html
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
import workshop
from desk import Desk, desk_over
from endorsements import assertion, endorsed, foreign_list, of_report
from environments import recognised

from issuer.domain.catalogue_choice import helsinki_day
from issuer.domain.permissions import Role, StaffMember
from issuer.services.endorsements.endorse import ACT
from issuer.services.publish_trust_list import publish_trust_list_if_due
from issuer.services.registry.change_list import PROPOSE, confirm_act


@pytest.fixture
def school(desk: Desk) -> Iterator[Desk]:
    with desk_over(desk.installation, kind="school", name="Esimerkkiopisto", number=1) as opened:
        yield opened


@pytest.fixture
def house(desk: Desk) -> Desk:
    """The institution that signs the list, in the same application."""
    return replace(desk, institution=desk.installation.umbrella, clients={})


def hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found is not None, name
    return html.unescape(found[1])


def confirmed(desk: Desk, who: StaffMember, page: str, act: str) -> str:
    assert hidden(page, "act") == act
    return assertion(desk, who, act, bytes.fromhex(hidden(page, "digest")))


def test_a_school_endorses_a_place_and_everybody_reads_until_when(desk: Desk, school: Desk) -> None:
    report = recognised(desk).report
    admin, client = school.staff[Role.ADMINISTRATOR], school.client(Role.ADMINISTRATOR)
    assert "Oppilaitos ei ole vielä vahvistanut yhtään paikkaa" in client.get("/places").text
    form = client.get(f"/places/endorse?report={report.id}")
    until = helsinki_day(school.outside.now()) + timedelta(days=30)
    sent = {"of": report.id, "report": report.id, "until": until.isoformat(), "comment": "Kävimme paikalla."}
    assert hidden(form.text, "of") == report.id
    late = client.post("/places/endorse", data=sent | {"until": "2099-01-01"})
    assert late.status_code == 422
    assert "Kävimme paikalla." in late.text
    telling = client.post("/places/endorse", data=sent | {"comment": "Kuntoutuspaikka"})
    assert (telling.status_code, "Kuntoutuspaikka" in telling.text) == (422, True)
    page = client.post("/places/endorse", data=sent).text
    answer = confirmed(school, admin, page, ACT)
    signed = {name: hidden(page, name) for name in ("of", "report", "until", "comment", "language", "digest")}
    done = client.post("/places/sign", data=signed | {"assertion": answer})
    assert (done.status_code, done.headers["location"]) == (303, "/places?notice=endorsed")
    for path, reader in (
        ("/places", client),
        (f"/environments/{report.id}", client),
        (f"/sites/{report.site_id}", desk.client(Role.SUPERVISOR)),
    ):
        text = reader.get(path).text
        assert "vahvistus on voimassa" in text, path
        assert "Kävimme paikalla." in text, path
    (made,) = of_report(school, report.id)
    envelope = client.get(f"/environments/{report.id}", headers={"Accept": "application/json"}).json()
    assert envelope["endorsements"] == [f"/endorsements/{made.id}"]
    assert client.get(f"/endorsements/{made.id}").json()["type"][1] == "EndorsementCredential"
    assert client.post("/places/end", data={"act": made.act_id}).status_code == 303
    assert "oppilaitos lopetti vahvistuksen" in client.get(f"/environments/{report.id}").text
    assert client.post("/places/end", data={"act": "0"}).status_code == 404


def test_an_expired_endorsement_is_shown_as_expired(desk: Desk, school: Desk) -> None:
    report = recognised(desk).report
    endorsed(school, report.id, until=helsinki_day(school.outside.now()) + timedelta(days=1))
    desk.installation.clock.moved += timedelta(days=3)
    text = school.client(Role.COUNSELLOR).get(f"/environments/{report.id}").text
    assert "vahvistus päättyi" in text
    assert "vahvistus on voimassa" not in text


def test_counsellors_read_places_and_providers_have_none(desk: Desk, school: Desk) -> None:
    report = recognised(desk).report
    counsellor = school.client(Role.COUNSELLOR)
    assert "Vahvista" not in re.sub(r"[Vv]ahvistu\w*|vahvistanut", "", counsellor.get("/places").text)
    assert counsellor.get(f"/places/endorse?report={report.id}").status_code == 403
    assert desk.client(Role.ADMINISTRATOR).get("/places").headers["location"] == "/home"
    assert desk.client(Role.ADMINISTRATOR).get(f"/places/endorse?report={report.id}").status_code == 404
    assert school.client(Role.ADMINISTRATOR).get("/places/endorse?report=0").status_code == 404


ADDED = {
    "did": workshop.KEY.did,
    "kind": "provider",
    "name": "Taitotalo",
    "legal_name": "Taitotalo ry",
    "listed_from": "1.1.2026",
    "units": "106889",
}


def test_two_persons_list_an_institution_and_end_it_and_versions_tell(desk: Desk, house: Desk) -> None:
    first, second = house.add(Role.ADMINISTRATOR), house.add(Role.ADMINISTRATOR)
    one, other = house.client(first), house.client(second)
    assert "Vain oma organisaatio." in one.get("/trust").text
    assert one.get("/registry/add").status_code == 200
    refused = one.post("/registry/add", data=ADDED | {"did": "nobody", "units": "huolto"})
    assert (refused.status_code, "Taitotalo ry" in refused.text) == (422, True)
    page = one.post("/registry/add", data=ADDED).text
    sent = {name: hidden(page, name) for name in ("kind", "content", "digest")}
    tampered = one.post("/registry/propose", data=sent | {"content": sent["content"].replace("talo", "tila")})
    assert tampered.status_code == 422
    answer = confirmed(house, first, page, PROPOSE)
    assert (
        one.post("/registry/propose", data=sent | {"assertion": answer}).headers["location"] == "/trust?notice=proposed"
    )
    assert "Sinä ehdotit tätä" in one.get("/trust").text
    change = re.search(r"/registry/confirm\?change=([0-9a-f-]+)", other.get("/trust").text)
    assert change is not None
    look = other.get(f"/registry/confirm?change={change[1]}").text
    answer = confirmed(house, second, look, confirm_act(change[1]))
    given = {"change": change[1], "digest": hidden(look, "digest"), "assertion": answer}
    assert other.post("/registry/confirm", data=given).headers["location"] == "/trust?notice=done"
    shown = one.get("/trust").text
    assert "Taitotalo" in shown
    assert "Polkupyörän huolto" in shown
    versions = one.get("/registry/versions").text
    assert "tuli luetteloon" in versions
    assert workshop.KEY.did in versions
    public = desk.client(Role.SUPERVISOR).get("/trust/rules").text
    assert "Taitotalo" in public
    assert "allekirjoitus täsmää" in public
    wrong = one.post("/registry/end", data={"did": workshop.KEY.did, "ended_on": "1.1.2020"})
    assert wrong.status_code == 422
    ending = one.post("/registry/end", data={"did": workshop.KEY.did, "ended_on": "1.6.2026"})
    assert "1.6.2026" in ending.text or "2026-06-01" in ending.text


def test_the_list_of_others_is_imported_by_two_and_a_forged_one_is_told(house: Desk) -> None:
    first, second = house.add(Role.ADMINISTRATOR), house.add(Role.ADMINISTRATOR)
    one, other = house.client(first), house.client(second)
    assert one.get("/registry/import").status_code == 200

    def upload(data: bytes):
        return one.post(
            "/registry/import", data={"keys": workshop.OTHER.multibase}, files={"file": ("list.json", data)}
        )

    assert upload(foreign_list(key=workshop.THIRD)).status_code == 422
    page = upload(foreign_list()).text
    sent = {name: hidden(page, name) for name in ("kind", "content", "digest")}
    answer = confirmed(house, first, page, PROPOSE)
    assert one.post("/registry/propose", data=sent | {"assertion": answer}).status_code == 303
    change = re.search(r"/registry/confirm\?change=([0-9a-f-]+)", other.get("/trust").text)
    assert change is not None
    look = other.get(f"/registry/confirm?change={change[1]}").text
    answer = confirmed(house, second, look, confirm_act(change[1]))
    given = {"change": change[1], "digest": hidden(look, "digest"), "assertion": answer}
    assert other.post("/registry/confirm", data=given).headers["location"] == "/trust?notice=done"
    refused = upload(foreign_list(2, key=workshop.THIRD))
    assert (refused.status_code, "Allekirjoitus ei täsmää" in refused.text) == (422, True)
    told = one.get("/trust").text
    assert "https://muualla.example/trust/list.json" in told
    assert "Vanha kopio on käytössä." in told
    assert upload(foreign_list(3)).headers["location"] == "/trust?notice=renewed"


def test_others_read_the_list_and_change_nothing(desk: Desk, school: Desk) -> None:
    publish_trust_list_if_due(desk.outside)
    admin = desk.client(Role.ADMINISTRATOR)
    assert "Ehdolla" not in admin.get("/trust").text
    assert school.client(Role.COUNSELLOR).get("/trust").status_code == 200
    assert desk.client(Role.WORK_COACH).get("/trust").status_code == 403
    for path in ("/registry/add", "/registry/import", "/registry/confirm?change=0"):
        assert admin.get(path).status_code == 404, path
    assert admin.post("/registry/add", data=ADDED).status_code == 404
    assert admin.post("/registry/drop", data={"change": "0"}).status_code == 404
