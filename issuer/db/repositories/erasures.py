"""Queries: what erasing and keeping times take away."""

from sqlalchemy.orm import Session


class ErasureRepository:
    """Within one transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session
