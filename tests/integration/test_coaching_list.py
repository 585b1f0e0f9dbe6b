"""The list of participants: filters, orders, pages, search without a name in an address, bounded queries."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from agreements import agree
from desk import desk_over
from participants import observed, participant, requirement_keys
from sqlalchemy import Engine, event

from issuer.domain.catalogue_choice import helsinki_day
from issuer.domain.permissions import Role
from issuer.services.coaching import add_participant
from issuer.services.coaching.add_participant import NewParticipant
from issuer.services.coaching.list_people import ROWS_A_PAGE, Wish, list_people

COACH = Role.WORK_COACH


@contextmanager
def queries() -> Iterator[list[str]]:
    """Every statement that goes to any database meanwhile."""
    seen: list[str] = []

    def note(_connection, _cursor, statement, *_rest):
        seen.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(Engine, "before_cursor_execute", note)


def names(people):
    return [line.name for line in people.lines]


def find(desk, **wish):
    return list_people(desk.outside, desk.staff[COACH], Wish(**wish))


def test_the_number_of_queries_does_not_grow_with_the_number_of_people(both_desks):
    desk = both_desks
    counts = []
    for number in (2, 12):
        for one in range(number):
            observed(desk, participant(desk, f"Osallistuja {number} {one}"), keys=requirement_keys(desk)[:3])
        with queries() as seen:
            assert len(find(desk).lines) == (2 if number == 2 else 14)
        counts.append(len(seen))
    assert counts[0] == counts[1]
    assert counts[0] <= 20


def test_a_list_is_one_reading_that_names_the_people_on_the_page(desk):
    person = participant(desk)
    with desk.outside.database.read() as uow:
        before = len(uow.coaching.readings_of(person.person_id))
    desk.installation.clock.moved += timedelta(seconds=2)  # later than the looks before
    desk.client(COACH).get("/people")
    with desk.outside.database.read() as uow:
        rows = uow.coaching.readings_of(person.person_id)
    assert len(rows) == before + 1
    assert (rows[0].what, rows[0].how) == ("people", "list")


def test_filters_keep_those_who_are_meant(desk):
    today = helsinki_day(desk.outside.now())
    keys = requirement_keys(desk)
    near, quiet, other = (participant(desk, name) for name in ("Aino", "Eetu", "Ömer"))
    observed(desk, near, keys=keys)
    agree(desk, near, shown=keys[:-1])
    observed(desk, quiet, keys=keys[:1], months=[today - timedelta(days=15)])
    observed(desk, other, keys=keys[:1], months=[today - timedelta(days=14)])
    add_participant.add(desk.outside, desk.staff[Role.GROUP_COACH], NewParticipant(name="Luonnos"))
    assert names(find(desk)) == ["Aino", "Eetu", "Luonnos", "Ömer"]
    assert names(find(desk, quiet=True)) == ["Eetu"]
    assert names(find(desk, near=True)) == ["Aino"]
    assert names(find(desk, mine=True)) == ["Aino", "Eetu", "Ömer"]
    unit = find(desk).lines[0].unit
    assert names(find(desk, unit=unit, missing=keys[0])) == ["Eetu", "Ömer"]
    assert names(find(desk, unit=unit, missing=keys[-1])) == ["Aino", "Eetu", "Ömer"]
    assert names(find(desk, words="omer")) == ["Ömer"]
    assert names(find(desk, words="002")) == ["Eetu"]
    assert names(find(desk, sort="shown"))[0] == "Aino"
    steps = {line.name: line.next_step for line in find(desk).lines}
    assert steps == {"Aino": "agree", "Eetu": "observe", "Luonnos": "accept", "Ömer": "agree"}


def test_fifty_rows_stand_on_a_page(desk):
    for number in range(ROWS_A_PAGE + 1):
        add_participant.add(desk.outside, desk.staff[COACH], NewParticipant(name=f"Nimi {number:02d}"))
    first, second = find(desk), find(desk, page=2)
    assert (len(first.lines), len(second.lines), first.pages, first.total) == (50, 1, 2, 51)
    assert find(desk, page=99).page == 2
    page = desk.client(COACH).get("/people", params={"sort": "number", "page": "2"}).text
    assert "Sivu 2/2" in page


def test_a_name_is_searched_without_standing_in_an_address(desk):
    participant(desk, "Aino")
    participant(desk, "Eetu")
    client = desk.client(COACH)
    page = client.post("/people/search", data={"words": "eet"})
    assert page.status_code == 200
    assert "Eetu" in page.text
    assert ">Aino<" not in page.text
    assert not re.search(r'(?:href|action)="[^"]*eet', page.text)


@pytest.mark.parametrize("query", ["page=x", "page=-1", "sort=benefit", "unit=x", "unit=1-1&missing=9", "missing=1"])
def test_an_odd_address_shows_the_plain_list(desk, query):
    participant(desk, "Aino")
    page = desk.client(COACH).get(f"/people?{query}")
    assert page.status_code == 200
    assert ("Aino" in page.text) or "unit=1-1" in query


def test_another_institutions_people_are_not_listed(desk):
    participant(desk, "Aino")
    with desk_over(desk.installation, name="Toinen", number=1) as other:
        page = other.client(COACH).get("/people").text
        assert "Aino" not in page
        assert "Ketään ei löytynyt" in page


def test_home_counts_what_waits_without_a_name(desk):
    participant(desk, "Aino")
    add_participant.add(desk.outside, desk.staff[COACH], NewParticipant(name="Luonnos"))
    page = desk.client(COACH).get("/home").text
    assert "Odottaa sinua (2)" in page
    assert "Omia osallistujia ilman havaintoa yli 14 päivään: 1" in page
    assert "Luonnoksia odottaa osallistujan hyväksyntää: 1" in page
    assert "Aino" not in page


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.SUPERVISOR, COACH, Role.RESPONSIBLE_PERSON])
def test_home_opens_for_every_role_and_offers_only_what_it_may(desk, role):
    page = desk.client(role).get("/home").text
    assert ("Roolisi ei näe" in page) == (role is Role.ADMINISTRATOR)
    assert ('href="/note"' in page) == (role is COACH)
