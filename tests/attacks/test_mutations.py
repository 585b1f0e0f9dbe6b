"""Thousands of hostile changes to good badges of every format: none of them is accepted."""

import json
from typing import Any

import good_badges as g
import pytest
import workshop as w
from mutants import JUNK, at, byte_mutants, changed, json_mutants, other_leaf, places, put

from schemas.baking import read_png, read_svg
from verifier import EMPLOYMENT, Unreadable, Verdict, verify


def verdict(data: bytes, documents: dict[str, Any]) -> Verdict | None:
    """None when nothing could be read, which is no acceptance either."""
    try:
        report = verify(data, policy=EMPLOYMENT, environment=w.environment(documents))
    except Unreadable:
        return None
    assert not report.of("internal.error"), data[:2000]
    return report.verdict


def same_statements(one: Any, other: Any) -> bool:
    """Whether two documents say the same with the same proof: then accepting both is right."""
    if not isinstance(one, dict) or not isinstance(other, dict) or one.get("proof") != other.get("proof"):
        return False
    plain = [{name: value for name, value in document.items() if name != "proof"} for document in (one, other)]
    try:
        return w.CANONICALISE(plain[0]) == w.CANONICALISE(plain[1])
    except ValueError:
        return False


def test_changed_json_is_never_accepted(score):
    right, wrong = 0, []
    for good in [g.embedded(n, suite) for n, suite in enumerate(g.SUITES)] + [g.legacy(0), g.endorsed(0)]:
        assert verdict(good.data, good.documents) is Verdict.ACCEPTED, good.name
        for mutant in json_mutants(good.document):
            if mutant == good.document or same_statements(mutant, good.document):
                continue
            if verdict(w.dump(mutant), good.documents) is Verdict.ACCEPTED:
                wrong.append(f"{good.name}: {difference(good.document, mutant)}")
            else:
                right += 1
    score("own mutants: JSON members", right=right, wrong=wrong)


def difference(one: Any, other: Any, path: str = "") -> str:
    if isinstance(one, dict) and isinstance(other, dict):
        for name in one.keys() | other.keys():
            if one.get(name) != other.get(name):
                return difference(one.get(name), other.get(name), f"{path}/{name}")
    return f"{path}: {str(one)[:60]} -> {str(other)[:60]}"


def parsed(data: bytes) -> Any:
    try:
        return json.loads(data)
    except ValueError:
        return None


def test_changed_bytes_of_json_are_never_accepted(score):
    right, wrong = 0, []
    for number, suite in enumerate(("eddsa-rdfc-2022", "ecdsa-rdfc-2019", "eddsa-jcs-2022")):
        good = g.embedded(number, suite)
        for mutant in byte_mutants(good.data, 250, number):
            again = parsed(mutant)
            if again == good.document or same_statements(again, good.document):
                continue
            if verdict(mutant, good.documents) is Verdict.ACCEPTED:
                wrong.append(f"{good.name}: {difference(good.document, again)}")
            else:
                right += 1
    score("own mutants: bytes of JSON", right=right, wrong=wrong)


@pytest.mark.parametrize("kind", list(g.JWT_WAYS))
def test_changed_tokens_are_never_accepted(score, kind):
    good = g.token(1, kind)
    right, wrong = 0, []
    for mutant in byte_mutants(good.data, 250, len(kind)):
        if mutant == good.data:
            continue
        if verdict(mutant, good.documents) is Verdict.ACCEPTED:
            wrong.append(repr(mutant[-40:]))
        else:
            right += 1
    score(f"own mutants: bytes of a {kind} token", right=right, wrong=wrong)


@pytest.mark.parametrize("kind", list(g.CONTAINERS))
def test_changed_containers_never_bring_another_badge(score, kind):
    """A change outside the credential may leave the badge as it is; then it is the same badge that is accepted."""
    good = g.contained(0, kind)
    readers = {"png": read_png, "svg": read_svg, "pdf": pdf_content}
    right, wrong = 0, []
    inner = readers[kind](good.data).content
    for mutant in byte_mutants(good.data, 200, len(good.data)):
        if verdict(mutant, good.documents) is not Verdict.ACCEPTED:
            right += 1
            continue
        found = readers[kind](mutant).content
        if parsed(found) == parsed(inner) or same_statements(parsed(found), parsed(inner)):
            right += 1
        else:
            wrong.append(repr(found[:60]))
    score(f"own mutants: bytes of {kind}", right=right, wrong=wrong)


def pdf_content(data: bytes) -> Any:
    from schemas.pdf_attachment import read_pdf

    return read_pdf(data)


@pytest.mark.parametrize("kind", ["png", "svg"])
def test_two_badges_in_one_container_are_refused(kind):
    """The second carrier is put beside the first by hand: our own writer refuses to. (PDF: tests/unit/schemas.)"""
    first, second = g.contained(0, kind), g.contained(2, kind)
    if kind == "png":
        start = second.data.index(b"openbadgecredential") - 8
        size = int.from_bytes(second.data[start : start + 4], "big") + 12
        place = first.data.index(b"openbadgecredential") - 8
        data = first.data[:place] + second.data[start : start + size] + first.data[place:]
    else:
        element = second.data[second.data.index(b"<openbadges:credential") : second.data.index(b"<rect")]
        data = first.data.replace(b"<rect", element + b"<rect")
    assert verdict(data, {**first.documents, **second.documents}) is Verdict.REJECTED


METHODS = (
    w.OTHER.method,
    w.OTHER.did,
    w.KEY.did,
    f"{w.KEY.did}#{w.OTHER.multibase}",
    f"{w.OTHER.did}#{w.KEY.multibase}",
    f"{w.DID}#{w.OTHER.multibase}",
    f"{w.DID}#key-2",
    f"{w.DID}#",
    w.DID,
    f"{w.DID}:x#key-1",
    "did:web:Issuer.example#key-1",
    "did:web:issuer.example%3A443#key-1",
    "did:web:issuer.example/../evil#key-1",
    "did:web:127.0.0.1#key-1",
    "did:web:evil.example#key-1",
    "did:web:issuer.example.evil.example#key-1",
    "did:web:issuer%2Eexample#key-1",
    "https://issuer.example/.well-known/did.json#key-1",
    f"https://issuer.example#{w.OTHER.multibase}",
    f"https://evil.example#{w.OTHER.multibase}",
    "http://issuer.example/keys#1",
    "urn:uuid:0#key-1",
    "#key-1",
    "key-1",
    "",
    " ",
    "did:key:z6Mk#z6Mk",
    "did:key:#",
    "did:jwk:e30#0",
    "did:ion:x#key-1",
    "javascript:alert(1)",
    "file:///etc/passwd#key-1",
)


def test_a_forgers_key_is_never_the_issuers(score):
    """Signed by the forger under every address that could be mistaken for the issuer's."""
    right, wrong = 0, []
    evil = {"did:web:evil.example": w.did_document("did:web:evil.example", w.OTHER)}
    lying = w.changed(
        w.did_document("did:web:evil.example", w.OTHER), lambda d: d["verificationMethod"][0].update(controller=w.DID)
    )
    for issuer in (w.DID, w.KEY.did, "https://issuer.example", "https://issuer.example/o/1", "urn:uuid:1"):
        for method in METHODS:
            for world in ({w.DID: w.did_document(), **evil}, {"did:web:evil.example": lying}, {}):
                try:
                    made = w.sign(w.badge(issuer), w.OTHER, method=method)
                except ValueError:
                    made = w.changed(
                        w.sign(w.badge(issuer), w.OTHER), lambda d, m=method: d["proof"].update(verificationMethod=m)
                    )
                if verdict(w.dump(made), world) is Verdict.ACCEPTED:
                    wrong.append(f"{issuer} {method}")
                else:
                    right += 1
    score("own mutants: keys and DIDs of a forger", right=right, wrong=wrong)


def test_a_broken_did_document_never_vouches(score):
    made = w.dump(w.sign(w.badge(w.DID), method=f"{w.DID}#key-1"))
    good = w.did_document()
    needed = {("id",), ("verificationMethod", 0, "id"), ("verificationMethod", 0, "type"), ("assertionMethod", 0)}
    needed |= {("verificationMethod", 0, "controller"), ("verificationMethod", 0, "publicKeyMultibase")}
    needed |= {("verificationMethod",), ("verificationMethod", 0), ("assertionMethod",)}
    mutants = []
    for path in sorted(needed, key=str):
        mutants.append(changed(good, path, lambda holder, name: holder.pop(name)))
        mutants += [
            changed(good, path, put(junk))
            for junk in (*JUNK, f"{w.DID}#key-9", w.OTHER.multibase, "did:web:evil.example")
        ]
    for extra in (
        {"revoked": "2026-01-01T00:00:00Z"},
        {"expires": "2026-01-01T00:00:00Z"},
        {"revoked": 1},
        {"expires": "x"},
    ):
        mutants.append(w.changed(good, lambda d, e=extra: d["verificationMethod"][0].update(e)))
    for secret in ("secretKeyMultibase", "privateKeyJwk", "privateKeyMultibase"):
        mutants.append(w.changed(good, lambda d, s=secret: d["verificationMethod"][0].update({s: "x"})))
    mutants.append(
        w.changed(good, lambda d: d["verificationMethod"].append({**d["verificationMethod"][0], "type": "JsonWebKey"}))
    )
    wrong = [difference(good, mutant) for mutant in mutants if verdict(made, {w.DID: mutant}) is Verdict.ACCEPTED]
    score("own mutants: DID documents", right=len(mutants) - len(wrong), wrong=wrong)


def test_a_changed_status_list_never_proves_a_status(score):
    made = w.dump(w.sign(w.with_status(w.badge())))
    good = w.sign(w.status_document())
    right, wrong = 0, []
    for mutant in json_mutants(good):
        if mutant == good or same_statements(mutant, good):
            continue
        if verdict(made, {w.LIST_URL: mutant}) is Verdict.ACCEPTED:
            wrong.append(difference(good, mutant))
        else:
            right += 1
    score("own mutants: status lists", right=right, wrong=wrong)


def test_proofs_put_together_wrongly_are_never_accepted(score):
    document = w.badge()
    mine, theirs = w.sign(document)["proof"], w.sign(document, w.OTHER)["proof"]
    elsewhere = w.sign(w.badge(name="Muu"))["proof"]
    ided = w.sign(document, id="urn:uuid:0f2f8f5e-6f5a-4b0e-9d0a-00000000000a")["proof"]
    broken = {**mine, "proofValue": theirs["proofValue"]}
    sets: list[Any] = [
        [theirs],
        [theirs, theirs],
        [mine, broken],
        [broken, mine],
        [broken, theirs],
        [mine, elsewhere],
        [elsewhere],
        [{**mine, "proofPurpose": "authentication"}, theirs],
        [{**mine, "previousProof": "urn:x:1"}],
        [{**mine, "previousProof": []}],
        [{**mine, "previousProof": ided["id"]}, ided],
        [{**ided, "previousProof": ided["id"]}],
        [mine, None],
        [mine, "x"],
        [mine, []],
        [[mine]],
        [{**mine, "cryptosuite": "eddsa-jcs-2022"}],
        [{**mine, "cryptosuite": "ecdsa-rdfc-2019"}],
        [{**mine, "type": "Ed25519Signature2020"}],
        [{**mine, "created": "2026-11-20T12:00:00Z"}],
        [{**mine, "created": "2027-11-20T12:00:00Z"}],
        [{**mine, "expires": "2020-11-20T12:00:00Z"}],
        [{**mine, "nonce": "x"}],
        [{**mine, "domain": "x"}],
        [{**mine, "challenge": "x"}],
        [{**mine, "@context": document["@context"]}],
        [mine] * 6,
        {},
        [],
    ]
    wrong = [
        str(number)
        for number, proofs in enumerate(sets)
        if verdict(w.dump({**document, "proof": proofs}), {}) is Verdict.ACCEPTED
    ]
    score("own mutants: proof sets", right=len(sets) - len(wrong), wrong=wrong)


def test_a_foreign_proof_beside_the_issuers_counts_for_nothing():
    document = w.badge()
    mine, theirs = w.sign(document)["proof"], w.sign(document, w.OTHER)["proof"]
    good = w.check({**document, "proof": [mine, theirs]})
    assert good.verdict is Verdict.ACCEPTED
    bad = w.check({**document, "proof": [mine, {**theirs, "proofValue": mine["proofValue"]}]})
    assert bad.verdict is Verdict.ACCEPTED
    assert [proof.role for proof in bad.proofs] == ["issuer", "foreign"]


def test_every_leaf_of_a_signed_badge_changes_the_verdict(score):
    """The product's own badge: whatever a reader sees was signed."""
    signed = w.sign(w.with_status(g.varied(7)))
    documents = {w.LIST_URL: w.sign(w.status_document())}
    assert verdict(w.dump(signed), documents) is Verdict.ACCEPTED
    right, wrong = 0, []
    for path in places(signed):
        if isinstance(at(signed, path), dict | list):
            continue
        mutant = changed(signed, path, put(other_leaf(at(signed, path))))
        if verdict(w.dump(mutant), documents) is Verdict.ACCEPTED:
            wrong.append(str(path))
        else:
            right += 1
    score("own mutants: leaves of a badge", right=right, wrong=wrong)
