"""Badges from elsewhere, own words, what is hidden from one's own list, wishes to the coach, records of all badges."""

import sqlalchemy as sa
from alembic import op

from issuer.db.models.base import UtcTime

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    _hidden_badge()
    _own_words()
    _own_wish()
    _imported_badge()
    _badges_record()


def downgrade() -> None:
    """Take them away."""
    op.drop_table("badges_record")
    op.drop_table("imported_badge")
    op.drop_table("own_wish")
    op.drop_table("own_words")
    op.drop_table("hidden_badge")


def _hidden_badge() -> None:
    op.create_table(
        "hidden_badge",
        sa.Column("credential_id", sa.String(length=36), nullable=False),
        sa.Column("person_id", sa.String(length=36), nullable=False),
        sa.Column("hidden_at", UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["credential_id"], ["credential.id"], name=op.f("fk_hidden_badge_credential_id_credential")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_hidden_badge_person_id_person")),
        sa.PrimaryKeyConstraint("credential_id", name=op.f("pk_hidden_badge")),
    )
    op.create_index(op.f("ix_hidden_badge_person_id"), "hidden_badge", ["person_id"])


def _own_words() -> None:
    op.create_table(
        "own_words",
        sa.Column("person_id", sa.String(length=36), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("changed_at", UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_own_words_person_id_person")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_own_words")),
    )


def _own_wish() -> None:
    op.create_table(
        "own_wish",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("person_id", sa.String(length=36), nullable=False),
        sa.Column("institution_id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("credential_id", sa.String(length=36), nullable=True),
        sa.Column("unit_code", sa.String(length=40), nullable=True),
        sa.Column("peruste_id", sa.String(length=20), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("asked_at", UtcTime(), nullable=False),
        sa.Column("done_at", UtcTime(), nullable=True),
        sa.CheckConstraint("kind IN ('badge','correction')", name=op.f("ck_own_wish_kind")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_own_wish_person_id_person")),
        sa.ForeignKeyConstraint(
            ["institution_id"], ["institution.id"], name=op.f("fk_own_wish_institution_id_institution")
        ),
        sa.ForeignKeyConstraint(
            ["credential_id"], ["credential.id"], name=op.f("fk_own_wish_credential_id_credential")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_own_wish")),
    )
    op.create_index(op.f("ix_own_wish_person_id"), "own_wish", ["person_id"])
    op.create_index(op.f("ix_own_wish_institution_id"), "own_wish", ["institution_id"])


def _imported_badge() -> None:
    op.create_table(
        "imported_badge",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("person_id", sa.String(length=36), nullable=False),
        sa.Column("verdict", sa.String(length=12), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("sealed_bytes", sa.LargeBinary(), nullable=False),
        sa.Column("checked_at", UtcTime(), nullable=False),
        sa.CheckConstraint("verdict IN ('accepted','undetermined')", name=op.f("ck_imported_badge_verdict")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_imported_badge_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_imported_badge")),
    )
    op.create_index(op.f("ix_imported_badge_person_id"), "imported_badge", ["person_id"])


def _badges_record() -> None:
    op.create_table(
        "badges_record",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("person_id", sa.String(length=36), nullable=False),
        sa.Column("institution_id", sa.String(length=36), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("kid", sa.String(length=300), nullable=False),
        sa.Column("tbs", sa.LargeBinary(), nullable=False),
        sa.Column("tbs_sha256", sa.LargeBinary(length=32), nullable=False),
        sa.Column("document", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.CheckConstraint("state IN ('reserved','signed')", name=op.f("ck_badges_record_state")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_badges_record_person_id_person")),
        sa.ForeignKeyConstraint(
            ["institution_id"], ["institution.id"], name=op.f("fk_badges_record_institution_id_institution")
        ),
        sa.ForeignKeyConstraint(["kid"], ["signing_key.kid"], name=op.f("fk_badges_record_kid_signing_key")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_badges_record")),
    )
    op.create_index(op.f("ix_badges_record_person_id"), "badges_record", ["person_id"])
