"""A recognised learning environment in a few lines: a site with tasks, a matrix and a published report."""

import uuid
from dataclasses import dataclass, replace
from datetime import date, timedelta

from desk import BICYCLE, Desk

from issuer.db.repositories.environment_rows import NewReport
from issuer.domain.catalogue_choice import helsinki_day
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
        keys = tuple(requirement.key for requirement in found.unit.requirements)
        at_work, not_here = keys[: len(keys) - elsewhere], keys[len(keys) - elsewhere :]
        ticks = {task.id: at_work[number :: len(tasks)] for number, task in enumerate(tasks)}
        recogniser = Recogniser(role="ammatillinen opettaja", organisation="Esimerkkiopisto")
        unit_map = UnitMap(
            id=str(uuid.uuid4()),
            site_id=site.id,
            unit=unit,
            catalogue_digest=found.qualification.digest,
            ticks={},
            elsewhere=frozenset(),
            recognition=Recognition(
                recogniser=recogniser,
                recognised_on=published,
                valid_until=valid_until or published + timedelta(days=730),
                register_number=found.qualification.register_number or "",
            ),
        )
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
            valid_until=valid_until or published + timedelta(days=730),
            ended_on=None,
            recogniser=recogniser,
            requirement_keys_at_work=at_work,
            requirement_keys_elsewhere=not_here,
            tasks=ticks,
            digest="",
        )
        umbrella = uow.institutions.get(desk.institution.parent_id or desk.institution.id)
        publisher = Publisher(
            issuer=umbrella.did or "",
            name=desk.institution.public_name,
            texts=texts,
            register_number=found.qualification.register_number or "",
        )
        address = f"{outside.identity_origin}/environments/{report.id}"
        names = {task.id: task.name for task in tasks}
        document = report_document(address, report, found, publisher=publisher, tasks=names)
        report = replace(report, digest=digest_of(document))
        new = NewReport(
            map_id=unit_map.id,
            institution_id=site.institution_id,
            report=report,
            municipality_code=texts.municipality_code,
            name_key=None,
            name_sealed=None,
            name_public=False,
            document=canonicalise(document),
        )
        uow.environments.add_report(new, now=outside.now())
    with outside.database.read() as uow:
        whole = uow.environments.map_by_id(unit_map.id)
    return Recognised(site=site, tasks=tasks, unit_map=whole, report=report, keys=keys)
