"""Cases at a school: what was asked, decided and why."""

import sqlalchemy as sa
from alembic import op

from issuer.db.models.base import UtcTime

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "recognition_rules",
        sa.Column("school_id", sa.String(length=36), nullable=False),
        sa.Column("deciders", sa.Integer(), nullable=False),
        sa.Column("answer_days", sa.Integer(), nullable=False),
        sa.Column("correction_days", sa.Integer(), nullable=False),
        sa.Column("oid", sa.String(length=60), nullable=True),
        sa.Column("help_text", sa.Text(), nullable=False),
        sa.Column("changed_at", UtcTime(), nullable=False),
        sa.CheckConstraint("deciders IN (1, 2)", name=op.f("ck_recognition_rules_deciders")),
        sa.ForeignKeyConstraint(
            ["school_id"], ["institution.id"], name=op.f("fk_recognition_rules_school_id_institution")
        ),
        sa.PrimaryKeyConstraint("school_id", name=op.f("pk_recognition_rules")),
    )
    op.create_table(
        "recognition_case",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("ref", sa.String(length=24), nullable=False),
        sa.Column("school_id", sa.String(length=36), nullable=False),
        sa.Column("person_id", sa.String(length=36), nullable=True),
        sa.Column("way", sa.String(length=8), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("unit_code", sa.String(length=64), nullable=True),
        sa.Column("peruste_id", sa.String(length=64), nullable=True),
        sa.Column("asked_at", UtcTime(), nullable=False),
        sa.Column("answer_by", sa.Date(), nullable=False),
        sa.Column("reminded_at", UtcTime(), nullable=True),
        sa.Column("assigned_to", sa.String(length=36), nullable=True),
        sa.Column("changed_at", UtcTime(), nullable=False),
        sa.Column("changed_by", sa.String(length=36), nullable=True),
        sa.Column("first_decider_id", sa.String(length=36), nullable=True),
        sa.Column("first_digest", sa.LargeBinary(length=32), nullable=True),
        sa.Column("decider_id", sa.String(length=36), nullable=True),
        sa.Column("decided_at", UtcTime(), nullable=True),
        sa.Column("decision_sha256", sa.LargeBinary(length=32), nullable=True),
        sa.Column("route", sa.String(length=4), nullable=True),
        sa.Column("coverage", sa.String(length=8), nullable=True),
        sa.Column("accepted", sa.Integer(), nullable=True),
        sa.Column("in_part", sa.Integer(), nullable=True),
        sa.Column("not_accepted", sa.Integer(), nullable=True),
        sa.Column("points", sa.Float(), nullable=True),
        sa.Column("correct_by", sa.Date(), nullable=True),
        sa.Column("tell_provider", sa.Boolean(), nullable=False),
        sa.Column("link_sha256", sa.LargeBinary(length=32), nullable=True),
        sa.Column("forget_on", sa.Date(), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint("coverage IN ('whole','part','refused')", name=op.f("ck_recognition_case_coverage")),
        sa.CheckConstraint("route IN ('0001','0002','0003')", name=op.f("ck_recognition_case_route")),
        sa.CheckConstraint(
            "state IN ('new','in_work','waiting','decided','withdrawn')", name=op.f("ck_recognition_case_state")
        ),
        sa.CheckConstraint("way IN ('sent','scan')", name=op.f("ck_recognition_case_way")),
        sa.ForeignKeyConstraint(["assigned_to"], ["staff.id"], name=op.f("fk_recognition_case_assigned_to_staff")),
        sa.ForeignKeyConstraint(["changed_by"], ["staff.id"], name=op.f("fk_recognition_case_changed_by_staff")),
        sa.ForeignKeyConstraint(["decider_id"], ["staff.id"], name=op.f("fk_recognition_case_decider_id_staff")),
        sa.ForeignKeyConstraint(
            ["first_decider_id"], ["staff.id"], name=op.f("fk_recognition_case_first_decider_id_staff")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_recognition_case_person_id_person")),
        sa.ForeignKeyConstraint(
            ["school_id"], ["institution.id"], name=op.f("fk_recognition_case_school_id_institution")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recognition_case")),
        sa.UniqueConstraint("link_sha256", name=op.f("uq_recognition_case_link_sha256")),
        sa.UniqueConstraint("ref", name=op.f("uq_recognition_case_ref")),
    )
    op.create_index(op.f("ix_recognition_case_forget_on"), "recognition_case", ["forget_on"], unique=False)
    op.create_index(op.f("ix_recognition_case_person_id"), "recognition_case", ["person_id"], unique=False)
    op.create_index(op.f("ix_recognition_case_school_id"), "recognition_case", ["school_id"], unique=False)
    op.create_table(
        "recognition_note",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("case_id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("at", UtcTime(), nullable=False),
        sa.Column("staff_id", sa.String(length=36), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("kind IN ('correction','answer')", name=op.f("ck_recognition_note_kind")),
        sa.ForeignKeyConstraint(
            ["case_id"], ["recognition_case.id"], name=op.f("fk_recognition_note_case_id_recognition_case")
        ),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_recognition_note_staff_id_staff")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recognition_note")),
    )
    op.create_index(op.f("ix_recognition_note_case_id"), "recognition_note", ["case_id"], unique=False)
    op.create_table(
        "recognition_badge",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("case_id", sa.String(length=36), nullable=False),
        sa.Column("credential_id", sa.String(length=36), nullable=True),
        sa.Column("document_sha256", sa.LargeBinary(length=32), nullable=False),
        sa.Column("way", sa.String(length=8), nullable=False),
        sa.Column("added_at", UtcTime(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["recognition_case.id"], name=op.f("fk_recognition_badge_case_id_recognition_case")
        ),
        sa.ForeignKeyConstraint(
            ["credential_id"], ["credential.id"], name=op.f("fk_recognition_badge_credential_id_credential")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recognition_badge")),
        sa.UniqueConstraint("case_id", "document_sha256", name="uq_recognition_badge"),
    )
    op.create_index(op.f("ix_recognition_badge_case_id"), "recognition_badge", ["case_id"], unique=False)
    op.create_table(
        "recognition_receipt",
        sa.Column("credential_id", sa.String(length=36), nullable=False),
        sa.Column("case_id", sa.String(length=36), nullable=False),
        sa.Column("person_id", sa.String(length=36), nullable=False),
        sa.Column("endorsement_tbs", sa.LargeBinary(), nullable=True),
        sa.Column("endorsement_tbs_sha256", sa.LargeBinary(length=32), nullable=False),
        sa.Column("endorsement", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["recognition_case.id"], name=op.f("fk_recognition_receipt_case_id_recognition_case")
        ),
        sa.ForeignKeyConstraint(
            ["credential_id"], ["credential.id"], name=op.f("fk_recognition_receipt_credential_id_credential")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_recognition_receipt_person_id_person")),
        sa.PrimaryKeyConstraint("credential_id", name=op.f("pk_recognition_receipt")),
        sa.UniqueConstraint("case_id", name=op.f("uq_recognition_receipt_case_id")),
    )
    op.create_index(op.f("ix_recognition_receipt_person_id"), "recognition_receipt", ["person_id"], unique=False)


def downgrade() -> None:
    """Drop the tables."""
    op.drop_index(op.f("ix_recognition_receipt_person_id"), table_name="recognition_receipt")
    op.drop_table("recognition_receipt")
    op.drop_index(op.f("ix_recognition_badge_case_id"), table_name="recognition_badge")
    op.drop_table("recognition_badge")
    op.drop_index(op.f("ix_recognition_note_case_id"), table_name="recognition_note")
    op.drop_table("recognition_note")
    op.drop_index(op.f("ix_recognition_case_forget_on"), table_name="recognition_case")
    op.drop_index(op.f("ix_recognition_case_person_id"), table_name="recognition_case")
    op.drop_index(op.f("ix_recognition_case_school_id"), table_name="recognition_case")
    op.drop_table("recognition_case")
    op.drop_table("recognition_rules")
