"""What is personal of a follow-up, sealed under the person's key: how to reach somebody, and what was answered."""

from dataclasses import dataclass

from issuer.domain.follow_up import Answer, Noted
from issuer.services.outside import Outside
from issuer.services.sealed_values import open_value, seal_value

_CONTACT, _ANSWER = "follow_up_contact", "follow_up_answer"


@dataclass(frozen=True, slots=True)
class Opened:
    """An answer, and the id of the nameless count that stands for it: nothing else ties the two together."""

    answer: Answer
    count_id: str


def seal_contact(outside: Outside, person_id: str, contact: str) -> bytes:
    """Seal how to reach somebody. Raises PersonErasedError."""
    return seal_value(outside, person_id, _CONTACT, {"contact": contact})


def open_contact(outside: Outside, person_id: str, sealed: bytes) -> str:
    """Open what `seal_contact` closed. Raises PersonErasedError."""
    return str(open_value(outside, person_id, _CONTACT, sealed)["contact"])


def seal_answer(outside: Outside, person_id: str, opened: Opened) -> bytes:
    """Seal an answer. Raises PersonErasedError."""
    return seal_value(outside, person_id, _ANSWER, {"answer": opened.answer.value, "count": opened.count_id})


def open_answer(outside: Outside, noted: Noted) -> Opened:
    """Open what `seal_answer` closed. Raises PersonErasedError."""
    value = open_value(outside, noted.person_id, _ANSWER, noted.sealed)
    return Opened(Answer(str(value["answer"])), str(value["count"]))
