"""Several roles a person, and the trades in which a work coach may sign; roles of before are carried over."""

import sqlalchemy as sa
from alembic import op

from issuer.db.models.base import UtcTime

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "staff_role",
        sa.Column("staff_id", sa.String(length=36), nullable=False),
        sa.Column("role", sa.String(length=24), nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_staff_role_staff_id_staff")),
        sa.PrimaryKeyConstraint("staff_id", "role", name=op.f("pk_staff_role")),
    )
    op.create_table(
        "staff_trade",
        sa.Column("staff_id", sa.String(length=36), nullable=False),
        sa.Column("trade", sa.String(length=40), nullable=False),
        sa.Column("inducted_on", sa.Date(), nullable=True),
        sa.Column("recorded_at", UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_staff_trade_staff_id_staff")),
        sa.PrimaryKeyConstraint("staff_id", "trade", name=op.f("pk_staff_trade")),
    )
    op.execute("INSERT INTO staff_role (staff_id, role) SELECT id, role FROM staff")


def downgrade() -> None:
    op.drop_table("staff_trade")
    op.drop_table("staff_role")
