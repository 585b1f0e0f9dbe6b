"""What is left of questions when people are erased or cases forgotten, nameless uses, and rows of the first page."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

import pytest
from desk import Desk
from erasing import holder, tables_with
from questions import Asking, asking
from recognition import decide, save, school_beside

from issuer.adapters.smtp import SmtpMailer
from issuer.db.models.questions import BadgeUse
from issuer.db.person_keys import PersonErasedError
from issuer.db.repositories.questions import QuestionRepository
from issuer.domain.catalogue_choice import helsinki_day
from issuer.domain.erasure import Badges
from issuer.domain.notice import NoticeKind
from issuer.domain.permissions import Role
from issuer.domain.recognition import OPEN, Choice, Reason, Row
from issuer.domain.share_parts import ALL_PARTS, Audience, ShareKind
from issuer.services.coaching.today import today
from issuer.services.erasing import erase_person, keep_times
from issuer.services.notices import own_address
from issuer.services.questions.look_after_questions import close_questions
from issuer.services.questions.stored_question import open_question
from issuer.services.recognition import open_case, show_decision
from issuer.services.recognition.look_after_cases import forget_cases
from issuer.services.sharing import make_share
from issuer.services.sharing.make_share import ShareWish

CANARIES = ("qzvxkysymys", "qzvxvastaus")


@pytest.fixture
def both_worlds(both_desks: Desk) -> Iterator[Asking]:
    with school_beside(both_desks) as school:
        yield asking(school)


@pytest.fixture
def world(desk: Desk) -> Iterator[Asking]:
    with school_beside(desk) as school:
        yield asking(school)


def answered(world: Asking) -> str:
    ref = world.asked(words=f"Mikä {CANARIES[0]}?")
    world.answered(ref, f"Tämä {CANARIES[1]}.")
    world.says(ref, yes=True)
    return ref


def plain_in_home(world: Asking) -> set[str]:
    home = world.school.desk.installation.home
    contents = [path.read_bytes() for path in home.rglob("*") if path.is_file()]
    return {one for one in CANARIES for content in contents if one.encode() in content}


def test_words_lie_sealed_and_go_with_the_person_whose_decided_case_stays(both_worlds: Asking) -> None:
    world = both_worlds
    ref = answered(world)
    row, person_id = world.row(ref), world.school.holder.person_id
    save(world.school, world.case)
    decide(world.school, world.case)
    assert plain_in_home(world) == set()
    erase_person.ask(world.outside, holder(world.school.ready), Badges.KEEP, wait=False)
    with world.outside.database.read() as uow:
        assert uow.questions.of_case(row.case_id) == []
    with pytest.raises(PersonErasedError):
        open_question(world.outside, row)  # a copy of the row opens no more, though the case's key is there
    assert "case_question" not in tables_with(world.school.desk, person_id)
    assert world.school.case(world.case).row.person_id is None


def test_words_go_with_a_forgotten_case_whose_person_stays(both_worlds: Asking) -> None:
    world = both_worlds
    ref = answered(world)
    row = world.row(ref)
    save(world.school, world.case)
    decide(world.school, world.case)
    world.school.desk.installation.clock.moved += timedelta(days=184)
    assert forget_cases(world.outside) == 1
    with world.outside.database.read() as uow:
        assert uow.questions.of_case(row.case_id) == []
    with pytest.raises(PersonErasedError):
        open_question(world.outside, row)


def test_an_undecided_case_of_somebody_erased_takes_its_questions_along(world: Asking) -> None:
    row = world.row(world.asked())
    erase_person.ask(world.outside, holder(world.school.ready), Badges.WITHDRAW, wait=False)
    with world.outside.database.read() as uow:
        assert uow.questions.of_case(row.case_id) == []
    assert today(world.outside, world.coach).waiting == ()


# Uses without a name


def sent_with_tick(world: Asking) -> str:
    """The badge of the first case, sent again with the tick."""
    school = world.school
    (badge,) = (one.row.credential_id for one in school.case(world.case).badges)
    assert badge is not None
    if school.case(world.case).row.state in OPEN:  # one badge has one open case at a school
        show_decision.withdraw(world.outside, school.holder, world.case)
    wish = ShareWish(audience=Audience.SCHOOL, parts=ALL_PARTS, kind=ShareKind.SCHOOL)
    share = make_share.make(school.desk.outside, school.holder, badge, wish)
    return open_case.open_case(
        school.desk.outside, school.holder, share.id, school.desk.institution.id, tell_provider=True
    )


def uses(world: Asking) -> list[BadgeUse]:
    with world.outside.database.read() as uow:
        return list(uow.questions._session.query(BadgeUse))


def test_a_use_is_provider_and_month_alone_and_only_with_the_holders_tick(world: Asking) -> None:
    school = world.school
    save(school, world.case)
    decide(school, world.case)  # without it
    assert uses(world) == []
    ref = sent_with_tick(world)
    save(school, ref)
    decide(school, ref)
    (use,) = uses(world)
    month = helsinki_day(world.outside.now()).replace(day=1)
    assert {name: getattr(use, name) for name in BadgeUse.__table__.columns.keys() if name != "id"} == {  # noqa: SIM118
        "provider_id": school.provider.institution.id,
        "month": month,
    }


def test_a_refusal_tells_the_provider_nothing(world: Asking) -> None:
    school = world.school
    ref = sent_with_tick(world)
    case = school.case(ref)
    not_now = {key: Row(choice=Choice.NOT, reason=Reason.OUTDATED) for key in case.seen}
    save(school, ref, rows=case.work.rows | not_now, route=None)
    decide(school, ref)
    assert uses(world) == []


def test_uses_are_shown_from_ten_on_after_their_month_and_forgotten_after_400_days(world: Asking) -> None:
    lead, provider_id = world.school.provider.staff[Role.SUPERVISOR], world.school.provider.institution.id
    clock, month = world.school.desk.installation.clock, helsinki_day(world.outside.now()).replace(day=1)

    def shown() -> int | None:
        found = today(world.outside, lead).uses
        assert found is not None
        return found.count

    def note(count: int, of: date) -> None:
        with world.outside.database.write() as uow:
            for _ in range(count):
                uow.questions.note_use(provider_id, of)

    note(12, month)
    assert shown() is None  # the month is not over
    clock.moved += timedelta(days=32)
    assert shown() == 10
    with world.outside.database.write() as uow:
        assert uow.questions.forget_uses(month + timedelta(days=1)) == 12
    note(9, month)
    assert shown() is None
    clock.moved += timedelta(days=400)
    (rule,) = [one for one in keep_times.RULES if one.name.startswith("uses of badges")]
    assert rule.run(world.outside, rule.kept) == 9
    assert today(world.outside, world.school.counsellor).uses is None


# The first page


def waiting(world: Asking, who) -> dict[str, int]:
    return {one.what: one.count for one in today(world.outside, who).waiting}


def test_the_first_pages_of_school_and_coach_tell_what_waits(world: Asking) -> None:
    school = world.school
    assert waiting(world, school.counsellor) == {"cases": 1}
    ref = world.asked()
    (row,) = [one for one in today(world.outside, world.coach).waiting if one.what == "question"]
    assert (row.count, row.href, row.until) == (1, "/questions", world.row(ref).answer_by)
    assert "question" not in waiting(world, school.provider.staff[Role.PERSONAL_COACH])
    world.answered(ref)
    assert "question" not in waiting(world, world.coach)
    assert "settled" not in waiting(world, school.counsellor)
    world.says(ref, yes=False)
    assert waiting(world, school.counsellor) == {"cases": 1, "settled": 1}
    school.desk.installation.clock.moved += timedelta(days=15)
    assert waiting(world, school.counsellor) == {"cases": 1, "cases_late": 1, "settled": 1}


def test_a_source_that_fails_is_told_in_its_own_row_and_logged_without_words(
    world: Asking, monkeypatch, logged
) -> None:
    world.asked()

    def fall(*_arguments, **_more):
        raise RuntimeError("qzvx Aino")

    monkeypatch.setattr(QuestionRepository, "asked", fall)
    found = today(world.outside, world.coach)
    assert [one.source for one in found.failed] == ["questions"]
    assert found.figures is not None
    page = world.school.provider.client(Role.WORK_COACH).get("/home")
    assert page.status_code == 200
    assert "Oppilaitosten kysymykset" in page.text
    assert "Ei voitu hakea" in page.text
    assert "home.source_failed" in logged.getvalue()
    assert "qzvx" not in logged.getvalue()
    monkeypatch.setattr("issuer.services.coaching.today.all_lines", fall)
    monkeypatch.setattr(QuestionRepository, "uses", fall)
    assert [one.source for one in today(world.outside, world.coach).failed] == ["questions", "people", "uses"]


def test_the_coach_the_participant_and_the_counsellor_are_told_in_turn(desk: Desk) -> None:
    mailing = replace(desk.outside, mailer=SmtpMailer("smtp://127.0.0.1:9/?from=viestit@esimerkki.fi"))
    house = replace(desk, installation=replace(desk.installation, outside=mailing))
    with school_beside(house) as school:
        world = asking(school)
        for who in (world.coach, school.counsellor):
            own_address.keep_of_staff(mailing, who, "vastaanottaja@esimerkki.fi", "fi")

        def told(kind: NoticeKind, who: str) -> int:
            with mailing.database.read() as uow:
                return len(uow.notices.told(kind, [who]))

        ref = world.asked()
        assert told(NoticeKind.QUESTION_WAITS, world.coach.id) == 1
        assert told(NoticeKind.SCHOOL_ASKS, school.holder.person_id) == 0
        world.answered(ref)
        assert told(NoticeKind.SCHOOL_ASKS, school.holder.person_id) == 1
        assert told(NoticeKind.QUESTION_SETTLED, school.counsellor.id) == 0
        school.desk.installation.clock.moved += timedelta(days=8)
        close_questions(mailing)
        close_questions(mailing)
        assert told(NoticeKind.QUESTION_SETTLED, school.counsellor.id) == 1  # the day is over
        world.says(ref, yes=True)
        assert told(NoticeKind.QUESTION_SETTLED, school.counsellor.id) == 2
