"""Queries: withdrawals for cause while they are heard, and which places the public list says are being checked."""

from datetime import datetime

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from issuer.db.models import awards, publications
from issuer.db.models import drafts as tables
from issuer.db.repositories.publications import SetBit
from issuer.domain.badge_states import IN_FORCE
from issuer.domain.revocation import CODES, months_since_epoch
from issuer.domain.withdrawal import Case, CaseState


class WithdrawalRepository:
    """Withdrawals for cause within one transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, case: Case) -> None:
        """Insert a case."""
        values = {name: getattr(case, name) for name in Case.__slots__}
        self._session.execute(insert(tables.WithdrawalCase).values(**values | {"state": case.state.value}))

    def open_of(self, credential_id: str) -> Case | None:
        """The open case of a badge, or None."""
        query = select(tables.WithdrawalCase).where(
            tables.WithdrawalCase.credential_id == credential_id,
            tables.WithdrawalCase.state == CaseState.OPEN.value,
        )
        row = self._session.execute(query).scalars().first()
        return _case(row) if row is not None else None

    def change(self, case: Case, **values: object) -> bool:
        """Change a case that is still open; False when somebody was faster."""
        if isinstance(state := values.get("state"), CaseState):
            values["state"] = state.value
        query = (
            update(tables.WithdrawalCase)
            .where(tables.WithdrawalCase.id == case.id, tables.WithdrawalCase.state == CaseState.OPEN.value)
            .values(**values)
            .returning(tables.WithdrawalCase.id)
        )
        return self._session.execute(query).scalar_one_or_none() is not None

    def being_checked(self, list_id: str, *, now: datetime) -> list[SetBit]:
        """Places of a list that say "being checked" now; their bit in the status list itself is not set."""
        query = (
            select(awards.Credential.idx, tables.WithdrawalCase.opened_at)
            .join(awards.Credential, awards.Credential.id == tables.WithdrawalCase.credential_id)
            .where(
                awards.Credential.list_id == list_id,
                awards.Credential.state.in_(IN_FORCE),
                tables.WithdrawalCase.state == CaseState.OPEN.value,
                tables.WithdrawalCase.marked.is_(True),
                tables.WithdrawalCase.checked_until > now,
            )
        )
        return [
            SetBit(index=row.idx, reason=CODES["being_checked"], month=months_since_epoch(row.opened_at))
            for row in self._session.execute(query)
        ]

    def lapsed(self, *, now: datetime) -> list[tuple[Case, str]]:
        """Open cases whose mark has lasted its 14 days, each with its status list."""
        query = (
            select(tables.WithdrawalCase, awards.Credential.list_id)
            .join(awards.Credential, awards.Credential.id == tables.WithdrawalCase.credential_id)
            .where(
                tables.WithdrawalCase.state == CaseState.OPEN.value,
                tables.WithdrawalCase.marked.is_(True),
                tables.WithdrawalCase.checked_until <= now,
            )
        )
        return [(_case(row[0]), row[1]) for row in self._session.execute(query)]

    def list_changed(self, list_id: str) -> None:
        """Note that a list's reasons must be published anew."""
        table = publications.StatusList
        self._session.execute(update(table).where(table.id == list_id).values(revision=table.revision + 1))


def _case(row: tables.WithdrawalCase) -> Case:
    values = {name: getattr(row, name) for name in Case.__slots__}
    return Case(**values | {"state": CaseState(row.state)})
