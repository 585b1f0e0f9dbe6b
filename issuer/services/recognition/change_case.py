"""The work on a case: choices kept half-done, another unit, another colleague. Who reads an old version is told."""

from dataclasses import replace

from issuer.db.repositories.recognition import CaseRow
from issuer.db.unit_of_work import UnitOfWork
from issuer.domain.audit import Act
from issuer.domain.catalogue_choice import helsinki_day
from issuer.domain.errors import ConflictError, InvalidRequestError, NotFoundError
from issuer.domain.free_text import check_text, check_words
from issuer.domain.permissions import Permission, StaffMember
from issuer.domain.recognition import (
    MOST_ASSESSORS,
    MOST_LINES,
    MOST_NAME,
    MOST_WORDS,
    OPEN,
    CaseState,
    Work,
    check_unit,
    with_absent_filled,
)
from issuer.domain.unit_ref import UnitRef
from issuer.services.outside import Outside
from issuer.services.recognition.stored_case import open_stored, seal_work


def save(outside: Outside, who: StaffMember, ref: str, work: Work, *, seen: int, name: str | None = None) -> int:
    """Keep the work as it is, finished or not; return the new version.

    Args:
        seen: the version that the page showed.
        name: the learner's, as the school knows it; None leaves what is there.

    Raises:
        ConflictError: ``recognition.changed`` (a colleague was faster; nothing of theirs is lost),
            ``recognition.closed``.
        InvalidRequestError, TellingWordError: a text breaks a rule.
        NotFoundError.
    """
    _check_texts(work, name)
    with outside.database.write() as uow:
        row = uow.recognition.of_school(ref, who.institution_id)
        if row.version != seen:
            raise ConflictError(code="recognition.changed")
        case = open_stored(outside, uow, row)
        if case.found is None:
            raise InvalidRequestError(code="recognition.no_unit", pointer="/unit")
        known = {one.key for one in case.unit.requirements}
        kept = replace(work, rows={key: one for key, one in work.rows.items() if key in known})
        filled = with_absent_filled(case.unit, case.seen, kept)
        sealed = seal_work(outside, row.id, filled, name=case.name if name is None else name)
        changed(outside, uow, who, replace(row, sealed=sealed), action="case.saved")
    return row.version + 1


def choose_unit(outside: Outside, who: StaffMember, ref: str, unit: UnitRef, *, seen: int) -> None:
    """Lay the badges beside another unit, the learner's; choices made for the old one go.

    Raises:
        InvalidRequestError: ``recognition.unit_incomplete``, ``recognition.peruste_ended``.
        NotFoundError, ConflictError: as `save`.
    """
    with outside.database.write() as uow:
        row = uow.recognition.of_school(ref, who.institution_id)
        if row.version != seen:
            raise ConflictError(code="recognition.changed")
        if row.is_again:
            raise ConflictError(code="recognition.same_matter", pointer="/unit")
        found = uow.catalogue.unit_of(unit)
        if found is None:
            raise NotFoundError("unit")
        check_unit(found, today=helsinki_day(outside.now()))
        case = open_stored(outside, uow, replace(row, unit=unit))
        work = replace(case.work, rows={}) if row.unit != unit else case.work
        filled = with_absent_filled(case.unit, case.seen, work)
        sealed = seal_work(outside, row.id, filled, name=case.name)
        changed(outside, uow, who, replace(row, unit=unit, sealed=sealed), action="case.unit_chosen")


def hand_over(outside: Outside, who: StaffMember, ref: str, colleague: str | None) -> None:
    """Give a case to a colleague who may decide, or to nobody. Raises NotFoundError, ConflictError."""
    with outside.database.write() as uow:
        row = uow.recognition.of_school(ref, who.institution_id)
        if colleague is not None:
            staff = uow.people.staff(colleague)
            if staff is None or staff.institution_id != who.institution_id or not staff.may(Permission.SCHOOL_DESK):
                raise NotFoundError("staff")
        changed(outside, uow, who, replace(row, assigned_to=colleague), action="case.handed_over", keep_state=True)


def changed(
    outside: Outside,
    uow: UnitOfWork,
    who: StaffMember,
    row: CaseRow,
    *,
    action: str,
    keep_state: bool = False,
) -> None:
    """Store a changed case under its next version and note the act; a first decider's yes does not outlive a change.

    Raises:
        ConflictError: ``recognition.closed``, ``recognition.changed``.
    """
    if row.state not in OPEN:
        raise ConflictError(code="recognition.closed")
    now = outside.now()
    after = replace(row, version=row.version + 1, changed_at=now, changed_by=who.id)
    if not keep_state:
        after = replace(after, state=CaseState.IN_WORK, first_decider_id=None, first_digest=None)
    uow.recognition.change(after, seen=row.version)
    uow.audit.append(Act(at=now, actor=who.actor, action=action, refs=(("case", row.id),)))


def _check_texts(work: Work, name: str | None) -> None:
    """Every free text of the work: its length, its signs, and no word that tells why somebody was somewhere."""
    if name:
        check_text(name, most=MOST_NAME, pointer="/name", lines=False)
    texts = [("/learner_words", work.words, MOST_WORDS), ("/place", work.plan.place, MOST_NAME)]
    texts.append(("/place_description", work.plan.description, MOST_WORDS))
    for place, row in enumerate(work.rows.values(), start=1):
        texts += [(f"/words-{place}", row.words, MOST_WORDS), (f"/remaining-{place}", row.remaining, MOST_WORDS)]
    texts += [("/tasks", line, MOST_WORDS) for line in work.plan.tasks]
    for place, one in enumerate(work.assessors, start=1):
        texts += [(f"/assessor-{place}", one.name, MOST_NAME), (f"/organisation-{place}", one.organisation, MOST_NAME)]
    if len(work.plan.tasks) > MOST_LINES:
        raise InvalidRequestError(code="recognition.many_tasks", pointer="/tasks")
    if len(work.assessors) > MOST_ASSESSORS:
        raise InvalidRequestError(code="recognition.many_assessors", pointer="/assessor-1")
    for pointer, text, most in texts:
        if text:
            check_words(check_text(text, most=most, pointer=pointer), pointer=pointer)
