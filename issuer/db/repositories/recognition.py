"""Queries: cases at a school."""

from sqlalchemy.orm import Session


class RecognitionRepository:
    """Within one transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session
