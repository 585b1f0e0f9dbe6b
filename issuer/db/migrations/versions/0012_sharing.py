"""What a link shows, to whom and until when; what its owner keeps of a stopped one."""

import sqlalchemy as sa
from alembic import op

from issuer.db.models.base import UtcTime

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_EVERY_PART = "what_i_can skills name codes description where_learned grade whole_file"


def upgrade() -> None:
    """Make columns and tables: links that are there already show all parts, as they did; stopped ones go."""
    op.execute("DELETE FROM share_opening WHERE share_id IN (SELECT id FROM share WHERE stopped_at IS NOT NULL)")
    op.execute("DELETE FROM share WHERE stopped_at IS NOT NULL")
    op.drop_column("share", "stopped_at")
    op.add_column("share", sa.Column("typed_sha256", sa.LargeBinary(length=32), nullable=True))
    op.create_index(op.f("ix_share_typed_sha256"), "share", ["typed_sha256"], unique=True)
    op.add_column("share", sa.Column("kind", sa.String(length=8), nullable=False, server_default="issued"))
    op.add_column("share", sa.Column("audience", sa.String(length=8), nullable=False, server_default="anyone"))
    op.add_column("share", sa.Column("parts", sa.String(length=120), nullable=False, server_default=_EVERY_PART))
    op.create_table(
        "past_share",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("credential_id", sa.String(length=36), nullable=False),
        sa.Column("person_id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("audience", sa.String(length=8), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["credential_id"], ["credential.id"], name=op.f("fk_past_share_credential_id_credential")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_past_share_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_past_share")),
    )
    op.create_index(op.f("ix_past_share_person_id"), "past_share", ["person_id"])
    op.create_table(
        "past_share_opening",
        sa.Column("past_share_id", sa.String(length=36), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["past_share_id"],
            ["past_share.id"],
            name=op.f("fk_past_share_opening_past_share_id_past_share"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("past_share_id", "day", name=op.f("pk_past_share_opening")),
    )


def downgrade() -> None:
    """Take them away; what a link shows is everything again."""
    op.drop_table("past_share_opening")
    op.drop_table("past_share")
    op.drop_index(op.f("ix_share_typed_sha256"), "share")
    for name in ("typed_sha256", "kind", "audience", "parts"):
        op.drop_column("share", name)
    op.add_column("share", sa.Column("stopped_at", UtcTime(), nullable=True))
