"""What keeps a recognition from being published, one cause at a time, and days that cannot be."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from peruste_samples import peruste, unit_2019

from issuer.domain.errors import InvalidFormError
from issuer.domain.learning_environment import Recogniser, Recognition, SiteTexts, UnitMap
from issuer.domain.peruste_reading import read_peruste
from issuer.domain.recognition_rules import check_dates, publishing_causes
from issuer.domain.unit_ref import UnitRef

TODAY = date(2026, 11, 22)
UNIT = replace(read_peruste(peruste(unit_2019())).units[0], version=1)
KEYS = tuple(one.key for one in UNIT.requirements)
TEXTS = SiteTexts(name="Halli", public_name="Korjaamo", public_description="a", real_work="b", equipment="c")
KNOWN = Recognition(
    recogniser=Recogniser(role="opettaja", organisation="Opisto"),
    recognised_on=TODAY - timedelta(days=1),
    valid_until=TODAY,
    register_number="OPH-1-2026",
    name_key="k",
    name_sealed=b"x",
)
WHOLE = UnitMap(
    id="m",
    site_id="s",
    unit=UnitRef.of(UNIT),
    catalogue_digest="d",
    ticks={"t": frozenset(KEYS[:-1])},
    elsewhere=frozenset(KEYS[-1:]),
    recognition=KNOWN,
)


def codes(*, texts=TEXTS, unit=UNIT, unit_map=WHOLE, tasks=("t",), today=TODAY):
    found = publishing_causes(texts, unit, unit_map, task_ids=tasks, today=today)
    return [(cause.code.removeprefix("publish."), cause.count) for cause in found]


def test_a_whole_matrix_of_a_recognised_site_may_be_published():
    assert codes() == []


@pytest.mark.parametrize("field", ["public_description", "real_work", "equipment"])
def test_a_site_without_a_description_is_not_published(field):
    assert codes(texts=replace(TEXTS, **{field: ""})) == [("no_description", 0)]


@pytest.mark.parametrize(("field", "value"), [("recogniser", None), ("name_sealed", None)])
def test_without_a_recogniser_nothing_is_published(field, value):
    known = replace(KNOWN, **{field: value})
    assert codes(unit_map=replace(WHOLE, recognition=known)) == [("no_recogniser", 0)]


@pytest.mark.parametrize("field", ["recognised_on", "valid_until"])
def test_without_days_nothing_is_published(field):
    known = replace(KNOWN, **{field: None})
    assert codes(unit_map=replace(WHOLE, recognition=known)) == [("no_dates", 0)]


@pytest.mark.parametrize("today", [KNOWN.recognised_on - timedelta(days=1), KNOWN.valid_until + timedelta(days=1)])
def test_the_day_of_publication_lies_between_recognition_and_end(today):
    assert codes(today=today) == [("dates_reversed", 0)]


def test_requirements_without_a_task_and_not_elsewhere_are_counted():
    assert codes(unit_map=replace(WHOLE, elsewhere=frozenset())) == [("requirements_open", 1)]


def test_a_task_that_is_no_longer_done_teaches_nothing():
    assert codes(tasks=()) == [("nothing_at_work", 0), ("requirements_open", len(KEYS) - 1)]


def test_a_unit_without_a_version_is_incomplete():
    assert codes(unit=replace(UNIT, version=None)) == [("unit_incomplete", 0)]


def test_a_key_that_the_unit_no_longer_has_counts_for_nothing():
    ticks = {"t": frozenset({*KEYS[:-2], "gone"})}
    assert codes(unit_map=replace(WHOLE, ticks=ticks)) == [("requirements_open", 1)]


@pytest.mark.parametrize(
    ("recognised_on", "valid_until", "code"),
    [
        (TODAY + timedelta(days=1), None, "recognition.in_future"),
        (TODAY, TODAY - timedelta(days=1), "recognition.dates_reversed"),
        (TODAY, TODAY.replace(year=TODAY.year + 11), "recognition.too_long"),
    ],
)
def test_days_that_cannot_be_are_refused(recognised_on, valid_until, code):
    with pytest.raises(InvalidFormError) as refused:
        check_dates(recognised_on, valid_until, today=TODAY)
    assert [fault.code for fault in refused.value.faults] == [code]


@pytest.mark.parametrize(
    ("recognised_on", "valid_until"),
    [(None, None), (TODAY, TODAY), (TODAY, TODAY.replace(year=TODAY.year + 10)), (None, TODAY)],
)
def test_days_at_the_edge_are_taken(recognised_on, valid_until):
    check_dates(recognised_on, valid_until, today=TODAY)
