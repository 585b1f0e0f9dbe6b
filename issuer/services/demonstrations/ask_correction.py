"""The participant asks for a correction of a decision, within 14 days; the assessment opens again."""

from dataclasses import replace

from issuer.domain.demonstration import State, check_correction
from issuer.domain.errors import InvalidRequestError
from issuer.domain.permissions import StaffMember
from issuer.services.demonstrations import opened as desk
from issuer.services.outside import Outside


def ask(outside: Outside, who: StaffMember, demonstration_id: str, words: str, *, seen: int) -> None:
    """Write the wish down; the decision stays readable in the version before, and the talk is held again.

    Raises:
        NotFoundError, ConflictError: ``demonstration.correction_late`` and others, see `check_correction`.
        InvalidRequestError: ``demonstration.correction_words``: nothing was written.
    """
    with outside.database.write() as uow:
        before = desk.open_for(outside, uow, who, demonstration_id)
        today = desk.today_of(outside)
        check_correction(before.content.assessment, today=today)
        kept = desk.paragraph(words, "/correction")
        if not kept:
            raise InvalidRequestError(code="demonstration.correction_words", pointer="/correction")
        sheet = replace(
            before.content.assessment,
            correction_words=kept,
            correction_on=today,
            decided_on=None,
            grade=None,
            grade_word=None,
        )
        row = replace(before.row, state=State.GIVEN)
        after = replace(before, row=row, content=replace(before.content, assessment=sheet))
        step = desk.Step(who=who, act="correction", seen=seen)
        desk.store(outside, uow, step, before, after)
