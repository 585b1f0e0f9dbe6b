"""RDFC-1.0 over quads whose terms are already written as N-Quads: labels for blank nodes, then sorted lines.

The statements come from `document_quads.py`, where a blank node is a small integer and every other term is the text
that N-Quads wants. Those without any blank node are finished lines already, and are only sorted here.
"""

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from itertools import islice, permutations
from math import factorial
from operator import eq
from typing import Literal, TypeAlias

Term: TypeAlias = str | int
"""N-Quads text (`<iri>`, `"literal"`), or the number of a blank node."""

Quad: TypeAlias = tuple[Term, str, Term, Term | None]
"""Subject, predicate, object, and the name of the graph: None for the default graph."""

HashName: TypeAlias = Literal["sha256", "sha384"]
_Issued: TypeAlias = dict[int, str]


class WorkExceededError(Exception):
    """Telling the blank nodes apart would take more than the budget (poison graphs, openbadges.md 14.10)."""


@dataclass(frozen=True, slots=True)
class Dataset:
    """A set of RDF statements, on its way to its canonical form; each may be there several times.

    Attributes:
        quads: statements that are not in `lines`.
        blank_nodes: how many there are; their numbers are 0 … blank_nodes - 1.
        lines: finished statements of the default graph, without any blank node.
    """

    quads: list[Quad]
    blank_nodes: int
    lines: list[str] = field(default_factory=list)

    def all_quads(self) -> list[Quad]:
        """Return all statements as quads."""
        return [*self.quads, *map(_quad, self.lines)]


def _quad(line: str) -> Quad:
    subject, predicate, object_ = line.removesuffix(" .\n").split(" ", 2)  # no IRI holds a space
    return subject, predicate, object_, None


def canonical_form(
    dataset: Dataset, *, hash_name: HashName, budget: int, before_hard_work: Callable[[], None] | None = None
) -> str:
    """Return canonical N-Quads: one statement a line, LF ended, each once, sorted by code point.

    Args:
        dataset: is not changed.
        hash_name: RDFC-1.0 uses SHA-256, for P-384 keys SHA-384.
        budget: how much work may be spent on blank nodes that look alike, counted as `_Labeller.charge` says.
        before_hard_work: called once if any two blank nodes look alike at first sight; may raise.

    Raises:
        WorkExceededError: the budget did not suffice.

    Source: RDFC-1.0, section 4.4.
    """
    lines = dataset.lines.copy()
    if dataset.quads:
        labels = _labels(dataset.quads, dataset.blank_nodes, hash_name, budget, before_hard_work)
        for subject, predicate, object_, graph in dataset.quads:
            start = labels[subject] if isinstance(subject, int) else subject
            end = labels[object_] if isinstance(object_, int) else object_
            if graph is None:
                lines.append(f"{start} {predicate} {end} .\n")
            else:
                name = labels[graph] if isinstance(graph, int) else graph
                lines.append(f"{start} {predicate} {end} {name} .\n")
    lines.sort()
    return "".join(dict.fromkeys(lines) if repeats(lines) else lines)


def repeats(lines: list[str]) -> bool:
    """Say whether sorted lines hold one twice; cheaper than a set, whose hashing reads all text again."""
    return any(map(eq, lines, islice(lines, 1, None)))


def _first_degree_lines(quads: Iterable[Quad], blank_nodes: int) -> list[list[str]]:
    """Return, for each blank node, the statements around it, itself written `_:a` and all others `_:z`.

    The lines are sorted and may repeat: three links to three blank nodes are three statements, though they look
    alike here.
    """
    around: list[list[str]] = [[] for _ in range(blank_nodes)]
    for quad in quads:
        subject, predicate, object_, graph = quad
        if graph is not None:
            for node in {term for term in (subject, object_, graph) if isinstance(term, int)}:
                around[node].append(line_seen_from(node, quad))
        elif not isinstance(subject, int):
            if isinstance(object_, int):
                around[object_].append(f"{subject} {predicate} _:a .\n")
        elif not isinstance(object_, int):
            around[subject].append(f"_:a {predicate} {object_} .\n")
        elif subject == object_:
            around[subject].append(f"_:a {predicate} _:a .\n")
        else:
            around[subject].append(f"_:a {predicate} _:z .\n")
            around[object_].append(f"_:z {predicate} _:a .\n")
    for lines in around:
        lines.sort()
    return around


def line_seen_from(node: int, quad: Quad) -> str:
    """Return a statement as one blank node sees it: itself `_:a`, the others `_:z`."""
    seen = [("_:a" if term == node else "_:z") if isinstance(term, int) else term for term in quad if term is not None]
    return " ".join(seen) + " .\n"


def _touching(quads: Iterable[Quad], blank_nodes: int) -> list[list[Quad]]:
    """Return, for each blank node, the statements in which it is subject, object or graph."""
    touching: list[list[Quad]] = [[] for _ in range(blank_nodes)]
    for quad in quads:
        for node in {term for term in quad if isinstance(term, int)}:
            touching[node].append(quad)
    return touching


def _labels(
    quads: list[Quad],
    blank_nodes: int,
    hash_name: HashName,
    budget: int,
    before_hard_work: Callable[[], None] | None,
) -> _Issued:
    """Give each blank node its canonical label, `_:c14n0` and so on."""
    new_hash = getattr(hashlib, hash_name)
    around = _first_degree_lines(quads, blank_nodes)
    if any(map(repeats, around)) and len(distinct := list(dict.fromkeys(quads))) < len(quads):
        quads = distinct  # a statement was made twice, and a dataset is a set
        around = _first_degree_lines(quads, blank_nodes)
    hashes = [new_hash("".join(lines).encode()).hexdigest() for lines in around]
    alike: dict[str, list[int]] = {}
    for node, digest in enumerate(hashes):
        alike.setdefault(digest, []).append(node)
    labels: _Issued = {}
    for digest in sorted(alike):
        if len(alike[digest]) == 1:
            labels[alike[digest][0]] = f"_:c14n{len(labels)}"
    if len(labels) < blank_nodes:
        if before_hard_work is not None:
            before_hard_work()
        _Labeller(_touching(quads, blank_nodes), hashes, labels, new_hash, budget).finish(
            [alike[digest] for digest in sorted(alike)]
        )
    return labels


class _Labeller:
    """The hard part of RDFC-1.0: nodes whose first-degree hashes are equal, told apart by their neighbours."""

    def __init__(
        self,
        touching: list[list[Quad]],
        hashes: list[str],
        labels: _Issued,
        new_hash: Callable[[bytes], "hashlib._Hash"],
        budget: int,
    ) -> None:
        self._touching = touching
        self._hashes = hashes
        self._labels = labels
        self._new_hash = new_hash
        self._left = budget

    def finish(self, groups: list[list[int]]) -> None:
        """Label the nodes that are still without label; `groups` are in the order of their hashes."""
        for group in groups:
            if len(group) == 1:
                continue
            results = [self._n_degree(node, {node: "_:b0"}) for node in group if node not in self._labels]
            for _, issued in sorted(results, key=lambda result: result[0]):
                for node in issued:
                    if node not in self._labels:
                        self._labels[node] = f"_:c14n{len(self._labels)}"

    def _charge(self, related: dict[str, list[int]]) -> None:
        """Pay for the orders about to be tried, before trying them: n alike neighbours cost n factorial."""
        self._left -= 1 + sum(factorial(min(len(nodes), 12)) for nodes in related.values())
        if self._left < 0:
            raise WorkExceededError

    def _n_degree(self, node: int, issued: _Issued) -> tuple[str, _Issued]:
        """Hash N-Degree Quads (RDFC-1.0, 4.8): the node seen through everything it hangs together with."""
        related = self._related(node, issued)
        self._charge(related)
        data = []
        for digest in sorted(related):
            path, issued = self._best_path(related[digest], issued)
            data.append(digest + path)
        return self._new_hash("".join(data).encode()).hexdigest(), issued

    def _related(self, node: int, issued: _Issued) -> dict[str, list[int]]:
        """Group the neighbours of a node by how they hang on it (RDFC-1.0, 4.7)."""
        related: dict[str, list[int]] = {}
        for subject, predicate, object_, graph in self._touching[node]:
            for neighbour, position in ((subject, "s" + predicate), (object_, "o" + predicate), (graph, "g")):
                if isinstance(neighbour, int) and neighbour != node:
                    known = self._labels.get(neighbour) or issued.get(neighbour) or self._hashes[neighbour]
                    digest = self._new_hash((position + known).encode()).hexdigest()
                    related.setdefault(digest, []).append(neighbour)
        return related

    def _best_path(self, neighbours: list[int], issued: _Issued) -> tuple[str, _Issued]:
        """Return the smallest path over all orders of the neighbours, and the labels it gave."""
        best, best_issued = "", issued
        for order in permutations(neighbours):
            attempt = self._path(order, dict(issued), best)
            if attempt is not None and (not best or attempt[0] < best):
                best, best_issued = attempt
        return best, best_issued

    def _path(self, order: tuple[int, ...], issued: _Issued, best: str) -> tuple[str, _Issued] | None:
        """Walk the neighbours in one order; None as soon as the path cannot become the smallest."""
        path, unseen = "", []
        for neighbour in order:
            if neighbour in self._labels:
                path += self._labels[neighbour]
            else:
                if neighbour not in issued:
                    unseen.append(neighbour)
                    issued[neighbour] = f"_:b{len(issued)}"
                path += issued[neighbour]
            if _longer_and_greater(path, best):
                return None
        for neighbour in unseen:
            digest, deeper = self._n_degree(neighbour, issued)
            path += f"{issued[neighbour]}<{digest}>"
            issued = deeper
            if _longer_and_greater(path, best):
                return None
        return path, issued


def _longer_and_greater(path: str, best: str) -> bool:
    return bool(best) and len(path) >= len(best) and path > best
