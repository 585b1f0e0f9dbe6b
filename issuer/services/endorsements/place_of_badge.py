"""Where a badge was earned: which recognised environment, as far as the badge or its holder tells it."""

from dataclasses import dataclass
from datetime import date

from issuer.db.repositories.recognition import CaseBadge
from issuer.db.unit_of_work import UnitOfWork
from issuer.domain.catalogue_choice import helsinki_day
from issuer.domain.endorsement import last_day
from issuer.domain.institution import PublicName
from issuer.domain.learning_environment import Report
from issuer.domain.unit_ref import UnitRef
from issuer.services.endorsements.check_endorsement import Judged, Wanted, judge_endorsement
from issuer.services.endorsements.endorse import environment_url
from issuer.services.outside import Outside
from schemas.strict_json import JsonObject


@dataclass(frozen=True, slots=True, kw_only=True)
class Voucher:
    """A school that endorses the place of a badge; `own` is the one that looks."""

    school: PublicName
    own: bool
    judged: Judged
    until: date
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EarnedAt:
    """The recognised environment of a badge.

    Attributes:
        document: the frozen report; `in_force` tells of today, `then` of the day on which the badge was given.
        until: last day of the recognition.
    """

    report: Report
    document: JsonObject
    until: date
    in_force: bool
    then: bool
    vouchers: tuple[Voucher, ...]


def earned_at(outside: Outside, badge: CaseBadge, *, school_id: str) -> EarnedAt | None:
    """Where a badge of a case was earned; None where neither the badge nor its holder says so.

    A badge in a provider's own name tells the provider: the environment is the one recognised for its unit on its day.
    """
    if badge.credential_id is None:
        return None  # not the exact bytes of a badge signed here
    with outside.database.read() as uow:
        told = uow.endorsements.told_place(badge.id)
        record = uow.credentials.get(badge.credential_id)
        day = helsinki_day(record.proof_created_at)
        report_id = told if told is not None else _own_name(uow, badge.credential_id, day)
        stored = uow.environments.public_report(report_id) if report_id is not None else None
        if stored is None:
            return None
        made = [one for one in uow.endorsements.of_report(stored.report.id) if one.signed]
        names = {one.school_id: uow.institutions.get(one.school_id).public_name for one in made}
    report, today = stored.report, helsinki_day(outside.now())
    wanted = Wanted(report, environment_url(outside.identity_origin, report.id))
    judged = [
        (one, judge_endorsement(outside, one, wanted, given_on=day)) for one in made if not _of_issuer(one.subject_id)
    ]
    return EarnedAt(
        report=report,
        document=stored.as_object(),
        until=last_day(report),
        in_force=report.in_force(today),
        then=report.in_force(day),
        vouchers=tuple(
            Voucher(
                school=names[one.school_id],
                own=one.school_id == school_id,
                judged=what,
                until=min(one.valid_until, last_day(report), one.ended_on or one.valid_until),
                address=f"/endorsements/{one.id}",
            )
            for one, what in judged
            if what is not Judged.NEITHER
        ),
    )


def place_to_tell(uow: UnitOfWork, credential_id: str) -> str | None:
    """The published version that a badge of ours was given under, so that its holder can tell it; None for none.

    Only where it is plain: the provider had one recognised place for the unit on that day, or all observations of the
    person in that unit come from one of them.
    """
    record = uow.credentials.get(credential_id)
    provider_id = uow.credentials.provider_of(credential_id)
    return _plain_place(uow, provider_id or record.institution_id, credential_id, helsinki_day(record.proof_created_at))


def _own_name(uow: UnitOfWork, credential_id: str, day: date) -> str | None:
    record = uow.credentials.get(credential_id)
    issuer = uow.institutions.get(record.institution_id)
    return _plain_place(uow, issuer.id, credential_id, day) if issuer.kind == "provider" else None


def _plain_place(uow: UnitOfWork, provider_id: str, credential_id: str, day: date) -> str | None:
    unit = _unit(uow, credential_id)
    if unit is None:
        return None
    newest: dict[str, str] = {}
    for one in uow.environments.reports(provider_id):
        if one.unit == unit and one.in_force(day):
            newest.setdefault(one.site_id, one.id)
    if len(newest) > 1:
        person_id = uow.credentials.get(credential_id).person_id
        tasks = {one.task_id for one in uow.coaching.observations(person_id, unit) if one.task_id is not None}
        sites = {found.site_id for one in tasks if (found := uow.environments.task(one, provider_id)) is not None}
        newest = {site: report for site, report in newest.items() if site in sites}
    return next(iter(newest.values())) if len(newest) == 1 else None


def _unit(uow: UnitOfWork, credential_id: str) -> UnitRef | None:
    record = uow.credentials.get(credential_id)
    achievement = uow.credentials.achievement(record.achievement_id)
    if achievement is None or not achievement.unit_code or not achievement.peruste_id:
        return None
    return UnitRef(achievement.unit_code, achievement.peruste_id)


def _of_issuer(subject_id: str) -> bool:
    return subject_id.startswith("did:")
