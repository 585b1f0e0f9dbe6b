"""Checks `recipient.*`: is the badge about the person whom the caller means? Values are compared, never echoed."""

import hashlib
import hmac
import re
from collections.abc import Iterator
from typing import Final

from schemas.strict_json import JsonObject, JsonValue
from verifier.checks.table import Severity
from verifier.description import many, member, text
from verifier.findings import Finding, Outcome, failed, not_applicable, passed

MISMATCH: Final = "recipient.mismatch"
WEAK: Final = "recipient.weak"
_TYPED: Final = re.compile(r"([A-Za-z][A-Za-z0-9]{2,40}|ext:[^=\s]+)=(.+)", re.DOTALL)
_SUBJECT_ID: Final = re.compile(r"(?:did|urn|https?|mailto|tel):.*", re.DOTALL | re.IGNORECASE)
_ALGORITHMS: Final = {"sha256": hashlib.sha256, "md5": lambda data: hashlib.md5(data, usedforsecurity=False)}
_SHORTEST_SALT: Final = 8
_WEAK_TYPES: Final = frozenset({"nationalIdentityNumber"})
_OB2_TYPES: Final = {"email": "emailAddress", "telephone": "telephone", "url": "url", "id": "id"}


class Wanted:
    """Whom the caller means: a type and value, or a bare value (verification.md, section 10)."""

    def __init__(self, value: str) -> None:
        typed = _TYPED.fullmatch(value)
        self.kind: str | None = None
        self.value = value
        if typed:
            self.kind, self.value = typed.groups()
        elif _SUBJECT_ID.fullmatch(value):
            self.kind = "id"
        elif "@" in value:
            self.kind = "emailAddress"

    def forms(self) -> list[str]:
        """The value as given, and lower-cased: the case of addresses is unspecified."""
        lowered = self.value.strip().lower()
        return [self.value] if lowered == self.value else [self.value, lowered]


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode("utf-8", "surrogatepass"), other.encode("utf-8", "surrogatepass"))


def matches_hash(stated: str, salt: str, value: str) -> bool:
    """Whether `sha256$…` or `md5$…` is the hash of value and salt; the prefix is required, hex in any case."""
    name, mark, digest = stated.partition("$")
    algorithm = _ALGORITHMS.get(name)
    if not mark or algorithm is None:
        return False
    return _same(algorithm((value + salt).encode("utf-8", "surrogatepass")).hexdigest(), digest.lower())


def _identifier_matches(entry: JsonValue, wanted: Wanted) -> bool:
    kind = text(member(entry, "identityType"))
    stated = text(member(entry, "identityHash"))
    if stated is None or (wanted.kind is not None and wanted.kind != kind):
        return False
    salt = text(member(entry, "salt")) or ""
    if member(entry, "hashed") is True:
        return any(matches_hash(stated, salt, form) for form in wanted.forms())
    return any(_same(stated, form) for form in wanted.forms()) or (
        kind == "emailAddress" and _same(stated.lower(), wanted.value.strip().lower())
    )


def _matches(subject: JsonValue, wanted: Wanted) -> bool:
    subject_id = text(member(subject, "id"))
    if subject_id is not None and wanted.kind in (None, "id") and _same(subject_id, wanted.value):
        return True
    return any(_identifier_matches(entry, wanted) for entry in many(member(subject, "identifier")))


def check_mismatch(subject: JsonValue, recipient: str | None, *, wanted_by_policy: bool) -> Finding:
    """`recipient.mismatch`: a match on any id or identifier is a match.

    Args:
        subject: `credentialSubject` as received.
        recipient: `TYPE=VALUE` or a bare value; None: nobody is compared.
        wanted_by_policy: say in words that nobody was compared; never decides.

    Source: OB 9.1 step 5, 9.3.
    """
    if recipient is None:
        if not wanted_by_policy:
            return not_applicable(MISMATCH)
        return Finding(code=MISMATCH, outcome=Outcome.INCONCLUSIVE, reason="no_value", severity=Severity.WARNING)
    wanted = Wanted(recipient)
    if any(_matches(one, wanted) for one in many(subject)):
        return passed(MISMATCH)
    return failed(MISMATCH, "/credentialSubject", "none_matches")


def _identifiers(subject: JsonValue) -> Iterator[tuple[str, JsonValue]]:
    """Each identifier with its place in the document."""
    for place, one in enumerate(many(subject)):
        at = f"/credentialSubject/{place}" if isinstance(subject, list) else "/credentialSubject"
        entries = member(one, "identifier")
        for number, entry in enumerate(many(entries)):
            yield f"{at}/identifier/{number}" if isinstance(entries, list) else f"{at}/identifier", entry


def check_weak(subject: JsonValue) -> Finding:
    """`recipient.weak`: an identifier that others can try out."""
    entries = list(_identifiers(subject))
    if not entries:
        return not_applicable(WEAK)
    for at, entry in entries:
        if text(member(entry, "identityType")) in _WEAK_TYPES:
            return failed(WEAK, at, "national_number")
        if member(entry, "hashed") is not True:
            continue
        if str(member(entry, "identityHash")).startswith("md5$"):
            return failed(WEAK, at, "md5")
        if len(text(member(entry, "salt")) or "") < _SHORTEST_SALT:
            return failed(WEAK, at, "salt")
    return passed(WEAK)


def open_badges_2_subject(assertion: JsonObject) -> JsonObject:
    """The recipient of an OB 2.0 assertion in the form of a subject; a hash without prefix is malformed there."""
    recipient = assertion.get("recipient")
    identity = text(member(recipient, "identity"))
    kind = _OB2_TYPES.get(text(member(recipient, "type")) or "", "identifier")
    if identity is None:
        return {}
    entry: JsonObject = {
        "identityType": kind,
        "hashed": member(recipient, "hashed") is True,
        "identityHash": identity,
        "salt": text(member(recipient, "salt")) or "",
    }
    subject: JsonObject = {"identifier": [entry]}
    if kind in ("id", "url") and member(recipient, "hashed") is not True:
        subject["id"] = identity
    return subject
