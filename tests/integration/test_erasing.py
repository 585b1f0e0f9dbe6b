"""Erasing a participant: nothing leads to the person any more, badges as chosen, whatever step a crash cuts off."""

from dataclasses import replace
from datetime import timedelta

import drafts
import own
import pytest
from desk import Desk
from erasing import ERASED_MAY_STAND_IN, answer_of, holder, tables_with

from issuer.db.person_keys import PersonErasedError
from issuer.db.repositories.forgetting import NOBODY
from issuer.domain.erasure import Badges, ErasureState
from issuer.domain.errors import ConflictError
from issuer.services import revoke_badge
from issuer.services.erasing import erase_person
from issuer.services.publish_status_list import publish_due
from issuer.services.verify_audit import verify_audit
from keys.errors import SigningError


class Crash(BaseException):
    """A process that ends here."""


@pytest.fixture
def ready(both_desks: Desk) -> drafts.Ready:
    return drafts.ready(both_desks)


def test_after_erasing_no_table_leads_to_the_person_or_from_a_place_to_a_badge(ready: drafts.Ready) -> None:
    badge, person_id = ready.issued(), ready.person.person_id
    own.own_client(ready.desk, person_id)
    with ready.desk.outside.database.read() as uow:
        place = (uow.credentials.get(badge).list_id, uow.credentials.get(badge).index)
    assert tables_with(ready.desk, person_id) > ERASED_MAY_STAND_IN - {"erasure"}

    done = erase_person.ask(ready.desk.outside, holder(ready), Badges.KEEP, wait=False)

    assert done.state is ErasureState.DONE
    assert tables_with(ready.desk, person_id) == ERASED_MAY_STAND_IN
    assert tables_with(ready.desk, badge) == {"audit"}
    with ready.desk.outside.database.read() as uow:
        assert place in uow.credentials.place_of_all()
        (tombstone,) = [uow.credentials.get(one) for one in uow.credentials.ids()]
    assert tombstone.person_id == NOBODY
    assert (tombstone.document, tombstone.document_sha256, tombstone.tbs, tombstone.tbs_sha256) == (
        None,
        None,
        None,
        bytes(32),
    )
    assert tombstone.issued_at is not None
    assert (tombstone.issued_at.day, tombstone.issued_at.hour) == (1, 0)
    with pytest.raises(PersonErasedError):
        ready.desk.outside.person_keys.seal(person_id, "x", b"x")
    assert verify_audit(ready.desk.outside).broken_at is None


def test_a_badge_that_is_kept_stays_genuine_and_one_taken_out_of_use_says_so(both_desks: Desk) -> None:
    for badges, verdict in ((Badges.KEEP, "accepted"), (Badges.WITHDRAW, "rejected")):
        ready = drafts.ready(both_desks)
        document = ready.document(ready.issued())
        before = answer_of(both_desks, document)
        erase_person.ask(both_desks.outside, holder(ready), badges, wait=False)
        after = answer_of(both_desks, document)
        assert before["verdict"] == "accepted"
        assert after["verdict"] == verdict, after


def test_waiting_can_be_undone_and_is_done_after_seven_days(ready: drafts.Ready) -> None:
    outside, who = ready.desk.outside, holder(ready)
    erase_person.ask(outside, who, Badges.KEEP, wait=True)
    with pytest.raises(ConflictError, match=r"erasure\.asked"):
        erase_person.ask(outside, who, Badges.KEEP, wait=False)
    erase_person.undo(outside, who)
    with pytest.raises(ConflictError, match=r"erasure\.begun"):
        erase_person.undo(outside, who)
    erase_person.ask(outside, who, Badges.KEEP, wait=True)
    ready.desk.installation.clock.moved = timedelta(days=7) - timedelta(minutes=1)
    assert erase_person.finish_due(outside) == 0
    assert outside.ledger.entries() == {}
    ready.desk.installation.clock.moved = timedelta(days=7, minutes=1)
    assert erase_person.finish_due(outside) == 1
    assert outside.ledger.entries() == {who.person_id: Badges.KEEP}
    assert tables_with(ready.desk, who.person_id) == ERASED_MAY_STAND_IN


POINTS = (
    "erase.begun",
    "revoke.in_transaction",
    "revoke.after_store",
    "revoke.after_publish",
    "erase.badges_withdrawn",
    "erase.in_ledger",
    "erase.in_transaction",
    "erase.rows_gone",
    "erase.key_destroyed",
)


@pytest.mark.parametrize("point", POINTS)
def test_what_a_crash_cuts_off_is_finished_by_the_worker(desk: Desk, point: str) -> None:
    ready = drafts.ready(desk)
    document = ready.document(ready.issued())

    def crash(name: str) -> None:
        if name == point:
            raise Crash(name)

    with pytest.raises(Crash):
        erase_person.ask(replace(desk.outside, checkpoint=crash), holder(ready), Badges.WITHDRAW, wait=False)
    assert erase_person.finish_due(desk.outside) == 1
    assert erase_person.finish_due(desk.outside) == 0
    assert tables_with(desk, ready.person.person_id) == ERASED_MAY_STAND_IN
    assert desk.outside.ledger.entries() == {ready.person.person_id: Badges.WITHDRAW}
    assert desk.outside.person_keys.among([ready.person.person_id]) == []
    assert answer_of(desk, document)["verdict"] == "rejected"
    assert verify_audit(desk.outside).broken_at is None


def no_publishing(*_: object) -> bool:
    raise SigningError("signer.silent")


def test_a_list_that_cannot_be_published_is_told_as_not_yet_and_holds_the_worker_up_no_longer(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    ready = drafts.ready(desk)
    document = ready.document(ready.issued())
    monkeypatch.setattr(revoke_badge, "publish_if_due", no_publishing)
    asked = erase_person.ask(desk.outside, holder(ready), Badges.WITHDRAW, wait=False)
    assert asked.state is ErasureState.RUNNING
    assert erase_person.finish_due(desk.outside) == 1
    assert tables_with(desk, ready.person.person_id) == ERASED_MAY_STAND_IN
    publish_due(desk.outside)
    assert answer_of(desk, document)["verdict"] == "rejected"


def test_an_erasure_that_cannot_go_on_does_not_stop_a_later_one(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = drafts.ready(desk), drafts.ready(desk, name="Bertta Esimerkki")
    for one in (first, second):
        erase_person.ask(desk.outside, holder(one), Badges.KEEP, wait=True)
        desk.installation.clock.moved += timedelta(minutes=1)
    desk.installation.clock.moved = timedelta(days=8)
    destroy = desk.outside.person_keys.destroy

    def stuck(person_id: str) -> None:
        if person_id == first.person.person_id:
            raise OSError("stuck")
        destroy(person_id)

    monkeypatch.setattr(desk.outside.person_keys, "destroy", stuck)
    with pytest.raises(OSError, match="stuck"):
        erase_person.finish_due(desk.outside)
    with desk.outside.database.read() as uow:
        states = [uow.erasures.get(one.person.person_id).state for one in (first, second)]
    assert states == [ErasureState.ROWS_GONE, ErasureState.DONE]


def test_a_badge_issued_while_an_erasure_runs_goes_out_of_use_too(desk: Desk) -> None:
    ready = drafts.ready(desk)
    draft, issued = ready.in_review(ready.started()), []

    def late(name: str) -> None:
        if name == "erase.in_ledger":
            issued.append(ready.document(ready.approved(draft)))

    done = erase_person.ask(replace(desk.outside, checkpoint=late), holder(ready), Badges.WITHDRAW, wait=False)
    assert done.state is ErasureState.DONE
    assert answer_of(desk, issued[0])["verdict"] == "rejected"


def test_a_destroyed_key_lies_in_no_file_of_the_store(desk: Desk) -> None:
    ready = drafts.ready(desk)
    store = desk.installation.home / "person-keys.sqlite3"
    engine = desk.outside.person_keys._engine
    with engine.connect() as connection:
        query = "SELECT sealed_key FROM person_key WHERE person_id = ?"
        sealed = connection.exec_driver_sql(query, (ready.person.person_id,)).scalar_one()
    files = [store, store.with_name(store.name + "-wal")]
    assert any(sealed in one.read_bytes() for one in files if one.exists())
    erase_person.ask(desk.outside, holder(ready), Badges.KEEP, wait=False)
    assert not any(sealed in one.read_bytes() for one in files if one.exists())
