"""Every finding of many reports is as a person last read it; tests/whole_reports.py writes the kept lines anew."""

import json

import pytest
import whole_reports
import workshop as w
from fault_cases import CASES

from verifier import Verdict

KEPT = json.loads(whole_reports.KEPT.read_text(encoding="utf-8"))
PLACES = whole_reports.by_place()


def test_the_badge_that_is_changed_is_accepted_before():
    report = w.check(whole_reports.signed(whole_reports.rich()), whole_reports.around())
    assert report.verdict is Verdict.ACCEPTED
    assert w.faults(report) == set()


def test_nothing_is_kept_that_is_not_asked_for():
    assert KEPT.keys() == {f"case {name}" for name in CASES} | PLACES.keys()


@pytest.mark.parametrize("name", sorted(CASES))
def test_the_report_of_a_single_fault_says_what_it_said(name):
    assert whole_reports.said_of_case(name) == KEPT[f"case {name}"]


@pytest.mark.parametrize("place", PLACES)
def test_the_reports_on_a_changed_place_say_what_they_said(place):
    assert whole_reports.said_of_place(PLACES[place]) == KEPT[place]
