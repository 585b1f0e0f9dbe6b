"""Slips by which participants come in, and their own web sessions."""

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
