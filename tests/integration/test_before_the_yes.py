"""Before the yes to coaching, and after it was taken back, nothing new is written about a participant."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from agreements import keys_of
from desk import BICYCLE, Desk
from participants import participant

from issuer.domain.agreement import Channel, Outcome
from issuer.domain.badge_draft import DraftScope
from issuer.domain.demonstration import Kind
from issuer.domain.errors import ConflictError
from issuer.domain.participant import Purpose
from issuer.domain.permissions import Role
from issuer.services.agreements import confirm_results, propose_results, record_coach_view, record_own_view
from issuer.services.agreements.confirm_results import Confirmation
from issuer.services.agreements.record_coach_view import CoachAnswer
from issuer.services.agreements.record_own_view import OwnAnswer
from issuer.services.coaching import add_participant, drop_intake, withdraw_consent
from issuer.services.coaching.add_participant import NewParticipant
from issuer.services.demonstrations import plan_demonstration
from issuer.services.drafts.start_draft import NewDraft, start

Act = Callable[[Desk, str, str], object]


def own_view(desk: Desk, person_id: str, key: str) -> object:
    answers = {key: OwnAnswer(outcome=Outcome.SHOWN, words="Omat sanani")}
    return record_own_view.record(desk.outside, person_id, BICYCLE, answers, device_of=desk.staff[Role.WORK_COACH])


def coach_view(desk: Desk, person_id: str, key: str) -> object:
    views = {key: CoachAnswer(outcome=Outcome.SHOWN)}
    return record_coach_view.record(desk.outside, desk.staff[Role.WORK_COACH], person_id, BICYCLE, views)


def propose(desk: Desk, person_id: str, key: str) -> object:
    results = {key: Outcome.NOT_YET}
    return propose_results.propose(desk.outside, desk.staff[Role.WORK_COACH], person_id, BICYCLE, results)


def confirm(desk: Desk, person_id: str, _key: str) -> object:
    yes = Confirmation(channel=Channel.DEVICE, device_of=desk.staff[Role.WORK_COACH])
    return confirm_results.confirm(desk.outside, person_id, BICYCLE, yes)


def plan(desk: Desk, person_id: str, _key: str) -> object:
    return plan_demonstration.begin(desk.outside, desk.staff[Role.WORK_COACH], person_id, BICYCLE, Kind.WORK)


def draft(desk: Desk, person_id: str, _key: str) -> object:
    new = NewDraft(scope=DraftScope.PART, unit=BICYCLE)
    return start(desk.outside, desk.staff[Role.WORK_COACH], person_id, new)


ACTS = (own_view, coach_view, propose, confirm, plan, draft)


@pytest.mark.parametrize("act", ACTS)
def test_a_draft_of_an_intake_takes_nothing_that_would_outlive_it(desk: Desk, act: Act) -> None:
    who, key = desk.staff[Role.WORK_COACH], keys_of(desk)[0]
    row = add_participant.add(desk.outside, who, NewParticipant(name="Aino Esimerkki", units=(BICYCLE,)))
    with pytest.raises(ConflictError) as refused:
        act(desk, row.person_id, key)
    assert refused.value.code == "person.not_active"
    desk.installation.clock.moved += timedelta(days=15)
    assert drop_intake.lapse_intakes(desk.outside) == 1
    with desk.outside.database.read() as uow:
        assert uow.people.person_institution(row.person_id) is None


@pytest.mark.parametrize("act", ACTS)
def test_after_a_withdrawal_nothing_new_is_written(desk: Desk, act: Act) -> None:
    who, key, person = desk.staff[Role.WORK_COACH], keys_of(desk)[0], participant(desk)
    withdraw_consent.withdraw(desk.outside, who, person.person_id, Purpose.COACHING)
    with pytest.raises(ConflictError) as refused:
        act(desk, person.person_id, key)
    assert refused.value.code == "person.not_active"
