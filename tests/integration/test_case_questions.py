"""A school's question about one requirement: to the coach, past the learner's yes, back as a signed answer."""

import json
from collections.abc import Iterator

import pytest
from desk import Desk
from questions import ANSWER, WORDS, Asking, asking
from recognition import school_beside

from issuer.domain.question import QuestionState, Seen
from issuer.services.questions.show_asked import AnswerCheck
from issuer.services.recognition.check_badges import check_badge
from verifier import Verdict


@pytest.fixture
def world(both_desks: Desk) -> Iterator[Asking]:
    with school_beside(both_desks) as school:
        yield asking(school)


def test_an_answer_reaches_the_school_signed_after_the_learners_yes_and_never_before(world: Asking) -> None:
    ref = world.asked()
    assert world.seen().seen is Seen.WAITING
    assert world.answered(ref)
    before = world.seen()
    assert (before.seen, before.text, before.signed, before.check) == (Seen.WAITING, "", None, None)
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
