"""Learning environments in both databases: matrices, published versions, and which report is in force on a day."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from desk import BICYCLE, desk_over
from environments import SITE, recognised, site_of

from issuer.domain.errors import NotFoundError
from issuer.domain.unit_ref import UnitRef

OTHER = UnitRef("tutkinnonosat_103910", "6942140")
FIRST, LAST = date(2026, 1, 10), date(2026, 3, 20)


def test_a_site_comes_back_as_it_was_kept(both_desks):
    site, tasks = site_of(both_desks)
    with both_desks.outside.database.read() as uow:
        assert uow.environments.sites(both_desks.institution.id) == (site,)
        assert uow.environments.tasks(site.id) == tasks
        assert uow.environments.last_task_number(site.id) == len(tasks)


def test_a_matrix_suggests_what_a_task_teaches(both_desks):
    made = recognised(both_desks)
    with both_desks.outside.database.read() as uow:
        for task in made.tasks:
            assert set(uow.environments.suggested(task.id, BICYCLE)) == made.unit_map.ticks[task.id]
            assert uow.environments.suggested(task.id, OTHER) == ()
        assert made.unit_map.at_work | made.unit_map.elsewhere == set(made.keys)


@pytest.mark.parametrize(
    ("day", "valid"),
    [(FIRST - timedelta(days=1), False), (FIRST, True), (LAST, True), (LAST + timedelta(days=1), False)],
)
def test_a_report_is_in_force_from_its_first_day_to_its_last(both_desks, day, valid):
    made = recognised(both_desks, published_on=FIRST, valid_until=LAST)
    with both_desks.outside.database.read() as uow:
        found = uow.environments.valid_report(both_desks.institution.id, BICYCLE, day)
        listed = uow.environments.directory(day, unit_code=None, municipality_code=None, after="", limit=10)
    assert (found == made.report) is valid
    assert [each.report for each in listed] == ([made.report] if valid else [])


def test_an_ended_report_holds_until_the_day_of_its_end(both_desks):
    made = recognised(both_desks, published_on=FIRST, valid_until=LAST)
    with both_desks.outside.database.write() as uow:
        uow.environments.end_report(made.report.id, FIRST)
    with both_desks.outside.database.read() as uow:
        of = both_desks.institution.id
        assert uow.environments.valid_report(of, BICYCLE, FIRST) is not None
        assert uow.environments.valid_report(of, BICYCLE, FIRST + timedelta(days=1)) is None


def test_several_sites_have_units_of_their_own(desk):
    first = recognised(desk, published_on=FIRST)
    second = recognised(desk, OTHER, texts=replace(SITE, name="Halli"), published_on=FIRST)
    with desk.outside.database.read() as uow:
        of = desk.institution.id
        assert uow.environments.valid_report(of, BICYCLE, LAST).site_id == first.site.id
        assert uow.environments.valid_report(of, OTHER, LAST).site_id == second.site.id
        assert {each.unit for each in uow.environments.maps(of)} == {BICYCLE, OTHER}


def test_another_institution_finds_neither_site_nor_report(sqlite_installation):
    with desk_over(sqlite_installation) as desk, desk_over(sqlite_installation, name="Toinen", number=1) as other:
        made = recognised(desk)
        with other.outside.database.read() as uow:
            assert uow.environments.sites(other.institution.id) == ()
            assert uow.environments.task(made.tasks[0].id, other.institution.id) is None
            assert uow.environments.valid_report(other.institution.id, BICYCLE, made.report.published_on) is None
            with pytest.raises(NotFoundError):
                uow.environments.site(made.site.id, other.institution.id)
