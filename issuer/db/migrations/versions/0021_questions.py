"""Questions of schools to providers, and what a provider is told of its badges."""

import sqlalchemy as sa
from alembic import op

from issuer.db.models.base import UtcTime

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

_INDEXED = ("case_id", "credential_id", "person_id", "provider_id")


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "case_question",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("ref", sa.String(length=24), nullable=False),
        sa.Column("case_id", sa.String(length=36), nullable=False),
        sa.Column("person_id", sa.String(length=36), nullable=False),
        sa.Column("provider_id", sa.String(length=36), nullable=False),
        sa.Column("credential_id", sa.String(length=36), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("asked_by", sa.String(length=36), nullable=False),
        sa.Column("asked_at", UtcTime(), nullable=False),
        sa.Column("answer_by", sa.Date(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("answered_by", sa.String(length=36), nullable=True),
        sa.Column("answered_at", UtcTime(), nullable=True),
        sa.Column("sealed_answer", sa.LargeBinary(), nullable=True),
        sa.Column("kid", sa.String(length=300), nullable=True),
        sa.Column("tbs", sa.LargeBinary(), nullable=True),
        sa.Column("tbs_sha256", sa.LargeBinary(length=32), nullable=True),
        sa.Column("proof_created_at", UtcTime(), nullable=True),
        sa.Column("document", sa.LargeBinary(), nullable=True),
        sa.Column("settled_at", UtcTime(), nullable=True),
        sa.CheckConstraint("state IN ('asked','answered','released','closed')", name=op.f("ck_case_question_state")),
        sa.ForeignKeyConstraint(["answered_by"], ["staff.id"], name=op.f("fk_case_question_answered_by_staff")),
        sa.ForeignKeyConstraint(["asked_by"], ["staff.id"], name=op.f("fk_case_question_asked_by_staff")),
        sa.ForeignKeyConstraint(
            ["case_id"], ["recognition_case.id"], name=op.f("fk_case_question_case_id_recognition_case")
        ),
        sa.ForeignKeyConstraint(
            ["credential_id"], ["credential.id"], name=op.f("fk_case_question_credential_id_credential")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_case_question_person_id_person")),
        sa.ForeignKeyConstraint(
            ["provider_id"], ["institution.id"], name=op.f("fk_case_question_provider_id_institution")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_question")),
        sa.UniqueConstraint("ref", name=op.f("uq_case_question_ref")),
    )
    for name in _INDEXED:
        op.create_index(op.f(f"ix_case_question_{name}"), "case_question", [name], unique=False)
    op.create_table(
        "badge_use",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("provider_id", sa.String(length=36), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["provider_id"], ["institution.id"], name=op.f("fk_badge_use_provider_id_institution")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_badge_use")),
    )
    op.create_index(op.f("ix_badge_use_month"), "badge_use", ["month"], unique=False)
    op.create_index(op.f("ix_badge_use_provider_id"), "badge_use", ["provider_id"], unique=False)


def downgrade() -> None:
    """Drop the tables."""
    for name in ("month", "provider_id"):
        op.drop_index(op.f(f"ix_badge_use_{name}"), table_name="badge_use")
    op.drop_table("badge_use")
    for name in _INDEXED:
        op.drop_index(op.f(f"ix_case_question_{name}"), table_name="case_question")
    op.drop_table("case_question")
