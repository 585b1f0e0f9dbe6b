"""What became of people after a period, as far as they let it be asked."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

_MOMENTS = "moment IN ('end','three','six')"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "follow_up_contact",
        sa.Column("person_id", sa.String(length=36), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["participant.person_id"], name=op.f("fk_follow_up_contact_person_id_participant")
        ),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_follow_up_contact")),
    )
    op.create_table(
        "follow_up_answer",
        sa.Column("person_id", sa.String(length=36), nullable=False),
        sa.Column("left_on", sa.Date(), nullable=False),
        sa.Column("moment", sa.String(length=8), nullable=False),
        sa.Column("institution_id", sa.String(length=36), nullable=False),
        sa.Column("noted_on", sa.Date(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint(_MOMENTS, name=op.f("ck_follow_up_answer_moment")),
        sa.ForeignKeyConstraint(
            ["institution_id"], ["institution.id"], name=op.f("fk_follow_up_answer_institution_id_institution")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["participant.person_id"], name=op.f("fk_follow_up_answer_person_id_participant")
        ),
        sa.PrimaryKeyConstraint("person_id", "left_on", "moment", name=op.f("pk_follow_up_answer")),
    )
    op.create_table(
        "follow_up_count",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("institution_id", sa.String(length=36), nullable=False),
        sa.Column("moment", sa.String(length=8), nullable=False),
        sa.Column("answer", sa.String(length=12), nullable=False),
        sa.CheckConstraint(_MOMENTS, name=op.f("ck_follow_up_count_moment")),
        sa.CheckConstraint(
            "answer IN ('study','open_work','other','not_reached')", name=op.f("ck_follow_up_count_answer")
        ),
        sa.ForeignKeyConstraint(
            ["institution_id"], ["institution.id"], name=op.f("fk_follow_up_count_institution_id_institution")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_follow_up_count")),
    )
    op.create_index(op.f("ix_follow_up_count_month"), "follow_up_count", ["month"])


def downgrade() -> None:
    """Drop the tables."""
    op.drop_index(op.f("ix_follow_up_count_month"), table_name="follow_up_count")
    op.drop_table("follow_up_count")
    op.drop_table("follow_up_answer")
    op.drop_table("follow_up_contact")
