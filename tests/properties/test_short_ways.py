"""The short ways of an ordinary badge against the whole way: the same report, finding for finding, byte for byte.

The short ways: the quick JSON parser, compiled contexts with kept achievements and proof options, moulds, conclusions
drawn before, findings written before, and verifying where nothing waits. The whole way has none of them.
"""

import copy
import json
from collections import Counter
from typing import Any

import fault_cases_documents  # noqa: F401  registers its cases
import fault_cases_proofs  # noqa: F401  registers its cases
import fault_cases_surroundings  # noqa: F401  registers its cases
import good_badges as g
import orjson
import pytest
import workshop as w
from fault_cases import CASES
from mutants import byte_mutants, json_mutants
from properties.whole_way import ORACLE, CountedMoulds, quick, told, told_the_whole_way

from verifier import EMPLOYMENT, PRIOR_LEARNING, STRICT, W3C, Policy, verify
from verifier.at_hand import at_hand
from verifier.written_report import written

QUICK = quick()
MOULDS = CountedMoulds(QUICK)  # one for all: nothing that one badge taught may change what is told of another
EVERY = 7  # of the mutants, one in so many: all of them run in tests/attacks


def compare(data: bytes, policy: Policy, documents: dict[str, Any], counts: Counter[str], **how: Any) -> None:
    request = how.pop("request", None)
    wanted = told_the_whole_way(data, policy, w.environment(documents, canonicalise=ORACLE, **how), request)
    kept, new = (w.environment(documents, canonicalise=QUICK, moulds=MOULDS, **how) for _ in range(2))
    for environment in (kept, kept, new):  # with its memory, and new; the third time a mould may fit
        assert told(data, policy, environment, request) == wanted, data[:4000]
    soon = told(data, policy, at_hand(kept), request)
    assert soon in (b"", wanted), data[:4000]
    counts["at once" if soon else "left"] += 1
    counts["accepted" if b'"verdict":"accepted"' in wanted else "other"] += 1


@pytest.mark.parametrize("name", [name for name, (_, code, _) in CASES.items() if code != "internal.error"])
def test_every_single_fault_is_told_alike(name: str) -> None:
    make, _, how = CASES[name]
    documents = how.get("documents", {})
    given = {w.LIST_URL: w.sign(w.status_document())} if documents == "list" else copy.deepcopy(documents)
    more = how["environment"]() if "environment" in how else {}
    made = make()
    data = made if isinstance(made, bytes) else made.encode() if isinstance(made, str) else w.dump(made)
    compare(data, how.get("policy", EMPLOYMENT), given, Counter(), request=how.get("request"), **more)


def test_good_badges_of_every_format_are_told_alike() -> None:
    counts: Counter[str] = Counter()
    for good in g.good_badges(3):
        for policy in (EMPLOYMENT, PRIOR_LEARNING, STRICT, W3C):
            compare(good.data, policy, good.documents, counts)
    assert counts["accepted"] > counts["other"]
    assert MOULDS.casts > 0
    assert counts["at once"] > counts["left"]  # else the short way would hardly be tested


@pytest.mark.parametrize("part", range(4))
def test_mutants_are_told_alike(part: int) -> None:
    counts: Counter[str] = Counter()
    for good in (g.embedded(1, "eddsa-rdfc-2022"), g.endorsed(0)):
        mutants = list(json_mutants(good.document))[part :: 4 * EVERY]
        for mutant in mutants:
            compare(json.dumps(mutant).encode(), EMPLOYMENT, good.documents, counts)
        for data in byte_mutants(good.data, 60, part):
            compare(data, EMPLOYMENT, good.documents, counts)
    assert counts["other"] > counts["accepted"]


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_a_report_is_written_as_it_is_told(language: str) -> None:
    good = g.embedded(1, "eddsa-rdfc-2022")
    environment = w.environment(good.documents, canonicalise=QUICK)
    for policy in (EMPLOYMENT, STRICT, EMPLOYMENT):
        found = verify(good.data, policy=policy, environment=environment)
        assert written(found, language) == orjson.dumps(found.to_json(language))
