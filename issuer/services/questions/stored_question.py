"""A question with its words, sealed under the case's key inside the participant's: the end of either key ends them."""

from dataclasses import dataclass, field

from issuer.db.repositories.questions import QuestionRow
from issuer.domain.question import Question
from issuer.services.outside import Outside
from schemas.strict_json import JsonObject, read_object, write

_QUESTION, _ANSWER, _TBS, _DOCUMENT = "case_question", "case_answer", "case_answer_tbs", "case_answer_document"


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredQuestion:
    """A question, opened.

    Attributes:
        answer: None until there is one, and again when it was not released.
        signed: bytes of the signed answer, or None.
    """

    row: QuestionRow
    question: Question = field(repr=False)
    answer: str | None = field(repr=False)
    signed: bytes | None = field(repr=False)


def open_question(outside: Outside, row: QuestionRow) -> StoredQuestion:
    """Open a question. Raises PersonErasedError when the participant is erased or the case is forgotten."""
    asked = read_object(_unseal(outside, row, _QUESTION, row.sealed))
    sealed, document = row.sealed_answer, row.document
    answered = read_object(_unseal(outside, row, _ANSWER, sealed)) if sealed is not None else None
    return StoredQuestion(
        row=row,
        question=Question(key=str(asked["key"]), requirement=str(asked["requirement"]), words=str(asked["words"])),
        answer=str(answered["words"]) if answered is not None else None,
        signed=_unseal(outside, row, _DOCUMENT, document) if document is not None else None,
    )


def seal_question(outside: Outside, case_id: str, person_id: str, question: Question) -> bytes:
    """Seal what is asked. Raises PersonErasedError."""
    value: JsonObject = {"key": question.key, "requirement": question.requirement, "words": question.words}
    return _seal(outside, (case_id, person_id), _QUESTION, write(value))


def seal_answer(outside: Outside, row: QuestionRow, words: str) -> bytes:
    """Seal what is answered. Raises PersonErasedError."""
    return _seal(outside, (row.case_id, row.person_id), _ANSWER, write({"words": words}))


def seal_tbs(outside: Outside, row: QuestionRow, packed: bytes) -> bytes:
    """Seal the bytes that are to be signed. Raises PersonErasedError."""
    return _seal(outside, (row.case_id, row.person_id), _TBS, packed)


def open_tbs(outside: Outside, row: QuestionRow, sealed: bytes) -> bytes:
    """Open what `seal_tbs` closed. Raises PersonErasedError."""
    return _unseal(outside, row, _TBS, sealed)


def seal_document(outside: Outside, row: QuestionRow, signed: bytes) -> bytes:
    """Seal the signed answer. Raises PersonErasedError."""
    return _seal(outside, (row.case_id, row.person_id), _DOCUMENT, signed)


def _seal(outside: Outside, owners: tuple[str, str], purpose: str, plain: bytes) -> bytes:
    case_id, person_id = owners
    return outside.person_keys.seal(person_id, purpose, outside.person_keys.seal(case_id, purpose, plain))


def _unseal(outside: Outside, row: QuestionRow, purpose: str, sealed: bytes) -> bytes:
    inner = outside.person_keys.unseal(row.person_id, purpose, sealed)
    return outside.person_keys.unseal(row.case_id, purpose, inner)
