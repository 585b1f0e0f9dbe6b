"""Embedded proofs: what is added is checked, and whatever changes afterwards is refused with its code."""

from collections.abc import Callable
from datetime import timedelta, timezone

import pytest
from key_samples import DID, KID, NOW

from keys import base58, ecdsa, ed25519
from keys.errors import ProofError, UnknownSuiteError
from keys.proofs import data_integrity
from keys.proofs.suites import suite_of
from keys.public_key import KeyKind, PublicKey
from schemas.errors import DocumentError
from schemas.jsonld import SafeProcessor
from schemas.strict_json import JsonObject, JsonValue

SIGNING = ed25519.SigningKey(bytes(range(32)))
KEY = PublicKey("Ed25519", SIGNING.public)
OTHER = PublicKey("Ed25519", ed25519.public_key(bytes(32)))
P256, P384 = ecdsa.SigningKey("P-256", bytes(31) + b"\x05"), ecdsa.SigningKey("P-384", bytes(47) + b"\x07")
SUITES = [
    ("eddsa-rdfc-2022", SIGNING, KEY),
    ("eddsa-jcs-2022", SIGNING, KEY),
    ("ecdsa-rdfc-2019", P256, PublicKey("P-256", P256.public)),
    ("ecdsa-jcs-2019", P256, PublicKey("P-256", P256.public)),
    ("ecdsa-rdfc-2019", P384, PublicKey("P-384", P384.public)),
    ("ecdsa-jcs-2019", P384, PublicKey("P-384", P384.public)),
]


def signed(document: JsonObject, processor: SafeProcessor, **members: JsonValue) -> JsonObject:
    return data_integrity.add_proof(
        document, verification_method=KID, created=NOW, sign=SIGNING.sign, canonicalise=processor, **members
    )


def the_proof(document: JsonObject) -> JsonObject:
    proof = document["proof"]
    assert isinstance(proof, dict)
    return proof


def refused(document: JsonObject, proof: JsonObject, processor: SafeProcessor, key: PublicKey = KEY) -> str:
    with pytest.raises(ProofError) as caught:
        data_integrity.check_signature(document, proof, key, canonicalise=processor)
    return caught.value.code


@pytest.mark.parametrize(("suite", "signing", "key"), SUITES)
def test_a_proof_that_was_added_is_good(
    suite: str, signing: ed25519.SigningKey, key: PublicKey, badge: JsonObject, processor: SafeProcessor
) -> None:
    document = data_integrity.add_proof(
        badge,
        verification_method=KID,
        created=NOW,
        sign=signing.sign,
        canonicalise=processor,
        cryptosuite=suite,
        key_kind=key.kind,
    )
    data_integrity.check_signature(document, the_proof(document), key, canonicalise=processor)
    again = data_integrity.add_proof(
        badge,
        verification_method=KID,
        created=NOW,
        sign=signing.sign,
        canonicalise=processor,
        cryptosuite=suite,
        key_kind=key.kind,
    )
    assert again == document  # a repeat after a crash gives the same bytes
    assert "proof" not in badge


@pytest.mark.parametrize(("suite", "signing", "key"), SUITES)
def test_a_changed_leaf_is_refused(
    suite: str, signing: ed25519.SigningKey, key: PublicKey, badge: JsonObject, processor: SafeProcessor
) -> None:
    document = data_integrity.add_proof(
        badge,
        verification_method=KID,
        created=NOW,
        sign=signing.sign,
        canonicalise=processor,
        cryptosuite=suite,
        key_kind=key.kind,
    )
    changed = {**document, "name": "Polkupyörän Huolto"}
    assert refused(changed, the_proof(document), processor, key) == "proof.signature"


def test_the_joined_hashes_have_the_options_first(badge: JsonObject, processor: SafeProcessor) -> None:
    options = data_integrity.proof_options(badge, verification_method=KID, created=NOW, cryptosuite="eddsa-rdfc-2022")
    secured = data_integrity.prepare(badge, options, canonicalise=processor)
    assert secured.message == secured.options_hash + secured.document_hash
    assert len(secured.message) == 64
    known = data_integrity.hash_options(badge["@context"], options, canonicalise=processor)
    assert known == secured.options_hash


def test_created_is_written_in_utc_and_whole_seconds() -> None:
    moment = NOW.replace(microsecond=999_999).astimezone(timezone(timedelta(hours=2)))
    assert data_integrity.format_created(moment) == "2026-11-22T12:00:00Z"


MUTATIONS: list[tuple[str, Callable[[JsonObject], object], str]] = [
    ("type", lambda proof: proof.update(type="DataIntegrityProof2"), "proof.suite"),
    ("type missing", lambda proof: proof.pop("type"), "proof.members"),
    ("type null", lambda proof: proof.update(type=None), "proof.members"),
    ("type in an array", lambda proof: proof.update(type=["DataIntegrityProof"]), "proof.members"),
    ("cryptosuite of another proof", lambda proof: proof.update(cryptosuite="eddsa-jcs-2022"), "proof.signature"),
    ("cryptosuite of another key", lambda proof: proof.update(cryptosuite="ecdsa-rdfc-2019"), "proof.suite"),
    ("cryptosuite older name", lambda proof: proof.update(cryptosuite="eddsa-2022"), "proof.signature"),
    ("cryptosuite unknown", lambda proof: proof.update(cryptosuite="bbs-2023"), "proof.suite"),
    ("cryptosuite misspelt", lambda proof: proof.update(cryptosuite="eddsa-rdf-2022"), "proof.suite"),
    ("cryptosuite missing", lambda proof: proof.pop("cryptosuite"), "proof.members"),
    ("cryptosuite beside an old type", lambda proof: proof.update(type="Ed25519Signature2020"), "proof.members"),
    ("created later", lambda proof: proof.update(created="2026-11-22T12:00:01Z"), "proof.signature"),
    ("created missing", lambda proof: proof.pop("created"), "proof.signature"),
    ("created without offset", lambda proof: proof.update(created="2026-11-22T12:00:00"), "proof.created"),
    ("created no day", lambda proof: proof.update(created="2026-11-31T12:00:00Z"), "proof.created"),
    ("created leap second", lambda proof: proof.update(created="2026-11-22T12:00:60Z"), "proof.created"),
    ("created number", lambda proof: proof.update(created=1), "proof.created"),
    ("created null", lambda proof: proof.update(created=None), "proof.created"),
    ("method of another key", lambda proof: proof.update(verificationMethod=DID + "#key-2"), "proof.signature"),
    ("method missing", lambda proof: proof.pop("verificationMethod"), "proof.members"),
    ("method an object", lambda proof: proof.update(verificationMethod={"id": KID}), "proof.members"),
    ("purpose", lambda proof: proof.update(proofPurpose="authentication"), "proof.signature"),
    ("purpose missing", lambda proof: proof.pop("proofPurpose"), "proof.members"),
    ("expires added", lambda proof: proof.update(expires="2027-01-01T00:00:00Z"), "proof.signature"),
    ("domain added", lambda proof: proof.update(domain="evil.example"), "proof.signature"),
    ("challenge added", lambda proof: proof.update(challenge="x"), "proof.signature"),
    ("nonce added", lambda proof: proof.update(nonce="x"), "proof.signature"),
    ("id added", lambda proof: proof.update(id="urn:uuid:6a2d5f0e-5a4e-4b8e-9d6c-0f8b3f2d7c12"), "proof.signature"),
    ("unknown member", lambda proof: proof.update(jws="x"), "proof.members"),
    ("foreign context", lambda proof: proof.update({"@context": ["https://evil.example"]}), "proof.members"),
    ("previous proof that is not there", lambda proof: proof.update(previousProof="urn:x"), "proof.chain"),
    ("value missing", lambda proof: proof.pop("proofValue"), "proof.members"),
    ("value null", lambda proof: proof.update(proofValue=None), "proof.members"),
    ("value empty", lambda proof: proof.update(proofValue=""), "proof.signature"),
    ("value without multibase", lambda proof: proof.update(proofValue=str(proof["proofValue"])[1:]), "proof.signature"),
    ("value in base64url", lambda proof: proof.update(proofValue="u" + "A" * 86), "proof.signature"),
    ("value foreign sign", lambda proof: proof.update(proofValue=f"{proof['proofValue']}0"), "proof.signature"),
    ("value line feed", lambda proof: proof.update(proofValue=f"{proof['proofValue']}\n"), "proof.signature"),
    ("value zero byte", lambda proof: proof.update(proofValue="z1" + str(proof["proofValue"])[1:]), "proof.signature"),
    ("value short", lambda proof: proof.update(proofValue="z" + base58.encode(b"\x05" * 63)), "proof.signature"),
    ("value of zeros", lambda proof: proof.update(proofValue="z" + base58.encode(bytes(64))), "proof.signature"),
    ("value very long", lambda proof: proof.update(proofValue="z" + "2" * 5000), "proof.signature"),
]


@pytest.mark.parametrize(("change", "code"), [pytest.param(m[1], m[2], id=m[0]) for m in MUTATIONS])
def test_every_changed_member_of_a_proof_is_refused(
    change: Callable[[JsonObject], object], code: str, badge: JsonObject, processor: SafeProcessor
) -> None:
    document = signed(badge, processor)
    proof = dict(the_proof(document))
    change(proof)
    assert refused(document, proof, processor) == code


def test_an_unknown_suite_is_told_apart_from_a_bad_one(badge: JsonObject, processor: SafeProcessor) -> None:
    proof = {**the_proof(signed(badge, processor)), "cryptosuite": "bbs-2023"}
    with pytest.raises(UnknownSuiteError):
        data_integrity.check_signature(badge, proof, KEY, canonicalise=processor)


def test_another_key_is_refused(badge: JsonObject, processor: SafeProcessor) -> None:
    document = signed(badge, processor)
    assert refused(document, the_proof(document), processor, OTHER) == "proof.signature"


def test_a_key_of_another_kind_is_refused_as_unfit(badge: JsonObject, processor: SafeProcessor) -> None:
    document = signed(badge, processor)
    assert refused(document, the_proof(document), processor, PublicKey("P-256", P256.public)) == "proof.suite"


def test_a_member_that_no_context_knows_is_refused_by_the_canonicaliser(
    badge: JsonObject, processor: SafeProcessor
) -> None:
    document = {**signed(badge, processor), "gpa": "5"}
    with pytest.raises(DocumentError) as caught:
        data_integrity.check_signature(document, the_proof(document), KEY, canonicalise=processor)
    assert caught.value.code == "jsonld.terms"


def test_a_context_appended_after_signing_is_refused_by_the_jcs_suite(
    badge: JsonObject, processor: SafeProcessor
) -> None:
    document = signed(badge, processor, cryptosuite="eddsa-jcs-2022")
    context = badge["@context"]
    assert isinstance(context, list)
    longer = {**document, "@context": [*context, "https://w3id.org/security/multikey/v1"]}
    assert refused(longer, the_proof(document), processor) == "proof.members"


def test_a_jcs_proof_works_on_a_document_without_context(processor: SafeProcessor) -> None:
    document = signed({"issuer": DID, "version": 1}, processor, cryptosuite="eddsa-jcs-2022")
    assert "@context" not in the_proof(document)
    data_integrity.check_signature(document, the_proof(document), KEY, canonicalise=processor)
    assert refused({**document, "version": 2}, the_proof(document), processor) == "proof.signature"
    assert refused({**document, "version": "1"}, the_proof(document), processor) == "proof.signature"


def test_a_jcs_document_with_a_lone_surrogate_is_a_faulty_document(processor: SafeProcessor) -> None:
    with pytest.raises(DocumentError):
        signed({"issuer": DID, "name": "\ud800"}, processor, cryptosuite="eddsa-jcs-2022")


@pytest.mark.parametrize("suite", ["Ed25519Signature2020", "eddsa-2022", "ecdsa-sd-2023", "bbs-2023"])
def test_what_is_only_read_is_not_written(suite: str, badge: JsonObject, processor: SafeProcessor) -> None:
    with pytest.raises(ProofError) as caught:
        signed(badge, processor, cryptosuite=suite)
    assert caught.value.code == "proof.suite"


@pytest.mark.parametrize("members", [{"proofValue": "z1"}, {"jws": "x"}])
def test_members_that_a_proof_does_not_have_are_not_written(
    members: dict[str, str], badge: JsonObject, processor: SafeProcessor
) -> None:
    with pytest.raises(ProofError) as caught:
        signed(badge, processor, **members)  # type: ignore[arg-type]
    assert caught.value.code == "proof.members"


def test_a_selective_proof_is_not_prepared_as_a_whole_document(badge: JsonObject, processor: SafeProcessor) -> None:
    options: JsonObject = {"type": "DataIntegrityProof", "cryptosuite": "ecdsa-sd-2023"}
    with pytest.raises(ProofError):
        data_integrity.prepare(badge, options, canonicalise=processor)


def test_a_second_proof_stands_beside_the_first_and_both_are_good(badge: JsonObject, processor: SafeProcessor) -> None:
    document = signed(signed(badge, processor), processor, domain="example.org")
    proofs = data_integrity.proofs_of(document)
    assert len(proofs) == 2
    for proof in proofs:
        data_integrity.check_signature(document, proof, KEY, canonicalise=processor)


FIRST, SECOND = "urn:uuid:26329423-bec9-4b2e-88cb-a7c7d9dc4544", "urn:uuid:8cc9022b-6b14-4cf3-8571-74972c5feb54"


@pytest.fixture
def chained(badge: JsonObject, processor: SafeProcessor) -> JsonObject:
    return signed(signed(badge, processor, id=FIRST), processor, id=SECOND, previousProof=FIRST)


def test_a_chained_proof_covers_the_proof_before_it(chained: JsonObject, processor: SafeProcessor) -> None:
    first, second = data_integrity.proofs_of(chained)
    data_integrity.check_signature(chained, second, KEY, canonicalise=processor)
    changed = {**first, "created": "2026-11-22T12:00:01Z"}
    assert refused({**chained, "proof": [changed, second]}, second, processor) == "proof.signature"


@pytest.mark.parametrize(
    "previous",
    [
        pytest.param("urn:uuid:00000000-0000-4000-8000-000000000000", id="missing"),
        pytest.param([FIRST, "urn:uuid:00000000-0000-4000-8000-000000000000"], id="one missing"),
        pytest.param([FIRST, FIRST], id="repeated"),
        pytest.param([], id="empty"),
        pytest.param(None, id="null"),
        pytest.param(5, id="number"),
        pytest.param([FIRST, 5], id="number among texts"),
        pytest.param({"id": FIRST}, id="object"),
        pytest.param(SECOND, id="itself"),
    ],
)
def test_a_chain_that_leads_nowhere_is_refused(
    previous: JsonValue, chained: JsonObject, processor: SafeProcessor
) -> None:
    first, second = data_integrity.proofs_of(chained)
    second = {**second, "previousProof": previous}
    assert refused({**chained, "proof": [first, second]}, second, processor) == "proof.chain"


def test_a_chain_to_an_id_that_two_proofs_share_is_refused(chained: JsonObject, processor: SafeProcessor) -> None:
    first, second = data_integrity.proofs_of(chained)
    assert refused({**chained, "proof": [first, first, second]}, second, processor) == "proof.chain"


def test_dropping_the_first_signatory_is_refused(chained: JsonObject, processor: SafeProcessor) -> None:
    _, second = data_integrity.proofs_of(chained)
    alone = {name: value for name, value in second.items() if name != "previousProof"}
    assert refused({**chained, "proof": alone}, alone, processor) == "proof.signature"


@pytest.mark.parametrize("proof", [None, "text", [None], [[]]])
def test_something_that_is_no_proof_object_is_refused(proof: JsonValue) -> None:
    with pytest.raises(ProofError) as caught:
        data_integrity.proofs_of({"proof": proof})
    assert caught.value.code == "proof.members"


@pytest.mark.parametrize("suite", ["ecdsa-rdfc-2019", "ecdsa-jcs-2019"])
def test_p384_means_sha384_in_the_hashes_and_inside_the_canonical_form(suite: str, badge: JsonObject) -> None:
    asked: list[str] = []

    def recording(document: JsonObject, *, hash_name: str = "sha256") -> str:
        asked.append(hash_name)
        return "canonical\n"

    options = data_integrity.proof_options(badge, verification_method=KID, created=NOW, cryptosuite=suite)
    for kind, name, length in (("P-256", "sha256", 32), ("P-384", "sha384", 48), (None, "sha256", 32)):
        asked.clear()
        secured = data_integrity.prepare(badge, options, canonicalise=recording, key_kind=kind)  # type: ignore[arg-type]
        assert len(secured.document_hash) == len(secured.options_hash) == length
        assert asked == ([] if "jcs" in suite else [name, name])


@pytest.mark.parametrize(("suite", "kind"), [("eddsa-rdfc-2022", "P-384"), ("ecdsa-jcs-2019", "Ed25519")])
def test_bytes_are_not_prepared_for_a_key_that_the_suite_does_not_work_with(
    suite: str, kind: KeyKind, badge: JsonObject, processor: SafeProcessor
) -> None:
    options = data_integrity.proof_options(badge, verification_method=KID, created=NOW, cryptosuite=suite)
    with pytest.raises(ProofError) as caught:
        data_integrity.prepare(badge, options, canonicalise=processor, key_kind=kind)
    assert caught.value.code == "proof.suite"


def test_a_selective_proof_works_with_p256_only(badge: JsonObject, processor: SafeProcessor) -> None:
    proof = {**the_proof(signed(badge, processor)), "cryptosuite": "ecdsa-sd-2023"}
    assert refused(badge, proof, processor, PublicKey("P-384", P384.public)) == "proof.suite"
    assert refused(badge, proof, processor, PublicKey("P-256", P256.public)) == "proof.signature"


@pytest.mark.parametrize("prefix", ["Z", "u", "x", "1", " "])
def test_the_same_signature_under_another_multibase_sign_is_refused(
    prefix: str, badge: JsonObject, processor: SafeProcessor
) -> None:
    document = signed(badge, processor)
    proof = {**the_proof(document), "proofValue": prefix + str(the_proof(document)["proofValue"])[1:]}
    assert refused(document, proof, processor) == "proof.signature"


@pytest.mark.parametrize(
    ("text", "good"),
    [
        ("2026-11-22T12:00:00Z", True),
        ("2026-11-22T12:00:00.123456789Z", True),
        ("2026-11-22T12:00:00+14:00", True),
        ("2026-11-22T12:00:00-14:00", True),
        ("2026-11-22T12:00:00+14:01", False),
        ("2026-11-22T12:00:00-14:01", False),
        ("2026-11-22T12:00:00+0200", False),
        ("20261122T120000Z", False),
        ("2026-W47-7T12:00:00Z", False),
        ("2026-11-22 12:00:00Z", False),
        ("2026-11-22T12:00Z", False),
        ("2026-11-22T24:00:00Z", False),
        ("2026-11-22T12:00:00.1234567890Z", False),
        ("10000-01-01T00:00:00Z", False),
        ("0000-01-01T00:00:00Z", False),
        ("٢٠٢٦-11-22T12:00:00Z", False),
        ("2026-11-22T12:00:00Z\n", False),
    ],
)
def test_a_date_time_stamp_is_read_strictly(text: str, good: bool) -> None:
    assert data_integrity.is_date_time_stamp(text) == good


def test_two_proofs_of_one_id_do_not_stand_in_for_a_missing_one(chained: JsonObject, processor: SafeProcessor) -> None:
    first, second = data_integrity.proofs_of(chained)
    second = {**second, "previousProof": [FIRST, "urn:uuid:00000000-0000-4000-8000-000000000000"]}
    assert refused({**chained, "proof": [first, first, second]}, second, processor) == "proof.chain"


@pytest.mark.parametrize(
    ("options", "known"),
    [
        ({"type": "DataIntegrityProof", "cryptosuite": "eddsa-rdfc-2022"}, True),
        ({"type": "Ed25519Signature2020"}, True),
        ({"type": "RsaSignature2018"}, False),
        ({"type": "RsaSignature2018", "cryptosuite": "eddsa-rdfc-2022"}, False),
        ({"type": "DataIntegrityProof", "cryptosuite": "Ed25519Signature2020"}, False),
        ({"type": "eddsa-rdfc-2022"}, False),
    ],
)
def test_a_suite_is_found_by_exact_names(options: JsonObject, known: bool) -> None:
    if known:
        assert suite_of(options).name in options.values()
        return
    with pytest.raises(UnknownSuiteError):
        suite_of(options)


@pytest.mark.parametrize("options", [{}, {"type": ["x"]}, {"type": "DataIntegrityProof", "cryptosuite": ["x"]}])
def test_names_of_another_json_type_are_faulty_members(options: JsonObject) -> None:
    with pytest.raises(ProofError) as caught:
        suite_of(options)
    assert caught.value.code == "proof.members"
