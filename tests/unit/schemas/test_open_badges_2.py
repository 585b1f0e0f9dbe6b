"""Open Badges 2.0: a whole badge is read; each missing or wrong member is named by its place."""

import copy
from datetime import UTC, datetime

import pytest

from schemas import open_badges_2 as ob2
from schemas.errors import DocumentError

ISSUER = {
    "@context": "https://w3id.org/openbadges/v2",
    "id": "https://issuer.example/issuer.json",
    "type": ["Profile", "Issuer"],
    "name": "Kunta",
    "url": "https://issuer.example/",
    "email": "badges@issuer.example",
    "image": {"id": "https://issuer.example/logo.png"},
    "publicKey": [
        "https://issuer.example/key-1.json",
        {
            "id": "https://issuer.example/key-2.json",
            "type": "CryptographicKey",
            "owner": "https://issuer.example/issuer.json",
            "publicKeyPem": "-----BEGIN PUBLIC KEY-----",
        },
    ],
    "verification": {"allowedOrigins": "issuer.example", "startsWith": ["https://issuer.example/badges/"]},
    "revocationList": "https://issuer.example/revoked.json",
}
BADGE = {
    "id": "https://issuer.example/class.json",
    "type": "BadgeClass",
    "name": "Polkupyörän huolto",
    "description": "Huoltaa polkupyörän",
    "image": "data:image/png;base64,AAAA",
    "criteria": {"narrative": "Vaatimukset"},
    "issuer": ISSUER,
    "alignment": [{"targetName": "Unit", "targetUrl": "https://unit.example/"}],
}
ASSERTION = {
    "@context": "https://w3id.org/openbadges/v2",
    "id": "https://issuer.example/badges/1.json",
    "type": "Assertion",
    "recipient": {"type": "email", "hashed": True, "identity": "sha256$" + "ab" * 32, "salt": "Kosher"},
    "badge": BADGE,
    "verification": {"type": "HostedBadge"},
    "issuedOn": "2019-05-01T10:00:00+03:00",
    "expires": "2030-05-01T10:00:00Z",
    "image": "https://issuer.example/baked.png",
    "evidence": [{"id": "https://issuer.example/e"}, "https://issuer.example/f"],
    "endorsement": "https://other.example/endorsement.json",
    "revoked": False,
}


def changed(pointer, value):
    document = copy.deepcopy(ASSERTION)
    *path, last = pointer.split("/")[1:]
    place = document
    for step in path:
        place = place[int(step)] if isinstance(place, list) else place[step]
    if value is ...:
        del place[last]
    else:
        place[int(last) if isinstance(place, list) else last] = value
    return document


def place_of(call, document):
    with pytest.raises(DocumentError) as refusal:
        call(document)
    assert refusal.value.code == "ob2.schema"
    return refusal.value.pointer


def test_whole_badge_is_read():
    read = ob2.assertion(ASSERTION)
    assert read.issued_on == datetime(2019, 5, 1, 7, tzinfo=UTC)
    assert read.expires == datetime(2030, 5, 1, 10, tzinfo=UTC)
    assert read.recipient == ob2.Recipient(type="email", hashed=True, identity="sha256$" + "ab" * 32, salt="Kosher")
    assert read.verification == ob2.Verification(kind="hosted", creator=None)
    assert read.badge_id == BADGE["id"]
    assert read.badge.criteria_narrative == "Vaatimukset"
    assert read.badge.issuer.public_keys == ("https://issuer.example/key-1.json", "https://issuer.example/key-2.json")
    assert [key.owner for key in read.badge.issuer.embedded_keys] == [ISSUER["id"]]
    assert read.badge.issuer.scope.starts_with == ("https://issuer.example/badges/",)
    assert read.badge.issuer.scope.allowed_origins == ("issuer.example",)
    assert read.badge.issuer.revocation_list == "https://issuer.example/revoked.json"
    assert read.badge.alignment == tuple(BADGE["alignment"])
    assert len(read.evidence) == 2
    assert read.endorsement == ("https://other.example/endorsement.json",)
    assert (read.revoked, read.revocation_reason) == (False, None)


def test_parts_given_by_address_stay_addresses():
    read = ob2.assertion(changed("/badge", BADGE["id"]))
    assert (read.badge_id, read.badge) == (BADGE["id"], None)
    read = ob2.assertion(changed("/badge", {"id": BADGE["id"]}))
    assert read.badge is None
    read = ob2.assertion(changed("/badge/issuer", ISSUER["id"]))
    assert (read.badge.issuer_id, read.badge.issuer) == (ISSUER["id"], None)
    read = ob2.assertion(changed("/badge/criteria", "https://issuer.example/criteria"))
    assert (read.badge.criteria_id, read.badge.criteria_narrative) == ("https://issuer.example/criteria", None)


@pytest.mark.parametrize(
    ("kind", "expected"), [("signed", "signed"), (["SignedBadge"], "signed"), ("hosted", "hosted")]
)
def test_all_names_of_the_two_ways_are_known(kind, expected):
    document = changed("/verification", {"type": kind, "creator": "https://issuer.example/key-1.json"})
    assert ob2.assertion(document).verification.kind == expected
    document["verify"] = document.pop("verification")
    assert ob2.assertion(document).verification.creator == "https://issuer.example/key-1.json"


def test_optional_members_may_be_missing():
    document = copy.deepcopy(ASSERTION)
    for name in ("expires", "image", "evidence", "endorsement", "revoked"):
        del document[name]
    del document["recipient"]["salt"]
    for name in ("image", "publicKey", "verification", "revocationList"):
        del document["badge"]["issuer"][name]
    read = ob2.assertion(document)
    assert (read.expires, read.evidence, read.revoked, read.recipient.salt) == (None, (), False, None)
    assert read.badge.issuer.scope == ob2.Scope(starts_with=(), allowed_origins=())


def test_revoked_assertion_says_why():
    document = changed("/revoked", True) | {"revocationReason": "By mistake"}
    assert (ob2.assertion(document).revoked, ob2.assertion(document).revocation_reason) == (True, "By mistake")


REQUIRED = [
    *("/id", "/type", "/recipient", "/badge", "/verification", "/issuedOn"),
    *("/recipient/type", "/recipient/hashed", "/recipient/identity", "/verification/type"),
    *(f"/badge/{name}" for name in ("id", "type", "name", "description", "image", "criteria", "issuer")),
    *(f"/badge/issuer/{name}" for name in ("id", "type", "name", "url", "email")),
    *(f"/badge/issuer/publicKey/1/{name}" for name in ("id", "type", "owner", "publicKeyPem")),
]


@pytest.mark.parametrize("pointer", REQUIRED)
def test_missing_member_is_named_by_its_place(pointer):
    assert place_of(ob2.assertion, changed(pointer, ...)) == pointer


@pytest.mark.parametrize(
    ("pointer", "value", "place"),
    [
        ("/id", "1.json", "/id"),
        ("/id", 5, "/id"),
        ("/type", "BadgeClass", "/type"),
        ("/recipient", "a@example.com", "/recipient"),
        ("/recipient/type", "name", "/recipient/type"),
        ("/recipient/hashed", "true", "/recipient/hashed"),
        ("/recipient/identity", "ab" * 32, "/recipient/identity"),
        ("/recipient/identity", "sha256$" + "ab" * 31, "/recipient/identity"),
        ("/recipient/identity", "sha1$" + "ab" * 20, "/recipient/identity"),
        ("/recipient/salt", 5, "/recipient/salt"),
        ("/verification/type", ["HostedBadge", "SignedBadge"], "/verification/type"),
        ("/verification/type", "VerificationObject", "/verification/type"),
        ("/verification/creator", "key", "/verification/creator"),
        ("/issuedOn", 1556694000, "/issuedOn"),
        ("/issuedOn", "2019-05-01", "/issuedOn"),
        ("/issuedOn", "2019-05-01T10:00:00", "/issuedOn"),
        ("/issuedOn", "2019-02-30T10:00:00Z", "/issuedOn"),
        ("/expires", None, "/expires"),
        ("/revoked", "no", "/revoked"),
        ("/image", "data:image/png;base64,AAAA", "/image"),
        ("/image", {"caption": "x"}, "/image"),
        ("/badge", 5, "/badge"),
        ("/badge", {"type": "BadgeClass"}, "/badge/id"),
        ("/badge/name", " ", "/badge/name"),
        ("/badge/criteria", {"x": 1}, "/badge/criteria"),
        ("/badge/criteria", "not an address", "/badge/criteria"),
        ("/badge/issuer/image", "data:image/png;base64,AAAA", "/badge/issuer/image"),
        ("/badge/issuer/publicKey/0", "key", "/badge/issuer/publicKey/0"),
        ("/badge/issuer/publicKey", "key", "/badge/issuer/publicKey"),
        ("/badge/issuer/verification", "x", "/badge/issuer/verification"),
        ("/badge/issuer/verification/startsWith", [5], "/badge/issuer/verification/startsWith"),
    ],
)
def test_wrong_member_is_named_by_its_place(pointer, value, place):
    assert place_of(ob2.assertion, changed(pointer, value)) == place


def test_endless_list_reaches_a_bound():
    with pytest.raises(DocumentError) as refusal:
        ob2.assertion(changed("/evidence", ["https://x.example/"] * 1001))
    assert (refusal.value.code, refusal.value.pointer) == ("input.limits", "/evidence")


def test_revocation_list_is_read_by_id_and_uid():
    document = {
        "id": "https://issuer.example/revoked.json",
        "type": "RevocationList",
        "revokedAssertions": [
            "https://issuer.example/badges/1.json",
            {"id": "https://issuer.example/badges/2.json", "revocationReason": "By mistake"},
            {"uid": "abc", "id": "urn:uuid:1"},
        ],
    }
    assert ob2.revoked_assertions(document) == {
        "https://issuer.example/badges/1.json": None,
        "https://issuer.example/badges/2.json": "By mistake",
        "urn:uuid:1": None,
        "abc": None,
    }
    document["revokedAssertions"].append({"revocationReason": "x"})
    assert place_of(ob2.revoked_assertions, document) == "/revokedAssertions/3"
    document["revokedAssertions"][3] = 5
    assert place_of(ob2.revoked_assertions, document) == "/revokedAssertions/3"


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        (ASSERTION, "2.0"),
        ({"@context": ["https://w3id.org/openbadges/v2", {"x": "y"}]}, "2.0"),
        ({"@context": "https://w3id.org/openbadges/v1"}, "older"),
        ({"recipient": "sha256$x", "badge": {}}, "older"),
        ({"recipient": "sha256$x"}, None),
        ({"@context": ["https://www.w3.org/ns/credentials/v2"]}, None),
    ],
)
def test_generation_is_told_by_the_context(document, expected):
    assert ob2.generation(document) == expected
