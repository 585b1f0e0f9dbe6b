"""Queries: sites, tasks, the matrix of tasks and requirements, and published recognition reports."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import delete, func, insert, or_, select, update
from sqlalchemy.orm import Session, aliased
from sqlalchemy.sql.elements import ColumnElement

from issuer.db.models import environments as tables
from issuer.db.repositories.catalogue_overview import CatalogueOverviewQueries
from issuer.db.repositories.environment_rows import (
    NewReport,
    PublicReport,
    map_value,
    public_report_value,
    recognition_row,
    report_row,
    report_value,
    site_row,
    site_value,
    task_value,
)
from issuer.db.repositories.older_units import OlderUnitQueries
from issuer.db.repositories.plain_lines import PlainLineQueries
from issuer.db.repositories.recogniser_invitations import InvitationQueries
from issuer.domain.errors import NotFoundError
from issuer.domain.learning_environment import Recognition, Report, Site, Task, UnitMap
from issuer.domain.unit_ref import UnitRef


class EnvironmentRepository(CatalogueOverviewQueries, InvitationQueries, OlderUnitQueries, PlainLineQueries):
    """Sites, tasks, the matrix of tasks and requirements, and published recognition reports, within one transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add_site(self, site: Site, *, now: datetime) -> None:
        """Insert a site."""
        self._session.execute(insert(tables.Site).values(**site_row(site), created_at=now))

    def update_site(self, site: Site) -> None:
        """Let the site have these texts."""
        self._session.execute(update(tables.Site).where(tables.Site.id == site.id).values(**site_row(site)))

    def sites(self, institution_id: str) -> tuple[Site, ...]:
        """The sites of an institution, by inner name."""
        query = (
            select(tables.Site)
            .where(tables.Site.institution_id == institution_id)
            .order_by(tables.Site.name, tables.Site.id)
        )
        return tuple(site_value(row) for row in self._session.execute(query).scalars())

    def site(self, site_id: str, institution_id: str, *, lock: bool = False) -> Site:
        """A site of this institution.

        Args:
            lock: hold the row until the end of the transaction, so that two editors come one after the other.

        Raises:
            NotFoundError: there is none, or it is another institution's.
        """
        query = select(tables.Site).where(tables.Site.id == site_id, tables.Site.institution_id == institution_id)
        row = self._session.execute(query.with_for_update() if lock else query).scalar_one_or_none()
        if row is None:
            raise NotFoundError("site", code="site.unknown")
        return site_value(row)

    def site_by_id(self, site_id: str) -> Site:
        """A site of any institution, for what is not asked for by its staff. Raises NotFoundError."""
        row = self._session.get(tables.Site, site_id)
        if row is None:
            raise NotFoundError("site", code="site.unknown")
        return site_value(row)

    def add_task(self, task: Task, *, now: datetime) -> None:
        """Insert a task."""
        values = {"id": task.id, "site_id": task.site_id, "number": task.number, "name": task.name, "created_at": now}
        self._session.execute(insert(tables.SiteTask).values(**values))

    def last_task_number(self, site_id: str) -> int:
        """The highest number ever given on a site; 0 for none."""
        query = select(func.max(tables.SiteTask.number)).where(tables.SiteTask.site_id == site_id)
        return self._session.execute(query).scalar_one_or_none() or 0

    def tasks(self, site_id: str) -> tuple[Task, ...]:
        """The tasks that are done on a site now, in the order in which they were added."""
        query = (
            select(tables.SiteTask)
            .where(tables.SiteTask.site_id == site_id, tables.SiteTask.ended_at.is_(None))
            .order_by(tables.SiteTask.number)
        )
        return tuple(task_value(row) for row in self._session.execute(query).scalars())

    def task(self, task_id: str, institution_id: str) -> Task | None:
        """A task of one of this institution's sites, also one that is no longer done; None for any other."""
        query = (
            select(tables.SiteTask)
            .join(tables.Site, tables.Site.id == tables.SiteTask.site_id)
            .where(tables.SiteTask.id == task_id, tables.Site.institution_id == institution_id)
        )
        row = self._session.execute(query).scalar_one_or_none()
        return task_value(row) if row is not None else None

    def rename_task(self, task_id: str, name: str) -> None:
        """Give a task another name; published reports keep the old one."""
        self._session.execute(update(tables.SiteTask).where(tables.SiteTask.id == task_id).values(name=name))

    def end_task(self, task_id: str, *, now: datetime) -> None:
        """A task is no longer done: it teaches nothing any more, but what names it still finds its name."""
        self._session.execute(update(tables.SiteTask).where(tables.SiteTask.id == task_id).values(ended_at=now))
        self._session.execute(delete(tables.UnitMapTick).where(tables.UnitMapTick.task_id == task_id))

    def suggested(self, task_id: str, unit: UnitRef) -> tuple[str, ...]:
        """Keys of the requirements of a unit that a task teaches according to the matrix, sorted."""
        query = (
            select(tables.UnitMapTick.requirement_key)
            .join(tables.UnitMap, tables.UnitMap.id == tables.UnitMapTick.map_id)
            .where(tables.UnitMapTick.task_id == task_id, *_unit_is(tables.UnitMap, unit))
            .order_by(tables.UnitMapTick.requirement_key)
        )
        return tuple(self._session.execute(query).scalars())

    def add_map(self, unit_map: UnitMap, *, now: datetime) -> None:
        """Insert the matrix of a unit on a site, without ticks."""
        values = {
            "id": unit_map.id,
            "site_id": unit_map.site_id,
            "unit_code": unit_map.unit.code,
            "peruste_id": unit_map.unit.peruste_id,
            "catalogue_digest": unit_map.catalogue_digest,
            "created_at": now,
        }
        self._session.execute(insert(tables.UnitMap).values(**values, **recognition_row(unit_map.recognition)))

    def unit_map(self, site_id: str, unit: UnitRef, *, lock: bool = False) -> UnitMap | None:
        """The matrix of a unit on a site, whole; `lock` as for `site`."""
        query = select(tables.UnitMap).where(tables.UnitMap.site_id == site_id, *_unit_is(tables.UnitMap, unit))
        row = self._session.execute(query.with_for_update() if lock else query).scalar_one_or_none()
        return self._maps([row])[0] if row is not None else None

    def map_by_id(self, map_id: str) -> UnitMap:
        """A matrix by its id. Raises NotFoundError."""
        row = self._session.get(tables.UnitMap, map_id)
        if row is None:
            raise NotFoundError("map", code="map.unknown")
        return self._maps([row])[0]

    def maps(self, institution_id: str, *, site_id: str | None = None) -> tuple[UnitMap, ...]:
        """The matrices of all sites of an institution, or of one of them, by unit."""
        query = (
            select(tables.UnitMap)
            .join(tables.Site, tables.Site.id == tables.UnitMap.site_id)
            .where(tables.Site.institution_id == institution_id)
            .order_by(tables.UnitMap.unit_code, tables.UnitMap.peruste_id, tables.UnitMap.site_id)
        )
        if site_id is not None:
            query = query.where(tables.UnitMap.site_id == site_id)
        return tuple(self._maps(self._session.execute(query).scalars().all()))

    def set_ticks(self, map_id: str, ticks: Mapping[str, Collection[str]]) -> None:
        """Let these tasks teach exactly these requirements; tasks that are not named keep theirs."""
        table = tables.UnitMapTick
        self._session.execute(delete(table).where(table.map_id == map_id, table.task_id.in_(ticks)))
        rows = [
            {"map_id": map_id, "task_id": task_id, "requirement_key": key}
            for task_id, keys in ticks.items()
            for key in sorted(set(keys))
        ]
        if rows:
            self._session.execute(insert(table), rows)

    def set_elsewhere(self, map_id: str, keys: Collection[str]) -> None:
        """Let exactly these requirements be learned elsewhere."""
        table = tables.UnitMapElsewhere
        self._session.execute(delete(table).where(table.map_id == map_id))
        rows = [{"map_id": map_id, "requirement_key": key} for key in sorted(set(keys))]
        if rows:
            self._session.execute(insert(table), rows)

    def set_recognition(self, map_id: str, recognition: Recognition) -> None:
        """Keep what is known of the recognition."""
        values = recognition_row(recognition)
        self._session.execute(update(tables.UnitMap).where(tables.UnitMap.id == map_id).values(**values))

    def set_catalogue_digest(self, map_id: str, digest: str) -> None:
        """Note which revision of the qualification somebody looked at."""
        values = {"catalogue_digest": digest}
        self._session.execute(update(tables.UnitMap).where(tables.UnitMap.id == map_id).values(**values))

    def add_report(self, new: NewReport, *, now: datetime) -> None:
        """Insert a published version; it never changes but for its end."""
        self._session.execute(insert(tables.RecognitionReport).values(**report_row(new), created_at=now))

    def end_report(self, report_id: str, day: date) -> None:
        """Let a report be in force until this day, inclusive, and no longer."""
        table = tables.RecognitionReport
        self._session.execute(update(table).where(table.id == report_id).values(ended_on=day))

    def reports(self, institution_id: str, *, site_id: str | None = None) -> tuple[Report, ...]:
        """All published versions of an institution, or of one site, newest version first within each unit."""
        table = tables.RecognitionReport
        query = (
            select(table)
            .where(table.institution_id == institution_id)
            .order_by(table.site_id, table.unit_code, table.peruste_id, table.version.desc())
        )
        if site_id is not None:
            query = query.where(table.site_id == site_id)
        return tuple(report_value(row) for row in self._session.execute(query).scalars())

    def valid_report(self, institution_id: str, unit: UnitRef, day: date) -> Report | None:
        """The newest published report of a unit that is in force on a Helsinki day, on any site; None for none."""
        table = tables.RecognitionReport
        query = (
            select(table)
            .where(table.institution_id == institution_id, *_unit_is(table, unit), *_in_force(table, day))
            .order_by(table.published_on.desc(), table.created_at.desc(), table.version.desc(), table.id)
            .limit(1)
        )
        row = self._session.execute(query).scalar_one_or_none()
        return report_value(row) if row is not None else None

    def public_report(self, report_id: str) -> PublicReport | None:
        """What anybody may ask for under the address of a report, whoever published it."""
        row = self._session.get(tables.RecognitionReport, report_id)
        if row is None:
            return None
        newest = self._newest_of((row.map_id,))[row.map_id]
        return public_report_value(row, newest)

    def directory(
        self, day: date, *, unit_code: str | None, municipality_code: str | None, after: str, limit: int
    ) -> tuple[PublicReport, ...]:
        """Published reports in force on a day, the newest of each site and unit, by id.

        Args:
            after: the id after which to go on; "" for the beginning.
            limit: most reports.
        """
        table = tables.RecognitionReport
        again = aliased(tables.RecognitionReport)
        newest = select(func.max(again.version)).where(again.map_id == table.map_id, *_in_force(again, day))
        query = (
            select(table)
            .where(table.id > after, table.version == newest.scalar_subquery(), *_in_force(table, day))
            .order_by(table.id)
            .limit(limit)
        )
        if unit_code is not None:
            query = query.where(table.unit_code == unit_code)
        if municipality_code is not None:
            query = query.where(table.municipality_code == municipality_code)
        rows = self._session.execute(query).scalars().all()
        return tuple(public_report_value(row, row.id) for row in rows)

    def _newest_of(self, map_ids: Sequence[str]) -> dict[str, str]:
        table = tables.RecognitionReport
        query = select(table.map_id, table.id).where(table.map_id.in_(map_ids)).order_by(table.version)
        return {row.map_id: row.id for row in self._session.execute(query)}

    def _maps(self, rows: Sequence[tables.UnitMap]) -> list[UnitMap]:
        ids = [row.id for row in rows]
        ticks: dict[str, dict[str, set[str]]] = {one: {} for one in ids}
        elsewhere: dict[str, set[str]] = {one: set() for one in ids}
        query = select(tables.UnitMapTick).where(tables.UnitMapTick.map_id.in_(ids))
        for tick in self._session.execute(query).scalars():
            ticks[tick.map_id].setdefault(tick.task_id, set()).add(tick.requirement_key)
        other = select(tables.UnitMapElsewhere).where(tables.UnitMapElsewhere.map_id.in_(ids))
        for mark in self._session.execute(other).scalars():
            elsewhere[mark.map_id].add(mark.requirement_key)
        return [map_value(row, ticks[row.id], elsewhere[row.id]) for row in rows]


_Reports = type[tables.RecognitionReport]


def _unit_is(table: type[tables.UnitMap] | _Reports, unit: UnitRef) -> tuple[ColumnElement[bool], ...]:
    return table.unit_code == unit.code, table.peruste_id == unit.peruste_id


def _in_force(table: _Reports, day: date) -> tuple[ColumnElement[bool], ...]:
    not_ended = or_(table.ended_on.is_(None), table.ended_on >= day)
    return table.published_on <= day, table.valid_until >= day, not_ended
