"""Queries: the installation, institutions and the public halves of their keys."""

from dataclasses import dataclass
from datetime import datetime
from typing import cast

from sqlalchemy import ColumnElement, insert, select, update
from sqlalchemy.orm import Session

from issuer.db.models import institutions as tables
from issuer.domain.errors import NotFoundError
from issuer.domain.institution import Institution, Kind, PublicName


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyRecord:
    """The public half and the history of a signing key; `state` is active, retired or compromised."""

    kid: str
    institution_id: str
    public_key_multibase: str
    state: str
    valid_from: datetime
    retired_at: datetime | None = None
    revoked_at: datetime | None = None


class InstitutionRepository:
    """Institutions within one transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def identity_origin(self) -> str | None:
        """The frozen identity origin, or None before the first institution."""
        return self._session.execute(select(tables.Installation.identity_origin)).scalar_one_or_none()

    def freeze_identity_origin(self, origin: str, *, now: datetime) -> None:
        """Write the installation's one row."""
        self._session.execute(insert(tables.Installation).values(id=1, identity_origin=origin, created_at=now))

    def add(self, institution: Institution) -> None:
        """Insert an institution."""
        name = institution.public_name
        self._session.execute(
            insert(tables.Institution).values(
                id=institution.id,
                kind=institution.kind,
                parent_id=institution.parent_id,
                slug=institution.slug,
                did=institution.did,
                public_name_fi=name.fi,
                public_name_sv=name.sv,
                public_name_en=name.en,
                legal_name=institution.legal_name,
                business_id=institution.business_id,
                listed_from=institution.listed_from,
                closed_at=institution.closed_at,
                created_at=institution.created_at,
            )
        )

    def get(self, institution_id: str) -> Institution:
        """One institution. Raises NotFoundError."""
        return self._one(tables.Institution.id == institution_id)

    def by_slug(self, slug: str) -> Institution:
        """One institution by its slug. Raises NotFoundError."""
        return self._one(tables.Institution.slug == slug)

    def by_did(self, did: str) -> Institution:
        """One institution by its DID. Raises NotFoundError."""
        return self._one(tables.Institution.did == did)

    def all(self) -> list[Institution]:
        """All institutions in the order in which they were made."""
        rows = self._session.execute(select(tables.Institution).order_by(tables.Institution.created_at)).scalars()
        return [_institution(row) for row in rows]

    def root(self) -> Institution | None:
        """The first institution that signs: its DID is the host's own."""
        query = (
            select(tables.Institution)
            .where(tables.Institution.did.is_not(None))
            .order_by(tables.Institution.created_at)
            .limit(1)
        )
        row = self._session.execute(query).scalar_one_or_none()
        return _institution(row) if row is not None else None

    def add_key(self, key: KeyRecord, *, now: datetime) -> None:
        """Insert a key's public half."""
        self._session.execute(
            insert(tables.SigningKey).values(
                kid=key.kid,
                institution_id=key.institution_id,
                public_key_multibase=key.public_key_multibase,
                state=key.state,
                valid_from=key.valid_from,
                created_at=now,
            )
        )

    def keys(self, institution_id: str) -> list[KeyRecord]:
        """All keys of an institution, oldest first; none is ever deleted."""
        query = (
            select(tables.SigningKey)
            .where(tables.SigningKey.institution_id == institution_id)
            .order_by(tables.SigningKey.created_at, tables.SigningKey.kid)
        )
        return [_key(row) for row in self._session.execute(query).scalars()]

    def active_key(self, institution_id: str) -> KeyRecord:
        """The key that signs now. Raises NotFoundError."""
        for key in reversed(self.keys(institution_id)):
            if key.state == "active":
                return key
        raise NotFoundError("no active key", code="institution.no_key")

    def set_key_state(self, kid: str, state: str, *, at: datetime) -> None:
        """Retire a key or mark it compromised from `at` on."""
        column = tables.SigningKey.revoked_at if state == "compromised" else tables.SigningKey.retired_at
        self._session.execute(
            update(tables.SigningKey).where(tables.SigningKey.kid == kid).values({"state": state, column.key: at})
        )

    def _one(self, condition: ColumnElement[bool]) -> Institution:
        row = self._session.execute(select(tables.Institution).where(condition)).scalar_one_or_none()
        if row is None:
            raise NotFoundError("institution")
        return _institution(row)


def _institution(row: tables.Institution) -> Institution:
    return Institution(
        id=row.id,
        kind=cast("Kind", row.kind),  # the database holds only the three kinds
        parent_id=row.parent_id,
        slug=row.slug,
        did=row.did,
        public_name=PublicName(fi=row.public_name_fi, sv=row.public_name_sv, en=row.public_name_en),
        legal_name=row.legal_name,
        business_id=row.business_id,
        listed_from=row.listed_from,
        closed_at=row.closed_at,
        created_at=row.created_at,
    )


def _key(row: tables.SigningKey) -> KeyRecord:
    return KeyRecord(
        kid=row.kid,
        institution_id=row.institution_id,
        public_key_multibase=row.public_key_multibase,
        state=row.state,
        valid_from=row.valid_from,
        retired_at=row.retired_at,
        revoked_at=row.revoked_at,
    )
