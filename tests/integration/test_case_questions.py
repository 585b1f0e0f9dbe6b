"""A school's question about one requirement: to the coach, past the learner's yes, back as a signed answer."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import timedelta
from functools import partial

import pytest
from desk import Desk, desk_over
from questions import ANSWER, WORDS, Asking, asking
from recognition import decide, save, school_beside

from issuer.domain.award import AwardRequest
from issuer.domain.errors import ConflictError, DomainError, ForbiddenError, NotFoundError, StoreBusyError
from issuer.domain.permissions import Role
from issuer.domain.question import QuestionState, Seen
from issuer.services import revoke_badge
from issuer.services.issue_badge import issue
from issuer.services.questions import answer, settle
from issuer.services.questions.ask import name_of
from issuer.services.questions.look_after_questions import close_questions, finish_answers
from issuer.services.questions.show_asked import AnswerCheck, asked_in, check_answer, signed_answer
from issuer.services.recognition import show_decision, take_in
from issuer.services.recognition.check_badges import check_badge
from issuer.services.verify_audit import verify_audit
from keys.errors import SigningError
from verifier import Verdict


@pytest.fixture
def both_worlds(both_desks: Desk) -> Iterator[Asking]:
    with school_beside(both_desks) as school:
        yield asking(school)


@pytest.fixture
def world(desk: Desk) -> Iterator[Asking]:
    with school_beside(desk) as school:
        yield asking(school)


def refused(act) -> str:
    with pytest.raises(DomainError) as caught:
        act()
    return caught.value.code


def days_pass(world: Asking, days: int) -> None:
    world.school.desk.installation.clock.moved += timedelta(days=days)


def test_an_answer_reaches_the_school_signed_after_the_learners_yes_and_never_before(both_worlds: Asking) -> None:
    world = both_worlds
    ref = world.asked()
    assert world.seen().seen is Seen.WAITING
    assert world.answered(ref)
    before = world.seen()
    assert (before.seen, before.text, before.signed, before.check) == (Seen.WAITING, "", None, None)
    with pytest.raises(NotFoundError):
        signed_answer(world.outside, world.school.case(world.case), ref)
    world.says(ref, yes=True)
    after = world.seen()
    assert (after.seen, after.check) == (Seen.ANSWER, AnswerCheck.GENUINE)
    assert WORDS in after.text
    assert ANSWER in after.text
    assert after.signed is not None
    document = json.loads(after.signed)
    (badge,) = world.school.case(world.case).badges
    assert document["credentialSubject"]["id"] == badge.content.id
    assert document["issuer"] == badge.document["issuer"]
    assert document["credentialStatus"] == badge.document["credentialStatus"]
    assert check_badge(world.outside, after.signed).verdict is Verdict.ACCEPTED
    assert world.row(ref).state is QuestionState.RELEASED
    assert verify_audit(world.outside).broken_at is None


def test_after_a_no_the_school_is_told_of_nothing_but_nothing_and_the_words_are_gone(both_worlds: Asking) -> None:
    world = both_worlds
    ref = world.asked()
    world.answered(ref)
    world.says(ref, yes=False)
    seen, row = world.seen(), world.row(ref)
    assert (seen.seen, seen.text, seen.signed) == (Seen.NOTHING, "", None)
    assert (row.state, row.sealed_answer, row.tbs, row.document) == (QuestionState.CLOSED, None, None, None)
    assert refused(lambda: world.says(ref, yes=True)) == "questions.settled"
    save(world.school, world.case)
    assert decide(world.school, world.case).decided  # the decision goes on


def test_a_no_of_the_learner_a_passed_question_and_a_day_that_passed_look_the_same_at_the_school(world: Asking) -> None:
    keys = world.school.ready.keys
    refs = [world.asked(key=key) for key in keys[:4]]
    world.answered(refs[0])
    world.says(refs[0], yes=False)
    world.says(refs[1], yes=False)  # before there is an answer
    answer.decline(world.outside, world.coach, refs[2])
    days_pass(world, 8)
    assert close_questions(world.outside) == 1
    rows = [world.row(ref) for ref in refs]
    assert {row.state for row in rows} == {QuestionState.CLOSED}
    assert {row.sealed_answer for row in rows} == {None}


def test_the_trail_tells_that_the_learner_spoke_and_not_what(world: Asking) -> None:
    refs = [world.asked(key=key) for key in world.school.ready.keys[:2]]
    for ref, yes in zip(refs, (True, False), strict=True):
        world.answered(ref)
        world.says(ref, yes=yes)
    entries = trail(world)
    said = [one for one in entries if one["action"] == "question.settled"]
    assert len(said) == 2
    assert [{**one, "seq": 0, "refs": 0, "at": 0} for one in said[:1]] == [
        {**one, "seq": 0, "refs": 0, "at": 0} for one in said[1:]
    ]
    written = json.dumps(entries, ensure_ascii=False)
    assert not any(one in written for one in (WORDS, ANSWER))


def trail(world: Asking) -> list[dict]:
    with world.outside.database.read() as uow:
        return [json.loads(entry) for _, _, entry, _ in uow.audit.rows()]


def test_a_learner_who_is_late_may_still_let_the_answer_go_while_the_matter_is_open(world: Asking) -> None:
    ref = world.asked()
    world.answered(ref)
    days_pass(world, 8)
    assert world.seen().seen is Seen.NOTHING
    assert close_questions(world.outside) == 0
    assert close_questions(world.outside) == 0
    world.says(ref, yes=True)
    assert world.seen().seen is Seen.ANSWER


def test_after_its_day_a_question_cannot_be_answered(world: Asking) -> None:
    ref = world.asked()
    days_pass(world, 7)
    looked = world.looked(ref)  # the day itself still counts
    days_pass(world, 1)
    assert refused(lambda: answer.read(world.outside, world.coach, ref)) == "questions.closed"
    assert refused(lambda: answer.decline(world.outside, world.coach, ref)) == "questions.closed"
    assert close_questions(world.outside) == 1
    sign = partial(answer.answer, world.outside, world.coach, ref, ANSWER, seen=looked.digest, assertion="{}")
    assert refused(sign) == "questions.closed"


def test_of_two_coaches_who_answer_at_once_one_wins_and_the_other_is_told(both_worlds: Asking) -> None:
    world = both_worlds
    other = colleague_near(world)
    ref = world.asked()
    answers = {}
    for who, words in ((world.coach, ANSWER), (other, "Hän teki sen kahdesti.")):
        digest = world.looked(ref, words, who).digest
        answers[who.id] = (who, words, digest, world.assertion(ref, digest, who))

    def act(staff_id: str) -> str:
        who, words, digest, assertion = answers[staff_id]
        try:
            answer.answer(world.outside, who, ref, words, seen=digest, assertion=assertion)
        except (ConflictError, StoreBusyError) as told:
            return told.code
        return "answered"

    with ThreadPoolExecutor(2) as pool:
        told = sorted(pool.map(act, answers))
    assert told.count("answered") == 1
    assert set(told) - {"answered"} <= {"questions.answered", "store.busy"}
    assert refused(lambda: answer.read(world.outside, other, ref)) == "questions.answered"
    world.says(ref, yes=True)
    assert world.seen().check is AnswerCheck.GENUINE


def colleague_near(world: Asking):
    """A second work coach of the trade, who has become the participant's own coach."""
    other = world.school.provider.add(Role.WORK_COACH)
    with world.outside.database.write() as uow:
        uow.coaching.set_place(world.school.holder.person_id, coach_id=other.id, site_id=None)
    return other


def test_only_work_coaches_near_the_participant_may_answer_and_others_only_when_there_are_none(world: Asking) -> None:
    ref, provider = world.asked(), world.school.provider
    stranger = provider.add(Role.WORK_COACH)
    untrained = provider.add(Role.WORK_COACH, trades=("koulutus_999999",))
    for who in (stranger, untrained, provider.staff[Role.PERSONAL_COACH], provider.staff[Role.RESPONSIBLE_PERSON]):
        with pytest.raises(NotFoundError):
            answer.read(world.outside, who, ref)
        assert answer.list_asked(world.outside, who) == ()
    assert [one.row.ref for one in answer.list_asked(world.outside, world.coach)] == [ref]
    with world.outside.database.write() as uow:
        uow.staff.end(world.coach.id, now=world.outside.now())
    assert answer.read(world.outside, stranger, ref).question.words == WORDS
    with pytest.raises(NotFoundError):
        answer.read(world.outside, untrained, ref)


def test_a_question_of_another_house_is_not_there(world: Asking) -> None:
    ref = world.asked()
    with ExitStack() as stack:
        house = stack.enter_context(desk_over(world.school.provider.installation, name="Toinen talo", number=2))
        other = stack.enter_context(school_beside(house, number=3, name="Toinen oppilaitos"))
        with pytest.raises(NotFoundError):
            answer.read(world.outside, house.staff[Role.WORK_COACH], ref)
        with pytest.raises(NotFoundError):
            settle.settle(world.outside, other.holder, ref, yes=False)
        with pytest.raises(NotFoundError):
            settle.one(world.outside, other.holder, ref)
        with pytest.raises(NotFoundError):
            settle.of_case(world.outside, other.holder, world.case)
        elsewhere = Asking(other, world.case, world.key)
        with pytest.raises(NotFoundError):
            elsewhere.asked()


def test_the_passkey_confirms_exactly_the_text_that_was_seen(world: Asking) -> None:
    ref = world.asked()
    looked = world.looked(ref)
    assertion = world.assertion(ref, looked.digest)
    other = partial(answer.answer, world.outside, world.coach, ref, "Muuta.", seen=looked.digest, assertion=assertion)
    assert refused(other) == "questions.changed"
    digest = world.looked(ref, "Muuta.").digest
    with pytest.raises(ForbiddenError):
        answer.answer(world.outside, world.coach, ref, "Muuta.", seen=digest, assertion=assertion)
    assert world.row(ref).state is QuestionState.ASKED


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("Aino osasi sen.", "questions.names_person"),
        ("Hän teki sen Työ ja taidossa.", "questions.names_place"),
        ("Hän oli kuntouttavassa työtoiminnassa.", "privacy.telling_word"),
        ("Soita 040 123 4567.", "privacy.telling_word"),
        (" ", "form.missing"),
    ],
)
def test_an_answer_that_tells_who_where_or_why_is_refused(world: Asking, words: str, code: str) -> None:
    ref = world.asked()
    assert refused(lambda: world.looked(ref, words)) == code


def test_what_a_silent_signer_left_is_signed_by_the_worker(both_worlds: Asking, monkeypatch) -> None:
    world = both_worlds
    ref = world.asked()

    def silent(*_arguments):
        raise SigningError("no answer")

    with monkeypatch.context() as patched:
        patched.setattr(type(world.outside.signer), "sign", silent)
        assert world.answered(ref) is False
        world.says(ref, yes=True)
        assert world.seen().seen is Seen.COMING
        assert finish_answers(world.outside) == 0
    world.school.desk.installation.clock.moved += timedelta(minutes=5)  # the bytes get a fresh signing moment
    assert finish_answers(world.outside) == 1
    assert finish_answers(world.outside) == 0
    assert (world.seen().seen, world.seen().check) == (Seen.ANSWER, AnswerCheck.GENUINE)


def withdraw_badge(world: Asking, ref: str) -> None:
    badge, institution = world.row(ref).credential_id, world.school.desk.installation.umbrella
    revoke_badge.revoke(world.outside, badge, institution_id=institution.id, reason="mistake", actor="cli")


def test_a_badge_that_went_out_of_use_takes_its_answer_with_it(world: Asking) -> None:
    ref = world.asked()
    world.answered(ref)
    world.says(ref, yes=True)
    withdraw_badge(world, ref)
    assert world.seen().check is AnswerCheck.ENDED
    again = partial(world.asked, key=world.school.ready.keys[1])
    assert refused(again) == "questions.not_askable"


def test_an_unsigned_answer_ends_with_its_badge(world: Asking, monkeypatch) -> None:
    ref = world.asked()

    def silent(*_arguments):
        raise SigningError("no answer")

    with monkeypatch.context() as patched:
        patched.setattr(type(world.outside.signer), "sign", silent)
        world.answered(ref)
    withdraw_badge(world, ref)
    assert finish_answers(world.outside) == 1
    assert world.row(ref).state is QuestionState.CLOSED


def test_a_question_about_a_badge_out_of_use_is_not_answered(world: Asking) -> None:
    ref = world.asked()
    withdraw_badge(world, ref)
    assert refused(lambda: answer.read(world.outside, world.coach, ref)) == "questions.out_of_use"


def test_an_altered_answer_is_told_and_not_shown(world: Asking, monkeypatch) -> None:
    ref = world.asked()
    world.answered(ref)
    world.says(ref, yes=True)
    signed = world.seen().signed
    assert signed is not None
    (badge,) = world.school.case(world.case).badges
    altered = signed.replace(b"maantie", b"kilpa", 1)
    assert check_answer(world.outside, badge, altered) is AnswerCheck.NOT_GENUINE
    assert check_answer(world.outside, badge, b"no JSON") is AnswerCheck.NOT_GENUINE
    assert check_answer(world.outside, badge, badge.data) is AnswerCheck.NOT_GENUINE
    elsewhere = signed.replace(badge.content.id.encode(), b"urn:uuid:00000000-0000-4000-8000-000000000000")
    assert check_answer(world.outside, badge, elsewhere) is AnswerCheck.NOT_GENUINE


def test_what_may_not_be_asked(world: Asking) -> None:
    world.asked()
    assert refused(world.asked) == "questions.open"
    assert refused(lambda: world.asked(key="no such requirement")) == "form.choice"
    assert refused(lambda: world.asked(badge="no such badge", key=world.school.ready.keys[1])) == "form.choice"
    assert refused(lambda: world.asked(words="Kysy Ainolta.", key=world.school.ready.keys[1])) == (
        "questions.names_person"
    )
    show_decision.withdraw(world.outside, world.school.holder, world.case)
    assert refused(world.asked) == "recognition.closed"


def test_a_case_takes_ten_questions(world: Asking) -> None:
    for _ in range(10):
        world.says(world.asked(), yes=False)
    assert refused(world.asked) == "questions.many"


def test_a_decision_ends_questions_that_wait_and_their_unreleased_answers(world: Asking) -> None:
    keys = world.school.ready.keys
    first, second = world.asked(key=keys[0]), world.asked(key=keys[1])
    world.answered(first)
    save(world.school, world.case)
    decide(world.school, world.case)
    with pytest.raises(NotFoundError):
        answer.read(world.outside, world.coach, second)
    assert refused(lambda: world.says(first, yes=True)) == "recognition.closed"
    assert close_questions(world.outside) == 2
    assert {world.row(ref).sealed_answer for ref in (first, second)} == {None}


def test_a_badge_that_is_taken_out_of_the_case_takes_its_questions_along(world: Asking) -> None:
    ref = world.asked()
    umbrella = world.school.desk.installation.umbrella
    keys = world.school.ready.keys[:2]
    request = AwardRequest(institution_id=umbrella.id, unit_code="106889", requirement_keys=keys)
    made = issue(world.outside, request, idempotency_key="a second badge of the case", actor="test")
    assert made.document is not None
    outside, who = world.outside, world.school.counsellor
    take_in.take_in(outside, who, made.document, as_text=False, ref=world.case)
    row = world.row(ref)
    mine = next(one for one in world.school.case(world.case).badges if one.row.credential_id == row.credential_id)
    take_in.drop(outside, who, world.case, mine.row.id)
    assert asked_in(outside, world.school.case(world.case)) == ()
    assert answer.list_asked(outside, world.coach) == ()
    with pytest.raises(NotFoundError):
        answer.read(outside, world.coach, ref)
    assert refused(lambda: world.says(ref, yes=False)) == "recognition.closed"
    assert close_questions(outside) == 1


def test_a_name_is_looked_up_only_where_there_is_one(world: Asking) -> None:
    with world.outside.database.read() as uow:
        assert name_of(world.outside, uow, "nobody") == ""
        assert name_of(world.outside, uow, world.school.holder.person_id).startswith("Aino")
