"""At the desk: where a badge was earned if that is told, who recognised the place until when, and who endorses it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from desk import Desk, desk_over
from endorsements import endorsed, of_report
from installation import Installation
from recognition import School, school_beside
from sharing import full_sharer, own_name_desk

from issuer.db.repositories.forgetting import forget_pointers
from issuer.db.repositories.publications import NewPublication
from issuer.domain.catalogue_choice import helsinki_day
from issuer.domain.permissions import Role
from issuer.services.endorsements.check_endorsement import Judged, Wanted, judge_endorsement
from issuer.services.endorsements.end_endorsement import end
from issuer.services.endorsements.endorse import environment_url
from issuer.services.endorsements.place_of_badge import EarnedAt, earned_at
from issuer.services.recognition.open_case import open_case
from issuer.services.sharing.send_to_school import SchoolWish, place_known, send


@pytest.fixture
def school(both_desks: Desk) -> Iterator[School]:
    with school_beside(both_desks) as opened:
        yield opened


def told(school: School, *, place: bool = True) -> str:
    """A badge sent to the school; the case's reference."""
    wish = SchoolWish(school=school.desk.institution.slug, tell_place=place)
    return send(school.desk.outside, school.holder, school.ready.issued(), wish)


def earned(school: School, ref: str) -> EarnedAt | None:
    (badge,) = school.case(ref).badges
    return earned_at(school.desk.outside, badge.row, school_id=school.desk.institution.id)


def page(school: School, ref: str) -> str:
    return school.desk.client(Role.COUNSELLOR).get(f"/desk/{ref}").text


def test_a_neutral_badge_says_nothing_of_its_place_unless_the_holder_does(school: School) -> None:
    report = school.ready.place.report
    endorsed(school.desk, report.id)
    silent = told(school, place=False)
    assert earned(school, silent) is None
    text = page(school, silent)
    assert "Merkki ei kerro, missä osaaminen on hankittu." in text
    assert report.id not in text
    assert "Polkupyöräkorjaamo" not in text


def test_a_place_that_the_holder_tells_is_shown_with_its_recogniser_and_who_endorses_it(school: School) -> None:
    report = school.ready.place.report
    with desk_over(school.desk.installation, kind="school", name="Toinen opisto", number=2) as other:
        endorsed(other, report.id)
        endorsed(school.desk, report.id)
        ref = told(school)
        found = earned(school, ref)
        assert found is not None
        assert (found.report.id, found.in_force, found.then) == (report.id, True, True)
        assert {(one.own, one.judged) for one in found.vouchers} == {(True, Judged.IN_FORCE), (False, Judged.IN_FORCE)}
        text = page(school, ref)
    assert "Paikan on tunnistanut ammatillinen opettaja, Esimerkkiopisto (voimassa " in text
    assert text.index("Oma oppilaitos on vahvistanut paikan.") < text.index("Toinen opisto on vahvistanut paikan.")


def test_a_badge_sent_again_with_its_place_tells_it_then(school: School) -> None:
    credential = school.ready.issued()
    share, at = school.share(credential), school.desk.institution.id
    ref = open_case(school.desk.outside, school.holder, share, at)
    assert earned(school, ref) is None
    assert open_case(school.desk.outside, school.holder, share, at, tell_place=True) == ref
    assert earned(school, ref) is not None


def test_what_is_told_goes_with_the_case(school: School) -> None:
    ref = told(school)
    case = school.case(ref)
    with school.desk.outside.database.write() as uow:
        uow.recognition.empty(case.row.id)
        assert uow.endorsements.told_place(case.badges[0].row.id) is None


def test_ended_expired_and_later_endorsements_are_told_as_what_they_are(school: School) -> None:
    report, outside = school.ready.place.report, school.desk.outside
    ref = told(school)
    today = helsinki_day(outside.now())
    endorsed(school.desk, report.id, until=today + timedelta(days=3))
    (made,) = of_report(school.desk, report.id)
    end(outside, school.desk.staff[Role.ADMINISTRATOR], made.act_id)
    found = earned(school, ref)
    assert found is not None
    assert found.vouchers == ()
    assert "Mikään oppilaitos ei ole vahvistanut paikkaa." in page(school, ref)


def test_an_endorsement_that_ran_out_since_the_badge_was_given_is_past(school: School) -> None:
    report, outside = school.ready.place.report, school.desk.outside
    ref = told(school)
    endorsed(school.desk, report.id, until=helsinki_day(outside.now()) + timedelta(days=3))
    school.desk.installation.clock.moved += timedelta(days=5)
    found = earned(school, ref)
    assert found is not None
    assert [one.judged for one in found.vouchers] == [Judged.PAST]
    (made,) = of_report(school.desk, report.id)
    wanted = Wanted(report, environment_url(outside.identity_origin, report.id))
    before = helsinki_day(outside.now()) - timedelta(days=100)
    assert judge_endorsement(outside, made, wanted, given_on=before) is Judged.NEITHER


def test_an_endorsement_of_another_id_or_by_another_key_counts_for_nothing(school: School) -> None:
    report, outside = school.ready.place.report, school.desk.outside
    endorsed(school.desk, report.id)
    (made,) = of_report(school.desk, report.id)
    today = helsinki_day(outside.now())
    other = Wanted(report, environment_url(outside.identity_origin, "0" * 32))
    assert judge_endorsement(outside, made, other, given_on=today) is Judged.NEITHER
    wanted = Wanted(report, environment_url(outside.identity_origin, report.id))
    assert judge_endorsement(outside, made, wanted, given_on=today) is Judged.IN_FORCE
    unpublished = replace(made, id="0" * 32)
    assert judge_endorsement(outside, unpublished, wanted, given_on=today) is Judged.UNCHECKED
    with outside.database.write() as uow:
        current = uow.publications.current("endorsement", made.id)
        assert current is not None
        assert current.document is not None
        forged = uow.publications.reserve(
            NewPublication(
                institution_id=current.institution_id,
                kind="endorsement",
                name=made.id,
                content_revision=2,
                kid=current.kid,
                tbs=current.tbs,
                tbs_sha256=bytes(32),
                valid_from=current.valid_from,
                valid_until=None,
            )
        )
        uow.publications.make_public(forged.id, current.document.replace(b'"validUntil":"20', b'"validUntil":"30', 1))
    assert judge_endorsement(outside, made, wanted, given_on=today) is Judged.UNCHECKED


def test_a_place_is_known_only_to_the_badges_own_holder(school: School) -> None:
    credential = school.ready.issued()
    assert place_known(school.desk.outside, school.holder, credential)
    assert not place_known(school.desk.outside, replace(school.holder, person_id="someone"), credential)


def test_a_badge_in_a_providers_own_name_tells_its_place_by_itself(sqlite_installation: Installation) -> None:
    with own_name_desk(sqlite_installation) as provider, school_beside(provider) as school:
        sharer = full_sharer(provider)
        endorsed(school.desk, sharer.ready.place.report.id)
        ref = send(provider.outside, sharer.who, sharer.credential_id, SchoolWish(school=school.desk.institution.slug))
        found = earned(school, ref)
        assert found is not None
        assert [(one.own, one.judged) for one in found.vouchers] == [(True, Judged.IN_FORCE)]
        subjects = {one.subject_id for one in of_report(school.desk, found.report.id)}
    assert subjects == {f"{provider.outside.identity_origin}/environments/{found.report.id}", provider.institution.did}


def test_what_is_told_goes_with_the_badge_when_its_holder_is_erased(school: School) -> None:
    ref = told(school)
    (badge,) = school.case(ref).badges
    assert badge.row.credential_id is not None
    with school.desk.outside.database.write() as uow:
        forget_pointers(uow.endorsements._session, badge.row.credential_id)
        assert uow.endorsements.told_place(badge.row.id) is None
