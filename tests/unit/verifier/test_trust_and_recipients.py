"""Who vouches for the issuer, and is it this person's badge?"""

import json
from datetime import timedelta
from typing import Any

import pytest
import workshop as w

from keys.proofs.data_integrity import add_proof
from verifier import (
    EMPLOYMENT,
    PRIOR_LEARNING,
    Request,
    TrustListSource,
    Verdict,
)

CLR = "https://purl.imsglobal.org/spec/clr/v2p0/context-2.0.1.json"
TRUST_URL = "https://trust.example/trust/list.json"


# Trust
def trust_list(**changes: Any) -> w.Json:
    institution = {
        "id": w.KEY.did,
        "kind": "provider",
        "name": {"fi": "Paja"},
        "listedFrom": "2026-10-01",
        "withdrawnAt": None,
        "units": ["106889"],
        **changes.pop("institution", {}),
    }
    document = {
        "format": "pateva.trust-list/1",
        "id": TRUST_URL,
        "issuer": "did:web:trust.example",
        "version": 1,
        "validFrom": "2026-11-01T00:00:00Z",
        "validUntil": "2026-12-01T00:00:00Z",
        "institutions": [institution],
        **changes,
    }
    return add_proof(
        document,
        verification_method=w.OTHER.method,
        created=w.NOW - timedelta(days=1),
        sign=w.OTHER.sign,
        canonicalise=w.CANONICALISE,
        cryptosuite="eddsa-jcs-2022",
    )


def awarding(starts: str, until: str | None, *, code: str = "106889") -> w.Json:
    """A list on which the institution may award one unit for a time."""
    return trust_list(institution={"units": [{"code": code, "from": starts, "until": until}]})


def trusted(document: w.Json | None, **changes: Any) -> Any:
    source = TrustListSource(
        url=TRUST_URL, keys=(w.OTHER.multibase,), document=None if document is None else w.dump(document)
    )
    return w.check(w.sign(w.badge()), trust_lists=(source,), **changes)


def test_a_listed_issuer_is_told_with_its_name():
    report = trusted(trust_list())
    assert [report.outcome(code).value for code in ("trust.registry", "trust.issuer", "trust.scope")] == ["PASSED"] * 3
    assert report.of("trust.issuer")[0].details["name"] == {"fi": "Paja"}


@pytest.mark.parametrize(
    ("document", "code", "outcome"),
    [
        (trust_list(institution={"withdrawnAt": "2026-10-15"}), "trust.issuer", "FAILED"),
        (trust_list(institution={"listedFrom": "2026-11-15"}), "trust.issuer", "INCONCLUSIVE"),
        (trust_list(institution={"id": w.THIRD.did}), "trust.issuer", "INCONCLUSIVE"),
        (trust_list(institution={"units": ["1"]}), "trust.scope", "FAILED"),
        (trust_list(institution={"units": []}), "trust.scope", "INCONCLUSIVE"),
        (awarding("2026-10-01", None), "trust.scope", "PASSED"),
        (awarding("2026-10-01", "2027-10-31"), "trust.scope", "PASSED"),
        (awarding("2026-12-01", None), "trust.scope", "INCONCLUSIVE"),
        (awarding("2026-09-01", "2026-10-10"), "trust.scope", "FAILED"),
        (awarding("2026-09-01", None, code="1"), "trust.scope", "FAILED"),
        (awarding("soon", None), "trust.registry", "FAILED"),
        (awarding("2026-09-01", "later"), "trust.registry", "FAILED"),
        (w.changed(trust_list(), lambda d: d.update(version=2)), "trust.registry", "FAILED"),
        (trust_list(validUntil="2026-11-20T00:00:00Z"), "trust.registry", "INCONCLUSIVE"),
        (None, "trust.registry", "INCONCLUSIVE"),
    ],
)
def test_trust_is_told_and_decides_nothing(document, code, outcome):
    for policy in (EMPLOYMENT, PRIOR_LEARNING):
        report = trusted(document, policy=policy)
        assert report.verdict is Verdict.ACCEPTED
        assert report.outcome(code).value == outcome


def test_a_list_signed_by_another_key_is_not_believed():
    source = TrustListSource(url=TRUST_URL, keys=(w.THIRD.multibase,), document=w.dump(trust_list()))
    report = w.check(w.sign(w.badge()), trust_lists=(source,))
    assert report.outcome("trust.registry").value == "FAILED"
    assert report.outcome("trust.issuer").value == "INCONCLUSIVE"


# Recipients
SALTED = "sha256$b5809d8a92f8858436d7e6b87c12ebc0ae1eac4baecc2c0b913aee2c922ef399"


@pytest.mark.parametrize(
    ("value", "outcome"),
    [
        ("a@example.com", "PASSED"),
        ("A@Example.com", "PASSED"),
        ("emailAddress=a@example.com", "PASSED"),
        ("b@example.com", "FAILED"),
        ("name=a@example.com", "FAILED"),
        ("urn:uuid:0f2f8f5e-6f5a-4b0e-9d0a-000000000002", "PASSED"),
        ("urn:uuid:0f2f8f5e-6f5a-4b0e-9d0a-000000000003", "FAILED"),
    ],
)
def test_the_recipient_is_compared_with_every_identifier(value, outcome):
    identity = {
        "type": "IdentityObject",
        "hashed": True,
        "identityHash": SALTED,
        "identityType": "emailAddress",
        "salt": "Kosher",
    }
    document = w.sign(w.changed(w.badge(), lambda d: d["credentialSubject"].update(identifier=[identity])))
    report = w.check(document, request=Request(recipient=value))
    assert report.outcome("recipient.mismatch").value == outcome
    assert "example.com" not in json.dumps(report.to_json())


@pytest.mark.parametrize(
    ("entry", "reason"),
    [
        ({"identityType": "nationalIdentityNumber", "hashed": False}, "national_number"),
        ({"identityHash": "md5$" + "0" * 32}, "md5"),
        ({"salt": "Kosh"}, "salt"),
        ({"salt": None}, "salt"),
    ],
)
def test_an_identifier_that_others_can_try_out_is_told(entry, reason):
    identity = {
        "type": "IdentityObject",
        "hashed": True,
        "identityHash": SALTED,
        "identityType": "emailAddress",
        "salt": "0123456789abcdef",
        **entry,
    }
    identity = {name: value for name, value in identity.items() if value is not None}
    document = w.sign(w.changed(w.badge(), lambda d: d["credentialSubject"].update(identifier=[identity])))
    told = [finding for finding in w.check(document).of("recipient.weak") if finding.outcome.value == "FAILED"]
    assert [(finding.reason, finding.pointer) for finding in told] == [(reason, "/credentialSubject/identifier/0")]


@pytest.mark.parametrize("stated", ["0" * 64, "sha1$" + "0" * 40, "md5$" + "0" * 32])
def test_a_hash_without_a_known_name_matches_nobody(stated):
    identity = {
        "type": "IdentityObject",
        "hashed": True,
        "identityHash": stated,
        "identityType": "emailAddress",
        "salt": "Kosher",
    }
    document = w.sign(w.changed(w.badge(), lambda d: d["credentialSubject"].update(identifier=[identity])))
    report = w.check(document, request=Request(recipient="a@example.com"))
    assert report.outcome("recipient.mismatch").value == "FAILED"


def test_prior_learning_never_fails_a_badge_for_its_age_or_an_unnamed_recipient():
    report = w.check(w.sign(w.badge(validUntil="2026-11-02T00:00:00Z")), policy=PRIOR_LEARNING)
    assert report.verdict is Verdict.ACCEPTED
    assert {"validity.expired", "recipient.mismatch"} <= w.faults(report)
    named = w.check(w.sign(w.badge()), policy=PRIOR_LEARNING, request=Request(recipient="x@y.example"))
    assert named.verdict is Verdict.REJECTED
