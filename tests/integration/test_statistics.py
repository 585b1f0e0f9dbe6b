"""Releases of figures: counted from what happened, small ones hidden, page and CSV alike, made once."""

import csv
import io
import re
import uuid
from datetime import datetime, timedelta

import pytest
from app_client import AppClient
from desk import BICYCLE, Desk, make_institution
from drafts import ready
from sqlalchemy import create_engine, insert

from issuer.db.models.recognition import RecognitionCase
from issuer.domain.catalogue_choice import helsinki_day
from issuer.domain.errors import ConflictError, InvalidRequestError, NotFoundError
from issuer.domain.figures import Event, Happening, months_of, quarter_of
from issuer.domain.holder import Holder
from issuer.domain.share_parts import Audience, Part
from issuer.services.own import take_badge
from issuer.services.sharing.make_share import ShareWish, make
from issuer.services.statistics.make_release import make_last, make_release
from issuer.services.statistics.read_release import quarters, read_release


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
        "points": 345, "decided": 40,
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


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_page_and_csv_hold_the_same_cells_and_hidden_ones_look_alike(desk: Desk, language: str) -> None:
    ready(desk).issued()
    to_the_next_quarter(desk)
    happened(desk, Happening.ISSUED, 33)
    happened(desk, Happening.ISSUED, 3, language="sv")
    happened(desk, Happening.ISSUED, 17, language="en")
    quarter = to_the_next_quarter(desk)
    make_release(desk.outside, quarter)
    client = client_of(desk, language)
    page = client.get("/stats", follow_redirects=True).text
    table = csv.DictReader(io.StringIO(client.get(f"/stats/{quarter}/figures.csv").text.removeprefix("\ufeff")))
    figures = [list(row.values())[-1] for row in table]
    shown = re.findall(r"<(?:td[^>]*|strong)>(<span.*?</span><span.*?</span>|\d+)</", page)
    assert [cell if cell.isdigit() else "–" for cell in shown] == figures
    assert len({cell for cell in shown if not cell.isdigit()}) == 1
    assert {"–", "35", "55"} <= set(figures)  # Swedish is small, so English is not shown either
    assert "15" not in figures
    assert "3" not in figures
