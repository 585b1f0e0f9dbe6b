"""Queries: periods with pauses, talks, goals and service forms."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from issuer.db.models.periods import Goal, GoalVersionRecord, Period, PeriodPause, ServiceFormRecord, Talk
from issuer.domain.period import (
    GoalKind,
    GoalState,
    GoalVersion,
    Pause,
    PeriodKind,
    PeriodRow,
    PeriodState,
    TalkKind,
    TalkRow,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedServiceForm:
    """Under which service a period runs from a day on; what it is, is sealed under the person's key."""

    id: str
    period_id: str
    person_id: str
    from_on: date
    sealed: bytes


class PeriodQueries:
    """Periods within one transaction. Words and service forms come and go sealed."""

    _session: Session

    def add_period(self, row: PeriodRow, *, now: datetime) -> None:
        """Insert a period."""
        self._session.execute(
            insert(Period).values(
                id=row.id,
                person_id=row.person_id,
                institution_id=row.institution_id,
                kind=row.kind.value,
                starts_on=row.starts_on,
                ends_on=row.ends_on,
                site_id=row.site_id,
                state=row.state.value,
                created_at=now,
            )
        )

    def set_period(self, row: PeriodRow) -> None:
        """Keep days, site and state of a period anew."""
        self._session.execute(
            update(Period)
            .where(Period.id == row.id)
            .values(starts_on=row.starts_on, ends_on=row.ends_on, site_id=row.site_id, state=row.state.value)
        )

    def period(self, period_id: str, institution_id: str) -> PeriodRow | None:
        """A period at this institution, or None."""
        query = select(Period).where(Period.id == period_id, Period.institution_id == institution_id)
        found = self._session.execute(query).scalar_one_or_none()
        return None if found is None else self._with_pauses([found])[0]

    def periods(self, person_id: str) -> list[PeriodRow]:
        """Periods of a person, newest first."""
        query = (
            select(Period)
            .where(Period.person_id == person_id)
            .order_by(Period.starts_on.desc(), Period.created_at.desc())
        )
        return self._with_pauses(list(self._session.execute(query).scalars()))

    def running_people(self, institution_id: str) -> frozenset[str]:
        """Persons with a running period."""
        query = select(Period.person_id).where(
            Period.institution_id == institution_id, Period.state == PeriodState.RUNNING.value
        )
        return frozenset(self._session.execute(query).scalars())

    def paused_people(self, institution_id: str, day: date) -> frozenset[str]:
        """Persons whose period is paused on a day."""
        query = (
            select(Period.person_id)
            .join(PeriodPause, PeriodPause.period_id == Period.id)
            .where(
                Period.institution_id == institution_id,
                PeriodPause.starts_on <= day,
                (PeriodPause.ends_on.is_(None)) | (PeriodPause.ends_on >= day),
            )
        )
        return frozenset(self._session.execute(query).scalars())

    def add_pause(self, period_id: str, pause: Pause) -> None:
        """Insert a pause."""
        self._session.execute(
            insert(PeriodPause).values(
                id=pause.id, period_id=period_id, starts_on=pause.starts_on, ends_on=pause.ends_on
            )
        )

    def end_pause(self, pause_id: str, ends_on: date) -> None:
        """Set the last day of a pause."""
        self._session.execute(update(PeriodPause).where(PeriodPause.id == pause_id).values(ends_on=ends_on))

    def add_talk(self, row: TalkRow, *, now: datetime) -> None:
        """Insert a talk."""
        self._session.execute(
            insert(Talk).values(
                id=row.id,
                period_id=row.period_id,
                kind=row.kind.value,
                held_on=row.held_on,
                staff_id=row.staff_id,
                at=now,
                accepted_at=row.accepted_at,
                accepted_how=row.accepted_how,
                sealed=row.sealed,
            )
        )

    def talks(self, period_ids: Sequence[str]) -> list[TalkRow]:
        """Talks of these periods, newest first."""
        query = (
            select(Talk).where(Talk.period_id.in_(period_ids)).order_by(Talk.held_on.desc(), Talk.at.desc(), Talk.id)
        )
        return [_talk(one) for one in self._session.execute(query).scalars()]

    def period_of_talk(self, talk_id: str) -> str | None:
        """The period of a talk, or None."""
        return self._session.execute(select(Talk.period_id).where(Talk.id == talk_id)).scalar_one_or_none()

    def accept_talk(self, talk_id: str, *, how: str, now: datetime) -> bool:
        """Note the participant's yes to a talk; False when it was given before."""
        query = (
            update(Talk)
            .where(Talk.id == talk_id, Talk.accepted_at.is_(None))
            .values(accepted_at=now, accepted_how=how)
            .returning(Talk.id)
        )
        return self._session.execute(query).scalar_one_or_none() is not None

    def add_goal_version(self, person_id: str, row: GoalVersion) -> None:
        """Insert a version of a goal, the goal itself with the first."""
        if row.version == 1:
            self._session.execute(
                insert(Goal).values(id=row.goal_id, person_id=person_id, period_id=row.period_id, kind=row.kind.value)
            )
        self._session.execute(
            insert(GoalVersionRecord).values(
                goal_id=row.goal_id,
                version=row.version,
                state=row.state.value,
                at=row.at,
                staff_id=row.staff_id,
                accepted_at=row.accepted_at,
                accepted_how=row.accepted_how,
                sealed=row.sealed,
            )
        )

    def goals(self, person_id: str) -> list[GoalVersion]:
        """All versions of a person's goals: goals in the order made, versions from the first."""
        query = (
            select(Goal, GoalVersionRecord)
            .join(GoalVersionRecord, GoalVersionRecord.goal_id == Goal.id)
            .where(Goal.person_id == person_id)
            .order_by(GoalVersionRecord.goal_id, GoalVersionRecord.version)
        )
        versions = [_goal(goal, version) for goal, version in self._session.execute(query)]
        first = {one.goal_id: one.at for one in versions if one.version == 1}
        return sorted(versions, key=lambda one: (first[one.goal_id], one.goal_id, one.version))

    def accept_goal(self, goal_id: str, version: int, *, how: str, now: datetime) -> bool:
        """Note the participant's yes to a version; False when it was given before, or a newer version is there."""
        newest = (
            select(func.max(GoalVersionRecord.version)).where(GoalVersionRecord.goal_id == goal_id).scalar_subquery()
        )
        query = (
            update(GoalVersionRecord)
            .where(
                GoalVersionRecord.goal_id == goal_id,
                GoalVersionRecord.version == version,
                GoalVersionRecord.version == newest,
                GoalVersionRecord.accepted_at.is_(None),
            )
            .values(accepted_at=now, accepted_how=how)
            .returning(GoalVersionRecord.goal_id)
        )
        return self._session.execute(query).scalar_one_or_none() is not None

    def add_service_form(self, form: SealedServiceForm) -> None:
        """Insert a service form."""
        self._session.execute(
            insert(ServiceFormRecord).values(
                id=form.id, period_id=form.period_id, from_on=form.from_on, sealed=form.sealed
            )
        )

    def service_forms(self, person_id: str) -> list[SealedServiceForm]:
        """Service forms of a person's periods, newest first."""
        return self._service_forms(Period.person_id == person_id)

    def service_forms_of_all(self, institution_id: str) -> list[SealedServiceForm]:
        """Service forms of all periods at an institution, newest first: for internal counts only."""
        return self._service_forms(Period.institution_id == institution_id)

    def _service_forms(self, condition: object) -> list[SealedServiceForm]:
        query = (
            select(ServiceFormRecord, Period.person_id)
            .join(Period, Period.id == ServiceFormRecord.period_id)
            .where(condition)  # type: ignore[arg-type]
            .order_by(ServiceFormRecord.from_on.desc(), ServiceFormRecord.id)
        )
        return [
            SealedServiceForm(
                id=form.id, period_id=form.period_id, person_id=person_id, from_on=form.from_on, sealed=form.sealed
            )
            for form, person_id in self._session.execute(query)
        ]

    def _with_pauses(self, records: Sequence[Period]) -> list[PeriodRow]:
        query = (
            select(PeriodPause)
            .where(PeriodPause.period_id.in_([one.id for one in records]))
            .order_by(PeriodPause.starts_on)
        )
        pauses: dict[str, list[Pause]] = {}
        for one in self._session.execute(query).scalars():
            pause = Pause(id=one.id, starts_on=one.starts_on, ends_on=one.ends_on)
            pauses.setdefault(one.period_id, []).append(pause)
        return [_period(one, tuple(pauses.get(one.id, ()))) for one in records]


def _period(record: Period, pauses: tuple[Pause, ...]) -> PeriodRow:
    return PeriodRow(
        id=record.id,
        person_id=record.person_id,
        institution_id=record.institution_id,
        kind=PeriodKind(record.kind),
        starts_on=record.starts_on,
        ends_on=record.ends_on,
        site_id=record.site_id,
        state=PeriodState(record.state),
        pauses=pauses,
    )


def _talk(record: Talk) -> TalkRow:
    return TalkRow(
        id=record.id,
        period_id=record.period_id,
        kind=TalkKind(record.kind),
        held_on=record.held_on,
        staff_id=record.staff_id,
        accepted_at=record.accepted_at,
        accepted_how=record.accepted_how,
        sealed=record.sealed,
    )


def _goal(goal: Goal, version: GoalVersionRecord) -> GoalVersion:
    return GoalVersion(
        goal_id=goal.id,
        version=version.version,
        kind=GoalKind(goal.kind),
        period_id=goal.period_id,
        state=GoalState(version.state),
        at=version.at,
        staff_id=version.staff_id,
        accepted_at=version.accepted_at,
        accepted_how=version.accepted_how,
        sealed=version.sealed,
    )
