"""Shows one participant's profile, part by part; each look is one reading row, written before anything is opened."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from issuer.db.unit_of_work import UnitOfWork
from issuer.domain.catalogue import Requirement
from issuer.domain.catalogue_choice import helsinki_day
from issuer.domain.catalogue_text import Text
from issuer.domain.errors import NotFoundError
from issuer.domain.observation import ObservationRow, Origin
from issuer.domain.participant import Card, Consent, Participant, Purpose
from issuer.domain.permissions import StaffMember
from issuer.domain.unit_ref import UnitRef
from issuer.services.coaching.find_participants import located, opened
from issuer.services.coaching.record_observation import PICTURE, WORDS
from issuer.services.outside import Outside
from issuer.services.sealed_values import open_value
from issuer.services.staff.staff_names import names as staff_names

Part = Literal["competence", "observations", "permissions"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RequirementState:
    """One requirement as it stands: agreed as shown or not, and the month last observed."""

    requirement: Requirement
    shown: bool
    month: date | None
    prior: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """How far a participant is in one unit; `prior` counts requirements observed as brought along."""

    unit: UnitRef
    name: Text
    rows: tuple[RequirementState, ...]

    @property
    def shown(self) -> int:
        """Requirements agreed as shown."""
        return sum(row.shown for row in self.rows)

    @property
    def seen(self) -> int:
        """Requirements observed at all."""
        return sum(row.month is not None for row in self.rows)

    @property
    def prior(self) -> int:
        """Requirements that were brought along."""
        return sum(row.prior for row in self.rows)


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenThing:
    """One observation with its words opened; `own` tells whether the reader made it."""

    row: ObservationRow
    unit_name: Text
    texts: tuple[Text, ...]
    observer: str
    task: str
    words: str | None
    pictures: tuple[str, ...]
    own: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What the parts of a profile show."""

    person: Participant
    site: str
    coach: str
    today: date
    coverage: tuple[Coverage, ...] = ()
    cards: tuple[Card, ...] = ()
    consents: tuple[Consent, ...] = ()
    observations: tuple[SeenThing, ...] = ()

    def permitted(self, purpose: Purpose) -> Consent | None:
        """The permission in force for a purpose, or None."""
        return next((one for one in self.consents if one.purpose is purpose and one.holds(self.today)), None)


def show(outside: Outside, who: StaffMember, number: str, part: Part) -> Profile:
    """Open one part of a profile. Raises NotFoundError."""
    with outside.database.write() as uow:
        person = opened(uow, outside, who, located(uow, who, number), what=part)
        sites = {site.id: site.name for site in uow.environments.sites(who.institution_id)}
        coach = staff_names(outside, uow, [person.coach_id]).get(person.coach_id, "") if person.coach_id else ""
        return Profile(
            person=person,
            site=sites.get(person.site_id or "", ""),
            coach=coach,
            today=helsinki_day(outside.now()),
            coverage=tuple(_coverage(uow, person)) if part == "competence" else (),
            cards=tuple(uow.coaching.cards(person.person_id)) if part == "competence" else (),
            consents=tuple(uow.coaching.consents(person.person_id)) if part == "permissions" else (),
            observations=_observations(uow, outside, who, person) if part == "observations" else (),
        )


def picture(outside: Outside, who: StaffMember, number: str, picture_id: str) -> bytes:
    """Open a picture of work, with one reading row. Raises NotFoundError."""
    with outside.database.write() as uow:
        person = opened(uow, outside, who, located(uow, who, number), what="picture")
        sealed = uow.coaching.picture(picture_id, person.person_id)
        if sealed is None:
            raise NotFoundError("picture")
        return outside.person_keys.unseal(person.person_id, PICTURE, sealed)


def _coverage(uow: UnitOfWork, person: Participant) -> list[Coverage]:
    found = []
    for ref in person.units:
        unit = uow.catalogue.unit_of(ref)
        if unit is None:
            continue
        agreed = uow.agreements.agreed(person.person_id, ref)
        months = uow.coaching.observed_months(person.person_id, ref)
        prior = {
            key
            for one in uow.coaching.observations(person.person_id, ref)
            if one.origin is Origin.PRIOR
            for key in one.requirement_keys
        }
        rows = tuple(
            RequirementState(
                requirement=one,
                shown=one.key in agreed and agreed[one.key].outcome.value == "shown",
                month=months.get(one.key),
                prior=one.key in prior,
            )
            for one in unit.unit.requirements
        )
        found.append(Coverage(unit=ref, name=unit.unit.name, rows=rows))
    return found


def _observations(uow: UnitOfWork, outside: Outside, who: StaffMember, person: Participant) -> tuple[SeenThing, ...]:
    rows = uow.coaching.all_observations(person.person_id)
    units = {ref: uow.catalogue.unit_of(ref) for ref in {row.unit for row in rows}}
    texts = {
        (ref, one.key): one.text for ref, found in units.items() if found is not None for one in found.unit.requirements
    }
    observers = staff_names(outside, uow, [row.staff_id for row in rows])
    tasks = {
        task.id: task.name
        for site in uow.environments.sites(who.institution_id)
        for task in uow.environments.tasks(site.id)
    }
    sealed = uow.coaching.observation_words(person.person_id)
    pictures = uow.coaching.pictures_of(person.person_id)
    with outside.person_keys.held([person.person_id]):
        return tuple(
            SeenThing(
                row=row,
                unit_name=found.unit.name if (found := units[row.unit]) is not None else Text(),
                texts=tuple(texts[row.unit, key] for key in row.requirement_keys if (row.unit, key) in texts),
                observer=observers.get(row.staff_id, ""),
                task=tasks.get(row.task_id or "", ""),
                words=_words(outside, person.person_id, sealed.get(row.id)),
                pictures=tuple(sorted(one for one, version in pictures.items() if version == row.id)),
                own=row.staff_id == who.id,
            )
            for row in rows
        )


def _words(outside: Outside, person_id: str, sealed: bytes | None) -> str | None:
    if sealed is None:
        return None
    return str(open_value(outside, person_id, WORDS, sealed)["words"])
