"""Whatever JSON a stranger puts where keys, proofs, headers and claims are read: only our own errors leave."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from key_samples import DID, KID

from keys import did_jwk, did_key, did_web, ecdsa, ed25519, jwk, multikey
from keys.errors import KeyFormatError, ProofError
from keys.proofs import data_integrity, ecdsa_sd_2023, jws, jwt
from keys.public_key import PublicKey
from schemas.errors import DocumentError
from schemas.jsonld import SafeProcessor

SIGNING = ed25519.SigningKey(bytes(range(32)))
KEY = PublicKey("Ed25519", SIGNING.public)
P256 = PublicKey("P-256", ecdsa.SigningKey("P-256", bytes(31) + b"\x05").public)
PROCESSOR = SafeProcessor()
NAMES = (
    "DataIntegrityProof eddsa-rdfc-2022 eddsa-jcs-2022 ecdsa-sd-2023 Ed25519Signature2020 assertionMethod sig verify"
)
TOKENS = "EdDSA none JWT OKP EC RSA Ed25519 P-256 AA AQAB z6Mk u2V0B 2026-11-22T12:00:00Z urn:uuid:1"
WORDS = st.sampled_from([*NAMES.split(), *TOKENS.split(), KID, DID, "", "https://www.w3.org/2018/credentials/v1"])
LEAVES = st.one_of(st.none(), st.booleans(), st.integers(-(2**53), 2**53), st.floats(allow_nan=False), WORDS, st.text())
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(WORDS, inner, max_size=3)),
    max_leaves=6,
)


def members(*names: str) -> st.SearchStrategy[dict[str, Any]]:
    return st.dictionaries(st.sampled_from(names), VALUES, max_size=len(names))


PROOFS = members(*sorted(data_integrity.PROOF_MEMBERS))


@settings(max_examples=80, deadline=None)
@given(PROOFS, st.lists(PROOFS, max_size=2), st.sampled_from([KEY, P256]))
def test_a_strange_proof_never_holds_and_raises_only_our_errors(
    proof: dict[str, Any], others: list[dict[str, Any]], key: PublicKey
) -> None:
    base = {
        "type": "DataIntegrityProof",
        "cryptosuite": "eddsa-jcs-2022",
        "verificationMethod": KID,
        "proofPurpose": "assertionMethod",
        "proofValue": "z",
    }
    for one in (proof, base | proof):
        document = {"@context": ["https://www.w3.org/ns/credentials/v2"], "issuer": DID, "proof": [one, *others]}
        try:
            data_integrity.check_signature(document, one, key, canonicalise=PROCESSOR)
        except (ProofError, DocumentError):
            continue
        raise AssertionError(one)


@settings(max_examples=80, deadline=None)
@given(members("kty", "crv", "x", "y", "n", "e", "d", "k", "use", "key_ops", "alg"), VALUES)
def test_a_strange_jwk_raises_only_our_errors(found: dict[str, Any], other: Any) -> None:
    for one in (found, other):
        try:
            jwk.decode(one)
        except KeyFormatError:
            continue
    try:
        jwk.check_use({**P256.jwk(), **found}, P256)
    except KeyFormatError:
        return


@settings(max_examples=80, deadline=None)
@given(members("alg", "kid", "jwk", "typ", "cty", "crit", "x5c", "iat"))
def test_a_strange_header_raises_only_our_errors(header: dict[str, Any]) -> None:
    try:
        jws.check_header(header, types=jws.CREDENTIAL_TYPES, headers=None)
        jws.check_algorithm(jws.Jws(header, b"", b"", b""), KEY)
    except ProofError:
        return
    assert header["alg"] in ("EdDSA", "Ed25519")


@settings(max_examples=80, deadline=None)
@given(
    members("@context", "vc", "vp", "iss", "sub", "jti", "nbf", "exp", "id", "issuer", "credentialSubject")
    | members("issuer", "validFrom", "validUntil", "credentialSubject", "id", "issuanceDate", "vc", "@context")
)
def test_strange_claims_raise_only_our_errors(payload: dict[str, Any]) -> None:
    for check in (jwt.check_claims, jwt.check_jose_claims, jwt.expected_claims):
        try:
            check(payload)
        except ProofError:
            continue


@settings(max_examples=80, deadline=None)
@given(st.text() | st.from_regex(r"did:(web|key|jwk):[A-Za-z0-9:.%_-]{0,40}", fullmatch=True))
def test_a_strange_identifier_raises_only_our_errors(text: str) -> None:
    for read in (did_key.document, did_jwk.document, did_web.document_url, multikey.decode):
        try:
            read(text)
        except KeyFormatError:
            continue


@settings(max_examples=80, deadline=None)
@given(st.text(alphabet="uzABCdef0123-_", max_size=60) | st.binary(max_size=60).map(lambda b: "u2V0B" + b.hex()))
def test_a_strange_derived_proof_raises_only_our_errors(value: str) -> None:
    try:
        ecdsa_sd_2023.parse_proof_value(value)
    except ProofError:
        return
    raise AssertionError(value)


@settings(max_examples=80, deadline=None)
@given(st.text(alphabet="AByJ.-_=", max_size=60) | st.text(max_size=20))
def test_a_strange_token_raises_only_our_errors(token: str) -> None:
    try:
        jws.open_jws(token)
    except ProofError:
        return
    raise AssertionError(token)
