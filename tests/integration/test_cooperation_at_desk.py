"""What trust levels and agreements say of badges at a school's desk: hints that refuse and decide nothing."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from cooperation import Sides, code_of, good_terms, judged, own_signer, sides_over
from desk import Desk, make_institution
from recognition import decide, save

from issuer.domain.cooperation import TrustLevel
from issuer.domain.cooperation_judgement import Met
from issuer.domain.permissions import Role
from issuer.domain.recognition import Check, Route
from issuer.services.recognition.check_badges import check_badge
from issuer.services.trust import offer_agreement
from issuer.services.trust.draft_agreement import draft
from issuer.services.trust.end_agreement import end
from issuer.services.trust.judge_case import judge_case
from issuer.services.trust.list_levels import list_levels
from issuer.services.trust.read_agreement import read
from issuer.services.trust.set_level import set_level


@pytest.fixture
def sides(desk: Desk) -> Iterator[Sides]:
    with sides_over(desk) as opened:
        yield opened


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
            receipt = uow.recognition.receipt(case.id, 1)
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

    def level():
        return {one.did: (one.level, one.said) for one in list_levels(sides.outside, sides.school_lead)}

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
