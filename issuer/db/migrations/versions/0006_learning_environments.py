"""Sites, tasks, the matrix of tasks and requirements, published recognition reports."""

import sqlalchemy as sa
from alembic import op

from issuer.db.models.base import UtcTime

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _plain_line()
    _site()
    _site_task()
    _unit_map()
    _recogniser_invitation()
    _recognition_report()
    _unit_map_elsewhere()
    _unit_map_tick()


def downgrade() -> None:
    op.drop_table("unit_map_tick")
    op.drop_table("unit_map_elsewhere")
    op.drop_table("recognition_report")
    op.drop_table("recogniser_invitation")
    op.drop_table("unit_map")
    op.drop_table("site_task")
    op.drop_table("site")
    op.drop_table("plain_line")


def _plain_line() -> None:
    op.create_table(
        "plain_line",
        sa.Column("institution_id", sa.String(length=36), nullable=False),
        sa.Column("unit_code", sa.String(length=40), nullable=False),
        sa.Column("peruste_id", sa.String(length=20), nullable=False),
        sa.Column("unit_version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("requirement_key", sa.String(length=255), nullable=False),
        sa.Column("language", sa.String(length=11), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("written_at", UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["institution_id"], ["institution.id"], name=op.f("fk_plain_line_institution_id_institution")
        ),
        sa.PrimaryKeyConstraint(
            "institution_id",
            "unit_code",
            "peruste_id",
            "unit_version",
            "requirement_key",
            "language",
            name=op.f("pk_plain_line"),
        ),
    )


def _site() -> None:
    op.create_table(
        "site",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("institution_id", sa.String(length=36), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("address_public", sa.Boolean(), nullable=False),
        sa.Column("public_name", sa.Text(), nullable=False),
        sa.Column("public_description", sa.Text(), nullable=False),
        sa.Column("real_work", sa.Text(), nullable=False),
        sa.Column("equipment", sa.Text(), nullable=False),
        sa.Column("safety", sa.Text(), nullable=False),
        sa.Column("customers", sa.Boolean(), nullable=False),
        sa.Column("municipality_code", sa.String(length=3), nullable=False),
        sa.Column("municipality", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.CheckConstraint("language IN ('fi','sv','en')", name=op.f("ck_site_language")),
        sa.ForeignKeyConstraint(
            ["institution_id"], ["institution.id"], name=op.f("fk_site_institution_id_institution")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_site")),
    )
    op.create_index(op.f("ix_site_institution_id"), "site", ["institution_id"], unique=False)


def _site_task() -> None:
    op.create_table(
        "site_task",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("site_id", sa.String(length=36), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.Column("ended_at", UtcTime(), nullable=True),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_site_task_site_id_site")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_site_task")),
        sa.UniqueConstraint("site_id", "number", name="uq_site_task_number"),
    )


def _unit_map() -> None:
    op.create_table(
        "unit_map",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("site_id", sa.String(length=36), nullable=False),
        sa.Column("unit_code", sa.String(length=40), nullable=False),
        sa.Column("peruste_id", sa.String(length=20), nullable=False),
        sa.Column("catalogue_digest", sa.String(length=64), nullable=False),
        sa.Column("recogniser_role", sa.Text(), nullable=True),
        sa.Column("recogniser_organisation", sa.Text(), nullable=True),
        sa.Column("recognised_on", sa.Date(), nullable=True),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("register_number", sa.String(length=30), nullable=False),
        sa.Column("name_key", sa.String(length=36), nullable=True),
        sa.Column("name_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("name_public", sa.Boolean(), nullable=False),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_unit_map_site_id_site")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit_map")),
        sa.UniqueConstraint("site_id", "unit_code", "peruste_id", name="uq_unit_map_unit"),
    )
    op.create_index("ix_unit_map_peruste_id", "unit_map", ["peruste_id"], unique=False)


def _recogniser_invitation() -> None:
    op.create_table(
        "recogniser_invitation",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("token_sha256", sa.LargeBinary(length=32), nullable=False),
        sa.Column("map_id", sa.String(length=36), nullable=False),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.Column("expires_at", UtcTime(), nullable=False),
        sa.Column("answered_at", UtcTime(), nullable=True),
        sa.Column("answer", sa.String(length=10), nullable=True),
        sa.Column("seen", sa.String(length=64), nullable=True),
        sa.Column("remarks_key", sa.String(length=36), nullable=True),
        sa.Column("remarks_sealed", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint("answer IN ('confirmed','remarks')", name=op.f("ck_recogniser_invitation_answer")),
        sa.ForeignKeyConstraint(["map_id"], ["unit_map.id"], name=op.f("fk_recogniser_invitation_map_id_unit_map")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recogniser_invitation")),
        sa.UniqueConstraint("token_sha256", name=op.f("uq_recogniser_invitation_token_sha256")),
    )
    op.create_index(op.f("ix_recogniser_invitation_map_id"), "recogniser_invitation", ["map_id"], unique=False)


def _recognition_report() -> None:
    op.create_table(
        "recognition_report",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("map_id", sa.String(length=36), nullable=False),
        sa.Column("institution_id", sa.String(length=36), nullable=False),
        sa.Column("site_id", sa.String(length=36), nullable=False),
        sa.Column("unit_code", sa.String(length=40), nullable=False),
        sa.Column("peruste_id", sa.String(length=20), nullable=False),
        sa.Column("unit_version", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recogniser_role", sa.Text(), nullable=False),
        sa.Column("recogniser_organisation", sa.Text(), nullable=False),
        sa.Column("recognised_on", sa.Date(), nullable=False),
        sa.Column("published_on", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("municipality_code", sa.String(length=3), nullable=False),
        sa.Column("name_key", sa.String(length=36), nullable=True),
        sa.Column("name_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("name_public", sa.Boolean(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("document", sa.LargeBinary(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["institution_id"], ["institution.id"], name=op.f("fk_recognition_report_institution_id_institution")
        ),
        sa.ForeignKeyConstraint(["map_id"], ["unit_map.id"], name=op.f("fk_recognition_report_map_id_unit_map")),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_recognition_report_site_id_site")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recognition_report")),
        sa.UniqueConstraint("map_id", "version", name="uq_recognition_report_version"),
    )
    op.create_index(
        op.f("ix_recognition_report_municipality_code"), "recognition_report", ["municipality_code"], unique=False
    )
    op.create_index(op.f("ix_recognition_report_site_id"), "recognition_report", ["site_id"], unique=False)
    op.create_index(
        "ix_recognition_report_unit", "recognition_report", ["institution_id", "unit_code", "peruste_id"], unique=False
    )


def _unit_map_elsewhere() -> None:
    op.create_table(
        "unit_map_elsewhere",
        sa.Column("map_id", sa.String(length=36), nullable=False),
        sa.Column("requirement_key", sa.String(length=255), nullable=False),
        sa.ForeignKeyConstraint(["map_id"], ["unit_map.id"], name=op.f("fk_unit_map_elsewhere_map_id_unit_map")),
        sa.PrimaryKeyConstraint("map_id", "requirement_key", name=op.f("pk_unit_map_elsewhere")),
    )


def _unit_map_tick() -> None:
    op.create_table(
        "unit_map_tick",
        sa.Column("map_id", sa.String(length=36), nullable=False),
        sa.Column("task_id", sa.String(length=36), nullable=False),
        sa.Column("requirement_key", sa.String(length=255), nullable=False),
        sa.ForeignKeyConstraint(["map_id"], ["unit_map.id"], name=op.f("fk_unit_map_tick_map_id_unit_map")),
        sa.ForeignKeyConstraint(["task_id"], ["site_task.id"], name=op.f("fk_unit_map_tick_task_id_site_task")),
        sa.PrimaryKeyConstraint("map_id", "task_id", "requirement_key", name=op.f("pk_unit_map_tick")),
    )
