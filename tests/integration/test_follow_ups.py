"""Follow-up with leave: the participant's own yes, who is due, closing, forgetting, and figures inside the house."""

import re
from datetime import date, timedelta

import kept
import pytest
from app_client import AppClient
from desk import Desk, desk_over
from erasing import tables_with
from own import own_client
from participants import participant

from issuer.domain.catalogue_choice import helsinki_day
from issuer.domain.erasure import Badges
from issuer.domain.errors import ConflictError, NotFoundError
from issuer.domain.figures import months_of, quarter_of
from issuer.domain.follow_up import KEPT, Answer, Moment
from issuer.domain.holder import Holder
from issuer.domain.participant import Participant, Purpose
from issuer.domain.period import PeriodKind, PeriodRow, PeriodState
from issuer.domain.permissions import Role
from issuer.services.coaching import give_consent, withdraw_consent
from issuer.services.coaching.today import today
from issuer.services.erasing import erase_person, keep_times
from issuer.services.followups.call_list import call_list
from issuer.services.followups.end_follow_ups import close_missed
from issuer.services.followups.inside_figures import inside
from issuer.services.followups.note_answer import note_answer
from issuer.services.verify_audit import verify_audit

COACH = Role.WORK_COACH
DAY = timedelta(days=1)


def holder(desk: Desk, person: Participant) -> Holder:
    return kept.holder(desk, person.person_id)


def left(desk: Desk, person: Participant, *, days_ago: int = 0, state: PeriodState = PeriodState.ENDED) -> date:
    """A period that ended so many days ago, or still runs."""
    ends_on = helsinki_day(desk.outside.now()) - days_ago * DAY
    row = PeriodRow(
        id=f"period-{person.number}-{state}-{ends_on}",
        person_id=person.person_id,
        institution_id=desk.institution.id,
        kind=PeriodKind.COACHING,
        starts_on=ends_on - 30 * DAY,
        ends_on=ends_on,
        site_id=None,
        state=state,
    )
    with desk.outside.database.write() as uow:
        uow.coaching.add_period(row, now=desk.outside.now())
    return ends_on


def lets_ask(desk: Desk, person: Participant, contact: str | None = None) -> None:
    give_consent.give_own(desk.outside, holder(desk, person), Purpose.FOLLOW_UP, language="fi-x-selko", contact=contact)


def codes(desk: Desk) -> list[str]:
    return [one.code for one in call_list(desk.outside, desk.staff[COACH]).due]


def counts(desk: Desk) -> dict[tuple[Moment, Answer], int]:
    with desk.outside.database.read() as uow:
        return dict(uow.followups.counts(date(2000, 1, 1), date(2200, 1, 1)))


def test_only_who_let_us_ask_and_has_left_is_on_the_list(both_desks: Desk) -> None:
    desk = both_desks
    asked, silent, running, back = (participant(desk, f"Osallistuja {name}") for name in ("A", "B", "C", "D"))
    for person in (asked, silent, back):
        left(desk, person)
    left(desk, running, state=PeriodState.RUNNING)
    left(desk, back, state=PeriodState.RUNNING)
    for person in (asked, running, back):
        lets_ask(desk, person)
    assert codes(desk) == [asked.code]
    (row,) = [one for one in today(desk.outside, desk.staff[COACH]).waiting if one.what == "follow_up"]
    assert (row.count, row.href) == (1, "/followups")
    for person in (silent, running, back):
        with pytest.raises(NotFoundError):
            note_answer(desk.outside, desk.staff[COACH], person.code, Moment.END, Answer.STUDY)


def test_taking_the_permission_back_ends_it_at_once_and_leaves_nameless_counts(both_desks: Desk) -> None:
    desk = both_desks
    person = participant(desk)
    left(desk, person)
    lets_ask(desk, person, "040 0000000")
    note_answer(desk.outside, desk.staff[COACH], person.code, Moment.END, Answer.STUDY)
    withdraw_consent.withdraw_own(desk.outside, holder(desk, person), Purpose.FOLLOW_UP)
    assert codes(desk) == []
    assert not {"follow_up_contact", "follow_up_answer"} & tables_with(desk, person.person_id)
    assert counts(desk) == {(Moment.END, Answer.STUDY): 1}
    assert [one for one in today(desk.outside, desk.staff[COACH]).waiting if one.what == "follow_up"] == []


def test_the_contact_given_for_this_comes_before_the_one_kept_anyway(desk: Desk) -> None:
    person, other, nobody = (participant(desk, f"Osallistuja {name}") for name in ("A", "B", "C"))
    for one in (person, other, nobody):
        left(desk, one)
    give_consent.give_own(desk.outside, holder(desk, other), Purpose.CONTACT, language="fi", contact="tavallinen 1")
    lets_ask(desk, person, "vain kuulumisiin 1")
    lets_ask(desk, other)
    lets_ask(desk, nobody)
    found = {one.code: one.contact for one in call_list(desk.outside, desk.staff[COACH]).due}
    assert found == {person.code: "vain kuulumisiin 1", other.code: "tavallinen 1", nobody.code: None}


def test_an_answer_is_noted_once_and_corrected_within_its_month(both_desks: Desk) -> None:
    desk, who = both_desks, both_desks.staff[COACH]
    person = participant(desk)
    lets_ask(desk, person)
    left(desk, person)
    with pytest.raises(ConflictError, match=r"follow_up\.not_due"):
        note_answer(desk.outside, who, person.code, Moment.THREE_MONTHS, Answer.STUDY)
    note_answer(desk.outside, who, person.code, Moment.END, Answer.NOT_REACHED)
    note_answer(desk.outside, who, person.code, Moment.END, Answer.OPEN_WORK)
    assert counts(desk) == {(Moment.END, Answer.OPEN_WORK): 1}
    (noted,) = call_list(desk.outside, who).answered
    assert (noted.code, noted.answer) == (person.code, Answer.OPEN_WORK)
    desk.installation.clock.moved += timedelta(days=31)
    with pytest.raises(ConflictError, match=r"follow_up\.month_over"):
        note_answer(desk.outside, who, person.code, Moment.END, Answer.OTHER)
    assert counts(desk) == {(Moment.END, Answer.OPEN_WORK): 1}
    assert verify_audit(desk.outside).broken_at is None


def test_what_nobody_noted_in_time_counts_as_not_reached(both_desks: Desk) -> None:
    """Else a house that notes good answers only would look better than it is."""
    desk = both_desks
    person, silent = participant(desk, "Osallistuja A"), participant(desk, "Osallistuja B")
    for one in (person, silent):
        left(desk, one)
    lets_ask(desk, person)
    desk.installation.clock.moved = timedelta(days=30)
    assert close_missed(desk.outside) == 0
    desk.installation.clock.moved = timedelta(days=31)
    assert close_missed(desk.outside) == 1
    assert close_missed(desk.outside) == 0
    assert counts(desk) == {(Moment.END, Answer.NOT_REACHED): 1}


def test_all_of_a_person_goes_six_months_and_fourteen_days_after_the_period(both_desks: Desk) -> None:
    desk = both_desks
    person = participant(desk)
    left(desk, person)
    lets_ask(desk, person, "040 0000000")
    note_answer(desk.outside, desk.staff[COACH], person.code, Moment.END, Answer.OTHER)
    ours = {"follow_up_contact", "follow_up_answer"}
    desk.installation.clock.moved = KEPT
    keep_times.run(desk.outside)
    assert ours <= tables_with(desk, person.person_id)
    desk.installation.clock.moved = KEPT + DAY
    keep_times.run(desk.outside)
    assert not ours & tables_with(desk, person.person_id)
    assert codes(desk) == []
    stays = {
        (Moment.END, Answer.OTHER): 1,
        (Moment.THREE_MONTHS, Answer.NOT_REACHED): 1,
        (Moment.SIX_MONTHS, Answer.NOT_REACHED): 1,
    }
    assert counts(desk) == stays
    keep_times.run(desk.outside)
    assert counts(desk) == stays


def test_the_answers_of_somebody_who_came_back_go_in_their_time_too(desk: Desk) -> None:
    person = participant(desk)
    left(desk, person)
    lets_ask(desk, person)
    note_answer(desk.outside, desk.staff[COACH], person.code, Moment.END, Answer.STUDY)
    left(desk, person, days_ago=-300, state=PeriodState.RUNNING)
    desk.installation.clock.moved = KEPT + DAY
    keep_times.run(desk.outside)
    assert "follow_up_answer" not in tables_with(desk, person.person_id)
    assert counts(desk) == {(Moment.END, Answer.STUDY): 1}


def test_erasing_a_person_changes_no_count(both_desks: Desk) -> None:
    desk = both_desks
    person = participant(desk)
    left(desk, person)
    lets_ask(desk, person, "040 0000000")
    note_answer(desk.outside, desk.staff[COACH], person.code, Moment.END, Answer.STUDY)
    erase_person.ask(desk.outside, holder(desk, person), Badges.KEEP, wait=False)
    assert not {"follow_up_contact", "follow_up_answer"} & tables_with(desk, person.person_id)
    assert counts(desk) == {(Moment.END, Answer.STUDY): 1}


FORTY = {Answer.STUDY: 14, Answer.OPEN_WORK: 8, Answer.OTHER: 13, Answer.NOT_REACHED: 5}


def forty_left(desk: Desk) -> str:
    """privacy.md PT6: forty left and let us ask; the quarter, which is over now."""
    people = [participant(desk, f"Lähtijä {number}") for number in range(40)]
    answers = [answer for answer, times in FORTY.items() for _ in range(times)]
    for person, answer in zip(people, answers, strict=True):
        left(desk, person)
        lets_ask(desk, person)
        note_answer(desk.outside, desk.staff[COACH], person.code, Moment.END, answer)
    quarter = quarter_of(helsinki_day(desk.outside.now()))
    end = months_of(quarter)[1]
    desk.installation.clock.moved += timedelta(days=(end - helsinki_day(desk.outside.now())).days + 1)
    return quarter


def test_forty_who_left_are_told_exactly_to_those_who_answer_for_the_house(desk: Desk) -> None:
    quarter = forty_left(desk)
    lead = desk.staff[Role.SUPERVISOR]
    told = inside(desk.outside, lead, quarter)[0]
    assert (told.moment, told.asked, told.positive) == (Moment.END, 40, 22)
    assert told.answers == FORTY
    page = plain(desk.client(lead).get(f"/followups/figures?quarter={quarter}").text)
    assert "22 / 40, 5 ei tavoitettu" in page
    assert "Työmarkkina ja alue vaikuttavat" in page
    assert desk.client(Role.WORK_COACH).get("/followups/figures").status_code == 403
    assert desk.client(lead).get("/followups/figures?quarter=1999-Q1").status_code == 404


def plain(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split()).replace(" ,", ",")


def own_page(desk: Desk, person: Participant, **more: object) -> tuple[AppClient, str]:
    base = "/together" if more.get("supported") else "/my"
    return own_client(desk, person.person_id, **more), f"{base}/consents/follow_up"


@pytest.mark.parametrize("supported", [False, True])
def test_the_participant_gives_and_takes_back_the_permission_in_the_own_view_and_together(
    desk: Desk, supported: bool
) -> None:
    person = participant(desk)
    client, path = own_page(desk, person, supported=supported)
    page = client.get(path)
    assert page.status_code == 200
    assert "6 kuukautta ja 14 päivää" in page.text
    given = client.post(path, data={"contact": "040 0000000"}, follow_redirects=True)
    assert "Lupa on annettu" in given.text
    with desk.outside.database.read() as uow:
        (consent,) = [one for one in uow.coaching.consents(person.person_id) if one.purpose is Purpose.FOLLOW_UP]
    assert (consent.how.value, consent.text_version) == ("with_support" if supported else "alone", "2")
    assert client.post(path, data={"contact": ""}, follow_redirects=True).status_code == 200  # twice is once
    back = client.post(f"{path}/withdraw", follow_redirects=True)
    assert "Lupa on peruttu" in back.text
    assert "follow_up_contact" not in tables_with(desk, person.person_id)


def test_a_contact_that_breaks_a_rule_is_told_at_its_field_and_nothing_is_kept(desk: Desk) -> None:
    person = participant(desk)
    client, path = own_page(desk, person)
    answer = client.post(path, data={"contact": "x" * 121})
    assert answer.status_code == 422
    assert 'id="contact-error"' in answer.text
    assert "follow_up_contact" not in tables_with(desk, person.person_id)


def test_a_coach_notes_an_answer_from_the_list_and_the_participant_sees_the_reading(desk: Desk) -> None:
    person = participant(desk, "Aino Esimerkki")
    left(desk, person)
    lets_ask(desk, person)
    client = desk.client(COACH)
    page = client.get("/followups").text
    assert "Aino Esimerkki" in page
    field, path = f"answer-{person.code}-end", f"/followups/{person.code}/end"
    refused = client.post(path, data={field: "rich"})
    assert refused.status_code == 422
    assert client.post(path, data={}).status_code == 422
    done = client.post(path, data={field: "open_work"}, follow_redirects=True)
    assert "Vastaus on kirjattu" in done.text
    assert counts(desk) == {(Moment.END, Answer.OPEN_WORK): 1}
    seen = own_client(desk, person.person_id).get("/my/seen").text
    assert "kuulumiset jakson jälkeen" in seen
    assert client.post("/followups/999/end", data={"answer-999-end": "study"}).status_code == 404


def test_another_house_sees_and_notes_nobody_of_ours(desk: Desk) -> None:
    person = participant(desk)
    left(desk, person)
    lets_ask(desk, person)
    with desk_over(desk.installation, name="Toinen paja", number=1) as other:
        assert call_list(desk.outside, other.staff[COACH]).due == ()
        field = f"answer-{person.code}-end"
        answer = other.client(COACH).post(f"/followups/{person.code}/end", data={field: "study"})
        assert answer.status_code == 404
        assert other.client(COACH).post(f"/followups/{person.code}/end", data={}).status_code == 404


def test_no_list_tells_who_did_not_let_us_ask(desk: Desk) -> None:
    """privacy.md PV1: the address takes nothing that would choose such people, and their names stand nowhere on it."""
    person = participant(desk, "Hiljainen Esimerkki")
    left(desk, person)
    for query in ("", "?declined=1", "?consent=no", "?all=1"):
        assert "Hiljainen" not in desk.client(COACH).get(f"/followups{query}").text
