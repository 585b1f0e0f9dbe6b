"""Endorsements of learning environments, and the registry as published."""

import sqlalchemy as sa
from alembic import op

from issuer.db.models.base import UtcTime

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "endorsement",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("act_id", sa.String(length=36), nullable=False),
        sa.Column("school_id", sa.String(length=36), nullable=False),
        sa.Column("report_id", sa.String(length=32), nullable=False),
        sa.Column("subject_id", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("list_id", sa.String(length=16), nullable=False),
        sa.Column("idx", sa.Integer(), nullable=False),
        sa.Column("document", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", UtcTime(), nullable=False),
        sa.Column("made_by", sa.String(length=36), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["list_id"], ["status_list.id"], name=op.f("fk_endorsement_list_id_status_list")),
        sa.ForeignKeyConstraint(["made_by"], ["staff.id"], name=op.f("fk_endorsement_made_by_staff")),
        sa.ForeignKeyConstraint(
            ["report_id"], ["recognition_report.id"], name=op.f("fk_endorsement_report_id_recognition_report")
        ),
        sa.ForeignKeyConstraint(["school_id"], ["institution.id"], name=op.f("fk_endorsement_school_id_institution")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_endorsement")),
        sa.UniqueConstraint("list_id", "idx", name="uq_endorsement_place"),
    )
    for column in ("act_id", "report_id", "school_id"):
        op.create_index(op.f(f"ix_endorsement_{column}"), "endorsement", [column], unique=False)
    op.create_table(
        "told_place",
        sa.Column("badge_id", sa.String(length=36), nullable=False),
        sa.Column("report_id", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["badge_id"],
            ["recognition_badge.id"],
            name=op.f("fk_told_place_badge_id_recognition_badge"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["report_id"], ["recognition_report.id"], name=op.f("fk_told_place_report_id_recognition_report")
        ),
        sa.PrimaryKeyConstraint("badge_id", name=op.f("pk_told_place")),
    )
    _make_registry()


def _make_registry() -> None:
    op.create_table(
        "listed_institution",
        sa.Column("did", sa.String(length=255), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("changed_at", UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("did", name=op.f("pk_listed_institution")),
    )
    op.create_table(
        "trust_change",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("sha256", sa.LargeBinary(length=32), nullable=False),
        sa.Column("proposed_by", sa.String(length=36), nullable=False),
        sa.Column("proposed_at", UtcTime(), nullable=False),
        sa.Column("decided_by", sa.String(length=36), nullable=True),
        sa.Column("decided_at", UtcTime(), nullable=True),
        sa.CheckConstraint("kind IN ('add','end','import')", name=op.f("ck_trust_change_kind")),
        sa.CheckConstraint("state IN ('waiting','done','dropped')", name=op.f("ck_trust_change_state")),
        sa.ForeignKeyConstraint(["decided_by"], ["staff.id"], name=op.f("fk_trust_change_decided_by_staff")),
        sa.ForeignKeyConstraint(["proposed_by"], ["staff.id"], name=op.f("fk_trust_change_proposed_by_staff")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trust_change")),
    )
    op.create_index(op.f("ix_trust_change_state"), "trust_change", ["state"], unique=False)
    op.create_table(
        "trust_list_version",
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("content_sha256", sa.LargeBinary(length=32), nullable=False),
        sa.Column("document", sa.LargeBinary(), nullable=False),
        sa.Column("published_at", UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("version", name=op.f("pk_trust_list_version")),
    )
    op.create_table(
        "imported_trust_list",
        sa.Column("url", sa.String(length=255), nullable=False),
        sa.Column("keys", sa.Text(), nullable=False),
        sa.Column("document", sa.LargeBinary(), nullable=False),
        sa.Column("stored_at", UtcTime(), nullable=False),
        sa.Column("refused_at", UtcTime(), nullable=True),
        sa.Column("refused_for", sa.String(length=40), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("url", name=op.f("pk_imported_trust_list")),
    )


def downgrade() -> None:
    """Drop the tables."""
    for table in ("imported_trust_list", "trust_list_version", "trust_change", "listed_institution", "told_place"):
        op.drop_table(table)
    op.drop_table("endorsement")
