"""What PNG, SVG and PDF have in common as carriers of a credential: codes, bounds, the result."""

from typing import Literal, NamedTuple

from schemas.errors import DocumentError

UNREADABLE = "input.unreadable"  # not a file of that kind, or nothing in it
CONTAINER = "input.container"  # readable but wrong
LIMITS = "input.limits"  # a bound is reached: we cannot tell

MAX_IMAGE_BYTES = 4 << 20
MAX_CREDENTIAL_BYTES = 1 << 20

Generation = Literal["ob3", "clr", "ob2"]


class Baked(NamedTuple):
    """What a file carries.

    Attributes:
        generation: the keyword or namespace under which it was found; a PDF has none and says "ob3".
        content: JSON or compact JWS as bytes; for "ob2" perhaps the https address of an assertion.
    """

    generation: Generation
    content: bytes


def check_credential(credential: bytes) -> None:
    """Refuse what no container can carry: nothing, too much, not UTF-8, or U+0000.

    Raises:
        DocumentError: ``input.limits`` or ``input.encoding``.
    """
    if not credential or len(credential) > MAX_CREDENTIAL_BYTES:
        raise limit_reached(f"{len(credential)} bytes of credential")
    try:
        text = credential.decode("utf-8", "strict")
    except UnicodeDecodeError as problem:
        raise DocumentError("input.encoding", detail=str(problem)) from problem
    if "\0" in text:
        raise DocumentError("input.encoding", detail="U+0000")


def limit_reached(detail: str) -> DocumentError:
    """Return the error for a bound that is exceeded."""
    return DocumentError(LIMITS, detail=detail)
