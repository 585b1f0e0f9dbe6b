"""Institutions, people, the audit chain and the outbox."""

import sqlalchemy as sa
from alembic import op

from issuer.db.models.base import UtcTime

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    _audit()
    _audit_head()
    _installation()
    _institution()
    _outbox()
    _api_token()
    _person()
    _signing_key()
    _staff()
    _sign_in_link()
    _web_session()


def downgrade() -> None:
    op.drop_table("web_session")
    op.drop_table("sign_in_link")
    op.drop_table("staff")
    op.drop_table("signing_key")
    op.drop_table("person")
    op.drop_table("api_token")
    op.drop_table("outbox")
    op.drop_table("institution")
    op.drop_table("installation")
    op.drop_table("audit_head")
    op.drop_table("audit")


def _audit() -> None:
    op.create_table(
        "audit",
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("prev_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("entry", sa.Text(), nullable=False),
        sa.Column("hash", sa.LargeBinary(length=32), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_audit")),
    )


def _audit_head() -> None:
    op.create_table(
        "audit_head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.LargeBinary(length=32), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_audit_head_single")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_head")),
    )


def _installation() -> None:
    op.create_table(
        "installation",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("identity_origin", sa.String(length=255), nullable=False),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_installation_single")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_installation")),
    )


def _institution() -> None:
    op.create_table(
        "institution",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("parent_id", sa.String(length=36), nullable=True),
        sa.Column("slug", sa.String(length=40), nullable=False),
        sa.Column("did", sa.String(length=255), nullable=True),
        sa.Column("public_name_fi", sa.Text(), nullable=False),
        sa.Column("public_name_sv", sa.Text(), nullable=False),
        sa.Column("public_name_en", sa.Text(), nullable=False),
        sa.Column("legal_name", sa.Text(), nullable=False),
        sa.Column("business_id", sa.String(length=9), nullable=False),
        sa.Column("listed_from", sa.Date(), nullable=False),
        sa.Column("closed_at", UtcTime(), nullable=True),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.CheckConstraint("kind IN ('umbrella','provider','school')", name=op.f("ck_institution_kind")),
        sa.ForeignKeyConstraint(["parent_id"], ["institution.id"], name=op.f("fk_institution_parent_id_institution")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_institution")),
        sa.UniqueConstraint("did", name=op.f("uq_institution_did")),
        sa.UniqueConstraint("slug", name=op.f("uq_institution_slug")),
    )


def _outbox() -> None:
    op.create_table(
        "outbox",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.Column("due_at", UtcTime(), nullable=False),
        sa.Column("lease_until", UtcTime(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("done_at", UtcTime(), nullable=True),
        sa.Column("failure", sa.String(length=200), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
    )
    op.create_index(op.f("ix_outbox_due_at"), "outbox", ["due_at"], unique=False)


def _api_token() -> None:
    op.create_table(
        "api_token",
        sa.Column("token_sha256", sa.LargeBinary(length=32), nullable=False),
        sa.Column("institution_id", sa.String(length=36), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.Column("expires_at", UtcTime(), nullable=True),
        sa.Column("revoked_at", UtcTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["institution_id"], ["institution.id"], name=op.f("fk_api_token_institution_id_institution")
        ),
        sa.PrimaryKeyConstraint("token_sha256", name=op.f("pk_api_token")),
    )
    op.create_index(op.f("ix_api_token_institution_id"), "api_token", ["institution_id"], unique=False)


def _person() -> None:
    op.create_table(
        "person",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("institution_id", sa.String(length=36), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.Column("erased_at", UtcTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["institution_id"], ["institution.id"], name=op.f("fk_person_institution_id_institution")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
    )
    op.create_index(op.f("ix_person_institution_id"), "person", ["institution_id"], unique=False)


def _signing_key() -> None:
    op.create_table(
        "signing_key",
        sa.Column("kid", sa.String(length=300), nullable=False),
        sa.Column("institution_id", sa.String(length=36), nullable=False),
        sa.Column("public_key_multibase", sa.String(length=120), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("valid_from", UtcTime(), nullable=False),
        sa.Column("retired_at", UtcTime(), nullable=True),
        sa.Column("revoked_at", UtcTime(), nullable=True),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.CheckConstraint("state IN ('active','retired','compromised')", name=op.f("ck_signing_key_state")),
        sa.ForeignKeyConstraint(
            ["institution_id"], ["institution.id"], name=op.f("fk_signing_key_institution_id_institution")
        ),
        sa.PrimaryKeyConstraint("kid", name=op.f("pk_signing_key")),
    )
    op.create_index(op.f("ix_signing_key_institution_id"), "signing_key", ["institution_id"], unique=False)


def _staff() -> None:
    op.create_table(
        "staff",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("institution_id", sa.String(length=36), nullable=False),
        sa.Column("role", sa.String(length=24), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.Column("ended_at", UtcTime(), nullable=True),
        sa.CheckConstraint(
            "role IN ('administrator','work_coach','personal_coach','group_coach','supervisor',"
            "'responsible_person','counsellor','assessor')",
            name=op.f("ck_staff_role"),
        ),
        sa.ForeignKeyConstraint(
            ["institution_id"], ["institution.id"], name=op.f("fk_staff_institution_id_institution")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff")),
    )
    op.create_index(op.f("ix_staff_institution_id"), "staff", ["institution_id"], unique=False)


def _sign_in_link() -> None:
    op.create_table(
        "sign_in_link",
        sa.Column("token_sha256", sa.LargeBinary(length=32), nullable=False),
        sa.Column("staff_id", sa.String(length=36), nullable=False),
        sa.Column("expires_at", UtcTime(), nullable=False),
        sa.Column("used_at", UtcTime(), nullable=True),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_sign_in_link_staff_id_staff")),
        sa.PrimaryKeyConstraint("token_sha256", name=op.f("pk_sign_in_link")),
    )
    op.create_index(op.f("ix_sign_in_link_staff_id"), "sign_in_link", ["staff_id"], unique=False)


def _web_session() -> None:
    op.create_table(
        "web_session",
        sa.Column("id_sha256", sa.LargeBinary(length=32), nullable=False),
        sa.Column("staff_id", sa.String(length=36), nullable=False),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.Column("seen_at", UtcTime(), nullable=False),
        sa.Column("ends_at", UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_web_session_staff_id_staff")),
        sa.PrimaryKeyConstraint("id_sha256", name=op.f("pk_web_session")),
    )
    op.create_index(op.f("ix_web_session_staff_id"), "web_session", ["staff_id"], unique=False)
