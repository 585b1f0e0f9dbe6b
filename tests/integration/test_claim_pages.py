"""Coming in and taking a badge over HTTP: slips, guesses, the three steps, together, on paper, by passkey."""

import html
import io
import json
import logging
import re
import secrets
from datetime import timedelta

import drafts
import own
import participants
import pytest
from app_client import AppClient
from desk import SAME_ORIGIN, Desk

from issuer import operation_log
from issuer.domain import typed_code
from issuer.domain.permissions import Role
from issuer.services.own.make_slip import Known, make_slip

ADDRESS = "203.0.113.7"
ASKED = {"name_used": "yes", "own_record": "yes"}


@pytest.fixture
def logged():
    """All that the application writes into its log."""
    root = logging.getLogger()
    saved = root.handlers, root.level
    stream = io.StringIO()
    operation_log.configure(stream)
    yield stream
    root.handlers = saved[0]
    root.setLevel(saved[1])


def stranger(desk: Desk, address: str = "127.0.0.1", language: str = "fi") -> AppClient:
    """Somebody's browser, without any cookie."""
    headers = {"Accept-Language": language, **SAME_ORIGIN}
    client = AppClient(desk.app, base_url=desk.installation.settings.public_url, address=address, headers=headers)
    return desk.stack.enter_context(client)


def slip_of(desk: Desk, person, data=None) -> str:
    """Make a slip as a coach does, by the page; return the typed code as printed."""
    answer = desk.client(Role.PERSONAL_COACH).post(f"/people/{person.number:03d}/slip", data=data or {})
    assert answer.status_code == 200, answer.text
    (code,) = re.findall(r'class="slip-code">([0-9A-Z ]{19})<', answer.text)
    return code


def waiting(desk: Desk):
    """A participant for whom a badge waits, a browser that came in by the typed code, and the badge's address."""
    ready = drafts.ready(desk)
    badge_id = ready.issued()
    code = slip_of(desk, ready.person)
    client = stranger(desk)
    answer = client.post("/c", data={"code": code})
    assert (answer.status_code, answer.headers["location"]) == (303, "/take")
    step = client.get("/take").headers["location"]
    return ready, badge_id, client, step


def state_of(desk: Desk, badge_id: str) -> str:
    with desk.outside.database.read() as uow:
        return uow.credentials.get(badge_id).state


def test_a_badge_is_seen_kept_and_taken_along_by_a_typed_code(both_desks):
    _, badge_id, client, step = waiting(both_desks)
    seen = client.get(step)
    assert "Sinulle on osaamismerkki" in seen.text
    assert "Merkissä ei ole nimeäsi" in seen.text
    assert client.get(f"{step}/how").headers["location"] == f"{step}/keep"
    assert "Pidän merkin" in client.get(f"{step}/keep").text
    assert state_of(both_desks, badge_id) == "issued"
    kept = client.post(f"{step}/keep")
    assert (kept.status_code, kept.headers["location"]) == (303, f"{step}/how")
    assert state_of(both_desks, badge_id) == "delivered"
    page = client.get(f"{step}/how")
    links = re.findall(r'href="(/my/[^"]+\.(?:json|png|svg|zip|pdf))"', page.text)
    assert len(links) == 6
    for link in links:
        answer = client.get(link)
        assert answer.status_code == 200
        assert answer.headers["cache-control"] == "no-store"
        assert 'filename="osaamis' in answer.headers["content-disposition"]
    again = client.post(f"{step}/keep")
    assert again.status_code == 409
    assert "Merkki on jo sinun. Mitään ei muutettu." in again.text
    assert client.post(f"{step}/no").status_code == 409
    assert state_of(both_desks, badge_id) == "delivered"


def test_a_badge_that_is_not_wanted_goes_without_a_question_why(desk):
    _, badge_id, client, step = waiting(desk)
    assert client.get(f"{step}/no").status_code == 200
    assert state_of(desk, badge_id) == "issued"
    assert client.post(f"{step}/no").headers["location"] == "/take?notice=refused"
    assert "Merkki on poistettu käytöstä toiveestasi." in client.get("/take?notice=refused").text
    assert state_of(desk, badge_id) == "withdrawn"
    assert client.post(f"{step}/keep").status_code == 409
    assert "Tämä merkki ei ole käytössä" in client.get(f"{step}/how").text


def test_not_now_leaves_everything_and_tells_until_when_the_slip_works(desk):
    _, badge_id, client, _ = waiting(desk)
    assert "Lappu toimii" in client.get("/take/later").text
    assert state_of(desk, badge_id) == "issued"


def test_looking_at_a_slips_link_lets_nobody_in(desk):
    person = participants.participant(desk)
    answer = desk.client(Role.WORK_COACH).post(f"/people/{person.number:03d}/slip")
    assert "c/" not in re.sub(r"<svg.*?</svg>", "", answer.text.replace("/static/", ""), flags=re.DOTALL)
    known = Known(name_used=True, own_record=True)
    token = make_slip(desk.outside, desk.staff[Role.WORK_COACH], person.person_id, known=known).link_token
    scanner = stranger(desk)
    for _ in range(3):
        seen = scanner.get(f"/c/{token}")
        assert seen.status_code == 200
        assert "set-cookie" not in seen.headers
    with desk.outside.database.read() as uow:
        assert uow.own_access.slip(person.person_id).used_at is None
    came = scanner.post(f"/c/{token}", data={"device": "shared"})
    assert came.headers["location"] == "/my"
    assert "Max-Age" not in came.headers["set-cookie"]
    mine = stranger(desk).post(f"/c/{token}", data={"device": "mine"})
    assert "Max-Age" in mine.headers["set-cookie"]


def test_wrong_replaced_and_odd_codes_get_the_same_answer(desk):
    person = participants.participant(desk)
    old = slip_of(desk, person)
    slip_of(desk, person, ASKED)
    client = stranger(desk)
    never = typed_code.grouped(typed_code.write(secrets.token_bytes(10)))
    bodies = {re.sub(r'value="[^"]*"', "", client.post("/c", data={"code": one}).text) for one in (old, never)}
    assert len(bodies) == 1
    for odd in ("", "x", "\x00" * 16, "ä" * 16, "9" * 10_000):
        answer = client.post("/c", data={"code": odd})
        assert answer.status_code == 422
        assert "Koodi ei toiminut." in answer.text
    for token in ("A" * 22, "x", "%00", "A" * 199):
        assert client.get(f"/c/{token}").status_code == 404
        assert client.post(f"/c/{token}").status_code == 404


def test_after_five_misses_even_the_right_code_has_to_wait(desk):
    code = slip_of(desk, participants.participant(desk))
    guesser = stranger(desk, ADDRESS)
    wrong = typed_code.write(bytes(10))
    assert [guesser.post("/c", data={"code": wrong}).status_code for _ in range(5)] == [422] * 5
    answer = guesser.post("/c", data={"code": code})
    assert answer.status_code == 429
    assert 1 <= int(answer.headers["retry-after"]) <= 60
    assert "Odota 1 min" in html.unescape(answer.text)
    assert stranger(desk, "198.51.100.9").post("/c", data={"code": code}).status_code == 303


def test_thousands_of_guesses_at_codes_and_links_hit_nothing_and_meet_a_wall(desk):
    people = [participants.participant(desk, f"Nimi {number}") for number in range(5)]
    for person in people:
        slip_of(desk, person)
    client = stranger(desk)  # loopback: only the bound of the whole installation holds it back
    statuses = [
        client.post("/c", data={"code": typed_code.write(secrets.token_bytes(10))}).status_code for _ in range(1_200)
    ]
    assert set(statuses) == {422, 429}
    assert statuses.count(422) == 1_000
    outside = stranger(desk, ADDRESS)
    links = [outside.post(f"/c/{secrets.token_urlsafe(16)}").status_code for _ in range(800)]
    assert set(links) == {404, 429}
    assert links.count(404) == 60


def test_a_slip_is_made_only_by_those_who_may_and_replaced_only_after_asking(desk):
    person = participants.participant(desk)
    path = f"/people/{person.number:03d}/slip"
    assert desk.client(Role.RESPONSIBLE_PERSON).post(path).status_code == 403
    coach = desk.client(Role.WORK_COACH)
    assert "name_used" not in coach.get(path).text
    first = coach.post(path)
    assert first.headers["cache-control"] == "no-store"
    assert person.name not in re.findall(r'<section class="slip".*?</section>', first.text, re.DOTALL)[0]
    assert "name_used" in coach.get(path).text
    refused = coach.post(path, data={"name_used": "yes"})
    assert refused.status_code == 422
    assert 'href="#own_record"' in refused.text
    assert coach.post(path, data=ASKED).status_code == 200


def test_together_opens_the_steps_and_nothing_else_and_is_closed_for_good(desk):
    ready = drafts.ready(desk)
    badge_id = ready.issued()
    coach = desk.client(Role.WORK_COACH)
    assert coach.get("/together").status_code == 401
    opened = coach.post(f"/people/{ready.person.number:03d}/together")
    assert (opened.status_code, opened.headers["location"]) == (303, "/together")
    page = coach.get("/together")
    assert f"Nyt {ready.person.name} päättää" in page.text
    assert "/my" not in page.text
    assert "/people" not in page.text
    for path in ("/my", "/my/seen", "/take", "/my/keys"):
        assert coach.get(path).status_code in (401, 404), path
    (step,) = re.findall(r'href="(/together/[^"]{22})"', page.text)
    assert coach.get(step).status_code == 200
    assert coach.post(f"{step}/keep").headers["location"] == f"{step}/how"
    assert coach.get(f"{step}/certificate.pdf").headers["content-type"] == "application/pdf"
    value = coach.cookies["t"]
    ended = coach.post("/together/end")
    assert ended.headers["clear-site-data"] == '"cache", "storage"'
    assert coach.get("/c/closed").status_code == 200
    coach.cookies.set("t", value)
    for path in ("/together", step, f"{step}/how", f"{step}/certificate.pdf"):
        assert coach.get(path).status_code == 401
    assert coach.get("/home").status_code == 200
    assert state_of(desk, badge_id) == "delivered"


@pytest.mark.parametrize("supported", [False, True])
def test_a_view_on_a_shared_device_closes_after_twenty_quiet_minutes(desk, supported):
    person = participants.participant(desk)
    client = own.own_client(desk, person.person_id, shared_device=True, supported=supported)
    path = "/together" if supported else "/take"
    assert client.get(path).status_code == 200
    desk.installation.clock.moved += own.own_session.SHARED_IDLE * 1.01
    assert client.get(path).status_code == 401


def test_what_was_said_on_paper_is_filed_as_that(desk):
    ready = drafts.ready(desk)
    badge_id = ready.issued()
    coach, path = desk.client(Role.WORK_COACH), f"/people/{ready.person.number:03d}/paper"
    page = coach.get(path)
    assert "Oma merkki ja päivä" in page.text
    assert "checked" not in page.text
    assert coach.post(path, data={f"badge-{badge_id}": "keep"}).status_code == 422
    assert coach.post(path, data={"paper_kept": "yes"}).status_code == 422
    assert state_of(desk, badge_id) == "issued"
    assert coach.post(path, data={f"badge-{badge_id}": "keep", "paper_kept": "yes"}).status_code == 303
    assert state_of(desk, badge_id) == "delivered"
    with desk.outside.database.read() as uow:
        trail = "".join(row[2] for row in uow.audit.rows())
    assert '"action":"badge.kept"' in trail
    assert '"decision":"paper"' in trail


def test_neither_link_nor_code_nor_name_reaches_the_log(desk, logged):
    ready = drafts.ready(desk, name="Kanarialintu Kelta")
    ready.issued()
    who, known = desk.staff[Role.WORK_COACH], Known(name_used=True, own_record=True)
    old = slip_of(desk, ready.person)
    slip = make_slip(desk.outside, who, ready.person.person_id, known=known)
    client = stranger(desk)
    client.get(f"/c/{slip.link_token}")
    client.post("/c", data={"code": old})
    client.post("/c", data={"code": slip.typed})
    client.post(f"/c/{slip.link_token}", data={"device": "shared"})
    step = client.get("/take").headers["location"]
    client.post(f"{step}/keep")
    client.get(f"/my/{step.rpartition('/')[2]}/badge.json")
    cookie = client.cookies["p"]
    client.post("/my/out")
    text = logged.getvalue()
    ref, signs = step.rpartition("/")[2], slip.typed.replace(" ", "")
    secrets_of = (slip.link_token, slip.typed, signs, signs.lower(), old, cookie, ref, "Kanarialintu")
    assert [one for one in secrets_of if one in text] == []
    paths = {json.loads(line)["path"] for line in text.splitlines()}
    assert {"/c", "/c/{token}", "/take/{ref}/keep", "/my/{ref}/badge.json"} <= paths


def test_many_first_slips_are_printed_at_once_and_open_their_own_views(desk):
    people = [drafts.ready(desk, name="Ensimmäinen")]
    people.append(drafts.ready(desk, name="Toinen", place=people[0].place))
    for one in people:
        one.issued()
    coach = desk.client(Role.WORK_COACH)
    assert 'href="/slips"' in coach.get("/home").text
    assert "2 osallistujaa" in coach.get("/slips").text
    printed = coach.post("/slips").text
    assert "Ensimmäinen" not in printed
    codes = re.findall(r'class="slip-code">([0-9A-Z ]{19})<', printed)
    assert len(set(codes)) == 2
    assert "slip-code" not in coach.post("/slips").text
    for one, code in zip(people, codes, strict=True):
        client = stranger(desk)
        assert client.post("/c", data={"code": code}).status_code == 303
        assert client.get("/take").status_code == 303
        with desk.outside.database.read() as uow:
            assert [row.what for row in uow.coaching.readings_of(one.person.person_id)].count("slip") == 1


def test_slips_that_lie_unused_for_14_days_are_told(desk):
    person = participants.participant(desk)
    code = slip_of(desk, person)
    desk.installation.clock.moved += timedelta(days=13, hours=23)
    coach = desk.client(desk.add(Role.PERSONAL_COACH))
    assert "Yksikään lappu ei ole käyttämättä." in coach.get("/slips").text
    desk.installation.clock.moved += timedelta(hours=1)
    coach = desk.client(desk.add(Role.PERSONAL_COACH))
    assert f"Osallistuja {person.number:03d}" in coach.get("/slips").text
    stranger(desk).post("/c", data={"code": code})
    assert "Yksikään lappu ei ole käyttämättä." in coach.get("/slips").text
