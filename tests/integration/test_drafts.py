"""From agreed results to a badge that two people stand behind: entitlement, the participant's yes, the second look."""

from dataclasses import replace
from datetime import timedelta

import environments
import participants
import pytest
from desk import BICYCLE, Desk
from drafts import Ready, ready, seen_at_work

from issuer.domain.badge_draft import DraftScope, DraftState
from issuer.domain.catalogue_choice import helsinki_day
from issuer.domain.errors import ConflictError, ForbiddenError, InvalidRequestError, NotFoundError
from issuer.domain.permissions import Role
from issuer.services.drafts import accept_draft, approve_draft, change_draft, issue_draft, read_draft
from issuer.services.drafts.check_entitlement import entitled
from issuer.services.drafts.roll_up_parts import roll_up_parts
from keys.errors import SigningError
from verifier import PRIOR_LEARNING, Verdict, verify


def codes(desk: Desk, person_id: str, keys, **more) -> set[str]:
    with desk.outside.database.read() as uow:
        return {one.code for one in entitled(uow, person_id, BICYCLE, keys, helsinki_day(desk.outside.now()), **more)}


def readings(one: Ready) -> int:
    with one.desk.outside.database.read() as uow:
        return len(uow.coaching.readings_of(one.person.person_id))


def test_a_draft_becomes_a_badge_that_our_verifier_accepts(both_desks: Desk) -> None:
    one = ready(both_desks)
    badge_id = one.issued()
    with both_desks.outside.database.read() as uow:
        record = uow.credentials.get(badge_id)
        approvers = uow.drafts.approvers(badge_id)
    assert record.state == "issued"
    assert record.person_id == one.person.person_id
    assert record.institution_id == both_desks.installation.umbrella.id
    assert approvers == f"staff:{one.coach.id} staff:{one.reviewer.id}"
    signed = both_desks.outside.person_keys.unseal(record.person_id, "document", record.document or b"")
    report = verify(signed, policy=PRIOR_LEARNING, environment=both_desks.outside.environment())
    assert report.verdict is Verdict.ACCEPTED
    assert len(one.document(badge_id)["credentialSubject"]["result"]) == 6


def test_nothing_is_in_the_way_of_what_was_agreed_seen_and_recognised(desk: Desk) -> None:
    one = ready(desk)
    assert codes(desk, one.person.person_id, one.keys) == set()


def test_each_missing_ground_has_a_code_of_its_own(desk: Desk) -> None:
    place = environments.recognised(desk)
    person = participants.participant(desk)
    assert codes(desk, person.person_id, place.keys[:1]) == {"entitled.not_agreed", "entitled.no_observation"}
    seen_at_work(desk, person.person_id, place.keys[:1], None, staff_id=desk.staff[Role.WORK_COACH].id)
    assert codes(desk, person.person_id, place.keys[:1]) == {"entitled.not_agreed", "entitled.no_task"}
    assert codes(desk, person.person_id, ()) == {"entitled.nothing_chosen"}
    assert "entitled.key_unknown" in codes(desk, person.person_id, ["not-a-key"])
    assert codes(desk, "nobody", place.keys[:1]) == {"entitled.no_person"}


def test_without_a_report_in_force_there_is_no_badge_about_the_unit(desk: Desk) -> None:
    today = helsinki_day(desk.outside.now())
    ended = environments.recognised(
        desk, published_on=today - timedelta(days=90), valid_until=today - timedelta(days=1)
    )
    one = ready(desk, place=ended)
    assert codes(desk, one.person.person_id, one.keys) == {"entitled.no_report"}


def test_in_part_enters_only_at_the_participants_wish(desk: Desk) -> None:
    one = ready(desk, shown=5, in_part=2)
    partly = one.place.keys[5:7]
    assert codes(desk, one.person.person_id, one.keys, in_part=partly) == set()
    assert codes(desk, one.person.person_id, (*one.keys, *partly)) == {"entitled.not_agreed"}
    badge = one.document(one.issued())
    statuses = [result["status"] for result in badge["credentialSubject"]["result"]]
    assert statuses.count("InProgress") == 2
    assert statuses.count("Completed") == 5
    assert badge["name"] == "Polkupyörän huolto: 5/9 vaatimusta"


def test_an_accepted_draft_that_changes_must_be_accepted_anew(desk: Desk) -> None:
    one = ready(desk)
    draft_id = one.accepted(one.started())
    assert one.draft(draft_id).state is DraftState.ACCEPTED
    content = replace(one.content(draft_id), role="Polkupyörien huolto")
    change_draft.change(desk.outside, one.coach, draft_id, content, seen=one.draft(draft_id).digest.hex())
    assert one.draft(draft_id).state is DraftState.OPEN
    assert one.draft(draft_id).accepted_digest is None
    with pytest.raises(ConflictError, match=r"draft\.not_accepted"):
        accept_draft.send_to_review(desk.outside, one.coach, draft_id)


def test_what_was_changed_meanwhile_is_not_accepted_or_overwritten(desk: Desk) -> None:
    one = ready(desk)
    draft_id = one.started()
    seen = one.draft(draft_id).digest.hex()
    change_draft.change(desk.outside, one.coach, draft_id, replace(one.content(draft_id), role="Huolto"), seen=seen)
    with pytest.raises(ConflictError, match=r"draft\.changed"):
        accept_draft.accept(desk.outside, one.coach, draft_id, seen=seen, way="device")
    with pytest.raises(ConflictError, match=r"draft\.changed"):
        change_draft.change(desk.outside, one.coach, draft_id, one.content(draft_id), seen=seen)


@pytest.mark.parametrize(
    ("changes", "asked"),
    [
        ({"exact_days": True}, "exact_days"),
        ({"holder_name": "Aino Esimerkki"}, "holder_name"),
        ({"own_name": True, "own_name_reason": "Oma nimi tunnetaan."}, "own_name"),
    ],
)
def test_each_lasting_choice_needs_its_own_yes(desk: Desk, changes: dict, asked: str) -> None:
    one = ready(desk)
    draft_id = one.started()
    content = replace(one.content(draft_id), **changes)
    change_draft.change(desk.outside, one.coach, draft_id, content, seen=one.draft(draft_id).digest.hex())
    with pytest.raises(InvalidRequestError) as refused:
        accept_draft.accept(desk.outside, one.coach, draft_id, seen=one.draft(draft_id).digest.hex(), way="paper")
    assert (refused.value.code, refused.value.pointer) == ("draft.yes_missing", f"/{asked}")
    one.accepted(draft_id)
    assert one.draft(draft_id).consent(asked) is not None


def test_the_name_and_exact_days_stand_in_the_badge_only_by_choice(desk: Desk) -> None:
    one = ready(desk)
    plain = one.document(one.issued())["credentialSubject"]
    assert "identifier" not in plain
    assert plain["activityStartDate"].endswith("-01T00:00:00Z")
    other = ready(desk, name="Onni Esimerkki", place=one.place)
    draft_id = other.started()
    content = replace(other.content(draft_id), exact_days=True, holder_name="Onni Esimerkki")
    change_draft.change(desk.outside, other.coach, draft_id, content, seen=other.draft(draft_id).digest.hex())
    chosen = other.document(other.approved(other.in_review(draft_id)))["credentialSubject"]
    assert chosen["identifier"][0]["identityHash"] == "Onni Esimerkki"
    assert chosen["activityEndDate"].startswith(helsinki_day(desk.outside.now()).isoformat())


def test_telling_words_of_ones_own_stay_only_with_a_yes_to_exactly_these_words(desk: Desk) -> None:
    one = ready(desk)
    draft_id = one.started()
    content = replace(one.content(draft_id), narrative="Opin tämän kuntoutuksen jälkeen.")
    change_draft.change(desk.outside, one.coach, draft_id, content, seen=one.draft(draft_id).digest.hex())
    assert "privacy.telling_word" in {b.code for b in read_draft.read(desk.outside, one.coach, draft_id).blockers}
    one.accepted(draft_id)
    with pytest.raises(ConflictError, match=r"draft\.blocked"):
        accept_draft.send_to_review(desk.outside, one.coach, draft_id)
    one.accepted(draft_id, also=("words",))
    assert not read_draft.read(desk.outside, one.coach, draft_id).blockers
    changed = replace(one.content(draft_id), narrative="Opin tämän kuntoutuksen aikana.")
    change_draft.change(desk.outside, one.coach, draft_id, changed, seen=one.draft(draft_id).digest.hex())
    assert one.content(draft_id).words_consent is None


def test_a_drafter_and_the_only_observer_cannot_approve(desk: Desk) -> None:
    one = ready(desk)
    draft_id = one.in_review(one.started())
    for who, code in ((one.coach, "review.own_draft"),):
        with pytest.raises(ConflictError) as refused:
            one.approved(draft_id, who)
        assert refused.value.code == code
    other = desk.add(Role.WORK_COACH)
    drafted_by_other = replace(one.draft(draft_id), drafter_id=other.id)
    with pytest.raises(ConflictError) as refused:
        approve_draft.check_reviewer(
            reviewer_id=one.coach.id, drafter_id=drafted_by_other.drafter_id, observers=frozenset({one.coach.id})
        )
    assert refused.value.code == "review.only_observer"
    assert one.draft(draft_id).state is DraftState.IN_REVIEW


@pytest.mark.parametrize("changes", [True, False])
def test_whoever_changed_or_sent_a_draft_of_a_colleague_cannot_approve_it(desk: Desk, *, changes: bool) -> None:
    one = ready(desk)
    second = desk.add(Role.WORK_COACH)
    draft_id = one.started()
    if changes:
        content = replace(one.content(draft_id), role="Polkupyörien huolto")
        change_draft.change(desk.outside, second, draft_id, content, seen=one.draft(draft_id).digest.hex())
        assert one.draft(draft_id).drafter_id == second.id
    accept_draft.send_to_review(desk.outside, second, one.accepted(draft_id))
    with pytest.raises(ConflictError, match=r"review\.own_draft"):
        one.approved(draft_id, second)
    assert one.draft(draft_id).state is DraftState.IN_REVIEW


def test_approval_needs_a_passkey_for_exactly_this_content(desk: Desk) -> None:
    one = ready(desk)
    draft_id = one.in_review(one.started())
    seen = one.draft(draft_id).digest.hex()
    other = ready(desk, name="Onni Esimerkki", place=one.place)
    other.passkeys = one.passkeys
    for_other = other.assertion(other.in_review(other.started()))
    for assertion in ("", "{}", for_other):
        with pytest.raises(ForbiddenError, match=r"act\.not_confirmed"):
            approve_draft.approve(desk.outside, one.reviewer, draft_id, seen=seen, assertion=assertion)
    assert one.draft(draft_id).state is DraftState.IN_REVIEW


def test_what_is_lost_between_review_and_approval_blocks_it(desk: Desk) -> None:
    one = ready(desk)
    draft_id = one.in_review(one.started())
    with desk.outside.database.write() as uow:
        uow.environments.end_report(one.place.report.id, helsinki_day(desk.outside.now()) - timedelta(days=1))
    with pytest.raises(ConflictError) as refused:
        one.approved(draft_id)
    assert (refused.value.code, refused.value.detail) == ("draft.blocked", "entitled.no_report")


def test_a_returned_draft_tells_why_and_comes_back(desk: Desk) -> None:
    one = ready(desk)
    draft_id = one.in_review(one.started())
    with pytest.raises(InvalidRequestError, match=r"draft\.return_reason"):
        approve_draft.give_back(desk.outside, one.reviewer, draft_id, reason="other", words=None)
    approve_draft.give_back(desk.outside, one.reviewer, draft_id, reason="text", words="Kerro työstä tarkemmin.")
    sheet = read_draft.read(desk.outside, one.coach, draft_id)
    assert sheet.draft.state is DraftState.RETURNED
    assert sheet.returned == "Kerro työstä tarkemmin."
    one.approved(one.in_review(draft_id))
    assert one.draft(draft_id).state is DraftState.ISSUED


def test_a_reviewer_sees_what_changed_since_the_last_look(desk: Desk) -> None:
    one = ready(desk)
    draft_id = one.in_review(one.started())
    first = read_draft.review(desk.outside, one.reviewer, draft_id)
    assert (first.before, first.lint) == (None, ())
    assert len(first.observations) == 2
    approve_draft.give_back(desk.outside, one.reviewer, draft_id, reason="tick", words=None)
    content = replace(one.content(draft_id), shown=one.keys[:5])
    change_draft.change(desk.outside, one.coach, draft_id, content, seen=one.draft(draft_id).digest.hex())
    one.in_review(draft_id)
    second = read_draft.review(desk.outside, one.reviewer, draft_id)
    assert second.before is not None
    assert set(second.before.shown) - set(second.sheet.content.shown) == {one.keys[5]}


def test_an_equal_badge_in_force_blocks_a_second_one(desk: Desk) -> None:
    one = ready(desk)
    one.issued()
    blockers = read_draft.read(desk.outside, one.coach, one.started()).blockers
    assert {blocker.code for blocker in blockers} == {"draft.equal_badge"}


def test_an_equal_badge_that_is_still_to_be_signed_blocks_a_second_one(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = ready(desk)

    def silent(*_: object) -> None:
        raise SigningError

    first, second = one.in_review(one.started()), one.in_review(one.started())
    monkeypatch.setattr(issue_draft, "sign", silent)
    with pytest.raises(SigningError):
        one.approved(first)
    with pytest.raises(ConflictError, match=r"draft\.blocked"):
        one.approved(second)


def test_opening_a_badge_of_a_participant_notes_one_reading(desk: Desk) -> None:
    one = ready(desk)
    badge_id = one.issued()
    for path in (f"/badges/{badge_id}", f"/badges/{badge_id}/cause", f"/badges/{badge_id}/certificate.pdf"):
        before = readings(one)
        assert desk.client(Role.SUPERVISOR).get(path).status_code == 200
        assert readings(one) == before + 1, path


def test_a_coach_without_the_trade_can_draft_but_not_get_it_through(desk: Desk) -> None:
    one = ready(desk)
    stranger = desk.add(Role.WORK_COACH, trades=("koulutus_999999",))
    desk.staff[Role.WORK_COACH] = stranger
    assert {b.code for b in read_draft.read(desk.outside, stranger, one.started()).blockers} == {"draft.trade"}


def test_parts_add_up_and_no_requirement_counts_twice(desk: Desk) -> None:
    one = ready(desk, shown=9)
    group = one.issued(DraftScope.GROUP, group=one.place.keys[0])
    part_draft = one.started()
    content = replace(one.content(part_draft), shown=one.place.keys[1:])
    change_draft.change(desk.outside, one.coach, part_draft, content, seen=one.draft(part_draft).digest.hex())
    part = one.approved(one.in_review(part_draft))
    generic = one.issued(DraftScope.GENERIC, competence="customers")
    rolled = roll_up_parts(desk.outside, one.person.person_id, BICYCLE)
    assert rolled.complete
    assert len(rolled.badges) == 9
    assert sorted(rolled.badges[one.place.keys[1]]) == sorted((group, part))
    assert generic not in {badge for ids in rolled.badges.values() for badge in ids}


def test_a_competence_outside_the_units_is_no_unit_anywhere(desk: Desk) -> None:
    one = ready(desk)
    badge = one.document(one.issued(DraftScope.GENERIC, competence="customers"))
    achievement = badge["credentialSubject"]["achievement"]
    assert badge["name"] == "Asiakkaan kohtaaminen (ei tutkinnon osa)"
    assert "ei tutkinnon osa" in achievement["description"]
    assert not {"alignment", "humanCode", "creditsAvailable", "fieldOfStudy", "resultDescription"} & set(achievement)
    assert "result" not in badge["credentialSubject"]
    assert not roll_up_parts(desk.outside, one.person.person_id, BICYCLE).badges


def test_a_draft_of_another_institution_is_not_there(desk: Desk) -> None:
    one = ready(desk)
    draft_id = one.started()
    stranger = replace(one.coach, institution_id=desk.installation.umbrella.id)
    for act in (
        lambda: read_draft.read(desk.outside, stranger, draft_id),
        lambda: change_draft.drop(desk.outside, stranger, draft_id),
        lambda: accept_draft.send_to_review(desk.outside, stranger, draft_id),
        lambda: approve_draft.give_back(desk.outside, stranger, draft_id, reason="text", words=None),
    ):
        with pytest.raises(NotFoundError):
            act()
