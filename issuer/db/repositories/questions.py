"""Queries: questions of schools to providers, and their answers."""

from sqlalchemy.orm import Session


class QuestionRepository:
    """Within one transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session
