"""What a school refuses whoever asks: an altered badge, and a grade that a workshop wrote into its badge."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import participants
import pytest
import workshop
from desk import Desk
from recognition import School, decide, save, school_beside
from workshop import Json

from issuer.domain.errors import InvalidFormError
from issuer.domain.permissions import Role
from issuer.domain.recognition import CaseState
from issuer.services.recognition import change_case, show_decision, take_in


@pytest.fixture
def whole(desk: Desk) -> Iterator[School]:
    with school_beside(desk, shown=len(participants.requirement_keys(desk))) as opened:
        yield opened


def document_of(school: School) -> Json:
    ref = school.sent(school.ready.issued())
    return json.loads(json.dumps(school.case(ref).badges[0].document))


def scanned(school: School, document: Json) -> str:
    return take_in.take_in(school.desk.outside, school.counsellor, json.dumps(document).encode(), as_text=False)


def test_nothing_is_accepted_over_an_altered_badge(whole: School) -> None:
    document = document_of(whole)
    document["credentialSubject"]["achievement"]["description"] += " Ja paljon muuta."
    ref = scanned(whole, document)
    save(whole, ref)
    with pytest.raises(InvalidFormError, match=r"recognition\.badge_altered"):
        decide(whole, ref)
    assert whole.case(ref).row.state is CaseState.IN_WORK
    page = whole.desk.client(Role.COUNSELLOR).get(f"/desk/{ref}/decide")
    assert page.status_code == 422
    assert "Merkki on muuttunut antamisen jälkeen." in page.text


def graded_by_a_workshop(school: School) -> Json:
    """A badge with a good signature of a workshop that nobody knows; a grade of 5 stands in it."""
    document = document_of(school)
    del document["proof"], document["credentialStatus"]
    achievement = document["credentialSubject"]["achievement"]
    grade = {
        "id": f"{achievement['id']}#grade",
        "type": ["ResultDescription"],
        "name": "Arvosana",
        "resultType": "LetterGrade",
        "allowedValue": ["1", "2", "3", "4", "5"],
    }
    achievement["resultDescription"].append(grade)
    given = {"type": ["Result"], "resultDescription": grade["id"], "value": "5"}
    document["credentialSubject"]["result"].append(given)
    document["issuer"] = {"id": workshop.KEY.did, "type": ["Profile"], "name": "Verstas"}
    document["id"] = "urn:uuid:0f2f8f5e-6f5a-4b0e-9d0a-000000000009"
    return workshop.sign(document, created=school.desk.outside.now() - timedelta(minutes=1))


def test_a_grade_that_a_workshop_wrote_into_a_badge_enters_no_decision(whole: School) -> None:
    ref = scanned(whole, graded_by_a_workshop(whole))
    case = whole.case(ref)
    assert case.badges[0].content.grade == "5"
    page = whole.desk.client(Role.COUNSELLOR).get(f"/desk/{ref}").text
    assert "Merkissä on arvosana. Sitä ei siirretä päätökseen" in page
    save(whole, ref, grade=5)
    with pytest.raises(InvalidFormError, match=r"recognition\.grade_not_assessor"):
        decide(whole, ref)
    with pytest.raises(InvalidFormError, match=r"recognition\.grade_route"):
        decide(whole, ref, whole.assessor)
    case = whole.case(ref)
    work = replace(case.work, grade=None)
    change_case.save(whole.desk.outside, whole.counsellor, ref, work, seen=case.row.version)
    decide(whole, ref)
    receipt = show_decision.for_school(whole.desk.outside, whole.counsellor, ref).receipt
    assert receipt is not None
    subject = json.loads(receipt)["credentialSubject"]
    assert [one for one in subject["result"] if "value" in one] == []
