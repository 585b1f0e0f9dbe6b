"""Queries: raw counts and releases."""

from sqlalchemy.orm import Session


class StatisticsRepository:
    """Within one transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session
