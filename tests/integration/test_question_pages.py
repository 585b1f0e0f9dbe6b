"""The pages of questions over HTTP: what each form refuses, who is told, and what nobody else finds."""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pytest
from desk import Desk
from own import own_client
from questions import ANSWER, WORDS, Asking, asking
from recognition import decide, save, school_beside

from issuer.domain.award import AwardRequest
from issuer.domain.errors import NotFoundError
from issuer.domain.permissions import Role
from issuer.domain.question import QuestionState
from issuer.i18n import text
from issuer.services.issue_badge import issue
from issuer.services.own import take_badge
from issuer.services.recognition import take_in
from issuer.services.sharing import send_to_school

OK, SEE_OTHER, REFUSED, NOT_FOUND = 200, 303, 422, 404


@pytest.fixture
def world(desk: Desk) -> Iterator[Asking]:
    with school_beside(desk) as school:
        yield asking(school)


def form(**more: str) -> dict[str, str]:
    return {"requirement": "1", "words": WORDS, "answer_by": "30.11.2026", "allowed": "yes"} | more


def desk_of(world: Asking):
    return world.school.desk.client(Role.COUNSELLOR)


def coach_of(world: Asking):
    return world.school.provider.client(Role.WORK_COACH)


def learner_of(world: Asking, **more: bool):
    return own_client(world.school.provider, world.school.holder.person_id, **more)


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"requirement": ""}, "error.form.missing"),
        ({"requirement": "999"}, "error.form.choice"),
        ({"words": ""}, "error.form.missing"),
        ({"answer_by": "kohta"}, "error.form.day"),
        ({"answer_by": "1.1.2020"}, "error.questions.day"),
        ({"allowed": ""}, "error.questions.allowed"),
        ({"words": "Onko 131052-308T hän?"}, "error.privacy.telling_word"),
        ({"words": "Osaako Aino?"}, "error.questions.names_person"),
    ],
)
def test_a_refused_question_is_told_at_its_field_and_kept_as_typed(world: Asking, more, told) -> None:
    day = world.new().answer_by
    sent = form(**({"answer_by": day.isoformat()} | more))
    answer = desk_of(world).post(f"/desk/{world.case}/ask", data=sent)
    assert answer.status_code == REFUSED
    assert text("fi", told) in answer.text
    assert sent["words"] in answer.text
    with world.outside.database.read() as uow:
        assert uow.questions.of_case(world.school.case(world.case).row.id) == []


def test_pressing_ask_keeps_the_work_and_leads_on(world: Asking) -> None:
    case = world.school.case(world.case)
    data = {
        "version": str(case.row.version),
        "unit": str(case.row.unit),
        "name": "Aino",
        "act": "ask",
        "row-1": "accept",
    }
    answer = desk_of(world).post(f"/desk/{world.case}", data=data)
    assert (answer.status_code, answer.headers["location"]) == (SEE_OTHER, f"/desk/{world.case}/ask")
    assert world.school.case(world.case).name == "Aino"


def test_a_badge_whose_holder_is_no_participant_cannot_be_asked_about_and_the_page_says_why(world: Asking) -> None:
    umbrella = world.school.desk.installation.umbrella
    request = AwardRequest(institution_id=umbrella.id, unit_code="106889", requirement_keys=world.school.ready.keys[:2])
    made = issue(world.outside, request, idempotency_key="a badge of nobody we know", actor="test")
    assert made.document is not None
    ref = take_in.take_in(world.outside, world.school.counsellor, made.document, as_text=False)
    page = desk_of(world).get(f"/desk/{ref}/ask").text
    assert "ei voi täällä pyytää lupaa vastaukseen" in page
    assert "Lähetä kysymys" not in page
    answer = desk_of(world).post(f"/desk/{ref}/ask", data=form(answer_by=world.new().answer_by.isoformat()))
    assert answer.status_code == REFUSED
    assert "Tästä merkistä ei voi kysyä täällä" in answer.text


def test_a_coach_changes_back_declines_and_is_told_of_a_colleague(world: Asking) -> None:
    coach, first = coach_of(world), world.asked()
    looked = coach.post(f"/questions/{first}", data={"do": "look", "answer": ANSWER})
    assert (looked.status_code, ANSWER in looked.text, 'name="digest"' in looked.text) == (OK, True, True)
    back = coach.post(f"/questions/{first}", data={"do": "change", "answer": ANSWER})
    assert re.search(rf"<textarea[^>]*>{re.escape(ANSWER)}</textarea>", back.text)
    unsigned = coach.post(
        f"/questions/{first}", data={"do": "sign", "answer": ANSWER, "digest": "00", "assertion": "{}"}
    )
    assert unsigned.status_code == REFUSED
    assert world.row(first).state is QuestionState.ASKED
    declined = coach.post(f"/questions/{first}", data={"do": "decline"})
    assert declined.headers["location"] == "/questions?notice=declined"
    assert world.row(first).state is QuestionState.CLOSED
    second = world.asked(key=world.school.ready.keys[1])
    world.answered(second)
    told = coach.post(f"/questions/{second}", data={"do": "look", "answer": ANSWER})
    assert told.status_code == REFUSED
    assert "Työtoverisi vastasi jo" in told.text
    assert coach.get(f"/questions/{second}").status_code == REFUSED


def test_the_learner_alone_says_yes_and_gets_the_file(world: Asking) -> None:
    ref = world.asked()
    path = f"/my/cases/{world.case}/questions/{ref}"
    learner = learner_of(world)
    assert "Pysäytä kysymys" in learner.get(f"/my/cases/{world.case}").text
    world.answered(ref)
    assert learner.get(f"{path}/answer.json").status_code == NOT_FOUND
    assert learner.get(path).headers["location"] == f"/my/cases/{world.case}"
    assert learner.post(path, data={"say": "perhaps"}).status_code == REFUSED
    assert learner.post(path, data={"say": "yes"}).headers["location"] == f"/my/cases/{world.case}?notice=let_go"
    page = learner.get(f"/my/cases/{world.case}?notice=let_go").text
    assert "Oppilaitos saa vastauksen." in page
    assert (
        learner.get(f"{path}/answer.json").content
        == desk_of(world).get(f"/desk/{world.case}/ask/{ref}/answer.json").content
    )
    late = learner.post(path, data={"say": "no"})
    assert late.status_code == REFUSED
    assert "Tähän on jo vastattu" in late.text
    assert learner.post(f"/my/cases/other/questions/{ref}", data={"say": "no"}).status_code == NOT_FOUND


def test_with_support_the_learner_decides_and_the_coachs_own_account_never_does(world: Asking) -> None:
    ref = world.asked()
    world.answered(ref)
    together = learner_of(world, supported=True)
    assert "Katso vastaus" in together.get("/together").text
    assert ANSWER in together.get("/together/questions").text
    for path in (f"/my/cases/{world.case}/questions/{ref}", f"/together/questions/{ref}"):
        assert coach_of(world).post(path, data={"say": "yes"}).status_code == 401
    assert together.post(f"/my/cases/{world.case}/questions/{ref}", data={"say": "yes"}).status_code == 401
    said = together.post(f"/together/questions/{ref}", data={"say": "no"})
    assert said.headers["location"] == "/together/questions?notice=stopped"
    assert together.post(f"/together/questions/{ref}", data={"say": "yes"}).status_code == REFUSED
    assert world.row(ref).state is QuestionState.CLOSED


def test_questions_stay_to_be_read_after_the_decision_and_nothing_more_is_asked(world: Asking) -> None:
    ref = world.asked()
    world.answered(ref)
    world.says(ref, yes=True)
    save(world.school, world.case)
    decide(world.school, world.case)
    page = desk_of(world).get(f"/desk/{world.case}/ask").text
    assert ANSWER in page
    assert "Lähetä kysymys" not in page
    assert "Lisätieto on aito" in page
    answer = desk_of(world).post(f"/desk/{world.case}/ask", data=form(answer_by=world.new().answer_by.isoformat()))
    assert answer.status_code == REFUSED


@pytest.mark.parametrize("ticked", [True, False])
def test_the_tick_by_which_the_provider_may_know_is_off_until_pressed(desk: Desk, ticked: bool) -> None:
    with school_beside(desk) as school:
        take_badge.keep(desk.outside, school.holder, school.ready.issued())
        client = own_client(desk, school.holder.person_id)
        own = client.get("/my").text
        ref = re.search(r'href="/my/([\w-]{22})"', own)
        assert ref is not None, own
        page = client.get(f"/my/{ref[1]}/share/school").text
        tick = re.search(r'<input type="checkbox" id="tell_provider"[^>]*>', page)
        assert tick is not None
        assert "checked" not in tick[0]
        slug = send_to_school.schools(desk.outside, "fi")[0][0]
        data = {"school": slug, "until": "30.12.2026"} | ({"tell_provider": "yes"} if ticked else {})
        case = client.post(f"/my/{ref[1]}/share/school", data=data).headers["location"].rpartition("/")[2]
        assert school.case(case).row.tell_provider is ticked


def test_another_school_finds_neither_question_nor_answer(world: Asking) -> None:
    ref = world.asked()
    with school_beside(world.school.provider, number=2, name="Toinen oppilaitos") as other:
        client = other.desk.client(Role.COUNSELLOR)
        for path in (f"/desk/{world.case}/ask", f"/desk/{world.case}/ask/{ref}/answer.json"):
            assert client.get(path).status_code == NOT_FOUND
        assert client.post(f"/desk/{world.case}/ask", data=form()).status_code == NOT_FOUND
    with pytest.raises(NotFoundError), world.outside.database.read() as uow:
        uow.questions.of_provider("nothing", "nobody")


def test_words_of_question_and_answer_stand_in_no_log_queue_or_trail(world: Asking, logged, monkeypatch) -> None:
    mark = "kanarialintu"
    day = world.new().answer_by.isoformat()
    sent = desk_of(world).post(f"/desk/{world.case}/ask", data=form(words=f"Onko {mark}1?", answer_by=day))
    assert sent.status_code == SEE_OTHER
    row = world.seen().row
    coach = coach_of(world)
    coach.post(f"/questions/{row.ref}", data={"do": "look", "answer": f"{mark}2 vankila"})
    coach.post(f"/questions/{row.ref}", data={"do": "look", "answer": f"{mark}2 Aino"})
    with monkeypatch.context() as patched:

        def fall(*_arguments, **_more):
            raise RuntimeError(f"{mark}3")

        patched.setattr("issuer.services.questions.sign_answer.prepare", fall)
        digest = world.looked(row.ref, f"{mark}2").digest
        data = {"do": "sign", "answer": f"{mark}2", "digest": digest, "assertion": "{}"}
        crashed = coach.post(f"/questions/{row.ref}", data=data)
    assert crashed.status_code == 500
    assert mark not in crashed.text
    world.answered(row.ref, f"{mark}2")
    own = learner_of(world)
    own.post(f"/my/cases/{world.case}/questions/{row.ref}", data={"say": f"{mark}4"})
    own.post(f"/my/cases/{world.case}/questions/{row.ref}", data={"say": "yes"})
    assert f"{mark}2" in desk_of(world).get(f"/desk/{world.case}").text
    lines = logged.getvalue()
    assert lines.count("http.answered") >= 6
    assert "http.crashed" in lines
    assert mark not in lines
    with closing(sqlite3.connect(world.school.desk.installation.home / "pateva.sqlite3")) as database:
        for table, column in (("outbox", "payload"), ("audit", "entry"), ("notice", "about")):
            content = "\n".join(str(one[0]) for one in database.execute(f"SELECT {column} FROM {table}"))  # noqa: S608  names of our own tables
            assert mark not in content, table
