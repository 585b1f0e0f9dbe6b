"""Endorsements of learning environments: what is signed, who may, until when, what a silent signer leaves, the end."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from desk import Desk, desk_over
from endorsements import assertion, endorsed, of_report, wish_of
from environments import recognised
from openbadgeslib.ob3.did import resolve_verification_method
from openbadgeslib.ob3.ldp import verify_data_integrity_proof
from openbadgeslib.ob3.verifier import OB3VerificationError

from issuer.domain.catalogue_choice import helsinki_day
from issuer.domain.endorsement import Standing
from issuer.domain.errors import ConflictError, ForbiddenError, InvalidRequestError, NotFoundError, TellingWordError
from issuer.domain.institution import NewInstitution, PublicName
from issuer.domain.permissions import Role
from issuer.services.create_institution import create
from issuer.services.endorsements import list_endorsements
from issuer.services.endorsements.end_endorsement import end
from issuer.services.endorsements.endorse import ACT, Wish, checked, endorse, finish_endorsements
from issuer.services.own_documents import own_document
from issuer.worker import run_once
from keys.errors import SigningError
from verifier import EMPLOYMENT, STRICT, Outcome, Request, Verdict, verify


@pytest.fixture
def school(both_desks: Desk) -> Iterator[Desk]:
    with desk_over(both_desks.installation, kind="school", name="Esimerkkiopisto", number=1) as opened:
        yield opened


def published(desk: Desk, endorsement_id: str) -> bytes:
    found = own_document(desk.outside.database, f"/endorsements/{endorsement_id}")
    assert found is not None
    return found.body


def judged(desk: Desk, data: bytes, policy=STRICT):
    return verify(data, policy=policy, environment=desk.outside.environment(), request=Request(refresh=False))


class SilentSigner:
    """A signer that answers nothing."""

    def __getattr__(self, name: str):
        raise SigningError("silent")

    def sign(self, *_: object, **__: object) -> bytes:
        raise SigningError("silent")


def test_an_endorsement_is_about_the_published_version_and_genuine_to_us_and_to_strangers(
    both_desks: Desk, school: Desk
) -> None:
    report = recognised(both_desks).report
    assert endorsed(school, report.id, comment="Kävimme katsomassa työtä ja välineitä.")
    (made,) = of_report(school, report.id)
    data = published(school, made.id)
    document, origin = json.loads(data), school.outside.identity_origin
    assert document["type"] == ["VerifiableCredential", "EndorsementCredential"]
    assert document["credentialSubject"]["id"] == f"{origin}/environments/{report.id}"
    assert document["credentialSubject"]["endorsementComment"].endswith("Kävimme katsomassa työtä ja välineitä.")
    assert document["id"] == f"{origin}/endorsements/{made.id}"
    assert document["validFrom"][8:] == "01T00:00:00Z"
    assert both_desks.institution.public_name.fi not in data.decode()
    assert judged(school, data).verdict is Verdict.ACCEPTED

    def download(url: str) -> bytes:
        found = own_document(school.outside.database, url.removeprefix(origin))
        assert found is not None, url
        return found.body

    key = resolve_verification_method(document["proof"]["verificationMethod"], download=download)
    verify_data_integrity_proof(document, key)  # of a stranger's library, whose verifier takes badges only
    altered = data.replace(b"/environments/", b"/environmentz/", 1)
    assert judged(school, altered).verdict is Verdict.REJECTED
    with pytest.raises(OB3VerificationError):
        verify_data_integrity_proof(json.loads(altered), key)


def test_a_provider_that_signs_itself_is_endorsed_as_an_issuer_beside_its_place(both_desks: Desk, school: Desk) -> None:
    request = NewInstitution(
        kind="provider",
        public_name=PublicName(fi="Oma nimi", sv="Eget namn", en="Own name"),
        legal_name="Oma nimi ry",
        business_id="0000004-3",
        parent_id=both_desks.installation.umbrella.id,
    )
    own = create(both_desks.outside, request, actor="cli")
    report = recognised(replace(both_desks, institution=own)).report
    endorsed(school, report.id)
    subjects = {one.subject_id for one in of_report(school, report.id)}
    assert subjects == {f"{school.outside.identity_origin}/environments/{report.id}", own.did}
    assert all(
        judged(school, published(school, one.id)).verdict is Verdict.ACCEPTED for one in of_report(school, report.id)
    )


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda wish, _: replace(wish, last_day=None), "endorsement.until"),
        (lambda wish, today: replace(wish, last_day=today - timedelta(days=1)), "endorsement.until"),
        (lambda wish, today: replace(wish, last_day=today + timedelta(days=900)), "endorsement.until"),
        (lambda wish, _: replace(wish, report_ids=()), "endorsement.none"),
        (lambda wish, _: replace(wish, comment="x" * 501), "text.length"),
    ],
)
def test_what_cannot_be_endorsed_is_refused(both_desks: Desk, school: Desk, change, code: str) -> None:
    report = recognised(both_desks).report
    wish = change(wish_of(report.id, desk=school), helsinki_day(school.outside.now()))
    with pytest.raises(InvalidRequestError) as refused:
        checked(school.outside, school.staff[Role.ADMINISTRATOR], wish)
    assert refused.value.code == code


def test_a_telling_word_keeps_a_comment_from_being_signed(both_desks: Desk, school: Desk) -> None:
    wish = wish_of(recognised(both_desks).report.id, desk=school, comment="Hyvä kuntoutuspaikka.")
    with pytest.raises(TellingWordError):
        checked(school.outside, school.staff[Role.ADMINISTRATOR], wish)


def test_only_a_school_endorses_only_what_is_in_force_and_only_once_as_long(both_desks: Desk, school: Desk) -> None:
    today = helsinki_day(school.outside.now())
    report = recognised(both_desks).report
    over = recognised(both_desks, published_on=today - timedelta(days=50), valid_until=today - timedelta(days=1)).report
    admin = school.staff[Role.ADMINISTRATOR]
    with pytest.raises(NotFoundError):
        checked(both_desks.outside, both_desks.staff[Role.ADMINISTRATOR], wish_of(report.id, desk=school))
    with pytest.raises(NotFoundError):
        checked(school.outside, admin, wish_of("0" * 32, desk=school))
    with pytest.raises(ConflictError) as ended:
        checked(school.outside, admin, Wish(report_ids=(over.id,), last_day=today))
    assert ended.value.code == "endorsement.over"
    endorsed(school, report.id)
    with pytest.raises(ConflictError) as again:
        checked(school.outside, admin, wish_of(report.id, desk=school))
    assert again.value.code == "endorsement.already"
    checked(school.outside, admin, wish_of(report.id, desk=school, until=today + timedelta(days=101)))


def test_nothing_is_signed_without_the_passkey_or_for_other_words_than_were_seen(
    both_desks: Desk, school: Desk
) -> None:
    report = recognised(both_desks).report
    admin, wish = school.staff[Role.ADMINISTRATOR], wish_of(report.id, desk=school)
    digest = checked(school.outside, admin, wish).digest
    answer = assertion(school, admin, ACT, digest)
    with pytest.raises(ConflictError):
        endorse(school.outside, admin, replace(wish, comment="Muuta."), seen=digest.hex(), assertion=answer)
    with pytest.raises(ForbiddenError):
        endorse(school.outside, admin, wish, seen=digest.hex(), assertion="{}")
    with pytest.raises(ConflictError):
        endorse(school.outside, school.staff[Role.COUNSELLOR], wish, seen=digest.hex(), assertion=answer)
    assert of_report(school, report.id) == []


def test_the_worker_signs_what_a_silent_signer_left(both_desks: Desk, school: Desk, monkeypatch) -> None:
    report = recognised(both_desks).report
    silent = replace(school.outside, signer=SilentSigner())
    admin, wish = school.staff[Role.ADMINISTRATOR], wish_of(report.id, desk=school)
    digest = checked(school.outside, admin, wish).digest
    answer = assertion(school, admin, ACT, digest)
    from issuer.services.publish_status_list import ensure_open_list

    ensure_open_list(school.outside, school.institution)
    assert not endorse(silent, admin, wish, seen=digest.hex(), assertion=answer)
    (waiting,) = of_report(school, report.id)
    assert not waiting.signed
    assert own_document(school.outside.database, f"/endorsements/{waiting.id}") is None
    assert list_endorsements.of_report(school.outside, report.id) == ()
    assert finish_endorsements(silent) == 0
    run_once(school.outside)
    (done,) = of_report(school, report.id)
    assert done.signed
    assert judged(school, published(school, done.id)).verdict is Verdict.ACCEPTED
    assert finish_endorsements(school.outside) == 0


class Crash(Exception):  # noqa: N818  what a crash looks like from inside
    """The process ends here."""


@pytest.mark.parametrize("where", ["endorse.after_reserve", "publish.before_public", "publish.after_public"])
def test_a_crash_leaves_nothing_half_said(both_desks: Desk, school: Desk, where: str) -> None:
    report = recognised(both_desks).report
    admin, wish = school.staff[Role.ADMINISTRATOR], wish_of(report.id, desk=school)
    digest = checked(school.outside, admin, wish).digest
    answer = assertion(school, admin, ACT, digest)

    def stop(name: str) -> None:
        if name == where:
            raise Crash

    with pytest.raises(Crash):
        endorse(replace(school.outside, checkpoint=stop), admin, wish, seen=digest.hex(), assertion=answer)
    run_once(school.outside)
    (done,) = of_report(school, report.id)
    assert judged(school, published(school, done.id)).verdict is Verdict.ACCEPTED


def test_an_ended_or_expired_endorsement_is_never_in_force(both_desks: Desk, school: Desk) -> None:
    first, second = recognised(both_desks).report, recognised(both_desks).report
    today = helsinki_day(school.outside.now())
    endorsed(school, first.id)
    endorsed(school, second.id, until=today + timedelta(days=2))
    (made,) = of_report(school, first.id)
    end(school.outside, school.staff[Role.ADMINISTRATOR], made.act_id)
    end(school.outside, school.staff[Role.ADMINISTRATOR], made.act_id)
    (told,) = list_endorsements.of_report(school.outside, first.id)
    assert (told.standing, told.until) == (Standing.ENDED, today)
    report = judged(school, published(school, made.id))
    assert report.outcome("status.revoked") is Outcome.FAILED
    school.installation.clock.moved += timedelta(days=4)
    (late,) = list_endorsements.of_report(school.outside, second.id)
    assert late.standing is Standing.EXPIRED
    run_once(school.outside)
    assert (
        judged(school, published(school, late.endorsement.id), EMPLOYMENT).outcome("validity.expired") is Outcome.FAILED
    )


def test_an_endorsement_does_not_outlast_a_recognition_that_ends_early(both_desks: Desk, school: Desk) -> None:
    report = recognised(both_desks).report
    endorsed(school, report.id)
    today = helsinki_day(school.outside.now())
    with school.outside.database.write() as uow:
        uow.environments.end_report(report.id, today)
    school.installation.clock.moved += timedelta(days=1)
    (told,) = list_endorsements.of_report(school.outside, report.id)
    assert (told.standing, told.until) == (Standing.EXPIRED, today)


def test_nobody_ends_what_another_school_endorsed(both_desks: Desk, school: Desk) -> None:
    report = recognised(both_desks).report
    endorsed(school, report.id)
    (made,) = of_report(school, report.id)
    with desk_over(both_desks.installation, kind="school", name="Toinen opisto", number=3) as other:
        with pytest.raises(NotFoundError):
            end(other.outside, other.staff[Role.ADMINISTRATOR], made.act_id)
        (row,), _ = list_endorsements.for_school(other.outside, other.staff[Role.COUNSELLOR])
    assert row.mine is None
    assert [one.in_force for one in row.told] == [True]
