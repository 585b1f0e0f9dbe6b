"""The JOSE part of the VC-JOSE-COSE suite on the verifying side, cryptographic level."""

import json
from pathlib import Path

import pytest

from keys import base64url, ecdsa, ed25519, jwk
from keys.errors import KeyFormatError, ProofError
from keys.proofs import jws, jwt

pytestmark = pytest.mark.shared

TYPES = {"credential_jose": frozenset({"vc+jwt"}), "presentation_jose": frozenset({"vp+jwt"})}


def cases() -> list[int]:
    return list(range(6, 17))


@pytest.fixture(scope="module")
def expected(shared: Path) -> dict[int, dict[str, str]]:
    found = json.loads((shared / "data/w3c/vc-jose-cose/EXPECTED.json").read_text())
    return {case["number"]: case for case in found.values()}


def check(case: dict[str, str], folder: Path) -> None:
    """Open and verify with the key given, then compare claims, as far as keys and proofs can tell."""
    method = json.loads((folder / case["key_file"]).read_text())
    token = (folder / case["input_file"]).read_text().removesuffix("\n")
    opened = jws.open_jws(token, types=TYPES[case["feature"]])
    key = jwk.decode(method["publicKeyJwk"])
    jwk.check_use(method["publicKeyJwk"], key)
    jws.verify(opened, key)
    payload = json.loads(opened.payload)
    if case["feature"] == "credential_jose":
        jwt.check_jose_claims(payload)
    for member in payload.get("verifiableCredential", []):
        kind, _, inner = str(member["id"]).partition(",")
        if not kind.startswith("data:application/vc+"):  # one member of case 7 is an SD-JWT, which we do not read
            raise ProofError("vcdm.members", "not an enveloped credential")
        if kind == "data:application/vc+jwt":
            jws.open_jws(inner, types=TYPES["credential_jose"])


@pytest.mark.parametrize("number", cases())
def test_a_case_comes_out_as_listed(number: int, expected: dict[int, dict[str, str]], shared: Path) -> None:
    case = expected[number]
    assert case["fn"] == "verify"
    folder = shared / "data/w3c/vc-jose-cose/test-suite-input"
    if case["expected_result"] == "success":
        check(case, folder)
        return
    with pytest.raises((ProofError, KeyFormatError)):
        check(case, folder)


@pytest.mark.parametrize("name", ["vm-p256", "vm-p384", "vm-ed25519"])
def test_the_published_key_pairs_are_pairs_and_their_kid_is_the_thumbprint(name: str, shared: Path) -> None:
    method = json.loads((shared / f"data/w3c/vc-jose-cose/test-suite-input/{name}.json").read_text())
    key = jwk.decode(method["publicKeyJwk"])
    secret = base64url.decode(method["secretKeyJwk"]["d"])
    derived = ed25519.public_key(secret) if key.kind == "Ed25519" else ecdsa.public_key(key.kind, secret).raw
    assert derived == key.raw
    assert key.thumbprint() == method["publicKeyJwk"]["kid"]


@pytest.mark.parametrize("name", ["vm-p256", "vm-p384", "vm-p521", "vm-ed25519"])
def test_the_private_half_is_refused_where_a_public_key_is_read(name: str, shared: Path) -> None:
    method = json.loads((shared / f"data/w3c/vc-jose-cose/test-suite-input/{name}.json").read_text())
    with pytest.raises(KeyFormatError):
        jwk.decode(method["secretKeyJwk"])
