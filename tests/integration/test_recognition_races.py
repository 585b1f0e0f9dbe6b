"""Two deciders at once, several badges in one case, and what time does to cases; on both databases where it matters."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from desk import Desk
from recognition import School, another_badge, decide, decision, save, school_beside
from software_passkey import add_passkey

from issuer.db.person_keys import PersonErasedError
from issuer.db.repositories.recognition import RecognitionRepository
from issuer.domain.badge_draft import DraftScope
from issuer.domain.errors import ConflictError, InvalidRequestError, NotFoundError, StoreBusyError
from issuer.domain.recognition import CaseState, Choice, Reason, Row
from issuer.domain.share_parts import ALL_PARTS, Audience, Part, ShareKind
from issuer.pages.school.desk_export import recognised
from issuer.services import signing_act
from issuer.services.erasing import keep_times
from issuer.services.recognition import decide_case, look_after_cases, show_decision, take_in
from issuer.services.recognition.correct_decision import keep_decision
from issuer.services.sharing import make_share
from issuer.services.sharing.make_share import ShareWish
from issuer.services.sharing.share_codes import typed_form


@pytest.fixture
def school(desk: Desk) -> Iterator[School]:
    with school_beside(desk) as opened:
        yield opened


@pytest.fixture
def both_schools(both_desks: Desk) -> Iterator[School]:
    with school_beside(both_desks) as opened:
        yield opened


def test_of_two_who_decide_at_once_one_wins_the_other_is_told_and_one_receipt_is_made(both_schools: School) -> None:
    school, outside = both_schools, both_schools.desk.outside
    ref = school.sent(school.ready.issued())
    save(school, ref)
    digest = decide_case.decision_digest(school.case(ref))
    answers = {}
    for who in (school.counsellor, school.assessor):
        passkey = add_passkey(outside, who)
        asked = signing_act.begin(outside, who, decide_case.act_name(ref), digest)
        answers[who.id] = (who, passkey.confirm(asked))

    def act(staff_id: str) -> str:
        who, assertion = answers[staff_id]
        try:
            decide_case.decide(outside, who, ref, seen=digest.hex(), assertion=assertion)
        except (ConflictError, StoreBusyError) as told:
            return told.code
        return "decided"

    with ThreadPoolExecutor(2) as pool:
        told = sorted(pool.map(act, answers))
    assert told.count("decided") == 1
    assert set(told) - {"decided"} <= {"recognition.changed", "recognition.closed", "store.busy"}
    case = school.case(ref)
    assert (case.row.state, case.row.accepted) == (CaseState.DECIDED, len(school.ready.keys))
    with outside.database.read() as uow:
        assert uow.recognition.receipt(case.row.id, 1) is not None


def test_a_second_badge_joins_the_case_without_counting_twice_and_a_repeat_is_refused(school: School) -> None:
    ref = school.sent(school.ready.issued())
    outside, who, other = school.desk.outside, school.counsellor, another_badge(school)
    school.desk.installation.clock.moved += timedelta(seconds=2)  # added later than the first
    take_in.take_in(outside, who, other, as_text=False, ref=ref)
    case = school.case(ref)
    assert [len(one.content.told) for one in case.badges] == [6, 4]
    assert len(case.seen) == 7
    assert sorted(seen.badges for seen in case.seen.values()) == [(1,)] * 3 + [(1, 2)] * 3 + [(2,)]
    with pytest.raises(ConflictError, match=r"recognition\.badge_known"):
        take_in.take_in(outside, who, other, as_text=False, ref=ref)
    take_in.drop(outside, who, ref, case.badges[0].row.id)
    after = school.case(ref)
    (left,) = after.badges
    assert case.row.person_id == school.holder.person_id
    assert after.row.person_id not in (None, school.holder.person_id)
    with pytest.raises(ConflictError, match=r"recognition\.last_badge"):
        take_in.drop(outside, who, ref, left.row.id)


def test_with_the_last_badge_of_a_person_name_and_look_at_who_it_is_go(school: School) -> None:
    ref = school.sent(school.ready.issued())
    take_in.take_in(school.desk.outside, school.counsellor, another_badge(school), as_text=False, ref=ref)
    mine = next(one for one in save(school, ref, name="Aino").badges if one.row.way == "share")
    take_in.drop(school.desk.outside, school.counsellor, ref, mine.row.id)
    case = school.case(ref)
    assert (case.name, case.work.identity_seen) == ("", False)
    with pytest.raises(NotFoundError):
        show_decision.for_holder(school.desk.outside, school.holder, ref)


def test_dropping_another_badge_leaves_name_and_person(school: School) -> None:
    ref = school.sent(school.ready.issued())
    take_in.take_in(school.desk.outside, school.counsellor, another_badge(school), as_text=False, ref=ref)
    other = next(one for one in save(school, ref, name="Aino").badges if one.row.way != "share")
    take_in.drop(school.desk.outside, school.counsellor, ref, other.row.id)
    case = school.case(ref)
    assert (case.name, case.work.identity_seen, case.row.person_id) == ("Aino", True, school.holder.person_id)


def test_a_badge_of_another_owner_asks_for_another_look_at_who_it_is(school: School) -> None:
    ref = school.sent(school.ready.issued())
    save(school, ref, name="Aino")
    take_in.take_in(school.desk.outside, school.counsellor, another_badge(school), as_text=False, ref=ref)
    case = school.case(ref)
    assert (case.name, case.work.identity_seen) == ("Aino", False)


def test_a_case_that_changed_at_the_same_moment_is_not_taken_back(
    school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    ref = school.sent(school.ready.issued())
    old = school.case(ref).row
    save(school, ref)
    monkeypatch.setattr(RecognitionRepository, "of_person", lambda *_: old)  # read before the change
    with pytest.raises(ConflictError, match=r"recognition\.changed"):
        show_decision.withdraw(school.desk.outside, school.holder, ref)
    assert school.case(ref).row.state is CaseState.IN_WORK


def test_a_case_that_is_worked_on_while_it_is_forgotten_is_left_for_the_next_round(
    school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    ref, outside = school.sent(school.ready.issued()), school.desk.outside
    old = school.case(ref).row
    save(school, ref)
    monkeypatch.setattr(RecognitionRepository, "to_forget", lambda *_: [old])  # read before the change
    assert look_after_cases.forget_cases(outside) == 0
    assert keep_times.run(outside)["cases at schools"] == 0
    assert len(school.case(ref).badges) == 1


def test_who_is_erased_while_the_school_decides_is_not_tied_to_the_case_again(school: School) -> None:
    ref, outside = school.sent(school.ready.issued()), school.desk.outside
    save(school, ref)

    def erased(name: str) -> None:
        if name == "decide.after_confirm":
            with outside.database.write() as uow:
                assert uow.recognition.forget_person(school.holder.person_id, now=outside.now()) == [row.id]

    row = school.case(ref).row
    digest, assertion = decision(school, ref, school.counsellor)
    with pytest.raises(ConflictError, match=r"recognition\.changed"):
        decide_case.decide(
            replace(outside, checkpoint=erased), school.counsellor, ref, seen=digest, assertion=assertion
        )
    with outside.database.read() as uow:
        left = uow.recognition.get(row.id)
    assert (left.state, left.person_id, left.sealed) == (CaseState.WITHDRAWN, None, None)


def test_a_case_that_nobody_decides_is_forgotten_six_months_after_the_day_of_the_answer(school: School) -> None:
    ref = school.sent(school.ready.issued())
    outside, clock, row = school.desk.outside, school.desk.installation.clock, school.case(ref).row
    clock.moved += timedelta(days=14 + 182)
    assert look_after_cases.forget_cases(outside) == 0
    clock.moved += timedelta(days=2)
    assert look_after_cases.forget_cases(outside) == 1
    with outside.database.read() as uow:
        left = uow.recognition.get(row.id)
        assert uow.recognition.badges(row.id) == []
    assert (left.state, left.person_id, left.sealed) == (CaseState.WITHDRAWN, None, None)
    with pytest.raises(PersonErasedError):
        outside.person_keys.unseal(row.id, "recognition_case", row.sealed)


def test_a_forgotten_decision_takes_no_answer(school: School) -> None:
    ref = school.sent(school.ready.issued())
    save(school, ref)
    decide(school, ref)
    school.desk.installation.clock.moved += timedelta(days=184)
    assert look_after_cases.forget_cases(school.desk.outside) == 1
    with pytest.raises(NotFoundError):
        keep_decision(school.desk.outside, school.counsellor, ref, "Hei", seen=2)


def test_the_export_names_only_badges_that_something_was_accepted_from(school: School) -> None:
    ref = school.sent(school.ready.issued())
    take_in.take_in(school.desk.outside, school.counsellor, another_badge(school), as_text=False, ref=ref)
    case = school.case(ref)
    mine = next(place for place, one in enumerate(case.badges, start=1) if one.row.way == "share")
    alone = {key: Row(choice=Choice.ACCEPT) for key, seen in case.seen.items() if seen.badges == (mine,)}
    refused = {key: Row(choice=Choice.NOT, reason=Reason.OUTDATED) for key in case.seen if key not in alone}
    save(school, ref, rows=case.work.rows | refused | alone)
    decide(school, ref)
    told = show_decision.for_school(school.desk.outside, school.counsellor, ref)
    assert [one.number for one in recognised(told).grounds] == [case.badges[mine - 1].content.id]


def test_an_earlier_schools_receipt_counts_as_evidence_at_the_next_school(school: School) -> None:
    ref = school.sent(school.ready.issued())
    save(school, ref)
    decide(school, ref)
    told = show_decision.for_school(school.desk.outside, school.counsellor, ref)
    assert told.receipt is not None
    again = take_in.take_in(school.desk.outside, school.counsellor, told.receipt, as_text=False)
    case = school.case(again)
    assert case.badges[0].content.issuer_id == school.desk.institution.did
    assert set(case.seen) == set(school.ready.keys)


def test_the_school_is_reminded_once_on_the_day_after_its_answer_was_due(school: School) -> None:
    ref = school.sent(school.ready.issued())
    outside, clock = school.desk.outside, school.desk.installation.clock
    clock.moved += timedelta(days=13)
    assert look_after_cases.remind_schools(outside) == 0
    clock.moved += timedelta(days=2)
    assert (look_after_cases.remind_schools(outside), look_after_cases.remind_schools(outside)) == (1, 0)
    assert school.case(ref).row.reminded_at is not None


def test_six_months_after_the_decision_the_case_is_empty_and_the_receipt_stays(school: School) -> None:
    ref = school.sent(school.ready.issued())
    save(school, ref)
    decide(school, ref)
    outside, clock, row = school.desk.outside, school.desk.installation.clock, school.case(ref).row
    clock.moved += timedelta(days=182)
    assert look_after_cases.forget_cases(outside) == 0
    clock.moved += timedelta(days=2)
    assert look_after_cases.forget_cases(outside) == 1
    with pytest.raises(NotFoundError):
        school.case(ref)
    with pytest.raises(PersonErasedError):
        outside.person_keys.unseal(row.id, "recognition_case", row.sealed)
    with outside.database.read() as uow:
        left = uow.recognition.get(row.id)
        receipt = uow.recognition.receipt(row.id, 1)
    assert (left.coverage, left.accepted, left.person_id, left.sealed) == ("part", 6, None, None)
    assert receipt is not None


def test_erasing_a_participant_ends_undecided_cases_and_cuts_the_tie_to_decided_ones(school: School) -> None:
    decided = school.sent(school.ready.issued())
    save(school, decided)
    decide(school, decided)
    waiting = school.sent(school.ready.issued(DraftScope.GENERIC, competence="tidiness"))
    outside = school.desk.outside
    with outside.database.write() as uow:
        ended = uow.recognition.forget_person(school.holder.person_id, now=outside.now())
    assert len(ended) == 1
    assert school.case(decided).row.person_id is None
    with pytest.raises(NotFoundError):
        school.case(waiting)


def test_a_link_that_shows_only_parts_opens_no_case_and_a_printed_code_does(school: School) -> None:
    credential, outside, who = school.ready.issued(), school.desk.outside, school.counsellor
    some = ShareWish(audience=Audience.EMPLOYER, parts=frozenset({Part.WHAT_I_CAN}))
    link = make_share.make(outside, school.holder, credential, some)
    with pytest.raises(InvalidRequestError, match=r"recognition\.link_of_parts"):
        take_in.take_in(outside, who, link.url.encode(), as_text=True)
    paper = ShareWish(audience=Audience.ANYONE, parts=ALL_PARTS, kind=ShareKind.PAPER)
    code = typed_form(outside.link_secret, make_share.make(outside, school.holder, credential, paper).id)
    assert len(school.case(take_in.take_in(outside, who, code.encode(), as_text=True)).badges) == 1
