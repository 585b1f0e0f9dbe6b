"""Verifying where nothing waits: a report as ever, or MustWait and no report at all."""

from collections.abc import Iterator
from typing import Any

import good_badges as g
import pytest
import workshop as w

from schemas.canonicaliser import canonicaliser
from verifier import EMPLOYMENT, Environment, FetchRules, Verdict, verify
from verifier.at_hand import MustWait, at_hand
from verifier.documents_fetch import DocumentsFetch
from verifier.environment import Response
from verifier.https_fetch import HttpsFetch

GOOD = g.embedded(1, "eddsa-rdfc-2022")
QUICK = canonicaliser(fast_path=True)
RULES = FetchRules(purpose="status_list")


@pytest.fixture
def https() -> Iterator[HttpsFetch]:
    made = HttpsFetch(resolve=lambda _: [])
    yield made
    made.close()


def judged(environment: Environment, data: bytes = GOOD.data) -> Verdict:
    return verify(data, policy=EMPLOYMENT, environment=at_hand(environment)).verdict


def world(documents: dict[str, Any] | None = None, **changes: Any) -> Environment:
    return w.environment(documents, **({"canonicalise": QUICK} | changes))


def test_a_badge_whose_documents_are_given_is_judged() -> None:
    assert judged(world(GOOD.documents)) is Verdict.ACCEPTED


def test_what_the_network_would_have_to_be_asked_for_is_waited_for(https: HttpsFetch) -> None:
    with pytest.raises(MustWait):
        judged(world(fetch=DocumentsFetch({}, https.session())))


def test_a_fresh_answer_of_the_network_is_at_hand(https: HttpsFetch) -> None:
    url, answer = "https://badges.example.edu/x", Response(200, "application/json", b"{}", "cache")
    https._cache.put((url, FetchRules(purpose="credential")), answer, 60.0)
    environment = at_hand(world(fetch=https.session()))
    assert environment.fetch(url, rules=RULES) is answer


def test_offline_nothing_is_waited_for() -> None:
    assert judged(world({})) is Verdict.UNDETERMINED


def test_a_fetcher_that_is_not_known_is_not_asked() -> None:
    with pytest.raises(MustWait):
        judged(world(fetch=lambda *_, **__: pytest.fail("asked")))


def test_a_document_outside_the_tables_is_waited_for() -> None:
    document = {**GOOD.document, "gpa": "5.0"}
    with pytest.raises(MustWait):
        judged(world(GOOD.documents), w.dump(document))


def test_without_tables_everything_is_waited_for() -> None:
    with pytest.raises(MustWait):
        judged(world(GOOD.documents, canonicalise=canonicaliser(fast_path=False)))


def test_a_pdf_is_waited_for() -> None:
    with pytest.raises(MustWait):
        judged(world(GOOD.documents), b"%PDF-1.7\n")
