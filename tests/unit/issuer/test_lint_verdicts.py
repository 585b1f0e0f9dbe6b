"""What the issuer makes of its own verifier's verdict before and after it signs."""

import pytest
import workshop as w

from issuer.domain.errors import LintError, NotYetError
from issuer.services.lint_badge import judge, require_accepted


def report_on(document: w.Json, documents: w.Json | None = None):
    return judge(w.environment(documents), w.dump(document))


def test_a_badge_with_all_in_order_passes():
    listed = w.sign(w.status_document())
    require_accepted(report_on(w.sign(w.with_status(w.badge())), {w.LIST_URL: listed}))


def test_a_changed_badge_is_refused():
    with pytest.raises(LintError):
        require_accepted(report_on({**w.sign(w.badge()), "name": "Muu"}))


def test_a_status_list_that_cannot_be_had_is_worth_another_try():
    with pytest.raises(NotYetError):
        require_accepted(report_on(w.sign(w.with_status(w.badge()))))


def test_a_badge_beyond_the_limits_is_refused_and_not_tried_again_for_ever():
    badge = w.badge()
    badge["credentialSubject"]["achievement"]["tag"] = [f"t{number}" for number in range(2_100)]
    report = report_on(badge)
    assert report.outcome("input.limits").name == "INCONCLUSIVE"
    with pytest.raises(LintError):
        require_accepted(report)


def test_a_badge_named_by_its_digest_need_not_be_public():
    digest = "sha256-" + "A" * 43 + "="
    named = {
        **w.badge(),
        "relatedResource": [{"id": "urn:uuid:00000000-0000-4000-8000-000000000001", "digestSRI": digest}],
    }
    require_accepted(report_on(w.sign(named)))


def test_a_digest_that_is_wrong_is_refused():
    context = "https://www.w3.org/ns/credentials/v2"
    named = {**w.badge(), "relatedResource": [{"id": context, "digestSRI": "sha256-" + "A" * 43 + "="}]}
    with pytest.raises(LintError):
        require_accepted(report_on(w.sign(named)))
