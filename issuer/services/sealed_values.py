"""Personal values in one column: JSON sealed under the person's key, and back."""

from issuer.services.outside import Outside
from schemas.strict_json import JsonObject, read_object, write

_MAX_BYTES = 1 << 20
_MAX_VALUES = 20_000


def seal_value(outside: Outside, person_id: str, purpose: str, value: JsonObject) -> bytes:
    """Seal an object for a column.

    Args:
        purpose: names table and column, for example ``observation``; it is bound in, so no value can be moved.

    Raises:
        PersonErasedError: the person's key is gone.
    """
    return outside.person_keys.seal(person_id, purpose, write(value))


def open_value(outside: Outside, person_id: str, purpose: str, sealed: bytes) -> JsonObject:
    """Open what `seal_value` closed. Raises PersonErasedError."""
    opened = outside.person_keys.unseal(person_id, purpose, sealed)
    return read_object(opened, max_bytes=_MAX_BYTES, max_values=_MAX_VALUES)
