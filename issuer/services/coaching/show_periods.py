"""Shows the path of one participant: periods with talks, goals, pauses; service forms for leads only."""

from dataclasses import dataclass
from datetime import date

from issuer.db.unit_of_work import UnitOfWork
from issuer.domain.catalogue import Requirement
from issuer.domain.catalogue_choice import helsinki_day
from issuer.domain.catalogue_text import Text
from issuer.domain.participant import Participant
from issuer.domain.period import GoalVersion, PeriodRow, ServiceForm, TalkKind, TalkRow
from issuer.domain.permissions import Permission, StaffMember
from issuer.domain.unit_ref import UnitRef
from issuer.services.coaching.find_participants import located, opened
from issuer.services.coaching.keep_goals import GoalWords, open_goal
from issuer.services.coaching.service_forms import open_service_form
from issuer.services.coaching.talk_words import TalkWords, open_talk
from issuer.services.outside import Outside


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownGoal:
    """A goal with all its versions, oldest first; the newest accepted one counts, a newer one is a draft."""

    versions: tuple[tuple[GoalVersion, GoalWords], ...]

    @property
    def newest(self) -> tuple[GoalVersion, GoalWords]:
        """The newest version."""
        return self.versions[-1]

    @property
    def counts(self) -> tuple[GoalVersion, GoalWords] | None:
        """The newest accepted version, or None."""
        return next((one for one in reversed(self.versions) if one[0].accepted_at is not None), None)

    @property
    def draft(self) -> bool:
        """The newest version waits for the participant."""
        return self.newest[0].accepted_at is None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownPeriod:
    """A period with what hangs on it; `forms` is empty for those who may not see service forms."""

    row: PeriodRow
    site: str
    talks: tuple[tuple[TalkRow, TalkWords], ...]
    goals: tuple[ShownGoal, ...]
    forms: tuple[tuple[date, ServiceForm], ...]

    @property
    def start_accepted(self) -> bool:
        """The participant has accepted a start talk."""
        return any(row.kind is TalkKind.START and row.accepted_at is not None for row, _ in self.talks)

    @property
    def paused(self) -> bool:
        """A pause without an end stands."""
        return any(one.ends_on is None for one in self.row.pauses)


@dataclass(frozen=True, slots=True, kw_only=True)
class Path:
    """One line of time: periods newest first. `units` carry requirements, for marking prior competence."""

    person: Participant
    today: date
    periods: tuple[ShownPeriod, ...]
    units: tuple[tuple[UnitRef, Text, tuple[Requirement, ...]], ...] = ()


def show_periods(outside: Outside, who: StaffMember, number: str, *, with_units: bool = False) -> Path:
    """Open the periods of a participant, with one reading row. Raises NotFoundError."""
    with outside.database.write() as uow:
        person = opened(uow, outside, who, located(uow, who, number), what="periods")
        rows = uow.coaching.periods(person.person_id)
        talks = uow.coaching.talks([row.id for row in rows])
        sites = {site.id: site.name for site in uow.environments.sites(who.institution_id)}
        with outside.person_keys.held([person.person_id]):
            goals = _goals(uow, outside, person.person_id)
            forms = _forms(uow, outside, who, person.person_id)
            periods = tuple(
                ShownPeriod(
                    row=row,
                    site=sites.get(row.site_id or "", ""),
                    talks=tuple(
                        (one, open_talk(outside, person.person_id, one)) for one in talks if one.period_id == row.id
                    ),
                    goals=tuple(one for one in goals if one.newest[0].period_id == row.id),
                    forms=tuple((day, form) for period_id, day, form in forms if period_id == row.id),
                )
                for row in rows
            )
        found = [(ref, uow.catalogue.unit_of(ref)) for ref in person.units] if with_units else []
        units = tuple((ref, one.unit.name, one.unit.requirements) for ref, one in found if one is not None)
        return Path(person=person, today=helsinki_day(outside.now()), periods=periods, units=units)


def _goals(uow: UnitOfWork, outside: Outside, person_id: str) -> list[ShownGoal]:
    grouped: dict[str, list[tuple[GoalVersion, GoalWords]]] = {}
    for one in uow.coaching.goals(person_id):
        grouped.setdefault(one.goal_id, []).append((one, open_goal(outside, person_id, one)))
    return [ShownGoal(versions=tuple(versions)) for versions in grouped.values()]


def _forms(uow: UnitOfWork, outside: Outside, who: StaffMember, person_id: str) -> list[tuple[str, date, ServiceForm]]:
    if not who.may(Permission.SERVICE_FORM):
        return []
    return [
        (one.period_id, one.from_on, open_service_form(outside, one)) for one in uow.coaching.service_forms(person_id)
    ]
