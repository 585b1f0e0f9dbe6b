"""N-Quads in: the grammar, escapes, and lines that are none."""

import pytest

from schemas import nquads
from schemas.errors import DocumentError


def first(text):
    return nquads.parse(text)["@default"][0]


def test_escapes_in_literals_and_iris_are_read():
    statement = first(r'<urn:\u0061> <urn:p> "\t\b\n\r\f\"\'\\\u00e4\U0001F600" .')
    assert statement["subject"]["value"] == "urn:a"
    assert statement["object"]["value"] == "\t\b\n\r\f\"'\\ä😀"


def test_datatype_language_and_graph_are_read():
    dataset = nquads.parse('_:a <urn:p> "x"^^<urn:d> <urn:g> .\n_:a <urn:p> "x"@fi-FI _:g . # note\n# only a note\n\n')
    assert dataset["urn:g"][0]["object"] == {"type": "literal", "value": "x", "datatype": "urn:d"}
    assert dataset["_:g"][0]["object"]["language"] == "fi-FI"
    assert "@default" not in dataset


def test_statement_that_stands_twice_counts_once():
    assert len(nquads.parse("_:a <urn:p> _:b .\n_:a  <urn:p>  _:b .\n")["@default"]) == 1


def test_line_ends_of_unicode_are_content():
    assert first('<urn:a> <urn:p> "a\u2028b\u0085c" .')["object"]["value"] == "a\u2028b\u0085c"


@pytest.mark.parametrize(
    "line",
    [
        "<urn:a> <urn:p> .",
        '"literal" <urn:p> <urn:o> .',
        "<urn:a> _:p <urn:o> .",
        "<urn:a b> <urn:p> <urn:o> .",
        '<urn:a> <urn:p> "open .',
        r'<urn:a> <urn:p> "\x" .',
        r'<urn:a> <urn:p> "\ud800" .',
        r'<urn:a> <urn:p> "\U00110000" .',
        "<urn:a> <urn:p> <urn:o>",
        '<urn:a> <urn:p> "x"@ .',
    ],
)
def test_line_that_is_no_statement_is_refused(line):
    with pytest.raises(DocumentError) as refusal:
        nquads.parse(line)
    assert refusal.value.code == "rdf.nquads"
