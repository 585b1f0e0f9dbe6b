"""What a participant keeps: all badges in one record, badges from elsewhere, words for work, wishes to the coach."""

import json
from dataclasses import replace

import drafts
import pytest
from desk import BICYCLE
from kept import holder, keep

from issuer.domain.award import AwardRequest
from issuer.domain.badge_draft import DraftScope
from issuer.domain.badges_record import CONTEXTS, Room, portions
from issuer.domain.errors import ConflictError, DomainError, InvalidRequestError, NotFoundError
from issuer.domain.permissions import Role
from issuer.exports import carriers
from issuer.services.holdings import answer_wish, make_wish, own_words
from issuer.services.holdings.export_record import export_record
from issuer.services.holdings.hide_badge import hide
from issuer.services.holdings.import_badge import (
    RefusedBadgeError,
    import_badge,
    imported_badges,
    imported_file,
    remove_imported,
)
from issuer.services.holdings.own_badges import own_badges
from issuer.services.holdings.still_to_learn import still_to_learn
from issuer.services.holdings.take_out_of_use import take_out_of_use
from issuer.services.issue_badge import issue
from schemas.canonical_json import canonicalise
from schemas.json_schema import SchemaName, problems
from schemas.strict_json import read_object
from verifier import STRICT, Verdict, verify


@pytest.fixture
def kept(desk):
    """A participant with one taken badge of six requirements."""
    one = drafts.ready(desk)
    keep(desk, one.issued())
    return one, holder(desk, one.person.person_id)


def badge_of(desk, me):
    return own_badges(desk.outside, me)[0]


def test_all_badges_in_one_record_verify_with_every_member(both_desks):
    one = drafts.ready(both_desks)
    for scope in (DraftScope.PART, DraftScope.GENERIC):
        more = {} if scope is DraftScope.PART else {"competence": "teamwork"}
        keep(both_desks, one.issued(scope, **more))
    me = holder(both_desks, one.person.person_id)
    (signed,) = export_record(both_desks.outside, me, "fi")
    document = read_object(signed, max_values=20_000)
    assert document["@context"] == list(CONTEXTS)
    assert problems(document, SchemaName.CLR) == []
    assert "partial" not in document
    report = verify(signed, policy=STRICT, environment=both_desks.outside.environment())
    assert (report.kind, report.verdict) == ("ClrCredential", Verdict.ACCEPTED)
    assert [part.report.verdict for part in report.members] == [Verdict.ACCEPTED, Verdict.ACCEPTED]
    members = document["credentialSubject"]["verifiableCredential"]
    held = [
        canonicalise(read_object(badge.document, max_values=20_000)) for badge in own_badges(both_desks.outside, me)
    ]
    assert [canonicalise(member) for member in members] == held


def test_a_record_names_nobody_and_holds_no_badge_that_is_out_of_use(desk, kept):
    one, me = kept
    keep(desk, one.issued(DraftScope.GENERIC, competence="teamwork"))
    take_out_of_use(desk.outside, me, badge_of(desk, me).ref)
    (signed,) = export_record(desk.outside, me, "en")
    document = json.loads(signed)
    assert len(document["credentialSubject"]["verifiableCredential"]) == 1
    assert one.person.name.encode() not in signed
    assert (
        document["credentialSubject"]["id"]
        != document["credentialSubject"]["verifiableCredential"][0]["credentialSubject"]["id"]
    )


def test_what_is_signed_was_stored_before_under_the_persons_key(desk, kept):
    _, me = kept
    (signed,) = export_record(desk.outside, me, "fi")
    with desk.outside.database.read() as uow:
        (row,) = uow.holdings.records(me.person_id)
    assert row.state == "signed"
    assert signed not in (row.document, row.tbs)
    assert desk.outside.person_keys.unseal(me.person_id, "badges_record", row.document) == signed


def test_a_record_without_badges_is_not_made(desk):
    one = drafts.ready(desk)
    assert export_record(desk.outside, holder(desk, one.person.person_id), "fi") == ()


def test_badges_spread_over_as_few_records_as_hold_them():
    badge = {"a": [1, 2], "b": {"c": "text"}}  # six values, two objects
    assert [len(one) for one in portions([badge] * 5, Room(members=2, values=100, nodes=100))] == [2, 2, 1]
    assert [len(one) for one in portions([badge] * 3, Room(members=9, values=12, nodes=100))] == [2, 1]
    assert [len(one) for one in portions([badge] * 3, Room(members=9, values=11, nodes=100))] == [1, 1, 1]
    assert [len(one) for one in portions([badge] * 3, Room(members=9, values=100, nodes=4))] == [2, 1]
    assert [len(one) for one in portions([{"a": "{"}] * 2, Room(members=9, values=100, nodes=3))] == [1, 1]
    assert portions([], Room(members=1, values=1, nodes=1)) == []


def test_a_hidden_badge_is_marked_and_its_words_are_left_out(desk, kept):
    _, me = kept
    ref = badge_of(desk, me).ref
    hide(desk.outside, me, ref)
    assert badge_of(desk, me).hidden
    assert own_words.shown(desk.outside, me, "fi") == ()
    hide(desk.outside, me, ref, hidden=False)
    assert not badge_of(desk, me).hidden


def test_taking_out_of_use_is_public_with_the_neutral_reason(desk, kept):
    _, me = kept
    badge = badge_of(desk, me)
    take_out_of_use(desk.outside, me, badge.ref)
    take_out_of_use(desk.outside, me, badge.ref)  # pressing twice is harmless
    assert badge_of(desk, me).state.value == "holder_wish"
    report = verify(badge.document, policy=STRICT, environment=desk.outside.environment())
    assert report.verdict is Verdict.REJECTED
    assert {one.details.get("reason") for one in report.of("status.revoked")} == {"holder_wish"}


def test_the_words_say_what_the_badges_say(desk, kept):
    one, me = kept
    (told,) = own_words.shown(desk.outside, me, "fi")
    assert len(told.plain) + len(told.official) == len(one.keys)


def test_own_words_are_kept_sealed_and_an_empty_text_takes_them_away(desk, kept):
    _, me = kept
    own_words.keep_words(desk.outside, me, "Osaan huoltaa pyörän.\nTeen sen mielelläni.")
    assert own_words.words(desk.outside, me).startswith("Osaan huoltaa")
    with desk.outside.database.read() as uow:
        assert "Osaan" not in str(uow.holdings.words(me.person_id))
    own_words.keep_words(desk.outside, me, "  ")
    assert own_words.words(desk.outside, me) is None
    with pytest.raises(InvalidRequestError, match=r"text\.length"):
        own_words.keep_words(desk.outside, me, "x" * 6_001)


def test_the_next_three_steps_are_told_and_asking_marks_one(desk, kept):
    _, me = kept
    steps = still_to_learn(desk.outside, me, "fi")
    assert [step.requirement.position for step in steps] == [7, 8, 9]
    make_wish.ask_for_badge(desk.outside, me, BICYCLE, 8)
    make_wish.ask_for_badge(desk.outside, me, BICYCLE, 8)  # once is enough
    assert [step.asked for step in still_to_learn(desk.outside, me, "fi")] == [False, True, False]
    coach = desk.staff[Role.WORK_COACH]
    (line,) = answer_wish.waiting(desk.outside, coach)
    sheet = answer_wish.read(desk.outside, coach, line.id)
    assert (sheet.requirement.position, sheet.words) == (8, None)
    answer_wish.close(desk.outside, coach, line.id)
    assert answer_wish.waiting(desk.outside, coach) == ()
    with pytest.raises(InvalidRequestError, match=r"requirement\.unknown"):
        make_wish.ask_for_badge(desk.outside, me, BICYCLE, 99)


def test_a_correction_reaches_the_coach_of_the_house_only(desk, kept, sqlite_installation):
    _, me = kept
    make_wish.ask_for_correction(desk.outside, me, badge_of(desk, me).ref, "Kuukausi on väärä.")
    coach = desk.staff[Role.WORK_COACH]
    (line,) = answer_wish.waiting(desk.outside, coach)
    assert answer_wish.read(desk.outside, coach, line.id).words == "Kuukausi on väärä."
    stranger = replace(coach, institution_id=sqlite_installation.umbrella.id)
    assert answer_wish.waiting(desk.outside, stranger) == ()
    with pytest.raises(NotFoundError):
        answer_wish.read(desk.outside, stranger, line.id)


@pytest.fixture
def stranger_badge(desk, kept):
    one, _ = kept
    other = drafts.ready(desk, name="Toinen Esimerkki", place=one.place)
    badge_id = other.issued()
    with desk.outside.database.read() as uow:
        record = uow.credentials.get(badge_id)
    return desk.outside.person_keys.unseal(record.person_id, "document", record.document)


@pytest.mark.parametrize("carrier", [bytes, carriers.png, carriers.svg])
def test_an_accepted_badge_from_elsewhere_is_kept_byte_for_byte(desk, kept, stranger_badge, carrier):
    _, me = kept
    data = carrier(stranger_badge)
    badge = import_badge(desk.outside, me, data, keep_unchecked=False)
    assert badge.checked
    assert badge.title.startswith("Polkupyörän huolto")
    found, file = imported_file(desk.outside, me, badge.ref)
    assert (found, file) == (badge, data)
    assert own_badges(desk.outside, me)[0].title != badge.title or len(own_badges(desk.outside, me)) == 1
    remove_imported(desk.outside, me, badge.ref)
    assert imported_badges(desk.outside, me) == ()


def altered(data):
    return data.replace(b'"name":"Polkup', b'"name":"Polkq', 1)


def test_a_refused_badge_is_told_in_the_verifiers_words_and_nothing_is_kept(desk, kept, stranger_badge):
    _, me = kept
    with pytest.raises(RefusedBadgeError) as refused:
        import_badge(desk.outside, me, altered(stranger_badge), keep_unchecked=True)
    assert set(refused.value.sentences) == {"fi", "sv", "en", "fi-x-selko"}
    assert imported_badges(desk.outside, me) == ()


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "elsewhere.nothing"),
        (b"no badge", "elsewhere.nothing"),
        (b"{}", "elsewhere.nothing"),
        (b'{"type":["VerifiableCredential"]}', "elsewhere.nothing"),
        (b"x" * ((4 << 20) + 1), "elsewhere.too_large"),
    ],
)
def test_what_is_no_badge_is_not_kept(desk, kept, data, code):
    _, me = kept
    with pytest.raises(DomainError) as refused:
        import_badge(desk.outside, me, data, keep_unchecked=True)
    assert refused.value.code == code
    assert imported_badges(desk.outside, me) == ()


def test_the_same_badge_is_not_kept_twice_nor_an_own_one(desk, kept, stranger_badge):
    _, me = kept
    import_badge(desk.outside, me, stranger_badge, keep_unchecked=False)
    for data, code in (
        (carriers.png(stranger_badge), "elsewhere.twice"),
        (badge_of(desk, me).document, "elsewhere.own"),
    ):
        with pytest.raises(ConflictError) as refused:
            import_badge(desk.outside, me, data, keep_unchecked=False)
        assert refused.value.code == code


def test_forgetting_a_person_takes_everything_here_along(both_desks):
    one = drafts.ready(both_desks)
    me = holder(both_desks, one.person.person_id)
    keep(both_desks, one.issued())
    ref = badge_of(both_desks, me).ref
    hide(both_desks.outside, me, ref)
    own_words.keep_words(both_desks.outside, me, "Osaan.")
    make_wish.ask_for_correction(both_desks.outside, me, ref, "Kuukausi on väärä.")
    export_record(both_desks.outside, me, "fi")
    with both_desks.outside.database.write() as uow:
        uow.holdings.forget_person(me.person_id)
    with both_desks.outside.database.read() as uow:
        assert uow.holdings.hidden(me.person_id) == frozenset()
        assert uow.holdings.words(me.person_id) is None
        assert uow.holdings.wishes(me.person_id) == []
        assert uow.holdings.records(me.person_id) == []
        assert uow.holdings.imported(me.person_id) == []


@pytest.mark.shared
def test_hostile_files_are_refused_and_leave_nothing(desk, kept, shared):
    _, me = kept
    folder = shared / "data" / "security" / "generated"
    files = [path for kind in ("png", "svg", "zip") for path in sorted((folder / kind).iterdir())]
    assert len(files) > 20
    for path in files:
        with pytest.raises(DomainError) as refused:
            import_badge(desk.outside, me, path.read_bytes(), keep_unchecked=False)
        assert refused.value.code.startswith("elsewhere."), path.name
    assert imported_badges(desk.outside, me) == ()


def test_badges_that_no_verification_reads_at_once_go_into_several_records(desk):
    one = drafts.ready(desk)
    me = holder(desk, one.person.person_id)
    for number in range(26):  # whole units of nine requirements
        request = AwardRequest(
            institution_id=desk.installation.umbrella.id,
            unit_code="106889",
            provider_id=desk.institution.id,
            person_id=me.person_id,
        )
        badge = issue(desk.outside, request, idempotency_key=f"many-badges-{number:06d}", actor="test")
        keep(desk, badge.id)
    records = export_record(desk.outside, me, "sv")
    documents = [read_object(each, max_bytes=4 << 20, max_values=20_000) for each in records]
    members = [len(each["credentialSubject"]["verifiableCredential"]) for each in documents]
    assert (len(records) > 1, sum(members)) == (True, 26)
    assert {each["partial"] for each in documents} == {True}
    assert all(problems(each, SchemaName.CLR) == [] for each in documents)
    for each in records:
        report = verify(each, policy=STRICT, environment=desk.outside.environment())
        assert report.verdict is Verdict.ACCEPTED
        assert {part.report.verdict for part in report.members} == {Verdict.ACCEPTED}
