"""Queries: small signed codes of badges, and the orders of requirements that they count by."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from issuer.db.models.awards import Achievement
from issuer.db.models.compact_codes import CompactCodeRow, CompactOrder


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredCode:
    """The code of a badge; `claims` and `code` are sealed, `code` is None until it is signed."""

    credential_id: str
    person_id: str
    kid: str
    claims: bytes
    code: bytes | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredOrder:
    """An order of requirements: numbers of unit and qualification, 8 hex signs, and JSON of all names."""

    unit: int
    qualification: int
    order_digest: str
    names: bytes


class CompactCodeRepository:
    """Within one transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def of(self, credential_id: str) -> StoredCode | None:
        """What is stored for a badge."""
        query = select(CompactCodeRow).where(CompactCodeRow.credential_id == credential_id)
        row = self._session.execute(query).scalar_one_or_none()
        return None if row is None else StoredCode(**{name: getattr(row, name) for name in StoredCode.__slots__})

    def reserve(self, code: StoredCode, *, now: datetime) -> None:
        """Store claims before they are signed; those of an earlier try give way, a signed code never does."""
        unsigned = (CompactCodeRow.credential_id == code.credential_id, CompactCodeRow.code.is_(None))
        self._session.execute(delete(CompactCodeRow).where(*unsigned))
        values = {name: getattr(code, name) for name in StoredCode.__slots__} | {"stored_at": now}
        self._session.execute(insert(CompactCodeRow).values(values))

    def store_signed(self, credential_id: str, kid: str, code: bytes) -> bool:
        """Keep the sealed code beside its claims; False when another process was there first."""
        query = (
            update(CompactCodeRow)
            .where(
                CompactCodeRow.credential_id == credential_id, CompactCodeRow.kid == kid, CompactCodeRow.code.is_(None)
            )
            .values(code=code)
            .returning(CompactCodeRow.credential_id)
        )
        return self._session.execute(query).scalar_one_or_none() is not None

    def orders(self) -> list[StoredOrder]:
        """All orders that codes count by."""
        query = select(CompactOrder).order_by(CompactOrder.unit, CompactOrder.qualification, CompactOrder.order_digest)
        rows = self._session.execute(query).scalars()
        return [StoredOrder(**{name: getattr(row, name) for name in StoredOrder.__slots__}) for row in rows]

    def put_order(self, order: StoredOrder, *, now: datetime) -> None:
        """Keep an order with its names; newer names replace older ones of the same order."""
        same = (
            CompactOrder.unit == order.unit,
            CompactOrder.qualification == order.qualification,
            CompactOrder.order_digest == order.order_digest,
        )
        known = self._session.execute(select(CompactOrder.names).where(*same)).scalar_one_or_none()
        if known is None:
            values = {name: getattr(order, name) for name in StoredOrder.__slots__} | {"stored_at": now}
            self._session.execute(insert(CompactOrder).values(values))
        elif known != order.names:
            self._session.execute(update(CompactOrder).where(*same).values(names=order.names, stored_at=now))

    def awarded_units(self) -> list[tuple[str, str]]:
        """(unit code, peruste id) of every achievement that stands for a unit, once each."""
        query = select(Achievement.unit_code, Achievement.peruste_id).where(Achievement.scope != "generic").distinct()
        rows = self._session.execute(query.order_by(Achievement.unit_code, Achievement.peruste_id))
        return [(row.unit_code, row.peruste_id) for row in rows]

    def achievements_without_unit(self) -> list[tuple[str, bytes]]:
        """Key and frozen JSON of every achievement that stands for no unit, by key."""
        query = select(Achievement.id, Achievement.document).where(Achievement.scope == "generic")
        return [(row.id, row.document) for row in self._session.execute(query.order_by(Achievement.id))]

    def forget_person(self, person_id: str) -> None:
        """Delete the person's codes; what was printed stays checkable, as the badge's status place does."""
        self._session.execute(delete(CompactCodeRow).where(CompactCodeRow.person_id == person_id))
