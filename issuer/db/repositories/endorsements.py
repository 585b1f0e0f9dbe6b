"""Queries: endorsements of learning environments."""

from sqlalchemy.orm import Session


class EndorsementRepository:
    """Within one transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session
