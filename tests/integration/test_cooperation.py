"""Cooperation agreements and trust levels through the services, on both databases where it matters."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest
from cooperation import Sides, code_of, good_terms, judged, sides_over
from desk import Desk, make_institution

from issuer.domain.cooperation import CooperationState, Standing, TrustLevel
from issuer.domain.errors import (
    ConflictError,
    InvalidFormError,
    StoreBusyError,
)
from issuer.domain.permissions import Role
from issuer.domain.recognition import Route
from issuer.domain.unit_ref import UnitRef
from issuer.services.trust import confirm_agreement, offer_agreement
from issuer.services.trust.change_agreement import change
from issuer.services.trust.draft_agreement import draft
from issuer.services.trust.drop_agreement import drop
from issuer.services.trust.end_agreement import end
from issuer.services.trust.give_back_agreement import give_back
from issuer.services.trust.list_agreements import list_agreements
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
    own = partial(confirm_agreement.confirm, sides.outside, sides.school_lead, ref, seen=digest, assertion="{}")
    assert code_of(own) == "cooperation.state"
    terms = good_terms(sides.today)
    assert code_of(lambda: change(sides.outside, sides.umbrella_lead, ref, terms, seen=2)) == "cooperation.other_side"
    assert code_of(lambda: drop(sides.outside, sides.umbrella_lead, ref, seen=2)) == "cooperation.other_side"
    assert code_of(lambda: give_back(sides.outside, sides.school_lead, ref, seen=2)) == "cooperation.state"


def test_without_the_passkey_nothing_is_offered_or_confirmed(sides: Sides) -> None:
    ref = sides.drafted()
    digest = read(sides.outside, sides.school_lead, ref).digest
    offers = partial(offer_agreement.offer, sides.outside, sides.school_lead, ref, seen=digest, assertion="{}")
    assert code_of(offers) == "act.not_confirmed"
    assert sides.stored(ref).state is CooperationState.DRAFT
    ref = sides.offered()
    digest = read(sides.outside, sides.umbrella_lead, ref).digest
    wrong = sides.assertion(sides.umbrella_lead, offer_agreement.act_name(ref), digest)  # of another act
    confirms = partial(confirm_agreement.confirm, sides.outside, sides.umbrella_lead, ref, seen=digest, assertion=wrong)
    assert code_of(confirms) == "act.not_confirmed"
    assert sides.stored(ref).state is CooperationState.OFFERED


def test_terms_that_were_changed_meanwhile_are_not_confirmed(sides: Sides) -> None:
    ref = sides.offered()
    seen = read(sides.outside, sides.umbrella_lead, ref).digest
    assertion = sides.assertion(sides.umbrella_lead, confirm_agreement.act_name(ref), seen)
    change(sides.outside, sides.school_lead, ref, good_terms(sides.today, least_shown=9), seen=2)
    late = partial(confirm_agreement.confirm, sides.outside, sides.umbrella_lead, ref, seen=seen, assertion=assertion)
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
