"""Ways to change a good document: every member left out, changed, replaced or added to; bytes changed at random."""

import copy
import random
from collections.abc import Callable, Iterator
from typing import Any

import workshop as w

JUNK: tuple[Any, ...] = (
    None,
    True,
    0,
    -1,
    1.5,
    "",
    "x",
    "_:b",
    [],
    {},
    [None],
    {"id": "urn:x:1"},
    "https://evil.example/",
    "\u202e",
)


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The path of every member and item below a value."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, item in items:
        yield (*path, name)
        yield from places(item, (*path, name))


def at(document: Any, path: tuple[Any, ...]) -> Any:
    for step in path:
        document = document[step]
    return document


def changed(document: w.Json, path: tuple[Any, ...], change: Callable[[Any, Any], None]) -> w.Json:
    result = copy.deepcopy(document)
    change(at(result, path[:-1]), path[-1])
    return result


def put(value: Any) -> Callable[[Any, Any], None]:
    def change(holder: Any, name: Any) -> None:
        holder[name] = value

    return change


def other_leaf(value: Any) -> Any:
    if isinstance(value, bool):
        return not value
    if isinstance(value, int | float):
        return value + 1
    if isinstance(value, str):
        return value[:-1] + ("A" if not value.endswith("A") else "B") if value else "A"
    return "changed"


def json_mutants(document: w.Json) -> Iterator[w.Json]:
    """Every member left out, every leaf changed, every value replaced by junk, members added everywhere."""
    for number, path in enumerate(places(document)):
        value = at(document, path)
        yield changed(document, path, lambda holder, name: holder.pop(name))
        if not isinstance(value, dict | list):
            yield changed(document, path, put(other_leaf(value)))
        yield changed(document, path, put(JUNK[number % len(JUNK)]))
        if isinstance(value, dict):
            for name, extra in (("gpa", "5.0"), ("@nest", {"name": "x"}), ("_:p", "x"), ("@context", [w.VC2])):
                yield changed(document, (*path, name), put(extra))


def byte_mutants(data: bytes, count: int, seed: int) -> Iterator[bytes]:
    pick = random.Random(seed)  # noqa: S311  the same mutants in every run
    for _ in range(count):
        place = pick.randrange(len(data))
        kind = pick.randrange(5)
        if kind == 0:
            yield data[:place] + bytes([data[place] ^ (1 << pick.randrange(8))]) + data[place + 1 :]
        elif kind == 1:
            yield data[:place] + data[place + 1 :]
        elif kind == 2:
            yield data[:place] + bytes([pick.randrange(256)]) + data[place:]
        elif kind == 3:
            yield data[:place]
        else:
            end = min(len(data), place + pick.randrange(1, 60))
            yield data[:end] + data[place:end] + data[end:]
