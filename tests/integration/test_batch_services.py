"""Batches from table to badges: faults named, rows mended, looked at twice, issued once each whatever is killed."""

import threading
from datetime import timedelta

import pytest
from batches import batch_world, faults, work
from desk import desk_over
from sqlalchemy import event, update

from issuer.db.models.coaching import ParticipantRecord
from issuer.db.repositories.outbox import OutboxJob
from issuer.domain.errors import ConflictError, DomainError, ForbiddenError, NotFoundError
from issuer.domain.permissions import Role
from issuer.jobs import OutboxRunner
from issuer.services.batches import copy_batch, mend_row, review_rows, send_to_review, show_batch, steer_batch
from issuer.services.batches.check_rows import check_batch
from issuer.services.batches.forget_cells import KEPT, forget_old_cells
from issuer.services.batches.mend_row import RowChangedError
from issuer.services.outbox import MOST_ATTEMPTS, enqueue
from issuer.services.verify_audit import verify_audit


def test_a_table_becomes_badges_of_exactly_the_people_and_requirements_that_it_names(both_desks):
    world = batch_world(both_desks, 6)
    batch_id = world.start(world.rows(range(1, 7)))
    assert faults(world, batch_id) == {}
    assert world.queued(batch_id) == 6
    assert work(world) == 1
    assert world.states(batch_id) == {"removed": 1, "issued": 6}
    with world.outside.database.read() as uow:
        rows = uow.batches.rows(batch_id, states=("issued",))
        records = [uow.credentials.get(row.credential_id) for row in rows]
        assert uow.batches.get(batch_id).state == "done"
        assert uow.outbox.waiting(now=world.outside.now(), limit=9) == []
    assert [record.person_id for record in records] == world.people
    assert {record.state for record in records} == {"issued"}
    assert verify_audit(world.outside).broken_at is None
    again = world.start(world.rows(range(1, 7)))
    assert {one for found in faults(world, again).values() for one in found} == {
        ("already_given", "badge.given", "person")
    }


def test_ten_times_as_many_rows_are_checked_in_as_many_queries(desk):
    world = batch_world(desk, 60)
    engine, counted = world.outside.database._reader, []

    def queries(batch_id):
        counted.clear()
        event.listen(engine, "before_cursor_execute", note)
        check_batch(world.outside, batch_id)
        event.remove(engine, "before_cursor_execute", note)
        return len(counted)

    def note(_connection, _cursor, statement, *_more):
        counted.append(statement)

    few, many = world.start(world.rows(range(1, 7))), world.start(world.rows(range(1, 61)))
    assert queries(few) == queries(many) < 20


def test_two_editors_of_a_row_see_both_values_and_one_is_chosen(desk):
    world = batch_world(desk, 2)
    batch = world.start(world.rows([1, 2], yhteystieto="soita"))
    mend_row.mend(world.outside, world.drafter, batch, 2, {"contact": "a@example.org"}, revision=1)
    with pytest.raises(RowChangedError) as met:
        mend_row.mend(world.outside, world.reviewer, batch, 2, {"contact": "b@example.org"}, revision=1)
    assert (met.value.theirs["contact"], met.value.revision) == ("a@example.org", 2)
    mend_row.mend(world.outside, world.reviewer, batch, 2, {"contact": "b@example.org"}, revision=2)
    assert set(faults(world, batch)) == {3}


def test_a_removed_row_frees_the_other_one_about_the_same_person_and_comes_back(desk):
    world = batch_world(desk, 3)
    batch = world.start(world.rows([1, 2, 1]))
    assert faults(world, batch) == {4: {("duplicate", "row.duplicate", "person")}}
    mend_row.take_out(world.outside, world.drafter, batch, 2)
    assert faults(world, batch) == {}
    mend_row.put_back(world.outside, world.drafter, batch, 2)
    assert set(faults(world, batch)) == {4}


def test_only_a_work_coach_of_the_trade_who_is_not_the_reviewer_sends_a_batch(desk):
    world = batch_world(desk, 1)
    batch = world.start(world.rows([1]))
    cases = {
        "agreement.other_trade": (desk.staff[Role.SUPERVISOR], desk.add(Role.WORK_COACH, trades=("koulutus_1",))),
        "review.own_draft": (world.reviewer,),
    }
    for code, people in cases.items():
        for who in people:
            with pytest.raises(DomainError) as refused:
                send_to_review.send(world.outside, who, batch, expected=1)
            assert refused.value.code == code
    assert send_to_review.send(world.outside, world.drafter, batch, expected=1) == 1


def test_the_rest_is_approved_only_after_mended_and_drawn_rows_were_opened(desk):
    world = batch_world(desk, 9)
    batch = world.start(world.rows(range(1, 10)))
    mend_row.mend(world.outside, world.drafter, batch, 2, {"narrative": "Korjasi."}, revision=1)
    send_to_review.send(world.outside, world.drafter, batch, expected=9)
    with pytest.raises(ForbiddenError):
        review_rows.approve_rest(world.outside, world.drafter, batch)
    with pytest.raises(ConflictError) as early:
        review_rows.approve_rest(world.outside, world.reviewer, batch)
    assert early.value.code == "batch.open_first"
    with world.outside.database.read() as uow:
        state = review_rows.review_state(uow.batches.rows(batch))
    assert 5 <= len(state.to_open) <= 6
    assert 2 in state.to_open
    with pytest.raises(ConflictError) as unseen:
        review_rows.decide(world.outside, world.reviewer, batch, 3 if 3 not in state.to_open else 4, approve=True)
    assert unseen.value.code == "batch.not_opened"
    for number in state.to_open:
        review_rows.open_row(world.outside, world.reviewer, batch, number)
    assert review_rows.approve_rest(world.outside, world.reviewer, batch) == 9


def _set_state(uow, person_id, state):
    query = update(ParticipantRecord).where(ParticipantRecord.person_id == person_id).values(state=state)
    uow.batches._session.execute(query)


def test_a_row_whose_ground_is_gone_fails_alone_and_is_given_when_tried_again(desk):
    world = batch_world(desk, 5)
    batch = world.start(world.rows(range(1, 6)))
    world.queued(batch)
    with world.outside.database.write() as uow:
        _set_state(uow, world.people[2], "withdrawn")
    work(world)
    assert world.states(batch) == {"removed": 1, "issued": 4, "failed": 1}
    assert show_batch.failures(world.outside, batch) == [(4, "person.not_active")]
    with world.outside.database.write() as uow:
        before = {row.number: row.credential_id for row in uow.batches.rows(batch, states=("issued",))}
        _set_state(uow, world.people[2], "active")
    assert steer_batch.retry(world.outside, batch, institution_id=desk.institution.id, actor="test") == 1
    work(world)
    with world.outside.database.read() as uow:
        after = {row.number: row.credential_id for row in uow.batches.rows(batch, states=("issued",))}
    assert len(after) == 5
    assert before.items() <= after.items()
    with pytest.raises(ConflictError) as nothing:
        steer_batch.retry(world.outside, batch, institution_id=desk.institution.id, actor="test")
    assert nothing.value.code == "batch.nothing_failed"


def test_a_paused_batch_gives_nothing_until_it_goes_on(desk):
    world = batch_world(desk, 3)
    batch = world.start(world.rows(range(1, 4)))
    world.queued(batch)
    steer_batch.pause(world.outside, batch, institution_id=desk.institution.id, actor="test")
    work(world)
    assert world.states(batch) == {"removed": 1, "waiting": 3}
    steer_batch.go_on(world.outside, batch, institution_id=desk.institution.id, actor="test")
    work(world)
    assert world.states(batch) == {"removed": 1, "issued": 3}


def test_after_30_days_the_cells_and_their_key_are_gone_and_the_results_stay(desk):
    world = batch_world(desk, 2)
    batch = world.start(world.rows([1, 2]))
    world.queued(batch)
    work(world)
    desk.installation.clock.moved = KEPT - timedelta(minutes=10)
    assert forget_old_cells(world.outside) == 0
    desk.installation.clock.moved = KEPT + timedelta(seconds=5)
    assert forget_old_cells(world.outside) == 1
    assert forget_old_cells(world.outside) == 0
    assert world.states(batch) == {"removed": 1, "issued": 2}
    with pytest.raises(ConflictError):
        copy_batch.copy(world.outside, world.drafter, batch)


def test_another_institution_finds_no_batch_of_ours(desk):
    world = batch_world(desk, 1)
    batch = world.start(world.rows([1]))
    with desk_over(desk.installation, name="Toinen", number=1) as other:
        stranger = next(iter(other.staff.values()))
        with pytest.raises(NotFoundError):
            show_batch.batch(world.outside, batch, stranger.institution_id)
        with pytest.raises(NotFoundError):
            mend_row.mend(world.outside, stranger, batch, 2, {"contact": ""}, revision=1)


def test_an_effect_that_fails_is_tried_eight_times_ever_later_and_then_given_up(both_desks):
    outside, clock, tries = both_desks.outside, both_desks.installation.clock, []

    def fail(_outside, payload, running):
        tries.append((payload, running.id))
        raise ConflictError(code="test.never")

    with outside.database.write() as uow:
        job = enqueue(uow, "test", {"a": 1}, now=outside.now())
    runner = OutboxRunner(outside, {"test": fail}, threading.Event())
    for attempt in range(1, MOST_ATTEMPTS + 3):
        assert runner.run_due() == (attempt <= MOST_ATTEMPTS)
        assert runner.run_due() == 0
        clock.moved += timedelta(seconds=10 * 2 ** (attempt - 1) + 1)
    assert tries == [({"a": 1}, job)] * MOST_ATTEMPTS
    with outside.database.read() as uow:
        assert uow.outbox.dead() == [(job, "test", "test.never")]


def test_an_effect_is_gone_with_the_transaction_that_wrote_it(both_desks):
    outside = both_desks.outside
    with pytest.raises(ZeroDivisionError), outside.database.write() as uow:  # noqa: PT012  the write is what is undone
        enqueue(uow, "test", {}, now=outside.now())
        assert 1 / 0
    with outside.database.read() as uow:
        assert uow.outbox.waiting(now=outside.now(), limit=9) == []


def test_two_runners_never_take_the_same_effect(both_desks):
    outside, now = both_desks.outside, both_desks.outside.now()
    with outside.database.write() as uow:
        job = enqueue(uow, "test", {}, now=now)
    with outside.database.write() as uow:
        assert uow.outbox.claim(now=now, until=now + timedelta(seconds=60)) == OutboxJob(
            id=job, kind="test", payload="{}", attempts=1
        )
    with outside.database.write() as uow:
        assert uow.outbox.claim(now=now, until=now) is None
        assert uow.outbox.claim(now=now + timedelta(seconds=61), until=now, only=("other",)) is None
        assert uow.outbox.claim(now=now + timedelta(seconds=61), until=now) is not None
