"""A school's question to whoever gave a badge, about one requirement: its states, its words, and what the school sees.

Nobody is told who did not want to answer: every way to no answer ends in the same state (privacy.md PV1).
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from issuer.domain.errors import InvalidFormError, InvalidRequestError
from issuer.domain.free_text import check_text, check_words

MOST_QUESTION: Final = 500
MOST_ANSWER: Final = 1_000
MOST_QUESTIONS: Final = 10  # of one case
MOST_DAYS: Final = 60
USUAL_DAYS: Final = 7
_LEAST_NAME: Final = 3
_LEAST_PHRASE: Final = 4
_LONG_PHRASE: Final = 8  # from here on the last letters may bend: "taito", "taidossa"
_BENDING: Final = 2


class QuestionState(StrEnum):
    """Where a question is; `CLOSED` is without an answer for the school, whoever or whatever the cause."""

    ASKED = "asked"
    ANSWERED = "answered"  # the learner has not said yes or no
    RELEASED = "released"
    CLOSED = "closed"


WAITING: Final = frozenset({QuestionState.ASKED, QuestionState.ANSWERED})


class Seen(StrEnum):
    """What a school is told of a question."""

    WAITING = "waiting"
    COMING = "coming"  # the learner said yes, the signature is not there yet
    ANSWER = "answer"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is asked.

    Attributes:
        key, requirement: of the learner's unit; the text in the badge's language.
        words: the question.
    """

    key: str
    requirement: str
    words: str


def seen_by_school(state: QuestionState, answer_by: date, *, signed: bool, today: date) -> Seen:
    """Tell what the school sees; after the day it is nothing, whoever was asked and did not answer."""
    if state is QuestionState.RELEASED:
        return Seen.ANSWER if signed else Seen.COMING
    return Seen.WAITING if state in WAITING and today <= answer_by else Seen.NOTHING


def check_question(words: str, answer_by: date, *, allowed: bool, people: Iterable[str], today: date) -> str:
    """Return the question without the white space around it.

    Args:
        allowed: whether the school says that the learner lets it ask (privacy.md PV5).
        people: names that must not stand in it: what is asked is signed together with the answer.

    Raises:
        InvalidFormError: ``questions.day``, ``questions.allowed``, ``questions.names_person``, ``text.…`` or a
            telling word.
    """
    faults = []
    if not today < answer_by <= today + timedelta(days=MOST_DAYS):
        faults.append(InvalidRequestError(code="questions.day", pointer="/answer_by"))
    if not allowed:
        faults.append(InvalidRequestError(code="questions.allowed", pointer="/allowed"))
    if faults:
        raise InvalidFormError(tuple(faults))
    return _checked(words, most=MOST_QUESTION, pointer="/words", people=people, places=())


def check_answer(words: str, *, people: Iterable[str], places: Iterable[str]) -> str:
    """Return the answer without the white space around it.

    Args:
        people: names of the participant and of staff; places: names of the provider and its sites.

    Raises:
        InvalidRequestError: ``questions.names_person``, ``questions.names_place``, ``text.…``.
        TellingWordError: a word that could tell why somebody was there.
    """
    return _checked(words, most=MOST_ANSWER, pointer="/answer", people=people, places=places)


def _checked(words: str, *, most: int, pointer: str, people: Iterable[str], places: Iterable[str]) -> str:
    if not words.strip():
        raise InvalidRequestError(code="form.missing", pointer=pointer)
    text = check_text(words, most=most, pointer=pointer)
    check_words(text, pointer=pointer)
    if any(names_person(text, one) for one in people):
        raise InvalidRequestError(code="questions.names_person", pointer=pointer)
    if any(names_place(text, one) for one in places):
        raise InvalidRequestError(code="questions.names_place", pointer=pointer)
    return text


def names_person(text: str, name: str) -> bool:
    """Tell whether a part of somebody's name begins a word of the text, as it is written: "Aino" in "Ainon"."""
    parts = [one for one in re.split(r"[\s-]+", name) if len(one) >= _LEAST_NAME]
    return any(re.search(rf"\b{re.escape(one)}", text) for one in parts)


def names_place(text: str, name: str) -> bool:
    """Tell whether the name of an organisation or a site stands in the text, whatever its letters and its ending."""
    phrase = " ".join(name.split()).casefold()
    stem = phrase[:-_BENDING] if len(phrase) >= _LONG_PHRASE else phrase
    return len(phrase) >= _LEAST_PHRASE and stem in " ".join(text.split()).casefold()
