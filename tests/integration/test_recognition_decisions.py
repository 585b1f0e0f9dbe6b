"""The school decides: what is refused, what is signed, and what another school reads from it."""

import base64
import hashlib
import json
from collections.abc import Iterator
from dataclasses import replace

import pytest
from desk import Desk
from recognition import School, decide, decided_work, save, school_beside

from issuer.domain.errors import ConflictError, DomainError, InvalidFormError
from issuer.domain.recognition import CaseState, Choice, Reason, Route, Row
from issuer.domain.recognition_terms import SchoolRules
from issuer.services import revoke_badge
from issuer.services.recognition import change_case, decide_case
from issuer.services.recognition.check_badges import check_badge
from issuer.services.recognition.finish_receipt import signed_receipt
from verifier import Verdict


@pytest.fixture
def school(desk: Desk) -> Iterator[School]:
    with school_beside(desk) as opened:
        yield opened


def codes(error: DomainError) -> set[str]:
    return {fault.code for fault in error.faults} if isinstance(error, InvalidFormError) else {error.code}


def receipt_of(school: School, ref: str) -> tuple[dict, dict]:
    with school.desk.outside.database.read() as uow:
        row = uow.recognition.of_school(ref, school.desk.institution.id)
        found = signed_receipt(school.desk.outside, uow, row.id, row.decision_number)
    assert found is not None
    (endorsement,) = found.endorsements
    return json.loads(found.receipt), json.loads(endorsement)


def test_a_direct_decision_gives_a_receipt_that_names_the_badge_by_id_and_digest(school: School) -> None:
    ref = school.sent(school.ready.issued())
    save(school, ref)
    outcome = decide(school, ref)
    assert (outcome.decided, outcome.signed) == (True, True)
    receipt, endorsement = receipt_of(school, ref)
    (badge,) = school.case(ref).badges
    assert receipt["issuer"]["id"] == school.desk.institution.did
    assert [one["id"] for one in receipt["evidence"]] == [badge.content.id]
    digest = "sha256-" + base64.b64encode(hashlib.sha256(badge.data).digest()).decode()
    assert [(one["id"], one["digestSRI"]) for one in receipt["relatedResource"]] == [(badge.content.id, digest)]
    assert len(receipt["credentialSubject"]["result"]) == len(school.ready.keys)
    assert endorsement["credentialSubject"]["id"] == badge.content.id
    for document in (receipt, endorsement):
        report = check_badge(school.desk.outside, json.dumps(document).encode())
        assert report.verdict is Verdict.ACCEPTED


def test_a_decided_case_holds_its_figures_and_takes_no_more_changes(school: School) -> None:
    ref = school.sent(school.ready.issued())
    save(school, ref)
    decide(school, ref)
    case = school.case(ref)
    row, shown = case.row, len(school.ready.keys)
    assert (row.state, row.route, row.coverage, row.accepted, row.in_part) == (CaseState.DECIDED, "0001", "part", 6, 0)
    assert row.not_accepted == len(case.unit.requirements) - shown
    assert row.points is None
    with pytest.raises(ConflictError, match=r"recognition\.closed"):
        change_case.save(school.desk.outside, school.counsellor, ref, case.work, seen=row.version)


def test_a_refusal_of_everything_needs_reasons_only_and_gives_no_receipt(school: School) -> None:
    ref = school.sent(school.ready.issued())
    case = school.case(ref)
    rows = {one.key: Row(choice=Choice.NOT, reason=Reason.OUTDATED if one.key in case.seen else Reason.ABSENT)
            for one in case.unit.requirements}  # fmt: skip
    change_case.save(school.desk.outside, school.counsellor, ref, replace(case.work, rows=rows), seen=case.row.version)
    outcome = decide(school, ref)
    assert (outcome.decided, outcome.receipt_id) == (True, None)
    assert school.case(ref).row.coverage == "refused"


def test_a_withdrawn_badge_is_found_by_the_check_at_the_decision(school: School) -> None:
    credential = school.ready.issued()
    ref = school.sent(credential)
    save(school, ref)
    institution = school.desk.installation.umbrella
    revoke_badge.revoke(school.desk.outside, credential, institution_id=institution.id, reason="mistake", actor="cli")
    with pytest.raises(InvalidFormError) as caught:
        decide(school, ref)
    assert codes(caught.value) == {"recognition.badge_withdrawn"}
    assert school.case(ref).row.state is CaseState.IN_WORK


def test_two_who_work_at_once_one_wins_and_the_other_is_told(school: School) -> None:
    ref = school.sent(school.ready.issued())
    case = school.case(ref)
    work, outside = decided_work(case), school.desk.outside
    change_case.save(outside, school.counsellor, ref, work, seen=case.row.version)
    other = replace(work, route=Route.ASSESSORS)
    with pytest.raises(ConflictError, match=r"recognition\.changed"):
        change_case.save(outside, school.assessor, ref, other, seen=case.row.version)
    assert school.case(ref).work.route is Route.DIRECT


def test_where_the_school_wants_two_the_second_confirms_the_same_content(school: School) -> None:
    with school.desk.outside.database.write() as uow:
        uow.recognition.put_rules(school.desk.institution.id, SchoolRules(deciders=2), now=school.desk.outside.now())
    ref = school.sent(school.ready.issued())
    save(school, ref)
    assert decide(school, ref).decided is False
    assert school.case(ref).row.state is CaseState.WAITING
    with pytest.raises(ConflictError, match=r"recognition\.same_decider"):
        decide(school, ref)
    assert decide(school, ref, school.assessor).decided is True
    assert school.case(ref).row.first_decider_id == school.counsellor.id


def test_a_change_takes_the_first_deciders_yes_away(school: School) -> None:
    with school.desk.outside.database.write() as uow:
        uow.recognition.put_rules(school.desk.institution.id, SchoolRules(deciders=2), now=school.desk.outside.now())
    ref = school.sent(school.ready.issued())
    save(school, ref)
    decide(school, ref)
    save(school, ref, words="Tervetuloa jatkamaan.")
    assert school.case(ref).row.first_decider_id is None


def test_a_content_that_changed_after_it_was_looked_at_is_not_decided(school: School) -> None:
    ref = school.sent(school.ready.issued())
    save(school, ref)
    with pytest.raises(ConflictError, match=r"recognition\.changed"):
        decide_case.decide(school.desk.outside, school.counsellor, ref, seen="00" * 32, assertion="{}")
