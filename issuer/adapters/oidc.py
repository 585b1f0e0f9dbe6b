"""An OpenID Connect provider: code flow with PKCE, state and nonce by Authlib; ID tokens checked with joserfc.

Only what the discovery document of the configured issuer names is asked, over https, within bounds; on this machine
also over http, for trials and tests.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final, cast
from urllib.parse import quote_plus, urlsplit

import httpx
from authlib.oauth2.client import OAuth2Client
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, KeySetSerialization

from issuer.services.identity_provider import Answer, Flow, Identity, IdentityRefusedError
from schemas.errors import DocumentError
from schemas.strict_json import JsonObject, read_object

MAX_BYTES: Final = 1 << 20
SECONDS: Final = 10.0
LEEWAY_SECONDS: Final = 60
# Never `none`, never HMAC: a token is signed with a key that the provider publishes.
ALGORITHMS: Final = ("RS256", "PS256", "ES256", "ES384")
_LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})
_MAX_VALUES: Final = 5_000
_MAX_SUBJECT: Final = 255  # OpenID Connect Core 1.0, section 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """How we are known at the provider.

    Attributes:
        issuer: exactly as its tokens name it.
        secret: None for a public client.
    """

    issuer: str
    client_id: str
    secret: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Endpoints:
    authorization: str
    token: str
    keys: str
    tells_issuer: bool


class OpenIdProvider:
    """One configured provider; its discovery document and keys are read when they are first needed.

    Args:
        client: how we are known there.
        clock: aware now, for the times in tokens.
    """

    def __init__(self, client: Client, clock: Callable[[], datetime]) -> None:
        self._client, self._clock = client, clock
        self._endpoints: _Endpoints | None = None
        self._keys: KeySet | None = None

    def address(self, flow: Flow) -> str:
        """Return where to send the browser: code flow, S256, state and nonce."""
        client = OAuth2Client(None, self._client.client_id, scope="openid", code_challenge_method="S256")
        url, _ = client.create_authorization_url(
            self._discovered().authorization,
            state=flow.state,
            nonce=flow.nonce,
            code_verifier=flow.verifier,
            redirect_uri=flow.return_to,
            response_type="code",
        )
        return str(url)

    def identity(self, flow: Flow, answer: Answer) -> Identity:
        """Exchange the code and check the ID token."""
        endpoints = self._discovered()
        if answer.issuer != self._client.issuer and (answer.issuer is not None or endpoints.tells_issuer):
            raise IdentityRefusedError("oidc.mixed_up")  # RFC 9207: the answer of another provider
        form = {
            "grant_type": "authorization_code",
            "code": answer.code,
            "code_verifier": flow.verifier,
            "redirect_uri": flow.return_to,
            "client_id": self._client.client_id,
        }
        token = self._asked("POST", endpoints.token, form).get("id_token")
        if not isinstance(token, str):
            raise IdentityRefusedError("oidc.no_id_token")
        return self._checked(token, flow.nonce)

    def _checked(self, token: str, nonce: str) -> Identity:
        claims = self._claims(token)
        registry = jwt.JWTClaimsRegistry(
            now=lambda: int(self._clock().timestamp()),
            leeway=LEEWAY_SECONDS,
            iss={"essential": True, "value": self._client.issuer},
            aud={"essential": True, "value": self._client.client_id},
            sub={"essential": True},
            exp={"essential": True},
            iat={"essential": True},
            nonce={"essential": True, "value": nonce},
        )
        try:
            registry.validate(claims)
        except JoseError as problem:
            raise IdentityRefusedError("oidc.claims") from problem
        subject, party = claims["sub"], claims.get("azp")
        alone = claims["aud"] in (self._client.client_id, [self._client.client_id])
        if (party is not None or not alone) and party != self._client.client_id:
            raise IdentityRefusedError("oidc.audience")
        if not isinstance(subject, str) or not 0 < len(subject) <= _MAX_SUBJECT:
            raise IdentityRefusedError("oidc.subject")
        return Identity(issuer=self._client.issuer, subject=subject)

    def _claims(self, token: str) -> dict[str, object]:
        """Check the signature; a key that is not known yet is looked for once more."""
        for keys in (self._keys, None):
            known = keys or self._fetched_keys()
            try:
                return cast("dict[str, object]", jwt.decode(token, known, algorithms=list(ALGORITHMS)).claims)
            except (JoseError, ValueError, TypeError) as problem:
                if keys is None:
                    raise IdentityRefusedError("oidc.signature") from problem
        raise IdentityRefusedError("oidc.signature")

    def _discovered(self) -> _Endpoints:
        if self._endpoints is None:
            document = self._asked("GET", f"{self._client.issuer.rstrip('/')}/.well-known/openid-configuration")
            if document.get("issuer") != self._client.issuer:
                raise IdentityRefusedError("oidc.discovery")
            self._endpoints = _Endpoints(
                authorization=_allowed(document.get("authorization_endpoint"), self._client.issuer),
                token=_allowed(document.get("token_endpoint"), self._client.issuer),
                keys=_allowed(document.get("jwks_uri"), self._client.issuer),
                tells_issuer=document.get("authorization_response_iss_parameter_supported") is True,
            )
        return self._endpoints

    def _fetched_keys(self) -> KeySet:
        document = self._asked("GET", self._discovered().keys)
        try:
            self._keys = KeySet.import_key_set(cast("KeySetSerialization", document))
        except (JoseError, ValueError, TypeError, KeyError) as problem:
            raise IdentityRefusedError("oidc.keys") from problem
        return self._keys

    def _asked(self, method: str, url: str, form: dict[str, str] | None = None) -> JsonObject:
        """The JSON object that the provider answers; redirects are not followed, proxies of the machine not used."""
        auth = None
        if form is not None and self._client.secret is not None:  # RFC 6749, section 2.3.1: encoded before Basic
            auth = httpx.BasicAuth(quote_plus(self._client.client_id), quote_plus(self._client.secret))
        headers = {"Accept": "application/json"}
        try:
            with httpx.Client(transport=_Bounded(), timeout=SECONDS, trust_env=False) as session:
                answer = session.request(method, url, data=form, headers=headers, auth=auth)
            if answer.status_code == httpx.codes.OK:
                return read_object(answer.content, max_bytes=MAX_BYTES, max_values=_MAX_VALUES)
        except (httpx.HTTPError, httpx.InvalidURL, DocumentError) as problem:
            raise IdentityRefusedError("oidc.unreachable") from problem
        raise IdentityRefusedError("oidc.unreachable" if form is None else "oidc.code")


class _Bounded(httpx.HTTPTransport):
    """Stops reading an answer that is larger than we take."""

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        response = super().handle_request(request)
        response.stream = _BoundedStream(cast("httpx.SyncByteStream", response.stream))
        return response


class _BoundedStream(httpx.SyncByteStream):
    def __init__(self, inner: httpx.SyncByteStream) -> None:
        self._inner = inner

    def __iter__(self) -> Iterator[bytes]:
        left = MAX_BYTES
        for piece in self._inner:
            left -= len(piece)
            if left < 0:
                raise httpx.ReadError("too large")
            yield piece

    def close(self) -> None:
        self._inner.close()


def _allowed(url: object, issuer: str) -> str:
    """Refuse addresses without https; on this machine http will do where the issuer itself is on it."""
    parts = urlsplit(url) if isinstance(url, str) else urlsplit("")
    local = parts.hostname in _LOOPBACK and urlsplit(issuer).hostname in _LOOPBACK
    if not isinstance(url, str) or not (parts.scheme == "https" or (parts.scheme == "http" and local)):
        raise IdentityRefusedError("oidc.discovery")
    return url
