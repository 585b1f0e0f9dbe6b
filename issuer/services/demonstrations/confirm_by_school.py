"""Records the school's yes with its assessors: by the school's own account, or its word where it has none here."""

from dataclasses import replace

from issuer.domain.demonstration import Assessor, Confirmation, Kind, State, check_assessors
from issuer.domain.errors import ConflictError, ForbiddenError, InvalidRequestError
from issuer.domain.permissions import Permission, StaffMember
from issuer.services.demonstrations import opened as desk
from issuer.services.demonstrations.plan_demonstration import checked_assessor
from issuer.services.outside import Outside


def confirm(
    outside: Outside,
    who: StaffMember,
    demonstration_id: str,
    assessors: tuple[Assessor, ...],
    confirmation: Confirmation,
    *,
    seen: int,
) -> None:
    """Open the school's demonstration: two assessors, each with the statement of not being disqualified.

    Raises:
        NotFoundError, ConflictError, InvalidRequestError: see `check_assessors`; ``demonstration.not_requested``,
            ``demonstration.word_day`` (in the future), ``demonstration.word``, ``demonstration.dates``.
        ForbiddenError: ``demonstration.schools_own_word``: the school has an account, so its own staff answer.
    """
    with outside.database.write() as uow:
        before = desk.open_for(outside, uow, who, demonstration_id)
        desk.require_state(before, State.PLANNED)
        if before.row.requested_at is None or before.row.kind is not Kind.SCHOOL:
            raise ConflictError(code="demonstration.not_requested")
        check_speaker(before, who)
        word = replace(
            confirmation.word,
            said_by=desk.line(confirmation.word.said_by, "/said_by"),
            how=desk.line(confirmation.word.how, "/how"),
            staff_id=who.id if before.at_school(who) else None,
        )
        if not word.said_by or not word.how:
            raise InvalidRequestError(code="demonstration.word", pointer="/said_by")
        if word.said_on > desk.today_of(outside):
            raise InvalidRequestError(code="demonstration.word_day", pointer="/said_on")
        first, last = confirmation.agreement_from, confirmation.agreement_until
        if first and last and first > last:
            raise InvalidRequestError(code="demonstration.dates", pointer="/agreement_until")
        reason = desk.line(confirmation.special_reason, "/special_reason")
        content = replace(
            before.content,
            assessors=tuple(map(checked_assessor, assessors)),
            confirmation=replace(confirmation, word=word, special_reason=reason),
        )
        check_assessors(Kind.SCHOOL, content)
        for one in content.assessors:
            member = uow.people.staff(one.staff_id) if one.staff_id is not None else None
            if one.staff_id is not None and (member is None or member.institution_id != before.row.school_id):
                raise InvalidRequestError(code="demonstration.assessor_account", pointer="/assessors")
        row = replace(before.row, confirmed_at=outside.now())
        step = desk.Step(who=who, act="confirmed", seen=seen)
        desk.store(outside, uow, step, before, replace(before, row=row, content=content))


def check_speaker(opened: desk.Opened, who: StaffMember) -> None:
    """Who may speak for the school: its own staff where it has a desk here, else the provider writes its word down."""
    if opened.row.school_id is not None and not opened.at_school(who):
        raise ForbiddenError(Permission.SCHOOL_DECIDE.value, code="demonstration.schools_own_word")
