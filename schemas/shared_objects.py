"""Objects that many documents hold, above all achievements: the RDF statements of each are worked out once."""

from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

import orjson

if TYPE_CHECKING:
    from schemas.compiled_contexts import Place
    from schemas.rdf_canonical import Quad, Term
    from schemas.strict_json import JsonObject

_LARGEST_BYTES: Final = 64 << 10  # of the JSON of an object worth keeping
_MOST_BYTES: Final = 4 << 20  # of the JSON of all; what is kept takes about ten times as much

_Key: TypeAlias = "tuple[Place, bytes]"


class SharedObject(NamedTuple):
    """What a walk over one object found out. It depends on the object and its place, and on nothing around them.

    Attributes:
        subject: its N-Quads text, or the number of its blank node.
        lines: finished statements.
        quads: the others; blank nodes are numbered from 0.
        blank_nodes: how many.
        described: ids that are described in it.
        nodes: objects in it, itself included.
    """

    subject: "Term"
    lines: "list[str]"
    quads: "list[Quad]"
    blank_nodes: int
    described: frozenset[str]
    nodes: int

    def quads_from(self, first: int) -> "list[Quad]":
        """Return the quads with their blank nodes numbered from `first`."""
        return [
            (
                subject + first if isinstance(subject, int) else subject,
                predicate,
                object_ + first if isinstance(object_, int) else object_,
                graph if graph is None or isinstance(graph, str) else graph + first,
            )
            for subject, predicate, object_, graph in self.quads
        ]


class SharedObjects:
    """A bounded memory of them. When it is full it is emptied: strangers can make it useless, but not large."""

    def __init__(self) -> None:
        self._kept: dict[_Key, SharedObject] = {}
        self._bytes = 0

    def get(self, key: _Key) -> SharedObject | None:
        """Return what is known of an object at a place, by its JSON."""
        return self._kept.get(key)

    def put(self, key: _Key, known: SharedObject) -> None:
        """Keep what was found out."""
        if self._bytes + len(key[1]) > _MOST_BYTES:
            self._kept.clear()
            self._bytes = 0
        self._bytes += len(key[1])
        self._kept[key] = known


def written(element: "JsonObject") -> bytes | None:
    """Return the JSON of an object, which tells it from all others; None if it is too large or cannot be written."""
    try:
        data = orjson.dumps(element)
    except TypeError:  # a lone surrogate, or a number beyond 64 bits
        return None
    return data if len(data) <= _LARGEST_BYTES else None
