"""Our own public documents, from the database: for the world over HTTP, and for our own verifier without a socket."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from issuer.db.repositories.endorsements import PUBLICATION_KIND
from issuer.db.unit_of_work import Database, UnitOfWork
from issuer.domain.errors import NotFoundError
from issuer.domain.institution import Institution
from issuer.services.publish_bundle import KIND as BUNDLE_KIND
from issuer.services.publish_bundle import NAME as BUNDLE_NAME
from issuer.services.publish_bundle import PATH as BUNDLE_PATH
from issuer.services.publish_status_list import LIST_KIND, REASONS_KIND, TTL
from issuer.services.publish_trust_list import KIND as TRUST_KIND
from issuer.services.publish_trust_list import NAME as TRUST_NAME
from issuer.services.registry.dcc_registry import dcc_document
from schemas.did_document import VerificationMethod, did_document
from schemas.strict_json import write
from verifier import Fetch, FetchError, FetchRules, Response

_ISSUER_DID = re.compile(r"/issuers/([a-z0-9-]{1,40})/did\.json")
_STATUS = re.compile(r"/status/([a-z2-7]{16})(/reasons)?")
_ACHIEVEMENT = re.compile(r"/achievements/([0-9a-f]{32})")
_ENVIRONMENT = re.compile(r"/environments/([0-9a-f]{32})")
_ENDORSEMENT = re.compile(r"/endorsements/([0-9a-f]{32})")
_FIXED = {"/trust/list.json": (TRUST_KIND, TRUST_NAME), BUNDLE_PATH: (BUNDLE_KIND, BUNDLE_NAME)}
_DID_AGE = timedelta(minutes=5)
_FOR_EVER = timedelta(days=365)
_MAX_KEPT = 256


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnDocument:
    """A public document; `max_age` is how long others may keep it."""

    content_type: str
    body: bytes
    max_age: timedelta


def own_document(database: Database, path: str) -> OwnDocument | None:
    """The document at a path under the identity origin, or None when there is none."""
    with database.read() as uow:
        try:
            return _find(uow, path)
        except NotFoundError:
            return None


class OwnDocuments:
    """The same documents kept for a moment, for a process that checks many badges.

    Args:
        database: holds them.
        monotonic: seconds of a clock that only goes on.
        seconds: how long a document is kept; a change made by another process shows after that at the latest, one
            made by this process at once (`forget`).
    """

    def __init__(self, database: Database, *, monotonic: Callable[[], float], seconds: float = 1.0) -> None:
        self.database = database
        self._monotonic, self._seconds = monotonic, seconds
        self._kept: dict[str, tuple[float, OwnDocument | None]] = {}
        self._generation = 0

    def find(self, path: str) -> OwnDocument | None:
        """The document at a path under the identity origin, or None when there is none."""
        now = self._monotonic()
        kept = self._kept.get(path)
        if kept is not None and now - kept[0] < self._seconds:
            return kept[1]
        generation = self._generation
        found = own_document(self.database, path)
        if len(self._kept) >= _MAX_KEPT:
            self._kept.clear()
        if generation == self._generation:  # else something was published while this was read
            self._kept[path] = (now, found)
        return found

    def forget(self) -> None:
        """Read everything anew: something was published."""
        self._generation += 1
        self._kept.clear()

    def fetch(self, identity_origin: str, otherwise: Fetch) -> Fetch:
        """A fetcher that answers what lies under our identity origin from here; `otherwise` answers the rest."""

        def answer(url: str, *, rules: FetchRules) -> Response:
            if not url.startswith(identity_origin + "/"):
                return otherwise(url, rules=rules)
            found = self.find(url[len(identity_origin) :])
            if found is None:
                return Response(404, "application/json", b"{}", "documents")
            if len(found.body) > rules.max_bytes:
                raise FetchError("refused")
            return Response(200, found.content_type, found.body, "documents")

        return answer


def _find(uow: UnitOfWork, path: str) -> OwnDocument | None:
    if path == "/.well-known/did.json":
        root = uow.institutions.root()
        return _did(uow, root) if root is not None else None
    if match := _ISSUER_DID.fullmatch(path):
        return _did(uow, uow.institutions.by_slug(match[1]))
    if match := _STATUS.fullmatch(path):
        return _published(uow, REASONS_KIND if match[2] else LIST_KIND, match[1], "application/vc", TTL)
    if path.startswith("/trust/"):
        return _published(uow, *_FIXED[path], "application/json", TTL) if path in _FIXED else _derived(uow, path)
    if match := _ACHIEVEMENT.fullmatch(path):
        achievement = uow.credentials.achievement(match[1])
        if achievement is not None:
            return OwnDocument(content_type="application/json", body=achievement.document, max_age=_FOR_EVER)
    if match := _ENVIRONMENT.fullmatch(path):
        report = uow.environments.public_report(match[1])
        if report is not None:
            return OwnDocument(content_type="application/json", body=report.document, max_age=_DID_AGE)
    if match := _ENDORSEMENT.fullmatch(path):
        return _published(uow, PUBLICATION_KIND, match[1], "application/vc", TTL)
    return None


def _did(uow: UnitOfWork, institution: Institution) -> OwnDocument | None:
    if institution.did is None or not institution.did.startswith("did:web:"):
        return None
    methods = [
        VerificationMethod(kid=key.kid, public_key_multibase=key.public_key_multibase, revoked_at=key.revoked_at)
        for key in uow.institutions.keys(institution.id)
    ]
    body = write(did_document(institution.did, methods))
    return OwnDocument(content_type="application/did+json", body=body, max_age=_DID_AGE)


def _derived(uow: UnitOfWork, path: str) -> OwnDocument | None:
    """Another form of the trust list, never newer than the signed one."""
    published = uow.publications.current(TRUST_KIND, TRUST_NAME)
    body = dcc_document(uow, path, published.document) if published and published.document else None
    return OwnDocument(content_type="application/json", body=body, max_age=TTL) if body is not None else None


def _published(uow: UnitOfWork, kind: str, name: str, content_type: str, max_age: timedelta) -> OwnDocument | None:
    publication = uow.publications.current(kind, name)
    if publication is None or publication.document is None:
        return None
    return OwnDocument(content_type=content_type, body=publication.document, max_age=max_age)
