"""Questions of a school: what may be asked and answered, what the school sees, what is signed, what is counted."""

from datetime import UTC, date, datetime, timedelta

import pytest

from issuer.domain.badge_use import shown_uses, window
from issuer.domain.errors import InvalidFormError, InvalidRequestError, TellingWordError
from issuer.domain.question import (
    MOST_ANSWER,
    Question,
    QuestionState,
    Seen,
    check_answer,
    check_question,
    names_person,
    names_place,
    seen_by_school,
)
from issuer.domain.signed_answer import AnsweredBadge, answer_digest, build_answer, comment_of, is_about

TODAY = date(2026, 11, 23)
TOMORROW = TODAY + timedelta(days=1)
BADGE = {
    "id": "urn:uuid:1",
    "issuer": {"id": "did:web:example.fi", "name": "Osaamismerkit"},
    "credentialStatus": {"id": "https://example.fi/status/a#1"},
}
ASKED = Question(key="k", requirement="vaihtaa ketjun", words="Miten?")


def asked(words: str = "Miten hän teki sen?", day: date = TOMORROW, *, allowed: bool = True) -> str:
    return check_question(words, day, allowed=allowed, people=("Aino Virta",), today=TODAY)


def codes(problem: InvalidFormError) -> set[str]:
    return {fault.code for fault in problem.faults}


def test_a_question_loses_the_space_around_it():
    assert asked("  Miten?\n") == "Miten?"


@pytest.mark.parametrize("day", [TODAY, TODAY - timedelta(days=1), TODAY + timedelta(days=61)])
def test_a_day_that_is_over_or_far_is_refused(day):
    with pytest.raises(InvalidFormError) as caught:
        asked(day=day)
    assert codes(caught.value) == {"questions.day"}


def test_the_last_day_that_may_be_chosen_is_sixty_days_ahead():
    assert asked(day=TODAY + timedelta(days=60))


def test_nothing_is_asked_without_the_learners_leave():
    with pytest.raises(InvalidFormError) as caught:
        asked(allowed=False)
    assert codes(caught.value) == {"questions.allowed"}


@pytest.mark.parametrize("words", ["Onko 131052-308T hän?", "Soita 040 123 4567", "Oliko hän vankilassa?"])
def test_identity_codes_numbers_and_telling_words_are_refused(words):
    with pytest.raises(TellingWordError):
        asked(words)


@pytest.mark.parametrize(("words", "code"), [("", "form.missing"), ("   ", "form.missing"), ("a" * 501, "text.length")])
def test_an_empty_or_long_question_is_refused(words, code):
    with pytest.raises(InvalidRequestError) as caught:
        asked(words)
    assert caught.value.code == code


def test_a_question_with_the_learners_name_is_refused_since_it_is_signed_with_the_answer():
    with pytest.raises(InvalidRequestError) as caught:
        asked("Osaako Ainon pari sen?")
    assert caught.value.code == "questions.names_person"


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("Virran Aino teki sen.", "questions.names_person"),
        ("Hän teki sen TYÖ  ja taidossa.", "questions.names_place"),
        ("Katso 0000002-7.", "questions.names_place"),
        ("a" * (MOST_ANSWER + 1), "text.length"),
    ],
)
def test_an_answer_that_names_person_or_place_is_refused(words, code):
    with pytest.raises(InvalidRequestError) as caught:
        check_answer(words, people=("Aino Virta",), places=("Työ ja taito", "0000002-7", ""))
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("text", "name", "found"),
    [
        ("Ainolla oli lupa", "Aino", True),
        ("ainoa tapa", "Aino", False),
        ("teki sen", "", False),
        ("Li teki", "Li", False),
        ("Anna-Liisan työ", "Anna-Liisa", True),
    ],
)
def test_a_name_is_found_as_it_is_written_with_its_endings(text, name, found):
    assert names_person(text, name) is found


def test_short_names_of_places_are_not_looked_for():
    assert not names_place("abc", "abc")
    assert names_place("kävi KIRJO-talossa", "Kirjo-talo")


@pytest.mark.parametrize(
    ("state", "day", "signed", "seen"),
    [
        (QuestionState.ASKED, TODAY, False, Seen.WAITING),
        (QuestionState.ANSWERED, TODAY, True, Seen.WAITING),
        (QuestionState.ASKED, TODAY - timedelta(days=1), False, Seen.NOTHING),
        (QuestionState.ANSWERED, TODAY - timedelta(days=1), True, Seen.NOTHING),
        (QuestionState.CLOSED, TOMORROW, False, Seen.NOTHING),
        (QuestionState.RELEASED, TOMORROW, False, Seen.COMING),
        (QuestionState.RELEASED, TODAY - timedelta(days=1), True, Seen.ANSWER),
    ],
)
def test_the_school_sees_an_answer_only_once_it_was_let_go(state, day, signed, seen):
    assert seen_by_school(state, day, signed=signed, today=TODAY) is seen


def answered_badge(**more: object) -> AnsweredBadge:
    return AnsweredBadge(**({"document": BADGE, "sha256": b"1" * 32, "language": "fi"} | more))


def built(answer: str = "Hyvin.") -> dict:
    at = datetime(2026, 11, 23, 4, 5, tzinfo=UTC)
    return build_answer(answered_badge(), ASKED, answer, endorsement_id="urn:uuid:2", now=at)


def test_a_signed_answer_has_the_badges_issuer_and_place_its_month_and_all_three_texts():
    document = built()
    assert (document["issuer"], document["credentialStatus"]) == (BADGE["issuer"], BADGE["credentialStatus"])
    assert document["validFrom"] == "2026-11-01T00:00:00Z"
    assert comment_of(document) == "Vaatimus: vaihtaa ketjun\nOppilaitos kysyi: Miten?\nMerkin antaja vastaa: Hyvin."
    assert is_about(document, BADGE, b"1" * 32)


@pytest.mark.parametrize(
    "changed",
    [
        {"credentialSubject": {"id": "urn:uuid:9"}},
        {"credentialSubject": "urn:uuid:1"},
        {"relatedResource": []},
        {"issuer": "did:web:other.example"},
        {"credentialStatus": {"id": "https://example.fi/status/a#2"}},
    ],
)
def test_an_answer_about_anything_else_is_told_apart(changed):
    assert not is_about(built() | changed, BADGE, b"1" * 32)


def test_an_answer_about_other_bytes_of_the_badge_is_told_apart():
    assert not is_about(built(), BADGE, b"2" * 32)


def test_what_the_coach_confirms_changes_with_question_answer_and_badge():
    digests = {
        answer_digest(answered_badge(), ASKED, "a"),
        answer_digest(answered_badge(), ASKED, "b"),
        answer_digest(answered_badge(), Question(key="k", requirement="vaihtaa ketjun", words="Koska?"), "a"),
        answer_digest(answered_badge(sha256=b"2" * 32), ASKED, "a"),
        answer_digest(answered_badge(language="sv"), ASKED, "a"),
    }
    assert len(digests) == 5


@pytest.mark.parametrize(("count", "told"), [(0, None), (1, None), (9, None), (10, 10), (12, 10), (13, 15)])
def test_a_count_of_uses_is_rounded_and_hidden_below_ten(count, told):
    assert shown_uses(count) == told


def test_the_month_that_runs_is_not_counted():
    assert window(TODAY) == (date(2025, 11, 1), date(2026, 11, 1))
    assert window(date(2024, 2, 29)) == (date(2023, 2, 1), date(2024, 2, 1))
