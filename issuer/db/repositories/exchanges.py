"""Queries: exchanges with wallet applications."""

from sqlalchemy.orm import Session


class ExchangeRepository:
    """Within one transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session
