"""Checks of stage C that every verifiable credential must meet: the members of VCDM 2.0 and 1.1."""

from typing import Final, Literal

from schemas.jsonld_rules import is_absolute_iri
from schemas.strict_json import JsonObject, JsonValue
from verifier.checks.contexts import VC1
from verifier.findings import Finding, failed, not_applicable, passed
from verifier.times import instant_of

Version = Literal["2.0", "1.1"]

_DATES: Final = {"2.0": ("validFrom", "validUntil"), "1.1": ("issuanceDate", "expirationDate")}
_OF_OTHER: Final = {"2.0": ("issuanceDate", "expirationDate"), "1.1": ("validFrom", "validUntil")}
_TYPED: Final = ("credentialStatus", "credentialSchema", "refreshService", "termsOfUse", "evidence")
_VALUE_OBJECT: Final = frozenset({"@value", "@language", "@direction"})


def version_of(document: JsonObject) -> Version:
    """The data model that the document says it follows: by its first context, else 2.0."""
    contexts = document.get("@context")
    first = contexts[0] if isinstance(contexts, list) and contexts else contexts
    return "1.1" if first == VC1 else "2.0"


def _is_url(value: JsonValue) -> bool:
    return isinstance(value, str) and is_absolute_iri(value)


def _version(document: JsonObject, version: Version) -> Finding:
    mixed = [name for name in _OF_OTHER[version] if name in document]
    if mixed:
        return failed("vcdm.version", f"/{mixed[0]}", "mixed")
    return passed("vcdm.version")


def _type(document: JsonObject, wanted: str, *, array_wanted: bool) -> Finding:
    types = document.get("type")
    if isinstance(types, str) and not array_wanted:
        types = [types]
    if not isinstance(types, list) or not all(isinstance(item, str) for item in types):
        return failed("vcdm.type", "/type", "not_texts")
    if wanted not in types:
        return failed("vcdm.type", "/type", "missing", {"wanted": wanted})
    if len(set(map(str, types))) != len(types):
        return failed("vcdm.type", "/type", "repeated")
    return passed("vcdm.type")


def _id(document: JsonObject, *, required: bool) -> Finding:
    if "id" not in document:
        return failed("vcdm.id", "/id", "missing") if required else passed("vcdm.id")
    return passed("vcdm.id") if _is_url(document["id"]) else failed("vcdm.id", "/id", "not_a_url")


def _issuer(document: JsonObject, *, object_wanted: bool) -> Finding:
    issuer = document.get("issuer")
    if isinstance(issuer, dict):
        return passed("vcdm.issuer") if _is_url(issuer.get("id")) else failed("vcdm.issuer", "/issuer/id", "not_a_url")
    if object_wanted and isinstance(issuer, str):
        return failed("vcdm.issuer", "/issuer", "profile_wanted")
    return passed("vcdm.issuer") if _is_url(issuer) else failed("vcdm.issuer", "/issuer", "not_a_url")


def _subject(document: JsonObject, *, single: bool) -> Finding:
    subject = document.get("credentialSubject")
    if isinstance(subject, list):
        if single and len(subject) != 1:
            return failed("vcdm.subject", "/credentialSubject", "several")
        subjects = subject
    else:
        subjects = [subject]
    for place, item in enumerate(subjects):
        at = f"/credentialSubject/{place}" if isinstance(subject, list) else "/credentialSubject"
        if not isinstance(item, dict) or not item:
            return failed("vcdm.subject", at, "empty")
        if "id" in item and not _is_url(item["id"]):
            return failed("vcdm.subject", f"{at}/id", "not_a_url")
    return passed("vcdm.subject") if subjects else failed("vcdm.subject", "/credentialSubject", "empty")


def _dates(document: JsonObject, version: Version, *, start_required: bool) -> Finding:
    start, end = _DATES[version]
    if start not in document and (start_required or version == "1.1"):
        return failed("vcdm.dates", f"/{start}", "missing")
    for name in (start, end, "awardedDate"):
        if name in document and instant_of(document[name]) is None:
            return failed("vcdm.dates", f"/{name}", "not_a_time")
    return passed("vcdm.dates")


def _has_type(item: JsonObject) -> bool:
    types = item.get("type")
    if isinstance(types, list):
        return bool(types) and all(isinstance(name, str) and name for name in types)
    return isinstance(types, str) and bool(types)


def _typed_member(name: str, value: JsonValue) -> Finding | None:
    items = value if isinstance(value, list) else [value]
    for place, item in enumerate(items):
        at = f"/{name}/{place}" if isinstance(value, list) else f"/{name}"
        if not isinstance(item, dict):
            return failed("vcdm.members", at, "not_an_object")
        if not _has_type(item):
            return failed("vcdm.members", f"{at}/type", "missing")
        id_wanted = name == "credentialSchema"
        if ("id" in item or id_wanted) and not _is_url(item.get("id")):
            return failed("vcdm.members", f"{at}/id", "not_a_url")
    return None if items else failed("vcdm.members", f"/{name}", "empty")


def _is_label(value: JsonValue) -> bool:
    """Text, a language value object, or an array of these (VCDM 4.6)."""
    if isinstance(value, list):
        return bool(value) and all(_is_label(item) and not isinstance(item, list) for item in value)
    if isinstance(value, dict):
        return "@value" in value and not value.keys() - _VALUE_OBJECT
    return isinstance(value, str)


def _members(document: JsonObject) -> Finding:
    found = [name for name in _TYPED if name in document]
    for name in found:
        problem = _typed_member(name, document[name])
        if problem is not None:
            return problem
    labels = 0
    issuer = document.get("issuer")
    for owner, at in ((document, ""), (issuer, "/issuer")):
        if not isinstance(owner, dict):
            continue
        for label in ("name", "description"):
            if label in owner:
                labels += 1
                if not _is_label(owner[label]):
                    return failed("vcdm.members", f"{at}/{label}", "not_text")
    return passed("vcdm.members") if found or labels else not_applicable("vcdm.members")


def check_data_model(document: JsonObject, version: Version, *, generic: bool, conformance: bool) -> list[Finding]:
    """The checks `vcdm.*` but `vcdm.related_resource`.

    Args:
        document: as received.
        version: from `version_of`.
        generic: not a badge; ids and dates may be absent, subjects may be several.
        conformance: policy W3C; `type` must be an array.
    """
    return [
        _version(document, version),
        failed("vcdm.legacy", "/@context/0") if version == "1.1" else passed("vcdm.legacy"),
        _type(document, "VerifiableCredential", array_wanted=conformance),
        _id(document, required=not generic),
        _issuer(document, object_wanted=version == "1.1" and not generic),
        _subject(document, single=not generic),
        _dates(document, version, start_required=not generic),
        _members(document),
    ]


def validity_of(document: JsonObject, version: Version) -> tuple[JsonValue, JsonValue]:
    """Start and end as the document writes them; None when absent."""
    start, end = _DATES[version]
    return document.get(start), document.get(end)


def check_presentation_model(document: JsonObject, version: Version) -> list[Finding]:
    """The checks `vcdm.*` but `vcdm.related_resource`, of a presentation (VCDM 2.0, 4.13)."""
    holder = document.get("holder")
    held = holder.get("id") if isinstance(holder, dict) else holder
    members = document.get("verifiableCredential", [])
    items = members if isinstance(members, list) else [members]
    wrong = next((place for place, item in enumerate(items) if not isinstance(item, dict)), None)
    return [
        passed("vcdm.version"),
        failed("vcdm.legacy", "/@context/0") if version == "1.1" else passed("vcdm.legacy"),
        _type(document, "VerifiablePresentation", array_wanted=False),
        _id(document, required=False),
        failed("vcdm.issuer", "/holder", "not_a_url")
        if "holder" in document and not _is_url(held)
        else passed("vcdm.issuer"),
        not_applicable("vcdm.subject"),
        not_applicable("vcdm.dates"),
        passed("vcdm.members")
        if wrong is None
        else failed("vcdm.members", f"/verifiableCredential/{wrong}", "not_an_object"),
    ]
