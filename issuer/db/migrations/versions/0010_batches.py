"""Batches of badges from a table."""

import sqlalchemy as sa
from alembic import op

from issuer.db.models.base import UtcTime

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    _batch()
    _batch_row()
    op.create_table(
        "batch_columns",
        sa.Column("institution_id", sa.String(length=36), nullable=False),
        sa.Column("unit_code", sa.String(length=40), nullable=False),
        sa.Column("peruste_id", sa.String(length=20), nullable=False),
        sa.Column("heading_sha256", sa.LargeBinary(length=32), nullable=False),
        sa.Column("field", sa.String(length=12), nullable=False),
        sa.ForeignKeyConstraint(
            ["institution_id"], ["institution.id"], name=op.f("fk_batch_columns_institution_id_institution")
        ),
        sa.PrimaryKeyConstraint(
            "institution_id", "unit_code", "peruste_id", "heading_sha256", name=op.f("pk_batch_columns")
        ),
    )


def downgrade() -> None:
    """Take them away."""
    op.drop_table("batch_columns")
    op.drop_table("batch_row")
    op.drop_table("batch")


def _batch() -> None:
    op.create_table(
        "batch",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("institution_id", sa.String(length=36), nullable=False),
        sa.Column("unit_code", sa.String(length=40), nullable=False),
        sa.Column("peruste_id", sa.String(length=20), nullable=False),
        sa.Column("site_id", sa.String(length=36), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("has_header", sa.Boolean(), nullable=False),
        sa.Column("mapping", sa.JSON(), nullable=False),
        sa.Column("drafter_id", sa.String(length=36), nullable=False),
        sa.Column("reviewer_id", sa.String(length=36), nullable=False),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.Column("sent_at", UtcTime(), nullable=True),
        sa.Column("approved_at", UtcTime(), nullable=True),
        sa.Column("ended_at", UtcTime(), nullable=True),
        sa.Column("cells_gone_at", UtcTime(), nullable=True),
        sa.CheckConstraint(
            "state IN ('columns','repair','review','queued','running','paused','done')", name=op.f("ck_batch_state")
        ),
        sa.ForeignKeyConstraint(
            ["institution_id"], ["institution.id"], name=op.f("fk_batch_institution_id_institution")
        ),
        sa.ForeignKeyConstraint(["drafter_id"], ["staff.id"], name=op.f("fk_batch_drafter_id_staff")),
        sa.ForeignKeyConstraint(["reviewer_id"], ["staff.id"], name=op.f("fk_batch_reviewer_id_staff")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_batch")),
    )
    op.create_index(op.f("ix_batch_institution_id"), "batch", ["institution_id"])
    op.create_index(op.f("ix_batch_created_at"), "batch", ["created_at"])


def _batch_row() -> None:
    op.create_table(
        "batch_row",
        sa.Column("batch_id", sa.String(length=36), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("cells", sa.LargeBinary(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("edited_by", sa.String(length=36), nullable=True),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("faulty", sa.Boolean(), nullable=False),
        sa.Column("problems", sa.JSON(), nullable=False),
        sa.Column("flagged", sa.Boolean(), nullable=False),
        sa.Column("drawn", sa.Boolean(), nullable=False),
        sa.Column("opened", sa.Boolean(), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.String(length=36), nullable=True),
        sa.Column("day", sa.Date(), nullable=True),
        sa.Column("credential_id", sa.String(length=36), nullable=True),
        sa.Column("failure", sa.String(length=80), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state IN ('open','removed','review','returned','approved','left_out','waiting','issued','failed')",
            name=op.f("ck_batch_row_state"),
        ),
        sa.ForeignKeyConstraint(["batch_id"], ["batch.id"], name=op.f("fk_batch_row_batch_id_batch")),
        sa.PrimaryKeyConstraint("batch_id", "number", name=op.f("pk_batch_row")),
    )
    op.create_index("ix_batch_row_state", "batch_row", ["batch_id", "state", "turn"])
    op.create_index("ix_batch_row_faulty", "batch_row", ["batch_id", "faulty"])
    op.create_index(op.f("ix_batch_row_person_id"), "batch_row", ["person_id"])
