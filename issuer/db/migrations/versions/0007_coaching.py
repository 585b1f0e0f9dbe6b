"""Participants with consents, periods and observations."""

import sqlalchemy as sa
from alembic import op

from issuer.db.models.base import UtcTime

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_TABLES = (
    "participant",
    "reading",
    "card",
    "consent",
    "observation",
    "participant_unit",
    "period",
    "reading_person",
    "goal",
    "observation_requirement",
    "period_pause",
    "picture",
    "service_form",
    "talk",
    "goal_version",
)


def upgrade() -> None:
    """Make the tables."""
    _participant()
    _reading()
    _card()
    _consent()
    _observation()
    _participant_unit()
    _period()
    _reading_person()
    _goal()
    _observation_requirement()
    _period_pause()
    _picture()
    _service_form()
    _talk()
    _goal_version()


def downgrade() -> None:
    """Take them away."""
    for table in reversed(_TABLES):
        op.drop_table(table)


def _participant() -> None:
    op.create_table(
        "participant",
        sa.Column("person_id", sa.String(length=36), nullable=False),
        sa.Column("institution_id", sa.String(length=36), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("coach_id", sa.String(length=36), nullable=True),
        sa.Column("site_id", sa.String(length=36), nullable=True),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.Column("lapses_at", UtcTime(), nullable=True),
        sa.Column("accepted_at", UtcTime(), nullable=True),
        sa.CheckConstraint("state IN ('intake','active','withdrawn')", name=op.f("ck_participant_state")),
        sa.ForeignKeyConstraint(["coach_id"], ["staff.id"], name=op.f("fk_participant_coach_id_staff")),
        sa.ForeignKeyConstraint(
            ["institution_id"], ["institution.id"], name=op.f("fk_participant_institution_id_institution")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_participant_person_id_person")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_participant")),
        sa.UniqueConstraint("institution_id", "number", name="uq_participant_number"),
    )
    op.create_index("ix_participant_lapses", "participant", ["state", "lapses_at"], unique=False)


def _reading() -> None:
    op.create_table(
        "reading",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("at", UtcTime(), nullable=False),
        sa.Column("institution_id", sa.String(length=36), nullable=False),
        sa.Column("staff_id", sa.String(length=36), nullable=False),
        sa.Column("role", sa.String(length=24), nullable=False),
        sa.Column("what", sa.String(length=24), nullable=False),
        sa.Column("why", sa.String(length=16), nullable=False),
        sa.Column("how", sa.String(length=8), nullable=False),
        sa.Column("marked", sa.String(length=12), nullable=True),
        sa.ForeignKeyConstraint(
            ["institution_id"], ["institution.id"], name=op.f("fk_reading_institution_id_institution")
        ),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_reading_staff_id_staff")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reading")),
    )
    op.create_index(op.f("ix_reading_institution_id"), "reading", ["institution_id"], unique=False)
    op.create_index("ix_reading_staff_at", "reading", ["staff_id", "at"], unique=False)


def _card() -> None:
    op.create_table(
        "card",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("person_id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["participant.person_id"], name=op.f("fk_card_person_id_participant")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_card")),
    )
    op.create_index(op.f("ix_card_person_id"), "card", ["person_id"], unique=False)


def _consent() -> None:
    op.create_table(
        "consent",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("person_id", sa.String(length=36), nullable=False),
        sa.Column("purpose", sa.String(length=16), nullable=False),
        sa.Column("data", sa.String(length=200), nullable=False),
        sa.Column("to_whom", sa.String(length=16), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("text_version", sa.String(length=8), nullable=False),
        sa.Column("language", sa.String(length=12), nullable=False),
        sa.Column("how", sa.String(length=16), nullable=False),
        sa.Column("given_at", UtcTime(), nullable=False),
        sa.Column("withdrawn_at", UtcTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["participant.person_id"], name=op.f("fk_consent_person_id_participant")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent")),
    )
    op.create_index(op.f("ix_consent_person_id"), "consent", ["person_id"], unique=False)


def _observation() -> None:
    op.create_table(
        "observation",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("root_id", sa.String(length=36), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("replaced", sa.Boolean(), nullable=False),
        sa.Column("person_id", sa.String(length=36), nullable=False),
        sa.Column("institution_id", sa.String(length=36), nullable=False),
        sa.Column("unit_code", sa.String(length=40), nullable=False),
        sa.Column("peruste_id", sa.String(length=20), nullable=False),
        sa.Column("at", UtcTime(), nullable=False),
        sa.Column("observed_on", sa.Date(), nullable=False),
        sa.Column("staff_id", sa.String(length=36), nullable=False),
        sa.Column("site_id", sa.String(length=36), nullable=True),
        sa.Column("task_id", sa.String(length=36), nullable=True),
        sa.Column("independence", sa.String(length=12), nullable=False),
        sa.Column("origin", sa.String(length=8), nullable=False),
        sa.Column("medium", sa.String(length=12), nullable=False),
        sa.Column("in_trade", sa.Boolean(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["institution_id"], ["institution.id"], name=op.f("fk_observation_institution_id_institution")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["participant.person_id"], name=op.f("fk_observation_person_id_participant")
        ),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_observation_staff_id_staff")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_observation")),
        sa.UniqueConstraint("root_id", "version", name="uq_observation_version"),
    )
    op.create_index(op.f("ix_observation_institution_id"), "observation", ["institution_id"], unique=False)
    op.create_index("ix_observation_person_unit", "observation", ["person_id", "unit_code", "peruste_id"], unique=False)
    op.create_index("ix_observation_staff_at", "observation", ["staff_id", "at"], unique=False)


def _participant_unit() -> None:
    op.create_table(
        "participant_unit",
        sa.Column("person_id", sa.String(length=36), nullable=False),
        sa.Column("unit_code", sa.String(length=40), nullable=False),
        sa.Column("peruste_id", sa.String(length=20), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["participant.person_id"], name=op.f("fk_participant_unit_person_id_participant")
        ),
        sa.PrimaryKeyConstraint("person_id", "unit_code", "peruste_id", name=op.f("pk_participant_unit")),
    )


def _period() -> None:
    op.create_table(
        "period",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("person_id", sa.String(length=36), nullable=False),
        sa.Column("institution_id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("site_id", sa.String(length=36), nullable=True),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.CheckConstraint("kind IN ('trial','work','coaching','study')", name=op.f("ck_period_kind")),
        sa.CheckConstraint("state IN ('planned','running','ended')", name=op.f("ck_period_state")),
        sa.ForeignKeyConstraint(
            ["institution_id"], ["institution.id"], name=op.f("fk_period_institution_id_institution")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["participant.person_id"], name=op.f("fk_period_person_id_participant")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_period")),
    )
    op.create_index(op.f("ix_period_institution_id"), "period", ["institution_id"], unique=False)
    op.create_index(op.f("ix_period_person_id"), "period", ["person_id"], unique=False)


def _reading_person() -> None:
    op.create_table(
        "reading_person",
        sa.Column("reading_id", sa.String(length=36), nullable=False),
        sa.Column("person_id", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["participant.person_id"], name=op.f("fk_reading_person_person_id_participant")
        ),
        sa.ForeignKeyConstraint(["reading_id"], ["reading.id"], name=op.f("fk_reading_person_reading_id_reading")),
        sa.PrimaryKeyConstraint("reading_id", "person_id", name=op.f("pk_reading_person")),
    )
    op.create_index(op.f("ix_reading_person_person_id"), "reading_person", ["person_id"], unique=False)


def _goal() -> None:
    op.create_table(
        "goal",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("person_id", sa.String(length=36), nullable=False),
        sa.Column("period_id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.ForeignKeyConstraint(["period_id"], ["period.id"], name=op.f("fk_goal_period_id_period")),
        sa.ForeignKeyConstraint(["person_id"], ["participant.person_id"], name=op.f("fk_goal_person_id_participant")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_goal")),
    )
    op.create_index(op.f("ix_goal_period_id"), "goal", ["period_id"], unique=False)
    op.create_index(op.f("ix_goal_person_id"), "goal", ["person_id"], unique=False)


def _observation_requirement() -> None:
    op.create_table(
        "observation_requirement",
        sa.Column("observation_id", sa.String(length=36), nullable=False),
        sa.Column("requirement_key", sa.String(length=255), nullable=False),
        sa.ForeignKeyConstraint(
            ["observation_id"], ["observation.id"], name=op.f("fk_observation_requirement_observation_id_observation")
        ),
        sa.PrimaryKeyConstraint("observation_id", "requirement_key", name=op.f("pk_observation_requirement")),
    )


def _period_pause() -> None:
    op.create_table(
        "period_pause",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("period_id", sa.String(length=36), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["period_id"], ["period.id"], name=op.f("fk_period_pause_period_id_period")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_period_pause")),
    )
    op.create_index(op.f("ix_period_pause_period_id"), "period_pause", ["period_id"], unique=False)


def _picture() -> None:
    op.create_table(
        "picture",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("observation_id", sa.String(length=36), nullable=False),
        sa.Column("person_id", sa.String(length=36), nullable=False),
        sa.Column("at", UtcTime(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["observation_id"], ["observation.id"], name=op.f("fk_picture_observation_id_observation")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["participant.person_id"], name=op.f("fk_picture_person_id_participant")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_picture")),
    )
    op.create_index(op.f("ix_picture_observation_id"), "picture", ["observation_id"], unique=False)
    op.create_index(op.f("ix_picture_person_id"), "picture", ["person_id"], unique=False)


def _service_form() -> None:
    op.create_table(
        "service_form",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("period_id", sa.String(length=36), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["period_id"], ["period.id"], name=op.f("fk_service_form_period_id_period")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_form")),
    )
    op.create_index(op.f("ix_service_form_period_id"), "service_form", ["period_id"], unique=False)


def _talk() -> None:
    op.create_table(
        "talk",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("period_id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("staff_id", sa.String(length=36), nullable=False),
        sa.Column("at", UtcTime(), nullable=False),
        sa.Column("accepted_at", UtcTime(), nullable=True),
        sa.Column("accepted_how", sa.String(length=16), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["period_id"], ["period.id"], name=op.f("fk_talk_period_id_period")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_talk_staff_id_staff")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_talk")),
    )
    op.create_index(op.f("ix_talk_period_id"), "talk", ["period_id"], unique=False)


def _goal_version() -> None:
    op.create_table(
        "goal_version",
        sa.Column("goal_id", sa.String(length=36), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("at", UtcTime(), nullable=False),
        sa.Column("staff_id", sa.String(length=36), nullable=False),
        sa.Column("accepted_at", UtcTime(), nullable=True),
        sa.Column("accepted_how", sa.String(length=16), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["goal_id"], ["goal.id"], name=op.f("fk_goal_version_goal_id_goal")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_goal_version_staff_id_staff")),
        sa.PrimaryKeyConstraint("goal_id", "version", name=op.f("pk_goal_version")),
    )
