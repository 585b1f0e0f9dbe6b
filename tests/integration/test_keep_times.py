"""Keeping times: each class of data one day before and one day after its end (privacy.md section 4)."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import agreements
import drafts
import participants
import pytest
from desk import Desk
from erasing import answer_of
from recognition import decide, save, school_beside
from sqlalchemy import func, insert, select, update

from issuer.db.models.agreements import AgreementResult, AgreementView
from issuer.db.models.awards import Credential, Idempotency
from issuer.db.models.coaching import ConsentRecord, ObservationRecord, Reading, ReadingPerson
from issuer.db.models.notices import NoticeRow
from issuer.db.models.own_access import OwnSession, Slip
from issuer.db.models.periods import Talk
from issuer.db.models.trail import OutboxRow
from issuer.db.repositories.forgetting import NOBODY
from issuer.db.repositories.keeping import KeepingQueries
from issuer.domain.catalogue_choice import helsinki_day
from issuer.domain.holder import Holder
from issuer.domain.participant import How, Purpose
from issuer.domain.permissions import Role
from issuer.domain.share_parts import Audience, Part
from issuer.services.coaching import find_participants, give_consent
from issuer.services.coaching.give_consent import Yes
from issuer.services.erasing import keep_times
from issuer.services.own import own_session, take_badge
from issuer.services.own.make_slip import make_slip
from issuer.services.publish_status_list import publish_due
from issuer.services.sharing import make_share
from issuer.services.sharing.make_share import ShareWish
from issuer.services.verify_audit import verify_audit

DAY = timedelta(days=1)
REMINDERS = ("badge_waits", "badge_last_call")


def counted(desk: Desk, column, *where) -> int:
    with desk.outside.database.read() as uow:
        query = select(func.count()).select_from(column.class_).where(*where)
        return uow.audit._session.execute(query).scalar_one()


def around(desk: Desk, kept: timedelta, count: Callable[[], int], *, gone: int = 0) -> None:
    """Nothing goes a day before the end, everything a day after it."""
    whole = count()
    assert whole > gone
    desk.installation.clock.moved = kept - DAY
    keep_times.run(desk.outside)
    assert count() == whole
    desk.installation.clock.moved = kept + DAY
    keep_times.run(desk.outside)
    assert count() == gone
    assert verify_audit(desk.outside).broken_at is None


def ended_period(desk: Desk, person) -> None:
    """A period that ends today, with an end review."""
    from issuer.db.models.periods import Period

    today, now = helsinki_day(desk.outside.now()), desk.outside.now()
    period, talk = "00000000-0000-4000-8000-000000000001", "00000000-0000-4000-8000-000000000002"
    with desk.outside.database.write() as uow:
        session = uow.audit._session
        session.execute(
            insert(Period).values(
                id=period,
                person_id=person.person_id,
                institution_id=desk.institution.id,
                kind="coaching",
                starts_on=today - 30 * DAY,
                ends_on=today,
                state="ended",
                created_at=now,
            )
        )
        session.execute(
            insert(Talk).values(
                id=talk,
                period_id=period,
                kind="end",
                held_on=today,
                staff_id=desk.staff[Role.WORK_COACH].id,
                at=now,
                sealed=desk.outside.person_keys.seal(person.person_id, "talk", b"{}"),
            )
        )


@pytest.fixture
def ready(both_desks: Desk) -> drafts.Ready:
    return drafts.ready(both_desks)


def holder(desk: Desk, person_id: str) -> Holder:
    return Holder(person_id=person_id, institution_id=desk.institution.id, shared_device=False, supported=False)


def test_words_about_work_go_a_year_after_the_last_period_and_agreed_ticks_stay(both_desks: Desk) -> None:
    desk = both_desks
    person = participants.participant(desk)
    agreements.agree(desk, person)
    ended_period(desk, person)
    ticks = counted(desk, AgreementResult.id)
    with desk.outside.database.write() as uow:
        sealed = desk.outside.person_keys.seal(person.person_id, "observation", b"{}")
        uow.audit._session.execute(update(ObservationRecord).values(sealed=sealed))
    around(
        desk,
        timedelta(days=365),
        lambda: (
            counted(desk, ObservationRecord.id, ObservationRecord.sealed.is_not(None)) + counted(desk, AgreementView.id)
        ),
    )
    assert counted(desk, AgreementResult.id) == ticks > 0


def test_a_period_that_goes_on_keeps_what_was_said(desk: Desk) -> None:
    person = participants.participant(desk)
    agreements.agree(desk, person)
    desk.installation.clock.moved = timedelta(days=800)
    keep_times.run(desk.outside)
    assert counted(desk, AgreementView.id) > 0


def test_what_was_said_at_the_end_review_goes_after_half_a_year(desk: Desk) -> None:
    person = participants.participant(desk)
    ended_period(desk, person)
    around(desk, timedelta(days=183), lambda: counted(desk, Talk.id, Talk.sealed.is_not(None)))


def test_the_contact_goes_after_six_months_and_two_weeks(desk: Desk) -> None:
    person = participants.participant(desk)
    yes = Yes(purpose=Purpose.CONTACT, how=How.PAPER, language="fi", contact="040 1234567")
    give_consent.give(desk.outside, desk.staff[Role.WORK_COACH], person.person_id, yes)
    ended_period(desk, person)
    living = (ConsentRecord.purpose == "contact", ConsentRecord.withdrawn_at.is_(None))
    around(desk, timedelta(days=197), lambda: counted(desk, ConsentRecord.id, *living))
    seen = find_participants.get(desk.outside, desk.staff[Role.WORK_COACH], person.person_id, what="test")
    assert seen.contact is None


def test_a_badge_that_nobody_takes_is_reminded_of_twice_and_forgotten_after_a_year(ready: drafts.Ready) -> None:
    desk, badge = ready.desk, ready.issued()
    told = []
    for days in (29, 31, 40, 334, 336, 364, 366):
        desk.installation.clock.moved = timedelta(days=days)
        keep_times.run(desk.outside)
        told.append(counted(desk, NoticeRow.id, NoticeRow.kind.in_(REMINDERS)))
    assert told[:6] == [0, 1, 1, 1, 2, 2]
    with desk.outside.database.read() as uow:
        (record,) = [uow.credentials.get(one) for one in uow.credentials.ids()]
    assert (record.state, record.withdrawal_reason, record.person_id, record.document) == (
        "withdrawn",
        "holder_wish",
        NOBODY,
        None,
    )
    assert record.id != badge
    keep_times.run(desk.outside)
    assert verify_audit(desk.outside).broken_at is None


def test_a_badge_that_was_taken_stays(ready: drafts.Ready) -> None:
    desk, badge = ready.desk, ready.issued()
    take_badge.keep(desk.outside, holder(desk, ready.person.person_id), badge)
    desk.installation.clock.moved = timedelta(days=700)
    keep_times.run(desk.outside)
    assert counted(desk, Credential.id, Credential.id == badge, Credential.state == "delivered") == 1


def test_a_receipt_of_a_school_is_for_no_taking(desk: Desk) -> None:
    with school_beside(desk) as school:
        ref = school.sent(school.ready.issued())
        save(school, ref)
        receipt = decide(school, ref).receipt_id
        desk.installation.clock.moved = timedelta(days=340)
        keep_times.run(desk.outside)
        assert counted(desk, NoticeRow.id, NoticeRow.about == receipt, NoticeRow.kind.in_(REMINDERS)) == 0
        desk.installation.clock.moved = timedelta(days=400)
        keep_times.run(desk.outside)
        assert counted(desk, Credential.id, Credential.id == receipt, Credential.state == "issued") == 1


def test_a_badge_taken_just_before_its_end_stays(ready: drafts.Ready, monkeypatch: pytest.MonkeyPatch) -> None:
    desk, badge = ready.desk, ready.issued()
    desk.installation.clock.moved = timedelta(days=366)
    with desk.outside.database.read() as uow:
        found = uow.erasures.untaken(desk.outside.now())
    take_badge.keep(desk.outside, holder(desk, ready.person.person_id), badge)
    monkeypatch.setattr(KeepingQueries, "untaken", lambda *_: found)
    keep_times.run(desk.outside)
    assert counted(desk, Credential.id, Credential.id == badge, Credential.state == "delivered") == 1


def test_a_badge_whose_withdrawal_could_not_be_published_is_buried_and_published_later(ready: drafts.Ready) -> None:
    desk = ready.desk
    document = ready.document(ready.issued())
    desk.installation.clock.moved = timedelta(days=366)

    def crash(name: str) -> None:
        if name == "keep_times.untaken_ended":
            raise OSError(name)

    with pytest.raises(OSError, match=r"untaken_ended"):
        keep_times.run(replace(desk.outside, checkpoint=crash))
    buried = (Credential.person_id == NOBODY, Credential.state == "withdrawn", Credential.document.is_(None))
    assert counted(desk, Credential.id, *buried) == 1
    with desk.outside.database.read() as uow:
        before = [one for one in uow.publications.lists() if one.published_revision < one.revision]
    assert before
    publish_due(desk.outside)
    assert '"status.revoked"' in json.dumps(answer_of(desk, document))


def test_a_class_that_fails_does_not_stop_the_others(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> int:
        raise OSError("one class")

    participants.participant(desk)
    broken = keep_times.Rule(name="broken", kept=DAY, run=fail)
    monkeypatch.setattr(keep_times, "RULES", (broken, *keep_times.RULES))
    desk.installation.clock.moved = timedelta(days=731)
    assert counted(desk, Reading.id) > 0
    with pytest.raises(OSError, match="one class"):
        keep_times.run_daily(desk.outside)
    assert counted(desk, Reading.id) == 0
    with desk.outside.database.read() as uow:
        assert uow.erasures.kept_on() is None


def test_a_slip_goes_after_twelve_months(desk: Desk) -> None:
    person = participants.participant(desk)
    slip = make_slip(desk.outside, desk.staff[Role.PERSONAL_COACH], person.person_id)
    around(desk, slip.works_until - datetime.now(UTC), lambda: counted(desk, Slip.person_id))


def test_readings_go_after_two_years(desk: Desk) -> None:
    person = participants.participant(desk)
    find_participants.get(desk.outside, desk.staff[Role.WORK_COACH], person.person_id, what="competence")
    around(desk, timedelta(days=730), lambda: counted(desk, Reading.id) + counted(desk, ReadingPerson.reading_id))


def test_a_share_link_goes_thirty_days_after_its_end(ready: drafts.Ready) -> None:
    desk, badge = ready.desk, ready.issued()
    who = holder(desk, ready.person.person_id)
    take_badge.keep(desk.outside, who, badge)
    wish = ShareWish(audience=Audience.EMPLOYER, parts=frozenset(Part))
    share = make_share.make(desk.outside, who, badge, wish)
    from issuer.db.models.awards import Share

    around(desk, share.expires_at - datetime.now(UTC) + 30 * DAY, lambda: counted(desk, Share.id, Share.id == share.id))


def test_sessions_keys_of_requests_and_effects_go_in_their_time(both_desks: Desk) -> None:
    desk = both_desks
    person = participants.participant(desk)
    now = desk.outside.now()
    with desk.outside.database.write() as uow:
        own_session.begin(uow, holder(desk, person.person_id), now=now)
        uow.credentials.remember_answer("s", "k", request_sha256=bytes(32), credential_id="c", now=now)
        uow.outbox.add("00000000-0000-4000-8000-000000000009", "x", "{}", now=now, due_at=now)
        uow.outbox.finish("00000000-0000-4000-8000-000000000009", now=now)
    mine = (OutboxRow.kind == "x",)
    around(
        desk,
        timedelta(days=30),
        lambda: counted(desk, Idempotency.key, Idempotency.scope == "s") + counted(desk, OutboxRow.id, *mine),
    )
    desk.installation.clock.moved = timedelta(0)
    around(desk, timedelta(days=365), lambda: counted(desk, OwnSession.id_sha256))


def test_the_worker_sees_to_it_once_a_day(desk: Desk) -> None:
    participants.participant(desk)
    desk.installation.clock.moved = timedelta(days=731)
    assert keep_times.run_daily(desk.outside) > 0
    find_participants_before = counted(desk, Reading.id)
    assert find_participants_before == 0
    assert keep_times.run_daily(desk.outside) == 0
    desk.installation.clock.moved += DAY
    assert keep_times.run_daily(desk.outside) == 0
