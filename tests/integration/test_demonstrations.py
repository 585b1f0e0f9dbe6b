"""Demonstrations: the school opens its own, self-assessment first, no grade of a provider, one fault a case."""

from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

import pytest
from agreements import keys_of
from demonstrations import (
    all_rows,
    assessed,
    confirmed,
    employer,
    given,
    opened,
    plan,
    planned,
    requested,
    revision,
    teacher,
    today,
    yes,
)
from desk import BICYCLE, desk_over
from participants import participant

from issuer.domain.agreement import Outcome
from issuer.domain.demonstration import Decider, Kind, Row, Side, State, TalkMember, Word
from issuer.domain.errors import ConflictError, DomainError, ForbiddenError, InvalidRequestError, NotFoundError
from issuer.domain.permissions import Role
from issuer.services.demonstrations import (
    ask_correction,
    assess_demonstration,
    confirm_by_school,
    plan_demonstration,
    request_school,
)
from issuer.services.demonstrations.assess_demonstration import Talk
from issuer.services.demonstrations.opened import show
from issuer.services.demonstrations.request_school import Request


@contextmanager
def a_school(desk, number=2):
    with desk_over(desk.installation, kind="school", name="Ammattikoulu", number=number) as school:
        yield school


@contextmanager
def refused(desk, number, code, kind=DomainError):
    """The act is refused by this code and the demonstration says what it said before."""
    before = opened(desk, number)
    with pytest.raises(kind) as told:
        yield
    assert told.value.code == code
    assert opened(desk, number) == before


def coach(desk):
    return desk.staff[Role.WORK_COACH]


def test_a_school_with_a_desk_opens_assesses_and_grades_its_own_demonstration(both_desks):
    desk = both_desks
    with a_school(desk) as school:
        number = given(desk, confirmed(desk, participant(desk), school))
        teacher_of_school = school.staff[Role.ASSESSOR]
        assessed(desk, number, who=teacher_of_school)
        state = assess_demonstration.decide(
            desk.outside, teacher_of_school, number, grade=4, seen=revision(desk, number)
        )
        assert state is State.APPROVED
        with desk.outside.database.read() as uow:
            (row,) = uow.demonstrations.of(opened(desk, number).row.person_id, BICYCLE)
            acts = [act for _, _, act, _, _ in uow.demonstrations.history(number)]
        assert (row.state, row.grade, row.decided_on) == (State.APPROVED, 4, today(desk))
        assert acts == [
            "begun",
            "planned",
            "requested",
            "confirmed",
            "given",
            "own_view",
            "talk",
            "assessed",
            "decided",
        ]
        word = opened(desk, number).content.assessment.grade_word
        assert word.staff_id == teacher_of_school.id


def test_at_work_the_coach_of_the_trade_approves_without_a_grade(desk):
    number = assessed(desk, given(desk, planned(desk, participant(desk), Kind.WORK)))
    seen = revision(desk, number)
    with refused(desk, number, "agreement.grade", InvalidRequestError):
        assess_demonstration.decide(desk.outside, coach(desk), number, grade=3, seen=seen)
    assert assess_demonstration.decide(desk.outside, coach(desk), number, seen=seen) is State.APPROVED


def test_what_was_not_all_shown_is_to_be_completed_and_can_be_shown_again(desk):
    rows = all_rows(desk) | {keys_of(desk)[0]: Row(outcome=Outcome.IN_PART)}
    number = assessed(desk, given(desk, planned(desk, participant(desk), Kind.WORK)), results=rows)
    seen = revision(desk, number)
    assert assess_demonstration.decide(desk.outside, coach(desk), number, seen=seen) is State.TO_COMPLETE
    given(desk, number)
    assert opened(desk, number).content.assessment.results == {}


def test_nothing_goes_on_before_the_school_has_confirmed(desk):
    number = requested(desk, participant(desk))
    with refused(desk, number, "demonstration.not_confirmed", ConflictError):
        given(desk, number)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda both: both[:1], "demonstration.assessors"),
        (lambda both: (*both, replace(both[0], name="Kolmas")), "demonstration.assessors"),
        (lambda both: (both[0], replace(both[1], name=" opettaja  OPE ")), "demonstration.same_assessor"),
        (lambda both: (both[0], replace(both[1], name="osallistuja")), "demonstration.learner_decides"),
        (lambda both: (both[0], replace(both[0], name="Toinen ope")), "demonstration.sides"),
        (lambda both: (both[0], replace(both[1], decider=Decider.TEACHER)), "demonstration.side_code"),
        (lambda both: (both[0], replace(both[1], not_disqualified=False)), "demonstration.disqualified"),
        (lambda both: (both[0], replace(both[1], name=" ")), "demonstration.assessor_name"),
        (lambda both: (replace(both[0], staff_id="nobody"), both[1]), "demonstration.assessor_account"),
    ],
)
def test_assessors_that_break_a_rule_open_nothing(desk, change, code):
    number = requested(desk, participant(desk))
    both = change((teacher(desk), employer(desk)))
    with refused(desk, number, code):
        confirm_by_school.confirm(desk.outside, coach(desk), number, both, yes(desk), seen=3)


def test_two_of_the_schools_own_need_a_special_reason(desk):
    number = requested(desk, participant(desk))
    both = (teacher(desk), teacher(desk, name="Toinen ope", decider=Decider.OTHER_OF_PROVIDER))
    reason = yes(desk, special_reason="Alalla ei ole paikkakunnalla työelämän arvioijaa")
    confirm_by_school.confirm(desk.outside, coach(desk), number, both, reason, seen=3)
    assert {one.side for one in opened(desk, number).content.assessors} == {Side.TEACHER}


def test_without_a_recorded_induction_it_cannot_be_closed(desk):
    number = requested(desk, participant(desk))
    both = (teacher(desk), employer(desk, inducted_on=None))
    confirm_by_school.confirm(desk.outside, coach(desk), number, both, yes(desk), seen=3)
    assessed(desk, given(desk, number))
    with refused(desk, number, "demonstration.no_induction", ConflictError):
        assess_demonstration.decide(desk.outside, coach(desk), number, seen=revision(desk, number))


@pytest.mark.parametrize(("early", "late"), [(-1, 30), (-30, -1)])
def test_the_days_must_lie_inside_the_agreement(desk, early, late):
    number = requested(desk, participant(desk))
    day = today(desk)
    bounds = {"agreement_from": day + timedelta(days=early), "agreement_until": day + timedelta(days=late)}
    both = (teacher(desk), employer(desk))
    confirm_by_school.confirm(desk.outside, coach(desk), number, both, yes(desk, **bounds), seen=3)
    with refused(desk, number, "demonstration.outside_agreement", ConflictError):
        given(desk, number)


def test_a_provider_does_not_speak_for_a_school_that_has_a_desk(desk):
    with a_school(desk) as school:
        number = requested(desk, participant(desk), school)
        both = (teacher(desk), employer(desk))
        with refused(desk, number, "demonstration.schools_own_word", ForbiddenError):
            confirm_by_school.confirm(desk.outside, coach(desk), number, both, yes(desk), seen=3)


def test_only_an_assessor_whom_the_school_appointed_writes_results_and_grades(desk):
    with a_school(desk) as school:
        number = given(desk, confirmed(desk, participant(desk), school))
        assess_demonstration.record_own(desk.outside, coach(desk), number, all_rows(desk), declined=False, seen=5)
        other = school.add(Role.ASSESSOR)
        for who, code in ((coach(desk), "demonstration.schools_own_word"), (other, "demonstration.not_appointed")):
            with refused(desk, number, code, ForbiddenError):
                assess_demonstration.record_talk(
                    desk.outside, who, number, Talk(results=all_rows(desk)), seen=revision(desk, number)
                )


def test_a_grade_of_a_school_without_a_desk_stands_on_its_word(desk):
    number = assessed(desk, given(desk, confirmed(desk, participant(desk))))
    seen = revision(desk, number)
    with refused(desk, number, "demonstration.grade_word", ConflictError):
        assess_demonstration.decide(desk.outside, coach(desk), number, grade=4, seen=seen)
    late = Word(said_by="Opettaja", said_on=today(desk) + timedelta(days=1), how="puhelin")
    with refused(desk, number, "demonstration.word_day", InvalidRequestError):
        assess_demonstration.decide(desk.outside, coach(desk), number, grade=4, word=late, seen=seen)
    with refused(desk, number, "demonstration.grade", InvalidRequestError):
        word = replace(late, said_on=today(desk))
        assess_demonstration.decide(desk.outside, coach(desk), number, grade=6, word=word, seen=seen)
    assert (
        assess_demonstration.decide(desk.outside, coach(desk), number, grade=5, word=word, seen=seen) is State.APPROVED
    )
    assert opened(desk, number).content.assessment.grade_word.said_by == "Opettaja"


def test_the_self_assessment_comes_before_the_results(desk):
    number = given(desk, planned(desk, participant(desk), Kind.WORK))
    with refused(desk, number, "demonstration.self_assessment_first", ConflictError):
        assess_demonstration.record_talk(
            desk.outside, coach(desk), number, Talk(results=all_rows(desk)), seen=revision(desk, number)
        )
    assessed(desk, number)


def test_a_person_who_did_not_want_to_assess_is_not_asked_again(desk):
    number = given(desk, planned(desk, participant(desk), Kind.WORK))
    assess_demonstration.record_own(desk.outside, coach(desk), number, {}, declined=True, seen=revision(desk, number))
    talk = Talk(results=all_rows(desk), talk=(TalkMember.NO_TALK,), deciders=(0,))
    assess_demonstration.record_talk(desk.outside, coach(desk), number, talk, seen=revision(desk, number))
    assess_demonstration.mark_assessed(desk.outside, coach(desk), number, seen=revision(desk, number))
    assert opened(desk, number).row.state is State.ASSESSED


def test_the_own_view_is_not_written_after_the_results(desk):
    number = given(desk, planned(desk, participant(desk), Kind.WORK))
    assess_demonstration.record_own(desk.outside, coach(desk), number, all_rows(desk), declined=False, seen=3)
    assess_demonstration.record_talk(desk.outside, coach(desk), number, Talk(results=all_rows(desk)), seen=4)
    with refused(desk, number, "demonstration.own_after_results", ConflictError):
        assess_demonstration.record_own(desk.outside, coach(desk), number, all_rows(desk), declined=False, seen=5)


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"talk": ()}, "demonstration.talk"),
        ({"talk": (TalkMember.STUDENT,)}, "demonstration.talk"),
        ({"talk": (TalkMember.NO_TALK, TalkMember.STUDENT)}, "demonstration.talk"),
        ({"deciders": ()}, "demonstration.deciders"),
        ({"deciders": (5,)}, "demonstration.deciders"),
        ({"results": {}}, "demonstration.results_missing"),
    ],
)
def test_a_sheet_that_is_not_whole_is_not_assessed(desk, more, code):
    number = given(desk, planned(desk, participant(desk), Kind.WORK))
    assess_demonstration.record_own(desk.outside, coach(desk), number, all_rows(desk), declined=False, seen=3)
    values = {"results": all_rows(desk), "talk": (TalkMember.EMPLOYER, TalkMember.STUDENT), "deciders": (0,)} | more
    assess_demonstration.record_talk(desk.outside, coach(desk), number, Talk(**values), seen=4)
    with refused(desk, number, code, ConflictError):
        assess_demonstration.mark_assessed(desk.outside, coach(desk), number, seen=5)


def test_the_two_lists_of_codes_differ_at_five_and_the_learner_is_in_one_only():
    assert (Decider(5).name, TalkMember(5).name) == ("OTHER_OF_PROVIDER", "STUDENT")
    assert not any("STUDENT" in one.name for one in Decider)


@pytest.mark.parametrize(("days", "late"), [(14, False), (15, True)])
def test_a_correction_can_be_asked_for_within_fourteen_days_once(desk, days, late):
    number = assessed(desk, given(desk, planned(desk, participant(desk), Kind.WORK)))
    assess_demonstration.decide(desk.outside, coach(desk), number, seen=revision(desk, number))
    desk.installation.clock.moved = timedelta(days=days)
    seen = revision(desk, number)
    if late:
        with refused(desk, number, "demonstration.correction_late", ConflictError):
            ask_correction.ask(desk.outside, coach(desk), number, "Katsokaa uudelleen", seen=seen)
        return
    ask_correction.ask(desk.outside, coach(desk), number, "Katsokaa uudelleen", seen=seen)
    assert (opened(desk, number).row.state, opened(desk, number).row.decided_on) == (State.GIVEN, None)
    assessed(desk, number)
    assess_demonstration.decide(desk.outside, coach(desk), number, seen=revision(desk, number))
    with refused(desk, number, "demonstration.correction_asked", ConflictError):
        ask_correction.ask(desk.outside, coach(desk), number, "Vielä kerran", seen=revision(desk, number))


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"requirement_keys": ()}, "demonstration.requirements"),
        ({"requirement_keys": ("demo-other",)}, "demonstration.requirements"),
        ({"ends_on": "before"}, "demonstration.dates"),
        ({"ends_on": "late"}, "demonstration.dates"),
        ({"tasks": ("a",) * 21}, "demonstration.tasks"),
        ({"place_kind": 4}, "demonstration.place_kind"),
        ({"language": "xx"}, "demonstration.language"),
        ({"place": "a" * 121}, "text.length"),
        ({"place": "Vanki\u202elan paja"}, "text.control"),
        ({"place": "päihdekuntoutujien verstas"}, "privacy.telling_word"),
    ],
)
def test_a_plan_that_breaks_a_rule_is_not_saved(desk, more, code):
    number = planned(desk, participant(desk))
    ends = {"before": today(desk) - timedelta(days=9), "late": today(desk) + timedelta(days=999)}
    values = {name: ends.get(value, value) if name == "ends_on" else value for name, value in more.items()}
    with refused(desk, number, code):
        plan_demonstration.save(desk.outside, coach(desk), number, plan(desk, **values), seen=2)


def test_a_plan_that_changes_after_the_schools_yes_must_be_confirmed_anew(desk):
    number = confirmed(desk, participant(desk))
    changed = plan(desk, place="Toinen verstas")
    plan_demonstration.save(desk.outside, coach(desk), number, changed, seen=4)
    found = opened(desk, number)
    assert (found.content.confirmation, found.content.assessors, found.row.confirmed_at) == (None, (), None)


@pytest.mark.parametrize(
    ("request_", "code"),
    [
        (Request(school_id=None, school_name="Koulu", learner="Nimi", wanted=False), "demonstration.no_permission"),
        (Request(school_id=None, school_name="", learner="Nimi", wanted=True), "demonstration.incomplete"),
        (Request(school_id=None, school_name="Koulu", learner=" ", wanted=True), "demonstration.learner_name"),
        (Request(school_id="x", school_name="", learner="Nimi", wanted=True), "demonstration.school"),
    ],
)
def test_a_request_that_is_not_whole_or_not_wanted_is_not_sent(desk, request_, code):
    number = planned(desk, participant(desk))
    with refused(desk, number, code):
        request_school.send(desk.outside, coach(desk), number, request_, seen=2)


def test_a_request_to_another_school_takes_the_first_ones_word_away(desk):
    person = participant(desk)
    with a_school(desk) as school:
        number = confirmed(desk, person, school)
        again = Request(school_id=None, school_name="Toinen koulu", learner="Aino", wanted=True)
        request_school.send(desk.outside, desk.staff[Role.WORK_COACH], number, again, seen=revision(desk, number))
    now = opened(desk, number)
    assert (now.content.confirmation, now.content.assessors, now.row.confirmed_at) == (None, (), None)


def test_one_at_work_asks_no_school(desk):
    number = planned(desk, participant(desk), Kind.WORK)
    asked = Request(school_id=None, school_name="Koulu", learner="Nimi", wanted=True)
    with refused(desk, number, "demonstration.not_schools", ConflictError):
        request_school.send(desk.outside, coach(desk), number, asked, seen=2)


def test_the_second_of_two_editors_is_told(desk):
    number = planned(desk, participant(desk))
    with refused(desk, number, "demonstration.changed", ConflictError):
        plan_demonstration.save(desk.outside, coach(desk), number, plan(desk, place="Muualla"), seen=1)


def test_a_second_one_of_the_same_unit_waits_for_the_first(desk):
    person = participant(desk)
    planned(desk, person)
    with pytest.raises(ConflictError, match=r"demonstration\.open_already"):
        planned(desk, person)


def test_strangers_find_nothing_and_the_school_only_what_it_was_asked(desk):
    with a_school(desk) as school, desk_over(desk.installation, name="Toinen talo", number=1) as other:
        number = planned(desk, participant(desk), adjustments="Tarvitsen taukoja")
        for who in (other.staff[Role.WORK_COACH], school.staff[Role.ASSESSOR]):
            with pytest.raises(NotFoundError):
                show(desk.outside, who, number)
        asked = Request(school_id=school.institution.id, school_name="", learner="Etunimi", wanted=True)
        request_school.send(desk.outside, coach(desk), number, asked, seen=2)
        seen, name, code = show(desk.outside, school.staff[Role.ASSESSOR], number)
        assert (name, code, seen.content.plan.adjustments) == ("Etunimi", "", "")
        with pytest.raises(NotFoundError):
            show(desk.outside, other.staff[Role.WORK_COACH], number)
        with desk.outside.database.read() as uow:
            last = uow.coaching.readings_of(seen.row.person_id)
        assert school.institution.id in {one.institution_id for one in last}


def test_what_is_personal_lies_sealed(desk):
    planned(desk, participant(desk), place="Kanarianlintu", adjustments="Marsupilami")
    stored = b"".join(path.read_bytes() for path in desk.installation.home.rglob("*.sqlite3*"))
    assert b"Kanarianlintu" not in stored
    assert b"Marsupilami" not in stored
