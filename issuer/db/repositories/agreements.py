"""Queries: self-assessments, the views of coaches, and what both agreed on."""

from sqlalchemy.orm import Session


class AgreementRepository:
    """Self-assessments, the views of coaches, and what both agreed on, within one transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session
