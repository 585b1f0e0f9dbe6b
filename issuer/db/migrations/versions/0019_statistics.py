"""Nameless happenings, and the figures that have left the house."""

import sqlalchemy as sa
from alembic import op

from issuer.db.models.base import UtcTime

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "happening",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("what", sa.String(length=12), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("unit", sa.String(length=128), nullable=True),
        sa.Column("language", sa.String(length=2), nullable=True),
        sa.Column("school_id", sa.String(length=36), nullable=True),
        sa.Column("route", sa.String(length=4), nullable=True),
        sa.Column("coverage", sa.String(length=8), nullable=True),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("wait", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_happening")),
    )
    op.create_index(op.f("ix_happening_month"), "happening", ["month"])
    op.create_table(
        "release",
        sa.Column("quarter", sa.String(length=7), nullable=False),
        sa.Column("made_at", UtcTime(), nullable=False),
        sa.Column("document", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("quarter", name=op.f("pk_release")),
    )


def downgrade() -> None:
    """Drop the tables."""
    op.drop_table("release")
    op.drop_index(op.f("ix_happening_month"), table_name="happening")
    op.drop_table("happening")
