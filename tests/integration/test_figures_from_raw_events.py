"""A random history through the real services: every count agrees with one made from the raw rows, and with a diary."""

import random
from collections import Counter
from datetime import datetime, timedelta

import participants
from desk import BICYCLE, Desk
from drafts import Ready, ready
from raw_figures import ZONE, raw_counts
from recognition import School, decide, save, school_beside

from issuer.domain.badge_draft import DraftScope
from issuer.domain.catalogue_choice import helsinki_day
from issuer.domain.figures import months_of, quarter_of
from issuer.domain.follow_up import Answer, Moment
from issuer.domain.holder import Holder
from issuer.domain.participant import How, Purpose
from issuer.domain.period import PeriodKind, PeriodRow, PeriodState
from issuer.domain.permissions import Role
from issuer.domain.recognition import Choice, Reason, Route, Row
from issuer.domain.share_parts import ALL_PARTS, Audience
from issuer.domain.suppression import Cell
from issuer.services.coaching import give_consent
from issuer.services.coaching.give_consent import Yes
from issuer.services.followups.note_answer import note_answer
from issuer.services.own import take_badge
from issuer.services.publish_status_list import publish_due
from issuer.services.recognition import open_case
from issuer.services.sharing.make_share import ShareWish, make
from issuer.services.statistics.make_release import counted

COMPETENCES = ("times", "tidiness", "customers", "teamwork", "planning")


class History:
    """Does things at random and writes down what it did: the quarter's diary."""

    def __init__(self, desk: Desk, school: School, seed: int) -> None:
        self.desk, self.school, self.outside = desk, school, desk.outside
        self.chance = random.Random(seed)  # noqa: S311  a draw that can be repeated
        self.diary: Counter[Cell] = Counter()

    def note(self, *measures: str) -> None:
        self.diary.update(Cell("", "", one) for one in measures)

    def later(self, days: int) -> None:
        """Let some days go by, but stay in the quarter."""
        clock = self.desk.installation.clock
        end = months_of(quarter_of(helsinki_day(self.outside.now())))[1]
        left = datetime.combine(end, datetime.min.time(), ZONE) - self.outside.now()
        clock.moved += min(timedelta(days=days), max(left - timedelta(hours=1), timedelta(0)))
        publish_due(self.outside)  # the worker's: a stale list would let nobody decide

    def badge(self, work: Ready, *competence: str) -> None:
        """A badge is given; perhaps kept, perhaps shown twice, perhaps sent to the school and decided."""
        scope = DraftScope.GENERIC if competence else DraftScope.PART
        badge = work.issued(scope, **({"competence": competence[0]} if competence else {}))
        self.note("issued")
        who = Holder(
            person_id=work.person.person_id, institution_id=self.desk.institution.id, shared_device=False,
            supported=False,
        )  # fmt: skip
        if self.chance.random() < 0.3:
            return
        take_badge.keep(self.outside, who, badge)
        self.note("taken")
        share = None
        for _ in range(self.chance.randint(0, 2)):
            share = make(self.outside, who, badge, ShareWish(audience=Audience.SCHOOL, parts=ALL_PARTS))
        if share is None:
            return
        self.note("shared")
        if not competence and self.chance.random() < 0.9:
            ref = open_case.open_case(self.outside, who, share.id, self.school.desk.institution.id)
            self.note("presented")
            self.decide(ref)

    def decide(self, ref: str) -> None:
        days = self.chance.choice([0, 5, 10, 20])
        self.later(days)
        outcome = self.chance.choice(["part", "part", "refused", "open"])
        if outcome == "open":
            return
        route = self.chance.choice([Route.DIRECT, Route.DIRECT])
        if outcome == "refused":
            keys = [one.key for one in self.school.case(ref).unit.requirements]
            refused = {key: Row(choice=Choice.NOT, reason=Reason.EVIDENCE) for key in keys}
            save(self.school, ref, name="Opiskelija", rows=refused, route=None)
        else:
            save(self.school, ref, name="Opiskelija", route=route)
        assert decide(self.school, ref).decided
        self.note("decided", outcome, "soon" if days <= 14 else "later")

    def leaver(self, number: int) -> None:
        """Somebody's period ends; most let us ask, and are asked."""
        person = participants.participant(self.desk, f"Lähtijä {number}")
        today, coach = helsinki_day(self.outside.now()), self.desk.staff[Role.WORK_COACH]
        period = PeriodRow(
            id=f"period-{number}-{person.number}", person_id=person.person_id, institution_id=self.desk.institution.id,
            kind=PeriodKind.COACHING, starts_on=today - timedelta(days=60), ends_on=today, site_id=None,
            state=PeriodState.ENDED,
        )  # fmt: skip
        with self.outside.database.write() as uow:
            uow.coaching.add_period(period, now=self.outside.now())
        if self.chance.random() < 0.3:
            return
        yes = Yes(purpose=Purpose.FOLLOW_UP, how=How.PAPER, language="fi")
        give_consent.give(self.outside, coach, person.person_id, yes)
        answer = self.chance.choice(list(Answer))
        note_answer(self.outside, coach, person.code, Moment.END, answer)
        if self.chance.random() < 0.3:  # it is corrected: it counts once, as what it is now
            answer = self.chance.choice(list(Answer))
            note_answer(self.outside, coach, person.code, Moment.END, answer)
        measure = "positive" if answer in (Answer.STUDY, Answer.OPEN_WORK) else answer.value
        self.diary.update([Cell("follow_up", "end", "asked"), Cell("follow_up", "end", measure)])


def to_a_fresh_quarter(desk: Desk) -> str:
    """Move the clock to the first day of the next quarter; return it."""
    end = months_of(quarter_of(helsinki_day(desk.outside.now())))[1]
    desk.installation.clock.moved += datetime.combine(end, datetime.min.time(), ZONE) - desk.outside.now()
    desk.installation.clock.moved += timedelta(hours=1)
    return quarter_of(helsinki_day(desk.outside.now()))


def test_every_count_of_a_random_quarter_is_exact(both_desks: Desk) -> None:
    desk = both_desks
    with school_beside(desk) as school:
        school.ready.issued()  # the quarter before: unit and school have rows of their own afterwards
        quarter = to_a_fresh_quarter(desk)
        history = History(desk, school, seed=3)
        for number in range(8):
            work = ready(desk, name=f"Osallistuja {number}", place=school.ready.place)
            history.badge(work)
            for competence in history.chance.sample(COMPETENCES, history.chance.randint(0, 2)):
                history.badge(work, competence)
            history.leaver(number)
        inner = counted(desk.outside, quarter)
        raw = raw_counts(desk.outside, quarter)
        assert {cell: count for cell, count in inner.counts.items() if count} == raw
        assert {cell: raw[cell] for cell in raw if not cell.table or cell.table == "follow_up"} == history.diary
        assert {"issued", "taken", "shared", "presented", "decided"} <= {cell.measure for cell in raw}
        assert raw[Cell("unit", BICYCLE.code, "issued")] == 8
        # The quarter before has what happened then, and no more.
        before = quarter_of(helsinki_day(desk.outside.now()) - timedelta(days=100))
        then = counted(desk.outside, before).counts
        assert {cell: count for cell, count in then.items() if count} == raw_counts(desk.outside, before)
