"""Tests of follow-up: who is asked when, what is closed, and until when an answer may be corrected."""

from datetime import date, timedelta

import pytest

from issuer.domain.errors import ConflictError
from issuer.domain.follow_up import KEPT, POSITIVE, Answer, Leaver, Moment, check_changeable

LEFT = date(2026, 6, 30)


def leaver(*, given: int = 0, version: str = "2") -> Leaver:
    return Leaver(
        person_id="person",
        institution_id="house",
        number=14,
        left_on=LEFT,
        given_on=LEFT + timedelta(days=given),
        text_version=version,
    )


@pytest.mark.parametrize(
    ("day", "due"),
    [
        (-1, None), (0, Moment.END), (30, Moment.END), (31, None), (90, None), (91, Moment.THREE_MONTHS),
        (121, Moment.THREE_MONTHS), (122, None), (182, None), (183, Moment.SIX_MONTHS), (197, Moment.SIX_MONTHS),
        (198, None),
    ],
)  # fmt: skip
def test_each_moment_has_its_days(day: int, due: Moment | None) -> None:
    assert leaver().due(LEFT + timedelta(days=day)) is due


def test_who_has_answered_is_not_asked_again() -> None:
    assert leaver().due(LEFT, {Moment.END}) is None


def test_a_yes_after_the_time_of_a_question_is_over_does_not_let_it_be_closed() -> None:
    late = leaver(given=40)
    assert late.asked() == (Moment.THREE_MONTHS, Moment.SIX_MONTHS)
    assert late.missed(LEFT + timedelta(days=130)) == (Moment.THREE_MONTHS,)


def test_the_first_text_let_us_ask_after_three_and_six_months_only() -> None:
    assert leaver(version="1").asked() == (Moment.THREE_MONTHS, Moment.SIX_MONTHS)


def test_what_nobody_answered_in_time_is_missed_and_nothing_else() -> None:
    assert leaver().missed(LEFT + timedelta(days=30)) == ()
    assert leaver().missed(LEFT + timedelta(days=31)) == (Moment.END,)
    assert leaver().missed(LEFT + timedelta(days=31), {Moment.END}) == ()
    assert leaver().missed(LEFT + KEPT + timedelta(days=1)) == tuple(Moment)


def test_an_answer_is_corrected_within_its_month_alone() -> None:
    check_changeable(date(2026, 6, 1), date(2026, 6, 30))
    for today in (date(2026, 7, 1), date(2027, 6, 1)):
        with pytest.raises(ConflictError, match=r"follow_up\.month_over"):
            check_changeable(date(2026, 6, 1), today)


def test_the_running_number_is_written_as_people_say_it() -> None:
    assert leaver().code == "014"


def test_two_answers_of_four_are_positive() -> None:
    assert {Answer.STUDY, Answer.OPEN_WORK} == POSITIVE
    assert len(Answer) == 4
