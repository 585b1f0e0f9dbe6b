"""What a report tells of a document: a few members, copied from the verified document or marked as claimed."""

from schemas.strict_json import JsonObject, JsonValue

_PERSONAL_SCHEMES = ("mailto:", "tel:", "sms:")


def text(value: JsonValue) -> str | None:
    """The value if it is text, else None."""
    return value if isinstance(value, str) else None


def member(value: JsonValue, name: str) -> JsonValue:
    """A member of an object; None when there is no such member or no object."""
    return value.get(name) if isinstance(value, dict) else None


def identifier(value: JsonValue) -> str | None:
    """The id of an object, or the value itself when it is a bare id."""
    return text(value) or text(member(value, "id"))


def one(value: JsonValue) -> JsonValue:
    """The value, or the first item of an array; None for an empty array."""
    if isinstance(value, list):
        return value[0] if value else None
    return value


def many(value: JsonValue) -> list[JsonValue]:
    """The items of an array, or the one value; nothing for None."""
    if isinstance(value, list):
        return value
    return [] if value is None else [value]


def plain(value: JsonValue) -> str | None:
    """A name: text, or the text of the first value object."""
    found = one(value)
    return text(found) or text(member(found, "@value"))


def domain_of(issuer_id: str | None) -> str | None:
    """Host of an https or did:web issuer id in ASCII; None for others."""
    if issuer_id is None:
        return None
    if issuer_id.startswith("did:web:"):
        return issuer_id[len("did:web:") :].partition(":")[0].partition("%")[0]
    if issuer_id.startswith("https://"):
        authority = issuer_id[len("https://") :].partition("/")[0]
        return authority.rpartition("@")[2].partition(":")[0]
    return None


def _subject(document: JsonObject) -> JsonObject:
    subject = one(document.get("credentialSubject"))
    subject_id = identifier(subject)
    if subject_id is not None and subject_id.startswith(_PERSONAL_SCHEMES):
        subject_id = None  # an address of a person is never echoed
    entries = many(member(subject, "identifier"))
    types = [text(member(entry, "identityType")) or text(member(entry, "identifierType")) for entry in entries]
    return {"id": subject_id, "identifier_types": [kind for kind in types if kind]}


def _achievement(document: JsonObject) -> JsonObject | None:
    achievement = member(one(document.get("credentialSubject")), "achievement")
    if not isinstance(achievement, dict):
        return None
    return {
        "id": identifier(achievement),
        "name": plain(achievement.get("name")),
        "achievementType": text(achievement.get("achievementType")),
    }


def _issuer(value: JsonValue) -> JsonObject:
    issuer_id = identifier(value)
    return {"id": issuer_id, "name": plain(member(value, "name")), "domain": domain_of(issuer_id)}


def describe(document: JsonObject, kind: str, vcdm: str | None, securing: tuple[str, ...]) -> JsonObject:
    """Member `credential` of a report, from the verified document."""
    if kind == "Assertion":
        return _describe_assertion(document, securing)
    return {
        "kind": kind,
        "vcdm": vcdm,
        "securing": list(securing),
        "id": identifier(document),
        "name": plain(document.get("name")),
        "issuer": _issuer(document.get("issuer", document.get("holder"))),
        "achievement": _achievement(document),
        "subject": _subject(document),
        "validFrom": text(document.get("validFrom", document.get("issuanceDate"))),
        "validUntil": text(document.get("validUntil", document.get("expirationDate"))),
    }


def _describe_assertion(document: JsonObject, securing: tuple[str, ...]) -> JsonObject:
    """An OB 2.0 assertion whose badge and issuer were put in place of their addresses."""
    badge = document.get("badge")
    return {
        "kind": "Assertion",
        "vcdm": None,
        "securing": list(securing),
        "id": identifier(document),
        "name": plain(member(badge, "name")),
        "issuer": _issuer(member(badge, "issuer")),
        "achievement": {"id": identifier(badge), "name": plain(member(badge, "name")), "achievementType": None},
        "subject": {"id": None, "identifier_types": []},
        "validFrom": text(document.get("issuedOn")),
        "validUntil": text(document.get("expires")),
    }


def claimed(document: JsonObject, kind: str) -> JsonObject:
    """What an unverified document says of itself; pages must mark it as unverified."""
    full = describe(document, kind, None, ())
    return {
        "issuer_id": member(full["issuer"], "id"),
        "achievement_name": member(full["achievement"], "name"),
        "validFrom": full["validFrom"],
        "validUntil": full["validUntil"],
    }
