"""Queries: drafts of badges, their reviews, and what replaces what."""

from sqlalchemy.orm import Session


class DraftRepository:
    """Drafts of badges, their reviews, and what replaces what, within one transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session
