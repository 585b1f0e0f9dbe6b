"""The small signed code: our own answers to stored codes, and the same codes read by others' CBOR and Ed25519."""

import base64
import hashlib
import json
import time
from datetime import datetime

import cbor2
import compact_cases
import compact_world as world
import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from verifier.bundle import read_bundle
from verifier.compact import check_code

FOLDER = compact_cases.FOLDER
STORED = json.loads((FOLDER / "codes.json").read_text())
CASES = {case["name"]: case for case in STORED["cases"]}
SIGNS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"


def test_the_stored_vectors_are_what_our_code_makes():
    assert {name: (FOLDER / name).read_text() for name in ("codes.json", "bundle.json")} == compact_cases.documents()


@pytest.fixture(scope="module")
def bundle():
    return read_bundle((FOLDER / "bundle.json").read_bytes().rstrip(), pinned=world.multikey_of(world.ACTIVE))


@pytest.mark.parametrize("name", CASES)
def test_each_code_gets_its_one_answer_in_bounded_time(name, bundle):
    case = CASES[name]
    began = time.process_time()
    report = check_code(case["text"], bundle, datetime.fromisoformat(case["at"]))
    assert (report.answer.value, report.code) == (case["answer"], case["code"])
    assert time.process_time() - began < 0.5


def unpack(text):
    """Base45 as RFC 9285 says, written for this test alone."""
    values = [SIGNS.index(sign) for sign in text.removeprefix("PATEVA1:")]
    found = bytearray()
    for at in range(0, len(values) - 2, 3):
        found += (values[at] + 45 * values[at + 1] + 2025 * values[at + 2]).to_bytes(2, "big")
    if len(values) % 3:
        found.append(values[-2] + 45 * values[-1])
    return bytes(found)


def judged_by_others(text, document, at):
    """The answer by cbor2 and OpenSSL, from the specification and the bundle's own JSON."""
    tagged = cbor2.loads(unpack(text))
    protected, _, payload, signature = tagged.value
    header, claims = cbor2.loads(protected), cbor2.loads(payload)
    assert (tagged.tag, header[1]) == (18, -8)
    keys = {}
    for one in document["keys"]:
        raw = base58(one["publicKeyMultibase"][1:])[2:]
        keys[hashlib.sha256(raw).digest()[:4]] = (raw, one)
    if header[4] not in keys:
        return "not_genuine"
    raw, entry = keys[header[4]]
    try:
        structure = cbor2.dumps(["Signature1", protected, b"", payload])
        Ed25519PublicKey.from_public_bytes(raw).verify(signature, structure)
    except InvalidSignature:
        return "not_genuine"
    wanted = base64.b32encode(claims[7][0]).decode().lower()
    status = next((one for one in document["lists"] if one["id"] == wanted), None)
    signed = claims[6][0] + claims[6][1]
    if entry["compromisedAt"] or not months(entry["validFrom"]) <= signed <= months(entry["retiredAt"] or "2099-12"):
        return "not_genuine"
    if status is None or claims[7][1] >= status["size"]:
        return "status_not_checked_since"
    revoked, reasons = inflate(status["revoked"]), inflate(status["reasons"])
    index = claims[7][1]
    if revoked[index // 8] & 0x80 >> index % 8:
        return "out_of_use"
    age = (datetime.fromisoformat(at) - datetime.fromisoformat(document["madeAt"])).total_seconds()
    fresh = -86_400 <= age <= 30 * 86_400 and reasons[2 * index] >> 4 != 5
    return "genuine_as_of" if fresh else "status_not_checked_since"


def months(text):
    return (int(text[:4]) - 2000) * 12 + int(text[5:7]) - 1


def inflate(coded):
    import gzip

    return gzip.decompress(base64.urlsafe_b64decode(coded[1:] + "=" * (-len(coded[1:]) % 4)))


def base58(text):
    alphabet = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
    number = 0
    for sign in text:
        number = number * 58 + alphabet.index(sign)
    return number.to_bytes(34, "big")


READ_BY_OTHERS = [
    name for name, case in CASES.items() if case["code"] not in {"compact.form", "compact.claims", "compact.algorithm"}
    and case["code"] != "compact.key_perhaps_newer"
]  # fmt: skip


@pytest.mark.parametrize("name", READ_BY_OTHERS)
def test_others_libraries_read_the_same_answer_out_of_the_same_bytes(name):
    case, document = CASES[name], json.loads((FOLDER / "bundle.json").read_text())
    assert judged_by_others(case["text"], document, case["at"]) == case["answer"]


def test_others_libraries_find_every_claim_where_the_specification_puts_it():
    claims = cbor2.loads(cbor2.loads(unpack(CASES["part of a unit"]["text"])).value[2])
    assert claims == {
        1: world.CLAIMS.credential,
        2: hashlib.sha256(b"the signed badge").digest(),
        3: 106889,
        4: 7614470,
        5: bytes.fromhex("f4840410"),
        6: [322, 0, 5, 3],
        7: [world.CLAIMS.status_list, 94567],
        8: 2,
        9: world.CLAIMS.unit.order,
        10: bytes.fromhex("0a"),
    }


def test_the_signed_message_is_the_cose_structure_of_another_encoder():
    protected, _, payload, _ = cbor2.loads(unpack(CASES["part of a unit"]["text"])).value
    assert STORED["signed_message_of_the_first"] == cbor2.dumps(["Signature1", protected, b"", payload]).hex()
