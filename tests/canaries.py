"""Fifty marked strings in every place that a participant's words can go to, and where they could be found again."""

import base64
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

import demonstrations
import drafts
from desk import BICYCLE

from issuer.domain.agreement import Outcome
from issuer.domain.catalogue_choice import helsinki_day
from issuer.domain.holder import Holder
from issuer.domain.observation import Independence, NewObservation
from issuer.domain.participant import How, Purpose
from issuer.domain.period import Attendee, GoalKind, PeriodKind, TalkKind
from issuer.domain.permissions import Role
from issuer.domain.share_parts import Audience, Part
from issuer.services.agreements import record_coach_view, record_own_view
from issuer.services.agreements.record_coach_view import CoachAnswer
from issuer.services.agreements.record_own_view import OwnAnswer
from issuer.services.coaching import correct_name, find_participants, give_consent, hold_talk, keep_goals, run_period
from issuer.services.coaching.give_consent import Yes
from issuer.services.coaching.hold_talk import NewTalk
from issuer.services.coaching.keep_goals import GoalWords
from issuer.services.coaching.record_observation import record
from issuer.services.coaching.run_period import NewPeriod
from issuer.services.drafts import change_draft
from issuer.services.erasing import raise_concern
from issuer.services.erasing.refs import concern_ref
from issuer.services.erasing.show_seen import seen
from issuer.services.holdings import make_wish, own_badges, own_words
from issuer.services.own import take_badge
from issuer.services.sharing import make_share
from issuer.services.sharing.make_share import ShareWish

COUNT = 50
MARK = "qzvxkwjqxvzkwq"  # in no word of any language that we know
_LETTERS = ("Kanäria", "Kånaria", "Öjkanaria", "Kanaria", "Káññaria")


@dataclass
class Canaries:
    """Gives out marked strings and remembers where each was put."""

    put: dict[str, str] = field(default_factory=dict)

    def next(self, where: str) -> str:
        """A new string; it is composed (NFC), as everything that is typed must be."""
        number = len(self.put)
        mark = MARK + chr(ord("a") + number // 26) + chr(ord("a") + number % 26)
        text = f"{_LETTERS[number % len(_LETTERS)]} {mark}öå"
        self.put[text] = where
        return text


def _written(text: str) -> Iterator[bytes]:
    """A text in the ways in which it could lie in a file."""
    for plain in (text, text.upper()):
        for encoding in ("utf-8", "utf-16-le", "utf-16-be", "utf-32-le"):
            yield plain.encode(encoding)
        yield plain.encode().hex().encode()
        for shift in range(3):
            yield base64.b64encode(b"x" * shift + plain.encode())[4 if shift else 0 : -4]


def found(canaries: Canaries, contents: Iterable[bytes]) -> set[str]:
    """Where those strings were put that stand in one of these contents.

    Letters with dots may be composed, decomposed or escaped: the mark inside each string is the same in all of them.
    """
    beginnings = list(_written(MARK))
    places: set[str] = set()
    for content in contents:
        if any(one in content for one in beginnings):
            named = {
                where
                for text, where in canaries.put.items()
                if any(one in content for one in _written(text.partition(" ")[2][:-2]))
            }
            places |= named or {"some mark"}
    return places


def fill(ready: drafts.Ready) -> Canaries:
    """Put fifty strings into everything that the house keeps of one participant."""
    desk, canaries = ready.desk, Canaries()
    person_id, outside, coach = ready.person.person_id, ready.desk.outside, ready.coach
    number = f"{ready.person.number:03d}"
    correct_name.correct_name(outside, coach, number, canaries.next("earlier name"), languages=("fi",))
    correct_name.correct_name(outside, coach, number, canaries.next("name"), languages=("fi",))
    contact = Yes(purpose=Purpose.CONTACT, how=How.PAPER, language="fi", contact=canaries.next("contact"))
    give_consent.give(outside, coach, person_id, contact)
    _periods(desk, number, canaries)
    keys = list(ready.keys)
    for key in keys[:2]:
        own = OwnAnswer(outcome=Outcome.SHOWN, words=canaries.next("own view"))
        record_own_view.record(outside, person_id, BICYCLE, {key: own}, device_of=coach)
        view = CoachAnswer(outcome=Outcome.SHOWN, words=canaries.next("coach's view"))
        record_coach_view.record(outside, coach, person_id, BICYCLE, {key: view})
    demonstrations.planned(desk, ready.person, tasks=(canaries.next("task"),), place=canaries.next("place"))
    _badge_and_own(ready, canaries)
    while len(canaries.put) < COUNT:
        record(
            outside,
            coach,
            NewObservation(
                person_ids=(person_id,),
                unit=BICYCLE,
                requirement_keys=tuple(keys[:1]),
                independence=Independence.ALONE,
                observed_on=helsinki_day(outside.now()),
                words=canaries.next("observation"),
            ),
        )
    return canaries


def _periods(desk, number: str, canaries: Canaries) -> None:
    outside, coach, today = desk.outside, desk.staff[Role.WORK_COACH], helsinki_day(desk.outside.now())
    period = run_period.plan(outside, coach, number, NewPeriod(kind=PeriodKind.COACHING, starts_on=today))
    talk = NewTalk(
        kind=TalkKind.START,
        held_on=today,
        present=tuple(one.value for one in Attendee),
        notes=canaries.next("talk"),
    )
    hold_talk.hold(outside, coach, number, period, talk)
    words = GoalWords(text=canaries.next("goal"), measure=canaries.next("measure of a goal"))
    keep_goals.propose(outside, coach, number, period, next(iter(GoalKind)), words)


def _draft(ready: drafts.Ready, canaries: Canaries, of: str) -> str:
    draft_id = ready.started()
    wanted = replace(
        ready.content(draft_id),
        role=canaries.next(f"role in a {of}"),
        narrative=canaries.next(f"own words in a {of}"),
        holder_name=canaries.next(f"name in a {of}"),
    )
    seen_now = ready.draft(draft_id).digest.hex()
    change_draft.change(ready.desk.outside, ready.coach, draft_id, wanted, seen=seen_now)
    return draft_id


def _badge_and_own(ready: drafts.Ready, canaries: Canaries) -> None:
    """A badge with name and words in it, and what its holder writes."""
    desk, outside, person_id = ready.desk, ready.desk.outside, ready.person.person_id
    badge = ready.approved(ready.in_review(_draft(ready, canaries, "badge")))
    _draft(ready, canaries, "draft")
    who = Holder(person_id=person_id, institution_id=desk.institution.id, shared_device=False, supported=False)
    take_badge.keep(outside, who, badge)
    own_words.keep_words(outside, who, canaries.next("own CV text"))
    wish = ShareWish(
        audience=Audience.ANYONE,
        parts=frozenset(Part),
        name=canaries.next("name of a link"),
        for_whom=canaries.next("whom a link is for"),
    )
    make_share.make(outside, who, badge, wish)
    (own, *_) = own_badges.own_badges(outside, who)
    make_wish.ask_for_correction(outside, who, own.ref, canaries.next("wish for a correction"))
    find_participants.get(outside, desk.staff[Role.GROUP_COACH], person_id, what="competence")
    raise_concern.raise_concern(outside, who, seen(outside, who).rows[0].ref, canaries.next("concern"))
    lead = desk.staff[Role.RESPONSIBLE_PERSON]

    (concern,) = raise_concern.open_concerns(outside, lead)
    raise_concern.answer(outside, lead, concern_ref(outside.link_secret, concern.id), canaries.next("answer"))
