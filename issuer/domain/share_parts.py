"""What a share shows: to whom, which parts of the badge, and the rule that a living link only ever shows less."""

from collections.abc import Iterable, Iterator
from enum import StrEnum

from issuer.domain.errors import ConflictError, InvalidRequestError
from schemas.strict_json import JsonObject, JsonValue


class Audience(StrEnum):
    """For whom a page is written. It chooses order and words of the page, never what stands on it."""

    EMPLOYER = "employer"
    SCHOOL = "school"
    ANYONE = "anyone"


class ShareKind(StrEnum):
    """How a link came about: with a badge of nobody's own view, as a link, on paper, or for a school's inbox."""

    ISSUED = "issued"
    LINK = "link"
    PAPER = "paper"
    SCHOOL = "school"


class Part(StrEnum):
    """A part of a badge that is shown or not. The month, the issuer and the checked state are told always.

    `WHOLE_FILE` hands out the signed badge itself: whoever has it reads all that stands in it.
    """

    WHAT_I_CAN = "what_i_can"
    SKILLS = "skills"
    NAME = "name"
    CODES = "codes"
    DESCRIPTION = "description"
    WHERE_LEARNED = "where_learned"
    GRADE = "grade"
    WHOLE_FILE = "whole_file"


Parts = frozenset[Part]
ALL_PARTS: Parts = frozenset(Part)
_FIRST: Parts = frozenset({Part.WHAT_I_CAN, Part.SKILLS})
_PRETICKED: dict[Audience, Parts] = {
    Audience.EMPLOYER: _FIRST,
    Audience.ANYONE: _FIRST,
    # A school decides on exact requirements and keeps what it decided on (screens F2, E4).
    Audience.SCHOOL: _FIRST | {Part.CODES, Part.GRADE, Part.WHOLE_FILE},
}


def preticked(audience: Audience) -> Parts:
    """The parts that are ticked before the holder has touched anything (screen C5)."""
    return _PRETICKED[audience]


def ordered(parts: Iterable[Part]) -> tuple[Part, ...]:
    """The parts in the order in which pages name them."""
    chosen = frozenset(parts)
    return tuple(part for part in Part if part in chosen)


def write_parts(parts: Iterable[Part]) -> str:
    """The codes for a column, in one order, so that equal sets are equal texts."""
    return " ".join(ordered(parts))


def read_parts(text: str) -> Parts:
    """Read what `write_parts` wrote. Raises ValueError."""
    return frozenset(Part(code) for code in text.split())


def chosen(parts: Iterable[Part], there: Parts) -> Parts:
    """Those of the wished parts that the badge has. Raises InvalidRequestError (``share.nothing``) for none."""
    found = frozenset(parts) & there
    if not found:
        raise InvalidRequestError(code="share.nothing", pointer="/parts")
    return found


def narrowed(now: Parts, wished: Iterable[Part]) -> Parts:
    """What a living link shows from now on (privacy.md PL4).

    Raises:
        ConflictError: ``share.widened``: a part that the link does not show; more parts need a new link.
        InvalidRequestError: ``share.nothing``: a link that shows nothing is stopped instead.
    """
    fewer = frozenset(wished)
    if not fewer <= now:
        raise ConflictError(code="share.widened", pointer="/parts")
    return chosen(fewer, now)


def parts_of(badge: JsonObject) -> Parts:
    """The parts that a badge of ours has: what is not inside can neither be ticked nor shown."""
    subject = _object(badge.get("credentialSubject"))
    results = tuple(_objects(subject.get("result")))
    there = {
        Part.SKILLS: any("status" in one for one in results),
        Part.NAME: any(one.get("identityType") == "name" for one in _objects(subject.get("identifier"))),
        Part.CODES: bool(_object(subject.get("achievement")).get("alignment")),
        Part.DESCRIPTION: "role" in subject or "narrative" in subject,
        Part.WHERE_LEARNED: "source" in subject,
        Part.GRADE: any("value" in one for one in results),
    }
    return frozenset(part for part in Part if there.get(part, True))


def _object(value: JsonValue) -> JsonObject:
    return value if isinstance(value, dict) else {}


def _objects(value: JsonValue) -> Iterator[JsonObject]:
    return (one for one in value if isinstance(one, dict)) if isinstance(value, list) else iter(())
