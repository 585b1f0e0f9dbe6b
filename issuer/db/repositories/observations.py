"""Queries: observations in their versions, what they show, and pictures of work."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.orm import Session

from issuer.db.models.coaching import ObservationRecord, ObservationRequirement, ParticipantRecord, Picture
from issuer.domain.observation import Independence, Medium, ObservationRow, Origin
from issuer.domain.unit_ref import UnitRef

_CHUNK = 500


class ObservationQueries:
    """Observations within one transaction. Words and pictures come and go sealed."""

    _session: Session

    def add_observation(self, row: ObservationRow, institution_id: str, *, sealed: bytes | None) -> None:
        """Insert a version; a correction marks the one before as replaced."""
        if row.version > 1:
            self._session.execute(
                update(ObservationRecord)
                .where(ObservationRecord.root_id == row.root_id, ObservationRecord.version < row.version)
                .values(replaced=True)
            )
        self._session.execute(
            insert(ObservationRecord).values(
                id=row.id,
                root_id=row.root_id,
                version=row.version,
                replaced=row.replaced,
                person_id=row.person_id,
                institution_id=institution_id,
                unit_code=row.unit.code,
                peruste_id=row.unit.peruste_id,
                at=row.at,
                observed_on=row.observed_on,
                staff_id=row.staff_id,
                site_id=row.site_id,
                task_id=row.task_id,
                independence=row.independence.value,
                origin=row.origin.value,
                medium=row.medium.value,
                in_trade=row.in_trade,
                sealed=sealed,
            )
        )
        self._session.execute(
            insert(ObservationRequirement),
            [{"observation_id": row.id, "requirement_key": key} for key in dict.fromkeys(row.requirement_keys)],
        )

    def observations(self, person_id: str, unit: UnitRef) -> list[ObservationRow]:
        """Observations of a person for a unit as they stand now, newest first."""
        return self._rows(
            ObservationRecord.person_id == person_id,
            ObservationRecord.unit_code == unit.code,
            ObservationRecord.peruste_id == unit.peruste_id,
            ObservationRecord.replaced.is_(False),
        )

    def all_observations(self, person_id: str, *, with_replaced: bool = False) -> list[ObservationRow]:
        """All observations of a person, newest first; the replaced versions, too, if wanted."""
        shown = () if with_replaced else (ObservationRecord.replaced.is_(False),)
        return self._rows(ObservationRecord.person_id == person_id, *shown)

    def observation(self, observation_id: str, institution_id: str) -> ObservationRow | None:
        """One version at this institution, or None."""
        rows = self._rows(ObservationRecord.id == observation_id, ObservationRecord.institution_id == institution_id)
        return rows[0] if rows else None

    def observation_words(self, person_id: str) -> dict[str, bytes]:
        """The sealed words of a person's observations, by version id."""
        query = select(ObservationRecord.id, ObservationRecord.sealed).where(
            ObservationRecord.person_id == person_id, ObservationRecord.sealed.is_not(None)
        )
        return {row.id: row.sealed for row in self._session.execute(query) if row.sealed is not None}

    def observed_months(self, person_id: str, unit: UnitRef) -> dict[str, date]:
        """The last month (its first day) in which each requirement was observed."""
        query = (
            select(ObservationRequirement.requirement_key, func.max(ObservationRecord.observed_on))
            .join(ObservationRecord, ObservationRecord.id == ObservationRequirement.observation_id)
            .where(
                ObservationRecord.person_id == person_id,
                ObservationRecord.unit_code == unit.code,
                ObservationRecord.peruste_id == unit.peruste_id,
                ObservationRecord.replaced.is_(False),
            )
            .group_by(ObservationRequirement.requirement_key)
        )
        return {key: day.replace(day=1) for key, day in self._session.execute(query)}

    def last_observed(self, institution_id: str) -> dict[str, date]:
        """The day of each participant's newest observation in a period, by person."""
        query = (
            select(ObservationRecord.person_id, func.max(ObservationRecord.observed_on).label("day"))
            .where(
                ObservationRecord.institution_id == institution_id,
                ObservationRecord.replaced.is_(False),
                ObservationRecord.origin == Origin.PERIOD.value,
            )
            .group_by(ObservationRecord.person_id)
        )
        return {row.person_id: row.day for row in self._session.execute(query)}

    def observed_by(self, staff_id: str) -> frozenset[str]:
        """Persons whom someone has observed."""
        query = select(ObservationRecord.person_id).where(ObservationRecord.staff_id == staff_id).distinct()
        return frozenset(self._session.execute(query).scalars())

    def latest_people(self, staff_id: str, institution_id: str, *, limit: int = 6) -> list[str]:
        """The persons whom someone noted last, newest first."""
        query = (
            select(ObservationRecord.person_id, func.max(ObservationRecord.at).label("last"))
            .join(ParticipantRecord, ParticipantRecord.person_id == ObservationRecord.person_id)
            .where(
                ObservationRecord.staff_id == staff_id,
                ObservationRecord.institution_id == institution_id,
                ParticipantRecord.state == "active",
            )
            .group_by(ObservationRecord.person_id)
            .order_by(func.max(ObservationRecord.at).desc())
            .limit(limit)
        )
        return [row.person_id for row in self._session.execute(query)]

    def latest_tasks(self, staff_id: str, *, since: datetime, limit: int = 10) -> list[str]:
        """The tasks that someone noted since a time, newest first."""
        query = (
            select(ObservationRecord.task_id, func.max(ObservationRecord.at).label("last"))
            .where(
                ObservationRecord.staff_id == staff_id,
                ObservationRecord.at >= since,
                ObservationRecord.task_id.is_not(None),
            )
            .group_by(ObservationRecord.task_id)
            .order_by(func.max(ObservationRecord.at).desc())
            .limit(limit)
        )
        return [row.task_id for row in self._session.execute(query) if row.task_id is not None]

    def add_picture(self, picture_id: str, row: ObservationRow, sealed: bytes) -> None:
        """Insert a sealed picture of an observation."""
        self._session.execute(
            insert(Picture).values(
                id=picture_id, observation_id=row.id, person_id=row.person_id, at=row.at, sealed=sealed
            )
        )

    def pictures_of(self, person_id: str) -> dict[str, str]:
        """Pictures of a person's observations: picture id → id of the version it came with."""
        query = select(Picture.id, Picture.observation_id).where(Picture.person_id == person_id)
        return {row.id: row.observation_id for row in self._session.execute(query)}

    def picture(self, picture_id: str, person_id: str) -> bytes | None:
        """A sealed picture of this person, or None."""
        query = select(Picture.sealed).where(Picture.id == picture_id, Picture.person_id == person_id)
        return self._session.execute(query).scalar_one_or_none()

    def remove_pictures(self, person_id: str) -> int:
        """Delete all pictures of a person; return how many there were."""
        query = delete(Picture).where(Picture.person_id == person_id).returning(Picture.id)
        return len(self._session.execute(query).all())

    def _rows(self, *conditions: object) -> list[ObservationRow]:
        query = (
            select(ObservationRecord)
            .where(*conditions)  # type: ignore[arg-type]
            .order_by(ObservationRecord.observed_on.desc(), ObservationRecord.at.desc(), ObservationRecord.id)
        )
        records = list(self._session.execute(query).scalars())
        keys = self._keys([one.id for one in records])
        return [_row(one, tuple(keys.get(one.id, ()))) for one in records]

    def _keys(self, observation_ids: Sequence[str]) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for start in range(0, len(observation_ids), _CHUNK):
            query = (
                select(ObservationRequirement.observation_id, ObservationRequirement.requirement_key)
                .where(ObservationRequirement.observation_id.in_(observation_ids[start : start + _CHUNK]))
                .order_by(ObservationRequirement.requirement_key)
            )
            for row in self._session.execute(query):
                found.setdefault(row.observation_id, []).append(row.requirement_key)
        return found


def _row(record: ObservationRecord, keys: tuple[str, ...]) -> ObservationRow:
    return ObservationRow(
        id=record.id,
        root_id=record.root_id,
        version=record.version,
        person_id=record.person_id,
        unit=UnitRef(record.unit_code, record.peruste_id),
        at=record.at,
        observed_on=record.observed_on,
        staff_id=record.staff_id,
        site_id=record.site_id,
        task_id=record.task_id,
        requirement_keys=keys,
        independence=Independence(record.independence),
        origin=Origin(record.origin),
        medium=Medium(record.medium),
        in_trade=record.in_trade,
        replaced=record.replaced,
    )
