"""Tables: achievements, awards, credentials and the ways they are shown."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, Integer, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from issuer.db.models.base import Base, UtcTime

EVERY_PART = "what_i_can skills name codes description where_learned grade whole_file"  # of links older than parts
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
    """A link that shows parts of a badge. Its tokens are derived from `id`; only their SHA-256 is looked up.

    Attributes:
        kind, audience, parts: codes of `issuer/domain/share_parts.py`; `parts` in one order, with spaces between.
        typed_sha256: of the 16 signs under a printed code; None for a link that was never printed.
        sealed: what the owner calls it and for whom it is, under the person's key.
    """

    __tablename__ = "share"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    token_sha256: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    typed_sha256: Mapped[bytes | None] = mapped_column(LargeBinary(32), unique=True, index=True)
    credential_id: Mapped[str] = mapped_column(ForeignKey("credential.id"), index=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), index=True)
    kind: Mapped[str] = mapped_column(String(8), server_default="issued")
    audience: Mapped[str] = mapped_column(String(8), server_default="anyone")
    parts: Mapped[str] = mapped_column(String(120), server_default=EVERY_PART)
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    created_at: Mapped[datetime] = mapped_column(UtcTime)
    expires_at: Mapped[datetime] = mapped_column(UtcTime)


class ShareOpening(Base):
    """How often a link was opened, per day; no address, device or hour (privacy.md PL8)."""

    __tablename__ = "share_opening"

    share_id: Mapped[str] = mapped_column(ForeignKey("share.id", ondelete="CASCADE"), primary_key=True)
    day: Mapped[date] = mapped_column(Date, primary_key=True)
    times: Mapped[int] = mapped_column(Integer)


class PastShare(Base):
    """What its owner keeps of a stopped link: which badge, when it ended (privacy.md PL6). Nothing leads back to it."""

    __tablename__ = "past_share"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    credential_id: Mapped[str] = mapped_column(ForeignKey("credential.id"))
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), index=True)
    kind: Mapped[str] = mapped_column(String(8))
    audience: Mapped[str] = mapped_column(String(8))
    ended_on: Mapped[date] = mapped_column(Date)


class PastShareOpening(Base):
    """The openings of a stopped link, per day."""

    __tablename__ = "past_share_opening"

    past_share_id: Mapped[str] = mapped_column(ForeignKey("past_share.id", ondelete="CASCADE"), primary_key=True)
    day: Mapped[date] = mapped_column(Date, primary_key=True)
    times: Mapped[int] = mapped_column(Integer)
