"""Messages to people and exchanges with wallet applications."""

import sqlalchemy as sa
from alembic import op

from issuer.db.models.base import UtcTime

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

_ONE_RECIPIENT = "(person_id IS NULL) <> (staff_id IS NULL)"
_STATES = "state IN ('waiting','sent','to_print','printed','dropped')"


def upgrade() -> None:
    """Make the tables."""
    _addresses()
    _notices()
    _exchanges()


def downgrade() -> None:
    """Drop the tables."""
    for table in ("wallet_exchange", "notice", "notice_address"):
        op.drop_table(table)


def _addresses() -> None:
    op.create_table(
        "notice_address",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("person_id", sa.String(length=36), nullable=True),
        sa.Column("staff_id", sa.String(length=36), nullable=True),
        sa.Column("language", sa.String(length=12), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("asked_at", UtcTime(), nullable=False),
        sa.Column("confirmed_at", UtcTime(), nullable=True),
        sa.Column("bounced_at", UtcTime(), nullable=True),
        sa.CheckConstraint(_ONE_RECIPIENT, name=op.f("ck_notice_address_recipient")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_notice_address_person_id_person")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_notice_address_staff_id_staff")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice_address")),
        sa.UniqueConstraint("person_id", name=op.f("uq_notice_address_person_id")),
        sa.UniqueConstraint("staff_id", name=op.f("uq_notice_address_staff_id")),
    )


def _notices() -> None:
    op.create_table(
        "notice",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("person_id", sa.String(length=36), nullable=True),
        sa.Column("staff_id", sa.String(length=36), nullable=True),
        sa.Column("institution_id", sa.String(length=36), nullable=False),
        sa.Column("about", sa.String(length=80), nullable=False),
        sa.Column("day", sa.Date(), nullable=True),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("failure", sa.String(length=40), nullable=True),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.Column("settled_at", UtcTime(), nullable=True),
        sa.CheckConstraint(_ONE_RECIPIENT, name=op.f("ck_notice_recipient")),
        sa.CheckConstraint(_STATES, name=op.f("ck_notice_state")),
        sa.ForeignKeyConstraint(
            ["institution_id"], ["institution.id"], name=op.f("fk_notice_institution_id_institution")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_notice_person_id_person")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_notice_staff_id_staff")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
    )
    op.create_index("ix_notice_institution_state", "notice", ["institution_id", "state"])
    op.create_index(op.f("ix_notice_person_id"), "notice", ["person_id"])
    op.create_index(op.f("ix_notice_staff_id"), "notice", ["staff_id"])


def _exchanges() -> None:
    op.create_table(
        "wallet_exchange",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("token_sha256", sa.LargeBinary(length=32), nullable=False),
        sa.Column("credential_id", sa.String(length=36), nullable=False),
        sa.Column("person_id", sa.String(length=36), nullable=False),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.Column("works_until", UtcTime(), nullable=False),
        sa.Column("attempts_left", sa.Integer(), nullable=False),
        sa.Column("challenge_sha256", sa.LargeBinary(length=32), nullable=True),
        sa.Column("challenge_until", UtcTime(), nullable=True),
        sa.Column("answered_sha256", sa.LargeBinary(length=32), nullable=True),
        sa.Column("handed_at", UtcTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["credential_id"], ["credential.id"], name=op.f("fk_wallet_exchange_credential_id_credential")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_wallet_exchange_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wallet_exchange")),
        sa.UniqueConstraint("token_sha256", name=op.f("uq_wallet_exchange_token_sha256")),
    )
    op.create_index(op.f("ix_wallet_exchange_credential_id"), "wallet_exchange", ["credential_id"])
    op.create_index(op.f("ix_wallet_exchange_person_id"), "wallet_exchange", ["person_id"])
