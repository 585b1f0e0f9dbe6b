"""A school endorses published environments: checked, confirmed with a passkey, reserved, then signed and published."""

import hashlib
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from issuer.db.repositories.endorsements import PUBLICATION_KIND
from issuer.db.repositories.publications import PublicationRecord
from issuer.db.unit_of_work import UnitOfWork
from issuer.domain.audit import Act
from issuer.domain.badge_texts import LANGUAGES, Language
from issuer.domain.catalogue_choice import helsinki_day
from issuer.domain.draft import issuer_profile
from issuer.domain.endorsement import (
    MOST_AT_ONCE,
    Endorsement,
    Standing,
    Statement,
    check_comment,
    check_last_day,
    credential,
)
from issuer.domain.endorsement_texts import ENVIRONMENT, ISSUER, NAME
from issuer.domain.errors import ConflictError, InvalidRequestError, NotFoundError
from issuer.domain.institution import Institution
from issuer.domain.learning_environment import Report
from issuer.domain.permissions import Permission, StaffMember
from issuer.services import signing_act
from issuer.services.lint_badge import check_words
from issuer.services.outside import Outside
from issuer.services.publish_document import ToPublish, reserve, sign_and_publish
from issuer.services.publish_status_list import ensure_open_list, list_url, take_places
from keys.errors import SigningError
from schemas.canonical_json import canonicalise
from schemas.credential import StatusPlace
from schemas.strict_json import JsonObject, read_object

ACT: Final = "environment.endorse"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What a school wants to endorse.

    Attributes:
        report_ids: published versions, one for each unit.
        last_day: inclusive, at most the first end of the reports.
        comment: the school's own words, "" for none; language: of the whole statement.
    """

    report_ids: tuple[str, ...]
    last_day: date | None
    comment: str = ""
    language: str = "fi"


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """A wish that can be confirmed; `digest` is what the passkey confirms."""

    school: Institution
    reports: tuple[Report, ...]
    last_day: date
    comment: str
    language: Language
    digest: bytes


@dataclass(frozen=True, slots=True)
class _Subject:
    report_id: str
    id: str
    said: str


@dataclass(frozen=True, slots=True)
class _Act:
    id: str
    who: StaffMember
    found: Checked


def environment_url(identity_origin: str, report_id: str) -> str:
    """The public address of a published version: what is endorsed."""
    return f"{identity_origin}/environments/{report_id}"


def endorsement_url(identity_origin: str, endorsement_id: str) -> str:
    """The public address of an endorsement, also its id."""
    return f"{identity_origin}/endorsements/{endorsement_id}"


def require_school(uow: UnitOfWork, who: StaffMember) -> Institution:
    """The own institution, if it is a school. Raises NotFoundError for everybody else."""
    school = uow.institutions.get(who.institution_id)
    if school.kind != "school":
        raise NotFoundError("school")
    return school


def checked(outside: Outside, who: StaffMember, wish: Wish) -> Checked:
    """Hold a wish against all rules, without storing anything.

    Raises:
        NotFoundError: not at a school, or no such published version.
        ConflictError: ``institution.cannot_sign``, ``endorsement.over`` (a recognition is not in force today),
            ``endorsement.already`` (the school endorses it as long or longer).
        InvalidRequestError, TellingWordError: ``endorsement.none``, ``endorsement.until``, faults of the comment.
    """
    with outside.database.read() as uow:
        return _checked(outside, uow, who, wish)


def endorse(outside: Outside, who: StaffMember, wish: Wish, *, seen: str, assertion: str) -> bool:
    """Endorse; return whether everything is signed already. What is not, the sweeper finishes.

    Args:
        seen: the digest (hex) that stood on the page with the button.
        assertion: of the passkey.

    Raises:
        As `checked`; ForbiddenError: ``act.not_confirmed``; ConflictError: ``endorsement.changed``.
    """
    found = checked(outside, who, wish)
    if not who.may(Permission.TRUST_MANAGE) or found.digest.hex() != seen:
        raise ConflictError(code="endorsement.changed")
    signing_act.confirm(outside, who, ACT, found.digest, assertion)
    ensure_open_list(outside, found.school)
    now, act_id = outside.now(), str(uuid.uuid4())
    with outside.database.write() as uow:
        uow.audit.lock()
        found = _checked(outside, uow, who, wish)  # a recognition may have ended, a colleague been quicker
        act = _Act(act_id, who, found)
        reserved = [_store(outside, uow, act, subject) for subject in _subjects(outside, uow, found)]
        refs = (("act", act_id), ("sha256", found.digest.hex()))
        uow.audit.append(Act(at=now, actor=who.actor, action="environment.endorsed", refs=refs))
    outside.checkpoint("endorse.after_reserve")
    return all([_signed(outside, one) for one in reserved])  # noqa: C419  each is tried, also after one that failed


def finish_endorsements(outside: Outside) -> int:
    """Sign what a crash or a silent signer left undone; return how many were finished."""
    with outside.database.read() as uow:
        waiting = uow.endorsements.unsigned(helsinki_day(outside.now()))
    done = 0
    for one in waiting:
        with outside.database.write() as uow:
            stored = uow.endorsements.document(one.id)
            if stored is None:
                continue
            document = read_object(stored, max_bytes=len(stored))
            reserved = _reserve(outside, uow, one, document)
        done += _signed(outside, reserved)
    return done


def _checked(outside: Outside, uow: UnitOfWork, who: StaffMember, wish: Wish) -> Checked:
    today, school = helsinki_day(outside.now()), require_school(uow, who)
    if school.did is None or school.closed_at is not None:
        raise ConflictError(code="institution.cannot_sign")
    ids = tuple(dict.fromkeys(wish.report_ids))
    if not 0 < len(ids) <= MOST_AT_ONCE:
        raise InvalidRequestError(code="endorsement.none", pointer="/report")
    stored = [uow.environments.public_report(one) for one in ids]
    reports = tuple(one.report for one in stored if one is not None)
    if len(reports) != len(ids):
        raise NotFoundError("report")
    if not all(one.in_force(today) for one in reports):
        raise ConflictError(code="endorsement.over", pointer="/report")
    last = check_last_day(wish.last_day, reports, today=today)
    for one in reports:
        mine = (had for had in uow.endorsements.of_report(one.id) if had.school_id == school.id)
        if any(_covers(had, one, last, today) for had in mine):
            raise ConflictError(code="endorsement.already", pointer="/report")
    comment = check_comment(wish.comment)
    language: Language = next((one for one in LANGUAGES if one == wish.language), "fi")
    confirmed: JsonObject = {
        "school": school.id,
        "reports": [*sorted(ids)],
        "until": last.isoformat(),
        "comment": comment,
        "language": language,
    }
    return Checked(
        school=school,
        reports=reports,
        last_day=last,
        comment=comment,
        language=language,
        digest=hashlib.sha256(canonicalise(confirmed)).digest(),
    )


def _covers(had: Endorsement, report: Report, last: date, today: date) -> bool:
    standing = had.standing(today, report)
    return standing in (Standing.IN_FORCE, Standing.UNSIGNED) and had.valid_until >= last


def _subjects(outside: Outside, uow: UnitOfWork, found: Checked) -> Iterator[_Subject]:
    """What is endorsed of each report, and in which sentence.

    The address of the published version always: no badge in the umbrella's name holds it. The issuer's own id beside
    it only where the provider has one, that is, where its badges tell who it is anyway.
    """
    for report in found.reports:
        address = environment_url(outside.identity_origin, report.id)
        catalogued = uow.catalogue.unit_of(report.unit)
        register = catalogued.unit.register_number if catalogued is not None else None
        values = {"number": report.unit.code.rpartition("_")[2], "register": register or report.unit.peruste_id}
        yield _Subject(report.id, address, ENVIRONMENT[found.language].format(**values))
        stored = uow.environments.public_report(report.id)
        provider = uow.institutions.get(stored.institution_id) if stored is not None else None
        if provider is not None and provider.kind == "provider" and provider.did is not None:
            yield _Subject(report.id, provider.did, ISSUER[found.language].format(**values, address=address))


def _store(outside: Outside, uow: UnitOfWork, act: _Act, subject: _Subject) -> PublicationRecord:
    now, found = outside.now(), act.found
    (place,) = take_places(uow, found.school.id, 1)
    new = Endorsement(
        id=uuid.uuid4().hex,
        act_id=act.id,
        school_id=found.school.id,
        report_id=subject.report_id,
        subject_id=subject.id,
        valid_from=helsinki_day(now).replace(day=1),
        valid_until=found.last_day,
        comment=found.comment,
        language=found.language,
        list_id=place[0],
        index=place[1],
        made_at=now,
        made_by=act.who.id,
    )
    statement = Statement(
        endorsement_id=endorsement_url(outside.identity_origin, new.id),
        issuer=issuer_profile(found.school, origin=outside.identity_origin, own_name=True),
        subject_id=subject.id,
        name=NAME[found.language],
        comment=f"{subject.said}\n\n{found.comment}" if found.comment else subject.said,
        place=StatusPlace(list_url=list_url(outside, place[0]), index=place[1]),
    )
    document = credential(statement, valid_from=new.valid_from, valid_until=new.valid_until)
    told = statement.comment.replace(environment_url(outside.identity_origin, subject.report_id), "")
    check_words({"name": statement.name, "comment": told}, national=())  # the rest are names and drawn addresses
    uow.endorsements.add(new, canonicalise(document))
    return _reserve(outside, uow, new, document)


def _reserve(outside: Outside, uow: UnitOfWork, one: Endorsement, document: JsonObject) -> PublicationRecord:
    new = ToPublish(
        document=document,
        kind=PUBLICATION_KIND,
        name=one.id,
        key=uow.institutions.active_key(one.school_id),
        content_revision=1,
        lifetime=None,
    )
    return reserve(uow, new, now=outside.now())


def _signed(outside: Outside, reserved: PublicationRecord) -> bool:
    try:
        sign_and_publish(outside, reserved)
    except SigningError:
        return False  # reserved: the sweeper signs it
    return True
