"""The pages of demonstrations: a school's whole way in two browsers, refusals at the field, strangers, the calendar."""

import pytest
from agreements import agree
from demonstrations import assessed, confirmed, given, opened, planned, requested, revision, today
from desk import BICYCLE, desk_over
from participants import participant

from issuer.domain.demonstration import Kind, State
from issuer.domain.permissions import Role
from issuer.services.demonstrations import assess_demonstration


def assessor_fields(school=None):
    names = (("Opettaja Ope", "teacher", "1"), ("Edustaja Työ", "working_life", "3"))
    fields = {}
    for number, (name, side, decider) in enumerate(names, 1):
        fields |= {
            f"name-{number}": name,
            f"side-{number}": side,
            f"decider-{number}": decider,
            f"not_disqualified-{number}": "yes",
            f"inducted_on-{number}": "1.9.2026",
        }
    if school is not None:
        fields["account-1"] = school.staff[Role.ASSESSOR].id
    return fields


def word_fields(desk):
    return {"said_by": "Opinto-ohjaaja", "said_on": today(desk).isoformat(), "how": "puhelin"}


def result_fields(outcome="shown"):
    return {f"result-{number}": outcome for number in range(1, 10)}


def test_a_school_confirms_assesses_and_grades_on_its_pages(desk):
    with desk_over(desk.installation, kind="school", name="Ammattikoulu", number=2) as school:
        person = participant(desk)
        coach = desk.client(Role.WORK_COACH)
        begun = coach.post(f"/people/{person.code}/demos", data={"unit": str(BICYCLE), "kind": "school"})
        path = begun.headers["location"]
        number = path.rpartition("/")[2]
        day = today(desk).isoformat()
        plan = {"revision": "1", "tasks": "Huolto\nKorjaus", "place": "Verstas", "begins_on": day, "ends_on": day}
        plan |= {"requirement": [str(one) for one in range(1, 10)], "place_kind": "1", "language": "fi"}
        assert coach.post(path, data=plan).status_code == 303
        asked = {"revision": "2", "school": school.institution.id, "learner": "Etunimi", "request_wanted": "yes"}
        assert coach.post(f"{path}/request", data=asked).status_code == 303
        counsellor = school.client(Role.COUNSELLOR)
        assert "Näyttöpyyntöjä odottaa vastausta: 1" in counsellor.get("/home").text
        assert "Etunimi" in counsellor.get("/demos-asked").text
        page = counsellor.get(f"/demos-asked/{number}").text
        assert person.name not in page
        yes = {"revision": "3"} | assessor_fields(school) | word_fields(desk)
        assert counsellor.post(f"/demos-asked/{number}", data=yes).status_code == 303
        assert "Mikään ei odota." in counsellor.get("/home").text
        assert coach.post(f"{path}/given", data={"revision": "4"}).status_code == 303
        assert "Näyttöjä arvioimatta: 1" in school.client(Role.ASSESSOR).get("/home").text
        assert "Itsearviointi puuttuu" in school.client(Role.ASSESSOR).get(f"{path}/assess").text
        assert coach.post(f"{path}/own", data={"revision": "5"} | result_fields()).status_code == 303
        talk = {"revision": "6", "act": "finish", "talk": ["1", "3", "5"], "decider": ["0", "1"], "talk_on": day}
        assessor = school.client(Role.ASSESSOR)
        assert assessor.post(f"{path}/assess", data=talk | result_fields()).status_code == 303
        done = assessor.post(f"{path}/decide", data={"revision": "8", "grade": "4"})
        assert done.headers["location"] == f"{path}/assess?notice=approved"
        assert "Arvosana 4" in assessor.get(f"{path}/assess").text
        assert opened(desk, number).row.grade == 4
        seen_by_counsellor = counsellor.get(f"/demos-asked/{number}").text
        assert "Arvosana 4" in seen_by_counsellor
        assert f"{path}/assess" not in seen_by_counsellor  # a counsellor may not open that page


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"ends_on": "1.1.2020"}, "Päättymispäivä on ennen alkua"),
        ({"begins_on": "eilen"}, "Päivää ei voitu lukea."),
        ({"requirement": []}, "Valitse ainakin yksi tämän tutkinnon osan vaatimus."),
        ({"place": "vankilan verstas"}, "Yksi sana voi kertoa"),
        ({"revision": "1"}, "Joku muu muutti tätä sillä välin."),
    ],
)
def test_a_plan_that_breaks_a_rule_is_told_and_kept_in_the_form(desk, change, sentence):
    number = planned(desk, participant(desk))
    before = opened(desk, number)
    data = {"revision": "2", "tasks": "Aivan uusi", "place": "Verstas", "requirement": ["1"], "language": "fi"}
    data |= {"begins_on": "1.12.2026", "ends_on": "2.12.2026"} | change
    answer = desk.client(Role.WORK_COACH).post(f"/demos/{number}", data=data)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert "Aivan uusi" in answer.text
    assert opened(desk, number) == before


def test_a_grade_typed_at_work_is_refused(desk):
    number = assessed(desk, given(desk, planned(desk, participant(desk), Kind.WORK)))
    coach = desk.client(Role.WORK_COACH)
    assert 'name="grade"' not in coach.get(f"/demos/{number}/assess").text
    answer = coach.post(f"/demos/{number}/decide", data={"revision": str(revision(desk, number)), "grade": "3"})
    assert answer.status_code == 422
    assert "Täällä ei anneta arvosanaa." in answer.text
    assert opened(desk, number).row.state is State.ASSESSED


def test_a_school_without_a_desk_is_written_down_with_who_and_when(desk):
    number = requested(desk, participant(desk))
    coach = desk.client(Role.WORK_COACH)
    data = {"revision": "3"} | assessor_fields()
    assert coach.post(f"/demos/{number}/word", data=data).status_code == 422
    assert coach.post(f"/demos/{number}/word", data=data | word_fields(desk)).status_code == 303
    assert opened(desk, number).content.confirmation.word.said_by == "Opinto-ohjaaja"


def test_the_calendar_tells_days_and_nothing_else(desk):
    number = planned(desk, participant(desk))
    answer = desk.client(Role.WORK_COACH).get(f"/demos/{number}/calendar.ics")
    assert answer.headers["content-type"].startswith("text/calendar")
    text = answer.text
    assert "SUMMARY:Sovittu päivä" in text
    assert f"DTSTART;VALUE=DATE:{opened(desk, number).content.plan.begins_on:%Y%m%d}" in text
    for told in ("Polkupyörä", "106889", "Pyöräverstas", "Osallistuja"):
        assert told not in text


def test_a_confirmed_unit_without_a_demonstration_says_so_in_the_sequence(desk):
    person = participant(desk)
    agree(desk, person)
    coach = desk.client(Role.WORK_COACH)
    assert "Osaaminen todettu, näyttö puuttuu" in coach.get(f"/people/{person.code}/demos").text
    assert "Valmiina osoittamaan: 1 ihmistä." in coach.get("/demos").text
    number = confirmed(desk, person)
    assert "Näyttö suunniteltu" in coach.get(f"/people/{person.code}/demos").text
    page = coach.get(f"/demos/{number}/request").text
    assert "OPH-5410-2021" in page
    assert "Kolmen pyörän huolto" in page


def test_each_page_is_read_with_exactly_one_row(desk):
    person = participant(desk)
    number = given(desk, planned(desk, person, Kind.WORK))
    coach = desk.client(Role.WORK_COACH)
    own = f"/demos/{number}"
    paths = (own, f"{own}/own", f"{own}/assess", f"{own}/request", "/demos", f"/people/{person.code}/demos")
    for path in paths:
        with desk.outside.database.read() as uow:
            before = len(uow.coaching.readings_of(person.person_id))
        assert coach.get(path).status_code == 200, path
        with desk.outside.database.read() as uow:
            assert len(uow.coaching.readings_of(person.person_id)) == before + 1, path


def test_a_correction_is_asked_for_on_the_page_of_the_decision(desk):
    number = assessed(desk, given(desk, planned(desk, participant(desk), Kind.WORK)))
    who, coach = desk.staff[Role.WORK_COACH], desk.client(Role.WORK_COACH)
    assess_demonstration.decide(desk.outside, who, number, seen=revision(desk, number))
    assert "Oikaisua voi pyytää" in coach.get(f"/demos/{number}").text
    data = {"revision": str(revision(desk, number)), "correction": "Katsokaa jarrut uudelleen"}
    assert coach.post(f"/demos/{number}/correction", data=data).status_code == 303
    assert opened(desk, number).row.state is State.GIVEN


def test_demonstrations_of_others_are_not_there(desk):
    number = planned(desk, participant(desk))
    with desk_over(desk.installation, name="Toinen talo", number=1) as other:
        stranger = other.client(Role.WORK_COACH)
        for path in ("", "/own", "/assess", "/request", "/calendar.ics"):
            assert stranger.get(f"/demos/{number}{path}").status_code == 404
        for path in ("", "/request", "/word", "/given", "/own", "/assess", "/decide", "/correction"):
            data = {"revision": "2", "said_by": "x", "said_on": "1.1.2026", "how": "x"}
            assert stranger.post(f"/demos/{number}{path}", data=data).status_code == 404
    assert desk.client(Role.WORK_COACH).get("/demos/unknown").status_code == 404
