"""Documents around a badge, each as it may be changed: lists of trust and revocation, badges of Open Badges 2.0."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import older_badges as older
import workshop as w

from keys.proofs.data_integrity import add_proof
from verifier import Report, Request, TrustListSource

TRUST_URL = "https://trust.example/trust/list.json"
REVOCATIONS = "https://issuer.example/revocations"
METHOD = f"{w.DID}#key-1"
Part = tuple[str, w.Json, Callable[[w.Json], Report]]


def trust_list() -> w.Json:
    """A list that names the issuer of the tests' badge, with every member, without its proof."""
    return {
        "format": "pateva.trust-list/1",
        "id": TRUST_URL,
        "issuer": "did:web:trust.example",
        "version": 1,
        "validFrom": "2026-11-01T00:00:00Z",
        "validUntil": "2026-12-01T00:00:00Z",
        "institutions": [
            {
                "id": w.KEY.did,
                "kind": "provider",
                "name": {"fi": "Paja", "sv": "Verkstad", "en": "Workshop"},
                "legalName": "Paja ry",
                "businessId": "0149669-3",
                "listedFrom": "2026-10-01",
                "withdrawnAt": "2026-11-20",
                "units": ["106889"],
            }
        ],
    }


def signed_trust_list(document: w.Json) -> w.Json:
    """The list with the proof of its publisher."""
    return add_proof(
        document,
        verification_method=w.OTHER.method,
        created=w.NOW - timedelta(days=1),
        sign=w.OTHER.sign,
        canonicalise=w.CANONICALISE,
        cryptosuite="eddsa-jcs-2022",
    )


def beside(document: w.Json) -> tuple[TrustListSource, ...]:
    """The operator's setting for this signed list."""
    return (TrustListSource(url=TRUST_URL, keys=(w.OTHER.multibase,), document=w.dump(document)),)


def trusted(document: w.Json) -> Report:
    """The report of a good badge beside this trust list."""
    return w.check(w.sign(w.badge()), trust_lists=beside(signed_trust_list(document)))


def listed(**changes: Any) -> w.Json:
    """The trust list with another listing of the issuer."""
    document = trust_list()
    document["institutions"][0] |= changes
    return document


# Dates and units of a listing around the award date of the badge (1 November 2026).
LISTINGS = {
    "from the day": listed(listedFrom="2026-11-01"),
    "from the day after": listed(listedFrom="2026-11-02"),
    "withdrawn on the day": listed(withdrawnAt="2026-11-01"),
    "withdrawn the day before": listed(withdrawnAt="2026-10-31"),
    "for every unit": listed(units=["*"]),
    "for another unit": listed(units=["106890"]),
    "for no unit": listed(units=[]),
}


def revocation_list() -> w.Json:
    """A revocation list of 1EdTech that names two badges, ours as not revoked."""
    return {
        "id": REVOCATIONS,
        "issuer": w.KEY.did,
        "revokedCredential": [
            {"id": "urn:uuid:11111111-0000-4000-8000-000000000000", "revoked": True, "revocationReason": "x"},
            {"id": w.badge()["id"], "revoked": False},
        ],
    }


def with_revocations(document: w.Json) -> Report:
    """The report of a badge whose status entry leads to this list."""
    entry = {"id": REVOCATIONS, "type": "1EdTechRevocationList"}
    badge = w.sign(w.badge(**{"@context": [w.VC2, w.OB3, w.EXTENSIONS], "credentialStatus": entry}))
    return w.check(badge, {REVOCATIONS: document})


def presentation() -> w.Json:
    """A presentation of one badge by its subject, without a proof."""
    badge = w.sign(w.changed(w.badge(), lambda d: d["credentialSubject"].update(id=w.THIRD.did)))
    return {
        "@context": [w.VC2],
        "id": "urn:uuid:0f2f8f5e-6f5a-4b0e-9d0a-0000000000e1",
        "type": ["VerifiablePresentation"],
        "holder": {"id": w.THIRD.did},
        "verifiableCredential": [badge],
    }


def presented(document: w.Json) -> Report:
    """The report of a presentation that its holder signed, or that carries a stale proof when it cannot be signed."""
    options = {"verification_method": w.THIRD.method, "created": w.NOW - timedelta(minutes=1), "sign": w.THIRD.sign}
    options |= {"canonicalise": w.CANONICALISE, "proofPurpose": "authentication", "challenge": "c1"}
    try:
        signed = add_proof(document, **options)
    except Exception:  # noqa: BLE001  whatever the junk did: the report must say it, too
        signed = {**document, "proof": add_proof(presentation(), **options)["proof"]}
    return w.check(signed, request=Request(challenge="c1"))


def named_recipient() -> w.Json:
    """A badge whose subject is named by a hashed e-mail address, a plain name and a plain address."""
    identities = [
        {"identityHash": SALTED, "hashed": True, "identityType": "emailAddress", "salt": "Kosher"},
        {"identityHash": "Aino Esimerkki", "hashed": False, "identityType": "name"},
        {"identityHash": "Aino@a.example", "hashed": False, "identityType": "emailAddress"},
    ]
    badge = w.badge()
    badge["credentialSubject"]["identifier"] = [{"type": "IdentityObject", **one} for one in identities]
    return badge


# sha256 of "a@example.com" and "Kosher"
SALTED = "sha256$b5809d8a92f8858436d7e6b87c12ebc0ae1eac4baecc2c0b913aee2c922ef399"
RECIPIENTS = (
    "a@example.com", " A@Example.COM ", "emailAddress=a@example.com", "name=a@example.com", "Aino Esimerkki",
    "name=Aino Esimerkki", "emailAddress=Aino Esimerkki", "aino esimerkki", "aino@a.example", "name=Aino@a.example",
    "url=https://a.example/", "urn:uuid:0f2f8f5e-6f5a-4b0e-9d0a-000000000002",
    "id=urn:uuid:0f2f8f5e-6f5a-4b0e-9d0a-000000000002", "did:key:z6Mk", "", "\ud800",
)  # fmt: skip


def asked_for(recipient: str) -> Report:
    """The report of a badge that names its subject in several ways, for this recipient."""
    return w.check(w.sign(named_recipient()), request=Request(recipient=recipient))


def older_parts() -> list[Part]:
    """A hosted badge of Open Badges 2.0 with the documents of its host; the caller names a recipient."""
    documents = older.world()
    asked = Request(recipient="aino@a.example")

    def hosted(url: str) -> Callable[[w.Json], Report]:
        return lambda one: w.check(older.assertion(), {**documents, url: one}, request=asked)

    names = {"assertion": "assertions/1", "class": "badges/1", "profile": "issuer"}
    return [
        (f"ob2 {name}", documents[f"{older.BASE}/{path}"], hosted(f"{older.BASE}/{path}"))
        for name, path in names.items()
    ]


def parts() -> list[Part]:
    """Name, document, and how to get the report on a changed one."""
    return [
        ("trust", trust_list(), trusted),
        ("revocations", revocation_list(), with_revocations),
        ("presentation", presentation(), presented),
        *older_parts(),
    ]
