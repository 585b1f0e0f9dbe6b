"""Tables: achievements, awards, credentials and the ways they are shown."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, Integer, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from issuer.db.models.base import Base, UtcTime

CREDENTIAL_STATES = "'requested','reserved','signed','logged','issued','delivered','withdrawn','failed'"


class Achievement(Base):
    """A frozen achievement: `id` is the digest of its content, so equal ids mean equal bytes (domain.md section 10)."""

    __tablename__ = "achievement"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    institution_id: Mapped[str] = mapped_column(ForeignKey("institution.id"), index=True)
    unit_code: Mapped[str] = mapped_column(String(40), index=True)
    unit_version: Mapped[int] = mapped_column(Integer)
    peruste_id: Mapped[str] = mapped_column(String(20))
    diaarinumero: Mapped[str] = mapped_column(String(30))
    language: Mapped[str] = mapped_column(String(2))
    scope: Mapped[str] = mapped_column(String(16))
    shown: Mapped[int] = mapped_column(Integer)
    required: Mapped[int] = mapped_column(Integer)
    document: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime] = mapped_column(UtcTime)


class Award(Base):
    """What was asked for: whom, which achievement, by whom. Personal parts are sealed under the person's key."""

    __tablename__ = "award"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    institution_id: Mapped[str] = mapped_column(ForeignKey("institution.id"), index=True)
    provider_id: Mapped[str | None] = mapped_column(ForeignKey("institution.id"))
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), index=True)
    achievement_id: Mapped[str] = mapped_column(ForeignKey("achievement.id"), index=True)
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    created_at: Mapped[datetime] = mapped_column(UtcTime)


class Credential(Base):
    """A badge on its way through the states of security.md section 4. The bytes themselves are sealed."""

    __tablename__ = "credential"
    __table_args__ = (
        UniqueConstraint("list_id", "idx", name="uq_credential_place"),
        CheckConstraint(f"state IN ({CREDENTIAL_STATES})", name="state"),
        Index("ix_credential_lease", "state", "lease_until"),
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    award_id: Mapped[str] = mapped_column(ForeignKey("award.id"), unique=True)
    institution_id: Mapped[str] = mapped_column(ForeignKey("institution.id"), index=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), index=True)
    state: Mapped[str] = mapped_column(String(12))
    revision: Mapped[int] = mapped_column(Integer)
    kid: Mapped[str] = mapped_column(ForeignKey("signing_key.kid"))
    list_id: Mapped[str] = mapped_column(ForeignKey("status_list.id"))
    idx: Mapped[int] = mapped_column(Integer)
    tbs: Mapped[bytes | None] = mapped_column(LargeBinary)
    tbs_sha256: Mapped[bytes] = mapped_column(LargeBinary(32))
    proof_created_at: Mapped[datetime] = mapped_column(UtcTime)
    document: Mapped[bytes | None] = mapped_column(LargeBinary)
    document_sha256: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    salt: Mapped[bytes | None] = mapped_column(LargeBinary)
    leaf_index: Mapped[int | None] = mapped_column(Integer)
    lease_until: Mapped[datetime | None] = mapped_column(UtcTime)
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    failure: Mapped[str | None] = mapped_column(String(80))
    withdrawal_reason: Mapped[str | None] = mapped_column(String(16))
    replaced_by: Mapped[str | None] = mapped_column(String(36))
    created_at: Mapped[datetime] = mapped_column(UtcTime)
    issued_at: Mapped[datetime | None] = mapped_column(UtcTime)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcTime)


class SigningGrant(Base):
    """Leave to sign exactly these bytes with this key, for five minutes."""

    __tablename__ = "signing_grant"
    __table_args__ = (UniqueConstraint("credential_id", "revision", name="uq_signing_grant_revision"),)

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    credential_id: Mapped[str] = mapped_column(ForeignKey("credential.id"))
    revision: Mapped[int] = mapped_column(Integer)
    tbs_sha256: Mapped[bytes] = mapped_column(LargeBinary(32))
    kid: Mapped[str] = mapped_column(String(300))
    approvers: Mapped[str] = mapped_column(Text)
    expires_at: Mapped[datetime] = mapped_column(UtcTime)


class Idempotency(Base):
    """The first answer to a request key; kept 30 days (security.md section 4)."""

    __tablename__ = "idempotency"

    scope: Mapped[str] = mapped_column(String(120), primary_key=True)
    key: Mapped[str] = mapped_column(String(255), primary_key=True)
    request_sha256: Mapped[bytes] = mapped_column(LargeBinary(32))
    credential_id: Mapped[str] = mapped_column(String(36))
    created_at: Mapped[datetime] = mapped_column(UtcTime)


class Share(Base):
    """A link that shows a badge. The token is derived from `id`; only its SHA-256 is looked up."""

    __tablename__ = "share"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    token_sha256: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    credential_id: Mapped[str] = mapped_column(ForeignKey("credential.id"), index=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), index=True)
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    created_at: Mapped[datetime] = mapped_column(UtcTime)
    expires_at: Mapped[datetime] = mapped_column(UtcTime)
    stopped_at: Mapped[datetime | None] = mapped_column(UtcTime)


class ShareOpening(Base):
    """How often a link was opened, per day; no address, device or hour (privacy.md PL8)."""

    __tablename__ = "share_opening"

    share_id: Mapped[str] = mapped_column(ForeignKey("share.id", ondelete="CASCADE"), primary_key=True)
    day: Mapped[date] = mapped_column(Date, primary_key=True)
    times: Mapped[int] = mapped_column(Integer)
