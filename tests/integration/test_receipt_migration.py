"""The migration to one endorsement for each badge: down and up again, nothing that was signed is lost."""

from datetime import date

from alembic import command
from desk import Desk
from recognition import decide, save, school_beside
from sqlalchemy import text

from issuer.db.engine import writing_engine
from issuer.db.migrate import configuration
from issuer.services.recognition.finish_receipt import signed_receipt


def rows(url: str, query: str) -> list[tuple[object, ...]]:
    engine = writing_engine(url)
    try:
        with engine.begin() as connection:
            return [tuple(row) for row in connection.execute(text(query))]
    finally:
        engine.dispose()


def changed(url: str, statement: str) -> None:
    engine = writing_engine(url)
    try:
        with engine.begin() as connection:
            connection.execute(text(statement))
    finally:
        engine.dispose()


def test_receipts_and_days_come_through_the_migration_on_both_databases(both_desks: Desk) -> None:
    outside = both_desks.outside
    url = outside.database.url
    with school_beside(both_desks) as school:
        ref = school.sent(school.ready.issued())
        save(school, ref)
        decide(school, ref)
        case = school.case(ref).row
        with outside.database.read() as uow:
            before = signed_receipt(outside, uow, case.id, 1)
        command.downgrade(configuration(url), "0022")
        assert len(rows(url, "SELECT endorsement_tbs, endorsement FROM recognition_receipt")) == 1
        changed(url, "UPDATE recognition_case SET forget_on = NULL")
        changed(url, f"UPDATE recognition_case SET route = '0003' WHERE id = '{case.id}'")  # noqa: S608  an id of ours
        command.upgrade(configuration(url), "head")
        with outside.database.read() as uow:
            after = uow.recognition.get(case.id)
            assert signed_receipt(outside, uow, case.id, 1) == before
        assert case.forget_on is not None
        assert abs((after.forget_on or date.min) - case.forget_on).days <= 1
        assert (after.counted_at, after.result_due is None, after.decision_number) == (None, False, 1)
