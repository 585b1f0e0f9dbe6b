"""How the verifier's pages and API check inside the issuer: our environment, and the caller's extra documents."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from issuer.services.open_share import open_share
from issuer.services.outside import Outside
from issuer.services.own_documents import own_document
from issuer.services.publish_bundle import PATH as BUNDLE_PATH
from verifier import Environment, Fetch, FetchRules, Response
from verifier.bundle_file import BundleSource, KeptBundle, read_kept
from verifier.documents_fetch import DocumentsFetch, given_schemas
from verifier.surroundings import MakeEnvironment

_TOKEN = re.compile(r"[A-Za-z0-9_-]{22}")  # nothing else is looked up here: typed codes are for people


def make_environment(outside: Outside) -> MakeEnvironment:
    """Return what makes the environment of each check that comes from outside."""

    def make(
        *, now: datetime | None = None, documents: Mapping[str, Response] | None = None, offline: bool = False
    ) -> Environment:
        environment = outside.environment()
        environment = replace(environment, fetch=_with_shared_badges(outside, environment.fetch))
        if documents or offline:
            fetch = DocumentsFetch(documents or {}, None if offline else environment.fetch)
            environment = replace(environment, fetch=fetch, offline=offline, schemas=given_schemas(documents or {}))
        if now is None:
            return environment
        return replace(environment, clock=lambda: now, clock_kind="given", clock_skew=timedelta(0), status_memory=None)

    return make


def own_bundle(outside: Outside) -> BundleSource:
    """Return what answers our own bundle from the database; nothing is fetched for a small code."""
    kept: KeptBundle | None = None

    def current() -> KeptBundle | None:
        nonlocal kept
        found = own_document(outside.database, BUNDLE_PATH)
        if found is not None and (kept is None or kept.data != found.body):
            kept = read_kept(found.body)
        return kept if found is not None else None

    return current


def _with_shared_badges(outside: Outside, otherwise: Fetch) -> Fetch:
    """Answer links to badges shared here without a socket: a server that asks itself may find nobody at home."""
    beginning = f"{outside.public_url}/s/"

    def fetch(url: str, *, rules: FetchRules) -> Response:
        if not url.startswith(beginning):
            return otherwise(url, rules=rules)
        token = url.removeprefix(beginning)
        shared = open_share(outside, token, counted=False) if _TOKEN.fullmatch(token) else None
        if shared is None:
            return Response(404, "", b"", "documents")
        if not shared.whole_file:  # the holder shows a page, on which it is checked, too; not the badge itself
            return Response(406, "", b"", "documents")
        return Response(200, "application/vc+ld+json", shared.document, "documents")

    return fetch
