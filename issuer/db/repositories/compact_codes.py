"""Queries: small signed codes of badges."""

from sqlalchemy.orm import Session


class CompactCodeRepository:
    """Within one transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session
