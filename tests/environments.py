"""A recognised learning environment in a few lines: a site with tasks, a matrix and a published report."""

import uuid
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from desk import BICYCLE, Desk
from sqlalchemy import text

from issuer.db.repositories.environment_rows import NewReport
from issuer.db.unit_of_work import UnitOfWork
from issuer.domain.catalogue_choice import CatalogueUnit, helsinki_day
from issuer.domain.learning_environment import (
    Recogniser,
    Recognition,
    Report,
    Site,
    SiteTexts,
    Task,
    UnitMap,
    digest_of,
)
from issuer.domain.report_document import Publisher, report_document
from issuer.domain.unit_ref import UnitRef
from schemas.canonical_json import canonicalise

TASKS = ("Jarrujen huolto", "Renkaiden vaihto", "Asiakkaan pyörän vastaanotto")
RECOGNISER = Recogniser(role="ammatillinen opettaja", organisation="Esimerkkiopisto")
SITE = SiteTexts(
    name="Pyöräpiste, Takakatu",
    address="Takakatu, sisäpiha",
    public_name="Polkupyöräkorjaamo",
    public_description="Huollamme polkupyöriä.",
    real_work="Asiakkaiden pyörien huolto ja korjaus.",
    equipment="Huoltotelineet, käsityökalut ja rihtausteline.",
    safety="Suojalasit ja käsineet; perehdytys ennen työtä.",
    customers=True,
    municipality_code="905",
    municipality="Vaasa",
)


@dataclass(frozen=True)
class Recognised:
    """What a test needs of a recognised environment; `keys` are those of the unit in the catalogue's order."""

    site: Site
    tasks: tuple[Task, ...]
    unit_map: UnitMap
    report: Report
    keys: tuple[str, ...]


def site_of(desk: Desk, texts: SiteTexts = SITE, tasks: tuple[str, ...] = TASKS) -> tuple[Site, tuple[Task, ...]]:
    """A site with tasks."""
    site = Site(id=str(uuid.uuid4()), institution_id=desk.institution.id, texts=texts)
    made = tuple(
        Task(id=str(uuid.uuid4()), site_id=site.id, number=number, name=name) for number, name in enumerate(tasks, 1)
    )
    with desk.outside.database.write() as uow:
        uow.environments.add_site(site, now=desk.outside.now())
        for task in made:
            uow.environments.add_task(task, now=desk.outside.now())
    return site, made


def recognised(
    desk: Desk,
    unit: UnitRef = BICYCLE,
    *,
    texts: SiteTexts = SITE,
    elsewhere: int = 2,
    published_on: date | None = None,
    valid_until: date | None = None,
) -> Recognised:
    """A site of the desk's institution with a published report for one unit of the catalogue.

    Args:
        elsewhere: how many requirements, the last ones, are learned elsewhere only; tasks share the rest in turn.
        published_on: Helsinki day; by default a year ago, so that any ordinary test day is inside.
        valid_until: inclusive; by default two years after it was published.
    """
    outside = desk.outside
    published = published_on or helsinki_day(outside.now()) - timedelta(days=365)
    site, tasks = site_of(desk, texts)
    with outside.database.write() as uow:
        found = uow.catalogue.unit_of(unit)
        assert found is not None
        keys = tuple(one.key for one in found.unit.requirements)
        at_work, not_here = keys[: len(keys) - elsewhere], keys[len(keys) - elsewhere :]
        ticks = {task.id: at_work[number :: len(tasks)] for number, task in enumerate(tasks)}
        until = valid_until or published + timedelta(days=730)
        unit_map = _map(site, unit, found, recognised_on=published, until=until)
        uow.environments.add_map(unit_map, now=outside.now())
        uow.environments.set_ticks(unit_map.id, ticks)
        uow.environments.set_elsewhere(unit_map.id, not_here)
        report = Report(
            id=uuid.uuid4().hex,
            site_id=site.id,
            unit=unit,
            unit_version=found.unit.version or 1,
            version=1,
            recognised_on=published,
            published_on=published,
            valid_until=until,
            ended_on=None,
            recogniser=RECOGNISER,
            requirement_keys_at_work=at_work,
            requirement_keys_elsewhere=not_here,
            tasks=ticks,
            digest="",
        )
        report = _publish(uow, desk, unit_map, report, found, tasks)
    with outside.database.read() as uow:
        whole = uow.environments.map_by_id(unit_map.id)
    return Recognised(site=site, tasks=tasks, unit_map=whole, report=report, keys=keys)


def _map(site: Site, unit: UnitRef, found: CatalogueUnit, *, recognised_on: date, until: date) -> UnitMap:
    return UnitMap(
        id=str(uuid.uuid4()),
        site_id=site.id,
        unit=unit,
        catalogue_digest=found.qualification.digest,
        ticks={},
        elsewhere=frozenset(),
        recognition=Recognition(
            recogniser=RECOGNISER,
            recognised_on=recognised_on,
            valid_until=until,
            register_number=found.qualification.register_number or "",
        ),
    )


def _publish(
    uow: UnitOfWork, desk: Desk, unit_map: UnitMap, report: Report, found: CatalogueUnit, tasks: tuple[Task, ...]
) -> Report:
    """Store the report with its public document, as publishing does, but without a signature."""
    umbrella = uow.institutions.get(desk.institution.parent_id or desk.institution.id)
    texts = next(one for one in uow.environments.sites(desk.institution.id) if one.id == report.site_id).texts
    publisher = Publisher(
        issuer=umbrella.did or "",
        name=desk.institution.public_name,
        texts=texts,
        register_number=found.qualification.register_number or "",
    )
    address = f"{desk.outside.identity_origin}/environments/{report.id}"
    document = report_document(
        address, report, found, publisher=publisher, tasks={task.id: task.name for task in tasks}
    )
    report = replace(report, digest=digest_of(document))
    new = NewReport(
        map_id=unit_map.id,
        institution_id=desk.institution.id,
        report=report,
        municipality_code=texts.municipality_code,
        name_key=None,
        name_sealed=None,
        name_public=False,
        document=canonicalise(document),
    )
    uow.environments.add_report(new, now=desk.outside.now())
    return report


def dump(desk: Desk) -> dict[str, Any]:
    """Every row of every table that a form of this part could change, and the trail."""
    tables = ("site", "site_task", "unit_map", "unit_map_tick", "unit_map_elsewhere", "recogniser_invitation")
    more = ("recognition_report", "plain_line", "publication", "audit", "catalogue_qualification")
    with desk.outside.database.read() as uow:
        return {one: uow._session.execute(text(f"SELECT * FROM {one}")).all() for one in (*tables, *more)}  # noqa: S608  names of our own tables
