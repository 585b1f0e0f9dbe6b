"""Base58 with the Bitcoin alphabet, as multibase `z` uses it; quick enough for a signature per badge."""

from keys.errors import KeyFormatError

_ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_PAIRS = [high + low for high in _ALPHABET for low in _ALPHABET]
_SIGNS = _ALPHABET.encode()
_VALUES = bytes.maketrans(_SIGNS, bytes(range(58)))
_GROUP = 58**10  # fits a machine word, so only one division in ten works on a long integer
_MAX_CHARACTERS = 4096  # nothing that we read comes near (a P-384 signature has 132)


def _joins() -> list[tuple[int, int, int]]:
    """For each doubling: bits of one half, what the upper half counts, and a mask of all lower halves."""
    joins = []
    width, base = 8, 58
    while width < 8 * _MAX_CHARACTERS:
        low, span = (1 << width) - 1, 2 * width
        while span < 8 * _MAX_CHARACTERS:
            low |= low << span
            span *= 2
        joins.append((width, base, low))
        width, base = 2 * width, base * base
    return joins


_JOINS = _joins()


def encode(data: bytes) -> str:
    """Bytes as base58btc text without a multibase prefix; each leading zero byte is one `1`."""
    number = int.from_bytes(data, "big")
    groups: list[int] = []
    while number:
        number, group = divmod(number, _GROUP)
        groups.append(group)
    text = ""
    for group in reversed(groups):
        rest, e = divmod(group, 3364)
        rest, d = divmod(rest, 3364)
        rest, c = divmod(rest, 3364)
        a, b = divmod(rest, 3364)
        text += _PAIRS[a] + _PAIRS[b] + _PAIRS[c] + _PAIRS[d] + _PAIRS[e]
    zeros = len(data) - len(data.lstrip(b"\0"))
    return "1" * zeros + text.lstrip("1")


def decode(text: str) -> bytes:
    """The bytes of base58btc text. The form is unique, so decoding and encoding again gives `text`.

    Args:
        text: without the multibase prefix; at most 4,096 characters.

    Raises:
        KeyFormatError: a character outside the alphabet, or too long.
    """
    if len(text) > _MAX_CHARACTERS:
        raise KeyFormatError("base58 text is too long")
    signs = text.encode("utf-8", "surrogatepass")
    if signs.translate(None, _SIGNS):
        raise KeyFormatError("a character is not of the base58 alphabet")
    digits = signs.lstrip(b"1")
    number = int.from_bytes(digits.translate(_VALUES), "big")
    # Neighbours are joined in pairs, then pairs of pairs, all at once: seven steps for a signature, not 88.
    for width, base, low in _JOINS:
        if number >> width == 0:
            break
        number = (number & low) + (number >> width & low) * base
    zeros = len(signs) - len(digits)
    return bytes(zeros) + number.to_bytes((number.bit_length() + 7) // 8, "big")
