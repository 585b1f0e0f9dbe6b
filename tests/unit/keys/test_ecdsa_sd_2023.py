"""Derived proofs of ecdsa-sd-2023 that the test makes itself, by hand from the specification, and their forgeries."""

import hashlib
import hmac
from collections.abc import Callable, Mapping
from typing import Any

import cbor2
import pytest
from key_samples import KID

from keys import base64url, ecdsa
from keys.errors import ProofError
from keys.proofs import data_integrity, ecdsa_sd_2023
from keys.public_key import PublicKey
from schemas.jsonld import SafeProcessor
from schemas.strict_json import JsonObject

ISSUER = ecdsa.SigningKey("P-256", bytes(31) + b"\x05")
PROOF_KEY = ecdsa.SigningKey("P-256", bytes(31) + b"\x07")
KEY = PublicKey("P-256", ISSUER.public)
MULTIKEY = b"\x80\x24" + PROOF_KEY.public
OPTIONS: JsonObject = {
    "type": "DataIntegrityProof",
    "cryptosuite": "ecdsa-sd-2023",
    "created": "2026-11-22T12:00:00Z",
    "verificationMethod": KID,
    "proofPurpose": "assertionMethod",
}


def labels_of(canonical: str) -> dict[int, bytes]:
    """HMAC labels of the canonical blank nodes (3.4.5)."""
    count = 0
    while f"_:c14n{count} " in canonical:
        count += 1
    return {n: hmac.digest(bytes(32), f"c14n{n}".encode(), hashlib.sha256) for n in range(count)}


def components(
    badge: JsonObject, processor: SafeProcessor, *, labels: dict[int, bytes] | None = None, wanted: str = "#issuer>"
) -> list[Any]:
    """A derived proof that reveals everything; statements that hold `wanted` are mandatory (3.6.6)."""
    canonical = processor(badge)
    labels = labels or labels_of(canonical)
    lines = ecdsa_sd_2023.relabel(canonical, {n: "_:u" + base64url.encode(v) for n, v in labels.items()})
    mandatory = [place for place, line in enumerate(lines) if wanted in line]
    options_hash = hashlib.sha256(processor({**OPTIONS, "@context": badge["@context"]}).encode()).digest()
    mandatory_hash = hashlib.sha256("".join(lines[place] for place in mandatory).encode()).digest()
    base = ISSUER.sign(options_hash + MULTIKEY + mandatory_hash)
    signatures = [PROOF_KEY.sign(line.encode()) for place, line in enumerate(lines) if place not in mandatory]
    return [base, MULTIKEY, signatures, labels, mandatory]


def with_proof(badge: JsonObject, parts: object, header: bytes = b"\xd9\x5d\x01") -> JsonObject:
    return {**badge, "proof": {**OPTIONS, "proofValue": "u" + base64url.encode(header + cbor2.dumps(parts))}}


def check(document: JsonObject, processor: SafeProcessor) -> None:
    (proof,) = data_integrity.proofs_of(document)
    data_integrity.check_signature(document, proof, KEY, canonicalise=processor)


def refused(document: JsonObject, processor: SafeProcessor) -> str:
    with pytest.raises(ProofError) as caught:
        check(document, processor)
    return caught.value.code


@pytest.fixture
def several(badge: JsonObject) -> JsonObject:
    """A badge with more than ten blank nodes, so that labels of two figures sort as they must."""
    subject = badge["credentialSubject"]
    assert isinstance(subject, dict)
    evidence = [{"type": ["Evidence"], "name": f'Näyttö {n} "\\ _:c14n{n}\n'} for n in range(11)]
    return {**badge, "credentialSubject": subject, "evidence": evidence}  # type: ignore[dict-item]


def test_a_derived_proof_made_by_hand_holds(several: JsonObject, processor: SafeProcessor) -> None:
    check(with_proof(several, components(several, processor)), processor)


def test_a_revealed_part_holds_and_an_unrevealed_statement_added_back_does_not(
    badge: JsonObject, processor: SafeProcessor
) -> None:
    whole = components(badge, processor)
    part = {name: value for name, value in badge.items() if name != "name"}
    lines, kept = [
        ecdsa_sd_2023.relabel(processor(one), {n: "_:u" + base64url.encode(v) for n, v in whole[3].items()})
        for one in (badge, part)
    ]
    signed = dict(zip([line for place, line in enumerate(lines) if place not in whole[4]], whole[2], strict=True))
    mandatory = [place for place, line in enumerate(kept) if "#issuer>" in line]
    fewer = [whole[0], whole[1], [signed[line] for line in kept if line in signed], whole[3], mandatory]
    document = with_proof(part, fewer)
    check(document, processor)
    assert refused({**document, "name": badge["name"]}, processor) == "proof.signature"


FORGERIES: Mapping[str, Callable[[list[Any]], object]] = {
    "base signature of another key": lambda p: p.__setitem__(0, PROOF_KEY.sign(b"x")),
    "base signature short": lambda p: p.__setitem__(0, p[0][:63]),
    "base signature as text": lambda p: p.__setitem__(0, "x"),
    "proof key of P-384": lambda p: p.__setitem__(1, b"\x81\x24" + p[1][2:]),
    "proof key short": lambda p: p.__setitem__(1, p[1][:-1]),
    "proof key off the curve": lambda p: p.__setitem__(1, b"\x80\x24\x02" + bytes(31) + b"\x01"),
    "another proof key": lambda p: p.__setitem__(1, b"\x80\x24" + ISSUER.public),
    "a signature missing": lambda p: p[2].pop(),
    "a signature more": lambda p: p[2].append(p[2][0]),
    "two signatures exchanged": lambda p: p[2].insert(0, p[2].pop()),
    "a signature short": lambda p: p[2].__setitem__(0, p[2][0][:63]),
    "signatures no array": lambda p: p.__setitem__(2, {}),
    "a label missing": lambda p: p[3].popitem(),
    "a label more": lambda p: p[3].update({99: bytes(32)}),
    "two labels alike": lambda p: p[3].update({1: p[3][0]}),
    "two labels exchanged": lambda p: p[3].update({0: p[3][1], 1: p[3][0]}),
    "a label short": lambda p: p[3].update({0: bytes(31)}),
    "labels no map": lambda p: p.__setitem__(3, []),
    "a place missing": lambda p: p[4].pop(),
    "a place repeated": lambda p: p[4].append(p[4][0]),
    "a place too far": lambda p: p.__setitem__(4, [10_000]),
    "a place beyond the end beside the right ones": lambda p: p[4].append(10_000),
    "a place that is bytes": lambda p: p[4].append(b"x"),
    "another place": lambda p: p.__setitem__(4, [0 if p[4] != [0] else 1]),
    "places no array": lambda p: p.__setitem__(4, 5),
    "four components": lambda p: p.pop(),
    "six components": lambda p: p.append(0),
}


@pytest.mark.parametrize("name", FORGERIES)
def test_a_component_that_was_changed_is_refused(name: str, several: JsonObject, processor: SafeProcessor) -> None:
    parts = components(several, processor)
    FORGERIES[name](parts)
    assert refused(with_proof(several, parts), processor) == "proof.signature"


def test_a_base_proof_is_refused_as_such_and_an_unknown_header_as_bad(
    badge: JsonObject, processor: SafeProcessor
) -> None:
    parts = components(badge, processor)
    assert refused(with_proof(badge, parts, b"\xd9\x5d\x00"), processor) == "proof.suite"
    assert refused(with_proof(badge, parts, b"\xd9\x5d\x02"), processor) == "proof.signature"
    assert refused(with_proof(badge, 5), processor) == "proof.signature"


def test_an_added_statement_is_refused(badge: JsonObject, processor: SafeProcessor) -> None:
    document = with_proof(badge, components(badge, processor))
    assert refused({**document, "description": "added"}, processor) == "proof.signature"


def test_lines_that_are_no_quads_are_never_relabelled() -> None:
    with pytest.raises(ProofError):
        ecdsa_sd_2023.relabel("_:c14n0 nonsense .\n", {0: "_:u"})


def test_a_graph_name_is_relabelled_and_text_that_looks_like_a_label_is_not() -> None:
    line = '_:c14n0 <https://a.example/b> "_:c14n0 \\" .\\n"^^<https://a.example/t> _:c14n1 .\n'
    found = ecdsa_sd_2023.relabel(line, {0: "_:uA", 1: "_:uB"})
    assert found == ['_:uA <https://a.example/b> "_:c14n0 \\" .\\n"^^<https://a.example/t> _:uB .\n']


@pytest.mark.parametrize("wanted", ["", "nothing holds this"])
def test_all_statements_or_none_may_be_mandatory(wanted: str, badge: JsonObject, processor: SafeProcessor) -> None:
    parts = components(badge, processor, wanted=wanted)
    assert (parts[2] == []) == (wanted == "")
    check(with_proof(badge, parts), processor)


def test_labels_that_an_issuer_made_alike_or_of_another_length_are_refused(
    several: JsonObject, processor: SafeProcessor
) -> None:
    """The signatures are good over these labels, so only the form of the labels speaks against them."""
    labels = labels_of(processor(several))
    alike = components(several, processor, labels=labels | {1: labels[0]})
    assert refused(with_proof(several, alike), processor) == "proof.signature"
    short = components(several, processor, labels={number: label[:31] for number, label in labels.items()})
    assert refused(with_proof(several, short), processor) == "proof.signature"


@pytest.mark.parametrize("prefix", ["z", "U", "", "m"])
def test_a_derived_proof_under_another_multibase_sign_is_refused(
    prefix: str, badge: JsonObject, processor: SafeProcessor
) -> None:
    document = with_proof(badge, components(badge, processor))
    (proof,) = data_integrity.proofs_of(document)
    changed = {**proof, "proofValue": prefix + str(proof["proofValue"])[1:]}
    assert refused({**document, "proof": changed}, processor) == "proof.signature"


def test_a_context_in_the_proof_must_be_the_document_s(badge: JsonObject, processor: SafeProcessor) -> None:
    document = with_proof(badge, components(badge, processor))
    (proof,) = data_integrity.proofs_of(document)
    check({**document, "proof": {**proof, "@context": badge["@context"]}}, processor)
    foreign = {**proof, "@context": ["https://www.w3.org/ns/credentials/v2"]}
    assert refused({**document, "proof": foreign}, processor) == "proof.members"
