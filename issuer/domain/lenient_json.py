"""Reading documents of others as far as they tell something: what has another form than expected counts as absent."""

from schemas.strict_json import JsonObject, JsonValue


def object_of(value: JsonValue) -> JsonObject:
    """The object, or an empty one."""
    return value if isinstance(value, dict) else {}


def objects_of(value: JsonValue) -> list[JsonObject]:
    """The objects of a list, or the one that stands alone."""
    values = value if isinstance(value, list) else [value]
    return [one for one in values if isinstance(one, dict)]


def text_of(value: JsonValue) -> str:
    """The text, or an empty one."""
    return value if isinstance(value, str) else ""
