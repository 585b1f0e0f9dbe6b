"""Passkeys, invitations and what else lets staff in."""

import sqlalchemy as sa
from alembic import op

from issuer.db.models.base import UtcTime

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _keys()
    _others()
    op.add_column("sign_in_link", sa.Column("browser_sha256", sa.LargeBinary(length=32), nullable=True))
    op.add_column("staff", sa.Column("signed_in_at", UtcTime(), nullable=True))
    op.add_column("web_session", sa.Column("way", sa.String(length=16), nullable=True))


def _keys() -> None:
    op.create_table(
        "passkey",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("staff_id", sa.String(length=36), nullable=False),
        sa.Column("credential_id", sa.LargeBinary(length=1023), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("sign_count", sa.BigInteger(), nullable=False),
        sa.Column("backed_up", sa.Boolean(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.Column("used_at", UtcTime(), nullable=True),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_passkey_staff_id_staff")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passkey")),
        sa.UniqueConstraint("credential_id", name=op.f("uq_passkey_credential_id")),
    )
    op.create_index(op.f("ix_passkey_staff_id"), "passkey", ["staff_id"])
    op.create_table(
        "challenge",
        sa.Column("challenge_sha256", sa.LargeBinary(length=32), nullable=False),
        sa.Column("purpose", sa.String(length=16), nullable=False),
        sa.Column("bound_id", sa.String(length=36), nullable=True),
        sa.Column("act", sa.String(length=80), nullable=True),
        sa.Column("digest", sa.LargeBinary(), nullable=True),
        sa.Column("browser_sha256", sa.LargeBinary(length=32), nullable=True),
        sa.Column("expires_at", UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("challenge_sha256", name=op.f("pk_challenge")),
    )
    op.create_index(op.f("ix_challenge_expires_at"), "challenge", ["expires_at"])
    op.create_table(
        "recovery_code",
        sa.Column("code_sha256", sa.LargeBinary(length=32), nullable=False),
        sa.Column("staff_id", sa.String(length=36), nullable=False),
        sa.Column("used_at", UtcTime(), nullable=True),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_recovery_code_staff_id_staff")),
        sa.PrimaryKeyConstraint("code_sha256", name=op.f("pk_recovery_code")),
    )
    op.create_index(op.f("ix_recovery_code_staff_id"), "recovery_code", ["staff_id"])


def _others() -> None:
    op.create_table(
        "invitation",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("institution_id", sa.String(length=36), nullable=False),
        sa.Column("token_sha256", sa.LargeBinary(length=32), nullable=False),
        sa.Column("roles", sa.String(length=200), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("invited_by", sa.String(length=36), nullable=True),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.Column("expires_at", UtcTime(), nullable=False),
        sa.Column("accepted_at", UtcTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["institution_id"], ["institution.id"], name=op.f("fk_invitation_institution_id_institution")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitation")),
        sa.UniqueConstraint("token_sha256", name=op.f("uq_invitation_token_sha256")),
    )
    op.create_index(op.f("ix_invitation_institution_id"), "invitation", ["institution_id"])
    op.create_table(
        "mail_address",
        sa.Column("staff_id", sa.String(length=36), nullable=False),
        sa.Column("address_hmac", sa.LargeBinary(length=32), nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_mail_address_staff_id_staff")),
        sa.PrimaryKeyConstraint("staff_id", name=op.f("pk_mail_address")),
    )
    op.create_index(op.f("ix_mail_address_address_hmac"), "mail_address", ["address_hmac"])
    op.create_table(
        "outside_identity",
        sa.Column("identity_hmac", sa.LargeBinary(length=32), nullable=False),
        sa.Column("staff_id", sa.String(length=36), nullable=False),
        sa.Column("linked_at", UtcTime(), nullable=False),
        sa.Column("used_at", UtcTime(), nullable=True),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_outside_identity_staff_id_staff")),
        sa.PrimaryKeyConstraint("identity_hmac", name=op.f("pk_outside_identity")),
    )
    op.create_index(op.f("ix_outside_identity_staff_id"), "outside_identity", ["staff_id"])


def downgrade() -> None:
    with op.batch_alter_table("web_session") as table:
        table.drop_column("way")
    with op.batch_alter_table("staff") as table:
        table.drop_column("signed_in_at")
    with op.batch_alter_table("sign_in_link") as table:
        table.drop_column("browser_sha256")
    for name in ("outside_identity", "mail_address", "invitation", "recovery_code", "challenge", "passkey"):
        op.drop_table(name)
