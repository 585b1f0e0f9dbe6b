"""Tolerant access to a stranger's JSON: a missing or null member is empty, a wrong kind of value is a named problem."""

import math
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from issuer.domain.catalogue import Problem
from issuer.domain.catalogue_text import Text, localised
from schemas.strict_json import JsonObject, JsonValue

HELSINKI = ZoneInfo("Europe/Helsinki")
MALFORMED = "shape.unexpected"

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LARGEST_MILLISECONDS = 250_000_000_000_000  # some time in the year 9892
_INTEGER = re.compile(r"[+-]?\d{1,18}", re.ASCII)
_REAL = re.compile(r"[+-]?\d{1,9}(?:[.,]\d{1,9})?", re.ASCII)
_SPACE_OR_CONTROL = re.compile(r"[\s\x00-\x1f\x7f-\x9f]")
_LARGEST_EXACT = 2**53


class Problems:
    """Collects what is found while one source is read."""

    def __init__(self) -> None:
        self._found: dict[Problem, None] = {}  # in order, each once

    def add(self, code: str, pointer: str, subject: str = "") -> None:
        """Remember one."""
        self._found[Problem(code, pointer, subject)] = None

    def all(self) -> tuple[Problem, ...]:
        """All of them, in the order found."""
        return tuple(self._found)


class Node:
    """An object of the source, its place, and where problems go."""

    __slots__ = ("members", "pointer", "problems")

    def __init__(self, members: JsonObject, pointer: str, problems: Problems) -> None:
        self.members = members
        self.pointer = pointer
        self.problems = problems

    def __contains__(self, name: str) -> bool:
        return self.members.get(name) is not None

    @property
    def is_empty(self) -> bool:
        """No member at all, or none but nulls and empty containers."""
        return all(value in (None, "", [], {}) for value in self.members.values())

    def at(self, name: str) -> str:
        """Pointer to a member."""
        return f"{self.pointer}/{name.replace('~', '~0').replace('/', '~1')}"

    def node(self, name: str) -> "Node":
        """A member that should be an object; an empty one when it is missing."""
        value = self.members.get(name)
        if isinstance(value, dict):
            return Node(value, self.at(name), self.problems)
        if value is not None:
            self.problems.add(MALFORMED, self.at(name))
        return Node({}, self.at(name), self.problems)

    def items(self, name: str) -> list[JsonValue]:
        """A member that should be an array; empty when it is missing."""
        value = self.members.get(name)
        if isinstance(value, list):
            return value
        if value is not None:
            self.problems.add(MALFORMED, self.at(name))
        return []

    def nodes(self, name: str) -> Iterator["Node"]:
        """The objects of an array; nulls are passed over, any other value is a problem."""
        for index, value in enumerate(self.items(name)):
            pointer = f"{self.at(name)}/{index}"
            if isinstance(value, dict):
                yield Node(value, pointer, self.problems)
            elif value is not None:
                self.problems.add(MALFORMED, pointer)

    def string(self, name: str) -> str:
        """A text, or a number written as text; "" when it is missing."""
        value = self.members.get(name)
        if isinstance(value, str):
            return value.strip()
        if isinstance(value, int) and not isinstance(value, bool):
            return str(value)
        if value is not None:
            self.problems.add(MALFORMED, self.at(name))
        return ""

    def identifier(self, name: str, *, longest: int = 128) -> str:
        """A text or number that identifies something: no white space, at most `longest` signs; "" otherwise."""
        found = self.string(name)
        if len(found) <= longest and not _SPACE_OR_CONTROL.search(found):
            return found
        self.problems.add(MALFORMED, self.at(name))
        return ""

    def flag(self, name: str) -> bool:
        """Whether a member is true (also written as text)."""
        value = self.members.get(name)
        return value is True or (isinstance(value, str) and value.strip().lower() == "true")

    def integer(self, name: str) -> int | None:
        """A whole number, also written as text or as 3.0; None when it is missing or no such number."""
        value = self.members.get(name)
        number = _integer(value)
        if number is None and value not in (None, ""):
            self.problems.add(MALFORMED, self.at(name))
        return number

    def real(self, name: str) -> float | None:
        """A finite number, also written as text with point or comma; None when it is missing or no number."""
        value = self.members.get(name)
        if isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value):
            return float(value)
        if isinstance(value, str) and _REAL.fullmatch(value.strip()):
            return float(value.strip().replace(",", "."))
        if value not in (None, ""):
            self.problems.add(MALFORMED, self.at(name))
        return None

    def text(self, name: str) -> Text:
        """A text in several languages; a bare string counts as Finnish."""
        value = self.members.get(name)
        if isinstance(value, str):
            return localised(value, "", "")
        node = self.node(name)
        return localised(node.string("fi"), node.string("sv"), node.string("en"))

    def is_object(self, name: str) -> bool:
        """Whether a member is an object."""
        return isinstance(self.members.get(name), dict)

    def texts(self, name: str) -> Iterator[Text]:
        """The texts of an array of texts in several languages."""
        for node in self.nodes(name):
            yield localised(node.string("fi"), node.string("sv"), node.string("en"))

    def day(self, name: str) -> date | None:
        """A day in Helsinki, from epoch milliseconds or an ISO date-time; ``date.unreadable`` is a problem."""
        moment = self.moment(name)
        return None if moment is None else moment.astimezone(HELSINKI).date()

    def moment(self, name: str) -> datetime | None:
        """An instant in UTC, from epoch milliseconds (number or text) or an ISO date-time; zoneless means Helsinki."""
        value = self.members.get(name)
        if value in (None, ""):
            return None
        found = _moment(value)
        if found is None:
            self.problems.add("date.unreadable", self.at(name))
        return found


def _integer(value: JsonValue) -> int | None:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, float) and value.is_integer() and abs(value) < _LARGEST_EXACT:
        return int(value)
    return int(value) if isinstance(value, str) and _INTEGER.fullmatch(value.strip()) else None


def _moment(value: JsonValue) -> datetime | None:
    if isinstance(value, bool | list | dict) or value is None:
        return None
    if isinstance(value, int | float) or _INTEGER.fullmatch(value.strip()):
        milliseconds = float(value)
        if not abs(milliseconds) <= _LARGEST_MILLISECONDS:
            return None
        try:
            return _EPOCH + timedelta(milliseconds=milliseconds)
        except OverflowError:
            return None
    try:
        found = datetime.fromisoformat(value.strip())
        return (found.replace(tzinfo=HELSINKI) if found.tzinfo is None else found).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
