"""From the header of a JWS to a key that the issuer publishes: DID URLs, controller documents, JWK sets."""

from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from keys import did_web, jwk
from keys.errors import KeyFormatError, UnknownKeyTypeError
from keys.public_key import PublicKey
from schemas.strict_json import JsonObject, JsonValue
from verifier.checks.issuer import Basis, KeyCheck, KeyQuestion, resolve_key
from verifier.description import many, member, text
from verifier.did_resolution import (
    ControllerDocument,
    ResolutionError,
    absolute,
    controller_document,
    fetched_object,
    find_method,
    is_listed,
)
from verifier.environment import BoundedMemory, Fetch, FetchRules
from verifier.findings import Finding, Outcome, blocked, failed, inconclusive, not_applicable, passed

_JWKS_PATH: Final = "/.well-known/jwks.json"
_JWKS: Final = FetchRules(purpose="jwks")
_MOST_KEYS: Final = 50
NOT_IN_SET: Final = "not_in_key_set"


@dataclass(frozen=True, slots=True)
class _Published:
    """One key that the issuer publishes for assertions."""

    key: PublicKey
    names: frozenset[str]  # ids and kids under which it is published
    basis: Basis
    method: JsonObject


class JwtKeys:
    """Resolves the keys of JWS headers for one issuer."""

    def __init__(self, issuer_id: str, fetch: Fetch, memory: BoundedMemory) -> None:
        self._issuer_id = issuer_id
        self._fetch = fetch
        self._memory = memory

    def resolve(self, header: JsonObject) -> KeyCheck:
        """The issuer's key that `kid` or `jwk` means. A header never brings a key of its own.

        Source: OB 8.2; implementation guide, "Key provenance"; verification.md, section 4.
        """
        kid, hint = text(header.get("kid")), header.get("jwk")
        if kid is not None and hint is None and self._is_method(kid):
            question = KeyQuestion(kid, self._issuer_id, "assertionMethod", "")
            return resolve_key(question, self._fetch, self._memory)
        if kid is not None and "://" in kid and self._origin(kid) != self.authority():
            return _unbound(failed("issuer.key_binding", "", "other_party"))
        try:
            wanted = self._hinted(kid, hint)
        except ResolutionError as fault:
            return _unbound(_told("issuer.method", fault), binding=blocked("issuer.key_binding", "issuer.method"))
        published, faults = self._published()
        found = [one for one in published if _is_meant(one, kid, wanted)]
        if len({one.key for one in found}) == 1:
            return _bound(found[0], self._issuer_id)
        if found:
            return _unbound(failed("issuer.method", "", "method_ambiguous"))
        return _not_found(published, faults)

    def _is_method(self, kid: str) -> bool:
        """Whether `kid` addresses a method in a controller document: a DID URL, or https with a fragment."""
        return kid.startswith("did:") or (kid.startswith("https://") and "#" in kid)

    def authority(self) -> str | None:
        """Host and port of the issuer id, https or did:web."""
        url = self._issuer_id
        if url.startswith("did:web:"):
            try:
                url = did_web.document_url(url)
            except KeyFormatError:
                return None
        return self._origin(url)

    def _origin(self, url: str) -> str | None:
        try:
            parts = urlsplit(url)
        except ValueError:
            return None
        return parts.netloc if parts.scheme == "https" and parts.netloc else None

    def _hinted(self, kid: str | None, hint: JsonValue) -> PublicKey | None:
        """The key in the header, or at the https address that `kid` is; only a hint of which key is meant.

        Raises:
            ResolutionError: there is a hint, but no key in it.
        """
        if hint is None and (kid is None or not kid.startswith("https://")):
            return None
        content: JsonValue = hint
        if hint is None and kid is not None:
            answer, _ = fetched_object(kid, _JWKS, self._fetch, self._memory)
            content = answer
            if "keys" in answer:
                content = next((one for one in many(answer["keys"]) if member(one, "kid") == kid), None)
        try:
            return jwk.decode(content)
        except UnknownKeyTypeError as problem:
            raise ResolutionError(Outcome.INCONCLUSIVE, "key_type") from problem
        except KeyFormatError as problem:
            raise ResolutionError(Outcome.FAILED, "key_malformed") from problem

    def _published(self) -> tuple[list[_Published], list[ResolutionError]]:
        """Keys in the issuer's controller document and in the JWK set of its authority."""
        found: list[_Published] = []
        faults: list[ResolutionError] = []
        try:
            document = controller_document(self._issuer_id, self._fetch, self._memory)
            found += _of_document(document)
        except ResolutionError as fault:
            faults.append(fault)
        authority = self.authority()
        if authority is not None:
            try:
                content, _ = fetched_object(f"https://{authority}{_JWKS_PATH}", _JWKS, self._fetch, self._memory)
                found += self._of_set(content)
            except ResolutionError as fault:
                faults.append(fault)
        return found, faults

    def _of_set(self, content: JsonObject) -> list[_Published]:
        """Keys of a JWK set; its `iss`, if there, must be the issuer."""
        if "iss" in content and content["iss"] != self._issuer_id:
            raise ResolutionError(Outcome.FAILED, "id_differs")
        found = []
        for entry in many(content.get("keys"))[:_MOST_KEYS]:
            kid = text(member(entry, "kid"))
            if kid is None or not isinstance(entry, dict):
                continue
            try:
                key = jwk.decode(entry)
                jwk.check_use(entry, key)
            except KeyFormatError:
                continue
            found.append(_Published(key, frozenset({kid}), "jwks", {}))
        return found


def _of_document(document: ControllerDocument) -> list[_Published]:
    basis: Basis = "did" if document.url.startswith("did:") else "controller_document"
    found = []
    for entry in many(document.content.get("verificationMethod")) + many(document.content.get("assertionMethod")):
        name = absolute(member(entry, "id"), document.url)
        if name is None or not is_listed(document, name, "assertionMethod"):
            continue
        try:
            method = find_method(document, name)
        except ResolutionError:
            continue
        if method.controller == document.url:
            names = frozenset({name, name.partition("#")[2], method.key.thumbprint()})
            found.append(_Published(method.key, names, basis, method.content))
    return found


def _is_meant(one: _Published, kid: str | None, wanted: PublicKey | None) -> bool:
    if wanted is not None:
        return one.key == wanted and (kid is None or one.basis != "jwks" or kid in one.names)
    return kid is not None and kid in one.names


def _bound(one: _Published, issuer_id: str) -> KeyCheck:
    codes = ("issuer.document", "issuer.method", "issuer.relationship", "issuer.key_binding", "issuer.key_basis")
    return KeyCheck(
        findings=[passed(code) for code in codes],
        key=one.key,
        method=one.method,
        controller=issuer_id,
        basis=one.basis,
        role="issuer",
    )


def _told(code: str, fault: ResolutionError) -> Finding:
    return failed(code, "", fault.reason) if fault.outcome is Outcome.FAILED else inconclusive(code, "", fault.reason)


_ORDER: Final = ("issuer.document", "issuer.method", "issuer.relationship", "issuer.key_binding")


def _unbound(finding: Finding, binding: Finding | None = None) -> KeyCheck:
    """No key: one finding says why, what hangs on it is blocked. The JWS counts as the issuer's: it is the only one."""
    told = {finding.code: finding}
    if binding is not None:
        told[binding.code] = binding
    findings = [told.get(code) or blocked(code, finding.code) for code in _ORDER]
    findings.append(not_applicable("issuer.key_basis"))
    return KeyCheck(findings=findings, role="issuer", blocked_by=finding.code)


def _not_found(published: list[_Published], faults: list[ResolutionError]) -> KeyCheck:
    if not published and faults:
        return _unbound(_told("issuer.document", faults[0]))
    untold = next((fault for fault in faults if fault.outcome is Outcome.INCONCLUSIVE), None)
    if untold is not None and not any(one.basis in ("did", "controller_document") for one in published):
        # the set of keys does not hold it, but the issuer's own document might
        return _unbound(_told("issuer.document", untold), binding=inconclusive("issuer.key_binding", "", NOT_IN_SET))
    return _unbound(failed("issuer.key_binding", "", "not_among_keys"))
