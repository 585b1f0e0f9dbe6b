"""Base58 with the Bitcoin alphabet, as multibase `z` uses it; quick enough for a signature per badge."""

from keys.errors import KeyFormatError

_ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_PAIRS = [high + low for high in _ALPHABET for low in _ALPHABET]
_PAIR_VALUES = {pair: value for value, pair in enumerate(_PAIRS)}
_GROUP = 58**10  # fits a machine word, so only one division in ten works on a long integer
_MAX_CHARACTERS = 4096  # the work is quadratic; nothing that we read comes near (a P-384 signature has 132)


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
    digits = text.lstrip("1")
    zeros = len(text) - len(digits)
    if len(digits) % 2:
        digits = "1" + digits
    number = 0
    try:
        for start in range(0, len(digits), 10):
            part = digits[start : start + 10]
            group = 0
            for place in range(0, len(part), 2):
                group = group * 3364 + _PAIR_VALUES[part[place : place + 2]]
            number = number * 58 ** len(part) + group
    except KeyError:
        raise KeyFormatError("a character is not of the base58 alphabet") from None
    return bytes(zeros) + number.to_bytes((number.bit_length() + 7) // 8, "big")
