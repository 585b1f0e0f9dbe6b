"""Reads the exact bytes that are about to be signed: what our own verifier would refuse never reaches the real key."""

import secrets
from collections.abc import Iterable
from dataclasses import replace

from issuer.domain.errors import LintError, TellingWordError
from issuer.domain.telling_words import lint_document
from issuer.services.outside import Outside
from issuer.services.stored_bytes import with_proof
from keys import ed25519
from keys.proofs.data_integrity import prepare
from keys.public_key import PublicKey
from schemas.strict_json import JsonObject, read_object, write
from verifier import STRICT, Environment, Fetch, FetchRules, Report, Request, Response, Verdict, verify

_LINT_KEY = "#lint"


def check_words(document: JsonObject, *, national: Iterable[str]) -> None:
    """Refuse a document in which any text could tell why its holder was at the workshop.

    Args:
        document: exactly what will be signed.
        national: texts of the national catalogue, exempt when they stand alone and whole.

    Raises:
        TellingWordError: with a pointer to the first such text.
    """
    for pointer, field in lint_document(document, national=national):
        raise TellingWordError(field, pointer=pointer)


def lint_exact(outside: Outside, document: JsonObject, options: JsonObject) -> None:
    """Sign a copy with a throwaway key and let the public verifier judge it under STRICT.

    Raises:
        LintError: the verdict is not "accepted"; `detail` holds the codes.
    """
    seed = secrets.token_bytes(32)
    kid = options["verificationMethod"]
    if not isinstance(kid, str):
        raise LintError("verificationMethod")
    did = kid.partition("#")[0]
    copied = {**options, "verificationMethod": did + _LINT_KEY}
    message = prepare(document, copied, canonicalise=outside.canonicalise).message
    signed = with_proof(document, copied, ed25519.sign(seed, message))
    public = PublicKey("Ed25519", ed25519.public_key(seed)).multibase()
    environment = outside.environment()
    environment = replace(environment, fetch=_with_lint_key(environment.fetch, did, public))
    require_accepted(judge(environment, write(signed)))


def judge(environment: Environment, data: bytes) -> Report:
    """The report of the public verifier under STRICT."""
    return verify(data, policy=STRICT, environment=environment, request=Request(refresh=False))


def require_accepted(report: Report) -> None:
    """Raise LintError unless the verdict is "accepted"."""
    if report.verdict is not Verdict.ACCEPTED:
        codes = sorted({f"{one.code}:{one.outcome.name}" for one in report.findings if one.outcome.name not in _FINE})
        raise LintError(", ".join(codes))


_FINE = frozenset({"PASSED", "NOT_APPLICABLE"})


def _with_lint_key(fetch: Fetch, did: str, public_key_multibase: str) -> Fetch:
    """A fetcher that adds the throwaway key to the issuer's DID document and changes nothing else."""

    def answer(url: str, *, rules: FetchRules) -> Response:
        response = fetch(url, rules=rules)
        if rules.did != did:
            return response
        document = read_object(response.body)
        methods, relation = document.get("verificationMethod"), document.get("assertionMethod")
        if not isinstance(methods, list) or not isinstance(relation, list):
            return response
        method: JsonObject = {
            "id": did + _LINT_KEY,
            "type": "Multikey",
            "controller": did,
            "publicKeyMultibase": public_key_multibase,
        }
        changed = {
            **document,
            "verificationMethod": [*methods, method],
            "assertionMethod": [*relation, did + _LINT_KEY],
        }
        return replace(response, body=write(changed))

    return answer
