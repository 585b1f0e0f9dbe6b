"""One honest document of every kind that the product signs or reads, and 28 requirements' worth of badge."""

import copy
import json
from pathlib import Path
from typing import Any

Document = dict[str, Any]

CREDENTIALS = Path(__file__).parent.parent / "benchmarks" / "credentials"
VCDM2 = "https://www.w3.org/ns/credentials/v2"
VCDM1 = "https://www.w3.org/2018/credentials/v1"
OB = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
OB_OLDER = tuple(f"https://purl.imsglobal.org/spec/ob/v3p0/context{v}.json" for v in ("-3.0.2", "-3.0.1", ""))
CLR = "https://purl.imsglobal.org/spec/clr/v2p0/context-2.0.1.json"
DATA_INTEGRITY = "https://w3id.org/security/data-integrity/v2"
ED25519_2020 = "https://w3id.org/security/suites/ed25519-2020/v1"
STATUS_1 = "https://www.w3.org/ns/credentials/status/v1"
ISSUER = "did:web:issuer.example"


def uuid(number: int) -> str:
    return f"urn:uuid:00000000-0000-4000-8000-{number:012d}"


def proof(number: int = 1, **members: Any) -> Document:
    return {
        "id": uuid(9000 + number),
        "type": "DataIntegrityProof",
        "cryptosuite": "eddsa-rdfc-2022",
        "created": "2026-11-22T10:00:00Z",
        "verificationMethod": f"{ISSUER}#key-{number}",
        "proofPurpose": "assertionMethod",
        "proofValue": "z" + "3" * 87,
    } | members


def small_badge() -> Document:
    document: Document = json.loads((CREDENTIALS / "credential-2.7kB.json").read_bytes())
    return document


def requirement_badge(count: int = 28) -> Document:
    """Return a badge that shows so many vocational requirements one by one, about 1 kB each."""
    achievement = "https://issuer.example/achievements/0123456789abcdef0123456789abcdef"
    descriptions, results = [], []
    for n in range(1, count + 1):
        name = (
            f"The student plans task {n} of the unit, does it with the tools of the trade and judges the outcome. " * 3
        )
        framework = {
            "type": ["Alignment"],
            "targetName": f"Ammattitaitovaatimus {n}: suunnittelee työnsä ja arvioi osaamistaan",
            "targetUrl": f"https://eperusteet.opintopolku.fi/#/fi/ammatillinen/7614470/vaatimus/{n}",
            "targetCode": f"ammattitaitovaatimukset_{1000 + n}",
            "targetFramework": "OPH-5410-2021",
        }
        descriptions.append(
            {
                "id": f"{achievement}#req-{n}",
                "type": ["ResultDescription"],
                "name": name.strip(),
                "resultType": "Status",
                "alignment": [framework],
            }
        )
        results.append({"type": ["Result"], "resultDescription": f"{achievement}#req-{n}", "status": "Completed"})
    badge = small_badge()
    badge["credentialSubject"]["result"] = results
    badge["credentialSubject"]["achievement"] |= {"id": achievement, "resultDescription": descriptions}
    return badge


def badge_with_levels() -> Document:
    badge = small_badge()
    badge["credentialSubject"]["achievement"]["resultDescription"] = [
        {
            "id": uuid(50),
            "type": ["ResultDescription"],
            "name": "Level",
            "resultType": "RubricCriterionLevel",
            "requiredLevel": uuid(52),
            "allowedValue": ["1", "2", "3"],
            "rubricCriterionLevel": [
                {"id": uuid(50 + n), "type": ["RubricCriterionLevel"], "name": f"{n}", "points": f"{n}"} for n in (1, 2)
            ],
        }
    ]
    badge["credentialSubject"] |= {"creditsEarned": 2.5, "role": "Trainee", "narrative": 'Three\nlines "of" text\\'}
    badge["credentialSubject"]["result"] = [
        {"type": ["Result"], "achievedLevel": uuid(51), "resultDescription": uuid(50)}
    ]
    return badge


def older_badge(context: str) -> Document:
    badge = small_badge()
    badge["@context"] = [VCDM2, context]
    del badge["credentialSchema"]
    return badge


def vcdm1_badge(suite_context: str = DATA_INTEGRITY, ob_context: str = OB_OLDER[1]) -> Document:
    badge = older_badge(OB_OLDER[1])
    badge["@context"] = [VCDM1, ob_context, suite_context, STATUS_1]
    badge["issuanceDate"] = badge.pop("validFrom")
    badge["expirationDate"] = badge.pop("validUntil")
    del badge["credentialStatus"]
    if suite_context == ED25519_2020:
        badge["proof"] = proof(type="Ed25519Signature2020")
        del badge["proof"]["cryptosuite"]
    return badge


def endorsement(subject: str = "https://issuer.example/achievements/1", number: int = 2) -> Document:
    return {
        "@context": [VCDM2, OB],
        "id": uuid(number),
        "type": ["VerifiableCredential", "EndorsementCredential"],
        "name": f"Endorsement {number}",
        "issuer": {"id": "did:web:school.example", "type": ["Profile"], "name": "Ammattiopisto Åström"},
        "validFrom": "2026-11-01T00:00:00Z",
        "credentialSubject": {
            "id": subject,
            "type": ["EndorsementSubject"],
            "endorsementComment": "We count this learning in our own studies.",
        },
        "proof": [proof(number)],
    }


def endorsed_badge() -> Document:
    badge = small_badge()
    badge["endorsement"] = [endorsement(badge["id"], 2), endorsement(badge["id"], 3)]
    achievement = badge["credentialSubject"]["achievement"]
    achievement["endorsement"] = [endorsement(achievement["id"], 4)]
    achievement["creator"] = copy.deepcopy(badge["issuer"])
    return badge


def learner_record() -> Document:
    members = []
    for n in (1, 2):
        member = older_badge(OB)
        member["id"] = uuid(100 + n)
        member["name"] = f"Member {n}"
        member["proof"] = [proof(n)]
        members.append(member)
    return {
        "@context": [VCDM2, CLR, OB],
        "id": uuid(10),
        "type": ["VerifiableCredential", "ClrCredential"],
        "name": "All my competences",
        "issuer": {"id": ISSUER, "type": ["Profile"], "name": "Example"},
        "validFrom": "2026-11-01T00:00:00Z",
        "credentialSubject": {
            "type": ["ClrSubject"],
            "identifier": [
                {"type": "IdentityObject", "hashed": False, "identityHash": "M. M.", "identityType": "name"}
            ],
            "verifiableCredential": members,
            "association": [
                {"type": "Association", "associationType": "isParentOf", "sourceId": uuid(101), "targetId": uuid(102)}
            ],
        },
    }


def status_list() -> Document:
    return {
        "@context": [VCDM2],
        "id": "https://issuer.example/status/1",
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": ISSUER,
        "validFrom": "2026-11-22T00:00:00Z",
        "validUntil": "2026-11-23T00:00:00Z",
        "credentialSubject": {
            "id": "https://issuer.example/status/1#list",
            "type": "BitstringStatusList",
            "statusPurpose": "revocation",
            "encodedList": "uH4sIAAAAAAAAA-3BMQEAAADCoPVPbQwfoAAAAAAAAAAAAAAAAAAAAIC3AYbSVKsAQAAA",
            "ttl": 300000,
        },
    }


def chained_proofs() -> Document:
    badge = small_badge()
    badge["proof"] = [proof(1), proof(2, previousProof=uuid(9001)), proof(3, previousProof=[uuid(9001), uuid(9002)])]
    return badge


def proof_options() -> Document:
    options = proof(1)
    del options["proofValue"]
    return {"@context": [VCDM2, OB]} | options


def language_strings() -> Document:
    return {
        "@context": [VCDM2],
        "id": uuid(20),
        "type": ["VerifiableCredential"],
        "name": [{"@value": "Merkki", "@language": "fi"}, {"@value": "Märke", "@language": "sv-FI"}],
        "description": {"@value": "A badge", "@language": "en"},
        "issuer": {"id": ISSUER, "name": {"@value": "Esimerkki", "@language": "fi"}},
        "validFrom": "2026-11-22T00:00:00Z",
        "credentialSubject": [{"id": uuid(21)}, {"id": uuid(22)}],
        "relatedResource": [{"id": "https://issuer.example/r", "digestSRI": "sha256-x", "digestMultibase": "uEiA"}],
    }


def presentation() -> Document:
    badge = small_badge()
    badge["proof"] = proof(1)
    return {
        "@context": [VCDM2],
        "id": uuid(30),
        "type": ["VerifiablePresentation"],
        "holder": "did:key:z6MkholderExample",
        "verifiableCredential": [badge, endorsement()],
    }


def did_document() -> Document:
    method = {"id": f"{ISSUER}#key-1", "type": "Multikey", "controller": ISSUER, "publicKeyMultibase": "z6Mkexample"}
    return {
        "@context": ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"],
        "id": ISSUER,
        "verificationMethod": [method],
        "assertionMethod": [method["id"]],
    }


def multikey() -> Document:
    return {
        "@context": "https://w3id.org/security/multikey/v1",
        "id": f"{ISSUER}#key-1",
        "type": "Multikey",
        "controller": ISSUER,
        "publicKeyMultibase": "z6Mkexample",
    }


KINDS: dict[str, Document] = {
    "small badge": small_badge(),
    "badge of 28 requirements": requirement_badge(),
    "badge of 3 requirements": requirement_badge(3),
    "badge with levels": badge_with_levels(),
    "badge of 3.0.2": older_badge(OB_OLDER[0]),
    "VCDM 1.1 badge": vcdm1_badge(),
    "VCDM 1.1 badge of the first context": vcdm1_badge(ob_context=OB_OLDER[2]),
    "VCDM 1.1 badge of 2020": vcdm1_badge(ED25519_2020),
    "endorsement": endorsement(),
    "endorsed badge": endorsed_badge(),
    "learner record": learner_record(),
    "status list": status_list(),
    "chained proofs": chained_proofs(),
    "proof options": proof_options(),
    "language strings": language_strings(),
    "presentation": presentation(),
    "DID document": did_document(),
    "key": multikey(),
}
