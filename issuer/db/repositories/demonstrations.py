"""Queries: demonstrations with their assessors, talks and results."""

from sqlalchemy.orm import Session


class DemonstrationRepository:
    """Demonstrations with their assessors, talks and results, within one transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session
