"""Runs the outbox: which handler does which effect; leases on SQLite, DBOS on PostgreSQL (docs/decisions/0025)."""

import threading
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import replace
from datetime import timedelta
from functools import partial

from issuer.batch_pool import batch_signer
from issuer.db.engine import is_sqlite
from issuer.db.outbox import DurableRunner
from issuer.db.repositories.outbox import OutboxJob
from issuer.domain.errors import StoreBusyError
from issuer.operation_log import event, failure
from issuer.pages.notice_mail import mail_handler
from issuer.services.batches.approve_batch import RUN
from issuer.services.batches.run_batch import SignerFor, run
from issuer.services.notices.notify import MAIL
from issuer.services.outbox import Handlers, perform
from issuer.services.outside import Outside
from issuer.services.sign_chunk import SignChunk, sign_chunk
from issuer.settings import Settings

LEASE = timedelta(seconds=60)
SECONDS_BETWEEN = 1.0
LONG_KINDS = (RUN,)  # these take minutes, so that they get a thread of their own and mails do not wait behind them
_KEEP_SECONDS = 15.0
_WORTH_PROCESSES = 100  # badges: fewer are signed sooner here than processes start
_AT_ONCE = 100


def handlers(signer_for: SignerFor) -> Handlers:
    """Return who does which kind of effect."""
    return {RUN: partial(run, signer_for=signer_for), MAIL: mail_handler()}


def do_job(outside: Outside, doing: Handlers, job: OutboxJob, go_on: Callable[[], bool]) -> bool:
    """Try one effect once and log how it went; return whether it is off the table."""
    over, problem = perform(outside, doing, job, go_on=go_on)
    if problem is not None:
        failure("job.given_up" if over else "job.failed", problem, job=job.kind, count=job.attempts)
    elif over:
        event("job.done", job=job.kind, count=job.attempts)
    return over


class OutboxRunner:
    """Takes due effects by lease and does them, one after the other (docs/decisions/0025).

    Args:
        outside: of the services.
        doing: handlers by kind.
        stop: set when the process ends; a long effect then stops at its next step.
        only, but: kinds to do, and kinds to leave to another runner.
    """

    def __init__(
        self,
        outside: Outside,
        doing: Handlers,
        stop: threading.Event,
        *,
        only: Collection[str] = (),
        but: Collection[str] = (),
    ) -> None:
        self._outside, self._doing, self._stop = outside, doing, stop
        self._only, self._but = only, but

    def run_due(self) -> int:
        """Do everything that is due now; return how many effects were tried."""
        tried = 0
        while not self._stop.is_set():
            now = self._outside.clock()
            with self._outside.database.write() as uow:
                job = uow.outbox.claim(now=now, until=now + LEASE, only=self._only, but=self._but)
            if job is None:
                break
            tried += 1
            do_job(self._outside, self._doing, job, self._keeper(job))
        return tried

    def run_until_stopped(self, *, seconds: float = SECONDS_BETWEEN) -> None:
        """Look every second; what goes wrong around an effect is logged and tried again."""
        while not self._stop.is_set():
            try:
                self.run_due()
            except Exception as problem:  # noqa: BLE001  the runner must live on, whatever it meets
                failure("worker.failed", problem, job="outbox")
            self._stop.wait(seconds)

    def _keeper(self, job: OutboxJob) -> Callable[[], bool]:
        kept = time.monotonic()

        def go_on() -> bool:
            nonlocal kept
            if time.monotonic() - kept > _KEEP_SECONDS:
                kept = time.monotonic()
                with suppress(StoreBusyError), self._outside.database.write() as uow:
                    uow.outbox.keep(job.id, until=self._outside.clock() + LEASE)
            return not self._stop.is_set()

        return go_on


class Jobs:
    """All effects of an installation: two threads on SQLite, DBOS's own on PostgreSQL. One process runs them.

    Args:
        outside: of the services.
        settings: for the processes that sign large batches.
    """

    def __init__(self, outside: Outside, settings: Settings) -> None:
        self._outside, self._settings = outside, settings
        self._stop = threading.Event()
        self._doing = handlers(signers(outside, settings))
        self._threads: list[threading.Thread] = []
        self._busy: set[str] = set()
        self._busy_lock = threading.Lock()

    def start(self) -> None:
        """Begin; what another process left unfinished goes on at once."""
        if not is_sqlite(self._settings.database_url):
            self._begin(self._run_durably, "jobs")
            return
        with self._outside.database.write() as uow:
            uow.outbox.release_all()  # on SQLite the process of the server is the only one
        for name, which in (("jobs", {"but": LONG_KINDS}), ("batches", {"only": LONG_KINDS})):
            runner = OutboxRunner(self._outside, self._doing, self._stop, **which)
            self._begin(runner.run_until_stopped, name)

    def stop(self, *, seconds: float = 30.0) -> None:
        """End after the present step of each effect, and wait for that."""
        self._stop.set()
        for thread in self._threads:
            thread.join(seconds)

    def _begin(self, target: Callable[[], None], name: str) -> None:
        thread = threading.Thread(target=target, name=name, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _run_durably(self) -> None:
        """Hand each due effect to DBOS under its id and try; DBOS goes on with it after a crash of this process."""
        with DurableRunner(self._settings.database_url, self._try) as runner:
            while not self._stop.is_set():
                try:
                    with self._outside.database.read() as uow:
                        due = uow.outbox.waiting(now=self._outside.clock(), limit=_AT_ONCE)
                    for job in due:
                        runner.hand_over(job.id, job.attempts)
                except Exception as problem:  # noqa: BLE001  the runner must live on, whatever it meets
                    failure("worker.failed", problem, job="outbox")
                self._stop.wait(SECONDS_BETWEEN)

    def _try(self, job_id: str) -> None:
        with self._busy_lock:
            if job_id in self._busy:  # recovered and handed over anew at once: one of them does it
                return
            self._busy.add(job_id)
        try:
            with self._outside.database.read() as uow:
                job = uow.outbox.get(job_id)
            if job is not None:
                this_try = replace(job, attempts=job.attempts + 1)
                do_job(self._outside, self._doing, this_try, lambda: not self._stop.is_set())
        finally:
            with self._busy_lock:
                self._busy.discard(job_id)


def signers(outside: Outside, settings: Settings) -> SignerFor:
    """Return what gives signers: in this process for few badges, in several processes for many."""

    @contextmanager
    def here() -> Iterator[SignChunk]:
        yield partial(sign_chunk, outside)

    def signer_for(count: int) -> AbstractContextManager[SignChunk]:
        return here() if count < _WORTH_PROCESSES else batch_signer(settings)

    return signer_for
