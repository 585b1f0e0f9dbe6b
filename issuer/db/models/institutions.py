"""Tables: the installation, its institutions and the public halves of their keys."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from issuer.db.models.base import Base, UtcTime


class Installation(Base):
    """One row: what was frozen when the first institution was made."""

    __tablename__ = "installation"
    __table_args__ = (CheckConstraint("id = 1", name="single"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    identity_origin: Mapped[str] = mapped_column(String(255))
    created_at: Mapped[datetime] = mapped_column(UtcTime)


class Institution(Base):
    """An umbrella body, a provider (työpaja) or a school. Only those with a DID sign in a name of their own."""

    __tablename__ = "institution"
    __table_args__ = (CheckConstraint("kind IN ('umbrella','provider','school')", name="kind"),)

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))
    parent_id: Mapped[str | None] = mapped_column(ForeignKey("institution.id"))
    slug: Mapped[str] = mapped_column(String(40), unique=True)
    did: Mapped[str | None] = mapped_column(String(255), unique=True)
    public_name_fi: Mapped[str] = mapped_column(Text)
    public_name_sv: Mapped[str] = mapped_column(Text)
    public_name_en: Mapped[str] = mapped_column(Text)
    legal_name: Mapped[str] = mapped_column(Text)
    business_id: Mapped[str] = mapped_column(String(9))
    listed_from: Mapped[date] = mapped_column(Date)
    closed_at: Mapped[datetime | None] = mapped_column(UtcTime)
    created_at: Mapped[datetime] = mapped_column(UtcTime)


class SigningKey(Base):
    """The public half and the history of a key; the private half never enters the database."""

    __tablename__ = "signing_key"
    __table_args__ = (CheckConstraint("state IN ('active','retired','compromised')", name="state"),)

    kid: Mapped[str] = mapped_column(String(300), primary_key=True)
    institution_id: Mapped[str] = mapped_column(ForeignKey("institution.id"), index=True)
    public_key_multibase: Mapped[str] = mapped_column(String(120))
    state: Mapped[str] = mapped_column(String(16))
    valid_from: Mapped[datetime] = mapped_column(UtcTime)
    retired_at: Mapped[datetime | None] = mapped_column(UtcTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcTime)
    created_at: Mapped[datetime] = mapped_column(UtcTime)
