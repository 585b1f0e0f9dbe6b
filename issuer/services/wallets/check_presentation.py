"""Checks what a wallet signed: that it holds the key of the identifier it names, for this exchange and for us."""

from dataclasses import replace
from typing import Final

from issuer.domain.errors import InvalidRequestError
from issuer.services.outside import Outside
from schemas.strict_json import JsonObject, write
from verifier import Outcome, Report, Request, Unreadable, Verdict, verify
from verifier.documents_fetch import DocumentsFetch
from verifier.policy import GENERIC

SUITES: Final = ("eddsa-rdfc-2022", "Ed25519Signature2020")
_HOLDERS: Final = ("did:key:", "did:jwk:")  # keys that are in the identifier: a wallet makes us fetch nothing
_KIND: Final = "VerifiablePresentation"


def check_presentation(outside: Outside, presentation: JsonObject, *, challenge: str) -> None:
    """Accept a DIDAuthentication presentation.

    Args:
        presentation: as received.
        challenge: that was asked for and may still be used.

    Raises:
        InvalidRequestError: ``wallet.presentation``; `detail` is the code of the first check that did not pass.

    Source: wallets.md section 3: purpose authentication, challenge and domain ours, holder = controller of the key.
    """
    environment = replace(outside.environment(), fetch=DocumentsFetch({}, None), offline=True)
    asked = Request(domain=outside.public_url, challenge=challenge, presentation=True, refresh=False)
    try:
        report = verify(write(presentation), policy=GENERIC, environment=environment, request=asked)
    except Unreadable as problem:
        raise _refused("input.json") from problem
    fault = _fault(report, presentation)
    if fault is not None:
        raise _refused(fault)


def _fault(report: Report, presentation: JsonObject) -> str | None:
    """The first thing that is not as asked for, or None."""
    if report.kind != _KIND:
        return "input.kind"
    if "verifiableCredential" in presentation:
        return "presentation.member"  # nothing was asked for but the key
    if report.verdict is not Verdict.ACCEPTED:
        return next(
            (one.code for one in report.findings if one.outcome is Outcome.FAILED and _decides(report, one.code)),
            "proof.present",
        )
    if len(report.proofs) != 1:
        return "proof.set"
    proof, holder = report.proofs[0], presentation.get("holder")
    if proof.suite not in SUITES:
        return "proof.suite"
    if not isinstance(holder, str) or not holder.startswith(_HOLDERS) or proof.controller != holder:
        return "recipient.binding"
    return None


def _decides(report: Report, code: str) -> bool:
    return report.policy.facets[code] is not None


def _refused(code: str) -> InvalidRequestError:
    return InvalidRequestError(code, code="wallet.presentation", pointer="/verifiablePresentation")
