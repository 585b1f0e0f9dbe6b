"""Reads N-Quads into the dataset that jsonld.canonical_nquads takes."""

import re
from typing import Any

from schemas.errors import DocumentError

CODE = "rdf.nquads"

_XSD_STRING = "http://www.w3.org/2001/XMLSchema#string"
_LANG_STRING = "http://www.w3.org/1999/02/22-rdf-syntax-ns#langString"

_UCHAR = r"\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8}"
_IRI = rf'<((?:[^\x00-\x20<>"{{}}|^`\\]|{_UCHAR})*+)>'
_BLANK = r"(_:[A-Za-z0-9_\u00b7-\U000effff](?:[A-Za-z0-9_.:\u00b7-\U000effff-]*[A-Za-z0-9_:\u00b7-\U000effff-])?)"
_LITERAL = rf'"((?:[^"\\\n\r]|\\[tbnrf"\'\\]|{_UCHAR})*+)"(?:\^\^{_IRI}|@([A-Za-z]+(?:-[A-Za-z0-9]+)*))?'
_SPACE = r"[ \t]*"
_QUAD = re.compile(
    rf"{_SPACE}(?:{_IRI}|{_BLANK}){_SPACE}{_IRI}{_SPACE}(?:{_IRI}|{_BLANK}|{_LITERAL}){_SPACE}"
    rf"(?:{_IRI}|{_BLANK})?{_SPACE}\.{_SPACE}(?:#.*)?"
)
_NOTHING = re.compile(rf"{_SPACE}(?:#.*)?")
_LINE_END = re.compile(r"\r\n|\n|\r")  # never splitlines: U+0085 and U+2028 are content
_ESCAPE = re.compile(rf"{_UCHAR}|\\.")
_SHORT = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f", '"': '"', "'": "'", "\\": "\\"}


def parse(text: str) -> dict[str, list[dict[str, Any]]]:
    """Return graph name ("@default" or IRI or blank node) → statements, each once.

    Raises:
        DocumentError: ``rdf.nquads`` with the number of the line as its pointer.

    Source: RDF 1.1 N-Quads, grammar.
    """
    dataset: dict[str, dict[str, dict[str, Any]]] = {}
    for number, line in enumerate(_LINE_END.split(text), 1):
        if _NOTHING.fullmatch(line):
            continue
        match = _QUAD.fullmatch(line)
        if match is None:
            raise DocumentError(CODE, f"/{number}", "not a statement")
        subject_iri, subject_node, predicate, object_iri, object_node, literal, datatype, tag, graph_iri, graph_node = (
            match.groups()
        )
        statement = {
            "subject": _node(subject_iri, subject_node),
            "predicate": _node(predicate, None),
            "object": _node(object_iri, object_node) if literal is None else _literal(literal, datatype, tag),
        }
        name = graph_node or (_unescape(graph_iri) if graph_iri is not None else "@default")
        dataset.setdefault(name, {}).setdefault(repr(statement), statement)
    return {name: list(statements.values()) for name, statements in dataset.items()}


def _node(iri: str | None, blank: str | None) -> dict[str, str]:
    if iri is None:
        return {"type": "blank node", "value": blank or ""}
    return {"type": "IRI", "value": _unescape(iri)}


def _literal(text: str, datatype: str | None, tag: str | None) -> dict[str, str]:
    literal = {"type": "literal", "value": _unescape(text)}
    if tag is not None:
        return literal | {"datatype": _LANG_STRING, "language": tag}
    return literal | {"datatype": _XSD_STRING if datatype is None else _unescape(datatype)}


def _unescape(text: str) -> str:
    return _ESCAPE.sub(_character, text) if "\\" in text else text


def _character(match: re.Match[str]) -> str:
    escape = match.group()
    if escape[1] not in "uU":
        return _SHORT[escape[1]]
    code = int(escape[2:], 16)  # noqa: FURB166 – not a Python prefix
    if code > 0x10FFFF or 0xD800 <= code <= 0xDFFF:  # noqa: PLR2004 – the bounds of Unicode scalar values
        raise DocumentError(CODE, detail=f"{escape} is no character")
    return chr(code)
