"""The worker: every ten seconds it finishes what a crash left undone and publishes what is due."""

import threading
from collections.abc import Callable

from issuer.operation_log import event, failure
from issuer.services.batches.forget_cells import forget_old_cells
from issuer.services.coaching.drop_intake import lapse_intakes
from issuer.services.drafts.issue_draft import finish_approved
from issuer.services.drafts.withdraw_for_cause import lapse_marks
from issuer.services.endorsements.endorse import finish_endorsements
from issuer.services.erasing import keep_times
from issuer.services.erasing.erase_person import finish_due
from issuer.services.notices.warn_of_ends import warn_of_ends
from issuer.services.outside import Outside
from issuer.services.publish_bundle import publish_bundle_if_due
from issuer.services.publish_status_list import publish_due
from issuer.services.publish_trust_list import publish_trust_list_if_due
from issuer.services.questions import look_after_questions
from issuer.services.recognition import look_after_cases
from issuer.services.statistics.make_release import make_last
from issuer.services.sweep import sweep

SECONDS_BETWEEN = 10.0

_JOBS: tuple[tuple[str, Callable[[Outside], int]], ...] = (
    ("sweep", sweep),
    ("erase", finish_due),
    ("keep_times", keep_times.run_daily),
    ("lapse_intakes", lapse_intakes),
    ("finish_drafts", finish_approved),
    ("lapse_marks", lapse_marks),
    ("finish_receipts", look_after_cases.finish_receipts),
    ("finish_endorsements", finish_endorsements),
    ("remind_schools", look_after_cases.remind_schools),
    ("finish_answers", look_after_questions.finish_answers),
    ("close_questions", look_after_questions.close_questions),
    ("forget_cases", look_after_cases.forget_cases),
    ("publish_status_lists", publish_due),
    ("forget_cells", forget_old_cells),
    ("warn_of_ends", warn_of_ends),
    ("release_figures", lambda outside: int(make_last(outside) is not None)),
    ("publish_trust_list", lambda outside: int(publish_trust_list_if_due(outside))),
    ("publish_bundle", lambda outside: int(publish_bundle_if_due(outside))),
)


def run_once(outside: Outside) -> None:
    """Do every job once; one that fails is logged and does not stop the others."""
    for name, job in _JOBS:
        try:
            done = job(outside)
        except Exception as problem:  # noqa: BLE001  the worker must live on, whatever a job meets
            failure("worker.failed", problem, job=name)
        else:
            if done:
                event("worker.done", job=name, count=done)


class Worker:
    """Runs the jobs in a thread of this process, beside the web server on SQLite.

    Args:
        outside: of the services.
        seconds: between two rounds.
    """

    def __init__(self, outside: Outside, *, seconds: float = SECONDS_BETWEEN) -> None:
        self._outside, self._seconds = outside, seconds
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="worker", daemon=True)

    def start(self) -> None:
        """Begin with a first round at once."""
        self._thread.start()

    def stop(self, *, seconds: float = 30.0) -> None:
        """End after the present round, and wait for that."""
        self._stop.set()
        self._thread.join(seconds)

    def _run(self) -> None:
        while not self._stop.is_set():
            run_once(self._outside)
            self._stop.wait(self._seconds)


def run_forever(outside: Outside, stop: threading.Event, *, seconds: float = SECONDS_BETWEEN) -> None:
    """Run the jobs in this thread until `stop` is set: the worker as a process of its own, for PostgreSQL."""
    while not stop.is_set():
        run_once(outside)
        stop.wait(seconds)
