"""Releases of figures: counted from what happened, small ones hidden, page and CSV alike, made once."""

import csv
import html
import io
import json
import re
import uuid
from datetime import datetime, timedelta

import pytest
from app_client import AppClient
from desk import BICYCLE, Desk, make_institution
from drafts import ready
from recognition import school_beside
from sqlalchemy import create_engine, insert

from issuer.db.models.recognition import RecognitionCase
from issuer.domain.catalogue_choice import helsinki_day
from issuer.domain.errors import ConflictError, InvalidRequestError, NotFoundError
from issuer.domain.figures import TABLES, Event, Happening, months_of, quarter_of
from issuer.domain.follow_up import Answer, Moment
from issuer.domain.holder import Holder
from issuer.domain.permissions import Role
from issuer.domain.share_parts import Audience, Part
from issuer.i18n import text
from issuer.services.own import take_badge
from issuer.services.sharing.make_share import ShareWish, make
from issuer.services.statistics.make_release import make_last, make_release
from issuer.services.statistics.precedents import Precedents, precedents
from issuer.services.statistics.read_release import cells_of, first_release_on, quarters, read_release


def now_quarter(desk: Desk) -> str:
    return quarter_of(helsinki_day(desk.outside.now()))


def to_the_next_quarter(desk: Desk) -> str:
    """Move the clock past the end of the running quarter; return that quarter."""
    quarter = now_quarter(desk)
    end = datetime.combine(months_of(quarter)[1], datetime.min.time(), desk.outside.now().tzinfo)
    desk.installation.clock.moved += end - desk.outside.now() + timedelta(hours=1)
    return quarter


def happened(desk: Desk, what: Happening, times: int, *, language: str = "fi") -> None:
    month = helsinki_day(desk.outside.now()).replace(day=1)
    events = [Event(what=what, month=month, unit=BICYCLE.code, language=language) for _ in range(times)]
    with desk.outside.database.write() as uow:
        uow.statistics.note(*events)


def decided_cases(
    desk: Desk, school_id: str, coverage: str, times: int, *, route: str | None = "0001", points: float | None = None
) -> None:
    """Cases that a school decided, nine days after they were opened; one still to be shown has no points."""
    now = desk.outside.now()
    to_show = route == "0003" and points is None
    rows = [
        {
            "id": str(uuid.uuid4()), "ref": uuid.uuid4().hex[:22], "school_id": school_id, "way": "scan",
            "state": "decided", "version": 1, "unit_code": BICYCLE.code, "peruste_id": BICYCLE.peruste_id,
            "asked_at": now - timedelta(days=9), "answer_by": now.date(), "changed_at": now, "decided_at": now,
            "counted_at": None if to_show else now, "route": route, "coverage": coverage, "points": points,
            "tell_provider": False,
        }
        for _ in range(times)
    ]  # fmt: skip
    engine = create_engine(desk.outside.database.url)
    with engine.begin() as connection:
        connection.execute(insert(RecognitionCase), rows)
    engine.dispose()


def events_of_now(desk: Desk) -> list[Event]:
    begin, end = months_of(now_quarter(desk))
    zone = desk.outside.now().tzinfo
    with desk.outside.database.read() as uow:
        return uow.statistics.events(
            datetime.combine(begin, datetime.min.time(), zone), datetime.combine(end, datetime.min.time(), zone)
        )


def test_a_badge_is_counted_when_given_when_kept_and_at_its_first_link(both_desks: Desk) -> None:
    work = ready(both_desks)
    badge = work.issued()
    who = Holder(
        person_id=work.person.person_id, institution_id=both_desks.institution.id, shared_device=False, supported=False
    )
    take_badge.keep(both_desks.outside, who, badge)
    for _ in range(2):
        make(both_desks.outside, who, badge, usual_wish())
    found = sorted((event.what, event.unit, event.language) for event in events_of_now(both_desks))
    assert found == [(what, BICYCLE.code, "fi") for what in ("issued", "shared", "taken")]


def usual_wish() -> ShareWish:
    return ShareWish(audience=Audience.EMPLOYER, parts=frozenset({Part.SKILLS}))


def test_the_worker_releases_the_last_quarter_once_and_it_never_changes(both_desks: Desk, school: str) -> None:
    ready(both_desks).issued()
    to_the_next_quarter(both_desks)
    both_desks.installation.clock.moved += timedelta(days=20)  # its cases were opened in the same quarter
    happened(both_desks, Happening.ISSUED, 60)
    happened(both_desks, Happening.TAKEN, 41)
    decided_cases(both_desks, school, "whole", 23, points=15.0)
    decided_cases(both_desks, school, "part", 12, route="0002")
    decided_cases(both_desks, school, "refused", 4, route=None)
    quarter = to_the_next_quarter(both_desks)
    assert make_last(both_desks.outside) == quarter
    first = read_release(both_desks.outside, quarter)
    assert first.content["totals"] == {
        "issued": 60, "taken": 40, "shared": None, "presented": 40, "whole": 25, "part": None, "refused": None,
        "points": 345, "decided": 40, "soon": None, "later": None,
    }  # fmt: skip
    assert make_last(both_desks.outside) is None
    assert make_release(both_desks.outside, quarter) == first.document
    assert quarters(both_desks.outside) == [quarter]


@pytest.fixture
def school(both_desks: Desk) -> str:
    return make_institution(both_desks.installation, "school", "Esimerkin ammattiopisto", 2).id


def test_a_whole_unit_that_is_still_to_be_shown_counts_as_presented_only(both_desks: Desk, school: str) -> None:
    decided_cases(both_desks, school, "whole", 1, route="0003")
    assert [event.what for event in events_of_now(both_desks)] == [Happening.PRESENTED]


def test_a_whole_unit_that_was_shown_and_graded_is_counted(both_desks: Desk, school: str) -> None:
    decided_cases(both_desks, school, "whole", 1, route="0003", points=15.0)
    assert {event.what for event in events_of_now(both_desks)} == {Happening.PRESENTED, Happening.DECIDED}


def test_a_unit_and_a_school_that_are_new_in_a_quarter_have_no_rows_in_its_release(
    both_desks: Desk, school: str
) -> None:
    ready(both_desks).issued()
    happened(both_desks, Happening.ISSUED, 30)
    quarter = to_the_next_quarter(both_desks)
    make_release(both_desks.outside, quarter)
    tables = read_release(both_desks.outside, quarter).content["tables"]
    assert (tables["unit"], tables["school"]) == ([], [])
    assert make_last(both_desks.outside) is None


def test_a_running_quarter_is_not_released(desk: Desk) -> None:
    with pytest.raises(ConflictError) as caught:
        make_release(desk.outside, now_quarter(desk))
    assert caught.value.code == "statistics.not_over"


def test_what_is_no_quarter_is_refused(desk: Desk) -> None:
    with pytest.raises(InvalidRequestError) as caught:
        make_release(desk.outside, "2026-4")
    assert caught.value.code == "statistics.quarter"


def test_a_quarter_without_release_is_not_found(desk: Desk) -> None:
    with pytest.raises(NotFoundError):
        read_release(desk.outside, "2025-Q1")


def test_an_installation_without_badges_releases_nothing(desk: Desk) -> None:
    assert make_last(desk.outside) is None


def client_of(desk: Desk, language: str = "fi") -> AppClient:
    headers = {"Accept-Language": language}
    return desk.stack.enter_context(
        AppClient(desk.app, base_url=desk.installation.settings.public_url, headers=headers)
    )


def test_before_the_first_release_the_page_says_so(desk: Desk) -> None:
    answer = client_of(desk).get("/stats")
    assert answer.status_code == 200
    assert 'data-screen="G3"' in answer.text


@pytest.mark.parametrize("path", ["/stats/2025-Q1", "/stats/2025-Q1/figures.csv"])
def test_an_unreleased_quarter_is_the_same_404_as_any(desk: Desk, path: str) -> None:
    assert client_of(desk).get(path).status_code == 404


def released(desk: Desk) -> str:
    """A quarter with some badges, some too few, released; and with forty who left."""
    ready(desk).issued()
    to_the_next_quarter(desk)
    happened(desk, Happening.ISSUED, 33)
    happened(desk, Happening.ISSUED, 3, language="sv")
    happened(desk, Happening.ISSUED, 17, language="en")
    month = helsinki_day(desk.outside.now()).replace(day=1)
    became = {Answer.STUDY: 14, Answer.OPEN_WORK: 8, Answer.OTHER: 13, Answer.NOT_REACHED: 5}
    with desk.outside.database.write() as uow:
        for answer, times in became.items():
            for _ in range(times):
                uow.followups.count(str(uuid.uuid4()), desk.institution.id, month, Moment.SIX_MONTHS, answer)
    quarter = to_the_next_quarter(desk)
    make_release(desk.outside, quarter)
    return quarter


def of_page(page: str) -> list[str]:
    """The figures of a page in their order; a share is two of them, "20 / 40" for positive and asked."""
    found = []
    for cell in re.findall(r"<(?:td[^>]*|strong)>(.*?)</(?:td|strong)>", page):
        plain = re.sub(r'<span aria-hidden="true">–</span><span class="visually-hidden">[^<]*</span>', "–", cell)
        assert re.fullmatch(r"(–|\d+)( / (–|\d+))?", plain), cell
        found += plain.split(" / ")
    return found


def of_csv(text: str) -> tuple[list[str], list[str]]:
    """The figures of a CSV file in the order of the page, and what stands at its end to bear in mind."""
    rows = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))[1:]
    figures = [row for row in rows if row[4]]
    for place, row in enumerate(figures):
        if row[1:3] == figures[place - 1][1:3] and row[3] == figures[place - 1][3]:
            raise AssertionError(row)
    return [row[4] for row in figures], [row[5] for row in rows if not row[4]]


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_page_and_csv_hold_the_same_cells_and_hidden_ones_look_alike(desk: Desk, language: str) -> None:
    quarter = released(desk)
    client = client_of(desk, language)
    page = client.get("/stats", follow_redirects=True).text
    figures, notes = of_csv(client.get(f"/stats/{quarter}/figures.csv").text)
    shown = of_page(page)
    # The page tells a share as "positive / asked", the file one line a cell, asked first.
    swapped = shown[: -len(Moment) * 4]
    for place in range(len(shown) - len(Moment) * 4, len(shown), 4):
        positive, asked, other, not_reached = shown[place : place + 4]
        swapped += [asked, positive, other, not_reached]
    assert swapped == figures
    assert {"–", "35", "55"} <= set(figures)  # Swedish is small, so English is not shown either
    assert "15" not in figures
    assert "3" not in figures
    assert figures[-4:] == ["40", "20", "–", "–"]  # privacy.md PT6
    for note in notes:
        assert note in html.unescape(page)
    assert len(notes) == 3


def test_what_bears_on_the_figures_travels_with_every_copy_of_them(desk: Desk) -> None:
    quarter = released(desk)
    assert read_release(desk.outside, quarter).content["caveats"] == ["voluntary", "labour_market", "region"]
    client = client_of(desk)
    for copy in (client.get(f"/stats/{quarter}").text, client.get(f"/stats/{quarter}/figures.csv").text):
        assert "vapaaehtoista" in copy
        assert "Työmarkkina ja alue" in copy
        assert "antoivat luvan kysyä" in copy


def test_each_figure_has_its_definition_beside_it(desk: Desk) -> None:
    page = client_of(desk).get(f"/stats/{released(desk)}").text
    for measure in {one for measures in TABLES.values() for one in measures}:
        assert text("fi", f"stats.meaning.{measure}") in page, measure


def test_precedents_come_from_the_last_release_alone_and_hide_what_it_hides(both_desks: Desk, school: str) -> None:
    assert precedents(both_desks.outside, BICYCLE.code) is None
    ready(both_desks).issued()
    to_the_next_quarter(both_desks)
    both_desks.installation.clock.moved += timedelta(days=20)
    decided_cases(both_desks, school, "whole", 23, points=15.0)
    decided_cases(both_desks, school, "refused", 14, route=None)
    decided_cases(both_desks, school, "part", 3, route="0002")
    quarter = to_the_next_quarter(both_desks)
    make_release(both_desks.outside, quarter)
    decided_cases(both_desks, school, "whole", 30, points=15.0)  # after it: in no hint
    found = precedents(both_desks.outside, BICYCLE.code)
    cells = cells_of(read_release(both_desks.outside, quarter).content["tables"]["unit"][0]["cells"])
    assert found == Precedents(quarter=quarter, whole=cells["whole"], part=None, by_route=found.by_route)
    assert found.whole == 25
    assert dict(found.by_route).items() <= {("0001", 25)}
    unknown = precedents(both_desks.outside, "tutkinnonosat_1")
    assert unknown == Precedents(quarter=quarter, whole=None, part=None, by_route=())


def test_the_first_release_comes_after_the_first_quarter_before_which_a_unit_was_known(desk: Desk) -> None:
    end = months_of(now_quarter(desk))[1]
    assert first_release_on(desk.outside) == months_of(quarter_of(end))[1]
    ready(desk).issued()
    to_the_next_quarter(desk)
    assert make_last(desk.outside) is None
    assert first_release_on(desk.outside) == months_of(now_quarter(desk))[1]
    quarter = to_the_next_quarter(desk)
    assert make_last(desk.outside) == quarter


def test_an_older_release_without_the_newer_tables_is_still_shown(desk: Desk) -> None:
    """A release is never made again: those of the first format have no follow-up and fewer measures."""
    cells = dict.fromkeys(("issued", "taken", "shared", "presented", "whole", "part", "refused", "points"), 15)
    unit = {"row": {"fi": "Polkupyörän huolto", "sv": "", "en": ""}, "code": BICYCLE.code, "cells": cells}
    old = {"format": "pateva.statistics/1", "quarter": "2025-Q4", "made_at": "2025-12-31T22:10:00Z",
           "limit": 10, "step": 5, "totals": cells, "tables": {"unit": [unit], "route": []}}  # fmt: skip
    with desk.outside.database.write() as uow:
        uow.statistics.add_release("2025-Q4", json.dumps(old).encode(), now=desk.outside.now())
    page = client_of(desk).get("/stats/2025-Q4").text
    assert "Polkupyörän huolto (106889)" in page
    assert "1.1.2026" in page  # in Finland the year had turned when it was made
    assert "Kokonaan suoraan" not in page
    assert precedents(desk.outside, BICYCLE.code) == Precedents(quarter="2025-Q4", whole=15, part=15, by_route=())


def test_the_hint_at_the_desk_comes_from_the_release_and_presets_nothing(desk: Desk) -> None:
    cells = {"issued": 40, "taken": 35, "shared": 30, "presented": 30, "decided": 30, "whole": 25, "part": None,
             "refused": None, "points": 375, "whole_0001": 20, "whole_0002": None, "whole_0003": None,
             "soon": None, "later": None}  # fmt: skip
    unit = {"row": {"fi": "Polkupyörän huolto", "sv": "", "en": ""}, "code": BICYCLE.code, "cells": cells}
    content = {"format": "pateva.statistics/2", "quarter": "2025-Q4", "totals": cells, "tables": {"unit": [unit]}}
    with school_beside(desk) as school:
        ref = school.sent(school.ready.issued())
        client = school.desk.client(Role.COUNSELLOR)
        before = client.get(f"/desk/{ref}").text
        assert 'class="precedent"' not in before
        with desk.outside.database.write() as uow:
            uow.statistics.add_release("2025-Q4", json.dumps(content).encode(), now=desk.outside.now())
        page = client.get(f"/desk/{ref}").text
        (hint,) = re.findall(r'<p class="precedent">.*?</p>', page, re.DOTALL)
        assert " ".join(re.sub("<[^>]+>", " ", hint).split()).startswith(
            "Tämä tutkinnon osa on hyväksytty kokonaan näin monta kertaa (luvut 2025-Q4): 25 . Suoraan 20. Osittain: –"
        )
        assert "Ei hyväksytty" not in hint
        assert page.replace(hint, "").split() == before.split()  # nothing else on the page is another
        assert desk.client(Role.WORK_COACH).get(f"/units/{BICYCLE}").text.count('class="precedent"') == 1
