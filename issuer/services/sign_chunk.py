"""Signs and checks many stored requests in one go: what a process of the batch pool does."""

from collections.abc import Callable, Sequence

from issuer.services.lint_badge import judge, lint_exact, require_accepted
from issuer.services.outside import Outside
from issuer.services.stored_bytes import signed_bytes, unpack, unpack_request

SignChunk = Callable[[str, Sequence[bytes]], list[bytes]]  # kid, packed requests → signed documents, in order
_LINTED = 2  # of each chunk, by the general path; every badge of the chunk is verified whole after signing


def sign_chunk(outside: Outside, kid: str, packed: Sequence[bytes]) -> list[bytes]:
    """Sign every request with one key; each signed badge has passed the public verifier under STRICT.

    Args:
        packed: requests that are stored already (`stored_bytes.pack`).

    Raises:
        LintError: a badge of the chunk does not hold; none of the chunk is returned.
        keys.errors.SigningError: the signer refused.
    """
    environment = outside.environment()
    signed = []
    for number, one in enumerate(packed):
        if number < _LINTED:
            lint_exact(outside, *unpack(one))
        request = unpack_request(one)
        data = signed_bytes(request, outside.signer.sign(kid, request))
        require_accepted(judge(environment, data))
        signed.append(data)
    return signed
