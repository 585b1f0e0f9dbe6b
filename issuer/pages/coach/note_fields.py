"""Parts of the observation forms: requirements in groups, the picture, and where a telling word stands."""

from issuer.domain.catalogue import Requirement
from issuer.domain.errors import DomainError, InvalidRequestError
from issuer.domain.neutral_words import neutral_offer
from issuer.domain.observation import WarnedWordError
from issuer.domain.telling_words import telling_words
from issuer.pages.coach.shown_words import Words, words
from issuer.pages.forms import Form
from issuer.services.coaching.clean_picture import MOST_BYTES, clean_picture

Group = tuple[Words, list[tuple[str, Words, bool]]]


def requirement_rows(requirements: tuple[Requirement, ...], language: str, ticked: set[str]) -> list[Group]:
    """Return the groups in order, each with (position, text, ticked); the ticked rows of a group stand first."""
    groups: dict[str, Group] = {}
    for one in requirements:
        heading = words(one.group, language)
        rows = groups.setdefault(heading.text, (heading, []))[1]
        rows.append((str(one.position), words(one.text, language), str(one.position) in ticked))
    ordered = [(heading, sorted(rows, key=lambda row: not row[2])) for heading, rows in groups.values()]
    return sorted(ordered, key=lambda group: not any(row[2] for row in group[1]))


def read_picture(form: Form) -> bytes | None:
    """Return an uploaded picture, cleaned; None for none. Raises InvalidRequestError."""
    file = form.file("picture")
    if file is None:
        return None
    content = file.file.read(MOST_BYTES + 1)
    if not content:
        raise InvalidRequestError(code="picture.kind", pointer="/picture")
    return clean_picture(content)


def telling(text: str) -> tuple[tuple[str, bool], ...]:
    """Cut a text into pieces; True where a piece is a word that may tell. Empty when there is none."""
    found = sorted({one.word for one in telling_words(text)}, key=len, reverse=True)
    folded = text.casefold()
    if not found or len(folded) != len(text):
        return ()
    marks = [False] * len(text)
    for word in found:
        start = folded.find(word.casefold())
        while start >= 0:
            marks[start : start + len(word)] = [True] * len(word)
            start = folded.find(word.casefold(), start + 1)
    pieces: list[tuple[str, bool]] = []
    for sign, marked in zip(text, marks, strict=True):
        if pieces and pieces[-1][1] == marked:
            pieces[-1] = (pieces[-1][0] + sign, marked)
        else:
            pieces.append((sign, marked))
    return tuple(pieces) if any(marks) else ()


def word_offer(error: DomainError | None) -> tuple[str, str | None] | None:
    """Return the word that was warned of and a neutral wording, or None for any other refusal."""
    if not isinstance(error, WarnedWordError):
        return None
    return error.word, neutral_offer(error.word)
