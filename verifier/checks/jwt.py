"""Checks `jwt.*` and the signature of a compact JWS around a credential."""

import math
from datetime import UTC, datetime
from typing import Final

from keys.errors import KeyFormatError, ProofError, UnknownSuiteError
from keys.proofs import jws
from keys.proofs.jws import OB_HEADERS, Jws
from schemas.strict_json import JsonObject, JsonValue
from verifier.checks.data_model import Version, validity_of, version_of
from verifier.checks.issuer import KeyCheck, Moments, check_key_times
from verifier.checks.proof import CheckedProof, ProofRules
from verifier.checks.table import Severity
from verifier.description import identifier, text
from verifier.findings import Finding, Outcome, blocked, failed, inconclusive, passed
from verifier.times import instant_of

JOSE_TYPES: Final = frozenset({"vc+jwt", "vp+jwt"})
_REQUIRED: Final = ("iss", "sub", "jti", "nbf")


def check_jwt(
    opened: Jws, payload: JsonObject, credential: JsonObject, key: KeyCheck, rules: ProofRules
) -> CheckedProof:
    """All checks of a JWS whose header was found sound when it was opened.

    Args:
        opened: the JWS.
        payload: its payload.
        credential: taken out of the payload.
        key: what was found about the key that the header names.
        rules: the demands on proofs.

    Source: OB 8.2; RFC 7515, section 5.2.
    """
    checked = CheckedProof("", {"verificationMethod": opened.header.get("kid")}, suite=f"jwt:{opened.algorithm}")
    checked.role, checked.controller, checked.basis, checked.key = "issuer", key.controller, key.basis, key
    signed_at = _numeric_date(payload.get("nbf")) or _numeric_date(payload.get("iat"))
    moments = Moments(rules.now, rules.clock_skew, signed_at, rules.existed_at)
    checked.findings = [
        passed("jwt.header"),
        _profile(opened),
        check_claims(payload, credential, lenient=rules.lenient_claims, jose=_is_jose(opened)),
        *key.findings,
        *check_key_times(key.method, moments, ""),
        *_signature(opened, key),
    ]
    return checked


def _is_jose(opened: Jws) -> bool:
    return opened.header.get("typ") in JOSE_TYPES


def _profile(opened: Jws) -> Finding:
    others = opened.header.keys() - OB_HEADERS
    if others:
        return failed("jwt.profile", "", "header", {"member": min(others)})
    return failed("jwt.profile", "", "jose") if _is_jose(opened) else passed("jwt.profile")


def _signature(opened: Jws, key: KeyCheck) -> list[Finding]:
    if key.key is None:
        by = key.blocked_by or "issuer.method"
        return [blocked("jwt.algorithm", by), blocked("proof.signature", by)]
    try:
        jws.check_algorithm(opened, key.key)
    except UnknownSuiteError:
        return [inconclusive("jwt.algorithm", "", "unknown"), blocked("proof.signature", "jwt.algorithm")]
    except ProofError:
        return [failed("jwt.algorithm", "", "key"), blocked("proof.signature", "jwt.algorithm")]
    try:
        jws.verify(opened, key.key)
    except (ProofError, KeyFormatError):
        return [passed("jwt.algorithm"), failed("proof.signature", "", "bad")]
    return [passed("jwt.algorithm"), passed("proof.signature")]


def _numeric_date(value: JsonValue) -> datetime | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        return datetime.fromtimestamp(value, UTC)
    except (ValueError, OverflowError, OSError):
        return None


def _seconds(value: JsonValue) -> int | None:
    moment = instant_of(value)
    return None if moment is None else math.floor(moment.timestamp())


def _expected(credential: JsonObject, version: Version) -> JsonObject:
    start, end = validity_of(credential, version)
    subject = credential.get("credentialSubject")
    return {
        "iss": identifier(credential.get("issuer", credential.get("holder"))),
        "sub": identifier(subject) if isinstance(subject, dict) else None,
        "jti": text(credential.get("id")),
        "nbf": _seconds(start),
        "exp": _seconds(end),
    }


def _equal(found: JsonValue, wanted: JsonValue) -> bool:
    if isinstance(found, bool):
        return False
    if isinstance(found, float) and isinstance(wanted, int):
        return math.isfinite(found) and math.floor(found) == wanted
    return found == wanted and type(found) is type(wanted)


def check_claims(payload: JsonObject, credential: JsonObject, *, lenient: bool, jose: bool) -> Finding:
    """`jwt.claims`: each claim that is there says the same as the credential; those of OB 8.2 are there.

    Args:
        payload: of the JWS.
        credential: in it.
        lenient: a missing `sub` only warns (compat=1edtech).
        jose: the JOSE profile demands no claims (JOSE 3.1).
    """
    code = "jwt.claims"
    version = version_of(credential)
    if "vp" in payload or ("vc" in payload and (version == "2.0" or "@context" in payload)):
        return failed(code, "", "vc")
    if version == "1.1" and "vc" not in payload:
        return failed(code, "", "vc_missing")
    expected = _expected(credential, version)
    for name, wanted in expected.items():
        if name in payload and not _equal(payload[name], wanted):
            return failed(code, "", name)
    if jose:
        return passed(code)
    if expected["exp"] is not None and "exp" not in payload:
        return failed(code, "", "exp")
    missing = [name for name in _REQUIRED if name not in payload]
    if not missing:
        return passed(code)
    if missing == ["sub"] and lenient:
        return Finding(code=code, outcome=Outcome.FAILED, reason="sub", severity=Severity.WARNING)
    return failed(code, "", missing[0])
