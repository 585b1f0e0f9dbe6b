"""Proof options whose form is kept: the next ones get the same bytes as the general path would give, or go there."""

import pytest

from schemas.canonicaliser import canonicaliser
from schemas.compiled_canonicaliser import CompiledCanonicaliser
from schemas.errors import DocumentError
from schemas.jsonld import SafeProcessor

VC2 = "https://www.w3.org/ns/credentials/v2"
OB = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
ORDINARY = {
    "type": "DataIntegrityProof",
    "cryptosuite": "eddsa-rdfc-2022",
    "created": "2026-11-22T11:59:00Z",
    "verificationMethod": "did:web:badges.example.edu#key-1",
    "proofPurpose": "assertionMethod",
    "@context": [VC2, OB],
}
CHANGES = [
    {},
    {"created": "2027-01-01T00:00:00.5+02:00"},
    {"created": "assertionMethod"},
    {"created": "_:b0"},
    {"created": 'x" .\n_:c14n0 <urn:p> "y'},
    {"created": "\u2028"},
    {"created": ""},
    {"created": 1},
    {"created": None},
    {"created": ["2026-11-22T11:59:00Z"]},
    {"type": "2026-11-22T11:59:00Z"},
    {"type": "Ed25519Signature2020"},
    {"cryptosuite": "2026-11-22T11:59:00Z"},
    {"cryptosuite": "eddsa\nrdfc"},
    {"proofPurpose": "authentication"},
    {"proofPurpose": "nonsense"},
    {"verificationMethod": "did:web:badges.example.edu#key-2"},
    {"verificationMethod": "not absolute"},
    {"verificationMethod": ["did:web:a.example#key-1", "did:web:b.example#key-1"]},
    {"@context": [VC2]},
    {"@context": [OB, VC2]},
    {"@context": VC2},
    {"@context": ["https://unknown.example/"]},
    {"@context": [VC2, {"created": "urn:x"}]},
    {"id": "urn:uuid:00000000-0000-4000-8000-000000000001"},
    {"domain": "a.example"},
    {"nonce": "2026-11-22T11:59:00Z"},
]
QUICK = canonicaliser(fast_path=True)
ORACLE = SafeProcessor()


def outcome(canonicalise, options) -> str:
    try:
        return canonicalise(options)
    except DocumentError as refusal:
        return f"refused: {refusal.code}"


@pytest.mark.parametrize("change", CHANGES, ids=str)
def test_kept_forms_are_those_of_the_oracle_also_the_third_time(change) -> None:
    options = ORDINARY | change
    wanted = outcome(ORACLE, options)
    for _ in range(3):
        assert outcome(QUICK, ORDINARY) == outcome(ORACLE, ORDINARY)
        assert outcome(QUICK, options) == wanted
    later = options | {"created": "2030-02-03T04:05:06Z"}
    assert outcome(QUICK, later) == outcome(ORACLE, later)


def test_the_form_of_ordinary_options_is_kept() -> None:
    canonicalise = canonicaliser(fast_path=True)
    assert isinstance(canonicalise, CompiledCanonicaliser)
    canonicalise(ORDINARY)
    (kept,) = canonicalise._options._kept.values()
    assert kept is not None
    assert ORDINARY["created"] not in "".join(kept)
