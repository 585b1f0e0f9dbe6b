"""did:web: between identifier and the address of its document (verification.md section 4); fetches nothing."""

import re
import unicodedata

from keys.errors import KeyFormatError

_PREFIX = "did:web:"
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_HOST = re.compile(rf"(?:{_LABEL}\.)+(?:[a-z]{{2,63}}|xn--[a-z0-9-]{{1,58}}[a-z0-9])")
_PORT = re.compile(r"%3[Aa]([1-9][0-9]{0,4})")
_SEGMENT = re.compile(r"[A-Za-z0-9._~-]{1,128}")  # no percent sign: an escape could hide a slash or a dot
_MAX_CHARACTERS = 1024
_MAX_HOST = 253
_PRIVILEGED = 1024
_MAX_PORT = 65535
_LOOKALIKES = frozenset("асԁеһіјӏорԛѕԝхуѵԍնօսցհոαικνορτυχγ")
"""Cyrillic, Armenian and Greek letters that read as Latin ones."""


def _check_internationalised(label: str) -> None:
    try:
        text = label.removeprefix("xn--").encode("ascii").decode("punycode")
    except UnicodeError:
        raise KeyFormatError("not a well-formed A-label") from None
    letters = [sign for sign in text if sign.isalpha()]
    scripts = {unicodedata.name(sign, "?").split()[0] for sign in letters}
    if not letters or ("LATIN" in scripts and len(scripts) > 1) or all(sign in _LOOKALIKES for sign in letters):
        # did:web:xn--80ak6aa92e.com is shown as the name of somebody else
        raise KeyFormatError("the host name imitates another script")


def _check_host(host: str) -> None:
    if len(host) > _MAX_HOST or not _HOST.fullmatch(host):
        raise KeyFormatError("the host is not a lower-case domain name with an alphabetic last label")
    for label in host.split("."):
        if label.startswith("xn--"):
            _check_internationalised(label)


def _check_segments(segments: tuple[str, ...]) -> None:
    if not all(_SEGMENT.fullmatch(segment) and segment.strip(".") for segment in segments):
        raise KeyFormatError("a path segment is empty, has foreign characters, or is made of dots")


def did(host: str, *path: str) -> str:
    """The DID of a host and path segments, for example ``did("demo.pateva.example", "issuers", "paja")``.

    Args:
        host: a lower-case domain name without port.
        path: unreserved characters only.

    Raises:
        KeyFormatError: what `document_url` would not read back.
    """
    _check_host(host)
    _check_segments(path)
    return _PREFIX + ":".join([host, *path])


def document_url(identifier: str) -> str:
    """The https address of the DID's document: ``/.well-known/did.json``, or ``/path/did.json`` for a path.

    Args:
        identifier: a did:web without fragment, path or query of a DID URL.

    Raises:
        KeyFormatError: an upper-case or numeric host, an address literal, a port not written as %3A, port 0,
            above 65535 or below 1024 (other than 443), an empty segment or one of dots, any percent escape in a
            path, a look-alike host name, or more than 1,024 characters.
    """
    if not identifier.startswith(_PREFIX) or len(identifier) > _MAX_CHARACTERS:
        raise KeyFormatError("not a did:web")
    authority, *segments = identifier.removeprefix(_PREFIX).split(":")
    host, mark, _ = authority.partition("%")
    port = ""
    if mark:
        found = _PORT.fullmatch(authority.removeprefix(host))
        number = int(found[1]) if found else 0
        if number > _MAX_PORT or (number < _PRIVILEGED and number != 443):  # noqa: PLR2004  https
            raise KeyFormatError("the port is not %3A and a number that serves https")
        port = f":{number}"
    _check_host(host)
    _check_segments(tuple(segments))
    path = "/".join(segments) if segments else ".well-known"
    return f"https://{host}{port}/{path}/did.json"
