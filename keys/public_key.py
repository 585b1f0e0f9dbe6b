"""A public key as a value: what kind it is and its one canonical byte form."""

import hashlib
from dataclasses import dataclass
from typing import Literal, TypeAlias

from keys import base58, base64url
from keys.elliptic_curves import decompress
from keys.errors import KeyFormatError
from schemas.canonical_json import canonicalise
from schemas.strict_json import JsonObject

KeyKind: TypeAlias = Literal["Ed25519", "P-256", "P-384", "RSA"]

MULTICODEC: dict[str, bytes] = {"Ed25519": b"\xed\x01", "P-256": b"\x80\x24", "P-384": b"\x81\x24"}
"""Header bytes of Multikey (CID 2.2.2); RSA has none there."""

_LENGTHS = {"Ed25519": 32, "P-256": 33, "P-384": 49}
_RSA_EXPONENT_BYTES = 4


@dataclass(frozen=True, slots=True)
class PublicKey:
    """One public key. Two keys are the same key exactly if they are equal.

    Attributes:
        kind: Ed25519, P-256, P-384 or RSA.
        raw: Ed25519: 32 bytes. P-256, P-384: the compressed point, 33 or 49 bytes, proven to be on the curve.
            RSA: the modulus without leading zeros, then the exponent in 4 bytes.
    """

    kind: KeyKind
    raw: bytes

    def __post_init__(self) -> None:
        if self.kind == "RSA":
            if len(self.raw) <= _RSA_EXPONENT_BYTES or self.raw[0] == 0 or not self.raw[-1] & 1:
                raise KeyFormatError("not an RSA key")
            return
        if len(self.raw) != _LENGTHS[self.kind]:
            raise KeyFormatError(f"a key of kind {self.kind} does not have {len(self.raw)} bytes")
        if self.kind != "Ed25519":
            decompress(self.kind, self.raw)

    def multibase(self) -> str:
        """The key as Multikey text, `z…` (CID 2.2.2); KeyFormatError for RSA, which has no such form."""
        header = MULTICODEC.get(self.kind)
        if header is None:
            raise KeyFormatError(f"{self.kind} has no Multikey form")
        return "z" + base58.encode(header + self.raw)

    def jwk(self) -> JsonObject:
        """The key as a public JWK with the required members only (RFC 7517, 7518, 8037)."""
        if self.kind == "Ed25519":
            return {"kty": "OKP", "crv": "Ed25519", "x": base64url.encode(self.raw)}
        if self.kind == "RSA":
            modulus, exponent = self.raw[:-_RSA_EXPONENT_BYTES], self.raw[-_RSA_EXPONENT_BYTES:].lstrip(b"\0")
            return {"kty": "RSA", "n": base64url.encode(modulus), "e": base64url.encode(exponent)}
        x, y = decompress(self.kind, self.raw)
        return {"kty": "EC", "crv": self.kind, "x": base64url.encode(x), "y": base64url.encode(y)}

    def thumbprint(self) -> str:
        """RFC 7638 thumbprint: base64url of SHA-256 over the required JWK members."""
        return base64url.encode(hashlib.sha256(canonicalise(self.jwk())).digest())

    def rsa_numbers(self) -> tuple[int, int]:
        """Modulus and exponent of an RSA key."""
        if self.kind != "RSA":
            raise KeyFormatError(f"{self.kind} has no RSA numbers")
        split = len(self.raw) - _RSA_EXPONENT_BYTES
        return int.from_bytes(self.raw[:split], "big"), int.from_bytes(self.raw[split:], "big")


def rsa(modulus: int, exponent: int) -> PublicKey:
    """An RSA key from its two numbers.

    Raises:
        KeyFormatError: modulus outside 512 to 8,192 bits, an even number, or an exponent outside 3 … 2^32−1.
            (Keys below 2,048 bits are readable so that a verdict can name them; no algorithm accepts them.)
    """
    if not 512 <= modulus.bit_length() <= 8192 or not modulus & 1:  # noqa: PLR2004  the bounds of the docstring
        raise KeyFormatError("RSA modulus out of range")
    if not 3 <= exponent < 1 << 32 or not exponent & 1:  # noqa: PLR2004  RFC 8017: odd, from 3
        raise KeyFormatError("RSA exponent out of range")
    size = (modulus.bit_length() + 7) // 8
    return PublicKey("RSA", modulus.to_bytes(size, "big") + exponent.to_bytes(_RSA_EXPONENT_BYTES, "big"))
