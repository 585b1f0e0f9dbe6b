"""Queries: sites, tasks, the matrix of tasks and requirements, and published recognition reports."""

from sqlalchemy.orm import Session


class EnvironmentRepository:
    """Sites, tasks, the matrix of tasks and requirements, and published recognition reports, within one transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session
