"""Check `recipient.binding`: is the presentation signed by the person whom the badges in it are about?"""

from collections.abc import Sequence
from typing import Final

from verifier.description import identifier, many, member
from verifier.evaluation import Core
from verifier.findings import Finding, Outcome, blocked, failed, inconclusive, not_applicable, passed
from verifier.report import Part

_CODE: Final = "recipient.binding"
_KEY_BEARING: Final = ("did:key:", "did:jwk:", "did:web:")


def check_presentation(core: Core, members: Sequence[Part], *, generic: bool) -> Finding:
    """Compare the controller of the proof's key with the subject of each badge.

    Args:
        core: of the presentation.
        members: with their reports.
        generic: not badges; nobody is meant.

    Source: VCDM 2.0, 4.13; DI 4.4.
    """
    subjects = [
        identifier(subject)
        for part in members
        for subject in many(member(part.report.document, "credentialSubject"))
        if isinstance(subject, dict)
    ]
    if not subjects or generic:
        return not_applicable(_CODE)
    if not core.proven:
        return blocked(_CODE, "proof.set")
    controllers = {one.controller for one in core.proofs if one.outcome() is Outcome.PASSED}
    bearing = [subject for subject in subjects if subject is not None and subject.startswith(_KEY_BEARING)]
    if any(subject not in controllers for subject in bearing):
        return failed(_CODE, "/verifiableCredential", "other_key")
    if len(bearing) != len(subjects):
        return inconclusive(_CODE, "/verifiableCredential", "no_key")
    return passed(_CODE)
