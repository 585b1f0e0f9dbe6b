"""VC-JWT: a credential and the claims that must agree with it (OB 8.2; VCDM 1.1 section 6.3.1)."""

import math
from collections.abc import Callable
from datetime import datetime

from keys.errors import ProofError
from keys.proofs import jws
from keys.proofs.data_integrity import is_date_time_stamp
from keys.proofs.jws import Jws, open_jws, verify
from keys.public_key import KeyKind
from schemas.strict_json import JsonObject, JsonValue

__all__ = [
    "Jws",
    "check_claims",
    "check_jose_claims",
    "create",
    "credential_of",
    "expected_claims",
    "open_jws",
    "verify",
]

_CODE = "jwt.claims"
_VCDM_1 = "https://www.w3.org/2018/credentials/v1"


def _is_version_1(credential: JsonObject) -> bool:
    context = credential.get("@context")
    return isinstance(context, list) and bool(context) and context[0] == _VCDM_1


def _id_of(value: JsonValue) -> str:
    found = value.get("id") if isinstance(value, dict) else value
    if not isinstance(found, str) or not found:
        raise ProofError(_CODE, "an id that a claim must repeat is missing")
    return found


def _seconds(value: JsonValue) -> int:
    if not isinstance(value, str) or not is_date_time_stamp(value):
        raise ProofError(_CODE, "a moment that a claim must repeat is missing or malformed")
    return math.floor(datetime.fromisoformat(value).timestamp())


def expected_claims(credential: JsonObject, *, require_subject: bool = True) -> JsonObject:
    """The claims that a credential's token must carry: iss, sub, jti, nbf, and exp if the credential ends.

    Args:
        credential: VCDM 2.0 or 1.1.
        require_subject: False lets `sub` out where the subject has no id (policy suffix compat=1edtech only).

    Raises:
        ProofError: ``jwt.claims``: no issuer id, no credential id, no start, a malformed moment, or no subject id:
            a badge that is identified by `identifier` only has no valid JWT form.
    """
    start, end = ("issuanceDate", "expirationDate") if _is_version_1(credential) else ("validFrom", "validUntil")
    subject = credential.get("credentialSubject")
    if not isinstance(subject, dict):
        raise ProofError(_CODE, "there is not exactly one subject")
    claims: JsonObject = {"iss": _id_of(credential.get("issuer"))}
    if require_subject or "id" in subject:
        claims["sub"] = _id_of(subject)
    claims |= {
        "jti": _id_of(credential.get("id")),
        "nbf": _seconds(credential.get(start)),
    }
    if end in credential:
        claims["exp"] = _seconds(credential[end])
    return claims


def credential_of(payload: JsonObject) -> JsonObject:
    """The credential inside a payload: under `vc` for VCDM 1.1, else the payload without the registered claims.

    Raises:
        ProofError: ``jwt.claims``: `vc` with VCDM 2.0, VCDM 1.1 without `vc`, members beside it, or a `vp`.
    """
    inside = payload.get("vc")
    if "vp" in payload or ("vc" in payload and not isinstance(inside, dict)):
        raise ProofError(_CODE, "a vp claim, or a vc claim that is no object")
    if isinstance(inside, dict):
        if not _is_version_1(inside) or "@context" in payload:
            raise ProofError(_CODE, "a vc claim goes with VCDM 1.1 only")
        return inside
    if _is_version_1(payload):
        raise ProofError(_CODE, "VCDM 1.1 stands under vc")
    return {name: value for name, value in payload.items() if name not in _REGISTERED}


_REGISTERED = frozenset({"iss", "sub", "jti", "nbf", "exp", "iat", "aud"})  # none is a term of a badge


def check_claims(payload: JsonObject, *, require_subject: bool = True) -> JsonObject:
    """The credential of a payload whose claims all agree with it, to the second.

    Args:
        payload: of a token whose signature holds.
        require_subject: False accepts a missing `sub` (policy suffix compat=1edtech only), never a different one.

    Raises:
        ProofError: ``jwt.claims``: as `credential_of` and `expected_claims`; a claim missing or different; `exp`
            without an end of the credential, or the end without `exp`.

    Source: OB 8.2 `#jwt-verify-credential`.
    """
    credential = credential_of(payload)
    expected = expected_claims(credential, require_subject=require_subject)
    if not require_subject and "sub" not in payload:
        expected.pop("sub", None)
    if ("exp" in payload) != ("exp" in expected):
        raise ProofError(_CODE, "exp stands if and only if the credential ends")
    for name, value in expected.items():
        found = payload.get(name)
        if isinstance(value, int) and isinstance(found, float) and math.isfinite(found):
            found = math.floor(found)
        if isinstance(found, bool) or found != value:
            raise ProofError(_CODE, f"{name} does not agree with the credential")
    return credential


def check_jose_claims(payload: JsonObject) -> JsonObject:
    """The credential of a payload under the JOSE profile (`typ` vc+jwt), where claims are optional.

    Raises:
        ProofError: ``jwt.claims``: `vc` or `vp`; `iss`, `sub` or `jti` is there and differs from the credential.

    Source: VC-JOSE-COSE sections 3.1 and 3.3.
    """
    if payload.keys() & {"vc", "vp"}:
        raise ProofError(_CODE, "vc and vp are no claims of this profile")
    credential = credential_of(payload)
    members = {"iss": "issuer", "sub": "credentialSubject", "jti": "id"}
    for name, member in members.items():
        if name in payload and payload[name] != _id_of(credential.get(member)):
            raise ProofError(_CODE, f"{name} does not agree with the credential")
    return credential


def create(credential: JsonObject, *, kid: str, key_kind: KeyKind, sign: Callable[[bytes], bytes]) -> str:
    """A credential as VC-JWT with the claims that OB 8.2 requires; embedded proofs stay in it.

    Args:
        credential: VCDM 2.0.
        kid: DID URL of a JsonWebKey method in the issuer's document.
        key_kind: fixes `alg`.
        sign: from the signing input to the raw signature.

    Raises:
        ProofError: ``jwt.claims`` as `expected_claims`, or for VCDM 1.1, which we do not write.
    """
    if _is_version_1(credential) or credential.keys() & _REGISTERED:
        raise ProofError(_CODE, "we write VCDM 2.0 without claims of its own")
    payload: JsonObject = {**credential, **expected_claims(credential)}
    return jws.create(payload, kid=kid, key_kind=key_kind, sign=sign)
