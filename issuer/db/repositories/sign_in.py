"""Queries: passkeys, their challenges, invitations and identities of other organisations."""

from sqlalchemy.orm import Session


class SignInRepository:
    """Passkeys, their challenges, invitations and identities of other organisations, within one transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session
