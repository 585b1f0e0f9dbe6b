"""Queries: messages to people, and whether they went."""

from sqlalchemy.orm import Session


class NoticeRepository:
    """Within one transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session
