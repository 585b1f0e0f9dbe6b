"""Status lists, published documents, awards, credentials and shares."""

import sqlalchemy as sa
from alembic import op

from issuer.db.models.base import UtcTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _idempotency()
    _achievement()
    _status_list()
    _award()
    _index_pool()
    _publication()
    _status_bit()
    _credential()
    _share()
    _signing_grant()
    _share_opening()


def downgrade() -> None:
    op.drop_table("share_opening")
    op.drop_table("signing_grant")
    op.drop_table("share")
    op.drop_table("credential")
    op.drop_table("status_bit")
    op.drop_table("publication")
    op.drop_table("index_pool")
    op.drop_table("award")
    op.drop_table("status_list")
    op.drop_table("achievement")
    op.drop_table("idempotency")


def _idempotency() -> None:
    op.create_table(
        "idempotency",
        sa.Column("scope", sa.String(length=120), nullable=False),
        sa.Column("key", sa.String(length=255), nullable=False),
        sa.Column("request_sha256", sa.LargeBinary(length=32), nullable=False),
        sa.Column("credential_id", sa.String(length=36), nullable=False),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("scope", "key", name=op.f("pk_idempotency")),
    )


def _achievement() -> None:
    op.create_table(
        "achievement",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("institution_id", sa.String(length=36), nullable=False),
        sa.Column("unit_code", sa.String(length=40), nullable=False),
        sa.Column("unit_version", sa.Integer(), nullable=False),
        sa.Column("peruste_id", sa.String(length=20), nullable=False),
        sa.Column("diaarinumero", sa.String(length=30), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("scope", sa.String(length=16), nullable=False),
        sa.Column("shown", sa.Integer(), nullable=False),
        sa.Column("required", sa.Integer(), nullable=False),
        sa.Column("document", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["institution_id"], ["institution.id"], name=op.f("fk_achievement_institution_id_institution")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_achievement")),
    )
    op.create_index(op.f("ix_achievement_institution_id"), "achievement", ["institution_id"], unique=False)
    op.create_index(op.f("ix_achievement_unit_code"), "achievement", ["unit_code"], unique=False)


def _status_list() -> None:
    op.create_table(
        "status_list",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("institution_id", sa.String(length=36), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("published_revision", sa.Integer(), nullable=False),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.CheckConstraint("state IN ('open','closed','final')", name=op.f("ck_status_list_state")),
        sa.ForeignKeyConstraint(
            ["institution_id"], ["institution.id"], name=op.f("fk_status_list_institution_id_institution")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_status_list")),
    )
    op.create_index(op.f("ix_status_list_institution_id"), "status_list", ["institution_id"], unique=False)


def _award() -> None:
    op.create_table(
        "award",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("institution_id", sa.String(length=36), nullable=False),
        sa.Column("provider_id", sa.String(length=36), nullable=True),
        sa.Column("person_id", sa.String(length=36), nullable=False),
        sa.Column("achievement_id", sa.String(length=32), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["achievement_id"], ["achievement.id"], name=op.f("fk_award_achievement_id_achievement")
        ),
        sa.ForeignKeyConstraint(
            ["institution_id"], ["institution.id"], name=op.f("fk_award_institution_id_institution")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_award_person_id_person")),
        sa.ForeignKeyConstraint(["provider_id"], ["institution.id"], name=op.f("fk_award_provider_id_institution")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_award")),
    )
    op.create_index(op.f("ix_award_achievement_id"), "award", ["achievement_id"], unique=False)
    op.create_index(op.f("ix_award_institution_id"), "award", ["institution_id"], unique=False)
    op.create_index(op.f("ix_award_person_id"), "award", ["person_id"], unique=False)


def _index_pool() -> None:
    op.create_table(
        "index_pool",
        sa.Column("place", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("list_id", sa.String(length=16), nullable=False),
        sa.Column("idx", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["list_id"], ["status_list.id"], name=op.f("fk_index_pool_list_id_status_list")),
        sa.PrimaryKeyConstraint("place", name=op.f("pk_index_pool")),
        sa.UniqueConstraint("list_id", "idx", name="uq_index_pool_place"),
    )
    op.create_index("ix_index_pool_list", "index_pool", ["list_id", "place"], unique=False)


def _publication() -> None:
    op.create_table(
        "publication",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("institution_id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("content_revision", sa.Integer(), nullable=False),
        sa.Column("kid", sa.String(length=300), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("tbs", sa.LargeBinary(), nullable=False),
        sa.Column("tbs_sha256", sa.LargeBinary(length=32), nullable=False),
        sa.Column("document", sa.LargeBinary(), nullable=True),
        sa.Column("valid_from", UtcTime(), nullable=False),
        sa.Column("valid_until", UtcTime(), nullable=True),
        sa.CheckConstraint("state IN ('reserved','public')", name=op.f("ck_publication_state")),
        sa.ForeignKeyConstraint(
            ["institution_id"], ["institution.id"], name=op.f("fk_publication_institution_id_institution")
        ),
        sa.ForeignKeyConstraint(["kid"], ["signing_key.kid"], name=op.f("fk_publication_kid_signing_key")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_publication")),
        sa.UniqueConstraint("kind", "name", "revision", name="uq_publication_revision"),
    )
    op.create_index(op.f("ix_publication_institution_id"), "publication", ["institution_id"], unique=False)


def _status_bit() -> None:
    op.create_table(
        "status_bit",
        sa.Column("list_id", sa.String(length=16), nullable=False),
        sa.Column("idx", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("reason", sa.Integer(), nullable=False),
        sa.Column("month", sa.Integer(), nullable=False),
        sa.Column("decoy", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["list_id"], ["status_list.id"], name=op.f("fk_status_bit_list_id_status_list")),
        sa.PrimaryKeyConstraint("list_id", "idx", name=op.f("pk_status_bit")),
    )


def _credential() -> None:
    op.create_table(
        "credential",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("award_id", sa.String(length=36), nullable=False),
        sa.Column("institution_id", sa.String(length=36), nullable=False),
        sa.Column("person_id", sa.String(length=36), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("kid", sa.String(length=300), nullable=False),
        sa.Column("list_id", sa.String(length=16), nullable=False),
        sa.Column("idx", sa.Integer(), nullable=False),
        sa.Column("tbs", sa.LargeBinary(), nullable=True),
        sa.Column("tbs_sha256", sa.LargeBinary(length=32), nullable=False),
        sa.Column("proof_created_at", UtcTime(), nullable=False),
        sa.Column("document", sa.LargeBinary(), nullable=True),
        sa.Column("document_sha256", sa.LargeBinary(length=32), nullable=True),
        sa.Column("salt", sa.LargeBinary(), nullable=True),
        sa.Column("leaf_index", sa.Integer(), nullable=True),
        sa.Column("lease_until", UtcTime(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("failure", sa.String(length=80), nullable=True),
        sa.Column("withdrawal_reason", sa.String(length=16), nullable=True),
        sa.Column("replaced_by", sa.String(length=36), nullable=True),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.Column("issued_at", UtcTime(), nullable=True),
        sa.Column("withdrawn_at", UtcTime(), nullable=True),
        sa.CheckConstraint(
            "state IN ('requested','reserved','signed','logged','issued','delivered','withdrawn','failed')",
            name=op.f("ck_credential_state"),
        ),
        sa.ForeignKeyConstraint(["award_id"], ["award.id"], name=op.f("fk_credential_award_id_award")),
        sa.ForeignKeyConstraint(
            ["institution_id"], ["institution.id"], name=op.f("fk_credential_institution_id_institution")
        ),
        sa.ForeignKeyConstraint(["kid"], ["signing_key.kid"], name=op.f("fk_credential_kid_signing_key")),
        sa.ForeignKeyConstraint(["list_id"], ["status_list.id"], name=op.f("fk_credential_list_id_status_list")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_credential_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credential")),
        sa.UniqueConstraint("award_id", name=op.f("uq_credential_award_id")),
        sa.UniqueConstraint("list_id", "idx", name="uq_credential_place"),
    )
    op.create_index(op.f("ix_credential_institution_id"), "credential", ["institution_id"], unique=False)
    op.create_index("ix_credential_lease", "credential", ["state", "lease_until"], unique=False)
    op.create_index(op.f("ix_credential_person_id"), "credential", ["person_id"], unique=False)


def _share() -> None:
    op.create_table(
        "share",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("token_sha256", sa.LargeBinary(length=32), nullable=False),
        sa.Column("credential_id", sa.String(length=36), nullable=False),
        sa.Column("person_id", sa.String(length=36), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.Column("expires_at", UtcTime(), nullable=False),
        sa.Column("stopped_at", UtcTime(), nullable=True),
        sa.ForeignKeyConstraint(["credential_id"], ["credential.id"], name=op.f("fk_share_credential_id_credential")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_share_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_share")),
        sa.UniqueConstraint("token_sha256", name=op.f("uq_share_token_sha256")),
    )
    op.create_index(op.f("ix_share_credential_id"), "share", ["credential_id"], unique=False)
    op.create_index(op.f("ix_share_person_id"), "share", ["person_id"], unique=False)


def _signing_grant() -> None:
    op.create_table(
        "signing_grant",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("credential_id", sa.String(length=36), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("tbs_sha256", sa.LargeBinary(length=32), nullable=False),
        sa.Column("kid", sa.String(length=300), nullable=False),
        sa.Column("approvers", sa.Text(), nullable=False),
        sa.Column("expires_at", UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["credential_id"], ["credential.id"], name=op.f("fk_signing_grant_credential_id_credential")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signing_grant")),
        sa.UniqueConstraint("credential_id", "revision", name="uq_signing_grant_revision"),
    )


def _share_opening() -> None:
    op.create_table(
        "share_opening",
        sa.Column("share_id", sa.String(length=36), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["share_id"], ["share.id"], name=op.f("fk_share_opening_share_id_share"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("share_id", "day", name=op.f("pk_share_opening")),
    )
