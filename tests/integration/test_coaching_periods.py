"""Periods: begin after an accepted start talk, keep their goals and observations, and hide the service form."""

from datetime import timedelta

import pytest
from desk import BICYCLE, desk_over
from participants import observed, participant, requirement_keys

from issuer.domain.catalogue_choice import helsinki_day
from issuer.domain.errors import ConflictError, DomainError, ForbiddenError, InvalidRequestError, NotFoundError
from issuer.domain.participant import How
from issuer.domain.period import FollowUp, GoalKind, GoalState, PeriodKind, ServiceForm, TalkKind
from issuer.domain.permissions import Role
from issuer.services.coaching import hold_talk, keep_goals, run_period
from issuer.services.coaching.hold_talk import NewTalk
from issuer.services.coaching.keep_goals import GoalChange, GoalWords
from issuer.services.coaching.run_period import NewPeriod
from issuer.services.coaching.service_forms import count_service_forms, note_service_form
from issuer.services.coaching.show_periods import show_periods

COACH = Role.WORK_COACH
ALL_THREE = ("participant", "supervisor", "coach")


def today(desk):
    return helsinki_day(desk.outside.now())


def planned(desk, person, kind=PeriodKind.TRIAL):
    period = NewPeriod(kind=kind, starts_on=today(desk) - timedelta(days=30))
    return run_period.plan(desk.outside, desk.staff[COACH], person.code, period)


def talk(desk, person, period_id, kind=TalkKind.START, **more):
    values = {"kind": kind, "held_on": today(desk), "present": ALL_THREE}
    return hold_talk.hold(desk.outside, desk.staff[COACH], person.code, period_id, NewTalk(**(values | more)))


def running(desk, person, kind=PeriodKind.TRIAL):
    period_id = planned(desk, person, kind)
    talk_id = talk(desk, person, period_id)
    hold_talk.accept(desk.outside, desk.staff[COACH], person.code, talk_id, How.PAPER)
    run_period.begin(desk.outside, desk.staff[COACH], person.code, period_id)
    return period_id


def path(desk, person, role=COACH):
    return show_periods(desk.outside, desk.staff[role], person.code)


def test_a_period_begins_only_after_a_start_talk_that_the_participant_accepted(both_desks):
    desk = both_desks
    person, who = participant(desk), desk.staff[COACH]
    period_id = planned(desk, person)
    with pytest.raises(ConflictError, match=r"period\.no_start_talk"):
        run_period.begin(desk.outside, who, person.code, period_id)
    talk_id = talk(desk, person, period_id)
    with pytest.raises(ConflictError, match=r"period\.start_talk_not_accepted"):
        run_period.begin(desk.outside, who, person.code, period_id)
    hold_talk.accept(desk.outside, who, person.code, talk_id, How.ALONE)
    with pytest.raises(ConflictError, match=r"talk\.accepted"):
        hold_talk.accept(desk.outside, who, person.code, talk_id, How.ALONE)
    run_period.begin(desk.outside, who, person.code, period_id)
    with pytest.raises(ConflictError, match=r"period\.not_planned"):
        run_period.begin(desk.outside, who, person.code, period_id)


def test_prior_competence_of_the_start_talk_becomes_observations_apart(both_desks):
    desk = both_desks
    person = participant(desk)
    talk(desk, person, planned(desk, person), prior={BICYCLE: requirement_keys(desk)[:2]})
    with desk.outside.database.read() as uow:
        (row,) = uow.coaching.observations(person.person_id, BICYCLE)
    assert (row.origin.value, row.medium.value, len(row.requirement_keys)) == ("prior", "talk", 2)


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"present": ("participant", "coach")}, "talk.present"),
        ({"held_on": "ahead"}, "talk.day"),
        ({"notes": "x" * 2001}, "text.length"),
        ({"notes": "velkajärjestely"}, "privacy.telling_word"),
        ({"prior": {BICYCLE: ("demo-103910-1",)}}, "observation.other_unit"),
        ({"kind": TalkKind.MID, "changed": "x"}, "period.not_running"),
        ({"kind": TalkKind.MID}, "talk.changed"),
    ],
)
def test_a_fault_of_a_talk_is_named_and_nothing_is_kept(desk, more, code):
    person = participant(desk)
    period_id = planned(desk, person)
    if more.get("held_on") == "ahead":
        more = {"held_on": today(desk) + timedelta(days=1)}
    with pytest.raises(DomainError) as refused:
        talk(desk, person, period_id, **more)
    assert refused.value.code == code
    assert path(desk, person).periods[0].talks == ()


@pytest.mark.parametrize(
    ("start", "end", "code"), [(0, -1, "period.reversed"), (400, None, "period.start"), (0, 2000, "period.long")]
)
def test_days_of_a_period_that_cannot_be_are_named(desk, start, end, code):
    person, day = participant(desk), today(desk)
    last = None if end is None else day + timedelta(days=end)
    period = NewPeriod(kind=PeriodKind.WORK, starts_on=day + timedelta(days=start), ends_on=last)
    with pytest.raises(InvalidRequestError) as refused:
        run_period.plan(desk.outside, desk.staff[COACH], person.code, period)
    assert refused.value.code == code
    assert path(desk, person).periods == ()


def test_a_goal_counts_once_the_participant_accepts_it_and_old_words_stay(both_desks):
    desk = both_desks
    person, who = participant(desk), desk.staff[COACH]
    period_id = planned(desk, person)
    goal = keep_goals.propose(
        desk.outside, who, person.code, period_id, GoalKind.PERIOD, GoalWords(text="Huollan jarrut itse")
    )
    assert path(desk, person).periods[0].goals[0].counts is None
    keep_goals.accept(desk.outside, who, person.code, (goal, 1), How.PAPER)
    anew = GoalChange(words=GoalWords(text="Huollan myös vaihteet"), state=GoalState.CHANGED)
    assert keep_goals.change(desk.outside, who, person.code, goal, anew) == 2
    shown = path(desk, person).periods[0].goals[0]
    assert shown.draft
    assert shown.counts[1].text == "Huollan jarrut itse"
    with pytest.raises(ConflictError, match=r"goal\.accepted"):
        keep_goals.accept(desk.outside, who, person.code, (goal, 1), How.PAPER)
    keep_goals.accept(desk.outside, who, person.code, (goal, 2), How.PAPER)
    shown = path(desk, person).periods[0].goals[0]
    assert shown.counts[1].text == "Huollan myös vaihteet"
    assert [words.text for _, words in shown.versions] == ["Huollan jarrut itse", "Huollan myös vaihteet"]


def test_pauses_do_not_overlap_and_lie_within_the_period(desk):
    person, who, day = participant(desk), desk.staff[COACH], today(desk)
    period_id = running(desk, person)
    run_period.pause(desk.outside, who, person.code, period_id, (day - timedelta(days=5), None))
    for days, code in (
        ((day, None), "pause.overlap"),
        ((day - timedelta(days=60), None), "pause.outside"),
        ((day, day - timedelta(days=1)), "pause.reversed"),
    ):
        with pytest.raises(InvalidRequestError) as refused:
            run_period.pause(desk.outside, who, person.code, period_id, days)
        assert refused.value.code == code
    run_period.resume(desk.outside, who, person.code, period_id, day)
    with pytest.raises(NotFoundError):
        run_period.resume(desk.outside, who, person.code, period_id, day)


def test_ending_without_a_path_after_warns_and_does_not_block(desk):
    person, who, day = participant(desk), desk.staff[COACH], today(desk)
    observed(desk, person, keys=requirement_keys(desk)[:1])
    period_id = running(desk, person)
    with pytest.raises(InvalidRequestError, match=r"period\.end_to_come"):
        run_period.end(desk.outside, who, person.code, period_id, day + timedelta(days=1))
    with pytest.raises(InvalidRequestError, match=r"period\.no_follow_up"):
        run_period.end(desk.outside, who, person.code, period_id, day)
    run_period.end(desk.outside, who, person.code, period_id, day, anyway=True)
    again = running(desk, person, PeriodKind.WORK)
    talk(desk, person, again, TalkKind.MID, changed="Uusi tavoite")
    talk(desk, person, again, TalkKind.END, follow_up=FollowUp.STUDY)
    run_period.end(desk.outside, who, person.code, again, day)
    with desk.outside.database.read() as uow:
        assert len(uow.coaching.all_observations(person.person_id)) == 1  # nothing restarted
    assert {one.row.kind for one in path(desk, person).periods} == {PeriodKind.WORK, PeriodKind.TRIAL}


def test_the_service_form_is_for_leads_alone_and_counted_from_five_up(both_desks):
    desk = both_desks
    lead = desk.staff[Role.SUPERVISOR]
    form = (ServiceForm.WORK_TRYOUT, today(desk))
    people = [participant(desk, f"Osallistuja {number}") for number in range(5)]
    with pytest.raises(ForbiddenError):
        note_service_form(desk.outside, desk.staff[COACH], people[0].code, planned(desk, people[0]), form)
    for number, person in enumerate(people):
        assert count_service_forms(desk.outside, lead)[ServiceForm.WORK_TRYOUT] is None
        note_service_form(desk.outside, lead, person.code, planned(desk, person), form)
        assert (path(desk, person).periods[0].forms == ()) is True, number
    assert count_service_forms(desk.outside, lead)[ServiceForm.WORK_TRYOUT] == 5
    seen = [one.forms for one in path(desk, people[0], Role.SUPERVISOR).periods if one.forms]
    assert seen == [((today(desk), ServiceForm.WORK_TRYOUT),)]  # two periods of one day stand in no order


def test_the_service_form_stands_on_no_page_but_the_leads_periods(desk):
    person = participant(desk)
    lead = desk.staff[Role.SUPERVISOR]
    note_service_form(
        desk.outside, lead, person.code, planned(desk, person), (ServiceForm.SOCIAL_REHABILITATION, today(desk))
    )
    paths = ["/home", "/people", "/note", *(f"/people/{person.code}{part}" for part in ("", "/observations",
             "/permissions", "/periods", "/name", "/work", "/badges"))]  # fmt: skip
    for role in (COACH, Role.SUPERVISOR, Role.RESPONSIBLE_PERSON):
        for one in paths:
            told = "Sosiaalinen kuntoutus" in desk.client(role).get(one).text
            assert told == (one.endswith("/periods") and role is not COACH), (role, one)


FORMS = {
    "periods/new": {"kind": "work", "starts_on": "22.11.2026"},
    "periods/{period}/talk/start": {"held_on": "1.11.2026", "present": ["participant", "supervisor", "coach"]},
    "periods/{period}/goal": {"text": "Opin", "kind": "period"},
    "cards": {"kind": "safety", "issued_on": "1.2.2026"},
    "name": {"name": "Aino", "languages": ["fi"]},
    "work": {"unit": [str(BICYCLE)]},
}
FAULTS = [
    ("periods/new", {"kind": "holiday"}, "kind"),
    ("periods/new", {"starts_on": ""}, "starts_on"),
    ("periods/new", {"ends_on": "1.11.2026"}, "ends_on"),
    ("periods/new", {"site": "elsewhere"}, "site"),
    ("periods/{period}/talk/start", {"held_on": "31.2.2026"}, "held_on"),
    ("periods/{period}/talk/start", {"present": ["coach"]}, "present"),
    ("periods/{period}/talk/start", {"notes": "päihdekuntoutus"}, "notes"),
    ("periods/{period}/goal", {"text": "x" * 301}, "text"),
    ("periods/{period}/goal", {"text": "maksaa ulosoton"}, "text"),
    ("periods/{period}/goal", {"kind": ""}, "kind"),
    ("cards", {"kind": ""}, "kind"),
    ("cards", {"issued_on": "1.1.2031"}, "issued_on"),
    ("name", {"name": "x" * 81}, "name"),
    ("name", {"name": "Aino\u202e"}, "name"),
    ("name", {"languages": []}, "languages"),
    ("work", {"unit": ["106889-1"]}, "unit"),
    ("work", {"unit_number": "1"}, "unit_number"),
    ("work", {"site": "elsewhere"}, "site"),
]


def snapshot(desk, person):
    with desk.outside.database.read() as uow:
        return (
            [one.id for one in uow.coaching.periods(person.person_id)],
            len(uow.coaching.talks([one.id for one in uow.coaching.periods(person.person_id)])),
            uow.coaching.goals(person.person_id),
            uow.coaching.cards(person.person_id),
            uow.coaching.sealed(person.person_id),
            uow.coaching.units_of(person.person_id),
            uow.coaching.participant(person.person_id, desk.institution.id),
        )


@pytest.mark.parametrize(("path", "fault", "field"), FAULTS)
def test_a_fault_of_a_form_leads_to_its_field_and_changes_nothing(desk, path, fault, field):
    person, client = participant(desk), desk.client(COACH)
    address = f"/people/{person.code}/{path.format(period=planned(desk, person))}"
    before = snapshot(desk, person)
    answer = client.post(address, data=FORMS[path] | fault)
    assert answer.status_code == 422
    assert f'<a href="#{field}"' in answer.text
    assert f'id="{field}' in answer.text
    assert snapshot(desk, person) == before


@pytest.mark.parametrize("path", FORMS)
def test_a_whole_form_is_taken(desk, path):
    person, client = participant(desk), desk.client(COACH)
    address = f"/people/{person.code}/{path.format(period=planned(desk, person))}"
    assert client.get(address).status_code == 200
    answer = client.post(address, data=FORMS[path])
    assert answer.status_code == 303
    assert client.get(answer.headers["location"]).status_code == 200


def test_periods_of_another_institution_or_participant_are_not_here(desk):
    person, other_person = participant(desk), participant(desk, "Osallistuja Kaksi")
    period_id = planned(desk, person)
    client = desk.client(COACH)
    assert client.get(f"/people/{other_person.code}/periods/{period_id}/goal").status_code == 404
    answer = client.post(f"/people/{other_person.code}/periods/{period_id}/goal", data=FORMS["periods/{period}/goal"])
    assert answer.status_code == 404
    with desk_over(desk.installation, name="Toinen", number=1) as other:
        for path in ("periods", f"periods/{period_id}/pause"):
            assert other.client(COACH).get(f"/people/{person.code}/{path}").status_code == 404
    assert path_is_empty(desk, other_person)


def path_is_empty(desk, person):
    return path(desk, person).periods == ()
