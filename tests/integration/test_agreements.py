"""Self-assessment, coach's view, talk and confirmation: only what both confirmed counts, and a change undoes it."""

from datetime import timedelta

import pytest
from agreements import agree, give_views, keys_of, lines_of, observe
from desk import BICYCLE, desk_over
from participants import participant

from issuer.domain.agreement import Channel, Outcome, ResultState, read_outcome
from issuer.domain.errors import ConflictError, ForbiddenError, InvalidFormError, InvalidRequestError, NotFoundError
from issuer.domain.observation import Medium, Origin
from issuer.domain.permissions import Role
from issuer.domain.unit_ref import UnitRef
from issuer.services.agreements import confirm_results, propose_results, record_coach_view, record_own_view, sheet
from issuer.services.agreements.confirm_results import Confirmation
from issuer.services.agreements.record_coach_view import CoachAnswer
from issuer.services.agreements.record_own_view import OwnAnswer

SHOWN, IN_PART, NOT_YET = Outcome.SHOWN, Outcome.IN_PART, Outcome.NOT_YET


def new_person(desk) -> str:
    return participant(desk).person_id


def agreed(desk, person, unit=BICYCLE):
    with desk.outside.database.read() as uow:
        return uow.agreements.agreed(person, unit)


def trail(desk):
    with desk.outside.database.read() as uow:
        return uow.audit.head()[0]


def coach_of(desk):
    return desk.staff[Role.WORK_COACH]


def confirm(desk, person, **more):
    yes = Confirmation(channel=Channel.DEVICE, device_of=coach_of(desk), **more)
    return confirm_results.confirm(desk.outside, person, BICYCLE, yes)


def propose(desk, person, results, *, who=None, **more):
    return propose_results.propose(desk.outside, who or coach_of(desk), person, BICYCLE, results, **more)


def test_what_both_confirmed_is_agreed_and_named_by_outcome(both_desks):
    desk, person = both_desks, new_person(both_desks)
    first, second, third, *_ = keys_of(desk)
    agree(desk, person, shown=(first, second), in_part=(third,), wanted=())
    found = agreed(desk, person)
    assert {key: one.outcome for key, one in found.items()} == {first: SHOWN, second: SHOWN, third: IN_PART}
    assert [found[key].may_enter_badge for key in (first, third)] == [True, False]
    assert found[first].coach_id == coach_of(desk).id
    with desk.outside.database.read() as uow:
        assert uow.agreements.shown_of(desk.institution.id) == {(person, BICYCLE): frozenset({first, second})}
        assert uow.agreements.agreed_of([person]) == {(person, BICYCLE): found}


def test_in_part_enters_a_badge_only_with_the_participants_tick(desk):
    person, (first, second, *_) = new_person(desk), keys_of(desk)
    agree(desk, person, shown=(), in_part=(first, second), wanted=(second,))
    assert [agreed(desk, person)[key].may_enter_badge for key in (first, second)] == [False, True]


def test_a_tick_at_a_row_that_is_not_in_part_is_refused(desk):
    person, (first, *_) = new_person(desk), keys_of(desk)
    observe(desk, person, [first])
    give_views(desk, person, {first: SHOWN}, {first: SHOWN})
    propose(desk, person, {first: SHOWN})
    before = trail(desk)
    with pytest.raises(InvalidRequestError, match=r"agreement\.not_in_part"):
        confirm(desk, person, wanted_in_part=frozenset({first}))
    assert trail(desk) == before
    assert agreed(desk, person) == {}


def test_the_coachs_view_opens_only_after_the_own_answer(desk):
    person, (first, second, *_) = new_person(desk), keys_of(desk)
    answer = {first: OwnAnswer(outcome=SHOWN)}
    record_own_view.record(desk.outside, person, BICYCLE, answer, device_of=coach_of(desk))
    before = trail(desk)
    views = {first: CoachAnswer(outcome=SHOWN), second: CoachAnswer(outcome=SHOWN)}
    with pytest.raises(ConflictError, match=r"agreement\.own_answer_first"):
        record_coach_view.record(desk.outside, coach_of(desk), person, BICYCLE, views)
    assert trail(desk) == before
    assert lines_of(desk, person)[first].coach is None


@pytest.mark.parametrize("role", [Role.PERSONAL_COACH, Role.GROUP_COACH, Role.SUPERVISOR, Role.ADMINISTRATOR])
def test_only_a_work_coach_says_what_was_shown(desk, role):
    person, (first, *_) = new_person(desk), keys_of(desk)
    answer = {first: OwnAnswer(outcome=SHOWN)}
    record_own_view.record(desk.outside, person, BICYCLE, answer, device_of=coach_of(desk))
    with pytest.raises(ForbiddenError, match=r"role\.not_allowed"):
        record_coach_view.record(desk.outside, desk.staff[role], person, BICYCLE, {first: CoachAnswer(outcome=SHOWN)})
    with pytest.raises(ForbiddenError, match=r"role\.not_allowed"):
        propose(desk, person, {first: SHOWN}, who=desk.staff[role])


def test_a_work_coach_of_another_trade_is_told_so(desk):
    person, (first, *_) = new_person(desk), keys_of(desk)
    baker = desk.add(Role.WORK_COACH, trades=("koulutus_381408",))
    answer = {first: OwnAnswer(outcome=SHOWN)}
    record_own_view.record(desk.outside, person, BICYCLE, answer, device_of=baker)
    with pytest.raises(ForbiddenError, match=r"agreement\.other_trade"):
        record_coach_view.record(desk.outside, baker, person, BICYCLE, {first: CoachAnswer(outcome=SHOWN)})
    with pytest.raises(ForbiddenError, match=r"agreement\.other_trade"):
        propose(desk, person, {first: SHOWN}, who=baker)


@pytest.mark.parametrize("outcome", [SHOWN, IN_PART])
def test_a_row_without_an_observation_is_refused_by_its_place(desk, outcome):
    person, (first, second, *_) = new_person(desk), keys_of(desk)
    observe(desk, person, [first])
    give_views(desk, person, {first: SHOWN, second: SHOWN}, {first: SHOWN, second: SHOWN})
    before = trail(desk)
    with pytest.raises(InvalidFormError) as refused:
        propose(desk, person, {first: SHOWN, second: outcome})
    assert [(one.code, one.pointer) for one in refused.value.faults] == [("agreement.no_observation", "/result-2")]
    assert trail(desk) == before
    assert lines_of(desk, person)[first].result is None


def test_not_yet_and_left_open_need_no_observation_and_open_counts_nowhere(desk):
    person, (first, second, *_) = new_person(desk), keys_of(desk)
    give_views(desk, person, {first: NOT_YET, second: SHOWN}, {first: NOT_YET, second: IN_PART})
    assert propose(desk, person, {first: NOT_YET, second: None}) == 2
    assert confirm(desk, person) == 1
    assert {key: one.outcome for key, one in agreed(desk, person).items()} == {first: NOT_YET}
    assert lines_of(desk, person)[second].result.state is ResultState.LEFT_OPEN


def test_without_both_views_there_is_nothing_to_agree_on(desk):
    person, (first, *_) = new_person(desk), keys_of(desk)
    observe(desk, person, [first])
    answer = {first: OwnAnswer(outcome=SHOWN)}
    record_own_view.record(desk.outside, person, BICYCLE, answer, device_of=coach_of(desk))
    with pytest.raises(InvalidFormError, match=r"agreement\.views_missing"):
        propose(desk, person, {first: SHOWN})


def test_the_coachs_word_alone_counts_nowhere(desk):
    person, (first, *_) = new_person(desk), keys_of(desk)
    observe(desk, person, [first])
    give_views(desk, person, {first: SHOWN}, {first: SHOWN})
    propose(desk, person, {first: SHOWN})
    assert agreed(desk, person) == {}


def test_with_nothing_written_down_there_is_nothing_to_confirm(desk):
    with pytest.raises(ConflictError, match=r"agreement\.nothing_waits"):
        confirm(desk, new_person(desk))


@pytest.mark.parametrize("side", ["own", "coach"])
def test_changing_a_view_later_undoes_the_row_and_keeps_what_was_said(both_desks, side):
    desk, person = both_desks, new_person(both_desks)
    first, second, *_ = keys_of(desk)
    agree(desk, person, shown=(first, second))
    if side == "own":
        answer = {first: OwnAnswer(outcome=IN_PART)}
        record_own_view.record(desk.outside, person, BICYCLE, answer, device_of=coach_of(desk))
    else:
        view = {first: CoachAnswer(outcome=IN_PART)}
        record_coach_view.record(desk.outside, coach_of(desk), person, BICYCLE, view)
    assert set(agreed(desk, person)) == {second}
    line = lines_of(desk, person)[first]
    assert (line.result.state, line.result.version) == (ResultState.UNDONE, 3)


def test_saying_the_same_again_undoes_nothing(desk):
    person, (first, *_) = new_person(desk), keys_of(desk)
    agree(desk, person, shown=(first,))
    record_coach_view.record(desk.outside, coach_of(desk), person, BICYCLE, {first: CoachAnswer(outcome=SHOWN)})
    assert propose(desk, person, {first: SHOWN}) == 0
    assert set(agreed(desk, person)) == {first}


@pytest.mark.parametrize("text", ["1", "5", "T1", "hyväksytty", "Hylätty", " 3 "])
def test_a_grade_from_a_provider_is_refused_by_its_own_code(text):
    with pytest.raises(InvalidRequestError, match=r"agreement\.grade"):
        read_outcome(text, pointer="/result-1")


def test_another_word_is_refused():
    with pytest.raises(InvalidRequestError, match=r"agreement\.outcome"):
        read_outcome("failed", pointer="/result-1")


def test_the_second_of_two_editors_is_told_and_changes_nothing(both_desks):
    desk, person = both_desks, new_person(both_desks)
    first, second, *_ = keys_of(desk)
    observe(desk, person, [first, second])
    give_views(desk, person, {first: SHOWN, second: SHOWN}, {first: SHOWN, second: SHOWN})
    seen = sheet.read(desk.outside, desk.institution.id, person, BICYCLE).revision
    propose(desk, person, {first: SHOWN}, seen=seen)
    for act in (
        lambda: propose(desk, person, {second: SHOWN}, seen=seen),
        lambda: record_coach_view.record(
            desk.outside, coach_of(desk), person, BICYCLE, {second: CoachAnswer(outcome=NOT_YET)}, seen=seen
        ),
    ):
        with pytest.raises(ConflictError, match=r"agreement\.changed"):
            act()
    assert lines_of(desk, person)[second].coach.outcome is SHOWN
    assert lines_of(desk, person)[second].result is None


def test_a_row_on_documents_from_elsewhere_alone_is_labelled_until_it_is_seen_at_work(desk):
    person, (first, second, *_) = new_person(desk), keys_of(desk)
    observe(desk, person, [first, second], medium=Medium.DOCUMENT)
    observe(desk, person, [second])
    results = {first: SHOWN, second: SHOWN}
    give_views(desk, person, results, results)
    propose(desk, person, results)
    confirm(desk, person)
    found = agreed(desk, person)
    assert (found[first].elsewhere_only, found[second].elsewhere_only) == (True, False)


def test_prior_and_period_are_kept_apart(desk):
    person, (first, second, *_) = new_person(desk), keys_of(desk)
    observe(desk, person, [first, second], origin=Origin.PRIOR)
    observe(desk, person, [second])
    lines = lines_of(desk, person)
    assert lines[first].origins == (Origin.PRIOR,)
    assert lines[second].origins == (Origin.PRIOR, Origin.PERIOD)


def test_people_of_another_institution_are_not_there(desk):
    person, (first, *_) = new_person(desk), keys_of(desk)
    with desk_over(desk.installation, name="Toinen talo", number=1) as other:
        stranger = other.staff[Role.WORK_COACH]
        answers = {first: OwnAnswer(outcome=SHOWN)}
        yes = Confirmation(channel=Channel.DEVICE, device_of=stranger)
        for act in (
            lambda: record_own_view.record(desk.outside, person, BICYCLE, answers, device_of=stranger),
            lambda: record_coach_view.record(
                desk.outside, stranger, person, BICYCLE, {first: CoachAnswer(outcome=SHOWN)}
            ),
            lambda: propose(desk, person, {first: SHOWN}, who=stranger),
            lambda: confirm_results.confirm(desk.outside, person, BICYCLE, yes),
            lambda: sheet.read(desk.outside, other.institution.id, person, BICYCLE),
        ):
            with pytest.raises(NotFoundError):
                act()


@pytest.mark.parametrize(
    ("answers", "code"),
    [
        ({}, "agreement.none"),
        ({"demo-of-another": OwnAnswer(outcome=SHOWN)}, "agreement.foreign_requirement"),
        ({"first": OwnAnswer(outcome=SHOWN, words="a" * 501)}, "text.length"),
        ({"first": OwnAnswer(outcome=SHOWN, words="a\u202eb")}, "text.control"),
        ({"first": OwnAnswer(outcome=SHOWN, language="xx")}, "agreement.language"),
    ],
)
def test_an_answer_that_breaks_a_rule_is_refused_and_nothing_is_kept(desk, answers, code):
    person, (first, *_) = new_person(desk), keys_of(desk)
    before = trail(desk)
    named = {first if key == "first" else key: one for key, one in answers.items()}
    with pytest.raises(InvalidRequestError, match=code.replace(".", r"\.")):
        record_own_view.record(desk.outside, person, BICYCLE, named, device_of=coach_of(desk))
    assert trail(desk) == before


def test_an_unknown_unit_is_not_there(desk):
    with pytest.raises(NotFoundError):
        sheet.read(desk.outside, desk.institution.id, new_person(desk), UnitRef("tutkinnonosat_1", "7614470"))


def test_own_words_lie_sealed_and_come_back_in_their_language(desk):
    person, (first, *_) = new_person(desk), keys_of(desk)
    words = "Osaan tämän kotoa käsin kanarianlintu"
    answer = {first: OwnAnswer(outcome=IN_PART, words=words, language="so")}
    record_own_view.record(desk.outside, person, BICYCLE, answer, device_of=coach_of(desk))
    own = lines_of(desk, person)[first].own
    assert (own.words, own.language, own.outcome) == (words, "so", IN_PART)
    stored = b"".join(path.read_bytes() for path in desk.installation.home.rglob("*.sqlite3*"))
    assert b"kanarianlintu" not in stored


def test_the_day_of_an_agreement_is_the_participants_yes(desk):
    person, (first, *_) = new_person(desk), keys_of(desk)
    observe(desk, person, [first])
    give_views(desk, person, {first: SHOWN}, {first: SHOWN})
    propose(desk, person, {first: SHOWN})
    desk.installation.clock.moved = timedelta(days=40)
    confirm(desk, person)
    assert agreed(desk, person)[first].agreed_at - lines_of(desk, person)[first].coach.at >= timedelta(days=40)
