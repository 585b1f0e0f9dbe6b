"""Cooperation agreements and trust levels through the services, on both databases where it matters."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from cooperation import Sides, good_terms, own_signer, sides_over
from desk import Desk, make_institution
from recognition import decide, save

from issuer.domain.cooperation import CooperationState, Standing, TrustLevel
from issuer.domain.cooperation_judgement import Met
from issuer.domain.errors import (
    ConflictError,
    ForbiddenError,
    InvalidFormError,
    InvalidRequestError,
    NotFoundError,
    StoreBusyError,
)
from issuer.domain.permissions import Role
from issuer.domain.recognition import Check, Route
from issuer.domain.unit_ref import UnitRef
from issuer.services.recognition.check_badges import check_badge, check_of
from issuer.services.trust import confirm_agreement, offer_agreement
from issuer.services.trust.change_agreement import change
from issuer.services.trust.draft_agreement import draft
from issuer.services.trust.drop_agreement import drop
from issuer.services.trust.end_agreement import end
from issuer.services.trust.give_back_agreement import give_back
from issuer.services.trust.judge_case import CaseTrust, judge_case
from issuer.services.trust.list_agreements import list_agreements
from issuer.services.trust.list_levels import list_levels
from issuer.services.trust.read_agreement import read
from issuer.services.trust.set_level import set_level
from schemas.strict_json import read_object


@pytest.fixture
def sides(desk: Desk) -> Iterator[Sides]:
    with sides_over(desk) as opened:
        yield opened


@pytest.fixture
def both_sides(both_desks: Desk) -> Iterator[Sides]:
    with sides_over(both_desks) as opened:
        yield opened


def code_of(call) -> str:
    """The code with which a service refuses."""
    with pytest.raises((ConflictError, InvalidRequestError, ForbiddenError, NotFoundError)) as refused:
        call()
    return refused.value.code


def judged(sides: Sides, ref: str) -> CaseTrust:
    case = sides.school.case(ref)
    checks = [check_of(check_badge(sides.outside, one.data)) for one in case.badges]
    return judge_case(sides.outside, case, checks)


def acts(sides: Sides) -> list[str]:
    with sides.outside.database.read() as uow:
        rows = [read_object(text.encode()) for _, _, text, _ in uow.audit.rows()]
    return [str(row["action"]) for row in rows]


def test_an_agreement_goes_from_a_draft_over_both_sides_to_its_end_and_every_step_is_noted(both_sides: Sides) -> None:
    sides = both_sides
    ref = sides.drafted()
    before = len(acts(sides))
    assert [one.agreement.ref for one in list_agreements(sides.outside, sides.umbrella_lead).agreements] == []
    assert code_of(lambda: read(sides.outside, sides.umbrella_lead, ref)) == "not_found"
    terms = good_terms(sides.today, least_shown=3, route=Route.DIRECT)
    change(sides.outside, sides.school_lead, ref, terms, seen=1)
    seen = read(sides.outside, sides.school_lead, ref).digest
    assertion = sides.assertion(sides.school_lead, offer_agreement.act_name(ref), seen)
    offer_agreement.offer(sides.outside, sides.school_lead, ref, seen=seen, assertion=assertion)
    assert (
        list_agreements(sides.outside, sides.umbrella_lead)
        .agreements[0]
        .agreement.waits_for(sides.umbrella.institution.id)
    )
    sides.confirm(ref)
    found = read(sides.outside, sides.school_lead, ref)
    assert (found.standing, found.agreement.terms, found.agreement.version) == (Standing.IN_FORCE, terms, 4)
    assert found.agreement.content_sha256 is not None
    assert found.agreement.content_sha256.hex() == found.digest == seen
    end(sides.outside, sides.umbrella_lead, ref, None, seen=4)
    assert read(sides.outside, sides.school_lead, ref).standing is Standing.ENDED
    done = [one for one in acts(sides)[before:] if one.startswith("cooperation.")]
    assert done == ["cooperation.changed", "cooperation.offered", "cooperation.confirmed", "cooperation.ended"]


def test_of_two_editors_one_wins_and_the_other_is_told(both_sides: Sides) -> None:
    sides = both_sides
    ref = sides.drafted()
    first, second = sides.school_lead, sides.school.desk.add(Role.ADMINISTRATOR)

    def act(number: int) -> str:
        terms = good_terms(sides.today, least_shown=number + 2)
        try:
            change(sides.outside, (first, second)[number], ref, terms, seen=1)
        except (ConflictError, StoreBusyError) as told:
            return told.code
        return "kept"

    with ThreadPoolExecutor(2) as pool:
        answers = sorted(pool.map(act, range(2)))
    assert answers in (["cooperation.changed", "kept"], ["kept", "store.busy"])
    assert sides.stored(ref).version == 2


def test_of_two_signers_at_once_one_confirms_and_the_other_is_told(both_sides: Sides) -> None:
    sides = both_sides
    ref = sides.offered()
    seen = read(sides.outside, sides.umbrella_lead, ref).digest
    people = (sides.umbrella_lead, sides.umbrella.staff[Role.ADMINISTRATOR])
    ready = [(who, sides.assertion(who, confirm_agreement.act_name(ref), seen)) for who in people]

    def act(number: int) -> str:
        who, assertion = ready[number]
        try:
            confirm_agreement.confirm(sides.outside, who, ref, seen=seen, assertion=assertion)
        except (ConflictError, StoreBusyError) as told:
            return told.code
        return "confirmed"

    with ThreadPoolExecutor(2) as pool:
        answers = sorted(pool.map(act, range(2)))
    assert answers[0] == "confirmed" or answers[1] == "confirmed"
    assert set(answers) - {"confirmed"} <= {"cooperation.changed", "cooperation.state", "store.busy"}
    stored = sides.stored(ref)
    assert (stored.state, stored.version) == (CooperationState.CONFIRMED, 3)
    assert acts(sides).count("cooperation.confirmed") == 1


def test_a_level_set_by_two_at_once_is_kept_once(both_sides: Sides) -> None:
    sides, did = both_sides, str(both_sides.umbrella.institution.did)

    def act(level: str) -> str:
        try:
            set_level(sides.outside, sides.school_lead, did, level, seen=0)
        except (ConflictError, StoreBusyError) as told:
            return told.code
        return "kept"

    with ThreadPoolExecutor(2) as pool:
        answers = sorted(pool.map(act, ("none", "recognised")))
    assert "kept" in answers
    assert set(answers) - {"kept"} <= {"cooperation.changed", "store.busy"}
    assert len(answers) == len(set(answers))


def test_who_wrote_an_offer_cannot_confirm_it_and_the_other_side_cannot_change_it(sides: Sides) -> None:
    ref = sides.offered()
    digest = read(sides.outside, sides.school_lead, ref).digest
    own = lambda: confirm_agreement.confirm(sides.outside, sides.school_lead, ref, seen=digest, assertion="{}")  # noqa: E731
    assert code_of(own) == "cooperation.state"
    terms = good_terms(sides.today)
    assert code_of(lambda: change(sides.outside, sides.umbrella_lead, ref, terms, seen=2)) == "cooperation.other_side"
    assert code_of(lambda: drop(sides.outside, sides.umbrella_lead, ref, seen=2)) == "cooperation.other_side"
    assert code_of(lambda: give_back(sides.outside, sides.school_lead, ref, seen=2)) == "cooperation.state"


def test_without_the_passkey_nothing_is_offered_or_confirmed(sides: Sides) -> None:
    ref = sides.drafted()
    digest = read(sides.outside, sides.school_lead, ref).digest
    offers = lambda: offer_agreement.offer(sides.outside, sides.school_lead, ref, seen=digest, assertion="{}")  # noqa: E731
    assert code_of(offers) == "act.not_confirmed"
    assert sides.stored(ref).state is CooperationState.DRAFT
    ref = sides.offered()
    digest = read(sides.outside, sides.umbrella_lead, ref).digest
    wrong = sides.assertion(sides.umbrella_lead, offer_agreement.act_name(ref), digest)  # of another act
    confirms = lambda: confirm_agreement.confirm(sides.outside, sides.umbrella_lead, ref, seen=digest, assertion=wrong)  # noqa: E731
    assert code_of(confirms) == "act.not_confirmed"
    assert sides.stored(ref).state is CooperationState.OFFERED


def test_terms_that_were_changed_meanwhile_are_not_confirmed(sides: Sides) -> None:
    ref = sides.offered()
    seen = read(sides.outside, sides.umbrella_lead, ref).digest
    assertion = sides.assertion(sides.umbrella_lead, confirm_agreement.act_name(ref), seen)
    change(sides.outside, sides.school_lead, ref, good_terms(sides.today, least_shown=9), seen=2)
    late = lambda: confirm_agreement.confirm(sides.outside, sides.umbrella_lead, ref, seen=seen, assertion=assertion)  # noqa: E731
    assert code_of(late) == "not_found"  # it is the school's own draft again
    assert sides.stored(ref).offered_at is None


def test_an_offer_given_back_is_the_writers_draft_again(sides: Sides) -> None:
    ref = sides.offered()
    give_back(sides.outside, sides.umbrella_lead, ref, seen=2)
    assert sides.stored(ref).state is CooperationState.DRAFT
    assert code_of(lambda: read(sides.outside, sides.umbrella_lead, ref)) == "not_found"
    drop(sides.outside, sides.school_lead, ref, seen=3)
    assert read(sides.outside, sides.school_lead, ref).standing is Standing.ENDED
    assert code_of(lambda: end(sides.outside, sides.school_lead, ref, None, seen=4)) == "cooperation.state"


def test_an_agreement_ends_after_its_last_day_by_the_clock(sides: Sides) -> None:
    ref = sides.in_force()
    last = sides.today + timedelta(days=10)
    end(sides.outside, sides.umbrella_lead, ref, last, seen=3)
    assert read(sides.outside, sides.school_lead, ref).standing is Standing.IN_FORCE
    assert code_of(lambda: end(sides.outside, sides.school_lead, ref, None, seen=3)) == "cooperation.changed"
    sides.umbrella.installation.clock.moved += timedelta(days=11)
    assert read(sides.outside, sides.school_lead, ref).standing is Standing.ENDED
    case = sides.school.sent(sides.school.ready.issued())
    assert judged(sides, case).groups[0].level is TrustLevel.NONE


def test_an_offer_whose_days_are_over_is_not_confirmed(sides: Sides) -> None:
    ref = sides.offered(valid_until=sides.today + timedelta(days=3))
    sides.umbrella.installation.clock.moved += timedelta(days=5)
    with pytest.raises(InvalidFormError):
        sides.confirm(ref)
    assert sides.stored(ref).state is CooperationState.OFFERED


@pytest.mark.parametrize("unit", ["999999-7614470", "106889-1"])
def test_units_that_the_catalogue_does_not_have_are_refused(sides: Sides, unit: str) -> None:
    assert code_of(lambda: sides.drafted(units=(UnitRef.read(unit),))) == "unit.unknown"


def test_no_agreement_is_made_with_who_signs_nothing_or_between_two_schools(sides: Sides) -> None:
    provider = sides.school.provider
    terms = good_terms(sides.today)
    other = make_institution(sides.umbrella.installation, "school", "Toinen opisto", 2)
    for partner_id in (provider.institution.id, other.id):
        assert (
            code_of(lambda one=partner_id: draft(sides.outside, sides.school_lead, one, terms)) == "cooperation.partner"
        )
    lead = provider.staff[Role.RESPONSIBLE_PERSON]
    assert code_of(lambda: draft(sides.outside, lead, other.id, terms)) == "cooperation.partner"
    assert code_of(lambda: draft(sides.outside, sides.school_lead, "absent", terms)) == "not_found"


def test_a_stranger_finds_nothing_and_a_provider_reads_what_is_agreed_in_its_name(sides: Sides) -> None:
    other = make_institution(sides.umbrella.installation, "school", "Toinen opisto", 2)
    stranger = replace(sides.school_lead, institution_id=other.id)
    lead = sides.school.provider.staff[Role.RESPONSIBLE_PERSON]
    ref = sides.offered()
    for who in (stranger, lead):
        assert code_of(lambda one=who: read(sides.outside, one, ref)) == "not_found"
        assert list_agreements(sides.outside, who).agreements == ()
    sides.confirm(ref)
    assert code_of(lambda: read(sides.outside, stranger, ref)) == "not_found"
    found = read(sides.outside, lead, ref)
    assert (found.side, found.others) == (False, ())
    register = list_agreements(sides.outside, lead)
    assert [(one.agreement.ref, one.side) for one in register.agreements] == [(ref, False)]
    assert (register.signer is not None, register.partners) == (True, ())
    for act in (end, drop, give_back):
        more = (None,) if act is end else ()
        assert code_of(lambda act=act, more=more: act(sides.outside, lead, ref, *more, seen=3)) == "not_found"


def test_a_neutral_badge_is_matched_by_its_public_name_alone(sides: Sides) -> None:
    """Neither the level nor a term tells which provider stands behind it, whatever other agreements there are."""
    signer = own_signer(sides.school.provider)
    own = sides.umbrella
    ref = draft(sides.outside, sides.school_lead, signer.id, good_terms(sides.today))
    seen = read(sides.outside, sides.school_lead, ref).digest
    assertion = sides.assertion(sides.school_lead, offer_agreement.act_name(ref), seen)
    offer_agreement.offer(sides.outside, sides.school_lead, ref, seen=seen, assertion=assertion)
    own_lead = Desk(own.installation, signer, {}, own.stack).add(Role.RESPONSIBLE_PERSON)
    sides.confirm(ref, own_lead)
    case = sides.school.sent(sides.school.ready.issued())
    group = judged(sides, case).groups[0]
    assert (group.level, group.judged, group.issuer_did) == (TrustLevel.NONE, (), own.institution.did)
    sides.in_force()
    group = judged(sides, case).groups[0]
    assert group.level is TrustLevel.AGREEMENT
    assert [one.agreement.partner_id for one in group.judged] == [own.institution.id]


def test_a_badge_that_fits_meets_the_terms_and_the_agreed_route_is_proposed_until_a_person_chooses(
    sides: Sides,
) -> None:
    sides.in_force(route=Route.ASSESSORS, least_shown=6)
    ref = sides.school.sent(sides.school.ready.issued())
    found = judged(sides, ref)
    group = found.groups[0]
    assert {one.code: one.met for one in group.judged[0].terms} == {
        "unit": Met.YES,
        "dates": Met.YES,
        "recency": Met.YES,
        "evidence": Met.YES,
        "route": Met.NOT_KNOWN,
    }
    assert (group.judged[0].overall, found.preset) == (Met.YES, Route.ASSESSORS)
    assert sides.school.case(ref).work.route is None  # nothing was stored or decided
    save(sides.school, ref, route=Route.DIRECT)
    after = judged(sides, ref)
    assert after.preset is None
    assert after.groups[0].judged[0].terms[-1].met is Met.NO


@pytest.mark.parametrize(
    ("terms", "code"),
    [({"least_shown": 7}, "evidence"), ({"whole_unit": True}, "evidence")],
)
def test_a_term_that_is_not_met_is_listed_and_keeps_the_route_open_but_the_case_goes_on(
    sides: Sides, terms: dict[str, object], code: str
) -> None:
    sides.in_force(route=Route.DIRECT, **terms)
    ref = sides.school.sent(sides.school.ready.issued())
    found = judged(sides, ref)
    assert [one.code for one in found.groups[0].judged[0].terms if one.met is Met.NO] == [code]
    assert (found.groups[0].judged[0].overall, found.preset) == (Met.NO, None)
    save(sides.school, ref)
    assert decide(sides.school, ref) is not None  # a hint refuses nothing


def test_old_work_is_listed_requirement_by_requirement(sides: Sides) -> None:
    sides.in_force(recency_months=1)
    badge = sides.school.ready.issued()
    sides.umbrella.installation.clock.moved += timedelta(days=65)
    case = sides.school.case(sides.school.sent(badge))
    found = judge_case(sides.outside, case, [Check.IN_ORDER])  # nobody publishes status lists while the clock jumps
    recency = next(one for one in found.groups[0].judged[0].terms if one.code == "recency")
    assert (recency.met, recency.detail, len(recency.keys)) == (Met.NO, "older", 6)


def test_overlapping_agreements_stand_beside_each_other_on_page_and_desk(sides: Sides) -> None:
    first, second = sides.in_force(route=Route.DIRECT), sides.in_force(route=Route.ASSESSORS)
    for ref, other in ((first, second), (second, first)):
        assert [one.ref for one in read(sides.outside, sides.umbrella_lead, ref).others] == [other]
    found = judged(sides, sides.school.sent(sides.school.ready.issued()))
    assert {one.agreement.ref for one in found.groups[0].judged} == {first, second}
    assert found.preset is None  # the two propose different routes


def test_a_name_in_altered_bytes_has_no_level_and_no_agreement(sides: Sides) -> None:
    sides.in_force(route=Route.DIRECT)
    case = sides.school.case(sides.school.sent(sides.school.ready.issued()))
    for check in (Check.ALTERED, Check.UNCHECKED):
        found = judge_case(sides.outside, case, [check])
        assert (found.groups[0].level, found.groups[0].judged, found.preset) == (None, (), None)
    withdrawn = judge_case(sides.outside, case, [Check.WITHDRAWN])
    assert (withdrawn.groups[0].level, withdrawn.preset) == (TrustLevel.AGREEMENT, None)


def test_changing_a_level_or_ending_an_agreement_does_not_touch_old_signatures(sides: Sides) -> None:
    agreement, did = sides.in_force(), str(sides.umbrella.institution.did)
    badge = sides.school.ready.issued()
    ref = sides.school.sent(badge)
    save(sides.school, ref)
    decide(sides.school, ref)

    def everything() -> list[tuple[object, ...]]:
        with sides.outside.database.read() as uow:
            case = uow.recognition.of_school(ref, sides.school.desk.institution.id)
            receipt = uow.recognition.receipt(case.id)
            assert receipt is not None
            ids = (badge, receipt.credential_id)
            signed = [(one.id, one.state, one.document_sha256, one.document) for one in map(uow.credentials.get, ids)]
        reports = [check_badge(sides.outside, held.data) for held in sides.school.case(ref).badges]
        return [case, receipt, *signed, *[(one.verdict, one.facets) for one in reports]]

    before = everything()
    for seen, level in enumerate(("recognised", "none")):
        set_level(sides.outside, sides.school_lead, did, level, seen=seen)
        assert everything() == before
    end(sides.outside, sides.school_lead, agreement, None, seen=3)
    assert everything() == before


def test_levels_are_the_schools_own_and_an_agreement_makes_the_third_by_itself(sides: Sides) -> None:
    did, foreign = str(sides.umbrella.institution.did), "did:web:muualla.example"
    level = lambda: {one.did: (one.level, one.said) for one in list_levels(sides.outside, sides.school_lead)}  # noqa: E731
    assert level()[did] == (TrustLevel.NONE, TrustLevel.NONE)
    set_level(sides.outside, sides.school_lead, did, "recognised", seen=0)
    set_level(sides.outside, sides.school_lead, foreign, "recognised", seen=0)
    assert level()[foreign] == (TrustLevel.RECOGNISED, TrustLevel.RECOGNISED)
    ref = sides.in_force()
    assert level()[did] == (TrustLevel.AGREEMENT, TrustLevel.RECOGNISED)
    end(sides.outside, sides.umbrella_lead, ref, None, seen=3)
    assert level()[did] == (TrustLevel.RECOGNISED, TrustLevel.RECOGNISED)
    other = make_institution(sides.umbrella.installation, "school", "Toinen opisto", 2)
    elsewhere = replace(sides.school_lead, institution_id=other.id)
    assert {one.level for one in list_levels(sides.outside, elsewhere)} == {TrustLevel.NONE}


@pytest.mark.parametrize(
    ("did", "level", "seen", "code"),
    [
        ("did:web:a.example", "agreement", 0, "cooperation.level"),
        ("did:web:a.example", "", 0, "cooperation.level"),
        ("https://a.example", "none", 0, "cooperation.did"),
        ("did:web:a.example", "none", 1, "cooperation.changed"),
    ],
)
def test_a_level_that_cannot_be_set_is_refused(sides: Sides, did: str, level: str, seen: int, code: str) -> None:
    assert code_of(lambda: set_level(sides.outside, sides.school_lead, did, level, seen=seen)) == code


def test_only_a_school_has_levels(sides: Sides) -> None:
    lead = sides.umbrella.staff[Role.ADMINISTRATOR]
    assert code_of(lambda: list_levels(sides.outside, lead)) == "not_found"
    assert code_of(lambda: set_level(sides.outside, lead, "did:web:a.example", "none", seen=0)) == "not_found"
