"""The lines that catalogue commands print, and the words and docs of every code."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from peruste_samples import common_unit, peruste, unit_2019

from issuer.cli_commands.catalogue_output import _MEANING, codes_lines, hit_lines, import_lines
from issuer.domain.catalogue import BLOCKING, COMMON_UNIT, NO_VERSION
from issuer.domain.catalogue_choice import UnitHit
from issuer.domain.peruste_reading import read_peruste
from issuer.services.import_qualification import ImportSummary
from issuer.services.import_unit_codes import CodesSummary
from issuer.services.search_units import SearchResult

ROOT = Path(__file__).parents[3]
SOURCES = ("domain/*reading.py", "domain/catalogue.py", "domain/source_values.py", "adapters/catalogue_sources.py")
KINDS = "unit|requirement|reference|structure|qualification|date|shape|code|codes|peruste|source"
CODE = re.compile(rf"""["`]((?:{KINDS})\.[a-z_]+)["`]""")
ADVICE = {NO_VERSION, COMMON_UNIT}


def codes_in_the_code():
    files = [
        path
        for pattern in (*SOURCES, "adapters/eperusteet.py", "adapters/public_json.py")
        for path in (ROOT / "issuer").glob(pattern)
    ]
    return {code for path in files for code in CODE.findall(path.read_text(encoding="utf-8"))}


def summary_of(source, *, added=True, others=0):
    return ImportSummary(qualification=read_peruste(source), added=added, other_revisions=others)


def test_every_code_has_a_line_in_the_docs():
    documented = set(CODE.findall((ROOT / "docs/catalogue.md").read_text(encoding="utf-8")))
    assert documented - {"input.json"} == codes_in_the_code() | {"qualification.demo"}


def test_every_warning_has_words():
    refusals = {code for code in codes_in_the_code() if code.startswith(("peruste.", "codes.", "source."))}
    assert set(_MEANING) == (codes_in_the_code() - refusals) | {"qualification.demo"}


def test_the_star_in_the_docs_marks_exactly_what_keeps_a_unit_from_being_awarded():
    lines = (ROOT / "docs/catalogue.md").read_text(encoding="utf-8").splitlines()
    starred = {code for line in lines if re.match(r"\| `[^|]+ \* \|", line) for code in CODE.findall(line)}
    assert starred == BLOCKING


@pytest.mark.parametrize(
    ("added", "others", "line"),
    [
        (True, 0, "  imported as revision of 2023-11-14 22:13 UTC"),
        (True, 2, "  imported as revision of 2023-11-14 22:13 UTC, beside 2 other revision(s)"),
        (False, 0, "  already there with the same content: nothing was changed"),
    ],
)
def test_the_summary_says_what_the_import_did(added, others, line):
    lines = list(import_lines(summary_of(peruste(), added=added, others=others), every_warning=False))
    assert lines[0] == "Kokeilualan perustutkinto (9900001, OPH-9999-2023)"
    assert line in lines


def test_only_the_first_warnings_are_printed_unless_all_are_wanted():
    units = [{**unit_2019(index, str(900_000 + index)), "nimi": None, "koodi": None} for index in range(1, 60)]
    summary = summary_of(peruste(*units))
    short = list(import_lines(summary, every_warning=False))
    assert short[-1] == "  and 19 more warnings (--all-warnings)"
    assert len(list(import_lines(summary, every_warning=True))) == len(short) + 18


def test_unit_codes_that_were_there_already_are_said_to_be():
    lines = list(codes_lines(CodesSummary(total=2, added=0, changed=0, unchanged=2, problems=())))
    assert lines[-1] == "  already there with the same content: nothing was changed"


def test_search_tells_why_a_unit_cannot_be_awarded_and_how_many_more_there_are():
    qualification = read_peruste(peruste(common_unit()))
    hit = UnitHit(unit=qualification.units[0], qualification=qualification, code=None, requirement_count=0)
    printed = "\n".join(hit_lines(SearchResult(hits=(hit,), total=3), "osa", now=datetime(2026, 1, 1, tzinfo=UTC)))
    assert "900015  version unknown  Osa 900015 / Del 900015" in printed
    assert "[unit.common]" in printed
    assert printed.endswith("2 more; use --limit or more words")
