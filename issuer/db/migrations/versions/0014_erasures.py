"""What was erased, which ledger it is written in, and concerns about readings."""

import sqlalchemy as sa
from alembic import op

from issuer.db.models.base import UtcTime

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "erasure",
        sa.Column("person_id", sa.String(length=36), nullable=False),
        sa.Column("badges", sa.String(length=8), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("asked_at", UtcTime(), nullable=False),
        sa.Column("due_at", UtcTime(), nullable=False),
        sa.Column("done_at", UtcTime(), nullable=True),
        sa.CheckConstraint("badges IN ('keep','withdraw')", name=op.f("ck_erasure_badges")),
        sa.CheckConstraint("state IN ('waiting','running','rows_gone','done')", name=op.f("ck_erasure_state")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_erasure")),
    )
    op.create_index(op.f("ix_erasure_state"), "erasure", ["state"])
    op.create_table(
        "erasure_ledger",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("ledger_id", sa.String(length=36), nullable=False),
        sa.Column("kept_on", sa.Date(), nullable=True),
        sa.CheckConstraint("id = 1", name=op.f("ck_erasure_ledger_single")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erasure_ledger")),
    )
    _concern()


def downgrade() -> None:
    """Take them away."""
    op.drop_table("concern")
    op.drop_table("erasure_ledger")
    op.drop_table("erasure")


def _concern() -> None:
    op.create_table(
        "concern",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("person_id", sa.String(length=36), nullable=False),
        sa.Column("institution_id", sa.String(length=36), nullable=False),
        sa.Column("reading_id", sa.String(length=36), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("raised_at", UtcTime(), nullable=False),
        sa.Column("answered_at", UtcTime(), nullable=True),
        sa.Column("answered_by", sa.String(length=36), nullable=True),
        sa.Column("sealed_answer", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["answered_by"], ["staff.id"], name=op.f("fk_concern_answered_by_staff")),
        sa.ForeignKeyConstraint(
            ["institution_id"], ["institution.id"], name=op.f("fk_concern_institution_id_institution")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["participant.person_id"], name=op.f("fk_concern_person_id_participant")
        ),
        sa.ForeignKeyConstraint(["reading_id"], ["reading.id"], name=op.f("fk_concern_reading_id_reading")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_concern")),
    )
    op.create_index(op.f("ix_concern_institution_id"), "concern", ["institution_id"])
    op.create_index(op.f("ix_concern_person_id"), "concern", ["person_id"])
