"""Cooperation agreements and trust levels."""

import sqlalchemy as sa
from alembic import op

from issuer.db.models.base import UtcTime

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "cooperation_agreement",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("ref", sa.String(length=24), nullable=False),
        sa.Column("school_id", sa.String(length=36), nullable=False),
        sa.Column("partner_id", sa.String(length=36), nullable=False),
        sa.Column("drafted_by", sa.String(length=36), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("terms", sa.Text(), nullable=False),
        sa.Column("content_sha256", sa.LargeBinary(length=32), nullable=True),
        sa.Column("offered_at", UtcTime(), nullable=True),
        sa.Column("offered_by", sa.String(length=36), nullable=True),
        sa.Column("confirmed_at", UtcTime(), nullable=True),
        sa.Column("confirmed_by", sa.String(length=36), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("ended_at", UtcTime(), nullable=True),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.Column("changed_at", UtcTime(), nullable=False),
        sa.Column("changed_by", sa.String(length=36), nullable=True),
        sa.CheckConstraint(
            "state IN ('draft','offered','confirmed','ended')", name=op.f("ck_cooperation_agreement_state")
        ),
        sa.CheckConstraint(
            "drafted_by = school_id OR drafted_by = partner_id", name=op.f("ck_cooperation_agreement_drafted_by")
        ),
        _refers("cooperation_agreement", "school_id", "institution"),
        _refers("cooperation_agreement", "partner_id", "institution"),
        _refers("cooperation_agreement", "drafted_by", "institution"),
        _refers("cooperation_agreement", "offered_by", "staff"),
        _refers("cooperation_agreement", "confirmed_by", "staff"),
        _refers("cooperation_agreement", "changed_by", "staff"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cooperation_agreement")),
        sa.UniqueConstraint("ref", name=op.f("uq_cooperation_agreement_ref")),
    )
    for column in ("school_id", "partner_id"):
        op.create_index(op.f(f"ix_cooperation_agreement_{column}"), "cooperation_agreement", [column])
    op.create_table(
        "trust_level",
        sa.Column("school_id", sa.String(length=36), nullable=False),
        sa.Column("issuer_did", sa.String(length=255), nullable=False),
        sa.Column("level", sa.String(length=12), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", UtcTime(), nullable=False),
        sa.Column("changed_by", sa.String(length=36), nullable=False),
        sa.CheckConstraint("level IN ('none','recognised')", name=op.f("ck_trust_level_level")),
        _refers("trust_level", "school_id", "institution"),
        _refers("trust_level", "changed_by", "staff"),
        sa.PrimaryKeyConstraint("school_id", "issuer_did", name=op.f("pk_trust_level")),
    )


def downgrade() -> None:
    """Drop the tables."""
    op.drop_table("trust_level")
    op.drop_table("cooperation_agreement")


def _refers(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}_{other}"))
