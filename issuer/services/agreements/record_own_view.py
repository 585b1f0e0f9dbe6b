"""Records the participant's self-assessment: private, in any language, and never overwritten."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from issuer.db.repositories.agreements import ViewRow
from issuer.domain.agreement import WORDS_MOST, Outcome, Side
from issuer.domain.audit import Act
from issuer.domain.errors import InvalidRequestError
from issuer.domain.free_text import check_text
from issuer.domain.participant import LANGUAGES
from issuer.domain.permissions import StaffMember
from issuer.domain.unit_ref import UnitRef
from issuer.services.agreements import sheet
from issuer.services.agreements.undo_results import undo
from issuer.services.coaching.require_active import require_active
from issuer.services.outside import Outside

ACTION: Final = "agreement.own_view"


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnAnswer:
    """Osaan, Osaan vähän or En vielä, with words of one's own; `words` may be empty."""

    outcome: Outcome
    words: str = ""
    language: str = "fi"


def record(
    outside: Outside, person_id: str, unit: UnitRef, answers: Mapping[str, OwnAnswer], *, device_of: StaffMember
) -> None:
    """Append the participant's answers; what was agreed on these requirements is undone.

    The words are not searched for telling words: they are the participant's own, sealed, and shared with nobody.

    Args:
        answers: by requirement key.
        device_of: on whose device the participant answers.

    Raises:
        NotFoundError: the person is of another institution, or the unit is unknown.
        ConflictError: ``person.not_active``.
        InvalidRequestError: ``agreement.none``, ``agreement.foreign_requirement``, ``agreement.language``, ``text.*``.
    """
    kept = {key: _checked(one) for key, one in answers.items()}
    now = outside.now()
    with outside.database.write() as uow:
        sheet.check_person(uow, person_id, device_of.institution_id)
        require_active(uow, person_id, device_of.institution_id)
        sheet.check_keys(sheet.catalogue_unit(uow, unit).unit, kept)
        uow.agreements.change(person_id, unit)
        before = uow.agreements.views(person_id, unit, Side.OWN)
        for key, answer in kept.items():
            sealed = sheet.sealed_view(outside, person_id, Side.OWN, answer.outcome, answer.words, answer.language)
            version = before[key].version + 1 if key in before else 1
            row = ViewRow(key=key, version=version, staff_id=device_of.id, at=now, sealed=sealed)
            uow.agreements.add_view(person_id, unit, Side.OWN, row)
        undo(uow, person_id, unit, frozenset(kept), at=now)
        refs = (("person", person_id), ("unit", str(unit)), ("device", device_of.id), ("rows", str(len(kept))))
        uow.audit.append(Act(at=now, actor=f"person:{person_id}", action=ACTION, refs=refs))


def _checked(answer: OwnAnswer) -> OwnAnswer:
    if answer.language not in LANGUAGES:
        raise InvalidRequestError(code="agreement.language", pointer="/language")
    words = check_text(answer.words, most=WORDS_MOST, pointer="/words") if answer.words.strip() else ""
    return OwnAnswer(outcome=Outcome(answer.outcome), words=words, language=answer.language)
