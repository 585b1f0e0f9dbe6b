"""Screens B12–B14 and B21–B23 over HTTP: the way of a draft, refusals at their fields, and who sees whom."""

import re
from dataclasses import replace

import pytest
from desk import BICYCLE, Desk
from drafts import Ready, ready

from issuer.domain.badge_draft import DraftState
from issuer.domain.permissions import Role
from issuer.services import show_badge
from issuer.services.drafts import change_draft

COACH, LEAD = Role.WORK_COACH, Role.RESPONSIBLE_PERSON


def started(one: Ready, **form: str) -> str:
    answer = one.desk.client(COACH).post(
        f"/people/{one.person.code}/drafts", data={"scope": "part", "unit": str(BICYCLE), "language": "fi"} | form
    )
    assert answer.status_code == 303, answer.text
    return re.match(r"/drafts/([0-9a-f-]{36})\?notice=started", answer.headers["location"])[1]


def page(one: Ready, path: str, who: Role = COACH) -> str:
    answer = one.desk.client(who).get(path)
    assert answer.status_code == 200, (path, answer.status_code)
    return answer.text


def test_a_draft_goes_by_pages_from_a_person_to_a_badge(desk: Desk) -> None:
    one = ready(desk)
    coach, lead = desk.client(COACH), desk.client(LEAD)
    draft_id = started(one)
    assert 'data-screen="B12"' in page(one, f"/drafts/{draft_id}")
    for reader in ("participant", "employer", "school"):
        assert "Polkupyörän huolto" in page(one, f"/drafts/{draft_id}/as/{reader}")
    assert coach.get(f"/drafts/{draft_id}/as/nobody").status_code == 404
    seen = one.draft(draft_id).digest.hex()
    shown = page(one, f"/drafts/{draft_id}/accept")
    assert "Nyt sinä päätät" in shown
    assert "/people" not in shown
    assert coach.post(f"/drafts/{draft_id}/accept", data={"seen": seen}).status_code == 303
    assert coach.post(f"/drafts/{draft_id}/send").status_code == 303
    assert one.draft(draft_id).state is DraftState.IN_REVIEW
    assert "Polkupyörän huolto" in page(one, "/drafts", LEAD)
    review = page(one, f"/drafts/{draft_id}/review", LEAD)
    assert "Tarkistin hyväksyy merkin." in review
    assert "Jarrujen huolto" in review
    own = page(one, f"/drafts/{draft_id}/review", COACH)
    assert "oma luonnoksesi" in own
    assert "data-passkey" not in own
    answer = lead.post(f"/drafts/{draft_id}/approve", data={"digest": seen, "assertion": one.assertion(draft_id)})
    assert (answer.status_code, answer.headers["location"]) == (303, f"/drafts/{draft_id}/issue")
    assert "Merkki on valmis." in page(one, f"/drafts/{draft_id}/issue", LEAD)
    badge_id = one.draft(draft_id).credential_id
    badge = page(one, f"/badges/{badge_id}")
    assert one.person.code in badge
    assert "6 / 9 vaatimusta" in page(one, f"/people/{one.person.code}/badges")


def test_saving_keeps_what_is_wrong_and_says_it_by_the_field(desk: Desk) -> None:
    one = ready(desk)
    draft_id = started(one)
    form = {"seen": one.draft(draft_id).digest.hex(), "shown": ["1", "2"], "language": "fi"}
    bad = {"activity_start": "2026-05-01", "activity_end": "2026-04-01", "role": "Huolto"}
    answer = desk.client(COACH).post(f"/drafts/{draft_id}", data=form | bad)
    assert answer.status_code == 422
    assert 'href="#activity_end"' in answer.text
    assert 'value="Huolto"' in answer.text
    foreign = desk.client(COACH).post(f"/drafts/{draft_id}", data=form | {"shown": ["1", "99"]})
    assert foreign.status_code == 422
    assert one.content(draft_id).role is None
    good = desk.client(COACH).post(f"/drafts/{draft_id}", data=form | {"role": "Polkupyörien huolto"})
    assert good.status_code == 303
    assert (one.content(draft_id).role, len(one.content(draft_id).shown)) == ("Polkupyörien huolto", 2)


def test_each_blocker_leads_to_its_cause(desk: Desk) -> None:
    one = ready(desk)
    draft_id = started(one, scope="unit")
    text = page(one, f"/drafts/{draft_id}")
    assert f'href="/people/{one.person.code}/agree/{BICYCLE}"' in text
    assert "kaikki vaatimukset" in text


def test_a_telling_word_is_marked_and_offered_to_the_participant_alone(desk: Desk) -> None:
    one = ready(desk)
    draft_id = started(one)
    content = replace(one.content(draft_id), narrative="Opin tämän kuntoutuksen aikana.")
    change_draft.change(desk.outside, one.coach, draft_id, content, seen=one.draft(draft_id).digest.hex())
    text = page(one, f"/drafts/{draft_id}")
    assert "<mark>" in text
    assert f'href="/drafts/{draft_id}/accept"' in text
    assert 'name="words"' in page(one, f"/drafts/{draft_id}/accept")
    answer = desk.client(COACH).post(
        f"/drafts/{draft_id}/accept", data={"seen": one.draft(draft_id).digest.hex(), "words": "yes"}
    )
    assert answer.status_code == 303
    assert desk.client(COACH).post(f"/drafts/{draft_id}/send").status_code == 303


@pytest.mark.parametrize(
    ("form", "field"),
    [
        ({"scope": "whole"}, "scope"),
        ({"scope": "generic", "competence": "flying"}, "competence"),
        ({"unit": "999999-1"}, "unit"),
        ({"language": "de"}, "language"),
        ({"scope": "group", "group": f"{BICYCLE}:99"}, "group"),
    ],
)
def test_a_new_draft_with_a_wrong_choice_changes_nothing(desk: Desk, form: dict, field: str) -> None:
    one = ready(desk)
    sent = {"scope": "part", "unit": str(BICYCLE), "language": "fi"} | form
    answer = desk.client(COACH).post(f"/people/{one.person.code}/drafts", data=sent)
    assert answer.status_code in (404, 422)
    if answer.status_code == 422:
        assert f'href="#{field}"' in answer.text
    with desk.outside.database.read() as uow:
        assert uow.drafts.of_person(one.person.person_id, desk.institution.id) == []


def test_the_umbrella_sees_the_state_and_nothing_of_the_person(desk: Desk) -> None:
    one = ready(desk)
    badge_id = one.issued()
    staff = desk.add(Role.ADMINISTRATOR)
    umbrella = replace(staff, id=staff.id[:-4] + "0000", institution_id=desk.installation.umbrella.id)
    with desk.outside.database.write() as uow:
        uow.people.add_staff(umbrella, sealed=None, now=desk.outside.now())
    client = desk.client(umbrella)
    shown = client.get(f"/badges/{badge_id}")
    assert shown.status_code == 200
    assert "voimassa" in shown.text
    assert f"/people/{one.person.code}" not in shown.text
    assert f"/badges/{badge_id}/certificate" not in shown.text
    assert client.get(f"/badges/{badge_id}/cause").status_code == 404
    assert client.get(f"/badges/{badge_id}/certificate.pdf").status_code == 404
    for reader, whole in ((desk.institution.id, True), (umbrella.institution_id, False)):
        view = show_badge.show(desk.outside, badge_id, institution_id=reader)
        assert ((view.document is not None), view.share_url) == (whole, None)
    assert badge_id in {row.id for row in show_badge.recent(desk.outside, umbrella.institution_id)}


def test_each_page_is_there_in_every_language(desk: Desk) -> None:
    one = ready(desk, in_part=1)
    draft_id = one.in_review(started(one))
    badge_id = ready(desk, name="Onni Esimerkki", place=one.place).issued()
    for path in (
        "/drafts",
        f"/drafts/{draft_id}",
        f"/drafts/{draft_id}/accept",
        f"/drafts/{draft_id}/as/school",
        f"/drafts/{draft_id}/review",
        f"/drafts/{draft_id}/issue",
        f"/people/{one.person.code}/badges",
        f"/badges/{badge_id}",
        f"/badges/{badge_id}/correct",
    ):
        for language in ("fi", "sv", "en", "fi-x-selko"):
            assert desk.client(COACH).get(f"{path}?lang={language}").status_code == 200, (path, language)
    for language in ("fi", "sv", "en"):
        for path in (f"/badges/{badge_id}/cause", f"/badges/{badge_id}/revoke"):
            assert desk.client(LEAD).get(f"{path}?lang={language}").status_code == 200, (path, language)
