"""Self-assessments, agreed results and demonstrations."""

import sqlalchemy as sa
from alembic import op

from issuer.db.models.base import UtcTime

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "agreement_result",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("person_id", sa.String(length=36), nullable=False),
        sa.Column("unit_code", sa.String(length=64), nullable=False),
        sa.Column("peruste_id", sa.String(length=64), nullable=False),
        sa.Column("requirement_key", sa.String(length=255), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("outcome", sa.String(length=8), nullable=True),
        sa.Column("in_part_wanted", sa.Boolean(), nullable=False),
        sa.Column("elsewhere_only", sa.Boolean(), nullable=False),
        sa.Column("coach_id", sa.String(length=36), nullable=False),
        sa.Column("channel", sa.String(length=12), nullable=True),
        sa.Column("device_staff_id", sa.String(length=36), nullable=True),
        sa.Column("at", UtcTime(), nullable=False),
        sa.CheckConstraint("channel IN ('device','paper','own_session')", name=op.f("ck_agreement_result_channel")),
        sa.CheckConstraint("outcome IN ('shown','in_part','not_yet')", name=op.f("ck_agreement_result_outcome")),
        sa.CheckConstraint(
            "state IN ('proposed','agreed','left_open','undone')", name=op.f("ck_agreement_result_state")
        ),
        sa.ForeignKeyConstraint(["coach_id"], ["staff.id"], name=op.f("fk_agreement_result_coach_id_staff")),
        sa.ForeignKeyConstraint(
            ["device_staff_id"], ["staff.id"], name=op.f("fk_agreement_result_device_staff_id_staff")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_agreement_result_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agreement_result")),
        sa.UniqueConstraint(
            "person_id", "unit_code", "peruste_id", "requirement_key", "version", name="uq_agreement_result"
        ),
    )
    op.create_index("ix_agreement_result_unit", "agreement_result", ["unit_code", "peruste_id"], unique=False)
    op.create_table(
        "agreement_sheet",
        sa.Column("person_id", sa.String(length=36), nullable=False),
        sa.Column("unit_code", sa.String(length=64), nullable=False),
        sa.Column("peruste_id", sa.String(length=64), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_agreement_sheet_person_id_person")),
        sa.PrimaryKeyConstraint("person_id", "unit_code", "peruste_id", name=op.f("pk_agreement_sheet")),
    )
    op.create_table(
        "agreement_view",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("person_id", sa.String(length=36), nullable=False),
        sa.Column("unit_code", sa.String(length=64), nullable=False),
        sa.Column("peruste_id", sa.String(length=64), nullable=False),
        sa.Column("side", sa.String(length=8), nullable=False),
        sa.Column("requirement_key", sa.String(length=255), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("staff_id", sa.String(length=36), nullable=True),
        sa.Column("at", UtcTime(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("side IN ('own','coach')", name=op.f("ck_agreement_view_side")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_agreement_view_person_id_person")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_agreement_view_staff_id_staff")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agreement_view")),
        sa.UniqueConstraint(
            "person_id", "unit_code", "peruste_id", "side", "requirement_key", "version", name="uq_agreement_view"
        ),
    )
    op.create_table(
        "demonstration",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("institution_id", sa.String(length=36), nullable=False),
        sa.Column("school_id", sa.String(length=36), nullable=True),
        sa.Column("person_id", sa.String(length=36), nullable=False),
        sa.Column("unit_code", sa.String(length=64), nullable=False),
        sa.Column("peruste_id", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("begins_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("requested_at", UtcTime(), nullable=True),
        sa.Column("confirmed_at", UtcTime(), nullable=True),
        sa.Column("grade", sa.Integer(), nullable=True),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.CheckConstraint("grade IS NULL OR kind = 'school'", name=op.f("ck_demonstration_grade_of_school")),
        sa.CheckConstraint("kind IN ('work','school')", name=op.f("ck_demonstration_kind")),
        sa.CheckConstraint(
            "state IN ('planned','given','assessed','approved','to_complete')", name=op.f("ck_demonstration_state")
        ),
        sa.CheckConstraint("grade BETWEEN 1 AND 5", name=op.f("ck_demonstration_grade")),
        sa.ForeignKeyConstraint(
            ["institution_id"], ["institution.id"], name=op.f("fk_demonstration_institution_id_institution")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_demonstration_person_id_person")),
        sa.ForeignKeyConstraint(["school_id"], ["institution.id"], name=op.f("fk_demonstration_school_id_institution")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_demonstration")),
    )
    op.create_index(op.f("ix_demonstration_institution_id"), "demonstration", ["institution_id"], unique=False)
    op.create_index(op.f("ix_demonstration_person_id"), "demonstration", ["person_id"], unique=False)
    op.create_index(op.f("ix_demonstration_school_id"), "demonstration", ["school_id"], unique=False)
    op.create_table(
        "demonstration_version",
        sa.Column("demonstration_id", sa.String(length=36), nullable=False),
        sa.Column("revision", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("act", sa.String(length=24), nullable=False),
        sa.Column("staff_id", sa.String(length=36), nullable=False),
        sa.Column("at", UtcTime(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["demonstration_id"],
            ["demonstration.id"],
            name=op.f("fk_demonstration_version_demonstration_id_demonstration"),
        ),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_demonstration_version_staff_id_staff")),
        sa.PrimaryKeyConstraint("demonstration_id", "revision", name=op.f("pk_demonstration_version")),
    )


def downgrade() -> None:
    op.drop_table("demonstration_version")
    op.drop_index(op.f("ix_demonstration_school_id"), table_name="demonstration")
    op.drop_index(op.f("ix_demonstration_person_id"), table_name="demonstration")
    op.drop_index(op.f("ix_demonstration_institution_id"), table_name="demonstration")
    op.drop_table("demonstration")
    op.drop_table("agreement_view")
    op.drop_table("agreement_sheet")
    op.drop_index("ix_agreement_result_unit", table_name="agreement_result")
    op.drop_table("agreement_result")
