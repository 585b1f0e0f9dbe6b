"""The worker: finishes what a crash left, publishes what is due, and outlives a job that fails."""

import threading
import time
from datetime import timedelta

from issuer import worker
from issuer.domain.award import AwardRequest
from issuer.services.award_badge import award
from issuer.services.own_documents import own_document
from issuer.services.show_badge import show


def reserved(installation):
    """A badge whose process died right after reserving it."""
    request = AwardRequest(institution_id=installation.umbrella.id, unit_code="106889")
    return award(installation.outside, request, idempotency_key="left-by-a-crash-0001", actor="test")


def test_a_badge_left_by_a_crash_is_finished_once_its_lease_has_run_out(installation):
    badge_id = reserved(installation)
    installation.clock.moved = timedelta(seconds=61)
    worker.run_once(installation.outside)
    view = show(installation.outside, badge_id, institution_id=installation.umbrella.id)
    assert view.state == "issued"
    assert view.document is not None


def test_a_list_past_half_of_its_life_is_published_anew(installation):
    def bodies():
        with installation.outside.database.read() as uow:
            lists = [one.id for one in uow.publications.lists()]
        paths = [f"/status/{one}" for one in lists] + ["/trust/list.json"]
        return [own_document(installation.outside.database, path).body for path in paths]

    before = bodies()
    worker.run_once(installation.outside)
    assert bodies() == before
    installation.clock.moved = timedelta(hours=13)
    worker.run_once(installation.outside)
    assert bodies()[0] != before[0]
    installation.clock.moved = timedelta(days=4)
    worker.run_once(installation.outside)
    assert bodies()[-1] != before[-1]


def test_a_job_that_fails_does_not_stop_the_others(sqlite_installation, monkeypatch):
    done = []

    def fail(_outside):
        raise RuntimeError

    monkeypatch.setattr(worker, "_JOBS", (("bad", fail), ("good", lambda outside: done.append(outside) or 1)))
    worker.run_once(sqlite_installation.outside)
    assert done == [sqlite_installation.outside]


def test_a_worker_begins_at_once_and_ends_when_told(sqlite_installation, monkeypatch):
    rounds = threading.Event()
    monkeypatch.setattr(worker, "run_once", lambda _outside: rounds.set())
    thread = worker.Worker(sqlite_installation.outside, seconds=60)
    thread.start()
    assert rounds.wait(5)
    begun = time.monotonic()
    thread.stop()
    assert time.monotonic() - begun < 5
