"""Published reports as anybody may read them: one by its address, and the directory of those in force."""

from dataclasses import dataclass
from datetime import timedelta

from issuer.db.person_keys import PersonErasedError
from issuer.db.repositories.environment_rows import PublicReport
from issuer.domain.catalogue import normal_code
from issuer.domain.catalogue_choice import helsinki_day
from issuer.services.environments.name_recogniser import PURPOSE
from issuer.services.environments.publish_report import KIND
from issuer.services.outside import Outside
from issuer.services.sealed_values import open_value
from schemas.strict_json import JsonObject

PAGE_ROWS = 100
MAX_AGE = timedelta(minutes=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicView:
    """One published version.

    Attributes:
        document: frozen; its canonical SHA-256 is `digest`.
        signed: the same bytes with the proof; None until it is signed.
        recogniser_name: "" unless the recogniser agreed to it.
        in_force: whether it is in force today.
        newest_id: of the newest version for this unit on this site.
    """

    id: str
    document: JsonObject
    digest: str
    signed: bytes | None
    recogniser_name: str
    in_force: bool
    ended_on: str | None
    newest_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectoryPage:
    """Reports in force, and the id after which to go on; "" at the end."""

    reports: tuple[PublicView, ...]
    next: str


def public_report(outside: Outside, report_id: str) -> PublicView | None:
    """The version with this id, whatever became of it; None when there is none."""
    with outside.database.read() as uow:
        stored = uow.environments.public_report(report_id)
        signed = uow.publications.current(KIND, report_id)
    if stored is None:
        return None
    return _view(outside, stored, signed.document if signed is not None else None)


def directory(
    outside: Outside, *, unit: str = "", municipality: str = "", after: str = "", limit: int = PAGE_ROWS
) -> DirectoryPage:
    """Reports in force today, the newest of each site and unit, in the order of their random ids.

    Args:
        unit: code of a unit, with or without its prefix; municipality: three digits; "" takes all.
        after: id after which to go on.
        limit: most reports.
    """
    today = helsinki_day(outside.now())
    with outside.database.read() as uow:
        found = uow.environments.directory(
            today,
            unit_code=normal_code(unit) if unit.strip() else None,
            municipality_code=municipality.strip() or None,
            after=after,
            limit=limit + 1,
        )
    shown = tuple(_view(outside, stored, None) for stored in found[:limit])
    return DirectoryPage(reports=shown, next=shown[-1].id if len(found) > limit else "")


def _view(outside: Outside, stored: PublicReport, signed: bytes | None) -> PublicView:
    report = stored.report
    return PublicView(
        id=report.id,
        document=stored.as_object(),
        digest=report.digest,
        signed=signed,
        recogniser_name=_name(outside, stored),
        in_force=report.in_force(helsinki_day(outside.now())),
        ended_on=report.ended_on.isoformat() if report.ended_on else None,
        newest_id=stored.newest_id,
    )


def _name(outside: Outside, stored: PublicReport) -> str:
    if stored.name_key is None or stored.name_sealed is None:
        return ""
    try:
        return str(open_value(outside, stored.name_key, PURPOSE, stored.name_sealed)["name"])
    except PersonErasedError:
        return ""
