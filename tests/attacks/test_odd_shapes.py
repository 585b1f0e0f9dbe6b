"""Every member of every kind of document replaced by every JSON type: a finding comes of it, never an exception."""

import copy
from typing import Any

import good_badges as g
import pytest
import workshop as w
from mutants import at, places

from verifier import EMPLOYMENT, PRIOR_LEARNING, STRICT, W3C, Request, Unreadable, policy_named, verify

ODD: tuple[Any, ...] = (
    None,
    True,
    0,
    1.5,
    "",
    "x",
    "https://x.example/",
    [],
    [[]],
    [None],
    [{}],
    {},
    {"id": 1},
    {"id": None},
)
POLICIES = (EMPLOYMENT, PRIOR_LEARNING, STRICT, W3C, policy_named("EMPLOYMENT,compat=1edtech"))


def chosen(number: int) -> tuple[Any, ...]:
    """The two values that no set or dict can hold, and two more in turn."""
    return ([], {}, ODD[number * 2 % len(ODD)], ODD[(number * 2 + 1) % len(ODD)])


def full_document() -> w.Json:
    """A badge with a member of every class that a check reads."""
    document = g.endorsed(1).document
    document = {name: value for name, value in document.items() if name != "proof"}
    subject = {
        **document["credentialSubject"],
        "identifier": [
            {
                "type": "IdentityObject",
                "hashed": True,
                "identityHash": "sha256$" + "0" * 64,
                "identityType": "name",
                "salt": "x",
            }
        ],
        "source": {"id": "urn:x:source", "type": ["Profile"], "name": "Coach"},
    }
    return w.sign(
        {
            **w.with_status(document),
            "@context": [w.VC2, w.OB3, w.EXTENSIONS],
            "credentialSubject": subject,
            "credentialSchema": [{"id": "https://x.example/s", "type": "1EdTechJsonSchemaValidator2019"}],
            "refreshService": {"id": "https://x.example/r", "type": "1EdTechCredentialRefresh"},
            "relatedResource": [{"id": w.VC2, "digestSRI": "sha384-x"}],
            "evidence": [{"id": "urn:x:e", "type": ["Evidence"], "name": "x"}],
            "endorsement": [],
            "validUntil": "2030-01-01T00:00:00Z",
        }
        | {"endorsement": [{**document["endorsement"][0], "@context": [w.VC2, w.OB3, w.EXTENSIONS]}]}
    )


def judge(data: bytes, documents: dict[str, Any], number: int) -> None:
    try:
        report = verify(
            data,
            policy=POLICIES[number % len(POLICIES)],
            environment=w.environment(documents),
            request=Request(recipient="a@b.example", domain="x", challenge="y"),
        )
    except Unreadable:
        return
    assert not report.of("internal.error"), data[:3000]
    report.to_json("fi")


def replaced(document: Any, path: tuple[Any, ...], value: Any) -> Any:
    result = copy.deepcopy(document)
    at(result, path[:-1])[path[-1]] = value
    return result


def test_odd_values_anywhere_in_a_badge_become_findings():
    document = full_document()
    for number, path in enumerate(places(document)):
        for turn, value in enumerate(chosen(number)):
            mutant = replaced(document, path, value)
            judge(w.dump(mutant), {w.LIST_URL: w.sign(w.status_document())}, number + turn)


@pytest.mark.parametrize("kind", ["jwt", "assertion", "presentation"])
def test_odd_values_anywhere_in_other_kinds_become_findings(kind):
    documents: dict[str, Any] = {}
    if kind == "jwt":
        good = g.token(1, "Ed25519")
        document = {**good.document, "iss": w.DID, "sub": "x", "jti": good.document["id"], "nbf": 1}
        documents = good.documents
    elif kind == "assertion":
        document = {
            "@context": "https://w3id.org/openbadges/v2",
            "type": "Assertion",
            "id": "https://b.example/1",
            "recipient": {"type": "email", "hashed": True, "salt": "x", "identity": "sha256$" + "0" * 64},
            "badge": {"id": "https://b.example/2", "issuer": {"id": "https://b.example/3"}},
            "verification": {"type": "HostedBadge", "creator": "https://b.example/k"},
            "issuedOn": "2026-01-01T00:00:00Z",
        }
    else:
        document = {
            "@context": [w.VC2],
            "type": ["VerifiablePresentation"],
            "holder": w.KEY.did,
            "verifiableCredential": [g.embedded(0, "eddsa-jcs-2022").document],
        }
    for number, path in enumerate(places(document)):
        for turn, value in enumerate(chosen(number)):
            mutant = replaced(document, path, value)
            data = w.dump(mutant)
            if kind == "jwt":
                data = token_of(mutant)
            if kind == "assertion":
                documents = {"https://b.example/1": mutant, "https://b.example/2": mutant.get("badge")}
            judge(data, documents, number + turn)


def token_of(payload: Any) -> bytes:
    from keys.proofs import jws

    return jws.create(payload, kid=g.JWT_KID, key_kind="Ed25519", sign=w.KEY.sign).encode()


def test_odd_values_anywhere_in_key_and_list_documents_become_findings():
    badge = w.dump(w.sign(w.with_status(w.badge(w.DID)), method=f"{w.DID}#key-1"))
    good = {w.DID: w.did_document(), w.LIST_URL: w.sign(w.status_document(issuer=w.DID), method=f"{w.DID}#key-1")}
    for name, document in good.items():
        for number, path in enumerate(places(document)):
            for turn, value in enumerate(ODD):
                mutant = replaced(document, path, value)
                judge(badge, {**good, name: mutant}, number + turn)
