"""Writes down a start talk, mid review or end review, and the participant's yes to it."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from issuer.domain.audit import Act
from issuer.domain.catalogue_choice import helsinki_day
from issuer.domain.errors import ConflictError, InvalidRequestError, NotFoundError
from issuer.domain.free_text import check_text, check_words
from issuer.domain.observation import Independence, Medium, NewObservation, Origin
from issuer.domain.participant import How
from issuer.domain.period import (
    MOST_NOTES,
    FollowUp,
    PeriodState,
    TalkKind,
    TalkRow,
    check_present,
    check_running,
    check_talk_day,
)
from issuer.domain.permissions import StaffMember
from issuer.domain.unit_ref import UnitRef
from issuer.services.coaching.record_observation import record_within
from issuer.services.coaching.require_active import require_active
from issuer.services.coaching.run_period import period_of
from issuer.services.coaching.talk_words import TalkWords, seal_talk
from issuer.services.outside import Outside


@dataclass(frozen=True, slots=True, kw_only=True)
class NewTalk:
    """A talk as it is written down.

    Attributes:
        present: values of `Attendee`; a start talk needs all three.
        prior: requirement keys that the participant brings along, by unit; only in a start talk.
    """

    kind: TalkKind
    held_on: date
    present: tuple[str, ...]
    notes: str | None = None
    changed: str | None = None
    follow_up: FollowUp | None = None
    prior: Mapping[UnitRef, tuple[str, ...]] = field(default_factory=dict)


def hold(outside: Outside, who: StaffMember, number: str, period_id: str, new: NewTalk) -> str:
    """Keep a talk, a draft until the participant accepts it; prior competence becomes observations. Return its id.

    Raises:
        NotFoundError: participant, period or unit that is not there.
        ConflictError: ``talk.not_now``: a start talk of a period that runs, or a review of one that does not;
            ``person.not_active``.
        InvalidRequestError, TellingWordError: ``talk.day``, ``talk.present``, ``talk.changed`` (a mid review says
            what changed), or a rule of texts.
    """
    now = outside.now()
    said = TalkWords(
        present=new.present,
        notes=_checked(new.notes, "/notes"),
        changed=_checked(new.changed, "/changed"),
        follow_up=new.follow_up,
    )
    if new.kind is TalkKind.MID and not said.changed:
        raise InvalidRequestError(code="talk.changed", pointer="/changed")
    with outside.database.write() as uow:
        period = period_of(uow, who, number, period_id)
        require_active(uow, period.person_id, who.institution_id)
        check_talk_day(period, new.held_on, today=helsinki_day(now))
        if new.kind is TalkKind.START:
            check_present(new.present)
            if period.state is not PeriodState.PLANNED:
                raise ConflictError(code="talk.not_now")
        else:
            check_running(period)
        row = TalkRow(
            id=str(uuid.uuid4()),
            period_id=period.id,
            kind=new.kind,
            held_on=new.held_on,
            staff_id=who.id,
            accepted_at=None,
            accepted_how=None,
            sealed=seal_talk(outside, period.person_id, said),
        )
        uow.coaching.add_talk(row, now=now)
        refs = (("person", period.person_id), ("period", period.id), ("talk", row.id))
        acts = [Act(at=now, actor=who.actor, action="talk.held", refs=refs, decision=new.kind.value)]
        for unit, keys in new.prior.items():
            if keys and new.kind is TalkKind.START:
                acts += record_within(uow, outside, who, _prior(period.person_id, unit, keys, new.held_on))[1]
        uow.audit.append_all(acts)
    return row.id


def accept(outside: Outside, who: StaffMember, number: str, talk_id: str, how: How) -> None:
    """Note the participant's yes to a talk.

    Raises:
        NotFoundError: no such talk of this participant.
        ConflictError: ``talk.accepted`` before.
    """
    now = outside.now()
    with outside.database.write() as uow:
        uow.audit.lock()
        period_id = uow.coaching.period_of_talk(talk_id)
        if period_id is None:
            raise NotFoundError("talk")
        period = period_of(uow, who, number, period_id)
        if not uow.coaching.accept_talk(talk_id, how=how.value, now=now):
            raise ConflictError(code="talk.accepted")
        refs = (("person", period.person_id), ("talk", talk_id))
        uow.audit.append(Act(at=now, actor=who.actor, action="talk.accepted", refs=refs, decision=how.value))


def _checked(text: str | None, pointer: str) -> str:
    if text is None or not text.strip():
        return ""
    kept = check_text(text, most=MOST_NOTES, pointer=pointer)
    check_words(kept, pointer=pointer)
    return kept


def _prior(person_id: str, unit: UnitRef, keys: tuple[str, ...], day: date) -> NewObservation:
    return NewObservation(
        person_ids=(person_id,),
        unit=unit,
        requirement_keys=keys,
        independence=Independence.ALONE,
        observed_on=day,
        origin=Origin.PRIOR,
        medium=Medium.TALK,
    )
