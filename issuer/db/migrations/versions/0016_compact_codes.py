"""Small signed codes that are checked without a network."""

import sqlalchemy as sa
from alembic import op

from issuer.db.models.base import UtcTime

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "compact_code",
        sa.Column("credential_id", sa.String(length=36), nullable=False),
        sa.Column("person_id", sa.String(length=36), nullable=False),
        sa.Column("kid", sa.String(length=300), nullable=False),
        sa.Column("claims", sa.LargeBinary(), nullable=False),
        sa.Column("code", sa.LargeBinary(), nullable=True),
        sa.Column("stored_at", UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["credential_id"], ["credential.id"], name=op.f("fk_compact_code_credential_id_credential")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_compact_code_person_id_person")),
        sa.ForeignKeyConstraint(["kid"], ["signing_key.kid"], name=op.f("fk_compact_code_kid_signing_key")),
        sa.PrimaryKeyConstraint("credential_id", name=op.f("pk_compact_code")),
    )
    op.create_index(op.f("ix_compact_code_person_id"), "compact_code", ["person_id"])
    op.create_table(
        "compact_order",
        sa.Column("unit", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("qualification", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("order_digest", sa.String(length=8), nullable=False),
        sa.Column("names", sa.LargeBinary(), nullable=False),
        sa.Column("stored_at", UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("unit", "qualification", "order_digest", name=op.f("pk_compact_order")),
    )


def downgrade() -> None:
    """Take them away."""
    op.drop_table("compact_order")
    op.drop_table("compact_code")
