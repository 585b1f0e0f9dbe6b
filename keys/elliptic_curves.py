"""Points of P-256 and P-384 between their compressed and uncompressed forms (SEC 1, 2.3.3 and 2.3.4); no secrets."""

from typing import NamedTuple

from keys.errors import KeyFormatError


class _Curve(NamedTuple):
    prime: int
    b: int
    size_bytes: int


_CURVES = {
    "P-256": _Curve(
        0xFFFFFFFF00000001000000000000000000000000FFFFFFFFFFFFFFFFFFFFFFFF,
        0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B,
        32,
    ),
    "P-384": _Curve(
        0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEFFFFFFFF0000000000000000FFFFFFFF,
        0xB3312FA7E23EE7E4988E056BE3F82D19181D9C6EFE8141120314088F5013875AC656398D8A2ED19D2A85C8EDD3EC2AEF,
        48,
    ),
}


def _right_side(curve: _Curve, x: int) -> int:
    return (x * x * x - 3 * x + curve.b) % curve.prime


def decompress(name: str, point: bytes) -> tuple[bytes, bytes]:
    """Coordinates x and y, each 32 or 48 bytes, of a compressed point.

    Raises:
        KeyFormatError: wrong length or first byte, x not below the prime, or no such point on the curve.
    """
    curve = _CURVES[name]
    if len(point) != curve.size_bytes + 1 or point[0] not in (2, 3):
        raise KeyFormatError(f"not a compressed point of {name}")
    x = int.from_bytes(point[1:], "big")
    if x >= curve.prime:
        raise KeyFormatError("the coordinate is not below the prime")
    square = _right_side(curve, x)
    y = pow(square, (curve.prime + 1) // 4, curve.prime)  # both primes are 3 modulo 4
    if y * y % curve.prime != square:
        raise KeyFormatError(f"the point is not on {name}")
    if y & 1 != point[0] & 1:
        y = curve.prime - y
    return point[1:], y.to_bytes(curve.size_bytes, "big")


def compress(name: str, x: bytes, y: bytes) -> bytes:
    """The compressed form of a point that is given by its coordinates.

    Raises:
        KeyFormatError: a coordinate of the wrong length or not below the prime, or no point of the curve.
    """
    curve = _CURVES[name]
    if len(x) != curve.size_bytes or len(y) != curve.size_bytes:
        raise KeyFormatError(f"a coordinate of {name} has {curve.size_bytes} bytes")
    x_number, y_number = int.from_bytes(x, "big"), int.from_bytes(y, "big")
    if x_number >= curve.prime or y_number >= curve.prime:
        raise KeyFormatError("a coordinate is not below the prime")
    if y_number * y_number % curve.prime != _right_side(curve, x_number):
        raise KeyFormatError(f"the point is not on {name}")
    return bytes([2 + (y_number & 1)]) + x
