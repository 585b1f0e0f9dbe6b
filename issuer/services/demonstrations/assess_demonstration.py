"""The way from given to decided: self-assessment first, then results, then the decision without the learner in it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from issuer.db.unit_of_work import UnitOfWork
from issuer.domain.demonstration import (
    Assessment,
    Kind,
    Row,
    State,
    TalkMember,
    Word,
    check_assessed,
    check_decision,
    check_given,
    decision,
)
from issuer.domain.errors import ConflictError, ForbiddenError, InvalidRequestError, NotFoundError
from issuer.domain.permissions import Permission, StaffMember
from issuer.services.agreements.sheet import check_trade
from issuer.services.demonstrations import opened as desk
from issuer.services.demonstrations.confirm_by_school import check_speaker
from issuer.services.outside import Outside


@dataclass(frozen=True, slots=True, kw_only=True)
class Talk:
    """What the deciders write down; each part may be saved half-done.

    Attributes:
        results: by requirement key; talk: who took part, talk_on: its day.
        deciders: numbers of the assessors.
        explained: what is said to the participant in words.
    """

    results: Mapping[str, Row]
    talk: tuple[TalkMember, ...] = ()
    talk_on: date | None = None
    deciders: tuple[int, ...] = ()
    explained: str = ""


def mark_given(outside: Outside, who: StaffMember, demonstration_id: str, *, seen: int) -> None:
    """The work was shown. Raises as `check_given`."""
    with outside.database.write() as uow:
        before = desk.open_for(outside, uow, who, demonstration_id)
        desk.require_state(before, State.PLANNED, State.TO_COMPLETE)
        check_given(before.row.kind, before.content, today=desk.today_of(outside))
        row = replace(before.row, state=State.GIVEN)
        content = replace(before.content, assessment=Assessment())
        desk.store(
            outside, uow, desk.Step(who=who, act="given", seen=seen), before, replace(before, row=row, content=content)
        )


def record_own(
    outside: Outside, who: StaffMember, demonstration_id: str, own: Mapping[str, Row], *, declined: bool, seen: int
) -> None:
    """Record the participant's own view, or that the participant did not want to give one.

    Raises:
        NotFoundError, ConflictError: ``demonstration.state``, ``demonstration.changed``,
            ``demonstration.own_after_results``: what came before the decision cannot be written after it.
        InvalidRequestError: ``demonstration.requirements``.
    """
    with outside.database.write() as uow:
        before = desk.open_for(outside, uow, who, demonstration_id)
        desk.require_state(before, State.GIVEN)
        if before.content.assessment.results:
            raise ConflictError(code="demonstration.own_after_results")
        _check_keys(before, own)
        rows = {key: replace(row, seen=desk.paragraph(row.seen, f"/own-{key}")) for key, row in own.items()}
        sheet = replace(before.content.assessment, own=rows, own_declined=declined)
        _store(outside, uow, desk.Step(who=who, act="own_view", seen=seen), before, sheet, State.GIVEN)


def record_talk(outside: Outside, who: StaffMember, demonstration_id: str, talk: Talk, *, seen: int) -> None:
    """Save results and talk, whole or half; opens only after the own view. Raises as `check_deciding_person`."""
    with outside.database.write() as uow:
        before = desk.open_for(outside, uow, who, demonstration_id)
        desk.require_state(before, State.GIVEN)
        check_deciding_person(before, who)
        sheet = before.content.assessment
        if not sheet.own and not sheet.own_declined:
            raise ConflictError(code="demonstration.self_assessment_first", pointer="/own")
        _check_keys(before, talk.results)
        rows = {key: replace(row, seen=desk.paragraph(row.seen, f"/seen-{key}")) for key, row in talk.results.items()}
        sheet = replace(
            sheet,
            results=rows,
            talk=tuple(dict.fromkeys(talk.talk)),
            talk_on=talk.talk_on,
            deciders=tuple(dict.fromkeys(talk.deciders)),
            explained=desk.paragraph(talk.explained, "/explained"),
        )
        _store(outside, uow, desk.Step(who=who, act="talk", seen=seen), before, sheet, State.GIVEN)


def mark_assessed(outside: Outside, who: StaffMember, demonstration_id: str, *, seen: int) -> None:
    """The sheet is whole. Raises as `check_assessed`."""
    with outside.database.write() as uow:
        before = desk.open_for(outside, uow, who, demonstration_id)
        desk.require_state(before, State.GIVEN)
        check_deciding_person(before, who)
        check_assessed(before.content, today=desk.today_of(outside))
        _store(
            outside,
            uow,
            desk.Step(who=who, act="assessed", seen=seen),
            before,
            before.content.assessment,
            State.ASSESSED,
        )


def decide(
    outside: Outside,
    who: StaffMember,
    demonstration_id: str,
    *,
    grade: int | None = None,
    word: Word | None = None,
    seen: int,
) -> State:
    """Close it: approved when everything was shown, else to be completed.

    Args:
        grade: 1–5, only of a school's demonstration.
        word: who said the grade for a school that has no account here; its own assessors need none.

    Returns:
        The new state.

    Raises:
        NotFoundError, ForbiddenError, ConflictError, InvalidRequestError: see `check_decision`.
    """
    with outside.database.write() as uow:
        before = desk.open_for(outside, uow, who, demonstration_id)
        desk.require_state(before, State.ASSESSED)
        check_deciding_person(before, who)
        today = desk.today_of(outside)
        said = _word(before, who, word, today) if grade is not None else None
        sheet = replace(before.content.assessment, grade=grade, grade_word=said)
        content = replace(before.content, assessment=sheet)
        check_decision(before.row.kind, content)
        to = decision(content)
        _store(outside, uow, desk.Step(who=who, act="decided", seen=seen), before, replace(sheet, decided_on=today), to)
    return to


def check_deciding_person(opened: desk.Opened, who: StaffMember) -> None:
    """Who may write results down.

    At work a work coach of the trade. At a school with a desk here one of the assessors that it appointed; where the
    school has none, a work coach of the trade writes its word down.

    Raises:
        ForbiddenError: ``role.not_allowed``, ``agreement.other_trade``, ``demonstration.schools_own_word``,
            ``demonstration.not_appointed``.
    """
    if opened.row.kind is Kind.SCHOOL and opened.row.school_id is not None:
        check_speaker(opened, who)
        if who.id not in {one.staff_id for one in opened.content.assessors}:
            raise ForbiddenError(Permission.DEMONSTRATION_ASSESS.value, code="demonstration.not_appointed")
        return
    if who.institution_id != opened.row.institution_id:
        raise NotFoundError("demonstration")
    check_trade(who, opened.found)


def _word(opened: desk.Opened, who: StaffMember, word: Word | None, today: date) -> Word | None:
    if opened.row.kind is Kind.SCHOOL and opened.row.school_id is not None:
        named = next((one.name for one in opened.content.assessors if one.staff_id == who.id), "")
        return Word(said_by=named, said_on=today, how="account", staff_id=who.id)
    if word is None:
        return None
    said_by, how = desk.line(word.said_by, "/said_by"), desk.line(word.how, "/how")
    if not said_by or not how:
        return None
    if word.said_on > today:
        raise InvalidRequestError(code="demonstration.word_day", pointer="/said_on")
    return Word(said_by=said_by, said_on=word.said_on, how=how)


def _check_keys(opened: desk.Opened, rows: Mapping[str, Row]) -> None:
    if not set(rows) <= set(opened.content.plan.requirement_keys):
        raise InvalidRequestError(code="demonstration.requirements", pointer="/results")


def _store(
    outside: Outside, uow: UnitOfWork, step: desk.Step, before: desk.Opened, sheet: Assessment, state: State
) -> None:
    row, content = replace(before.row, state=state), replace(before.content, assessment=sheet)
    desk.store(outside, uow, step, before, replace(before, row=row, content=content))
