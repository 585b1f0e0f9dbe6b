"""The only reader of the environment: PATEVA_* variables, checked once at start and kept as frozen data."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, cast
from urllib.parse import urlsplit

DEMO_IDENTITY_ORIGIN = "https://demo.pateva.example"
DEFAULT_PORT = 8000

Language = Literal["fi", "sv", "en"]
InstallationKind = Literal["development", "production"]

# Bound on a settings file: an address with a password, or one secret. Bytes.
_MAX_SETTING_FILE_BYTES = 4096
_HOST = re.compile(r"[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?|\[[0-9a-f:]+\]")


class SettingsError(ValueError):
    """A setting has a value that we cannot or will not start with.

    Attributes:
        name: of the variable, for example ``PATEVA_PUBLIC_URL``.
    """

    def __init__(self, name: str, problem: str) -> None:
        self.name = name
        super().__init__(f"{name}: {problem}")


@dataclass(frozen=True, slots=True, kw_only=True)
class OidcSettings:
    """An identity provider (OpenID Connect).

    Attributes:
        issuer: exactly as its tokens name it.
        client_secret: None for a public client.
    """

    issuer: str
    client_id: str
    client_secret: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What the operator decided. Everything has a default that suits a trial on one machine.

    Attributes:
        home: directory of database, keys and secrets.
        database_url: SQLAlchemy URL; SQLite under `home` unless set.
        public_url: scheme, host and port without a trailing slash; for links and QR codes only.
        identity_origin: https origin in signed identifiers; frozen when the first institution is made.
        language: of pages when the browser asks for none of ours.
        fast_path: whether contexts compiled ahead are used when canonicalising.
        kind: `production` refuses everything that is meant for trials.
        key_passphrase: opens the signing keys; None: a 32-byte credential file under `home` does.
        forwarded_allow_ips: proxies whose X-Forwarded-* headers count, as uvicorn reads them.
        smtp_url: mail server with the sender's address; None: no mail is sent.
        oidc: the identity provider of the organisation; None: nobody signs in elsewhere.
        erasure_ledger: file of the ledger of erasures; under `home` unless set, better on another disk.
    """

    home: Path
    database_url: str
    public_url: str
    identity_origin: str
    language: Language
    fast_path: bool
    kind: InstallationKind
    key_passphrase: str | None
    forwarded_allow_ips: str
    smtp_url: str | None = None
    oidc: OidcSettings | None = None
    erasure_ledger: Path | None = None

    @property
    def public_host(self) -> str:
        """Host of `public_url`, without a port."""
        return urlsplit(self.public_url).hostname or ""

    @property
    def identity_host(self) -> str:
        """Host of `identity_origin`."""
        return urlsplit(self.identity_origin).hostname or ""

    @property
    def secure_cookies(self) -> bool:
        """Whether pages are reached by https, so that cookies may be `__Host-` and `Secure`."""
        return self.public_url.startswith("https://")


def read_settings(environ: Mapping[str, str] | None = None, *, port: int = DEFAULT_PORT) -> Settings:
    """Read and check all settings.

    Args:
        environ: variables; None: those of the process.
        port: on which we are about to listen; stands in the default of PATEVA_PUBLIC_URL.

    Raises:
        SettingsError: a value is malformed, a file cannot be read, or production would be relaxed.
    """
    given = os.environ if environ is None else environ  # noqa: TID251  this is the one reader
    home = Path(given.get("PATEVA_HOME", "var"))
    kind = _one_of(given, "PATEVA_ENVIRONMENT", ("development", "production"), "development")
    public_url = given.get("PATEVA_PUBLIC_URL", f"http://localhost:{port}")
    public_url = _origin("PATEVA_PUBLIC_URL", public_url, ("http", "https"))
    fallback = public_url if public_url.startswith("https://") else DEMO_IDENTITY_ORIGIN
    identity_origin = _origin("PATEVA_IDENTITY_ORIGIN", given.get("PATEVA_IDENTITY_ORIGIN", fallback), ("https",))
    default_database = f"sqlite:///{(home / 'pateva.sqlite3').resolve()}"
    settings = Settings(
        home=home,
        database_url=_secret(given, "PATEVA_DATABASE_URL") or default_database,
        public_url=public_url,
        identity_origin=identity_origin,
        language=cast("Language", _one_of(given, "PATEVA_LANGUAGE", ("fi", "sv", "en"), "fi")),
        fast_path=_one_of(given, "PATEVA_FAST_PATH", ("on", "off"), "on") == "on",
        kind=cast("InstallationKind", kind),
        key_passphrase=_from_file(given, "PATEVA_KEY_PASSPHRASE_FILE"),
        forwarded_allow_ips=given.get("PATEVA_TRUSTED_PROXIES", "127.0.0.1"),
        smtp_url=_secret(given, "PATEVA_SMTP_URL"),
        oidc=_oidc(given),
        erasure_ledger=Path(given["PATEVA_ERASURE_LEDGER"]) if given.get("PATEVA_ERASURE_LEDGER") else None,
    )
    if kind == "production":
        _refuse_what_is_for_trials(given, settings)
    return settings


def _refuse_what_is_for_trials(given: Mapping[str, str], settings: Settings) -> None:
    """Source: security.md section 13; README of the design, on the in-process signer."""
    if not settings.public_url.startswith("https://"):
        raise SettingsError("PATEVA_PUBLIC_URL", "must be https in production")
    if settings.identity_origin == DEMO_IDENTITY_ORIGIN:
        raise SettingsError("PATEVA_IDENTITY_ORIGIN", "must be your own origin in production")
    if given.get("PATEVA_SIGNER") != "in-process":
        raise SettingsError("PATEVA_SIGNER", "say in-process: the keys are then held by the web server itself")
    if urlsplit(given.get("PATEVA_DATABASE_URL", "")).password:
        raise SettingsError("PATEVA_DATABASE_URL", "carries a password; put it in a file: PATEVA_DATABASE_URL_FILE")
    if urlsplit(given.get("PATEVA_SMTP_URL", "")).password:
        raise SettingsError("PATEVA_SMTP_URL", "carries a password; put it in a file: PATEVA_SMTP_URL_FILE")
    if given.get("PATEVA_OIDC_CLIENT_SECRET"):
        raise SettingsError(
            "PATEVA_OIDC_CLIENT_SECRET", "is a secret; put it in a file: PATEVA_OIDC_CLIENT_SECRET_FILE"
        )


def _oidc(given: Mapping[str, str]) -> OidcSettings | None:
    """Issuer and client id come together; http only to this machine."""
    issuer, client_id = given.get("PATEVA_OIDC_ISSUER", "").strip(), given.get("PATEVA_OIDC_CLIENT_ID", "").strip()
    secret = _secret(given, "PATEVA_OIDC_CLIENT_SECRET")
    if not issuer and not client_id and secret is None:
        return None
    if not client_id:
        raise SettingsError("PATEVA_OIDC_CLIENT_ID", "is missing; it goes with PATEVA_OIDC_ISSUER")
    parts = urlsplit(issuer)
    local = parts.scheme == "http" and parts.hostname in ("localhost", "127.0.0.1")
    if not parts.hostname or not (parts.scheme == "https" or local) or parts.query or parts.fragment:
        raise SettingsError("PATEVA_OIDC_ISSUER", "must be https:// as the provider's tokens name it")
    return OidcSettings(issuer=issuer, client_id=client_id, client_secret=secret)


def _one_of(given: Mapping[str, str], name: str, allowed: tuple[str, ...], default: str) -> str:
    value = given.get(name, default).strip().lower()
    if value not in allowed:
        raise SettingsError(name, f"must be one of {', '.join(allowed)}")
    return value


def _origin(name: str, value: str, schemes: tuple[str, ...]) -> str:
    """Scheme, host and port only: a path would break identifiers, a user name would end up in links."""
    try:
        parts = urlsplit(value.strip())
        port = parts.port
    except ValueError:
        raise SettingsError(name, "is not an address") from None
    host = (parts.hostname or "").lower()
    shown = f"[{host}]" if ":" in host else host
    if parts.scheme not in schemes or not _HOST.fullmatch(shown):
        raise SettingsError(name, f"must be {' or '.join(schemes)}:// and a host")
    if parts.path not in ("", "/") or parts.query or parts.fragment or "@" in parts.netloc:
        raise SettingsError(name, "must end after host and port")
    return f"{parts.scheme}://{shown}{f':{port}' if port else ''}"


def _secret(given: Mapping[str, str], name: str) -> str | None:
    """A value that may carry a password: from the variable, or better from the file that its _FILE twin names."""
    from_file = _from_file(given, f"{name}_FILE")
    if from_file is not None and given.get(name):
        raise SettingsError(name, f"is set together with {name}_FILE; keep one")
    return from_file or given.get(name) or None


def _from_file(given: Mapping[str, str], name: str) -> str | None:
    path = given.get(name)
    if not path:
        return None
    try:
        with Path(path).open("rb") as file:
            content = file.read(_MAX_SETTING_FILE_BYTES + 1)
        text = content.decode().strip()
    except (OSError, UnicodeDecodeError) as problem:
        raise SettingsError(name, f"cannot be read ({type(problem).__name__})") from None
    if len(content) > _MAX_SETTING_FILE_BYTES or not text:
        raise SettingsError(name, f"must hold 1 to {_MAX_SETTING_FILE_BYTES} bytes")
    return text
