"""The catalogue of qualifications."""

import sqlalchemy as sa
from alembic import op

from issuer.db.models.base import UtcTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _catalogue_qualification()
    _catalogue_unit_code()
    _catalogue_unit()
    _catalogue_requirement()


def downgrade() -> None:
    op.drop_table("catalogue_requirement")
    op.drop_table("catalogue_unit")
    op.drop_table("catalogue_unit_code")
    op.drop_table("catalogue_qualification")


def _catalogue_qualification() -> None:
    op.create_table(
        "catalogue_qualification",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("peruste_id", sa.String(length=64), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("revision", UtcTime(), nullable=True),
        sa.Column("imported_at", UtcTime(), nullable=False),
        sa.Column("demo", sa.Boolean(), nullable=False),
        sa.Column("newest", sa.Boolean(), nullable=False),
        sa.Column("register_number", sa.String(length=64), nullable=True),
        sa.Column("education_type", sa.Integer(), nullable=True),
        sa.Column("published_state", sa.String(length=32), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("transition_until", sa.Date(), nullable=True),
        sa.Column("name_fi", sa.Text(), nullable=False),
        sa.Column("name_sv", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("problems", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_catalogue_qualification")),
        sa.UniqueConstraint("peruste_id", "digest", name="uq_catalogue_qualification_revision"),
    )
    op.create_index(
        op.f("ix_catalogue_qualification_register_number"), "catalogue_qualification", ["register_number"], unique=False
    )


def _catalogue_unit_code() -> None:
    op.create_table(
        "catalogue_unit_code",
        sa.Column("code", sa.String(length=128), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("demo", sa.Boolean(), nullable=False),
        sa.Column("name_fi", sa.Text(), nullable=False),
        sa.Column("name_sv", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.Column("search", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("code", "version", name=op.f("pk_catalogue_unit_code")),
    )


def _catalogue_unit() -> None:
    op.create_table(
        "catalogue_unit",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("qualification_id", sa.Integer(), nullable=False),
        sa.Column("source_id", sa.String(length=128), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=128), nullable=True),
        sa.Column("version", sa.Integer(), nullable=True),
        sa.Column("name_fi", sa.Text(), nullable=False),
        sa.Column("name_sv", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.Column("search", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("format", sa.String(length=16), nullable=False),
        sa.Column("credits_min", sa.Float(), nullable=True),
        sa.Column("credits_max", sa.Float(), nullable=True),
        sa.Column("requirement_count", sa.Integer(), nullable=False),
        sa.Column("threshold", sa.JSON(), nullable=False),
        sa.Column("problems", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["qualification_id"],
            ["catalogue_qualification.id"],
            name=op.f("fk_catalogue_unit_qualification_id_catalogue_qualification"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_catalogue_unit")),
        sa.UniqueConstraint("qualification_id", "source_id", name="uq_catalogue_unit_source"),
    )
    op.create_index("ix_catalogue_unit_code", "catalogue_unit", ["code"], unique=False)


def _catalogue_requirement() -> None:
    op.create_table(
        "catalogue_requirement",
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("key", sa.String(length=255), nullable=False),
        sa.Column("code_uri", sa.String(length=255), nullable=True),
        sa.Column("text_fi", sa.Text(), nullable=False),
        sa.Column("text_sv", sa.Text(), nullable=False),
        sa.Column("text_en", sa.Text(), nullable=False),
        sa.Column("heading", sa.JSON(), nullable=False),
        sa.Column("threshold", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["unit_id"],
            ["catalogue_unit.id"],
            name=op.f("fk_catalogue_requirement_unit_id_catalogue_unit"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("unit_id", "position", name=op.f("pk_catalogue_requirement")),
    )
    op.create_index("ix_catalogue_requirement_key", "catalogue_requirement", ["key"], unique=False)
