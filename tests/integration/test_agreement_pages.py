"""The pages of self-assessment, agreement and gap: their forms, refusals at the field, readings and strangers."""

import html

import pytest
from agreements import agree, give_views, keys_of, lines_of, observe
from desk import BICYCLE, desk_over
from participants import participant

from issuer.domain.agreement import Outcome, ResultState
from issuer.domain.permissions import Role
from issuer.services.environments.show_unit import write_plain_lines

SHOWN, IN_PART, NOT_YET = Outcome.SHOWN, Outcome.IN_PART, Outcome.NOT_YET


def readings(desk, person):
    with desk.outside.database.read() as uow:
        return len(uow.coaching.readings_of(person.person_id))


def base(person):
    return f"/people/{person.code}"


def self_path(person):
    return f"{base(person)}/self/{BICYCLE}"


def agree_path(person):
    return f"{base(person)}/agree/{BICYCLE}"


def test_a_person_answers_question_by_question_and_the_coach_and_both_go_on_to_an_agreed_row(desk):
    person, (first, *_) = participant(desk), keys_of(desk)
    observe(desk, person, [first])
    coach = desk.client(Role.WORK_COACH)
    page = coach.get(self_path(person))
    assert page.status_code == 200
    assert "Kysymys 1 / 9" in page.text
    assert f"Nyt {person.name} päättää" in page.text
    assert person.name not in page.text.split("</title>")[0]
    answer = {"position": "1", "answer": "shown", "words": "Osaan", "language": "fi"}
    done = coach.post(self_path(person), data=answer)
    assert (done.status_code, done.headers["location"]) == (303, f"{self_path(person)}?q=2")
    viewed = coach.post(f"{base(person)}/view/{BICYCLE}", data={"revision": "1", "result-1": "shown", "words-1": ""})
    assert viewed.headers["location"] == f"{agree_path(person)}?notice=view"
    page = coach.get(viewed.headers["location"])
    assert "Ohjaajan näkemys on tallessa." in page.text
    assert 'value="shown" checked' in page.text
    talked = coach.post(agree_path(person), data={"revision": "2", "result-1": "shown"})
    assert talked.headers["location"] == f"{agree_path(person)}?notice=talk"
    confirm = coach.get(f"{agree_path(person)}/confirm")
    assert "Hyväksytkö tämän?" in confirm.text
    said = coach.post(f"{agree_path(person)}/confirm", data={"revision": "3", "channel": "device"})
    assert said.headers["location"] == f"{agree_path(person)}?notice=confirmed"
    assert lines_of(desk, person)[first].agreed_outcome is SHOWN


def test_plain_words_stand_before_the_official_text(desk):
    person, (first, *_) = participant(desk), keys_of(desk)
    lines = {1: "Osaan huoltaa pyörän."}
    write_plain_lines(desk.outside, desk.staff[Role.WORK_COACH], BICYCLE, "fi", lines)
    give_views(desk, person, {first: SHOWN}, {first: SHOWN})
    official = lines_of(desk, person)[first].requirement.text.in_language("fi")
    coach = desk.client(Role.WORK_COACH)
    for path in (f"{self_path(person)}?q=1", agree_path(person), f"{base(person)}/view/{BICYCLE}"):
        page = html.unescape(coach.get(path).text)
        assert -1 < page.find(lines[1]) < page.find(official), path


def test_each_page_is_read_with_exactly_one_row_and_changes_nothing_else(desk):
    person = participant(desk)
    coach = desk.client(Role.WORK_COACH)
    paths = (
        self_path(person),
        f"{self_path(person)}?q=done",
        agree_path(person),
        f"{agree_path(person)}/confirm",
        f"{base(person)}/view/{BICYCLE}",
        f"{base(person)}/gap/{BICYCLE}",
        f"{base(person)}/gap/{BICYCLE.peruste_id}",
    )
    for path in paths:
        before = readings(desk, person)
        with desk.outside.database.read() as uow:
            acts = uow.audit.head()
        assert coach.get(path).status_code == 200, path
        assert readings(desk, person) == before + 1, path
        with desk.outside.database.read() as uow:
            assert uow.audit.head() == acts, path


def test_differing_rows_stand_first(desk):
    person, (first, second, third, *_) = participant(desk), keys_of(desk)
    own = {first: SHOWN, second: SHOWN, third: NOT_YET}
    give_views(desk, person, own, {first: SHOWN, second: SHOWN, third: SHOWN})
    page = desk.client(Role.WORK_COACH).get(agree_path(person)).text
    places = [page.index(f'id="result-{number}"') for number in (3, 1, 2)]
    assert places == sorted(places)
    assert page.count("Näkemykset eroavat") == 1


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({"result-1": "shown"}, "Kirjaa ensin yksi havainto."),
        ({"result-1": "4"}, "Täällä ei anneta arvosanaa."),
        ({"result-1": "failed"}, "Valitse Osoitettu, Osittain tai Ei vielä."),
        ({}, "Mitään ei ollut valittu."),
        ({"result-1": "not_yet", "revision": "0"}, "Joku muu muutti tätä sillä välin."),
    ],
)
def test_a_talk_that_breaks_a_rule_is_told_on_the_same_page(desk, data, sentence):
    person, (first, *_) = participant(desk), keys_of(desk)
    give_views(desk, person, {first: SHOWN}, {first: SHOWN})
    answer = desk.client(Role.WORK_COACH).post(agree_path(person), data={"revision": "2"} | data)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert 'role="alert"' in answer.text
    assert lines_of(desk, person)[first].result is None


def test_a_fault_leads_to_its_field_and_keeps_what_was_chosen(desk):
    person, (first, second, *_) = participant(desk), keys_of(desk)
    observe(desk, person, [first])
    give_views(desk, person, {first: SHOWN, second: SHOWN}, {first: SHOWN, second: SHOWN})
    data = {"revision": "2", "result-1": "in_part", "result-2": "shown"}
    page = desk.client(Role.WORK_COACH).post(agree_path(person), data=data).text
    assert '<a href="#result-2">' in page
    assert 'id="result-1-in_part" name="result-1" value="in_part" checked' in page


def test_an_answer_without_a_choice_is_told_at_its_field(desk):
    person = participant(desk)
    data = {"position": "1", "answer": "", "words": "Tein tämän", "language": "fi"}
    page = desk.client(Role.WORK_COACH).post(self_path(person), data=data)
    assert page.status_code == 422
    assert '<a href="#answer">' in page.text
    assert "Tein tämän" in page.text


def test_paper_needs_the_paper(desk):
    person, (first, *_) = participant(desk), keys_of(desk)
    give_views(desk, person, {first: NOT_YET}, {first: NOT_YET})
    coach = desk.client(Role.WORK_COACH)
    assert coach.post(agree_path(person), data={"revision": "2", "result-1": "not_yet"}).status_code == 303
    path = f"{agree_path(person)}/confirm"
    assert coach.post(path, data={"channel": "paper"}).status_code == 422
    assert lines_of(desk, person)[first].result.state is ResultState.PROPOSED
    assert coach.post(path, data={"channel": "paper", "paper_kept": "yes"}).status_code == 303
    assert lines_of(desk, person)[first].agreed_outcome is NOT_YET


def test_a_coach_of_another_trade_is_told_who_can(desk):
    person, (first, *_) = participant(desk), keys_of(desk)
    give_views(desk, person, {first: NOT_YET}, {first: NOT_YET})
    baker = desk.client(desk.add(Role.WORK_COACH, trades=("koulutus_381408",)))
    for path in (f"{base(person)}/view/{BICYCLE}", agree_path(person)):
        answer = baker.post(path, data={"result-1": "not_yet"})
        assert answer.status_code == 403
        assert "Vain tämän alan työvalmentaja" in answer.text
    assert lines_of(desk, person)[first].result is None


def test_a_personal_coach_helps_to_answer_but_does_not_say_what_was_shown(desk):
    person = participant(desk)
    personal = desk.client(Role.PERSONAL_COACH)
    data = {"position": "1", "answer": "shown", "language": "fi"}
    assert personal.post(self_path(person), data=data).status_code == 303
    assert personal.post(f"{base(person)}/view/{BICYCLE}", data={"result-1": "shown"}).status_code == 403
    assert personal.post(agree_path(person), data={"result-1": "shown"}).status_code == 403


def test_the_gap_lists_exactly_what_is_missing_in_the_catalogues_order(desk):
    person, keys = participant(desk), keys_of(desk)
    agree(desk, person, shown=keys[1:])
    page = desk.client(Role.WORK_COACH).get(f"{base(person)}/gap/{BICYCLE}").text
    assert "8 / 9 osoitettu" in page
    assert "Seuraavat kolme" in page
    assert "Kaikki vaatimukset todettu" not in page


def test_a_whole_unit_is_confirmed_and_never_called_completed(desk):
    person = participant(desk)
    agree(desk, person)
    coach = desk.client(Role.WORK_COACH)
    for path in (f"{base(person)}/gap/{BICYCLE}", f"{base(person)}/gap/{BICYCLE.peruste_id}"):
        page = coach.get(path).text
        assert "Kaikki vaatimukset todettu" in page
        assert "suoritettu" not in page.replace("on suoritettu", "")


@pytest.mark.parametrize("path", ["self/{0}", "agree/{0}", "agree/{0}/confirm", "view/{0}", "gap/{0}", "gap/7614470"])
def test_people_of_another_institution_and_unknown_units_are_not_there(desk, path):
    person = participant(desk)
    with desk_over(desk.installation, name="Toinen talo", number=1) as other:
        stranger = other.client(Role.WORK_COACH)
        assert stranger.get(f"{base(person)}/{path.format(BICYCLE)}").status_code == 404
    coach = desk.client(Role.WORK_COACH)
    assert coach.get(f"{base(person)}/{path.format('1-7614470').replace('gap/7614470', 'gap/1')}").status_code == 404
    assert coach.get(f"/people/999/{path.format(BICYCLE)}").status_code == 404
