"""Codes and bundles from fixed seeds: the same bytes each time, so that they can be stored as vectors."""

import hashlib
from dataclasses import replace
from datetime import UTC, datetime

from keys import multikey
from keys.ed25519 import SigningKey
from keys.proofs.data_integrity import add_proof
from keys.public_key import PublicKey
from schemas import compact_code, status_list
from schemas.compact_code import Claims, UnitClaims, assemble, bitmap, key_id, message, order_digest, payload
from schemas.strict_json import JsonObject, write

MADE_AT = datetime(2026, 11, 12, 6, 0, tzinfo=UTC)  # 8.00 in Finland
AT = datetime(2026, 11, 12, 18, 0, tzinfo=UTC)
DID = "did:web:demo.pateva.example"
LIST_ID = "abcdefghijklmnop"
SIZE = 131_072
REQUIREMENTS = tuple(f"ammattitaitovaatimukset_{number}" for number in range(28))
UNIT, QUALIFICATION = 106889, 7614470
GOOD, REVOKED, FOR_CAUSE, CHECKED, NOWHERE = 94_567, 11, 12, 13, SIZE + 1
NOVEMBER = 322  # 2026, months since January 2000


def seeded(name: str) -> SigningKey:
    return SigningKey(hashlib.sha256(f"pateva compact vector {name}".encode()).digest())


ACTIVE, RETIRED, COMPROMISED, FUTURE, FOREIGN = map(seeded, ("active", "retired", "compromised", "future", "foreign"))


def kid(key: SigningKey) -> bytes:
    return key_id(key.public)


def multikey_of(key: SigningKey) -> str:
    return multikey.encode(PublicKey("Ed25519", key.public))


CLAIMS = Claims(
    credential=bytes.fromhex("d3a39e8e68354f089ef6ff2bfcda2105"),
    digest=hashlib.sha256(b"the signed badge").digest(),
    given=NOVEMBER,
    signed=NOVEMBER,
    activity=(317, 319),
    status_list=bytes.fromhex("00443214c74254b635cf"),
    index=GOOD,
    scope=compact_code.PART,
    unit=UnitClaims(
        code=UNIT,
        qualification=QUALIFICATION,
        order=order_digest(UNIT, QUALIFICATION, REQUIREMENTS),
        shown=bitmap([0, 1, 2, 3, 5, 8, 13, 21, 27]),
        in_part=bitmap([4, 6]),
    ),
)
NO_UNIT = replace(CLAIMS, scope=compact_code.NO_UNIT, unit=None, achievement=bytes(range(16)), activity=None)


def code(claims: Claims = CLAIMS, key: SigningKey = ACTIVE, *, name: bytes | None = None) -> str:
    """A signed code; `name` puts another kid into it, which is signed, too."""
    chosen, data = name or kid(key), payload(claims)
    return assemble(chosen, data, key.sign(message(chosen, data)))


def key_entry(key: SigningKey, number: int, **more: str | None) -> JsonObject:
    return {
        "kid": kid(key).hex(),
        "id": f"{DID}#key-{number}",
        "issuer": DID,
        "publicKeyMultibase": multikey_of(key),
        "validFrom": "2026-08-01",
        "retiredAt": None,
        "compromisedAt": None,
        **more,
    }


def content() -> JsonObject:
    revoked, reasons = bytearray(SIZE // 8), bytearray(SIZE * 2)
    for index, reason in ((REVOKED, 1), (FOR_CAUSE, 4), (CHECKED, 5)):
        if reason != 5:
            status_list.set_value(revoked, index, 1)
        status_list.set_value(reasons, index, reason << 12 | 82, size=16)  # November 2026
    return {
        "format": "pateva.bundle/1",
        "id": "https://demo.pateva.example/trust/bundle.json",
        "issuer": DID,
        "version": 7,
        "madeAt": "2026-11-12T06:00:00Z",
        "validUntil": "2026-12-12T06:00:00Z",
        "content": "0" * 64,
        "issuers": [{"id": DID, "kind": "umbrella", "name": {"fi": "Osaamismerkit", "sv": "Kompetensmärken"}}],
        "keys": [
            key_entry(ACTIVE, 1),
            key_entry(RETIRED, 2, retiredAt="2026-09-30T10:00:00Z"),
            key_entry(COMPROMISED, 3, compromisedAt="2026-10-05T10:00:00Z"),
            key_entry(FUTURE, 4, validFrom="2026-12-01"),
        ],
        "lists": [
            {
                "id": LIST_ID,
                "issuer": DID,
                "size": SIZE,
                "revoked": status_list.encode(bytes(revoked)),
                "reasons": status_list.encode(bytes(reasons)),
            }
        ],
        "units": [
            {
                "unit": UNIT,
                "qualification": QUALIFICATION,
                "order": order_digest(UNIT, QUALIFICATION, REQUIREMENTS).hex(),
                "name": {"fi": "Polkupyörän huolto", "sv": "Service av cykel", "en": "Bicycle service"},
                "qualificationName": {"fi": "Ajoneuvoalan perustutkinto", "sv": "", "en": ""},
                "registerNumber": "OPH-5410-2021",
                "requirements": [{"fi": f"vaatimus {n}", "sv": f"krav {n}", "en": ""} for n in range(28)],
            }
        ],
        "competences": [{"achievement": bytes(range(16)).hex(), "name": {"fi": "Sovituista ajoista pitäminen"}}],
    }


def no_linked_data(document: JsonObject, **_: object) -> str:
    raise AssertionError("a bundle is signed as JSON")


def signed(document: JsonObject, key: SigningKey = ACTIVE, method: str = f"{DID}#key-1") -> bytes:
    made = add_proof(
        document,
        verification_method=method,
        created=MADE_AT,
        sign=key.sign,
        cryptosuite="eddsa-jcs-2022",
        canonicalise=no_linked_data,
    )
    return write(made)


def bundle() -> bytes:
    return signed(content())
