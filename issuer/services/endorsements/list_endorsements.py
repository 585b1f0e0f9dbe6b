"""Who endorses which environment until when: for a school, for a provider's site, and for anybody."""

from dataclasses import dataclass
from datetime import date

from issuer.db.repositories.environment_rows import PublicReport
from issuer.db.unit_of_work import UnitOfWork
from issuer.domain.catalogue_choice import helsinki_day
from issuer.domain.endorsement import Endorsement, Standing, last_day
from issuer.domain.institution import PublicName
from issuer.domain.learning_environment import Report
from issuer.domain.permissions import StaffMember
from issuer.services.endorsements.endorse import require_school
from issuer.services.outside import Outside
from schemas.strict_json import JsonObject


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One endorsement of an environment as pages tell it.

    Attributes:
        until: the last day on which it was or will be in force, inclusive.
        of_issuer: it is about the provider as an issuer, not about the published version.
        newest: whether the version that it is about is the newest one.
    """

    endorsement: Endorsement
    school: PublicName
    standing: Standing
    until: date
    of_issuer: bool
    newest: bool

    @property
    def in_force(self) -> bool:
        """Whether it counts today."""
        return self.standing is Standing.IN_FORCE


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """A published version with what is endorsed of it; `mine` is the own school's newest endorsement of it."""

    report: Report
    document: JsonObject
    told: tuple[Told, ...]
    mine: Told | None


def of_report(outside: Outside, report_id: str) -> tuple[Told, ...]:
    """Endorsements of a published version, newest first; nothing that was never signed."""
    today = helsinki_day(outside.now())
    with outside.database.read() as uow:
        stored = uow.environments.public_report(report_id)
        return tuple(_told(uow, stored, today)) if stored is not None else ()


def of_reports(outside: Outside, report_ids: tuple[str, ...]) -> dict[str, tuple[Told, ...]]:
    """The same of several versions, for the provider's own page."""
    return {one: of_report(outside, one) for one in report_ids}


def for_school(
    outside: Outside, who: StaffMember, *, after: str = "", limit: int = 100
) -> tuple[tuple[Published, ...], str]:
    """Environments in force that a school can endorse, with what it did endorse; and the id after which to go on.

    Raises:
        NotFoundError: not at a school.
    """
    today = helsinki_day(outside.now())
    with outside.database.read() as uow:
        require_school(uow, who)
        found = uow.environments.directory(today, unit_code=None, municipality_code=None, after=after, limit=limit + 1)
        rows = tuple(_published(uow, one, who.institution_id, today) for one in found[:limit])
    return rows, rows[-1].report.id if len(found) > limit else ""


def mine(outside: Outside, who: StaffMember) -> tuple[tuple[Told, JsonObject], ...]:
    """All that the own school ever endorsed, newest first, each with the document of what it is about."""
    today = helsinki_day(outside.now())
    rows = []
    with outside.database.read() as uow:
        require_school(uow, who)
        for one in uow.endorsements.of_school(who.institution_id):
            stored = uow.environments.public_report(one.report_id)
            if stored is not None:
                rows.append((_one(uow, one, stored, today), stored.as_object()))
    return tuple(rows)


def same_site(outside: Outside, who: StaffMember, report_id: str) -> tuple[Published, ...]:
    """The versions in force of the site that a version belongs to, one for each unit; empty for none.

    Raises:
        NotFoundError: not at a school.
    """
    today = helsinki_day(outside.now())
    with outside.database.read() as uow:
        require_school(uow, who)
        stored = uow.environments.public_report(report_id)
        if stored is None:
            return ()
        newest: dict[str, Report] = {}
        for one in uow.environments.reports(stored.institution_id, site_id=stored.report.site_id):
            if one.in_force(today):
                newest.setdefault(str(one.unit), one)
        found = [uow.environments.public_report(one.id) for one in newest.values()]
        return tuple(_published(uow, one, who.institution_id, today) for one in found if one is not None)


def _published(uow: UnitOfWork, stored: PublicReport, school_id: str, today: date) -> Published:
    told = tuple(_told(uow, stored, today, unsigned_of=school_id))
    own = (one for one in told if one.endorsement.school_id == school_id and not one.of_issuer)
    return Published(report=stored.report, document=stored.as_object(), told=told, mine=next(own, None))


def _told(uow: UnitOfWork, stored: PublicReport, today: date, *, unsigned_of: str | None = None) -> list[Told]:
    made = uow.endorsements.of_report(stored.report.id)
    shown = [one for one in made if one.signed or one.school_id == unsigned_of]
    return [_one(uow, one, stored, today) for one in shown]


def _one(uow: UnitOfWork, endorsement: Endorsement, stored: PublicReport, today: date) -> Told:
    until = min(endorsement.valid_until, last_day(stored.report))
    return Told(
        endorsement=endorsement,
        school=uow.institutions.get(endorsement.school_id).public_name,
        standing=endorsement.standing(today, stored.report),
        until=min(until, endorsement.ended_on) if endorsement.ended_on is not None else until,
        of_issuer=endorsement.subject_id.startswith("did:"),
        newest=stored.newest_id == stored.report.id,
    )
