"""The pages of a school's desk: scan, compare, decide, and what the learner then reads."""

import json
import re
from collections.abc import Iterator

import httpx
import pytest
from desk import Desk
from own import own_client
from recognition import School, school_beside
from software_passkey import add_passkey

from issuer.domain.permissions import Role
from issuer.services import signing_act
from issuer.services.recognition.decide_case import act_name
from issuer.services.recognition.stored_case import Case

SEE_OTHER, OK, REFUSED, NOT_FOUND = 303, 200, 422, 404


@pytest.fixture
def school(desk: Desk) -> Iterator[School]:
    with school_beside(desk) as opened:
        yield opened


def scanned(school: School, text: str, role: Role = Role.COUNSELLOR) -> str:
    answer = school.desk.client(role).post("/desk/scan", data={"text": text})
    assert answer.status_code == SEE_OTHER, answer.text
    return answer.headers["location"].removeprefix("/desk/")


def version(page: httpx.Response) -> str:
    return re.search(r'name="version" value="(\d+)"', page.text)[1]


def shown(case: Case) -> dict[str, str]:
    """What the form holds unseen: of which state and unit it is."""
    return {"version": str(case.row.version), "unit": str(case.row.unit)}


def fields(school: School, ref: str) -> dict[str, str]:
    """What the form of the desk holds when everything shown is accepted."""
    case = school.case(ref)
    rows = {one.position: "accept" if one.key in case.seen else "not" for one in case.unit.requirements}
    data = {f"row-{position}": choice for position, choice in rows.items()}
    data |= {f"reason-{position}": "absent" for position, choice in rows.items() if choice == "not"}
    return data | {"route": "0001", "identity_seen": "yes", "name": "Aino", **shown(case)}


def signed(school: School, ref: str, role: Role = Role.COUNSELLOR) -> dict[str, str]:
    """What the form of the decision page sends once the passkey has confirmed it."""
    client, who = school.desk.client(role), school.desk.staff[role]
    page = client.get(f"/desk/{ref}/decide")
    assert page.status_code == OK, page.text
    digest = re.search(r'name="digest" value="([0-9a-f]{64})"', page.text)[1]
    passkey = add_passkey(school.desk.outside, who)
    assertion = passkey.confirm(signing_act.begin(school.desk.outside, who, act_name(ref), bytes.fromhex(digest)))
    return {"digest": digest, "assertion": assertion}


def decided(school: School, ref: str) -> httpx.Response:
    return school.desk.client(Role.COUNSELLOR).post(f"/desk/{ref}/decide", data=signed(school, ref))


def test_a_link_becomes_a_case_a_decision_and_a_page_for_the_learner(school: School) -> None:
    client = school.desk.client(Role.COUNSELLOR)
    ref = scanned(school, school.link(school.ready.issued()))
    page = client.get(f"/desk/{ref}")
    assert page.status_code == OK
    assert "Merkki on aito ja voimassa" in page.text
    answer = client.post(f"/desk/{ref}", data=fields(school, ref) | {"act": "decide"})
    assert answer.headers.get("location") == f"/desk/{ref}/decide", answer.text
    answer = decided(school, ref)
    assert answer.headers.get("location") == f"/desk/{ref}/decision?notice=decided", answer.text
    assert ref in client.get("/desk/closed").text
    assert ref not in client.get("/desk").text
    after = client.get(f"/desk/{ref}/decision")
    receipt = client.get(f"/desk/{ref}/receipt.json")
    assert json.loads(receipt.content)["issuer"]["id"] == school.desk.institution.did
    link = re.search(r'value="[^"]*(/decision/[A-Za-z0-9_-]{22})"', after.text)[1]
    anyone = school.desk.client(Role.ADMINISTRATOR)
    told = anyone.get(link)
    assert told.status_code == OK
    assert "6 / 28" in told.text or "6 / 9" in told.text
    assert anyone.get(f"{link}/receipt.json").content == receipt.content
    mine = own_client(school.provider, school.holder.person_id)
    assert ref in mine.get("/my/cases").text
    assert mine.get(f"/my/cases/{ref}").status_code == OK
    asked = mine.post(f"/my/cases/{ref}/correction", data={"words": "Yksi vaatimus puuttuu."})
    assert asked.status_code == SEE_OTHER
    assert "Yksi vaatimus puuttuu." in client.get(f"/desk/{ref}/decision").text


def test_the_bulk_button_accepts_what_was_shown_and_keeps_the_rest_as_it_was(school: School) -> None:
    client = school.desk.client(Role.COUNSELLOR)
    ref = scanned(school, school.link(school.ready.issued()))
    data = shown(school.case(ref)) | {"act": "accept", "route": "0002", "name": ""}
    assert client.post(f"/desk/{ref}", data=data).status_code == SEE_OTHER
    case = school.case(ref)
    assert {key for key, row in case.work.rows.items() if row.choice == "accept"} == set(case.seen)
    assert case.work.route == "0002"


def test_going_on_without_a_route_names_what_is_missing_and_keeps_everything(school: School) -> None:
    client = school.desk.client(Role.COUNSELLOR)
    ref = scanned(school, school.link(school.ready.issued()))
    answer = client.post(f"/desk/{ref}", data=fields(school, ref) | {"act": "decide", "route": "", "identity_seen": ""})
    assert answer.status_code == REFUSED
    assert "Valitse, miten osaaminen todennetaan." in answer.text
    assert "Katso ensin henkilöllisyystodistus" in answer.text
    assert school.case(ref).name == "Aino"


def test_whoever_saves_second_keeps_the_typed_text_and_is_told_what_differs(school: School) -> None:
    ref = scanned(school, school.link(school.ready.issued()))
    mine = fields(school, ref) | {"act": "save", "learner_words": "Minun sanani"}
    theirs = school.desk.client(Role.ASSESSOR)
    first = fields(school, ref) | {"act": "save"}
    first["row-1"], first["reason-1"] = "not", "outdated"
    assert theirs.post(f"/desk/{ref}", data=first).status_code == SEE_OTHER
    answer = school.desk.client(Role.COUNSELLOR).post(f"/desk/{ref}", data=mine)
    assert answer.status_code == REFUSED
    assert "Ei · Ajantasaisuus" in answer.text
    assert "Nämäkin kohdat ovat työtoverillasi toisin: Sanat oppijalle (ei pakko)</li>" in answer.text
    assert "Minun sanani" in answer.text
    again = mine | {"version": version(answer)}
    assert school.desk.client(Role.COUNSELLOR).post(f"/desk/{ref}", data=again).status_code == SEE_OTHER


def test_of_two_at_the_decision_page_one_decides_and_the_other_is_told(school: School) -> None:
    ref = scanned(school, school.link(school.ready.issued()))
    first, second = (school.desk.client(role) for role in (Role.COUNSELLOR, Role.ASSESSOR))
    typed = fields(school, ref)
    assert first.post(f"/desk/{ref}", data=typed | {"act": "decide"}).status_code == SEE_OTHER
    forms = {role: signed(school, ref, role) for role in (Role.COUNSELLOR, Role.ASSESSOR)}
    assert "notice=decided" in first.post(f"/desk/{ref}/decide", data=forms[Role.COUNSELLOR]).headers["location"]
    answer = second.post(f"/desk/{ref}/decide", data=forms[Role.ASSESSOR], follow_redirects=True)
    assert "Työtoverisi ehti päättää tämän ensin." in answer.text
    late = second.post(f"/desk/{ref}", data=typed | {"act": "save", "learner_words": "Minun sanani"})
    assert late.status_code == REFUSED
    assert "Työtoverisi ehti päättää asian ensin." in late.text
    assert "Minun sanani" in late.text
    assert "Minun sanani" not in second.get(f"/desk/{ref}/decision").text


def test_a_refusal_promises_no_receipt(school: School) -> None:
    ref = scanned(school, school.link(school.ready.issued()))
    rows = {name: "not" for name in fields(school, ref) if name.startswith("row-")}
    reasons = {f"reason-{name.removeprefix('row-')}": "evidence" for name in rows}
    absent = {name: code for name, code in fields(school, ref).items() if name.startswith("reason-")}
    client = school.desk.client(Role.COUNSELLOR)
    sent = fields(school, ref) | rows | reasons | absent | {"act": "decide"}
    assert client.post(f"/desk/{ref}", data=sent).headers.get("location") == f"/desk/{ref}/decide"
    page = client.get(decided(school, ref).headers["location"])
    assert "Päätös on tehty." in page.text
    assert "kuitti on allekirjoitettu" not in page.text


def test_a_form_of_the_unit_before_puts_no_choice_on_the_unit_that_a_colleague_chose(school: School) -> None:
    ref = scanned(school, school.link(school.ready.issued()))
    stale = fields(school, ref) | {"act": "save", "unit": "tutkinnonosat_1/2"}
    before = school.case(ref)
    answer = school.desk.client(Role.COUNSELLOR).post(f"/desk/{ref}", data=stale)
    assert answer.status_code == REFUSED
    assert "Työtoverisi muutti asiaa" in answer.text
    assert 'value="accept" id="row-1" checked' not in answer.text
    assert school.case(ref).work == before.work


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "Liitä linkki tai merkki"),
        ("jotain", "ei löytynyt merkkiä"),
        ("{}", "löytynyt merkkiä|ei ole osaamismerkki"),
    ],
)
def test_what_is_no_badge_opens_no_case(school: School, text: str, sentence: str) -> None:
    answer = school.desk.client(Role.COUNSELLOR).post("/desk/scan", data={"text": text})
    assert answer.status_code == REFUSED
    assert re.search(sentence, answer.text)


def test_a_learners_withdrawal_empties_the_case_and_the_desk_says_so(school: School) -> None:
    ref = school.sent(school.ready.issued())
    mine = own_client(school.provider, school.holder.person_id)
    assert mine.post(f"/my/cases/{ref}/withdraw").status_code == SEE_OTHER
    client = school.desk.client(Role.COUNSELLOR)
    assert client.get(f"/desk/{ref}").status_code == NOT_FOUND
    assert "Tiedot on poistettu" in client.get("/desk/closed").text
