"""Queries: what became of people after a period."""

from sqlalchemy.orm import Session


class FollowUpRepository:
    """Within one transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session
