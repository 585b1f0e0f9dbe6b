"""Reads one person's sheet for a unit: both views, the observations behind them, and what was agreed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from issuer.db.repositories.agreements import ViewRow
from issuer.db.unit_of_work import UnitOfWork
from issuer.domain.agreement import Outcome, Result, ResultState, Side
from issuer.domain.catalogue import Requirement, Unit
from issuer.domain.catalogue_choice import CatalogueUnit
from issuer.domain.errors import ForbiddenError, InvalidRequestError, NotFoundError
from issuer.domain.observation import Medium, ObservationRow, Origin
from issuer.domain.permissions import Permission, StaffMember
from issuer.domain.unit_ref import UnitRef
from issuer.services.outside import Outside
from issuer.services.sealed_values import open_value, seal_value

_PURPOSES = {Side.OWN: "agreement_view:own", Side.COACH: "agreement_view:coach"}


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """What one side says of a requirement; `words` in `language`, empty for none."""

    outcome: Outcome
    words: str
    language: str
    at: datetime
    staff_id: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One requirement of the sheet.

    Attributes:
        own, coach: the newest views; None while there is none.
        result: the newest entry on what was agreed.
        observations: those behind it, newest first.
    """

    requirement: Requirement
    own: View | None
    coach: View | None
    result: Result | None
    observations: tuple[ObservationRow, ...]

    @property
    def key(self) -> str:
        """Of the requirement."""
        return self.requirement.key

    @property
    def differs(self) -> bool:
        """Tell whether both have answered and not the same."""
        return self.own is not None and self.coach is not None and self.own.outcome is not self.coach.outcome

    @property
    def both_views(self) -> bool:
        """Tell whether there is something to talk about."""
        return self.own is not None and self.coach is not None

    @property
    def elsewhere_only(self) -> bool:
        """Tell whether it rests on documents from elsewhere alone (domain.md section 8)."""
        return elsewhere_only(self.observations)

    @property
    def origins(self) -> tuple[Origin, ...]:
        """Whether it was brought along, gained in the period, or both."""
        found = {one.origin for one in self.observations}
        return tuple(origin for origin in Origin if origin in found)

    @property
    def agreed_outcome(self) -> Outcome | None:
        """What both confirmed, or None."""
        return self.result.outcome if self.result is not None and self.result.state is ResultState.AGREED else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A person's sheet for a unit; `revision` is what an editor saw."""

    person_id: str
    unit: CatalogueUnit
    revision: int
    lines: tuple[Line, ...]

    @property
    def talk_lines(self) -> tuple[Line, ...]:
        """Lines with both views, differing ones first, else in the catalogue's order."""
        both = [line for line in self.lines if line.both_views]
        return tuple(sorted(both, key=lambda line: not line.differs))

    @property
    def proposed(self) -> tuple[Line, ...]:
        """Lines that the coach has confirmed and the participant has not."""
        return tuple(
            line for line in self.lines if line.result is not None and line.result.state is ResultState.PROPOSED
        )


def elsewhere_only(observations: tuple[ObservationRow, ...]) -> bool:
    """Tell whether these are documents from elsewhere and nothing else; none at all rest on nothing."""
    return bool(observations) and all(one.medium is Medium.DOCUMENT for one in observations)


def read(outside: Outside, institution_id: str, person_id: str, ref: UnitRef) -> Sheet:
    """Read the sheet of one's own participant; the caller has noted the reading. Raises NotFoundError."""
    with outside.database.read() as uow:
        check_person(uow, person_id, institution_id)
        return load(outside, uow, person_id, ref)


def load(outside: Outside, uow: UnitOfWork, person_id: str, ref: UnitRef) -> Sheet:
    """Read a sheet; the caller has noted the reading. Raises NotFoundError for a unit that is not in the catalogue."""
    unit = catalogue_unit(uow, ref)
    own = _opened(outside, person_id, Side.OWN, uow.agreements.views(person_id, ref, Side.OWN))
    coach = _opened(outside, person_id, Side.COACH, uow.agreements.views(person_id, ref, Side.COACH))
    results = uow.agreements.results(person_id, ref)
    behind = observations_by_key(uow, person_id, ref)
    lines = tuple(
        Line(
            requirement=one,
            own=own.get(one.key),
            coach=coach.get(one.key),
            result=results.get(one.key),
            observations=behind.get(one.key, ()),
        )
        for one in unit.unit.requirements
    )
    return Sheet(person_id=person_id, unit=unit, revision=uow.agreements.revision(person_id, ref), lines=lines)


def catalogue_unit(uow: UnitOfWork, ref: UnitRef) -> CatalogueUnit:
    """The unit that is meant. Raises NotFoundError."""
    found = uow.catalogue.unit_of(ref)
    if found is None:
        raise NotFoundError("unit", code="unit.unknown", pointer="/unit")
    return found


def check_keys(unit: Unit, keys: Mapping[str, object]) -> None:
    """Refuse none, or keys of another unit. Raises InvalidRequestError."""
    if not keys:
        raise InvalidRequestError(code="agreement.none", pointer="/")
    for key in keys:
        if unit.requirement(key) is None:
            raise InvalidRequestError(code="agreement.foreign_requirement", pointer=f"/{key}")


def check_person(uow: UnitOfWork, person_id: str, institution_id: str) -> None:
    """Refuse people of another institution as if they were not there. Raises NotFoundError."""
    if uow.people.person_institution(person_id) != institution_id:
        raise NotFoundError("person", pointer="/person")


def check_trade(who: StaffMember, found: CatalogueUnit) -> None:
    """Only a work coach of the trade says what was shown (domain.md section 2).

    Raises:
        ForbiddenError: ``role.not_allowed`` for other roles, ``agreement.other_trade`` for another trade.
    """
    if not who.may(Permission.COMPETENCE_SIGN):
        raise ForbiddenError(Permission.COMPETENCE_SIGN.value)
    if not who.may_sign(found.qualification.degree_codes, found.qualification.peruste_id):
        raise ForbiddenError(Permission.COMPETENCE_SIGN.value, code="agreement.other_trade")


def observations_by_key(uow: UnitOfWork, person_id: str, ref: UnitRef) -> dict[str, tuple[ObservationRow, ...]]:
    """The observations behind each requirement, newest first."""
    found: dict[str, list[ObservationRow]] = {}
    for row in uow.coaching.observations(person_id, ref):
        for key in row.requirement_keys:
            found.setdefault(key, []).append(row)
    return {key: tuple(rows) for key, rows in found.items()}


def sealed_view(outside: Outside, person_id: str, side: Side, outcome: Outcome, words: str, language: str) -> bytes:
    """A view as it lies in its column."""
    value = {"outcome": outcome.value, "words": words, "language": language}
    return seal_value(outside, person_id, _PURPOSES[side], {**value})


def _opened(outside: Outside, person_id: str, side: Side, rows: Mapping[str, ViewRow]) -> dict[str, View]:
    opened = {}
    with outside.person_keys.held([person_id]):
        for key, row in rows.items():
            value = open_value(outside, person_id, _PURPOSES[side], row.sealed)
            opened[key] = View(
                outcome=Outcome(str(value["outcome"])),
                words=str(value["words"]),
                language=str(value["language"]),
                at=row.at,
                staff_id=row.staff_id,
            )
    return opened
