"""Queries: batches of badges and the state of each of their rows."""

from sqlalchemy.orm import Session


class BatchRepository:
    """Batches of badges and the state of each of their rows, within one transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session
