"""Tables: passkeys, challenges, invitations, recovery codes, mail addresses and identities by which staff get in.

Nothing in them opens a door: of secrets only a digest is kept, of addresses and outside identities a keyed one.
"""

from datetime import datetime

from sqlalchemy import BigInteger, Boolean, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from issuer.db.models.base import Base, UtcTime


class Passkey(Base):
    """The public half of a passkey; `sealed` holds the name that its owner gave the device."""

    __tablename__ = "passkey"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    staff_id: Mapped[str] = mapped_column(ForeignKey("staff.id"), index=True)
    credential_id: Mapped[bytes] = mapped_column(LargeBinary(1023), unique=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    sign_count: Mapped[int] = mapped_column(BigInteger)
    backed_up: Mapped[bool] = mapped_column(Boolean)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime] = mapped_column(UtcTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcTime)


class Challenge(Base):
    """A question that may be answered once and soon, by the one and for the act for which it was asked."""

    __tablename__ = "challenge"

    challenge_sha256: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    purpose: Mapped[str] = mapped_column(String(16))
    bound_id: Mapped[str | None] = mapped_column(String(36))
    act: Mapped[str | None] = mapped_column(String(80))
    digest: Mapped[bytes | None] = mapped_column(LargeBinary)
    browser_sha256: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    expires_at: Mapped[datetime] = mapped_column(UtcTime, index=True)


class Invitation(Base):
    """Someone was asked to join; accepted, the invitation's id becomes the id of the member of staff."""

    __tablename__ = "invitation"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    institution_id: Mapped[str] = mapped_column(ForeignKey("institution.id"), index=True)
    token_sha256: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    roles: Mapped[str] = mapped_column(String(200))
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    invited_by: Mapped[str | None] = mapped_column(String(36))
    created_at: Mapped[datetime] = mapped_column(UtcTime)
    expires_at: Mapped[datetime] = mapped_column(UtcTime)
    accepted_at: Mapped[datetime | None] = mapped_column(UtcTime)


class RecoveryCode(Base):
    """One of the printed codes."""

    __tablename__ = "recovery_code"

    code_sha256: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    staff_id: Mapped[str] = mapped_column(ForeignKey("staff.id"), index=True)
    used_at: Mapped[datetime | None] = mapped_column(UtcTime)


class MailAddress(Base):
    """By which mail address someone may ask for a link: a digest under the installation's secret, never the address."""

    __tablename__ = "mail_address"

    staff_id: Mapped[str] = mapped_column(ForeignKey("staff.id"), primary_key=True)
    address_hmac: Mapped[bytes] = mapped_column(LargeBinary(32), index=True)


class OutsideIdentity(Base):
    """Who someone is at an identity provider: a digest under the installation's secret of issuer and subject."""

    __tablename__ = "outside_identity"

    identity_hmac: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    staff_id: Mapped[str] = mapped_column(ForeignKey("staff.id"), index=True)
    linked_at: Mapped[datetime] = mapped_column(UtcTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcTime)
