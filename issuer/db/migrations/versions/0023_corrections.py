"""Decisions that were looked at again, results of demonstrations, and an endorsement for each badge of a receipt."""

from datetime import timedelta

import sqlalchemy as sa
from alembic import op

from issuer.db.models.base import UtcTime

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

_KEEPING = timedelta(days=183)


def upgrade() -> None:
    """Make the tables, and bring what is there into them."""
    op.add_column("recognition_case", sa.Column("decision_number", sa.Integer(), server_default="1", nullable=False))
    for name in ("correction_at", "first_decided_at", "assessed_at", "counted_at"):
        op.add_column("recognition_case", sa.Column(name, UtcTime(), nullable=True))
    op.add_column("recognition_case", sa.Column("result_due", sa.Date(), nullable=True))
    _make_former()
    _make_result()
    _fill_cases()
    op.create_table(
        "recognition_endorsement",
        sa.Column("credential_id", sa.String(length=36), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("tbs", sa.LargeBinary(), nullable=True),
        sa.Column("tbs_sha256", sa.LargeBinary(length=32), nullable=False),
        sa.Column("signed", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["credential_id"], ["credential.id"], name=op.f("fk_recognition_endorsement_credential_id_credential")
        ),
        sa.PrimaryKeyConstraint("credential_id", "place", name=op.f("pk_recognition_endorsement")),
    )
    op.execute(
        "INSERT INTO recognition_endorsement (credential_id, place, tbs, tbs_sha256, signed) "
        "SELECT credential_id, 1, endorsement_tbs, endorsement_tbs_sha256, endorsement FROM recognition_receipt"
    )
    with op.batch_alter_table("recognition_receipt") as table:
        table.add_column(sa.Column("decision_number", sa.Integer(), server_default="1", nullable=False))
        table.add_column(sa.Column("superseded_at", UtcTime(), nullable=True))
        table.drop_column("endorsement_tbs")
        table.drop_column("endorsement_tbs_sha256")
        table.drop_column("endorsement")
        table.drop_constraint(op.f("uq_recognition_receipt_case_id"), type_="unique")
        table.create_unique_constraint("uq_recognition_receipt_decision", ["case_id", "decision_number"])


def _make_former() -> None:
    op.create_table(
        "recognition_former",
        sa.Column("case_id", sa.String(length=36), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("first_decider_id", sa.String(length=36), nullable=True),
        sa.Column("decider_id", sa.String(length=36), nullable=True),
        sa.Column("decided_at", UtcTime(), nullable=False),
        sa.Column("decision_sha256", sa.LargeBinary(length=32), nullable=True),
        sa.Column("route", sa.String(length=4), nullable=True),
        sa.Column("coverage", sa.String(length=8), nullable=False),
        sa.Column("accepted", sa.Integer(), nullable=False),
        sa.Column("in_part", sa.Integer(), nullable=False),
        sa.Column("not_accepted", sa.Integer(), nullable=False),
        sa.Column("points", sa.Float(), nullable=True),
        sa.Column("assessed_at", UtcTime(), nullable=True),
        sa.Column("opened_at", UtcTime(), nullable=False),
        sa.Column("opened_by", sa.String(length=36), nullable=False),
        sa.Column("replaced_at", UtcTime(), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["case_id"], ["recognition_case.id"], name=op.f("fk_recognition_former_case_id_recognition_case")
        ),
        sa.ForeignKeyConstraint(
            ["first_decider_id"], ["staff.id"], name=op.f("fk_recognition_former_first_decider_id_staff")
        ),
        sa.ForeignKeyConstraint(["decider_id"], ["staff.id"], name=op.f("fk_recognition_former_decider_id_staff")),
        sa.ForeignKeyConstraint(["opened_by"], ["staff.id"], name=op.f("fk_recognition_former_opened_by_staff")),
        sa.PrimaryKeyConstraint("case_id", "number", name=op.f("pk_recognition_former")),
    )


def _make_result() -> None:
    op.create_table(
        "recognition_result",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("case_id", sa.String(length=36), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("result", sa.String(length=12), nullable=False),
        sa.Column("staff_id", sa.String(length=36), nullable=False),
        sa.Column("saved_at", UtcTime(), nullable=False),
        sa.Column("confirmed_at", UtcTime(), nullable=True),
        sa.Column("sha256", sa.LargeBinary(length=32), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("result IN ('passed','not_passed','not_held')", name=op.f("ck_recognition_result_result")),
        sa.ForeignKeyConstraint(
            ["case_id"], ["recognition_case.id"], name=op.f("fk_recognition_result_case_id_recognition_case")
        ),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_recognition_result_staff_id_staff")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recognition_result")),
    )
    op.create_index(op.f("ix_recognition_result_case_id"), "recognition_result", ["case_id"])


def _fill_cases() -> None:
    """Days of forgetting for cases older than them; what counts in figures, and which demonstrations wait."""
    case = sa.table(
        "recognition_case",
        sa.column("id", sa.String),
        sa.column("state", sa.String),
        sa.column("route", sa.String),
        sa.column("coverage", sa.String),
        sa.column("points", sa.Float),
        sa.column("answer_by", sa.Date),
        sa.column("decided_at", UtcTime()),
        sa.column("forget_on", sa.Date),
        sa.column("result_due", sa.Date),
        sa.column("counted_at", UtcTime()),
    )
    connection = op.get_bind()
    for row in connection.execute(sa.select(case)).all():
        values: dict[str, object] = {}
        if row.forget_on is None and row.state != "withdrawn":
            begins = row.decided_at.date() if row.decided_at is not None else row.answer_by
            values["forget_on"] = begins + _KEEPING
        if row.decided_at is not None and row.coverage is not None:
            to_show = row.route == "0003" and row.points is None and row.coverage != "refused"
            values |= {"result_due": row.decided_at.date()} if to_show else {"counted_at": row.decided_at}
        if values:
            connection.execute(case.update().where(case.c.id == row.id).values(values))


def downgrade() -> None:
    """Drop the tables; of the endorsements of a receipt the first stays, of its case's receipts the newest."""
    with op.batch_alter_table("recognition_receipt") as table:
        table.add_column(sa.Column("endorsement_tbs", sa.LargeBinary(), nullable=True))
        table.add_column(sa.Column("endorsement_tbs_sha256", sa.LargeBinary(length=32), nullable=True))
        table.add_column(sa.Column("endorsement", sa.LargeBinary(), nullable=True))
    for old, new in (("endorsement_tbs", "tbs"), ("endorsement_tbs_sha256", "tbs_sha256"), ("endorsement", "signed")):
        op.execute(
            f"UPDATE recognition_receipt SET {old} = (SELECT e.{new} FROM recognition_endorsement e "  # noqa: S608  names from above
            "WHERE e.credential_id = recognition_receipt.credential_id AND e.place = 1)"
        )
    op.execute("DELETE FROM recognition_receipt WHERE superseded_at IS NOT NULL OR endorsement_tbs_sha256 IS NULL")
    with op.batch_alter_table("recognition_receipt") as table:
        table.drop_constraint("uq_recognition_receipt_decision", type_="unique")
        table.alter_column("endorsement_tbs_sha256", existing_type=sa.LargeBinary(length=32), nullable=False)
        table.drop_column("decision_number")
        table.drop_column("superseded_at")
        table.create_unique_constraint(op.f("uq_recognition_receipt_case_id"), ["case_id"])
    op.drop_table("recognition_endorsement")
    op.drop_index(op.f("ix_recognition_result_case_id"), table_name="recognition_result")
    op.drop_table("recognition_result")
    op.drop_table("recognition_former")
    for name in ("decision_number", "correction_at", "first_decided_at", "result_due", "assessed_at", "counted_at"):
        op.drop_column("recognition_case", name)
