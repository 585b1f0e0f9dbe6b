"""From settings to the outside world of the services: database, keys, signer, fetching, clock. Made once a process."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache, partial

from issuer.adapters.erasure_ledger import FileLedger, LedgerError
from issuer.adapters.smtp import SmtpAddressError, SmtpMailer
from issuer.db.engine import is_sqlite
from issuer.db.migrate import upgrade
from issuer.db.person_keys import PersonKeys
from issuer.db.unit_of_work import Database
from issuer.domain.suppression import Cell, Figures, Outsider
from issuer.home import Home
from issuer.services.erasing.replay_ledger import LedgerMissingError, replay, tie
from issuer.services.identity_provider import IdentityProvider
from issuer.services.outside import Outside, no_checkpoint
from issuer.services.own_documents import OwnDocuments
from issuer.services.passkey_checks import PasskeyChecks
from issuer.services.publish_trust_list import KIND as TRUST_KIND
from issuer.services.publish_trust_list import NAME as TRUST_NAME
from issuer.services.publish_trust_list import trust_list_url
from issuer.services.registry.show_registry import run_out
from issuer.settings import Settings, SettingsError
from keys.signing import sealing
from keys.signing.key_file import Credential32, Passphrase
from keys.signing.key_ring import KeyRing
from schemas.canonicaliser import canonicaliser
from schemas.compiled_canonicaliser import CompiledCanonicaliser
from schemas.jsonld import Canonicalise
from schemas.template_canonicaliser import TemplateCanonicaliser
from verifier import Environment
from verifier.environment import TrustListSource
from verifier.surroundings import Surroundings

# For how long our own trust list is kept between checks: long enough for a burst, too short for anyone to notice.
TRUST_LIST_SECONDS = 0.25


def system_clock() -> datetime:
    """Return the time of the machine, aware UTC: the one clock of the issuer."""
    return datetime.now(UTC)  # noqa: TID251  composition roots own the clock


@dataclass(frozen=True, slots=True, kw_only=True)
class Composition:
    """What a running process holds open.

    Attributes:
        outside: for the services.
        home: the directory of this installation.
        key_ring: the signer with the operator's acts, such as listing keys.
    """

    outside: Outside
    home: Home
    key_ring: KeyRing


@contextmanager
def compose(
    settings: Settings,
    *,
    clock: Callable[[], datetime] = system_clock,
    checkpoint: Callable[[str], None] = no_checkpoint,
    batch: bool = False,
) -> Iterator[Composition]:
    """Open everything that `settings` name, bring the database up to date, and close it all at the end.

    Args:
        settings: checked settings.
        clock: aware now; tests move it.
        checkpoint: fail points for crash tests.
        batch: canonicalise badges of one template by template, in signing and in checking.

    Raises:
        KeystoreError: a key or secret cannot be opened.
        StoreMisconfiguredError: the database did not take a setting that durability depends on.
        SettingsError: the ledger of erasures is missing, broken or another database's.
    """
    home = Home(settings.home)
    home.make()
    upgrade(settings.database_url)
    database = Database(settings.database_url)
    person_keys = _person_keys(settings, home)
    canonicalise = _canonicalise(settings, batch=batch)
    own_documents = OwnDocuments(database, monotonic=time.monotonic)
    key_ring = KeyRing(home.signing_keys, _key_seal(settings, home), clock, canonicalise=canonicalise)
    surroundings = Surroundings(fast_path=settings.fast_path)
    outside = Outside(
        database=database,
        person_keys=person_keys,
        signer=key_ring,
        clock=clock,
        canonicalise=canonicalise,
        environment=own_environment(
            surroundings,
            own_documents,
            settings.identity_origin,
            clock=clock,
            canonicalise=canonicalise if batch else None,
        ),
        published=own_documents.forget,
        identity_origin=settings.identity_origin,
        public_url=settings.public_url,
        link_secret=home.secret("link.secret"),
        ledger=_ledger(settings, home, database),
        passkeys=partial(_passkeys, settings.public_url),
        outsider=_outsider,
        mailer=_mailer(settings),
        identity_provider=_identity_provider(settings, clock),
        checkpoint=checkpoint,
    )
    try:
        replay(outside)  # before anything opens: what was erased stays erased, whatever backup this database is
        yield Composition(outside=outside, home=home, key_ring=key_ring)
    finally:
        surroundings.close()
        person_keys.close()
        database.close()


def _canonicalise(settings: Settings, *, batch: bool) -> Canonicalise:
    chosen: Canonicalise = canonicaliser(fast_path=settings.fast_path)
    return TemplateCanonicaliser(chosen) if batch and isinstance(chosen, CompiledCanonicaliser) else chosen


def own_environment(
    surroundings: Surroundings,
    own_documents: OwnDocuments,
    origin: str,
    *,
    clock: Callable[[], datetime],
    canonicalise: Canonicalise | None = None,
) -> Callable[[], Environment]:
    """Return what makes the environment of each verification: our own documents come from the database.

    Args:
        surroundings: what all verifications of the process share.
        own_documents: our own public documents.
        origin: identity origin, ``https://host``.
        clock: aware now.
        canonicalise: instead of the one of the surroundings.
    """
    kept: tuple[float, tuple[TrustListSource, ...]] = (0.0, ())

    def trust_lists() -> tuple[TrustListSource, ...]:
        nonlocal kept
        now = time.monotonic()
        if not kept[1] or now - kept[0] >= TRUST_LIST_SECONDS:
            kept = (now, _trust_lists(own_documents.database, origin, clock()))
        return kept[1]

    def environment() -> Environment:
        of_others = surroundings.environment()
        return replace(
            of_others,
            fetch=own_documents.fetch(origin, of_others.fetch),
            canonicalise=canonicalise or of_others.canonicalise,
            clock=clock,
            trust_lists=trust_lists(),
        )

    return environment


def _trust_lists(database: Database, origin: str, now: datetime) -> tuple[TrustListSource, ...]:
    """Our own list with the keys that may have signed it, then those of others that we took into use.

    A copy of another's list that has run out says nothing any more, and makes nothing else doubtful.
    """
    with database.read() as unit:
        root = unit.institutions.root()
        keys = unit.institutions.keys(root.id) if root is not None else []
        published = unit.publications.current(TRUST_KIND, TRUST_NAME)
        others = unit.endorsements.imported()
    pinned = tuple(key.public_key_multibase for key in keys if key.state != "compromised")
    if not pinned or published is None:
        return ()
    own = TrustListSource(url=trust_list_url(origin), keys=pinned, document=published.document)
    in_use = [one for one in others if not run_out(one.document, now)]
    return own, *(
        TrustListSource(url=one.url, keys=one.keys, document=one.document, stored_at=one.stored_at) for one in in_use
    )


@cache
def _passkeys(public_url: str) -> PasskeyChecks:
    """Made when first needed: the library takes 400 ms to import, which commands should not wait for."""
    from issuer.adapters.passkeys import WebAuthn  # noqa: PLC0415  slow to import, see above

    return WebAuthn(public_url)


def _outsider(figures: Figures, hidden: frozenset[Cell]) -> Outsider:
    """Make the one who reckons with figures; the solver is loaded when a release is made and not before."""
    from issuer.adapters.linear_outsider import LinearOutsider  # noqa: PLC0415  slow to import, see above

    return LinearOutsider(figures, hidden)


def _ledger(settings: Settings, home: Home, database: Database) -> FileLedger:
    """Open the ledger of erasures; made at the very first start, and from then on we do not start without it."""
    ledger = FileLedger(settings.erasure_ledger or home.erasure_ledger)
    try:
        tie(database, ledger)
    except (LedgerError, LedgerMissingError) as problem:
        raise SettingsError("PATEVA_ERASURE_LEDGER", str(problem)) from None
    return ledger


def _mailer(settings: Settings) -> SmtpMailer | None:
    if settings.smtp_url is None:
        return None
    try:
        return SmtpMailer(settings.smtp_url)
    except SmtpAddressError as problem:
        raise SettingsError("PATEVA_SMTP_URL", str(problem)) from None


def _identity_provider(settings: Settings, clock: Callable[[], datetime]) -> IdentityProvider | None:
    if settings.oidc is None:
        return None
    # Authlib takes 50 ms to import, which commands without sign-in should not wait for.
    from issuer.adapters.oidc import Client, OpenIdProvider  # noqa: PLC0415  slow to import, see above

    oidc = settings.oidc
    return OpenIdProvider(Client(issuer=oidc.issuer, client_id=oidc.client_id, secret=oidc.client_secret), clock)


def _person_keys(settings: Settings, home: Home) -> PersonKeys:
    url, key = _person_keys_url(settings, home), home.secret("installation.key")
    return PersonKeys(url, key, seal=sealing.seal, unseal=sealing.unseal)


def _person_keys_url(settings: Settings, home: Home) -> str:
    """On PostgreSQL the keys of persons lie in a schema of their own in the same database, else in a file of theirs."""
    if is_sqlite(settings.database_url):
        return f"sqlite:///{home.person_keys.resolve()}"
    return settings.database_url


def _key_seal(settings: Settings, home: Home) -> Credential32 | Passphrase:
    if settings.key_passphrase is not None:
        return Passphrase(settings.key_passphrase)
    return Credential32.read(home.secret_path("signing.credential"))
