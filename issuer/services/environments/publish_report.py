"""Publishes a recognition report: a frozen version, signed in the name of the institution that signs for the house."""

import uuid
from dataclasses import replace
from datetime import date

from issuer.db.repositories.environment_rows import NewReport
from issuer.db.repositories.publications import PublicationRecord
from issuer.db.unit_of_work import UnitOfWork
from issuer.domain.audit import Act
from issuer.domain.catalogue_choice import helsinki_day
from issuer.domain.errors import ConflictError, InvalidRequestError, NotFoundError
from issuer.domain.institution import Institution
from issuer.domain.learning_environment import Report, digest_of
from issuer.domain.permissions import StaffMember
from issuer.domain.recognition_rules import Cause, publishing_causes, standing
from issuer.domain.report_document import Publisher, report_document
from issuer.domain.unit_ref import UnitRef
from issuer.services.environments.name_recogniser import PURPOSE, name_of
from issuer.services.environments.read_environment import EditedMeanwhileError, MatrixView, matrix_in
from issuer.services.outside import Outside
from issuer.services.publish_document import ToPublish, reserve, sign_and_publish
from issuer.services.sealed_values import seal_value
from schemas.canonical_json import canonicalise
from schemas.strict_json import JsonObject

KIND = "environment"
_Place = tuple[str, UnitRef]


class NotPublishableError(ConflictError):
    """The matrix cannot be published yet.

    Attributes:
        causes: all of them, in the order of the pages that mend them.
    """

    code = "publish.refused"

    def __init__(self, causes: tuple[Cause, ...]) -> None:
        self.causes = causes
        super().__init__(", ".join(cause.code for cause in causes))


def causes(outside: Outside, view: MatrixView) -> tuple[Cause, ...]:
    """What keeps this matrix from being published today; empty when nothing does."""
    return publishing_causes(
        view.site.texts,
        view.found.unit,
        view.unit_map,
        task_ids=[task.id for task in view.tasks],
        today=helsinki_day(outside.now()),
    )


def publish(outside: Outside, who: StaffMember, place: _Place, *, seen: str) -> str:
    """Publish the present matrix as a new version; return its id.

    Args:
        seen: `UnitMap.seen` of what was on the page with the button.

    Raises:
        NotFoundError: no such matrix here.
        NotPublishableError: with every cause; nothing was changed.
        EditedMeanwhileError: the matrix is another one by now.
        SigningError: the version is there, but not signed yet; `sign_again` goes on.
    """
    with outside.database.read() as uow:
        name = name_of(outside, matrix_in(uow, who, *place).unit_map.recognition)
    now, report_id, name_key = outside.now(), uuid.uuid4().hex, str(uuid.uuid4())
    outside.person_keys.create(name_key)
    with outside.database.write() as uow:
        view = matrix_in(uow, who, *place, lock=True)
        if view.unit_map.seen != seen:
            raise EditedMeanwhileError
        found = causes(outside, view)
        if found:
            raise NotPublishableError(found)
        report, document = _made(outside, uow, view, report_id, helsinki_day(now))
        new = NewReport(
            map_id=view.unit_map.id,
            institution_id=who.institution_id,
            report=report,
            municipality_code=view.site.texts.municipality_code,
            name_key=name_key,
            name_sealed=seal_value(outside, name_key, PURPOSE, {"name": name}),
            name_public=view.unit_map.recognition.name_public,
            document=canonicalise(document),
        )
        uow.environments.add_report(new, now=now)
        uow.environments.set_catalogue_digest(view.unit_map.id, view.found.qualification.digest)
        refs = (("map", view.unit_map.id), ("report", report.id), ("sha256", report.digest))
        uow.audit.append(Act(at=now, actor=who.actor, action="report.published", refs=refs))
        reserved = _reserve(outside, uow, who.institution_id, report_id, document)
    sign_and_publish(outside, reserved)
    return report_id


def sign_again(outside: Outside, who: StaffMember, report_id: str) -> None:
    """Sign a version whose signature did not come; one that is signed stays as it is. Raises NotFoundError."""
    with outside.database.write() as uow:
        stored = uow.environments.public_report(report_id)
        if stored is None or stored.institution_id != who.institution_id:
            raise NotFoundError("report")
        if uow.publications.current(KIND, report_id) is not None:
            return
        document = stored.as_object()
        reserved = _reserve(outside, uow, who.institution_id, report_id, document)
    sign_and_publish(outside, reserved)


def end(outside: Outside, who: StaffMember, place: _Place, *, report_id: str, last_day: date) -> None:
    """Let a published version be in force no longer than a day from today on; it stays readable.

    Raises:
        NotFoundError: no such report of this matrix.
        InvalidRequestError: ``recognition.end``: the day is past, or not before the end it has.
    """
    now = outside.now()
    with outside.database.write() as uow:
        view = matrix_in(uow, who, *place, lock=True)
        report = next((one for one in view.reports if one.id == report_id), None)
        if report is None:
            raise NotFoundError("report")
        if not helsinki_day(now) <= last_day < (report.ended_on or report.valid_until):
            raise InvalidRequestError(code="recognition.end", pointer="/last_day")
        uow.environments.end_report(report_id, last_day)
        refs = (("map", view.unit_map.id), ("report", report_id))
        uow.audit.append(Act(at=now, actor=who.actor, action="report.ended", refs=refs))


def _made(
    outside: Outside, uow: UnitOfWork, view: MatrixView, report_id: str, today: date
) -> tuple[Report, JsonObject]:
    at_work, elsewhere = standing(view.found.unit, view.unit_map, [task.id for task in view.tasks])
    order = [requirement.key for requirement in view.found.unit.requirements]
    recognition = view.unit_map.recognition
    recogniser, recognised_on, valid_until = recognition.recogniser, recognition.recognised_on, recognition.valid_until
    if recogniser is None or recognised_on is None or valid_until is None or view.found.unit.version is None:
        raise NotPublishableError(causes(outside, view))
    ticks, provider = view.unit_map.ticks, uow.institutions.get(view.site.institution_id)
    unsealed = Report(
        id=report_id,
        site_id=view.site.id,
        unit=view.unit,
        unit_version=view.found.unit.version,
        version=max((one.version for one in view.reports), default=0) + 1,
        recognised_on=recognised_on,
        published_on=today,
        valid_until=valid_until,
        ended_on=None,
        recogniser=recogniser,
        requirement_keys_at_work=tuple(key for key in order if key in at_work),
        requirement_keys_elsewhere=tuple(key for key in order if key in elsewhere),
        tasks={task.id: tuple(key for key in order if key in ticks.get(task.id, frozenset())) for task in view.tasks},
        digest="",
    )
    document = report_document(
        f"{outside.identity_origin}/environments/{report_id}",
        unsealed,
        view.found,
        publisher=Publisher(
            issuer=_signing(uow, provider).did or "",
            name=provider.public_name,
            texts=view.site.texts,
            register_number=recognition.register_number,
        ),
        tasks={task.id: task.name for task in view.tasks},
    )
    return replace(unsealed, digest=digest_of(document)), document


def _reserve(
    outside: Outside, uow: UnitOfWork, institution_id: str, report_id: str, document: JsonObject
) -> PublicationRecord:
    """Store the bytes to sign, with the key of the provider itself or of the institution that signs for it."""
    key = uow.institutions.active_key(_signing(uow, uow.institutions.get(institution_id)).id)
    to_publish = ToPublish(
        document=document,
        kind=KIND,
        name=report_id,
        key=key,
        content_revision=1,
        lifetime=None,
        cryptosuite="eddsa-jcs-2022",
    )
    return reserve(uow, to_publish, now=outside.now())


def _signing(uow: UnitOfWork, institution: Institution) -> Institution:
    while institution.did is None and institution.parent_id is not None:
        institution = uow.institutions.get(institution.parent_id)
    return institution
