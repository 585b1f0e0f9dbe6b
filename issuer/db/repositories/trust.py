"""Queries: agreements, trust levels and endorsements."""

from sqlalchemy.orm import Session


class TrustRepository:
    """Within one transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session
