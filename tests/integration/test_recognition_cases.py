"""Cases at a school: how they begin, who sees them, and that the same badge opens one only."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from desk import BICYCLE, Desk, desk_over
from recognition import School, school_beside

from issuer.domain.agreement import Outcome
from issuer.domain.errors import NotFoundError
from issuer.domain.permissions import Role
from issuer.domain.recognition import CaseState, Choice, Reason, Row
from issuer.services.recognition.open_case import open_case
from issuer.services.recognition.read_case import read_case


@pytest.fixture
def school(both_desks: Desk) -> Iterator[School]:
    with school_beside(both_desks) as opened:
        yield opened


def test_a_sent_badge_opens_a_case_with_its_rows_and_those_absent_filled(school: School) -> None:
    case = school.case(school.sent(school.ready.issued()))
    assert (case.row.state, case.row.way, case.row.unit) == (CaseState.NEW, "sent", BICYCLE)
    assert {key for key, seen in case.seen.items() if seen.outcome is Outcome.SHOWN} == set(school.ready.keys)
    absent = [one.key for one in case.unit.requirements if one.key not in case.seen]
    assert absent
    assert {case.work.rows[key] for key in absent} == {Row(choice=Choice.NOT, reason=Reason.ABSENT)}
    assert not set(case.work.rows) & set(case.seen)


def test_the_same_badge_sent_again_leads_to_the_open_case(school: School) -> None:
    credential = school.ready.issued()
    share = school.share(credential)
    first = open_case(school.desk.outside, school.holder, share, school.desk.institution.id)
    assert open_case(school.desk.outside, school.holder, share, school.desk.institution.id) == first


def test_a_case_is_unknown_at_another_school(school: School) -> None:
    ref = school.sent(school.ready.issued())
    other = desk_over(school.desk.installation, kind="school", name="Toinen oppilaitos", number=2)
    with other as elsewhere, pytest.raises(NotFoundError):
        read_case(elsewhere.outside, elsewhere.staff[Role.COUNSELLOR], ref)


def test_each_opening_is_one_reading_that_the_learner_sees(school: School) -> None:
    ref = school.sent(school.ready.issued())
    with school.desk.outside.database.read() as uow:
        before = len(uow.coaching.readings_of(school.holder.person_id))
    school.desk.installation.clock.moved += timedelta(seconds=2)  # later than the looks before
    school.case(ref)
    with school.desk.outside.database.read() as uow:
        readings = uow.coaching.readings_of(school.holder.person_id)
    assert len(readings) == before + 1
    assert (readings[0].institution_id, readings[0].what) == (school.desk.institution.id, "case")
