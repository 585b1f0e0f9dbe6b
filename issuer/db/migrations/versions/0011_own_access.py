"""Slips and passkeys by which participants come in, and their own web sessions."""

import sqlalchemy as sa
from alembic import op

from issuer.db.models.base import UtcTime

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "own_session",
        sa.Column("id_sha256", sa.LargeBinary(length=32), nullable=False),
        sa.Column("person_id", sa.String(length=36), nullable=False),
        sa.Column("shared_device", sa.Boolean(), nullable=False),
        sa.Column("supported", sa.Boolean(), nullable=False),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.Column("seen_at", UtcTime(), nullable=False),
        sa.Column("ends_at", UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_own_session_person_id_person")),
        sa.PrimaryKeyConstraint("id_sha256", name=op.f("pk_own_session")),
    )
    op.create_index(op.f("ix_own_session_person_id"), "own_session", ["person_id"])
    _slips()
    _passkeys()


def _slips() -> None:
    op.create_table(
        "slip",
        sa.Column("person_id", sa.String(length=36), nullable=False),
        sa.Column("token_sha256", sa.LargeBinary(length=32), nullable=False),
        sa.Column("code_digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("made_at", UtcTime(), nullable=False),
        sa.Column("works_until", UtcTime(), nullable=False),
        sa.Column("used_at", UtcTime(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_slip_person_id_person")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_slip")),
        sa.UniqueConstraint("token_sha256", name=op.f("uq_slip_token_sha256")),
        sa.UniqueConstraint("code_digest", name=op.f("uq_slip_code_digest")),
    )


def _passkeys() -> None:
    op.create_table(
        "own_passkey",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("person_id", sa.String(length=36), nullable=False),
        sa.Column("credential_id", sa.LargeBinary(length=1023), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("sign_count", sa.BigInteger(), nullable=False),
        sa.Column("backed_up", sa.Boolean(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.Column("used_at", UtcTime(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_own_passkey_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_own_passkey")),
        sa.UniqueConstraint("credential_id", name=op.f("uq_own_passkey_credential_id")),
    )
    op.create_index(op.f("ix_own_passkey_person_id"), "own_passkey", ["person_id"])


def downgrade() -> None:
    """Take them away."""
    op.drop_table("own_passkey")
    op.drop_table("slip")
    op.drop_table("own_session")
