"""Queries: participants with consents, periods, goals, reviews and observations."""

from sqlalchemy.orm import Session


class CoachingRepository:
    """Participants with consents, periods, goals, reviews and observations, within one transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session
