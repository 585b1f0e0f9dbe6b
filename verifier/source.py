"""What a person hands in: a link, a text, or bytes; a link is fetched once, by the rules for badges."""

from typing import Final

from schemas.compact_code import PREFIX
from verifier.environment import DOCUMENT_TYPES, Environment, FetchError, FetchRules
from verifier.request import SourceKind

MAX_BYTES: Final = 4 << 20
_OK = 200
_TEXT_STARTS = ("{", "eyJ", "https://", PREFIX)
SOURCE_RULES: Final = FetchRules(
    purpose="credential",
    same_host=False,
    max_bytes=MAX_BYTES,
    media_types=DOCUMENT_TYPES
    | {"image/png", "image/svg+xml", "application/pdf", "application/jwt", "application/jose", "application/vc+sd-jwt"},
)


class NotFetched(Exception):  # noqa: N818  a state of the world, not a mistake of ours
    """A link gave nothing that could be looked at. Why is not told: it would tell about our network (D2)."""

    code: Final = "input.not_fetched"


def is_text(source: str) -> bool:
    """Say whether `source` is the thing itself, and not the name of a file."""
    return source.startswith(_TEXT_STARTS)


def link_in(data: bytes) -> str | None:
    """Return the https link that `data` consists of, white space at its ends set aside; None for anything else."""
    if len(data) > 4096 or data.lstrip()[:8].lower() != b"https://":  # noqa: PLR2004  longer than any link we follow
        return None
    text = data.strip()
    return text.decode("ascii") if text.isascii() and not any(byte <= ord(" ") for byte in text) else None


def fetch_source(url: str, environment: Environment) -> bytes:
    """Fetch a badge from a link, at most 4 MiB.

    Raises:
        NotFetched: refused by the rules, no answer, or another status than 200.
    """
    try:
        response = environment.fetch(url.partition("#")[0], rules=SOURCE_RULES)
    except FetchError as error:
        raise NotFetched(url) from error
    if response.status != _OK:
        raise NotFetched(url)
    return response.body


def read_source(
    data: bytes, environment: Environment, *, from_text: bool
) -> tuple[bytes, SourceKind | None, str | None]:
    """Return (bytes of the badge, kind of the source where bytes do not tell it, link that was fetched).

    Args:
        data: as handed in; a link is followed once, and what it leads to is not searched for links.
        environment: its `fetch` is asked for a link.
        from_text: the data was typed, pasted or scanned, not a file.

    Raises:
        NotFetched: see `fetch_source`.
    """
    link = link_in(data)
    if link is not None:
        return fetch_source(link, environment), "url", link
    return (data.strip() if from_text else data), None, None
