"""Queries: cooperation agreements, which change only from the version one has read, and trust levels of a school."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, insert, or_, select, update
from sqlalchemy.orm import Session

from issuer.db.models import institutions
from issuer.db.models import trust as tables
from issuer.domain.cooperation import Cooperation, CooperationState, TrustLevel
from issuer.domain.cooperation_document import terms_from_json, terms_to_json
from issuer.domain.errors import ConflictError, NotFoundError
from schemas.strict_json import read_object, write


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelRow:
    """What a school has said of who signs under a DID; `version` grows with each change."""

    school_id: str
    issuer_did: str
    level: TrustLevel
    version: int
    changed_at: datetime
    changed_by: str


class TrustRepository:
    """Within one transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, agreement: Cooperation) -> None:
        """Insert an agreement."""
        self._session.execute(insert(tables.CooperationAgreement).values(_values(agreement)))

    def change(self, agreement: Cooperation, *, seen: int) -> None:
        """Store an agreement that stood at version `seen`. Raises ConflictError when somebody was faster."""
        table = tables.CooperationAgreement
        done = self._session.execute(
            update(table)
            .where(table.id == agreement.id, table.version == seen)
            .values(_values(agreement))
            .returning(table.id)
        ).scalar_one_or_none()
        if done is None:
            raise ConflictError(code="cooperation.changed")

    def by_ref(self, ref: str) -> Cooperation:
        """One agreement by what stands in its address; who may see it is the caller's matter. Raises NotFoundError."""
        found = self._all(tables.CooperationAgreement.ref == ref)
        if not found:
            raise NotFoundError("cooperation")
        return found[0]

    def of_party(self, institution_id: str) -> list[Cooperation]:
        """All agreements of a school or a partner, newest first, drafts of the other side included."""
        table = tables.CooperationAgreement
        return self._all(or_(table.school_id == institution_id, table.partner_id == institution_id))

    def confirmed_with(self, school_id: str, issuer_did: str) -> list[Cooperation]:
        """A school's confirmed agreements with the institution that has this DID, whatever their days."""
        table, partner = tables.CooperationAgreement, institutions.Institution
        of_issuer = select(partner.id).where(partner.did == issuer_did)
        return self._all(
            table.school_id == school_id,
            table.state == CooperationState.CONFIRMED.value,
            table.partner_id.in_(of_issuer),
        )

    def level(self, school_id: str, issuer_did: str) -> LevelRow | None:
        """What the school has said of who signs under this DID, or None."""
        table = tables.TrustLevel
        query = select(table).where(table.school_id == school_id, table.issuer_did == issuer_did)
        row = self._session.execute(query).scalar_one_or_none()
        return _level(row) if row is not None else None

    def levels(self, school_id: str) -> list[LevelRow]:
        """All that a school has said, by DID."""
        table = tables.TrustLevel
        query = select(table).where(table.school_id == school_id).order_by(table.issuer_did)
        return [_level(row) for row in self._session.execute(query).scalars()]

    def put_level(self, row: LevelRow) -> None:
        """Store a level in place of the version before it. Raises ConflictError when somebody was faster."""
        table = tables.TrustLevel
        values = {name: getattr(row, name) for name in LevelRow.__slots__} | {"level": row.level.value}
        if row.version == 1:
            if self.level(row.school_id, row.issuer_did) is not None:
                raise ConflictError(code="cooperation.changed")
            self._session.execute(insert(table).values(values))
            return
        done = self._session.execute(
            update(table)
            .where(
                table.school_id == row.school_id,
                table.issuer_did == row.issuer_did,
                table.version == row.version - 1,
            )
            .values(values)
            .returning(table.issuer_did)
        ).scalar_one_or_none()
        if done is None:
            raise ConflictError(code="cooperation.changed")

    def _all(self, *where: ColumnElement[bool]) -> list[Cooperation]:
        table = tables.CooperationAgreement
        query = select(table).where(*where).order_by(table.created_at.desc(), table.id)
        return [_agreement(row) for row in self._session.execute(query).scalars()]


_PLAIN = tuple(name for name in Cooperation.__slots__ if name not in {"state", "terms"})


def _values(agreement: Cooperation) -> dict[str, object]:
    values = {name: getattr(agreement, name) for name in _PLAIN}
    return values | {"state": agreement.state.value, "terms": write(terms_to_json(agreement.terms)).decode()}


def _agreement(row: tables.CooperationAgreement) -> Cooperation:
    terms = terms_from_json(read_object(row.terms.encode()))
    plain = {name: getattr(row, name) for name in _PLAIN}
    return Cooperation(state=CooperationState(row.state), terms=terms, **plain)


def _level(row: tables.TrustLevel) -> LevelRow:
    plain = {name: getattr(row, name) for name in LevelRow.__slots__ if name != "level"}
    return LevelRow(level=TrustLevel(row.level), **plain)
