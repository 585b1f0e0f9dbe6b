"""Slips and what they open: made by staff, replaced face to face; and a badge that is taken once."""

import json
import threading
from dataclasses import replace
from datetime import timedelta

import drafts
import participants
import pytest
from desk import desk_over
from recognition import decide, save, school_beside

from issuer.domain.errors import ConflictError, InvalidFormError, NotFoundError, StoreBusyError
from issuer.domain.holder import Holder
from issuer.domain.permissions import Role
from issuer.services.own import come_in, own_session, take_badge
from issuer.services.own.make_slip import Known, make_slip
from issuer.services.own.open_together import open_together

ASKED = Known(name_used=True, own_record=True)


def slip_for(desk, person, known=None):
    return make_slip(desk.outside, desk.staff[Role.PERSONAL_COACH], person.person_id, known=known)


def holder_of(desk, person, *, supported=False):
    return Holder(
        person_id=person.person_id, institution_id=desk.institution.id, shared_device=True, supported=supported
    )


def test_link_and_typed_code_come_in_to_the_same_person_again_and_again(both_desks):
    desk, person = both_desks, participants.participant(both_desks)
    slip = slip_for(desk, person)
    assert len(slip.link_token) == 22
    assert len(slip.typed.replace(" ", "")) == 16
    for value in (
        come_in.by_token(desk.outside, slip.link_token, shared_device=True),
        come_in.by_code(desk.outside, slip.typed.lower(), shared_device=True),
        come_in.by_token(desk.outside, slip.link_token, shared_device=False),
    ):
        found = own_session.session(desk.outside, value)
        assert found.person_id == person.person_id
        assert not found.supported


def test_a_new_slip_needs_two_signs_and_kills_the_old_one_with_its_sessions(both_desks):
    desk, person = both_desks, participants.participant(both_desks)
    old = slip_for(desk, person)
    value = come_in.by_code(desk.outside, old.typed, shared_device=False)
    for known, missing in ((None, 2), (Known(name_used=True), 1), (Known(own_record=True), 1)):
        with pytest.raises(InvalidFormError) as refused:
            slip_for(desk, person, known)
        assert len(refused.value.faults) == missing
    assert own_session.session(desk.outside, value) is not None
    new = slip_for(desk, person, ASKED)
    assert new.replaced
    assert own_session.session(desk.outside, value) is None
    assert come_in.by_code(desk.outside, old.typed, shared_device=True) is None
    assert come_in.by_token(desk.outside, old.link_token, shared_device=True) is None
    assert not come_in.token_works(desk.outside, old.link_token)
    assert come_in.by_token(desk.outside, new.link_token, shared_device=True) is not None


def test_making_a_slip_is_written_where_the_participant_sees_it(desk):
    person = participants.participant(desk)
    slip_for(desk, person)
    slip_for(desk, person, ASKED)
    open_together(desk.outside, desk.staff[Role.WORK_COACH], f"{person.number:03d}")
    with desk.outside.database.read() as uow:
        readings = [one.what for one in uow.coaching.readings_of(person.person_id)]
    assert {"slip", "slip_lost", "together"} <= set(readings)


@pytest.mark.parametrize(("seconds", "works"), [(-1, True), (0, False), (1, False)])
def test_a_slip_works_for_twelve_months(desk, seconds, works):
    person = participants.participant(desk)
    slip = slip_for(desk, person)
    then = replace(desk.outside, clock=lambda: slip.works_until + timedelta(seconds=seconds))
    assert (come_in.by_code(then, slip.typed, shared_device=True) is not None) == works
    assert come_in.token_works(then, slip.link_token) == works


def test_another_houses_participant_gets_no_slip_here(desk):
    with desk_over(desk.installation, name="Toinen talo", number=1) as other:
        person = participants.participant(other)
        with pytest.raises(NotFoundError):
            slip_for(desk, person)


def test_neither_link_nor_code_stands_in_the_database(desk):
    person = participants.participant(desk)
    slip = slip_for(desk, person)
    value = come_in.by_code(desk.outside, slip.typed, shared_device=True)
    stored = b"".join(path.read_bytes() for path in desk.installation.home.rglob("*.sqlite3*"))
    assert person.person_id.encode() in stored
    secrets = (slip.link_token, slip.typed, slip.typed.replace(" ", ""), value)
    assert [one for one in secrets if one.encode() in stored] == []


def test_a_badge_is_kept_once(both_desks):
    ready = drafts.ready(both_desks)
    desk, who, badge_id = both_desks, holder_of(both_desks, ready.person), ready.issued()
    (new,) = take_badge.untaken(desk.outside, who)
    assert (new.credential_id, new.state) == (badge_id, "issued")
    take_badge.keep(desk.outside, who, badge_id)
    assert take_badge.untaken(desk.outside, who) == ()
    assert take_badge.look(desk.outside, who, new.ref).state == "delivered"
    for act in (take_badge.keep, take_badge.refuse):
        with pytest.raises(ConflictError) as refused:
            act(desk.outside, who, badge_id)
        assert refused.value.code == "claim.taken"


def test_of_many_who_keep_at_once_one_keeps(both_desks):
    ready = drafts.ready(both_desks)
    desk, who, badge_id = both_desks, holder_of(both_desks, ready.person), ready.issued()
    together, answers = threading.Barrier(8), []

    def keep():
        together.wait()
        try:
            take_badge.keep(desk.outside, who, badge_id)
            answers.append("kept")
        except (ConflictError, StoreBusyError) as refused:
            answers.append(refused.code)

    threads = [threading.Thread(target=keep) for _ in range(8)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(answers) == ["claim.taken"] * 7 + ["kept"]
    with desk.outside.database.read() as uow:
        assert uow.credentials.get(badge_id).state == "delivered"


def test_a_badge_that_is_not_wanted_goes_out_of_use_at_the_holders_wish(both_desks):
    ready = drafts.ready(both_desks)
    desk, who, badge_id = both_desks, holder_of(both_desks, ready.person), ready.issued()
    take_badge.refuse(desk.outside, who, badge_id)
    with desk.outside.database.read() as uow:
        record = uow.credentials.get(badge_id)
    assert (record.state, record.withdrawal_reason) == ("withdrawn", "holder_wish")
    with pytest.raises(ConflictError) as refused:
        take_badge.keep(desk.outside, who, badge_id)
    assert refused.value.code == "claim.gone"


def test_a_receipt_that_is_not_wanted_goes_out_of_use_though_the_school_signed_it(desk):
    with school_beside(desk) as school:
        ref = school.sent(school.ready.issued())
        save(school, ref)
        receipt = decide(school, ref).receipt_id
        assert take_badge.refuse(desk.outside, school.holder, receipt)
        with desk.outside.database.read() as uow:
            assert uow.credentials.get(receipt).state == "withdrawn"


@pytest.mark.parametrize(("supported", "way"), [(False, "alone"), (True, "supported")])
def test_a_refusal_with_support_is_told_apart(desk, supported, way):
    ready = drafts.ready(desk)
    who = replace(holder_of(desk, ready.person), supported=supported)
    take_badge.refuse(desk.outside, who, ready.issued())
    with desk.outside.database.read() as uow:
        acts = [json.loads(entry) for _, _, entry, _ in uow.audit.rows()]
    assert [one["decision"] for one in acts if one["action"] == "badge.refused"] == [way]


def test_another_persons_badge_is_not_there(desk):
    ready = drafts.ready(desk)
    badge_id = ready.issued()
    (new,) = take_badge.untaken(desk.outside, holder_of(desk, ready.person))
    other = holder_of(desk, participants.participant(desk, "Toinen"))
    for act in (take_badge.keep, take_badge.refuse):
        with pytest.raises(NotFoundError):
            act(desk.outside, other, badge_id)
    with pytest.raises(NotFoundError):
        take_badge.look(desk.outside, other, new.ref)
