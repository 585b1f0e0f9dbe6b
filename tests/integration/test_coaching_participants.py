"""Participants: intake without consent lapses, permissions are asked one by one, readings leave rows."""

from datetime import timedelta

import pytest
from desk import BICYCLE, desk_over
from participants import observed, participant, requirement_keys

from issuer.db.person_keys import PersonErasedError
from issuer.db.repositories.readings import ReadingQueries
from issuer.domain.catalogue_choice import helsinki_day
from issuer.domain.errors import ConflictError, DomainError, InvalidRequestError, NotFoundError, StoreBusyError
from issuer.domain.participant import CardKind, How, ParticipantState, Purpose
from issuer.domain.permissions import Role
from issuer.services.coaching import (
    add_participant,
    correct_name,
    drop_intake,
    find_participants,
    give_consent,
    keep_cards,
    set_work,
    withdraw_consent,
)
from issuer.services.coaching.add_participant import NewParticipant, SameNameError
from issuer.services.coaching.give_consent import Yes
from issuer.services.coaching.note_reading import MOST_AN_HOUR
from issuer.services.coaching.show_profile import show

COACH = Role.WORK_COACH


def draft(desk, name="Osallistuja Yksi", **more):
    return add_participant.add(desk.outside, desk.staff[COACH], NewParticipant(name=name, **more))


def give(desk, person_id, purpose, *, how=How.WITH_SUPPORT, **more):
    yes = Yes(purpose=purpose, how=how, language="fi-x-selko", **more)
    return give_consent.give(desk.outside, desk.staff[COACH], person_id, yes)


def stored(desk, person_id):
    with desk.outside.database.read() as uow:
        return uow.coaching.participant(person_id, desk.institution.id)


def trail(desk):
    with desk.outside.database.read() as uow:
        return [row[2] for row in uow.audit.rows()]


def test_a_participant_has_a_running_number_and_a_name_that_only_the_key_opens(both_desks):
    desk = both_desks
    first, second = participant(desk), participant(desk, "Osallistuja Kaksi")
    assert (first.code, second.code) == ("001", "002")
    assert first.name == "Osallistuja Yksi"
    assert first.units == (BICYCLE,)
    with desk.outside.database.read() as uow:
        assert b"Osallistuja" not in uow.coaching.sealed(first.person_id)
    desk.outside.person_keys.destroy(first.person_id)
    with pytest.raises(NotFoundError):
        find_participants.get(desk.outside, desk.staff[COACH], first.person_id, what="test")


def test_an_observed_participant_has_months_for_the_keys_that_were_seen(both_desks):
    desk = both_desks
    person = participant(desk)
    some = requirement_keys(desk)[:3]
    observed(desk, person, keys=some)
    with desk.outside.database.read() as uow:
        months = uow.coaching.observed_months(person.person_id, BICYCLE)
        (row,) = uow.coaching.observations(person.person_id, BICYCLE)
    assert set(months) == set(some)
    assert set(months.values()) == {helsinki_day(desk.outside.now()).replace(day=1)}
    assert set(row.requirement_keys) == set(some)
    assert row.in_trade


def test_a_draft_lapses_with_its_key_after_fourteen_days_and_not_before(both_desks):
    desk = both_desks
    row = draft(desk)
    desk.installation.clock.moved = timedelta(days=13, hours=23)
    assert drop_intake.lapse_intakes(desk.outside) == 0
    assert stored(desk, row.person_id).state is ParticipantState.INTAKE
    desk.installation.clock.moved = timedelta(days=14, minutes=1)
    assert drop_intake.lapse_intakes(desk.outside) == 1
    assert stored(desk, row.person_id) is None
    with pytest.raises(PersonErasedError):
        desk.outside.person_keys.seal(row.person_id, "x", b"")
    assert not any("Osallistuja" in text for text in trail(desk))


def test_a_lapsed_draft_cannot_be_accepted_any_more(desk):
    row = draft(desk)
    desk.installation.clock.moved = timedelta(days=15)
    with pytest.raises(NotFoundError):
        give(desk, row.person_id, Purpose.COACHING)


def test_an_accepted_participant_never_lapses(desk):
    row = draft(desk)
    give(desk, row.person_id, Purpose.COACHING)
    desk.installation.clock.moved = timedelta(days=400)
    assert drop_intake.lapse_intakes(desk.outside) == 0
    assert stored(desk, row.person_id).state is ParticipantState.ACTIVE


def test_a_crash_between_key_and_rows_is_mended_the_next_time(desk):
    row = draft(desk)
    desk.outside.person_keys.destroy(row.person_id)  # what a crash at intake.key_destroyed leaves
    desk.installation.clock.moved = timedelta(days=15)
    assert drop_intake.lapse_intakes(desk.outside) == 1
    assert stored(desk, row.person_id) is None


def test_who_says_no_leaves_nothing_behind_even_after_the_list_was_read(desk):
    row = draft(desk)
    find_participants.get(desk.outside, desk.staff[COACH], row.person_id, what="intake")
    drop_intake.decline(desk.outside, desk.staff[COACH], row.code)
    assert stored(desk, row.person_id) is None


def test_a_draft_can_be_neither_observed_nor_given_cards(desk):
    row = draft(desk)
    person = find_participants.get(desk.outside, desk.staff[COACH], row.person_id, what="intake")
    with pytest.raises(ConflictError, match=r"person\.not_active"):
        observed(desk, person)
    with pytest.raises(ConflictError, match=r"person\.not_active"):
        keep_cards.add_card(
            desk.outside, desk.staff[COACH], row.code, CardKind.HYGIENE, helsinki_day(desk.outside.now())
        )


def test_each_permission_has_a_receipt_of_its_own(both_desks):
    desk = both_desks
    person = participant(desk)
    give(desk, person.person_id, Purpose.PICTURES)
    with desk.outside.database.read() as uow:
        receipts = {one.purpose: one for one in uow.coaching.consents(person.person_id)}
    assert set(receipts) == {Purpose.COACHING, Purpose.PICTURES}
    picture = receipts[Purpose.PICTURES]
    assert (picture.language, picture.how, picture.text_version) == ("fi-x-selko", How.WITH_SUPPORT, "1")
    assert picture.data == ("pictures",)
    assert picture.to_whom == "provider"
    assert picture.until == helsinki_day(desk.outside.now()) + timedelta(days=365)
    assert receipts[Purpose.COACHING].until is None


@pytest.mark.parametrize("purpose", [Purpose.CONTACT, Purpose.PICTURES, Purpose.FOLLOW_UP])
def test_an_optional_permission_waits_for_the_yes_to_coaching(desk, purpose):
    row = draft(desk)
    with pytest.raises(ConflictError, match=r"consent\.coaching_first"):
        give(desk, row.person_id, purpose, contact="040 000", how=How.PAPER)


@pytest.mark.parametrize("how", [How.ALONE, How.WITH_SUPPORT])
def test_nobody_but_the_participant_says_yes_to_being_asked_later(desk, how):
    person = participant(desk)
    with pytest.raises(InvalidRequestError, match=r"consent\.own_act"):
        give(desk, person.person_id, Purpose.FOLLOW_UP, how=how)
    assert give(desk, person.person_id, Purpose.FOLLOW_UP, how=How.PAPER).text_version == "2"


def test_a_permission_is_given_once(desk):
    person = participant(desk)
    with pytest.raises(ConflictError, match=r"consent\.given"):
        give(desk, person.person_id, Purpose.COACHING)


def test_taking_a_permission_back_acts_at_once_and_takes_its_data_along(desk):
    person = participant(desk)
    who = desk.staff[COACH]
    give(desk, person.person_id, Purpose.CONTACT, contact="puhelin 1")
    assert find_participants.get(desk.outside, who, person.person_id, what="test").contact == "puhelin 1"
    withdraw_consent.withdraw(desk.outside, who, person.person_id, Purpose.CONTACT)
    assert find_participants.get(desk.outside, who, person.person_id, what="test").contact is None
    withdraw_consent.withdraw(desk.outside, who, person.person_id, Purpose.COACHING)
    with pytest.raises(ConflictError, match=r"person\.not_active"):
        observed(desk, person)
    with pytest.raises(ConflictError, match=r"consent\.not_given"):
        withdraw_consent.withdraw(desk.outside, who, person.person_id, Purpose.COACHING)


def test_somebody_of_the_same_name_is_told_with_the_number(desk):
    participant(desk, "Aino Esimerkki")
    with pytest.raises(SameNameError) as refused:
        draft(desk, "aino  ESIMERKKI")
    assert refused.value.codes == ("001",)
    assert draft(desk, "Aino Esimerkki", another=True).code == "002"


@pytest.mark.parametrize(
    ("new", "code"),
    [
        (NewParticipant(name=""), "text.length"),
        (NewParticipant(name="x" * 81), "text.length"),
        (NewParticipant(name="Aino\u202e"), "text.control"),
        (NewParticipant(name="Aino", languages=()), "person.language"),
        (NewParticipant(name="Aino", languages=("xx",)), "person.language"),
        (NewParticipant(name="Aino", units=(BICYCLE,) * 21), "person.units"),
        (NewParticipant(name="Aino", site_id="elsewhere"), "site.unknown"),
    ],
)
def test_a_fault_of_intake_is_named_and_nothing_is_kept(desk, new, code):
    with pytest.raises(DomainError) as refused:
        add_participant.add(desk.outside, desk.staff[COACH], new)
    assert refused.value.code == code
    with desk.outside.database.read() as uow:
        assert uow.coaching.participants(desk.institution.id) == []


def test_a_corrected_name_keeps_the_one_before(desk):
    person = participant(desk, "Ain")
    who = desk.staff[COACH]
    correct_name.correct_name(desk.outside, who, person.code, "Aino", languages=("fi", "ar"))
    seen = find_participants.get(desk.outside, who, person.person_id, what="test")
    assert (seen.name, seen.earlier_names, seen.languages) == ("Aino", ("Ain",), ("fi", "ar"))
    assert any("participant.corrected" in text for text in trail(desk))


@pytest.mark.parametrize(("kind", "years"), [(CardKind.HYGIENE, None), (CardKind.FORKLIFT, 5), (CardKind.SAFETY, 5)])
def test_the_last_day_of_a_card_is_computed(desk, kind, years):
    person = participant(desk)
    day = helsinki_day(desk.outside.now()).replace(day=28) - timedelta(days=60)
    card = keep_cards.add_card(desk.outside, desk.staff[COACH], person.code, kind, day)
    assert card.valid_until == (None if years is None else day.replace(year=day.year + years))


def test_cards_are_refused_twice_and_in_the_future_and_removed(desk):
    person, who = participant(desk), desk.staff[COACH]
    today = helsinki_day(desk.outside.now())
    card = keep_cards.add_card(desk.outside, who, person.code, CardKind.SAFETY, today)
    with pytest.raises(InvalidRequestError, match=r"card\.same"):
        keep_cards.add_card(desk.outside, who, person.code, CardKind.SAFETY, today)
    with pytest.raises(InvalidRequestError, match=r"card\.future"):
        keep_cards.add_card(desk.outside, who, person.code, CardKind.SAFETY, today + timedelta(days=1))
    keep_cards.remove_card(desk.outside, who, person.code, card.id)
    with pytest.raises(NotFoundError):
        keep_cards.remove_card(desk.outside, who, person.code, card.id)


def test_another_institution_finds_nobody(desk):
    person = participant(desk)
    with desk_over(desk.installation, name="Toinen", number=1) as other:
        stranger = other.staff[COACH]
        acts = [
            lambda: find_participants.get(desk.outside, stranger, person.person_id, what="test"),
            lambda: find_participants.locate(desk.outside, stranger, person.code),
            lambda: set_work.set_work(desk.outside, stranger, person.code, site_id=None, units=(), mine=True),
            lambda: correct_name.correct_name(desk.outside, stranger, person.code, "X", languages=("fi",)),
            lambda: withdraw_consent.withdraw(desk.outside, stranger, person.person_id, Purpose.COACHING),
        ]
        for act in acts:
            with pytest.raises(NotFoundError):
                act()
    assert stored(desk, person.person_id).state is ParticipantState.ACTIVE


def test_each_look_leaves_exactly_one_row_with_role_and_reason(both_desks):
    desk = both_desks
    person = participant(desk)
    with desk.outside.database.read() as uow:
        before = len(uow.coaching.readings_of(person.person_id))
    desk.installation.clock.moved += timedelta(seconds=2)  # later than the looks before
    show(desk.outside, desk.staff[Role.SUPERVISOR], person.code, "competence")
    with desk.outside.database.read() as uow:
        rows = uow.coaching.readings_of(person.person_id)
    assert len(rows) == before + 1
    assert (rows[0].role, rows[0].what, rows[0].why, rows[0].how) == ("supervisor", "competence", "coaching", "page")


def test_no_row_no_read(desk, monkeypatch):
    person = participant(desk, "Salainen Nimi")

    def broken(*_arguments):
        raise StoreBusyError("log")

    monkeypatch.setattr(ReadingQueries, "add_reading", broken)
    client = desk.client(COACH)
    for path in ("", "/observations", "/permissions", "/periods", "/name", "/work", "/cards"):
        answer = client.get(f"/people/{person.code}{path}")
        assert answer.status_code == 503
        assert "Salainen" not in answer.text
    assert "Salainen" not in client.get("/people").text
    assert "Salainen" not in client.get("/note").text


def test_a_reading_outside_ones_own_people_is_marked_for_the_responsible_person(desk):
    person = participant(desk)
    show(desk.outside, desk.staff[Role.GROUP_COACH], person.code, "competence")
    show(desk.outside, desk.staff[Role.RESPONSIBLE_PERSON], person.code, "competence")
    with desk.outside.database.read() as uow:
        marks = [row.marked for row in uow.coaching.readings_of(person.person_id)]
    assert marks.count("outside") == 1
    page = desk.client(Role.RESPONSIBLE_PERSON).get("/readings").text
    assert "muu kuin oma osallistuja" in page
    assert "Osallistuja Yksi" not in page
    assert "/readings" in desk.client(Role.RESPONSIBLE_PERSON).get("/home").text


def test_more_than_fifty_people_in_an_hour_are_marked(desk):
    who = desk.staff[COACH]
    people = [participant(desk, f"Osallistuja {number}") for number in range(MOST_AN_HOUR + 1)]
    with desk.outside.database.read() as uow:
        assert uow.coaching.readings_of(people[-2].person_id)[0].marked is None
        assert uow.coaching.readings_of(people[-1].person_id)[0].marked == "many"
    desk.installation.clock.moved = timedelta(hours=1, minutes=1)
    find_participants.get(desk.outside, who, people[0].person_id, what="test")
    with desk.outside.database.read() as uow:
        assert uow.coaching.readings_of(people[0].person_id)[0].marked is None
