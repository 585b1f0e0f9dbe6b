"""The signer over a token, on SoftHSM2: the same demands as the ring over files, and a key that never leaves."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from key_samples import DID, KID, NOW, Clock

from keys.errors import (
    KeystoreError,
    KeystoreExistsError,
    KeystoreFormatError,
    SigningError,
    StaleRequest,
    UnknownKeyError,
)
from keys.proofs import data_integrity
from keys.signing.signer import Signer, SigningRequest
from schemas.canonical_json import canonicalise
from schemas.jsonld import SafeProcessor
from schemas.strict_json import JsonObject

pkcs11 = pytest.importorskip("pkcs11", reason="python-pkcs11 is not installed (extra hsm)")
token_signer = pytest.importorskip("keys.signing.pkcs11")

pytestmark = pytest.mark.hsm

MODULES = [
    Path("/usr/lib/softhsm/libsofthsm2.so"),
    Path("/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so"),
    Path("/usr/lib/aarch64-linux-gnu/softhsm/libsofthsm2.so"),
]
BADGE: JsonObject = {
    "@context": ["https://www.w3.org/ns/credentials/v2"],
    "id": "urn:uuid:6a2d5f0e-5a4e-4b8e-9d6c-0f8b3f2d7c11",
    "type": ["VerifiableCredential"],
    "issuer": DID,
    "credentialSubject": {"id": "urn:uuid:0d3c7f5e-1c1b-4a57-9a36-3a5f7f1f2b10"},
}


@pytest.fixture(scope="module")
def module(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A fresh token of its own; SoftHSM reads its configuration once per process."""
    found = next((path for path in MODULES if path.exists()), None)
    if found is None or not shutil.which("softhsm2-util"):
        pytest.skip("SoftHSM2 is not installed (apt: softhsm2)")
    folder = tmp_path_factory.mktemp("softhsm")
    (folder / "tokens").mkdir()
    configuration = folder / "softhsm2.conf"
    configuration.write_text(f"directories.tokendir = {folder}/tokens\nobjectstore.backend = file\nlog.level = ERROR\n")
    before = os.environ.get("SOFTHSM2_CONF")
    os.environ["SOFTHSM2_CONF"] = str(configuration)
    subprocess.run(
        ["softhsm2-util", "--init-token", "--free", "--label", "badges", "--pin", "1234", "--so-pin", "5678"],
        check=True,
        capture_output=True,
        timeout=60,
    )
    yield found
    if before is None:
        os.environ.pop("SOFTHSM2_CONF")
    else:
        os.environ["SOFTHSM2_CONF"] = before


@pytest.fixture(scope="module")
def processor() -> SafeProcessor:
    return SafeProcessor()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def signer(module: Path, clock: Clock, processor: SafeProcessor) -> Iterator["token_signer.TokenSigner"]:
    made = token_signer.TokenSigner(module, "badges", "1234", clock, canonicalise=processor)
    made.create_key(KID, DID)
    yield made
    made.destroy(KID)
    made.close()


def request(document: JsonObject = BADGE, **changes: str) -> SigningRequest:
    options = data_integrity.proof_options(BADGE, verification_method=KID, created=NOW, cryptosuite="eddsa-rdfc-2022")
    return SigningRequest(canonicalise(document), canonicalise({**options, **changes}))


def test_what_the_token_signs_is_good_and_a_repeat_gives_the_same_bytes(
    signer: "token_signer.TokenSigner", processor: SafeProcessor
) -> None:
    as_signer: Signer = signer
    signature = as_signer.sign(KID, request())
    assert as_signer.sign(KID, request()) == signature
    options = data_integrity.proof_options(BADGE, verification_method=KID, created=NOW, cryptosuite="eddsa-rdfc-2022")
    document = data_integrity.attach(BADGE, options, signature)
    (proof,) = data_integrity.proofs_of(document)
    data_integrity.check_signature(document, proof, as_signer.public_key(KID), canonicalise=processor)


def test_the_private_key_does_not_leave_the_token(signer: "token_signer.TokenSigner") -> None:
    private = signer._required(signer._session, KID, pkcs11.ObjectClass.PRIVATE_KEY)
    assert private[pkcs11.Attribute.SENSITIVE]
    assert not private[pkcs11.Attribute.EXTRACTABLE]
    with pytest.raises(pkcs11.exceptions.PKCS11Error):
        assert private[pkcs11.Attribute.VALUE]


@pytest.mark.parametrize(
    ("document", "changes"),
    [
        ({**BADGE, "issuer": "did:web:evil.example"}, {}),
        (BADGE, {"verificationMethod": DID + "#key-2"}),
        (BADGE, {"proofPurpose": "authentication"}),
        (BADGE, {"cryptosuite": "ecdsa-rdfc-2019"}),
    ],
)
def test_a_request_that_does_not_fit_the_key_is_refused(
    document: JsonObject, changes: dict[str, str], signer: "token_signer.TokenSigner"
) -> None:
    with pytest.raises(SigningError):
        signer.sign(KID, request(document, **changes))


def test_a_stale_request_is_refused(signer: "token_signer.TokenSigner", clock: Clock) -> None:
    clock.move(timedelta(seconds=121))
    with pytest.raises(StaleRequest):
        signer.sign(KID, request())


def test_a_key_is_made_once_and_an_unknown_one_is_named(signer: "token_signer.TokenSigner") -> None:
    with pytest.raises(KeystoreExistsError):
        signer.create_key(KID, DID)
    with pytest.raises(KeystoreFormatError):
        signer.create_key("did:web:evil.example#key-1", DID)
    with pytest.raises(UnknownKeyError):
        signer.public_key(DID + "#key-9")


def test_a_wrong_pin_token_or_library_is_refused(module: Path, clock: Clock, processor: SafeProcessor) -> None:
    for library, token, pin in (
        (module, "badges", "0000"),
        (module, "other", "1234"),
        (Path("/missing.so"), "badges", "1"),
    ):
        with pytest.raises(KeystoreError):
            token_signer.TokenSigner(library, token, pin, clock, canonicalise=processor)


def test_a_closed_token_refuses(module: Path, clock: Clock, processor: SafeProcessor) -> None:
    made = token_signer.TokenSigner(module, "badges", "1234", clock, canonicalise=processor)
    made.close()
    with pytest.raises(KeystoreError):
        made.public_key(KID)
