"""Links of a participant: what they show, for how long, showing less, stopping, and what stays."""

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from itertools import combinations

import pytest
import sharing
from desk import desk_over

from issuer.db.models.awards import EVERY_PART
from issuer.domain.catalogue_choice import helsinki_day
from issuer.domain.errors import ConflictError, DomainError, InvalidFormError, NotFoundError
from issuer.domain.holder import Holder
from issuer.domain.share_life import last_day
from issuer.domain.share_parts import ALL_PARTS, Audience, Part, ShareKind, write_parts
from issuer.services.link_tokens import token_digest
from issuer.services.open_share import open_share
from issuer.services.sharing import extend_share, list_shares, narrow_share, stop_share
from issuer.services.sharing.share_codes import typed_form


@pytest.fixture
def sharer(both_desks):
    return sharing.sharer(both_desks)


@pytest.fixture
def one(desk):
    return sharing.sharer(desk)


def today(sharer):
    return helsinki_day(sharer.desk.outside.now())


def codes(error):
    return [fault.code for fault in error.value.faults]


def test_the_column_knows_every_part():
    assert write_parts(ALL_PARTS) == EVERY_PART


def test_a_link_shows_what_was_ticked_to_whom_and_until_when(sharer):
    made = sharer.link(Part.SKILLS, Part.NAME, audience=Audience.SCHOOL, name="Kesätyö", for_whom="Liisa")
    shared = open_share(sharer.desk.outside, made.token, counted=False)
    assert shared.parts == {Part.SKILLS}  # no name in this badge, so none can be shown
    assert (shared.audience, shared.own) == (Audience.SCHOOL, False)
    assert last_day(shared.expires_at) == today(sharer) + timedelta(days=30)
    (listed,) = list_shares.own_shares(sharer.desk.outside, sharer.who).living
    assert (listed.name, listed.for_whom, listed.url) == ("Kesätyö", "Liisa", made.url)


def test_the_owners_words_and_the_token_stand_nowhere_in_the_database(one):
    made = one.link(name="Kanariankeltainen", for_whom="Pulunen")
    typed = typed_form(one.desk.outside.link_secret, made.id)
    for path in one.desk.installation.home.glob("*.sqlite3"):
        with closing(sqlite3.connect(path)) as database:
            dump = "\n".join(database.iterdump())
        assert [word for word in ("Kanarian", "Pulunen", made.token, made.ref, typed) if word in dump] == []


def test_of_a_link_that_shows_nothing_no_link_is_made(one):
    with pytest.raises(InvalidFormError) as refused:
        one.link(Part.NAME)
    assert codes(refused) == ["share.nothing"]
    assert list_shares.own_shares(one.desk.outside, one.who).living == ()


@pytest.mark.parametrize(
    ("days", "code"), [(-1, "share.day_past"), (6, "share.day_near"), (7, None), (365, None), (366, "share.day_far")]
)
def test_a_link_lives_7_to_365_days(one, days, code):
    wished = today(one) + timedelta(days=days)
    if code is None:
        assert last_day(one.link(last_day=wished).expires_at) == wished
        return
    with pytest.raises(InvalidFormError) as refused:
        one.link(last_day=wished)
    assert codes(refused) == [code]


def test_a_printed_link_lives_twelve_months_and_opens_by_its_typed_signs(sharer):
    outside = sharer.desk.outside
    made = sharer.link(kind=ShareKind.PAPER)
    assert last_day(made.expires_at) == today(sharer) + timedelta(days=365)
    typed = list_shares.own_share(outside, sharer.who, made.ref).typed
    spaced = "-".join(typed[at : at + 4] for at in range(0, 16, 4)).lower()
    assert open_share(outside, spaced, counted=False).share_id == made.id
    on_screen = sharer.link()
    assert open_share(outside, typed_form(outside.link_secret, on_screen.id), counted=False) is None


@pytest.mark.parametrize(
    ("at", "dies"),
    [
        (
            "2027-03-21T12:00:00+00:00",
            "2027-03-28T21:00:00+00:00",
        ),  # the last day is the one on which summer time begins
        ("2027-10-24T12:00:00+00:00", "2027-10-31T22:00:00+00:00"),  # and the one on which it ends
        ("2026-12-01T22:30:00+00:00", "2026-12-09T22:00:00+00:00"),  # made when it is tomorrow in Finland already
    ],
)
def test_a_link_works_to_the_last_second_of_its_last_day_in_finland(one, at, dies):
    clock = one.desk.installation.clock
    clock.moved = datetime.fromisoformat(at) - datetime.now(UTC)
    made = one.link(last_day=today(one) + timedelta(days=7))
    dead = datetime.fromisoformat(dies)
    assert made.expires_at == dead
    for seconds, works in ((-1, True), (1, False)):
        clock.moved = dead + timedelta(seconds=seconds) - datetime.now(UTC)
        assert (open_share(one.desk.outside, made.token, counted=True) is not None) is works


def test_a_living_link_is_narrowed_and_never_widened(sharer):
    outside, who = sharer.desk.outside, sharer.who
    made = sharer.link(Part.WHAT_I_CAN, Part.SKILLS, Part.CODES)
    narrow_share.narrow(outside, who, made.ref, frozenset({Part.WHAT_I_CAN, Part.CODES}))
    assert open_share(outside, made.token, counted=False).parts == {Part.WHAT_I_CAN, Part.CODES}
    for wider in ({Part.SKILLS}, {Part.WHAT_I_CAN, Part.SKILLS}, ALL_PARTS):
        with pytest.raises(ConflictError) as refused:
            narrow_share.narrow(outside, who, made.ref, frozenset(wider))
        assert refused.value.code == "share.widened"
    with pytest.raises(DomainError) as refused:
        narrow_share.narrow(outside, who, made.ref, frozenset())
    assert refused.value.code == "share.nothing"
    assert open_share(outside, made.token, counted=False).parts == {Part.WHAT_I_CAN, Part.CODES}


def test_two_who_narrow_at_once_never_bring_back_what_one_took_away(sharer):
    outside, who = sharer.desk.outside, sharer.who
    made = sharer.link(Part.WHAT_I_CAN, Part.SKILLS, Part.CODES, Part.WHOLE_FILE)
    first = {Part.WHAT_I_CAN, Part.SKILLS, Part.CODES, Part.WHOLE_FILE}
    wishes = [frozenset(one) for one in combinations(sorted(first), 2)]

    def narrow(parts):
        try:
            narrow_share.narrow(outside, who, made.ref, parts)
        except DomainError as refused:
            return refused.code
        return parts

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(narrow, wishes))
    done = [answer for answer in answers if isinstance(answer, frozenset)]
    assert done  # one came first
    assert set(answers) - set(done) <= {"share.widened", "share.changed", "store.busy"}
    assert open_share(outside, made.token, counted=False).parts == frozenset.intersection(*done)


def test_a_link_is_extended_and_shortened_but_not_the_wrong_way(one):
    outside, who, day = one.desk.outside, one.who, today(one)
    made = one.link()
    extend_share.extend(outside, who, made.ref, day + timedelta(days=100))
    assert list_shares.own_share(outside, who, made.ref).until == day + timedelta(days=100)
    narrow_share.narrow(outside, who, made.ref, sharing.FIRST, until=day + timedelta(days=10))
    assert list_shares.own_share(outside, who, made.ref).until == day + timedelta(days=10)
    for act, code in (
        (lambda: extend_share.extend(outside, who, made.ref, day + timedelta(days=9)), "share.day_sooner"),
        (lambda: extend_share.extend(outside, who, made.ref, day + timedelta(days=366)), "share.day_far"),
        (
            lambda: narrow_share.narrow(outside, who, made.ref, sharing.FIRST, until=day + timedelta(days=11)),
            "share.day_later",
        ),
    ):
        with pytest.raises(DomainError) as refused:
            act()
        assert refused.value.code == code


def test_stopping_takes_the_row_with_its_data_and_leaves_day_and_count(sharer):
    outside, who = sharer.desk.outside, sharer.who
    made, other = sharer.link(name="Koulu"), sharer.link()
    for _ in range(3):
        assert open_share(outside, made.token, counted=True) is not None
    stop_share.stop(outside, who, made.ref)
    assert open_share(outside, made.token, counted=True) is None
    shares = list_shares.own_shares(outside, who)
    assert [one.share_id for one in shares.living] == [other.id]
    (stopped,) = shares.stopped
    assert (stopped.ended_on, stopped.openings) == (today(sharer), ((today(sharer), 3),))
    with outside.database.read() as uow:
        assert uow.shares.by_token(token_digest(made.token), now=outside.now()) is None
        assert uow.shares.openings(made.id) == []
    with pytest.raises(NotFoundError):
        stop_share.stop(outside, who, made.ref)


def test_counting_and_stopping_at_once_lose_no_count_and_break_nothing(sharer):
    outside = sharer.desk.outside
    made = sharer.link()

    def open_it(number):
        if number == 12:
            stop_share.stop(outside, sharer.who, made.ref)
            return None
        return open_share(outside, made.token, counted=True)

    with ThreadPoolExecutor(6) as pool:
        opened = sum(answer is not None for answer in pool.map(open_it, range(24)))
    (stopped,) = list_shares.own_shares(outside, sharer.who).stopped
    assert stopped.times == opened
    assert open_share(outside, made.token, counted=True) is None


def test_the_owners_own_visits_are_not_counted(one):
    outside = one.desk.outside
    made = one.link()
    assert open_share(outside, made.token, counted=True, looking_person_id=one.who.person_id).own
    assert open_share(outside, made.token, counted=True, looking_person_id="somebody").own is False
    assert list_shares.own_share(outside, one.who, made.ref).times == 1


def test_nobody_else_lists_changes_or_stops_a_link(one, desk):
    outside, made = desk.outside, one.link()
    other = Holder(
        person_id=sharing.sharer(desk, name="Toinen").who.person_id,
        institution_id=desk.institution.id,
        shared_device=False,
        supported=False,
    )
    assert list_shares.own_shares(outside, other).living == ()
    for act in (
        lambda: stop_share.stop(outside, other, made.ref),
        lambda: narrow_share.narrow(outside, other, made.ref, sharing.FIRST),
        lambda: extend_share.extend(outside, other, made.ref, date(2099, 1, 1)),
    ):
        with pytest.raises(NotFoundError):
            act()
    assert open_share(outside, made.token, counted=False) is not None


def test_badges_of_participants_get_no_link_by_themselves(one):
    with one.desk.outside.database.read() as uow:
        assert uow.shares.of_person(one.who.person_id) == []


def test_forgetting_a_person_takes_all_links_and_counts(sharer):
    outside = sharer.desk.outside
    made, stopped = sharer.link(), sharer.link()
    for token in (made.token, stopped.token):
        open_share(outside, token, counted=True)
    stop_share.stop(outside, sharer.who, stopped.ref)
    with outside.database.write() as uow:
        uow.shares.forget_person(sharer.who.person_id)
    assert open_share(outside, made.token, counted=True) is None
    shares = list_shares.own_shares(outside, sharer.who)
    assert (shares.living, shares.ended, shares.stopped) == ((), (), ())


def test_ended_and_stopped_links_go_when_their_time_is_over(one):
    outside = one.desk.outside
    ended, stopped, living = one.link(), one.link(), one.link(last_day=today(one) + timedelta(days=300))
    stop_share.stop(outside, one.who, stopped.ref)
    with outside.database.write() as uow:
        assert uow.shares.forget_ended(before=ended.expires_at, before_day=today(one)) == 0
        assert (
            uow.shares.forget_ended(
                before=ended.expires_at + timedelta(seconds=1), before_day=today(one) + timedelta(days=1)
            )
            == 2
        )
    shares = list_shares.own_shares(outside, one.who)
    assert [share.share_id for share in shares.living] == [living.id]
    assert (shares.ended, shares.stopped) == ((), ())


def test_a_badge_of_another_house_cannot_be_shared(one, desk):
    with desk_over(desk.installation, name="Toinen talo", number=1) as elsewhere:
        stranger = sharing.sharer(elsewhere)
        stranger.credential_id = one.credential_id
        with pytest.raises(NotFoundError):
            stranger.link()
