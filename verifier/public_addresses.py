"""Which URLs and addresses may be asked at all: one form of https URL, and ordinary public addresses."""

import ipaddress
import re
import socket

from verifier.environment import FetchError, FetchFault

HTTPS_PORT = 443

_IPV4_DENIED = tuple(
    ipaddress.IPv4Network(net)
    for net in (
        *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24"),
        *("192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24", "192.168.0.0/16", "192.175.48.0/24"),
        *("198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4"),
        "168.63.129.16/32",  # a cloud's host address: public by range, private by use
    )
)
_IPV6_ALLOWED = ipaddress.IPv6Network("2000::/3")  # global unicast; all else is refused
_IPV6_DENIED = tuple(
    ipaddress.IPv6Network(net) for net in ("2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20")
)
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
# The last label begins with a letter, so no form of an IPv4 address is a host; IDN come as A-labels.
HOST = re.compile(rf"(?=.{{1,253}}\Z)(?:{_LABEL}\.)+[a-z](?:[a-z0-9-]{{0,61}}[a-z0-9])?")
_LOCAL_SUFFIXES = (".localhost", ".local", ".internal", ".svc", ".lan", ".home.arpa", ".intranet", ".onion")
_TARGET = r"(?:[A-Za-z0-9._~!$&'()*+,;=:@/-]|%(?!0[0-9A-Fa-f]|7[Ff])[0-9A-Fa-f]{2})*"
_URL = re.compile(rf"https://([A-Za-z0-9.-]{{1,253}})(?::443)?(/{_TARGET}(?:\?{_TARGET})?)?")
MAX_URL = 2048


def fault(reason: FetchFault, note: str) -> FetchError:
    """Make a FetchError with a note for our own log; outsiders see only the reason."""
    error = FetchError(reason)
    error.add_note(note)
    return error


def is_public(address: str) -> bool:
    """Say whether `address` (IPv4 or IPv6 as text) may be connected to.

    `ipaddress.is_global` is not enough: it lets a third of the special addresses of our test set through.
    """
    ip = ipaddress.ip_address(address)
    if isinstance(ip, ipaddress.IPv6Address):
        return ip in _IPV6_ALLOWED and ip.scope_id is None and not any(ip in net for net in _IPV6_DENIED)
    return not any(ip in net for net in _IPV4_DENIED)


def split_url(url: str) -> tuple[str, str]:
    """Return (host in lower case, path with query) of an https URL of the one accepted form.

    Raises:
        FetchError: ``refused``: another scheme or port, userinfo, fragment, address literal, local name, odd character.
    """
    match = _URL.fullmatch(url) if len(url) <= MAX_URL else None
    host = match[1].lower() if match else ""
    if not match or not HOST.fullmatch(host) or host.endswith(_LOCAL_SUFFIXES):
        raise fault("refused", "form of the URL")
    return host, match[2] or "/"


def system_resolve(host: str) -> list[str]:
    """Ask the system's resolver for `host` as an absolute name; addresses without duplicates, in its order."""
    # The final dot keeps the resolver from trying the name inside the search domains of our own network.
    answers = socket.getaddrinfo(f"{host}.", HTTPS_PORT, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(answer[4][0]) for answer in answers))
