"""Drafts of badges, reviews and corrections."""

import sqlalchemy as sa
from alembic import op

from issuer.db.models.base import UtcTime

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    _badge_draft()
    _draft_look()
    _withdrawal_case()


def downgrade() -> None:
    """Take them away."""
    op.drop_table("withdrawal_case")
    op.drop_table("draft_look")
    op.drop_table("badge_draft")


def _badge_draft() -> None:
    op.create_table(
        "badge_draft",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("institution_id", sa.String(length=36), nullable=False),
        sa.Column("person_id", sa.String(length=36), nullable=False),
        sa.Column("drafter_id", sa.String(length=36), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("scope", sa.String(length=8), nullable=False),
        sa.Column("unit_code", sa.String(length=40), nullable=True),
        sa.Column("peruste_id", sa.String(length=20), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("accepted_digest", sa.LargeBinary(length=32), nullable=True),
        sa.Column("accepted_at", UtcTime(), nullable=True),
        sa.Column("accepted_way", sa.String(length=8), nullable=True),
        sa.Column("consents", sa.Text(), nullable=False),
        sa.Column("reviewer_id", sa.String(length=36), nullable=True),
        sa.Column("reviewed_at", UtcTime(), nullable=True),
        sa.Column("return_reason", sa.String(length=16), nullable=True),
        sa.Column("sealed_return", sa.LargeBinary(), nullable=True),
        sa.Column("credential_id", sa.String(length=36), nullable=True),
        sa.Column("replaces", sa.String(length=36), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.Column("changed_at", UtcTime(), nullable=False),
        sa.CheckConstraint(
            "state IN ('open','accepted','in_review','returned','approved','issued','dropped')",
            name=op.f("ck_badge_draft_state"),
        ),
        sa.CheckConstraint("scope IN ('group','part','unit','generic')", name=op.f("ck_badge_draft_scope")),
        sa.ForeignKeyConstraint(
            ["institution_id"], ["institution.id"], name=op.f("fk_badge_draft_institution_id_institution")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_badge_draft_person_id_person")),
        sa.ForeignKeyConstraint(["drafter_id"], ["staff.id"], name=op.f("fk_badge_draft_drafter_id_staff")),
        sa.ForeignKeyConstraint(["reviewer_id"], ["staff.id"], name=op.f("fk_badge_draft_reviewer_id_staff")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_badge_draft")),
        sa.UniqueConstraint("credential_id", name=op.f("uq_badge_draft_credential_id")),
    )
    op.create_index(op.f("ix_badge_draft_person_id"), "badge_draft", ["person_id"], unique=False)
    op.create_index("ix_badge_draft_waiting", "badge_draft", ["institution_id", "state"], unique=False)


def _draft_look() -> None:
    op.create_table(
        "draft_look",
        sa.Column("draft_id", sa.String(length=36), nullable=False),
        sa.Column("staff_id", sa.String(length=36), nullable=False),
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("at", UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["draft_id"], ["badge_draft.id"], name=op.f("fk_draft_look_draft_id_badge_draft"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_draft_look_staff_id_staff")),
        sa.PrimaryKeyConstraint("draft_id", "staff_id", name=op.f("pk_draft_look")),
    )


def _withdrawal_case() -> None:
    op.create_table(
        "withdrawal_case",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("credential_id", sa.String(length=36), nullable=False),
        sa.Column("institution_id", sa.String(length=36), nullable=False),
        sa.Column("person_id", sa.String(length=36), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("marked", sa.Boolean(), nullable=False),
        sa.Column("opened_by", sa.String(length=36), nullable=False),
        sa.Column("opened_at", UtcTime(), nullable=False),
        sa.Column("checked_until", UtcTime(), nullable=False),
        sa.Column("sealed_grounds", sa.LargeBinary(), nullable=False),
        sa.Column("heard_at", UtcTime(), nullable=True),
        sa.Column("sealed_answer", sa.LargeBinary(), nullable=True),
        sa.Column("decided_by", sa.String(length=36), nullable=True),
        sa.Column("decided_at", UtcTime(), nullable=True),
        sa.CheckConstraint("state IN ('open','decided','dropped')", name=op.f("ck_withdrawal_case_state")),
        sa.ForeignKeyConstraint(
            ["credential_id"], ["credential.id"], name=op.f("fk_withdrawal_case_credential_id_credential")
        ),
        sa.ForeignKeyConstraint(
            ["institution_id"], ["institution.id"], name=op.f("fk_withdrawal_case_institution_id_institution")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_withdrawal_case_person_id_person")),
        sa.ForeignKeyConstraint(["opened_by"], ["staff.id"], name=op.f("fk_withdrawal_case_opened_by_staff")),
        sa.ForeignKeyConstraint(["decided_by"], ["staff.id"], name=op.f("fk_withdrawal_case_decided_by_staff")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_withdrawal_case")),
    )
    op.create_index("ix_withdrawal_case_credential", "withdrawal_case", ["credential_id", "state"], unique=False)
