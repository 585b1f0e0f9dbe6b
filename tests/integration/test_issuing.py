"""Issuing and withdrawing through the services, on both databases: what is stored, what shows, what is refused."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from installation import Installation

from issuer.db.person_keys import PersonErasedError
from issuer.domain.award import AwardRequest
from issuer.domain.errors import (
    ConflictError,
    IdempotencyMismatchError,
    InvalidRequestError,
    NotFoundError,
    TellingWordError,
)
from issuer.domain.institution import NewInstitution, PublicName
from issuer.services.award_badge import award
from issuer.services.create_institution import create
from issuer.services.issue_badge import issue
from issuer.services.link_tokens import token_digest
from issuer.services.open_share import open_share
from issuer.services.publish_status_list import publish_due
from issuer.services.revoke_badge import revoke
from issuer.services.show_badge import BadgeView, show
from issuer.services.sign_badge import sign
from issuer.services.sweep import sweep
from issuer.services.verify_audit import verify_audit
from keys.errors import UnsealError
from schemas.status_list import decode, value_at
from schemas.strict_json import JsonObject, read_object
from verifier import EMPLOYMENT, STRICT, Verdict, verify

KEY = "a-key-of-a-client-{}".format


def request_of(installation: Installation, **changes: object) -> AwardRequest:
    return replace(AwardRequest(institution_id=installation.umbrella.id, unit_code="106889"), **changes)  # type: ignore[arg-type]


def issue_one(installation: Installation, key: str = "1", **changes: object) -> BadgeView:
    request = request_of(installation, **changes)
    return issue(installation.outside, request, idempotency_key=KEY(key), actor="test")


def document_of(view: BadgeView) -> JsonObject:
    assert view.document is not None
    return read_object(view.document, max_values=20_000)


def token_of(view: BadgeView) -> str:
    assert view.share_url is not None
    return view.share_url.rpartition("/")[2]


def codes_of(installation: Installation, document: bytes) -> set[str]:
    report = verify(document, policy=EMPLOYMENT, environment=installation.outside.environment())
    return {one.code for one in report.findings if one.outcome.name == "FAILED"}


def test_an_issued_badge_passes_the_public_verifier_under_its_strictest_policy(installation: Installation) -> None:
    view = issue_one(installation)
    report = verify(view.document or b"", policy=STRICT, environment=installation.outside.environment())
    assert (view.state, report.verdict) == ("issued", Verdict.ACCEPTED)


def test_the_same_key_and_request_give_the_same_badge(installation: Installation) -> None:
    first, second = issue_one(installation), issue_one(installation)
    assert (first.id, first.document, first.share_url) == (second.id, second.document, second.share_url)


def test_the_same_key_with_another_request_is_refused(installation: Installation) -> None:
    issue_one(installation)
    with pytest.raises(IdempotencyMismatchError):
        issue_one(installation, language="sv")


def test_a_badge_for_some_requirements_says_how_many_in_its_name_and_gives_no_points(
    installation: Installation,
) -> None:
    with installation.outside.database.read() as uow:
        found = uow.catalogue.unit("106889", today=date(2026, 11, 22))
    assert found is not None
    keys = tuple(one.key for one in found.unit.requirements[:2])
    view = issue_one(installation, requirement_keys=keys)
    achievement = document_of(view)["credentialSubject"]["achievement"]  # type: ignore[index,call-overload]
    assert f"2/{len(found.unit.requirements)}" in achievement["name"]  # type: ignore[index,operator,call-overload]
    assert "creditsAvailable" not in achievement  # type: ignore[operator]
    assert len(achievement["resultDescription"]) == 2  # type: ignore[index,arg-type,call-overload]


def test_dates_in_a_badge_are_those_of_months_but_for_the_signing_moment(installation: Installation) -> None:
    view = issue_one(installation, activity_start=date(2026, 3, 17), activity_end=date(2026, 5, 29))
    document = document_of(view)
    subject = document["credentialSubject"]
    assert isinstance(subject, dict)
    assert (subject["activityStartDate"], subject["activityEndDate"]) == (
        "2026-03-01T00:00:00Z",
        "2026-05-01T00:00:00Z",
    )
    assert str(document["validFrom"]).endswith("-01T00:00:00Z")


@pytest.mark.parametrize(
    ("changes", "error", "code"),
    [
        ({"unit_code": "999999999"}, NotFoundError, "badge.unknown_unit"),
        ({"requirement_keys": ("no-such-key",)}, InvalidRequestError, "badge.unknown_requirement"),
        ({"requirement_keys": ()}, InvalidRequestError, "badge.no_requirement"),
        ({"language": "de"}, InvalidRequestError, "badge.language"),
        ({"activity_start": date(2026, 5, 2), "activity_end": date(2026, 5, 1)}, InvalidRequestError, "badge.period"),
        ({"activity_end": date(2199, 1, 1)}, InvalidRequestError, "badge.period_future"),
        ({"narrative": "x" * 2001}, InvalidRequestError, "text.length"),
        ({"narrative": "bell \x07"}, InvalidRequestError, "text.control"),
        ({"role": "a\u0308iti"}, InvalidRequestError, "text.form"),
        ({"narrative": "Opin tämän vankilassa."}, TellingWordError, "privacy.telling_word"),
        ({"role": "kuntoutuja"}, TellingWordError, "privacy.telling_word"),
        ({"narrative": "Soita 040 123 4567"}, TellingWordError, "privacy.telling_word"),
        ({"institution_id": "nobody"}, NotFoundError, "not_found"),
        ({"person_id": "nobody"}, NotFoundError, "not_found"),
        ({"provider_id": "nobody"}, NotFoundError, "not_found"),
    ],
)
def test_a_request_that_breaks_one_rule_is_refused_and_nothing_is_stored(
    sqlite_installation: Installation, changes: dict[str, object], error: type[Exception], code: str
) -> None:
    with pytest.raises(error) as refused:
        issue_one(sqlite_installation, **changes)
    assert refused.value.code == code  # type: ignore[attr-defined]
    with sqlite_installation.outside.database.read() as uow:
        assert uow.credentials.ids() == []


def test_a_withdrawn_badge_is_rejected_with_its_reason_and_month_as_soon_as_it_is_said_to_be(
    installation: Installation,
) -> None:
    view = issue_one(installation)
    ended = revoke(
        installation.outside, view.id, institution_id=installation.umbrella.id, reason="replaced", actor="test"
    )
    assert (ended.state, ended.status_published) == ("withdrawn", True)
    report = verify(view.document or b"", policy=EMPLOYMENT, environment=installation.outside.environment())
    found = next(one for one in report.findings if one.code == "status.revoked")
    month = installation.outside.now().strftime("%Y-%m")
    assert report.verdict is Verdict.REJECTED
    assert (found.details.get("reason"), found.details.get("month")) == ("replaced", month)


def test_a_neighbour_of_a_withdrawn_badge_stays_in_force(installation: Installation) -> None:
    first, second = issue_one(installation, "1"), issue_one(installation, "2")
    revoke(installation.outside, first.id, institution_id=installation.umbrella.id, reason="mistake", actor="test")
    assert codes_of(installation, second.document or b"") == set()


def test_a_withdrawal_cannot_change_its_reason_or_name_one_of_its_own(sqlite_installation: Installation) -> None:
    outside, institution_id = sqlite_installation.outside, sqlite_installation.umbrella.id
    view = issue_one(sqlite_installation)
    with pytest.raises(InvalidRequestError):
        revoke(outside, view.id, institution_id=institution_id, reason="fraud", actor="test")
    revoke(outside, view.id, institution_id=institution_id, reason="mistake", actor="test")
    with pytest.raises(ConflictError):
        revoke(outside, view.id, institution_id=institution_id, reason="for_cause", actor="test")


def test_another_institution_sees_and_withdraws_nothing(sqlite_installation: Installation) -> None:
    view = issue_one(sqlite_installation)
    with pytest.raises(NotFoundError):
        show(sqlite_installation.outside, view.id, institution_id="another")
    with pytest.raises(NotFoundError):
        revoke(sqlite_installation.outside, view.id, institution_id="another", reason="mistake", actor="test")


def test_nothing_shows_before_a_badge_is_issued(installation: Installation) -> None:
    outside = installation.outside
    credential_id = award(outside, request_of(installation), idempotency_key=KEY("1"), actor="test")
    view = show(outside, credential_id, institution_id=installation.umbrella.id)
    assert (view.state, view.document, view.share_url) == ("reserved", None, None)


def test_a_badge_left_behind_is_finished_by_the_sweeper_with_a_fresh_signing_moment(installation: Installation) -> None:
    outside = installation.outside
    credential_id = award(outside, request_of(installation), idempotency_key=KEY("1"), actor="test")
    assert sweep(outside) == 0  # its worker still has the lease
    installation.clock.moved += timedelta(minutes=10)
    assert sweep(outside) == 1
    view = show(outside, credential_id, institution_id=installation.umbrella.id)
    proof = document_of(view)["proof"][0]  # type: ignore[index,call-overload]
    created = datetime.strptime(proof["created"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)  # type: ignore[index,arg-type,call-overload]
    assert view.state == "issued"
    assert abs(created - installation.clock()) < timedelta(minutes=1)


def test_bytes_changed_in_the_database_are_never_signed(sqlite_installation: Installation) -> None:
    outside = sqlite_installation.outside
    credential_id = award(outside, request_of(sqlite_installation), idempotency_key=KEY("1"), actor="test")
    with outside.database.write() as uow:
        record = uow.credentials.get(credential_id)
        sealed = bytearray(record.tbs or b"")
        sealed[-1] ^= 1
        assert uow.credentials.change(record, to="reserved", tbs=bytes(sealed))
    with pytest.raises(UnsealError):
        sign(outside, credential_id)
    assert show(outside, credential_id, institution_id=sqlite_installation.umbrella.id).document is None


def test_unknown_and_ended_links_open_nothing(installation: Installation) -> None:
    outside, view = installation.outside, issue_one(installation)
    token = token_of(view)
    assert open_share(outside, token, counted=True) is not None
    assert open_share(outside, token[:-1] + ("A" if token[-1] != "A" else "B"), counted=True) is None
    assert open_share(outside, "../../etc/passwd", counted=True) is None
    installation.clock.moved += timedelta(days=366)
    assert open_share(outside, token, counted=True) is None


def test_openings_are_counted_by_day_and_only_when_asked(installation: Installation) -> None:
    outside, token = installation.outside, token_of(issue_one(installation))
    for counted in (True, True, False):
        open_share(outside, token, counted=counted)
    with outside.database.read() as uow:
        share = uow.shares.by_token(token_digest(token), now=outside.clock())
        assert share is not None
        assert [times for _, times in uow.shares.openings(share.id)] == [2]


def test_a_person_whose_key_is_destroyed_is_gone_but_the_saved_badge_still_verifies(installation: Installation) -> None:
    outside, view = installation.outside, issue_one(installation)
    with outside.database.read() as uow:
        person_id = uow.credentials.get(view.id).person_id
    outside.person_keys.destroy(person_id)
    with pytest.raises(PersonErasedError):
        show(outside, view.id, institution_id=installation.umbrella.id)
    assert open_share(outside, token_of(view), counted=False) is None
    assert codes_of(installation, view.document or b"") == set()


def test_lists_are_signed_anew_before_half_of_their_life_has_passed(installation: Installation) -> None:
    view = issue_one(installation)
    assert publish_due(installation.outside) == 0
    installation.clock.moved += timedelta(hours=13)
    assert publish_due(installation.outside) == 1
    assert codes_of(installation, view.document or b"") == set()


def test_a_stale_list_is_could_not_check_and_never_valid(installation: Installation) -> None:
    view = issue_one(installation)
    installation.clock.moved += timedelta(hours=25)
    report = verify(view.document or b"", policy=EMPLOYMENT, environment=installation.outside.environment())
    assert report.verdict is Verdict.UNDETERMINED


def test_set_bits_of_the_public_list_are_decoys_and_withdrawn_badges_only(sqlite_installation: Installation) -> None:
    outside, view = sqlite_installation.outside, issue_one(sqlite_installation)
    revoke(outside, view.id, institution_id=sqlite_installation.umbrella.id, reason="mistake", actor="test")
    with outside.database.read() as uow:
        record = uow.credentials.get(view.id)
        public = uow.publications.current("status_list", record.list_id)
        issued, withdrawn, decoys = uow.publications.bit_counts(record.list_id)
    assert public is not None
    encoded = read_object(public.document or b"")["credentialSubject"]["encodedList"]  # type: ignore[index,call-overload]
    bits = decode(str(encoded))
    assert sum(byte.bit_count() for byte in bits) == withdrawn + decoys
    assert (issued, withdrawn, value_at(bits, record.index)) == (1, 1, 1)
    assert decoys > 1000


def test_every_act_is_in_the_audit_chain_without_a_word_about_a_person(installation: Installation) -> None:
    view = issue_one(installation, narrative="Opin vaihtamaan ketjun.")
    revoke(installation.outside, view.id, institution_id=installation.umbrella.id, reason="mistake", actor="test")
    with installation.outside.database.read() as uow:
        entries = [row[2] for row in uow.audit.rows()]
    actions = [str(read_object(one.encode())["action"]) for one in entries if view.id in one]
    assert actions == ["award.requested", "badge.reserved", "badge.signed", "badge.issued", "badge.withdrawn"]
    assert not any("ketju" in one for one in entries)
    assert verify_audit(installation.outside).broken_at is None


def test_an_institution_of_a_closed_network_signs_with_a_key_that_is_its_own_did(installation: Installation) -> None:
    closed = create(
        installation.outside,
        NewInstitution(
            kind="school",
            public_name=PublicName(fi="Opisto", sv="Institutet", en="Institute"),
            legal_name="Opisto Oy",
            business_id="1927400-1",
            did_method="key",
        ),
        actor="test",
    )
    view = issue_one(installation, institution_id=closed.id)
    assert (closed.did or "").startswith("did:key:z6Mk")
    assert codes_of(installation, view.document or b"") == set()


def test_a_provider_under_its_own_name_needs_the_participants_yes(sqlite_installation: Installation) -> None:
    own = create(
        sqlite_installation.outside,
        NewInstitution(
            kind="provider",
            public_name=PublicName(fi="Sininen Silta", sv="Blå Bron", en="Blue Bridge"),
            legal_name="Sininen Silta ry",
            business_id="1927400-1",
            parent_id=sqlite_installation.umbrella.id,
        ),
        actor="test",
    )
    with pytest.raises(InvalidRequestError) as refused:
        issue_one(sqlite_installation, institution_id=own.id)
    assert refused.value.code == "badge.own_name_consent"
    view = issue_one(sqlite_installation, "2", institution_id=own.id, own_name_accepted=True)
    issuer = document_of(view)["issuer"]
    assert isinstance(issuer, dict)
    assert issuer["otherIdentifier"][0]["identifier"] == "1927400-1"  # type: ignore[index,call-overload]
    assert codes_of(sqlite_installation, view.document or b"") == set()


def test_two_requests_with_one_key_at_the_same_moment_make_one_badge(installation: Installation) -> None:
    with ThreadPoolExecutor(4) as pool:
        views = list(pool.map(lambda _: issue_one(installation), range(4)))
    assert len({view.id for view in views}) == 1
    with installation.outside.database.read() as uow:
        assert len(uow.credentials.ids()) == 1
