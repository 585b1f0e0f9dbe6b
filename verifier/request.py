"""What the caller knows beside the badge: whom it should be about, evidence, where it came from."""

from dataclasses import dataclass
from typing import Literal

SourceKind = Literal["json", "jwt", "png", "svg", "pdf", "url", "text"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """Facts of one check.

    Attributes:
        recipient: `TYPE=VALUE` or a bare value (verification.md, section 10); None: nobody is compared.
        evidence: documents that prove earlier existence (log proofs, time stamps), as received.
        source_kind: how the data came when its bytes do not tell (a fetched link, typed text).
        source_url: where it was fetched.
        refresh: whether a refresh service is asked once; off on the public page.
        domain: expected in the proof of a presentation.
        challenge: expected in the proof of a presentation; the caller sees to single use.
        challenge_fresh: False when the caller knows that the challenge is used up or too old.
        presentation: the data must be a presentation.
    """

    recipient: str | None = None
    evidence: tuple[bytes, ...] = ()
    source_kind: SourceKind | None = None
    source_url: str | None = None
    refresh: bool = True
    domain: str | None = None
    challenge: str | None = None
    challenge_fresh: bool = True
    presentation: bool = False
