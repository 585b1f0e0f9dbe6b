"""A whole installation for tests: home folder, database, keys, one umbrella institution and the demo catalogue.

Making one takes seconds, so a template is made once per worker and kind of database, and each test gets a copy.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from issuer.composition import compose
from issuer.domain.institution import Institution, NewInstitution, PublicName
from issuer.services.create_institution import create
from issuer.services.outside import Outside
from issuer.settings import Settings, read_settings

UMBRELLA = NewInstitution(
    kind="umbrella",
    public_name=PublicName(fi="Osaamismerkit", sv="Kompetensmärken", en="Skill Badges"),
    legal_name="Esimerkkisäätiö sr",
    business_id="0149669-3",
    slug="osaamismerkit",
)


@dataclass
class MovableClock:
    """A clock that a test can move; it starts at the present second."""

    moved: timedelta = field(default_factory=timedelta)

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.moved


@dataclass(frozen=True)
class Installation:
    """What a test works with."""

    settings: Settings
    outside: Outside
    umbrella: Institution
    clock: MovableClock

    @property
    def home(self) -> Path:
        return self.settings.home


def settings_for(home: Path, database_url: str | None, **more: str) -> Settings:
    """Settings of an installation under `home`; SQLite unless a URL is given."""
    environ = {"PATEVA_HOME": str(home), **more}
    if database_url is not None:
        environ["PATEVA_DATABASE_URL"] = database_url
    return read_settings(environ)


def make_template(home: Path, database_url: str | None) -> None:
    """Fill an empty home and database with what every test needs."""
    from issuer.demo.load_catalogue import load_demo_catalogue

    with compose(settings_for(home, database_url)) as composition:
        load_demo_catalogue(composition.outside)
        create(composition.outside, UMBRELLA, actor="cli")


@contextmanager
def open_installation(home: Path, database_url: str | None) -> Iterator[Installation]:
    """Open a copy of the template."""
    settings, clock = settings_for(home, database_url), MovableClock()
    with compose(settings, clock=clock) as composition:
        with composition.outside.database.read() as uow:
            umbrella = uow.institutions.by_slug("osaamismerkit")
        yield Installation(settings, composition.outside, umbrella, clock)


def copy_home(template: Path, home: Path) -> None:
    """Copy a closed home; its SQLite files were checkpointed when the last connection closed."""
    shutil.copytree(template, home)
