"""Compact JWS: a strict front, the algorithm from the resolved key only, and making them (RFC 7515; OB 8.2)."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from keys import base64url, ecdsa, ed25519, rsa
from keys.errors import KeyFormatError, ProofError, UnknownSuiteError
from keys.jwk import ALGORITHMS, PRIVATE_MEMBERS
from keys.public_key import KeyKind, PublicKey
from schemas import strict_json
from schemas.errors import DocumentError
from schemas.strict_json import JsonObject

MAX_TOKEN_CHARACTERS: Final = 4 << 20
MAX_HEADER_BYTES: Final = 4096

OB_HEADERS: Final = frozenset({"alg", "kid", "jwk", "typ"})
"""Members that OB 8.2 allows; others that are harmless make the verifier warn (``jwt.profile``)."""

FORBIDDEN_HEADERS: Final = frozenset(
    {
        "jku",
        "x5u",
        "x5c",
        "x5t",
        "x5t#S256",
        "crit",
        "b64",
        "zip",
        "enc",
        "epk",
        "url",
        "nonce",
        "p2s",
        "p2c",
        "trust_chain",
    }
)
"""Members that fetch, bring a key of their own, change what is signed, or belong to another kind of token."""

CREDENTIAL_TYPES: Final[frozenset[str | None]] = frozenset({None, "JWT", "vc+jwt"})
"""`typ` of a credential: OB 8.2, and the JOSE profile that we also read."""

_PARTS = 3
_SYMMETRIC = "HS"


@dataclass(frozen=True, slots=True)
class Jws:
    """An opened compact JWS; nothing in it is verified yet.

    Attributes:
        header: the protected header.
        payload: the bytes that the signature covers; show only what was read from these.
        signature: raw.
        signing_input: what was signed.
    """

    header: JsonObject
    payload: bytes
    signature: bytes
    signing_input: bytes

    @property
    def algorithm(self) -> str:
        """The header's `alg`: a claim to compare with the key's, never a choice."""
        return str(self.header["alg"])


def open_jws(
    token: str, *, types: frozenset[str | None] = CREDENTIAL_TYPES, headers: frozenset[str] | None = None
) -> Jws:
    """Take a compact JWS apart without believing any of it.

    Args:
        token: at most 4 MiB of characters.
        types: accepted values of `typ`, compared exactly; None stands for its absence.
        headers: accepted header members; None means all but `FORBIDDEN_HEADERS`, which are never accepted.

    Raises:
        ProofError: ``input.encoding``: not three parts of canonical base64url; ``input.limits``: too long;
            ``input.json``: the header is no strict JSON object; ``jwt.header``: a forbidden or unlisted member, a
            foreign `typ`, ``alg`` missing, ``none`` or symmetric, neither `kid` nor `jwk`, a malformed `kid`, a `jwk`
            with a private part.

    Source: RFC 7515 section 5.2; OB 8.2; security.md section 3.
    """
    if len(token) > MAX_TOKEN_CHARACTERS:
        raise ProofError("input.limits", "the token is too long")
    parts = token.split(".")
    if len(parts) != _PARTS or not all(parts):
        raise ProofError("input.encoding", "a compact JWS has three parts that are not empty")
    try:
        raw = [base64url.decode(part) for part in parts]
    except KeyFormatError as error:
        raise ProofError("input.encoding", error.detail) from error
    try:
        header = strict_json.read_object(raw[0], max_bytes=MAX_HEADER_BYTES, max_values=100)
    except DocumentError as error:
        raise ProofError(error.code, f"header: {error.detail}") from error
    check_header(header, types=types, headers=headers)
    return Jws(header, raw[1], raw[2], token.rpartition(".")[0].encode("ascii"))


def check_header(header: JsonObject, *, types: frozenset[str | None], headers: frozenset[str] | None) -> None:
    """Refuse a header that is not of the shape that OB 8.2 allows; errors and arguments as `open_jws`."""
    if header.keys() & FORBIDDEN_HEADERS or (headers is not None and header.keys() - headers):
        raise ProofError("jwt.header", "a member that the header must not have")
    typ = header.get("typ")
    if not (typ is None or isinstance(typ, str)) or typ not in types or ("typ" in header and typ is None):
        raise ProofError("jwt.header", "typ is not one of this use")
    algorithm = header.get("alg")
    if not isinstance(algorithm, str) or algorithm.lower() == "none" or algorithm.upper().startswith(_SYMMETRIC):
        raise ProofError("jwt.header", "alg is missing, none or symmetric")
    kid, jwk = header.get("kid"), header.get("jwk")
    if kid is None and jwk is None:
        raise ProofError("jwt.header", "neither kid nor jwk")
    if ("kid" in header and not isinstance(kid, str)) or kid == "":
        raise ProofError("jwt.header", "kid is not text")
    if "jwk" in header and (not isinstance(jwk, dict) or PRIVATE_MEMBERS & jwk.keys()):
        raise ProofError("jwt.header", "jwk is not a public key")


def check_algorithm(jws: Jws, key: PublicKey) -> None:
    """Compare `alg` with the one algorithm that the resolved key allows.

    Raises:
        UnknownSuiteError: ``jwt.algorithm``: an `alg` that we do not know at all.
        ProofError: ``jwt.algorithm``: the algorithm of another kind of key, or RSA below 2,048 bits.
    """
    if jws.algorithm not in {*ALGORITHMS.values(), "Ed25519"}:
        raise UnknownSuiteError("jwt.algorithm", jws.algorithm)
    expected = ALGORITHMS[key.kind]
    if jws.algorithm != expected and not (key.kind == "Ed25519" and jws.algorithm == "Ed25519"):  # RFC 9864
        raise ProofError("jwt.algorithm", f"alg is {jws.algorithm}, the key is for {expected}")
    if key.kind == "RSA" and rsa.bits(key) < rsa.MIN_BITS:
        raise ProofError("jwt.algorithm", f"RSA key of {rsa.bits(key)} bits")


def verify(jws: Jws, key: PublicKey) -> None:
    """Check the signature with a key that the caller has resolved and bound to the issuer.

    Raises:
        ProofError: ``jwt.algorithm`` as `check_algorithm`, ``proof.signature``.
    """
    check_algorithm(jws, key)
    if key.kind == "Ed25519":
        good = ed25519.verify(key.raw, jws.signing_input, jws.signature)
    elif key.kind == "RSA":
        good = rsa.verify(key, jws.signing_input, jws.signature)
    else:
        good = ecdsa.verify(key.kind, key.raw, jws.signing_input, jws.signature)
    if not good:
        raise ProofError("proof.signature", "the signature is not good")


def create(
    payload: JsonObject, *, kid: str, key_kind: KeyKind, sign: Callable[[bytes], bytes], typ: str | None = "JWT"
) -> str:
    """A compact JWS with the header members `alg`, `kid` and `typ`.

    Args:
        payload: written as compact JSON, member order kept.
        kid: absolute URL of the key's method.
        key_kind: fixes `alg`.
        sign: from the signing input to the raw signature.
        typ: None leaves it out.
    """
    header: JsonObject = {"alg": ALGORITHMS[key_kind], "kid": kid}
    if typ is not None:
        header["typ"] = typ
    signing_input = f"{base64url.encode(strict_json.write(header))}.{base64url.encode(strict_json.write(payload))}"
    return f"{signing_input}.{base64url.encode(sign(signing_input.encode('ascii')))}"
