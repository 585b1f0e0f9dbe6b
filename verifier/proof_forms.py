"""Ordinary proofs by one key differ in their moment and value only: what the checks said of the rest is kept.

It is used again while the controller document is the same, byte for byte; it is asked for anew each time. The moment is
compared and the signature checked for each badge; whatever does not hold is looked at from the beginning.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

from keys.proofs.data_integrity import holds, is_date_time_stamp
from keys.proofs.suites import DATA_INTEGRITY
from keys.public_key import PublicKey
from schemas.errors import DocumentError
from verifier.checks.issuer import Basis
from verifier.checks.proof import CheckedProof
from verifier.did_resolution import ResolutionError, controller_document
from verifier.findings import Finding, Outcome, is_kept
from verifier.times import instant_of

if TYPE_CHECKING:
    from schemas.strict_json import JsonObject
    from verifier.run import Run

_SUITE: Final = "eddsa-rdfc-2022"
_MEMBERS: Final = frozenset(
    {"type", "cryptosuite", "created", "verificationMethod", "proofPurpose", "proofValue"},
)
_TIMES: Final = frozenset({"expires", "revoked"})


class ProofForm(NamedTuple):
    """What is the same about proofs by one key.

    Attributes:
        url: of the controller document.
        digest: of the bytes that it led to.
        key: found in it and bound to the issuer.
        checked: findings of the proof itself.
        findings: of stages D and E, those of the proof among them; each passed, or had nothing to check.
        suite, controller, basis: see `CheckedProof`.
    """

    url: str
    digest: bytes
    key: PublicKey
    checked: tuple[Finding, ...]
    findings: tuple[Finding, ...]
    suite: str
    controller: str | None
    basis: Basis | None


def is_plain(finding: Finding) -> bool:
    """Whether a finding says that all is well, and comes as the same object each time."""
    return is_kept(finding) and finding.outcome in (Outcome.PASSED, Outcome.NOT_APPLICABLE)


def form_of(
    proof: object, checked: Sequence[CheckedProof], findings: Sequence[Finding], issuer_id: str, run: "Run"
) -> ProofForm | None:
    """Return the form of a document's proof; None if it is not ordinary.

    Args:
        proof: member `proof` of the document.
        checked: all that was checked.
        findings: all of stages D and E.
        issuer_id: whose proof it should be, and is.
        run: of the document.
    """
    if not isinstance(proof, dict) or proof.keys() != _MEMBERS or len(checked) != 1 or run.policy.compat:
        return None
    if (proof["type"], proof["cryptosuite"]) != (DATA_INTEGRITY, _SUITE):
        return None
    found = checked[0]
    method, key = found.key.method, found.key.key
    url = str(proof["verificationMethod"]).partition("#")[0]
    if key is None or method is None or method.keys() & _TIMES or url != issuer_id or found.role != "issuer":
        return None
    if not all(map(is_plain, findings)) or not all(map(is_plain, found.findings)):
        return None
    try:
        document = controller_document(url, run.fetch, run.environment.memory)
    except ResolutionError:
        return None
    return ProofForm(
        url, document.digest, key, tuple(found.findings), tuple(findings), found.suite, found.controller, found.basis
    )


def check_again(form: ProofForm, document: "JsonObject", canonical: str, run: "Run") -> CheckedProof | None:
    """Return the proof if it holds; None: it has to be looked at from the beginning.

    Args:
        form: of proofs that are equal to the document's but for `created` and `proofValue`.
        document: as received.
        canonical: N-Quads of the document without its proof.
        run: of the document.
    """
    proof = document["proof"]
    if not isinstance(proof, dict):
        return None
    written, value = proof["created"], proof["proofValue"]
    if not isinstance(written, str) or not isinstance(value, str) or not is_date_time_stamp(written):
        return None
    created = instant_of(written)
    if created is None or created > run.now + run.clock_skew:
        return None
    try:
        found = controller_document(form.url, run.fetch, run.environment.memory)
    except ResolutionError:
        return None
    if found.digest != form.digest:
        return None
    options = {name: value for name, value in proof.items() if name != "proofValue"}
    options["@context"] = document["@context"]
    try:
        canonical_options = run.environment.canonicalise(options)
    except DocumentError:
        return None
    if not holds(canonical, canonical_options, value, form.key):
        return None
    return CheckedProof("/proof", proof, form.suite, list(form.checked), "issuer", form.controller, form.basis)
