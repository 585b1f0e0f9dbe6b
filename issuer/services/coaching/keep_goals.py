"""Proposes a goal or a change of it; a version counts once the participant accepts it, and every version is kept."""

import uuid
from dataclasses import dataclass

from issuer.domain.audit import Act
from issuer.domain.errors import ConflictError, NotFoundError
from issuer.domain.free_text import check_text, check_words
from issuer.domain.participant import How
from issuer.domain.period import MOST_GOAL, GoalKind, GoalState, GoalVersion, PeriodState
from issuer.domain.permissions import StaffMember
from issuer.services.coaching.find_participants import located
from issuer.services.coaching.require_active import require_active
from issuer.services.coaching.run_period import period_of
from issuer.services.outside import Outside
from issuer.services.sealed_values import open_value, seal_value

_PURPOSE = "goal"


@dataclass(frozen=True, slots=True, kw_only=True)
class GoalWords:
    """What somebody wants to reach, and how it is seen that it is reached ("" where that is left open)."""

    text: str
    measure: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class GoalChange:
    """A new version: other words, another state, or both."""

    words: GoalWords
    state: GoalState


def propose(outside: Outside, who: StaffMember, number: str, period_id: str, kind: GoalKind, words: GoalWords) -> str:
    """Keep a draft of a goal; return its id.

    Raises:
        NotFoundError, ConflictError ``period.ended`` and ``person.not_active``, InvalidRequestError and
            TellingWordError of texts.
    """
    kept = _checked(words)
    goal_id = str(uuid.uuid4())
    with outside.database.write() as uow:
        period = period_of(uow, who, number, period_id)
        require_active(uow, period.person_id, who.institution_id)
        if period.state is PeriodState.ENDED:
            raise ConflictError(code="period.ended")
        row = GoalVersion(
            goal_id=goal_id,
            version=1,
            kind=kind,
            period_id=period.id,
            state=GoalState.OPEN,
            at=outside.now(),
            staff_id=who.id,
            accepted_at=None,
            accepted_how=None,
            sealed=_sealed(outside, period.person_id, kept),
        )
        uow.coaching.add_goal_version(period.person_id, row)
        refs = (("person", period.person_id), ("goal", goal_id))
        uow.audit.append(Act(at=row.at, actor=who.actor, action="goal.proposed", refs=refs))
    return goal_id


def change(outside: Outside, who: StaffMember, number: str, goal_id: str, new: GoalChange) -> int:
    """Keep the next version as a draft; return its number.

    Raises:
        NotFoundError: no such goal of this participant.
        ConflictError: ``person.not_active``.
        InvalidRequestError, TellingWordError: rules of texts.
    """
    kept = _checked(new.words)
    with outside.database.write() as uow:
        uow.audit.lock()
        person = located(uow, who, number)
        require_active(uow, person.person_id, who.institution_id)
        versions = [one for one in uow.coaching.goals(person.person_id) if one.goal_id == goal_id]
        if not versions:
            raise NotFoundError("goal")
        last = versions[-1]
        row = GoalVersion(
            goal_id=goal_id,
            version=last.version + 1,
            kind=last.kind,
            period_id=last.period_id,
            state=new.state,
            at=outside.now(),
            staff_id=who.id,
            accepted_at=None,
            accepted_how=None,
            sealed=_sealed(outside, person.person_id, kept),
        )
        uow.coaching.add_goal_version(person.person_id, row)
        refs = (("person", person.person_id), ("goal", goal_id))
        uow.audit.append(Act(at=row.at, actor=who.actor, action="goal.changed", refs=refs, decision=new.state.value))
    return row.version


def accept(outside: Outside, who: StaffMember, number: str, goal: tuple[str, int], how: How) -> None:
    """Note the participant's yes to a version (goal id, version), the newest only.

    Raises:
        NotFoundError: no such goal of this participant.
        ConflictError: ``goal.accepted`` before, or a newer version is there.
    """
    now = outside.now()
    with outside.database.write() as uow:
        uow.audit.lock()
        person = located(uow, who, number)
        if not any((one.goal_id, one.version) == goal for one in uow.coaching.goals(person.person_id)):
            raise NotFoundError("goal")
        if not uow.coaching.accept_goal(*goal, how=how.value, now=now):
            raise ConflictError(code="goal.accepted")
        refs = (("person", person.person_id), ("goal", goal[0]))
        uow.audit.append(Act(at=now, actor=who.actor, action="goal.accepted", refs=refs, decision=how.value))


def open_goal(outside: Outside, person_id: str, version: GoalVersion) -> GoalWords:
    """Open the words of a version. Raises PersonErasedError."""
    if version.sealed is None:
        return GoalWords(text="")
    value = open_value(outside, person_id, _PURPOSE, version.sealed)
    return GoalWords(text=str(value["text"]), measure=str(value["measure"]))


def _sealed(outside: Outside, person_id: str, words: GoalWords) -> bytes:
    return seal_value(outside, person_id, _PURPOSE, {"text": words.text, "measure": words.measure})


def _checked(words: GoalWords) -> GoalWords:
    text = check_text(words.text, most=MOST_GOAL, pointer="/text")
    measure = check_text(words.measure, most=MOST_GOAL, pointer="/measure") if words.measure.strip() else ""
    check_words(text, pointer="/text")
    check_words(measure, pointer="/measure")
    return GoalWords(text=text, measure=measure)
