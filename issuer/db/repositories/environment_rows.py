"""Between rows of the environments' tables and values of the domain."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, fields
from typing import Any

from issuer.db.models import environments as tables
from issuer.domain.learning_environment import Recogniser, Recognition, Report, Site, SiteTexts, Task, UnitMap
from issuer.domain.unit_ref import UnitRef
from schemas.strict_json import JsonObject, read_object

_MAX_BYTES, _MAX_VALUES = 4 << 20, 100_000
_TEXTS = tuple(field.name for field in fields(SiteTexts))


@dataclass(frozen=True, slots=True, kw_only=True)
class NewReport:
    """A version that is about to be published: what our rules need, and the bytes that the public gets."""

    map_id: str
    institution_id: str
    report: Report
    municipality_code: str
    name_key: str | None
    name_sealed: bytes | None
    name_public: bool
    document: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicReport:
    """What the public gets of one version.

    Attributes:
        document: the frozen JSON; its SHA-256 stands in `report.digest`.
        name_sealed: the recogniser's name, only where it is public, under `name_key`.
        newest_id: of the newest version for the same unit on the same site.
    """

    report: Report
    institution_id: str
    document: bytes
    name_key: str | None
    name_sealed: bytes | None
    newest_id: str

    def as_object(self) -> JsonObject:
        """The document as values."""
        return read_object(self.document, max_bytes=_MAX_BYTES, max_values=_MAX_VALUES)


def site_row(site: Site) -> dict[str, Any]:
    """Columns of a site."""
    texts = {name: getattr(site.texts, name) for name in _TEXTS}
    return {"id": site.id, "institution_id": site.institution_id, **texts}


def site_value(row: tables.Site) -> Site:
    """A site of a row."""
    texts = SiteTexts(**{name: getattr(row, name) for name in _TEXTS})
    return Site(id=row.id, institution_id=row.institution_id, texts=texts)


def task_value(row: tables.SiteTask) -> Task:
    """A task of a row."""
    return Task(id=row.id, site_id=row.site_id, number=row.number, name=row.name)


def recognition_row(recognition: Recognition) -> dict[str, Any]:
    """Columns of what is known of a recognition."""
    recogniser = recognition.recogniser
    return {
        "recogniser_role": recogniser.role if recogniser else None,
        "recogniser_organisation": recogniser.organisation if recogniser else None,
        "recognised_on": recognition.recognised_on,
        "valid_until": recognition.valid_until,
        "register_number": recognition.register_number,
        "name_key": recognition.name_key,
        "name_sealed": recognition.name_sealed,
        "name_public": recognition.name_public,
    }


def map_value(row: tables.UnitMap, ticks: Mapping[str, AbstractSet[str]], elsewhere: AbstractSet[str]) -> UnitMap:
    """A matrix of a row and what was ticked in it."""
    known = row.recogniser_role is not None and row.recogniser_organisation is not None
    recogniser = Recogniser(role=row.recogniser_role or "", organisation=row.recogniser_organisation or "")
    return UnitMap(
        id=row.id,
        site_id=row.site_id,
        unit=UnitRef(row.unit_code, row.peruste_id),
        catalogue_digest=row.catalogue_digest,
        ticks={task: frozenset(keys) for task, keys in ticks.items()},
        elsewhere=frozenset(elsewhere),
        recognition=Recognition(
            recogniser=recogniser if known else None,
            recognised_on=row.recognised_on,
            valid_until=row.valid_until,
            register_number=row.register_number,
            name_key=row.name_key,
            name_sealed=row.name_sealed,
            name_public=row.name_public,
        ),
    )


def report_row(new: NewReport) -> dict[str, Any]:
    """Columns of a published version."""
    report = new.report
    content: dict[str, Any] = {
        "at_work": list(report.requirement_keys_at_work),
        "elsewhere": list(report.requirement_keys_elsewhere),
        "tasks": [[task, list(keys)] for task, keys in report.tasks.items()],
    }
    return {
        "id": report.id,
        "map_id": new.map_id,
        "institution_id": new.institution_id,
        "site_id": report.site_id,
        "unit_code": report.unit.code,
        "peruste_id": report.unit.peruste_id,
        "unit_version": report.unit_version,
        "version": report.version,
        "recogniser_role": report.recogniser.role,
        "recogniser_organisation": report.recogniser.organisation,
        "recognised_on": report.recognised_on,
        "published_on": report.published_on,
        "valid_until": report.valid_until,
        "ended_on": report.ended_on,
        "municipality_code": new.municipality_code,
        "name_key": new.name_key,
        "name_sealed": new.name_sealed,
        "name_public": new.name_public,
        "content": content,
        "document": new.document,
        "digest": report.digest,
    }


def report_value(row: tables.RecognitionReport) -> Report:
    """A published version of a row."""
    return Report(
        id=row.id,
        site_id=row.site_id,
        unit=UnitRef(row.unit_code, row.peruste_id),
        unit_version=row.unit_version,
        version=row.version,
        recognised_on=row.recognised_on,
        published_on=row.published_on,
        valid_until=row.valid_until,
        ended_on=row.ended_on,
        recogniser=Recogniser(role=row.recogniser_role, organisation=row.recogniser_organisation),
        requirement_keys_at_work=tuple(row.content["at_work"]),
        requirement_keys_elsewhere=tuple(row.content["elsewhere"]),
        tasks={task: tuple(keys) for task, keys in row.content["tasks"]},
        digest=row.digest,
    )


def public_report_value(row: tables.RecognitionReport, newest_id: str) -> PublicReport:
    """What the public gets of a row; a name that is not public does not leave this module."""
    return PublicReport(
        report=report_value(row),
        institution_id=row.institution_id,
        document=row.document,
        name_key=row.name_key if row.name_public else None,
        name_sealed=row.name_sealed if row.name_public else None,
        newest_id=newest_id,
    )
