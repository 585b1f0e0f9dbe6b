"""Batches from table to badges: faults named, rows mended, looked at twice, issued once each whatever is killed."""


from batches import batch_world, faults, work

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
