"""Reads the exact bytes that are about to be signed: what our own verifier would refuse never reaches the real key."""

import secrets
from collections.abc import Iterable
from dataclasses import replace

from issuer.domain.errors import LintError, NotYetError, TellingWordError
from issuer.domain.telling_words import lint_document
from issuer.services.outside import Outside
from issuer.services.stored_bytes import with_proof
from keys import did_key, ed25519
from keys.proofs.data_integrity import prepare
from keys.public_key import PublicKey
from schemas.strict_json import JsonObject, read_object, write
from verifier import STRICT, Environment, Fetch, FetchRules, Report, Request, Response, Verdict, verify

_LINT_KEY = "#lint"
_RELATED = "vcdm.related_resource"


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

    A did:web issuer lends the copy a second method in its DID document. A did:key is its key, so there the copy gets
    another issuer, and only what hangs on the real one, the status list, is left to the check after signing.

    Raises:
        LintError, NotYetError: as `require_accepted`; `detail` holds the codes.
    """
    seed = secrets.token_bytes(32)
    public = PublicKey("Ed25519", ed25519.public_key(seed))
    did = str(options["verificationMethod"]).partition("#")[0]
    environment = outside.environment()
    if did.startswith("did:key:"):
        lent = did_key.did(public)
        issuer = document["issuer"]
        document = {**document, "issuer": {**issuer, "id": lent} if isinstance(issuer, dict) else lent}
        copied: JsonObject = {**options, "verificationMethod": f"{lent}#{public.multibase()}"}
    else:
        copied = {**options, "verificationMethod": did + _LINT_KEY}
        environment = replace(environment, fetch=_with_lint_key(environment.fetch, did, public.multibase()))
    message = prepare(document, copied, canonicalise=outside.canonicalise).message
    signed = with_proof(document, copied, ed25519.sign(seed, message))
    report = judge(environment, write(signed))
    if did.startswith("did:key:") and _only_status_is_open(report):
        return
    require_accepted(report)


def _only_status_is_open(report: Report) -> bool:
    open_codes = {one.code for one in report.findings if one.outcome.name not in _FINE}
    return report.verdict is Verdict.UNDETERMINED and all(code.startswith(("status.", "trust.")) for code in open_codes)


def _only_related_is_open(report: Report) -> bool:
    open_codes = {one.code for one in report.findings if one.outcome.name not in _FINE}
    return report.verdict is Verdict.UNDETERMINED and open_codes == {_RELATED}


def judge(environment: Environment, data: bytes) -> Report:
    """The report of the public verifier under STRICT."""
    return verify(data, policy=STRICT, environment=environment, request=Request(refresh=False))


def require_accepted(report: Report) -> None:
    """Pass only the verdict "accepted", or one that hangs on nothing but the bytes of a related resource.

    A school's receipt names another's badge by its digest; the badge is not public, so nobody can compare without it.

    Raises:
        LintError: rejected, or beyond a limit that no other try moves: the badge would be refused by everyone.
        NotYetError: undetermined: something could not be checked just now, which another try may bring.
    """
    if report.verdict is Verdict.ACCEPTED or _only_related_is_open(report):
        return
    codes = ", ".join(
        sorted({f"{one.code}:{one.outcome.name}" for one in report.findings if one.outcome.name not in _FINE})
    )
    if report.verdict is Verdict.UNDETERMINED and not any(report.outcome(code).name not in _FINE for code in _FOR_GOOD):
        raise NotYetError(codes)
    raise LintError(codes)


# What is too large or too tangled stays so: waiting and trying again would never end.
_FOR_GOOD = ("input.limits", "structure.too_complex")
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
