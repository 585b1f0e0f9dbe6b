"""The only home of DBOS: on PostgreSQL it keeps what is being done, and goes on with it after a crash."""

import logging
from collections.abc import Callable
from types import TracebackType
from typing import Self

from sqlalchemy.engine import make_url

APPLICATION = "pateva"
SCHEMA = "pateva_jobs"


class DurableRunner:
    """Runs effects as DBOS workflows; a context manager, one at a time in a process, for DBOS is one a process.

    It opens no port, and no connection but to the database: no conductor, no telemetry, no admin server.

    Args:
        url: of the PostgreSQL database; DBOS keeps its tables in a schema of their own.
        attempt: tries one effect by its id, and keeps the result itself; repeated after a crash.
    """

    def __init__(self, url: str, attempt: Callable[[str], None]) -> None:
        self._url, self._attempt = url, attempt

    def __enter__(self) -> Self:
        """Connect, make DBOS's tables if they are missing, and go on with what a crash left."""
        from dbos import DBOS, DBOSConfig, SetWorkflowID  # noqa: PLC0415  half a second that only a worker needs

        config: DBOSConfig = {
            "name": APPLICATION,
            "system_database_url": make_url(self._url)
            .set(drivername="postgresql+psycopg")
            .render_as_string(hide_password=False),
            "dbos_system_schema": SCHEMA,
            "application_version": "1",  # of the two functions below: an update of ours must not strand what waits
            "executor_id": "worker",  # a new process goes on with what the one before it left
            "use_listen_notify": False,
            "enable_otlp": False,
            "log_level": "WARNING",
        }
        self._dbos, self._with_id = DBOS, SetWorkflowID
        DBOS(config=config)

        @DBOS.step(name="try_effect")
        def try_effect(job_id: str) -> None:
            self._attempt(job_id)

        @DBOS.workflow(name="effect")
        def effect(job_id: str) -> None:
            try_effect(job_id)

        self._effect = effect
        DBOS.launch()
        log = logging.getLogger("dbos")
        log.handlers.clear()  # lines of our own form, with everything else
        log.propagate = True
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Let go of the database; workflows have ended by then, or go on in the next process."""
        self._dbos.destroy(destroy_registry=True, workflow_completion_timeout_sec=20)

    def hand_over(self, job_id: str, attempt: int) -> None:
        """Start the workflow of one try; it is started once, however often this is asked."""
        with self._with_id(f"{job_id}-{attempt}"):
            self._dbos.start_workflow(self._effect, job_id)
