"""Files what a participant said on paper about the badges that wait: on paper, as the participant said."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from issuer.db.unit_of_work import UnitOfWork
from issuer.domain.holder import Holder
from issuer.domain.participant import Participant
from issuer.domain.permissions import StaffMember
from issuer.services.coaching import find_participants
from issuer.services.outside import Outside
from issuer.services.own import take_badge
from issuer.services.own.take_badge import NewBadge

Answer = Literal["keep", "later", "no"]
ANSWERS: tuple[Answer, ...] = ("keep", "later", "no")


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperForm:
    """Who is asked, and about which badges."""

    person: Participant
    badges: tuple[NewBadge, ...]


def paper_form(outside: Outside, who: StaffMember, number: str) -> PaperForm:
    """What stands on the form to print; the participant sees that it was opened. Raises NotFoundError."""
    person = find_participants.by_number(outside, who, number, what="claim_paper")
    return PaperForm(person=person, badges=take_badge.untaken(outside, _holder(who, person.person_id)))


def file_paper(outside: Outside, who: StaffMember, number: str, answers: Mapping[str, Answer]) -> int:
    """Do what the paper says, each badge by itself; return how many were decided.

    Args:
        answers: by badge; what is not told, or "later", stays as it is.

    Raises:
        NotFoundError: no such participant here, or not their badge.
        ConflictError: a badge was decided meanwhile; those before it are filed.
    """
    with outside.database.read() as uow:
        holder = _holder(who, _person_id(uow, who, number))
    decided = 0
    for credential_id, answer in answers.items():
        if answer == "later":
            continue
        act = take_badge.keep if answer == "keep" else take_badge.refuse
        act(outside, holder, credential_id, paper=who)
        decided += 1
    return decided


def _person_id(uow: UnitOfWork, who: StaffMember, number: str) -> str:
    return find_participants.located(uow, who, number).person_id


def _holder(who: StaffMember, person_id: str) -> Holder:
    return Holder(person_id=person_id, institution_id=who.institution_id, shared_device=True, supported=True)
