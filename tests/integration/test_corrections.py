"""Replacing a badge, taking it out of use for cause, and crashes between approval and issue."""

import os
import signal
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import installation as installations
import pytest
from desk import Desk, desk_over
from drafts import Ready, ready
from software_passkey import add_passkey

from issuer.composition import compose
from issuer.domain.badge_draft import DraftState
from issuer.domain.errors import ConflictError, InvalidRequestError, NotFoundError
from issuer.domain.permissions import Role
from issuer.services import signing_act
from issuer.services.drafts import approve_draft, change_draft, withdraw_for_cause
from issuer.services.drafts.issue_draft import finish_approved
from issuer.services.drafts.replace_badge import replace_badge
from issuer.services.publish_status_list import REASONS_KIND
from issuer.services.sweep import sweep
from schemas.status_list import decode, value_at
from schemas.strict_json import read_object
from verifier import EMPLOYMENT, Verdict, verify

BEING_CHECKED, FOR_CAUSE = 5, 4


def verdict(desk: Desk, credential_id: str) -> Verdict:
    with desk.outside.database.read() as uow:
        record = uow.credentials.get(credential_id)
    signed = desk.outside.person_keys.unseal(record.person_id, "document", record.document or b"")
    return verify(signed, policy=EMPLOYMENT, environment=desk.outside.environment()).verdict


def public_reason(desk: Desk, credential_id: str) -> int:
    """The reason class that the world reads at the badge's place; 0 for none."""
    with desk.outside.database.read() as uow:
        record = uow.credentials.get(credential_id)
        published = uow.publications.current(REASONS_KIND, record.list_id)
    subject = read_object(published.document)["credentialSubject"]
    bits = decode(subject["encodedList"])
    return value_at(bits, record.index, size=16) >> 12


def correction(one: Ready, old: str) -> str:
    draft_id = replace_badge(one.desk.outside, one.coach, old, wrong=("ticks",))
    content = replace(one.content(draft_id), shown=one.keys[:4])
    change_draft.change(one.desk.outside, one.coach, draft_id, content, seen=one.draft(draft_id).digest.hex())
    return one.in_review(draft_id)


def test_the_old_badge_ends_only_when_the_new_one_is_out(both_desks: Desk) -> None:
    one = ready(both_desks)
    old = one.issued()
    draft_id = correction(one, old)
    assert verdict(both_desks, old) is Verdict.ACCEPTED
    new = one.approved(draft_id)
    assert (verdict(both_desks, old), verdict(both_desks, new)) == (Verdict.REJECTED, Verdict.ACCEPTED)
    with both_desks.outside.database.read() as uow:
        assert uow.credentials.get(old).withdrawal_reason == "replaced"
        assert uow.drafts.replaced_by(old) == new


def test_a_correction_is_begun_once_and_never_for_the_wrong_person(desk: Desk) -> None:
    one = ready(desk)
    old = one.issued()
    first = replace_badge(desk.outside, one.coach, old, wrong=("text",))
    assert replace_badge(desk.outside, one.coach, old, wrong=("date",)) == first
    for wrong, code in (((), "replace.wrong"), (("else",), "replace.wrong"), (("person",), "replace.person")):
        with pytest.raises(InvalidRequestError) as refused:
            replace_badge(desk.outside, one.coach, old, wrong=wrong)
        assert refused.value.code == code


def test_for_cause_needs_grounds_a_hearing_and_a_second_person_with_a_passkey(desk: Desk) -> None:
    one = ready(desk)
    badge_id = one.issued()
    first, second = desk.staff[Role.SUPERVISOR], desk.staff[Role.RESPONSIBLE_PERSON]
    with pytest.raises(InvalidRequestError, match=r"text\.length"):
        withdraw_for_cause.open_case(desk.outside, first, badge_id, grounds="  ")
    withdraw_for_cause.open_case(desk.outside, first, badge_id, grounds="Havainnot kirjattiin väärälle ihmiselle.")
    assert public_reason(desk, badge_id) == BEING_CHECKED
    assert verdict(desk, badge_id) is Verdict.ACCEPTED
    for who, code in ((first, "withdrawal.same_person"), (second, "withdrawal.not_heard")):
        with pytest.raises(ConflictError) as refused:
            withdraw_for_cause.decide(desk.outside, who, badge_id, assertion="")
        assert refused.value.code == code
    withdraw_for_cause.hear(desk.outside, first, badge_id, answer="En ole tehnyt näitä töitä.")
    case = withdraw_for_cause.case_of(desk.outside, second, badge_id)
    assert case is not None
    passkey = one.passkeys.get(second.id) or add_passkey(desk.outside, second)
    asked = signing_act.begin(desk.outside, second, withdraw_for_cause.act_name(badge_id), case.digest)
    view = withdraw_for_cause.decide(desk.outside, second, badge_id, assertion=passkey.confirm(asked))
    assert (view.state, view.withdrawal_reason) == ("withdrawn", "for_cause")
    assert (verdict(desk, badge_id), public_reason(desk, badge_id)) == (Verdict.REJECTED, FOR_CAUSE)


def test_being_checked_lasts_fourteen_days_at_most(desk: Desk) -> None:
    one = ready(desk)
    badge_id = one.issued()
    who = desk.staff[Role.SUPERVISOR]
    withdraw_for_cause.open_case(desk.outside, who, badge_id, grounds="Epäily.")
    desk.installation.clock.moved += timedelta(days=14) - timedelta(minutes=1)
    assert withdraw_for_cause.lapse_marks(desk.outside) == 0
    desk.installation.clock.moved += timedelta(minutes=2)
    assert withdraw_for_cause.lapse_marks(desk.outside) == 1
    assert public_reason(desk, badge_id) == 0
    assert verdict(desk, badge_id) is Verdict.ACCEPTED


def test_a_dropped_case_leaves_the_badge_in_force_without_a_mark(desk: Desk) -> None:
    one = ready(desk)
    badge_id = one.issued()
    who = desk.staff[Role.SUPERVISOR]
    withdraw_for_cause.open_case(desk.outside, who, badge_id, grounds="Epäily.")
    stranger = replace(who, institution_id=desk.installation.umbrella.id)
    with pytest.raises(NotFoundError):
        withdraw_for_cause.drop_case(desk.outside, stranger, badge_id)
    withdraw_for_cause.drop_case(desk.outside, who, badge_id)
    assert public_reason(desk, badge_id) == 0
    assert verdict(desk, badge_id) is Verdict.ACCEPTED


def test_a_crash_after_the_approval_leaves_nothing_half_done(prepared_home: tuple[Path, str | None]) -> None:
    home, url = prepared_home
    with installations.open_installation(home, url) as opened, desk_over(opened) as desk:
        one = ready(desk)
        old = one.issued()
        draft_id = correction(one, old)
        seen, assertion = one.draft(draft_id).digest.hex(), one.assertion(draft_id)
        reviewer, institution = one.reviewer, desk.institution.id
    points = ("draft.after_approve", "award.in_reserve", "draft.after_award", "sign.after_sign", "draft.after_sign")
    settings, clock = installations.settings_for(home, url), installations.MovableClock()
    for number, point in enumerate(points):
        child = os.fork()
        if child == 0:
            with compose(settings, clock=clock, checkpoint=_killer(point)) as composition:
                if number == 0:
                    approve_draft.approve(composition.outside, reviewer, draft_id, seen=seen, assertion=assertion)
                else:
                    finish_approved(composition.outside)
            os._exit(1)
        _, status = os.waitpid(child, 0)
        assert os.WIFSIGNALED(status), point
        with compose(settings, clock=clock) as composition, composition.outside.database.read() as uow:
            assert uow.drafts.get(draft_id, institution).state is DraftState.APPROVED
            assert uow.credentials.get(old).state == "issued"
    clock.moved += timedelta(seconds=200)
    with compose(settings, clock=clock) as composition:
        sweep(composition.outside)
        assert finish_approved(composition.outside) == 1
        assert finish_approved(composition.outside) == 0
        with composition.outside.database.read() as uow:
            draft = uow.drafts.get(draft_id, institution)
            badges = [uow.credentials.get(one) for one in uow.drafts.badge_ids(draft.person_id)]
            assert draft.state is DraftState.ISSUED
            assert uow.credentials.get(old).withdrawal_reason == "replaced"
            assert uow.drafts.approvers(draft.credential_id or "").endswith(f"staff:{reviewer.id}")
    assert sorted(record.state for record in badges) == ["issued", "withdrawn"]


def _killer(point: str):
    def stop(name: str) -> None:
        if name == point:
            os.kill(os.getpid(), signal.SIGKILL)

    return stop
