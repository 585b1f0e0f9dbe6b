"""The signer in our process signs what it has read itself, for the right issuer, now, with an active key."""

import os
import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from key_samples import CREDENTIAL, DID, KID, NOW, Clock

from keys import did_key, jwk
from keys.errors import (
    KeyNotActiveError,
    KeystoreError,
    KeystoreExistsError,
    SignerFrozenError,
    SigningError,
    StaleRequest,
    UnknownKeyError,
    UnsealError,
)
from keys.proofs import data_integrity, jwt
from keys.signing.key_file import Credential32, Passphrase
from keys.signing.key_ring import STOP_FILE, KeyRing
from keys.signing.signer import OptionsHashes, Signer, SigningRequest
from schemas import strict_json
from schemas.canonical_json import canonicalise
from schemas.jsonld import SafeProcessor
from schemas.strict_json import JsonObject


def options_for(document: JsonObject, kid: str = KID, suite: str = "eddsa-rdfc-2022") -> JsonObject:
    return data_integrity.proof_options(document, verification_method=kid, created=NOW, cryptosuite=suite)


def request(document: JsonObject, **changes: object) -> SigningRequest:
    options = {name: value for name, value in {**options_for(document), **changes}.items() if value is not ...}
    return SigningRequest(canonicalise(document), canonicalise(options))  # type: ignore[arg-type]


def test_what_the_ring_signs_is_good(ring: KeyRing, badge: JsonObject, processor: SafeProcessor) -> None:
    signer: Signer = ring
    signature = signer.sign(KID, request(badge))
    document = data_integrity.attach(badge, options_for(badge), signature)
    proof = document["proof"]
    assert isinstance(proof, dict)
    data_integrity.check_signature(document, proof, signer.public_key(KID), canonicalise=processor)
    assert signer.sign(KID, request(badge)) == signature


@pytest.mark.parametrize("suite", ["eddsa-jcs-2022", "eddsa-rdfc-2022"])
def test_an_issuer_may_be_text_and_a_document_may_be_plain(suite: str, ring: KeyRing, badge: JsonObject) -> None:
    document = {**badge, "issuer": DID}
    options = options_for(document, suite=suite)
    assert len(ring.sign(KID, SigningRequest(canonicalise(document), canonicalise(options)))) == 64


def test_a_p256_key_signs_its_own_suite_and_no_other(
    ring: KeyRing, badge: JsonObject, processor: SafeProcessor
) -> None:
    kid = DID + "#key-2"
    public = ring.create_key(kid, DID, suite="ecdsa-rdfc-2019")
    options = options_for(badge, kid, "ecdsa-rdfc-2019")
    signature = ring.sign(kid, SigningRequest(canonicalise(badge), canonicalise(options)))
    document = data_integrity.attach(badge, options, signature)
    data_integrity.check_signature(document, dict(document["proof"]), public, canonicalise=processor)  # type: ignore[arg-type]
    with pytest.raises(SigningError, match=r"proof\.suite"):
        ring.sign(kid, request(badge, verificationMethod=kid))


def test_the_digest_names_document_and_options(badge: JsonObject) -> None:
    one, two = request(badge), request({**badge, "name": "x"})
    assert one.tbs_sha256 == request(dict(reversed(badge.items()))).tbs_sha256
    assert len({one.tbs_sha256, two.tbs_sha256, request(badge, domain="x").tbs_sha256}) == 3


OTHER_DID = "did:web:evil.example"


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda b: b.update(issuer=OTHER_DID), id="another issuer"),
        pytest.param(lambda b: b.update(issuer={"id": OTHER_DID, "type": ["Profile"]}), id="another issuer's profile"),
        pytest.param(lambda b: b.update(issuer=DID + ":issuers:paja"), id="a provider's own identity"),
        pytest.param(lambda b: b.update(issuer=[DID]), id="issuer in an array"),
        pytest.param(lambda b: b.update(issuer={"type": ["Profile"]}), id="issuer without id"),
        pytest.param(lambda b: b.pop("issuer"), id="no issuer"),
        pytest.param(lambda b: b.update(proof={}), id="with proof"),
        pytest.param(lambda b: b.update(gpa="5"), id="unknown member"),
        pytest.param(lambda b: b.update({"@context": ["https://evil.example/"]}), id="unknown context"),
    ],
)
def test_a_document_that_does_not_fit_the_key_is_refused(
    change: Callable[[JsonObject], object], ring: KeyRing, badge: JsonObject
) -> None:
    options = options_for(badge)
    change(badge)
    with pytest.raises(SigningError):
        ring.sign(KID, SigningRequest(canonicalise(badge), canonicalise(options)))


@pytest.mark.parametrize(
    "change",
    [
        {"verificationMethod": DID + "#key-2"},
        {"verificationMethod": ...},
        {"proofPurpose": "authentication"},
        {"proofPurpose": ...},
        {"proofValue": "z1"},
        {"type": "Ed25519Signature2020", "cryptosuite": ...},
        {"cryptosuite": "eddsa-2022"},
        {"cryptosuite": "ecdsa-rdfc-2019"},
        {"cryptosuite": ...},
        {"extra": 1},
        {"@context": []},
        {"created": ...},
        {"created": 5},
        {"created": "2026-11-22T12:00:00.000Z"},
        {"created": "2026-11-22T14:00:00+02:00"},
        {"created": "2026-11-22T12:00:0Z"},
        {"created": "2026-11-31T12:00:00Z"},
    ],
)
def test_options_that_do_not_fit_the_key_are_refused(
    change: dict[str, object], ring: KeyRing, badge: JsonObject
) -> None:
    with pytest.raises(SigningError) as caught:
        ring.sign(KID, request(badge, **change))
    assert not isinstance(caught.value, StaleRequest)


@pytest.mark.parametrize("data", [b"", b"[]", b'{"issuer":"a","issuer":"b"}', b"\xef\xbb\xbf{}", b'{"a":1e400}'])
def test_a_request_that_is_no_strict_json_is_refused(data: bytes, ring: KeyRing, badge: JsonObject) -> None:
    good = request(badge)
    with pytest.raises(SigningError):
        ring.sign(KID, SigningRequest(data, good.options))
    with pytest.raises(SigningError):
        ring.sign(KID, SigningRequest(good.document, data))


@pytest.mark.parametrize("seconds", [-120, -1, 0, 119, 120])
def test_created_within_two_minutes_is_signed(seconds: int, ring: KeyRing, badge: JsonObject, clock: Clock) -> None:
    clock.move(timedelta(seconds=seconds))
    assert ring.sign(KID, request(badge))


@pytest.mark.parametrize("seconds", [-86400, -121, 121, 86400 * 700])
def test_created_further_away_is_stale(seconds: int, ring: KeyRing, badge: JsonObject, clock: Clock) -> None:
    clock.move(timedelta(seconds=seconds))
    with pytest.raises(StaleRequest):
        ring.sign(KID, request(badge))


def test_a_key_that_is_not_there_is_named(ring: KeyRing, badge: JsonObject) -> None:
    for call in (ring.public_key, ring.retire, lambda kid: ring.sign(kid, request(badge))):
        with pytest.raises(UnknownKeyError):
            call(DID + "#key-9")


@pytest.mark.parametrize("act", ["retire", "mark_compromised"])
def test_a_key_taken_out_of_use_signs_no_more_in_any_ring_of_the_folder(
    act: str, ring: KeyRing, badge: JsonObject, clock: Clock, processor: SafeProcessor, tmp_path: Path
) -> None:
    other = KeyRing(tmp_path / "keys", CREDENTIAL, clock, canonicalise=processor)
    assert other.sign(KID, request(badge)) == ring.sign(KID, request(badge))
    public = ring.public_key(KID)
    getattr(ring, act)(KID)
    for one in (ring, other):
        with pytest.raises(KeyNotActiveError):
            one.sign(KID, request(badge))
        assert one.public_key(KID) == public
    ring.destroy(KID)
    assert other.public_key(KID) == public
    with pytest.raises(KeyNotActiveError):
        other.sign(KID, request(badge))
    ring.check_all()


def test_an_active_key_is_not_destroyed(ring: KeyRing) -> None:
    with pytest.raises(KeystoreError):
        ring.destroy(KID)


def test_the_stop_file_stops_every_ring_at_once(ring: KeyRing, badge: JsonObject, tmp_path: Path) -> None:
    ring.sign(KID, request(badge))
    (tmp_path / "keys" / STOP_FILE).touch()
    with pytest.raises(SignerFrozenError):
        ring.sign(KID, request(badge))
    ring.thaw()
    ring.sign(KID, request(badge))
    ring.freeze()
    with pytest.raises(SignerFrozenError):
        ring.sign(KID, request(badge))


def test_a_key_is_made_once(ring: KeyRing) -> None:
    public = ring.public_key(KID)
    assert ring.ensure_key(KID, DID) == public
    with pytest.raises(KeystoreExistsError):
        ring.create_key(KID, DID)
    assert [file.kid for file in ring.key_files()] == [KID]
    assert ring.ensure_key(DID + "#key-2", DID) != public


def test_a_ring_with_another_secret_is_noticed_at_start(
    ring: KeyRing, clock: Clock, processor: SafeProcessor, tmp_path: Path, badge: JsonObject
) -> None:
    ring.check_all()
    wrong = KeyRing(tmp_path / "keys", Credential32(bytes(32)), clock, canonicalise=processor)
    with pytest.raises(UnsealError):
        wrong.check_all()
    with pytest.raises(UnsealError):
        wrong.sign(KID, request(badge))
    assert wrong.public_key(KID) == ring.public_key(KID)  # what is public needs no secret


def test_a_file_under_another_key_s_name_is_refused(ring: KeyRing, tmp_path: Path, badge: JsonObject) -> None:
    second = DID + "#key-2"
    ring.create_key(second, DID)
    one, two = ring._path(KID), ring._path(second)
    two.unlink()
    os.link(one, two)
    with pytest.raises(KeystoreError, match="another key"):
        ring.sign(second, request(badge, verificationMethod=second))


def test_a_ring_sealed_by_a_passphrase_turns_it_into_a_key_once(
    clock: Clock, processor: SafeProcessor, tmp_path: Path, badge: JsonObject
) -> None:
    cost = {"ops": 2, "memory_bytes": 64 << 20}
    first = KeyRing(tmp_path / "p", Passphrase("sateenkaari", **cost), clock, canonicalise=processor)
    for number in range(1, 4):
        first.create_key(f"{DID}#key-{number}", DID)
    secret = Passphrase("sateenkaari", **cost)
    again = KeyRing(tmp_path / "p", secret, clock, canonicalise=processor)
    again.check_all()
    assert again.sign(KID, request(badge)) == first.sign(KID, request(badge))
    assert len(secret._known) == 1


def test_threads_share_a_ring(
    ring: KeyRing, badge: JsonObject, clock: Clock, processor: SafeProcessor, tmp_path: Path
) -> None:
    fresh = KeyRing(tmp_path / "keys", CREDENTIAL, clock, canonicalise=processor)
    found: list[bytes] = []
    threads = [threading.Thread(target=lambda: found.append(fresh.sign(KID, request(badge)))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [ring.sign(KID, request(badge))] * 4


def test_remembered_option_hashes_are_those_of_their_context(badge: JsonObject, processor: SafeProcessor) -> None:
    hashes = OptionsHashes(most=2)
    options = options_for(badge)
    for second in range(3):
        changed = {**options, "created": f"2026-11-22T12:00:0{second}Z"}
        asked = SigningRequest(canonicalise(badge), canonicalise(changed))
        expected = data_integrity.hash_options(badge["@context"], changed, canonicalise=processor)
        for _ in range(2):
            assert hashes.of(asked, badge, changed, canonicalise=processor) == expected
    asked = request(badge)
    other = {**badge, "@context": ["https://www.w3.org/2018/credentials/v1"]}
    plain: JsonObject = {**options, "cryptosuite": "eddsa-jcs-2022", "type": "DataIntegrityProof"}
    assert hashes.of(asked, other, plain, canonicalise=processor) != hashes.of(
        asked, badge, options, canonicalise=processor
    )


def signed(badge: JsonObject, ring: KeyRing, kid: str = KID) -> JsonObject:
    options = options_for(badge, kid)
    return data_integrity.attach(
        badge, options, ring.sign(kid, SigningRequest(canonicalise(badge), canonicalise(options)))
    )


@pytest.mark.parametrize("suite", ["eddsa-rdfc-2022", "ecdsa-rdfc-2019"])
def test_a_token_is_made_of_a_badge_that_the_ring_signed(suite: str, ring: KeyRing, badge: JsonObject) -> None:
    kid = DID + "#key-2"
    public = ring.create_key(kid, DID, suite=suite)
    document = signed(badge, ring)
    token = jwt.open_jws(ring.sign_token(kid, canonicalise(document)))
    jwt.verify(token, public)
    assert token.header == {"alg": jwk.ALGORITHMS[public.kind], "kid": kid, "typ": "JWT"}
    assert jwt.check_claims(strict_json.read_object(token.payload)) == document


OTHER_ISSUER = DID + ":issuers:paja"


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda d: d.pop("proof"), id="no proof"),
        pytest.param(lambda d: d.update(proof=[d["proof"], d["proof"]]), id="two proofs"),
        pytest.param(lambda d: d.update(proof="text"), id="proof is text"),
        pytest.param(lambda d: d.update(name="changed"), id="changed after signing"),
        pytest.param(lambda d: d.update(gpa="5"), id="unknown member"),
        pytest.param(lambda d: d.update(issuer=OTHER_ISSUER), id="another issuer"),
        pytest.param(lambda d: d["proof"].update(verificationMethod=OTHER_DID + "#key-1"), id="a key not of the ring"),
        pytest.param(
            lambda d: d["proof"].update(verificationMethod=OTHER_ISSUER + "#key-1"), id="a key of another issuer"
        ),
    ],
)
def test_no_token_is_made_of_anything_else(
    change: Callable[[JsonObject], object], ring: KeyRing, badge: JsonObject
) -> None:
    ring.create_key(OTHER_ISSUER + "#key-1", OTHER_ISSUER)
    document = signed(badge, ring)
    change(document)
    with pytest.raises(SigningError):
        ring.sign_token(KID, canonicalise(document))


def test_no_token_is_made_with_the_proof_of_another_issuer_s_key(
    ring: KeyRing, badge: JsonObject, processor: SafeProcessor
) -> None:
    """The other key's holder made a good proof over our issuer's name."""
    other = OTHER_ISSUER + "#key-1"
    ring.create_key(other, OTHER_ISSUER)
    opened = ring._active(other)
    document = data_integrity.add_proof(
        badge, verification_method=other, created=NOW, sign=opened.key.sign, canonicalise=processor
    )
    with pytest.raises(SigningError, match="another issuer"):
        ring.sign_token(KID, canonicalise(document))


def test_no_token_is_made_of_a_badge_without_subject_id_or_while_frozen(ring: KeyRing, badge: JsonObject) -> None:
    subject = badge["credentialSubject"]
    assert isinstance(subject, dict)
    document = signed({**badge, "credentialSubject": {n: v for n, v in subject.items() if n != "id"}}, ring)
    with pytest.raises(SigningError, match=r"jwt\.claims"):
        ring.sign_token(KID, canonicalise(document))
    ring.freeze()
    with pytest.raises(SignerFrozenError):
        ring.sign_token(KID, canonicalise(document))


def test_what_a_crash_left_is_no_key_and_can_be_removed(ring: KeyRing, tmp_path: Path) -> None:
    left = tmp_path / "keys" / ".x.key.json.0011.unfinished"
    left.write_bytes(b"{")
    assert [file.kid for file in ring.key_files()] == [KID]
    ring.check_all()
    ring.remove_unfinished()
    assert not left.exists()
    assert [file.kid for file in ring.key_files()] == [KID]


def test_a_key_that_is_its_own_did_signs_for_itself_only(ring: KeyRing, badge: JsonObject) -> None:
    did, kid = ring.create_did_key()
    assert kid == did_key.verification_method(ring.public_key(kid))
    assert did == did_key.did(ring.public_key(kid))
    own = {**badge, "issuer": did}
    assert ring.sign(kid, request(own, verificationMethod=kid))
    with pytest.raises(SigningError):
        ring.sign(kid, request(badge, verificationMethod=kid))


def test_a_member_that_only_a_jcs_proof_would_carry_along_is_refused(ring: KeyRing, badge: JsonObject) -> None:
    options = {**options_for(badge, suite="eddsa-jcs-2022"), "extra": 1}
    with pytest.raises(SigningError, match="should not have"):
        ring.sign(KID, SigningRequest(canonicalise(badge), canonicalise(options)))
