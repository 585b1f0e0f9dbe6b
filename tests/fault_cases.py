"""The register of single faults: a document that only one check refuses, with the code and what goes with it.

Of each case: `documents` that the net answers ("list": a good status list), `environment` (a function that gives
other settings), `policy`, `request`, the `verdict` (rejected), and `also`: codes that this document fails beside.
"""

import copy
from collections.abc import Callable
from typing import Any

import workshop as w

from verifier import EMPLOYMENT, Policy, Report

Case = tuple[Callable[[], Any], str, dict[str, Any]]
CASES: dict[str, Case] = {}


def case(code: str, **how: Any) -> Callable[[Callable[[], Any]], Callable[[], Any]]:
    def add(make: Callable[[], Any]) -> Callable[[], Any]:
        if make.__name__ in CASES:
            raise AssertionError(f"two cases are called {make.__name__}")
        CASES[make.__name__] = (make, code, how)
        return make

    return add


def report_of(name: str, policy: Policy | None = None) -> Report:
    """The report on one case, under its own policy or another."""
    make, _, how = CASES[name]
    changes = how["environment"]() if "environment" in how else {}
    documents = how.get("documents", {})
    known = {w.LIST_URL: w.sign(w.status_document())} if documents == "list" else copy.deepcopy(documents)
    wanted = policy or how.get("policy", EMPLOYMENT)
    return w.check(make(), known, policy=wanted, request=how.get("request"), **changes)


def generic(**changes: Any) -> w.Json:
    """A credential that is no badge, for rules that the badge's schema would refuse as well."""
    document = {
        "@context": [w.VC2],
        "id": "urn:uuid:0f2f8f5e-6f5a-4b0e-9d0a-0000000000aa",
        "type": ["VerifiableCredential"],
        "issuer": w.KEY.did,
        "validFrom": "2026-11-01T00:00:00Z",
        "credentialSubject": {"id": "urn:uuid:0f2f8f5e-6f5a-4b0e-9d0a-0000000000ab"},
        **changes,
    }
    return {name: value for name, value in document.items() if value is not None}


def deep(*path: Any, to: Any) -> Callable[[w.Json], None]:
    def change(document: w.Json) -> None:
        item: Any = document
        for step in path[:-1]:
            item = item[step]
        if to is ...:
            del item[path[-1]]
        else:
            item[path[-1]] = to

    return change


def signed_after(*path: Any, to: Any) -> w.Json:
    return w.sign(w.changed(w.badge(), deep(*path, to=to)))


def altered(*path: Any, to: Any) -> w.Json:
    return w.changed(w.sign(w.badge()), deep(*path, to=to))


def legacy() -> w.Json:
    contexts = [w.VC2, w.OB3, "https://w3id.org/security/suites/ed25519-2020/v1"]
    document = w.badge(**{"@context": contexts})
    options = {
        "type": "Ed25519Signature2020",
        "created": "2026-11-21T12:00:00Z",
        "verificationMethod": w.KEY.method,
        "proofPurpose": "assertionMethod",
    }
    return by_hand(document, options)


def without_created() -> w.Json:
    options = {
        "type": "DataIntegrityProof",
        "cryptosuite": "eddsa-rdfc-2022",
        "verificationMethod": w.KEY.method,
        "proofPurpose": "assertionMethod",
    }
    return by_hand(w.badge(), options)


def by_hand(document: w.Json, options: w.Json) -> w.Json:
    from keys.proofs.data_integrity import attach, prepare

    secured = prepare(document, options, canonicalise=w.CANONICALISE)
    return attach(document, options, w.KEY.sign(secured.message))
