"""Screens C6, C7, C8 as a participant sees them, without scripts; the answer to a concern at the desk."""

import re
from dataclasses import replace
from datetime import timedelta

import drafts
import own
import participants
import pytest
from app_client import AppClient
from desk import SAME_ORIGIN, Desk

from issuer.db.repositories.erasures import ErasureRepository
from issuer.domain.erasure import Badges
from issuer.domain.errors import ConflictError
from issuer.domain.holder import Holder
from issuer.domain.permissions import Role
from issuer.domain.share_parts import Audience, Part
from issuer.services.coaching import find_participants
from issuer.services.drafts import change_draft
from issuer.services.erasing import erase_person, raise_concern, show_seen
from issuer.services.erasing.refs import concern_ref
from issuer.services.own import take_badge
from issuer.services.sharing import make_share
from issuer.services.sharing.make_share import ShareWish
from issuer.services.staff.staff_names import sealed_name

LANGUAGES = ("fi", "fi-x-selko", "sv", "en")


@pytest.fixture
def person(desk: Desk) -> participants.Participant:
    return participants.participant(desk, "Aino Ääkkönen")


def test_a_reading_stands_at_once_with_when_organisation_role_what_and_why(desk: Desk, person) -> None:
    client = own.own_client(desk, person.person_id)
    before = client.get("/my/seen").text.count("<tr>")
    find_participants.get(desk.outside, desk.staff[Role.PERSONAL_COACH], person.person_id, what="observations")
    page = client.get("/my/seen").text
    assert page.count("<tr>") == before + 1
    row = re.search(r"<tbody>\s*<tr>(.*?)</tr>", page, re.DOTALL)[1]
    for words in ("Työ ja taito", "yksilövalmentaja", "havainnot", "ohjaus ja osaamisen tunnistaminen", "klo"):
        assert words in row
    assert 'data-screen="C6"' in page
    assert person.person_id not in page


def test_marked_readings_and_days_are_chosen_by_address(desk: Desk, person) -> None:
    client = own.own_client(desk, person.person_id)
    assert client.get("/my/seen?marked=1").text.count("Vastuuhenkilö tarkistaa") == 0
    find_participants.get(desk.outside, desk.staff[Role.GROUP_COACH], person.person_id, what="competence")
    marked = client.get("/my/seen?marked=1").text
    assert marked.count("Vastuuhenkilö tarkistaa") == 1
    assert marked.count("<tr>") == 2
    desk.installation.clock.moved = timedelta(days=8)
    assert "Tällaisia katseluja ei ole" in own.own_client(desk, person.person_id).get("/my/seen?days=7").text


def test_a_concern_reaches_the_responsible_person_and_its_answer_the_participant(desk: Desk, person) -> None:
    lead = desk.staff[Role.RESPONSIBLE_PERSON]
    with desk.outside.database.write() as uow:
        uow.staff.set_sealed(lead.id, sealed_name(desk.outside, lead.id, "Leena Vastuu"))
    find_participants.get(desk.outside, desk.staff[Role.GROUP_COACH], person.person_id, what="competence")
    client = own.own_client(desk, person.person_id)
    address = re.search(r'href="(/my/seen/[\w-]{22}/concern)"', client.get("/my/seen").text)[1]
    assert "Leena Vastuu" in client.get(address).text
    assert client.post(address, data={"words": "x" * 601}).status_code == 422
    sent = client.post(address, data={"words": "En tunne tätä ihmistä."})
    assert sent.headers["location"] == "/my/seen?done=sent"
    assert client.post(address, data={"words": ""}).status_code == 422

    staff = desk.client(Role.RESPONSIBLE_PERSON)
    assert "/concerns" in staff.get("/home").text
    page = staff.get("/concerns").text
    assert "En tunne tätä ihmistä." in page
    form = re.search(r'action="(/concerns/([\w-]{22}))"', page)
    assert staff.post(form[1], data={f"answer-{form[2]}": ""}).status_code == 422
    assert staff.post(form[1], data={f"answer-{form[2]}": "Puhuin hänen kanssaan."}).status_code == 303
    assert staff.post(form[1], data={f"answer-{form[2]}": "Toinen"}).status_code == 404
    assert "Puhuin hänen kanssaan." in client.get("/my/seen").text
    assert "viestisi katselusta" in client.get("/my/seen").text


def test_an_answer_that_came_second_is_refused_and_not_noted(desk: Desk, person, monkeypatch) -> None:
    find_participants.get(desk.outside, desk.staff[Role.GROUP_COACH], person.person_id, what="competence")
    who = Holder(person_id=person.person_id, institution_id=desk.institution.id, shared_device=False, supported=False)
    raise_concern.raise_concern(desk.outside, who, show_seen.seen(desk.outside, who).rows[0].ref, "")
    lead = desk.staff[Role.RESPONSIBLE_PERSON]
    (concern,) = raise_concern.open_concerns(desk.outside, lead)
    monkeypatch.setattr(ErasureRepository, "answer_concern", lambda *_, **__: False)
    with pytest.raises(ConflictError, match=r"state\.conflict"):
        raise_concern.answer(desk.outside, lead, concern_ref(desk.outside.link_secret, concern.id), "Toinen")
    with desk.outside.database.read() as uow:
        assert not [entry for _, _, entry, _ in uow.audit.rows() if "concern.answered" in entry]


def test_filters_come_before_the_most_that_is_shown_and_older_rows_are_told_of(desk: Desk, person, monkeypatch) -> None:
    monkeypatch.setattr(show_seen, "MOST_SHOWN", 2)
    who = Holder(person_id=person.person_id, institution_id=desk.institution.id, shared_device=False, supported=False)
    readers = (Role.GROUP_COACH, *[Role.PERSONAL_COACH] * 3)  # the first is no coach of the person: marked
    for number, role in enumerate(readers):
        desk.installation.clock.moved = timedelta(minutes=number)
        find_participants.get(desk.outside, desk.staff[role], person.person_id, what="competence")
    found = show_seen.seen(desk.outside, who)
    assert (len(found.rows), found.cut, found.since) == (2, True, found.rows[-1].at)
    old = [one for one in show_seen.seen(desk.outside, who, marked=True).rows if one.marked]
    assert old
    assert show_seen.one(desk.outside, who, old[-1].ref) == old[-1]
    assert "Vanhempia ei näytetä" in own.own_client(desk, person.person_id).get("/my/seen").text


def test_others_readings_and_concerns_are_absent(desk: Desk, person) -> None:
    other = participants.participant(desk, "Toinen Ihminen")
    find_participants.get(desk.outside, desk.staff[Role.GROUP_COACH], other.person_id, what="competence")
    theirs = own.own_client(desk, other.person_id)
    address = re.search(r'href="(/my/seen/[\w-]{22}/concern)"', theirs.get("/my/seen").text)[1]
    mine = own.own_client(desk, person.person_id)
    assert mine.get(address).status_code == 404
    assert mine.post(address, data={"words": ""}).status_code == 404
    assert desk.client(Role.WORK_COACH).get("/concerns").status_code == 403


def test_a_permission_is_taken_back_with_one_press_and_its_receipt_stays(desk: Desk, person) -> None:
    client = own.own_client(desk, person.person_id)
    page = client.get("/my/consents").text
    assert 'data-screen="C7"' in page
    for words in ("Osaamisen tunnistaminen", "Nimi, kielet, havainnot", "Työ ja taito", "paperilla", "kieli suomi"):
        assert words in page
    receipts = client.get("/my/consents/receipts.json").json()["receipts"]
    (one,) = receipts
    assert (one["purpose"], one["given"], one["textVersion"], one["textLanguage"], one["inForce"]) == (
        "coaching",
        "paper",
        "1",
        "fi",
        True,
    )
    assert one["text"]["title"] == "Osaamisen tunnistaminen"
    assert client.post("/my/consents/coaching/withdraw").headers["location"] == "/my/consents?done=withdrawn"
    assert client.post("/my/consents/coaching/withdraw").headers["location"] == "/my/consents"
    assert client.post("/my/consents/other/withdraw").status_code == 404
    assert "Et ole antanut lupia." in client.get("/my/consents").text
    (one,) = client.get("/my/consents/receipts.json").json()["receipts"]
    assert one["inForce"] is False
    assert one["withdrawnAt"] is not None


def test_erasing_on_two_pages_closes_the_view_and_clears_the_browser(desk: Desk, person) -> None:
    client = own.own_client(desk, person.person_id)
    page = client.get("/my/erase").text
    assert 'data-screen="C8"' in page
    assert "checked" not in page  # nothing is chosen for the participant
    assert client.post("/my/erase/confirm", data={}).status_code == 422
    chosen = {"badges": "keep", "when": "now"}
    confirm = client.post("/my/erase/confirm", data=chosen)
    assert confirm.status_code == 200
    assert "Poista tietoni nyt" in confirm.text
    done = client.post("/my/erase", data=chosen)
    assert (done.status_code, done.headers["location"]) == (303, "/erased")
    assert "storage" in done.headers["clear-site-data"]
    assert "Meillä ei ole enää tietojasi" in client.get("/erased").text
    assert client.get("/my/erase").status_code == 401


def test_a_week_to_think_can_be_undone_on_the_same_page(desk: Desk, person) -> None:
    client = own.own_client(desk, person.person_id)
    chosen = {"badges": "withdraw", "when": "week"}
    assert client.post("/my/erase", data=chosen).headers["location"] == "/my/erase?done=waits"
    page = client.get("/my/erase").text
    assert "Peru poisto" in page
    assert client.post("/my/erase", data=chosen).status_code == 422
    assert client.post("/my/erase/undo").headers["location"] == "/my/erase?done=undone"
    assert client.post("/my/erase/undo").status_code == 422
    assert "Peru poisto" not in client.get("/my/erase").text


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pages_speak_every_language(desk: Desk, person, language: str) -> None:
    client = own.own_client(desk, person.person_id, language=language)
    for path in ("/my/seen", "/my/consents", "/my/erase", "/erased", "/erased?soon=1"):
        page = client.get(path)
        assert page.status_code == 200
        assert f'lang="{language}"' in page.text


def test_share_links_of_an_erased_person_are_unknown(desk: Desk) -> None:
    ready = drafts.ready(desk)
    badge, person_id = ready.issued(), ready.person.person_id
    who = Holder(person_id=person_id, institution_id=desk.institution.id, shared_device=False, supported=False)
    take_badge.keep(desk.outside, who, badge)
    wish = ShareWish(audience=Audience.ANYONE, parts=frozenset(Part))
    link = make_share.make(desk.outside, who, badge, wish).url
    with AppClient(desk.app, base_url=desk.installation.settings.public_url, headers=SAME_ORIGIN) as anybody:
        assert anybody.get(link).status_code == 200
        assert "avattu kerran" in own.own_client(desk, person_id).get("/my/seen").text
        erase_person.erase(desk.outside, person_id, badges=Badges.KEEP, actor="cli")
        assert anybody.get(link).status_code == 404


def test_what_was_permitted_in_a_badge_stands_beside_the_permissions(desk: Desk) -> None:
    ready = drafts.ready(desk)
    draft_id = ready.started()
    wanted = replace(ready.content(draft_id), holder_name="Aino Ääkkönen")
    change_draft.change(desk.outside, ready.coach, draft_id, wanted, seen=ready.draft(draft_id).digest.hex())
    client = own.own_client(desk, ready.person.person_id)
    assert "Luvat merkeissäsi" not in client.get("/my/consents").text
    ready.approved(ready.in_review(draft_id))
    assert "Merkissä on nimesi." in client.get("/my/consents").text
    (one,) = client.get("/my/consents/receipts.json").json()["inBadges"]
    assert one["what"] == ["holder_name"]
