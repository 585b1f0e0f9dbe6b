"""Two providers and two schools in one installation that knows its units and schools since before the quarter."""

import socket
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import installation as installations
import participants
from desk import Desk, desk_over
from installation import UMBRELLA, Installation, MovableClock
from kept import holder
from served_desk import serving
from sharing import own_name_desk

from issuer.composition import compose
from issuer.demo.load_catalogue import load_demo_catalogue
from issuer.domain.award import AwardRequest
from issuer.domain.catalogue_choice import helsinki_day
from issuer.domain.figures import months_of, quarter_of
from issuer.domain.holder import Holder
from issuer.domain.unit_ref import UnitRef
from issuer.services.create_institution import create
from issuer.services.issue_badge import issue
from issuer.services.link_tokens import own_badge_ref
from issuer.services.own import take_badge
from issuer.worker import run_once

BICYCLE = UnitRef("tutkinnonosat_106889", "7614470")
GARDEN = UnitRef("tutkinnonosat_103910", "6942140")
WOOD = UnitRef("tutkinnonosat_105433", "3932281")
LONGER_THAN_A_QUARTER = timedelta(days=100)


@dataclass
class Country:
    """One installation.

    Attributes:
        neutral: a provider under the umbrella; own_name: one that signs in its own name.
        issued: badges of this quarter so far.
    """

    installation: Installation
    neutral: Desk
    own_name: Desk
    schools: tuple[Desk, Desk]
    issued: int = 0
    keys: dict[UnitRef, tuple[str, ...]] = field(default_factory=dict)

    @property
    def outside(self):
        return self.installation.outside

    @property
    def url(self) -> str:
        return self.installation.settings.public_url

    def requirements(self, unit: UnitRef) -> tuple[str, ...]:
        """Keys of a unit's requirements, in the order of the catalogue."""
        if unit not in self.keys:
            with self.outside.database.read() as uow:
                self.keys[unit] = tuple(one.key for one in uow.catalogue.unit_of(unit).unit.requirements)
        return self.keys[unit]

    def issue(self, desk: Desk, unit: UnitRef, which: slice = slice(None), person_id: str | None = None) -> str:
        """A badge of a provider for these requirements of a unit; the id of the badge."""
        neutral = desk is self.neutral
        request = AwardRequest(
            institution_id=self.installation.umbrella.id if neutral else desk.institution.id,
            provider_id=desk.institution.id if neutral else None,
            own_name_accepted=not neutral,
            unit_code=unit.code,
            peruste_id=unit.peruste_id,
            requirement_keys=None if which == slice(None) else self.requirements(unit)[which],
            person_id=person_id,
        )
        self.issued += 1
        made = issue(self.outside, request, idempotency_key=str(uuid.uuid4()), actor="test")
        return made.id

    def quarter(self) -> str:
        """The quarter that runs."""
        return quarter_of(helsinki_day(self.outside.now()))

    def to_next_quarter(self) -> None:
        """Move the clock past the end of the quarter; the worker makes its round."""
        end = datetime.combine(months_of(self.quarter())[1], time(1), ZoneInfo("Europe/Helsinki"))
        self.installation.clock.moved += end - self.outside.now()
        run_once(self.outside)


@dataclass(frozen=True)
class Learner:
    """One human being as each provider knows them.

    Attributes:
        at: the own view at a provider.
    """

    country: Country
    at: dict[str, Holder]

    def keeps(self, desk: Desk, unit: UnitRef, which: slice = slice(None)) -> str:
        """Get a badge and keep it; its reference in the own view."""
        who = self.who(desk)
        badge = self.country.issue(desk, unit, which, who.person_id)
        take_badge.keep(self.country.outside, who, badge)
        return own_badge_ref(self.country.outside.link_secret, badge)

    def who(self, desk: Desk) -> Holder:
        return self.at[desk.institution.id]


def learner(country: Country, name: str) -> Learner:
    """Somebody who was at both providers."""
    at = {}
    for desk in (country.neutral, country.own_name):
        at[desk.institution.id] = holder(desk, participants.participant(desk, name).person_id)
    return Learner(country, at)


@contextmanager
def served_country(home: Path, units: Sequence[UnitRef] = (BICYCLE, GARDEN, WOOD)) -> Iterator[Country]:
    """Open the country on a socket: units were used and schools known before this quarter, as figures need it."""
    listener = socket.create_server(("127.0.0.1", 0))
    url = f"http://localhost:{listener.getsockname()[1]}"
    settings, clock = (
        installations.settings_for(home, None, PATEVA_PUBLIC_URL=url),
        MovableClock(-LONGER_THAN_A_QUARTER),
    )
    with compose(settings, clock=clock) as composition:
        load_demo_catalogue(composition.outside)
        umbrella = create(composition.outside, UMBRELLA, actor="cli")
        house = Installation(settings, composition.outside, umbrella, clock)
        with (
            desk_over(house, name="Työ ja taito") as neutral,
            own_name_desk(house) as own_name,
            desk_over(house, kind="school", name="Merenkurkun opisto", number=1) as first,
            desk_over(house, kind="school", name="Järvenseudun opisto", number=3) as second,
            serving(neutral, listener),
        ):
            country = Country(house, neutral, own_name, (first, second))
            for unit in units:
                country.issue(neutral, unit)
            clock.moved = timedelta()
            country.issued = 0
            run_once(house.outside)
            yield country
