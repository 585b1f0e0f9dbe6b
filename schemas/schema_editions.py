"""Other editions of the official JSON Schemas, made from them in memory: the VCDM 1.1 envelope, and sets as arrays."""

from schemas.strict_json import JsonObject, JsonValue

_VCDM_2 = "https://www.w3.org/ns/credentials/v2"
_VCDM_1 = "https://www.w3.org/2018/credentials/v1"
_DATES = {"validFrom": "issuanceDate", "validUntil": "expirationDate"}
_PROFILE_OR_ID = "#/$defs/ProfileRef"
_PROFILE = "#/$defs/Profile"
_MAY_BE_SINGLE = ("proof", "credentialSchema", "termsOfUse")  # members of VCDM, which asks for no array


def vcdm_1_1(schema: JsonObject) -> JsonObject:
    """Return the schema for the same class in a VCDM 1.1 credential.

    The base context, the names of the dates and the issuer (always an object) differ, and a badge needs a name.

    Source: OB 3.0 appendix B.9.
    """
    edition = _without_id(_object(schema))
    edition["properties"] = _legacy_envelope(_object(edition["properties"]))
    edition["required"] = _legacy_required(edition["required"])
    definitions = dict(_object(edition["$defs"]))
    if "EndorsementCredential" in definitions:
        endorsement = dict(_object(definitions["EndorsementCredential"]))
        endorsement["properties"] = _legacy_envelope(_object(endorsement["properties"]))
        endorsement["required"] = _legacy_required(endorsement["required"])
        definitions["EndorsementCredential"] = endorsement
    edition["$defs"] = definitions
    return edition


def sets_as_arrays(schema: JsonObject) -> JsonObject:
    """Return the schema in its formal reading: sets are arrays, texts and ids are strings and never language maps.

    Source: OB 3.0 appendix A, before the relaxation of 1.3.
    """
    return _without_id(_object(_strict(schema, "")))


def _without_id(schema: JsonObject) -> JsonObject:
    """Drop the official address: a changed schema must not go under it."""
    return {name: value for name, value in schema.items() if name not in ("$id", "title")}


def _legacy_envelope(properties: JsonObject) -> JsonObject:
    legacy = {_DATES.get(name, name): value for name, value in properties.items()}
    legacy["@context"] = _replaced(legacy["@context"], _VCDM_2, _VCDM_1)
    legacy["issuer"] = _replaced(legacy["issuer"], _PROFILE_OR_ID, _PROFILE)
    return legacy


def _legacy_required(required: JsonValue) -> JsonValue:
    names = [_DATES.get(str(name), str(name)) for name in _array(required)]
    return [*names, *(["name"] if "name" not in names else [])]


def _replaced(value: JsonValue, old: str, new: str) -> JsonValue:
    if isinstance(value, dict):
        return {name: _replaced(inner, old, new) for name, inner in value.items()}
    if isinstance(value, list):
        return [_replaced(inner, old, new) for inner in value]
    return new if value == old else value


def _strict(value: JsonValue, name: str) -> JsonValue:
    if isinstance(value, list):
        return [_strict(inner, "") for inner in value]
    if not isinstance(value, dict):
        return value
    rebuilt: JsonObject = {key: _strict(inner, key) for key, inner in value.items()}
    choices = rebuilt.get("oneOf")
    if not isinstance(choices, list) or len(choices) != 2:  # noqa: PLR2004 – "one or many", "text or map"
        return rebuilt
    single, other = _object(choices[0]), _object(choices[1])
    kept = {key: inner for key, inner in rebuilt.items() if key != "oneOf"}
    if "propertyNames" in other:  # text, or texts by language: the members of the map would not be signed
        return kept | single
    if other.get("type") == "array" and "contains" in other:  # the type of an inner object
        named: JsonObject = {"type": "string", "enum": _object(other["contains"])["enum"]}
        return kept | {"oneOf": [named, other]}
    if name not in _MAY_BE_SINGLE and (other.get("type") == "array" or "allOf" in other):
        return kept | other
    return rebuilt


def _object(value: JsonValue) -> JsonObject:
    if not isinstance(value, dict):
        raise TypeError("not the shape of the vendored schemas")
    return value


def _array(value: JsonValue) -> list[JsonValue]:
    if not isinstance(value, list):
        raise TypeError("not the shape of the vendored schemas")
    return value
