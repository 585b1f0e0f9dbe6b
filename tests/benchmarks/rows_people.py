"""The row of the list that a coach opens most often: 1,000 participants of 30 requirements each, on SQLite."""

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import crowd
import desk as desks
import installation as installations
from benchmarks.rounds import InProcess
from benchmarks.table import Row

from issuer.domain.permissions import Role
from issuer.services.coaching.list_people import Wish, list_people

PEOPLE, REQUIREMENTS = 1_000, 30


def rows() -> Iterator[Row]:
    """The list's first page as the server answers it, a filtered one, and the service alone; goal: 300 ms."""
    with ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory())) / "home"
        installations.make_template(home, None)
        opened = stack.enter_context(installations.open_installation(home, None))
        desk = stack.enter_context(desks.desk_over(opened))
        crowd.fill(desk, PEOPLE, REQUIREMENTS)
        client, who = desk.client(Role.WORK_COACH), desk.staff[Role.WORK_COACH]
        yield Row(
            "list of 1,000 participants",
            [
                InProcess("first page over HTTP", lambda: client.get("/people")),
                InProcess("filtered, by age of observation", lambda: client.get("/people?quiet=1&sort=seen")),
                InProcess("service alone", lambda: list_people(desk.outside, who, Wish())),
            ],
            {},
        )
