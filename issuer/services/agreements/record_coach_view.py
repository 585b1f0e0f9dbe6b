"""Records the coach's view, which opens only after the participant's own answer and only to a coach of the trade."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from issuer.db.repositories.agreements import ViewRow
from issuer.domain.agreement import WORDS_MOST, Outcome, Side, check_coach_view
from issuer.domain.audit import Act
from issuer.domain.free_text import check_text, check_words
from issuer.domain.permissions import StaffMember
from issuer.domain.unit_ref import UnitRef
from issuer.services.agreements import sheet
from issuer.services.agreements.undo_results import undo
from issuer.services.coaching.require_active import require_active
from issuer.services.outside import Outside

ACTION: Final = "agreement.coach_view"


@dataclass(frozen=True, slots=True, kw_only=True)
class CoachAnswer:
    """Osoitettu, Osittain or Ei vielä, with words on how independently it goes; `words` may be empty."""

    outcome: Outcome
    words: str = ""


def record(
    outside: Outside,
    who: StaffMember,
    person_id: str,
    unit: UnitRef,
    answers: Mapping[str, CoachAnswer],
    *,
    seen: int | None = None,
) -> None:
    """Append the coach's views; what was agreed on these requirements is undone.

    Args:
        answers: by requirement key; those that repeat the view that stands are passed over.
        seen: revision of the sheet that the coach saw.

    Raises:
        NotFoundError: the person is of another institution, or the unit is unknown.
        ForbiddenError: ``role.not_allowed`` or ``agreement.other_trade``.
        ConflictError: ``agreement.own_answer_first``, ``agreement.changed`` or ``person.not_active``.
        InvalidRequestError, TellingWordError: a key or a text breaks a rule.
    """
    now = outside.now()
    with outside.database.write() as uow:
        sheet.check_person(uow, person_id, who.institution_id)
        require_active(uow, person_id, who.institution_id)
        loaded = sheet.load(outside, uow, person_id, unit)
        sheet.check_trade(who, loaded.unit)
        sheet.check_keys(loaded.unit.unit, answers)
        lines = {line.key: line for line in loaded.lines}
        kept = {key: _checked(key, one) for key, one in answers.items()}
        for key in kept:
            check_coach_view(own_answered=lines[key].own is not None, pointer=f"/{key}")
        uow.agreements.change(person_id, unit, seen=seen)
        new = {key: one for key, one in kept.items() if not _repeats(lines[key].coach, one)}
        before = uow.agreements.views(person_id, unit, Side.COACH)
        for key, answer in new.items():
            sealed = sheet.sealed_view(outside, person_id, Side.COACH, answer.outcome, answer.words, "")
            version = before[key].version + 1 if key in before else 1
            row = ViewRow(key=key, version=version, staff_id=who.id, at=now, sealed=sealed)
            uow.agreements.add_view(person_id, unit, Side.COACH, row)
        undo(uow, person_id, unit, frozenset(new), at=now)
        refs = (("person", person_id), ("unit", str(unit)), ("rows", str(len(new))))
        uow.audit.append(Act(at=now, actor=who.actor, action=ACTION, refs=refs))


def _checked(key: str, answer: CoachAnswer) -> CoachAnswer:
    if not answer.words.strip():
        return CoachAnswer(outcome=answer.outcome)
    words = check_text(answer.words, most=WORDS_MOST, pointer=f"/{key}/words")
    check_words(words, pointer=f"/{key}/words")
    return CoachAnswer(outcome=answer.outcome, words=words)


def _repeats(view: sheet.View | None, answer: CoachAnswer) -> bool:
    return view is not None and (view.outcome, view.words) == (answer.outcome, answer.words)
