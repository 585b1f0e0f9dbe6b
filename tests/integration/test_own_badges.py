"""A participant's own badges: which are listed, in which state, and that a reference opens them for nobody else."""

import drafts
import pytest
from kept import holder, keep

from issuer.domain.errors import NotFoundError
from issuer.domain.own_badge import OwnKind, OwnState
from issuer.services.drafts import withdraw_for_cause
from issuer.services.holdings.own_badges import badge_by_ref, own_badges
from issuer.services.revoke_badge import revoke


def test_a_badge_is_listed_once_it_is_taken(both_desks):
    one = drafts.ready(both_desks)
    me = holder(both_desks, one.person.person_id)
    badge_id = one.issued()
    assert own_badges(both_desks.outside, me) == ()
    keep(both_desks, badge_id)
    (badge,) = own_badges(both_desks.outside, me)
    assert (badge.credential_id, badge.state, badge.kind) == (badge_id, OwnState.IN_FORCE, OwnKind.AT_WORK)
    assert (badge.shown, badge.required, badge.month.day) == (6, 9, 1)
    assert badge_id not in badge.ref
    assert badge_by_ref(both_desks.outside, me, badge.ref) == badge


def test_a_reference_opens_nothing_for_someone_else(desk):
    one = drafts.ready(desk)
    keep(desk, one.issued())
    other = drafts.ready(desk, name="Toinen Esimerkki", place=one.place)
    (badge,) = own_badges(desk.outside, holder(desk, one.person.person_id))
    for ref in (badge.ref, "A" * 22):
        with pytest.raises(NotFoundError):
            badge_by_ref(desk.outside, holder(desk, other.person.person_id), ref)


@pytest.mark.parametrize("reason", ["replaced", "mistake", "holder_wish", "for_cause"])
def test_a_withdrawn_badge_stays_listed_with_its_reason(desk, reason):
    one = drafts.ready(desk)
    badge_id = keep(desk, one.issued())
    revoke(desk.outside, badge_id, institution_id=desk.institution.id, reason=reason, actor="test")
    (badge,) = own_badges(desk.outside, holder(desk, one.person.person_id))
    assert (badge.state.value, badge.in_force) == (reason, False)


def test_a_badge_that_is_being_checked_is_told_so(desk):
    one = drafts.ready(desk)
    badge_id = keep(desk, one.issued())
    withdraw_for_cause.open_case(desk.outside, one.coach, badge_id, grounds="Merkki annettiin ennen työtä.")
    (badge,) = own_badges(desk.outside, holder(desk, one.person.person_id))
    assert badge.state is OwnState.BEING_CHECKED
