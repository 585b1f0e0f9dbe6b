"""Queries: badges from elsewhere, own words, and what a participant hides from the own list."""

from sqlalchemy.orm import Session


class HoldingRepository:
    """Within one transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session
