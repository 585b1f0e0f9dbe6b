"""How the verifier's pages and API check inside the issuer: our environment, and the caller's extra documents."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from issuer.services.outside import Outside
from verifier import Environment, Response
from verifier.documents_fetch import DocumentsFetch, given_schemas
from verifier.surroundings import MakeEnvironment


def make_environment(outside: Outside) -> MakeEnvironment:
    """Return what makes the environment of each check that comes from outside."""

    def make(
        *, now: datetime | None = None, documents: Mapping[str, Response] | None = None, offline: bool = False
    ) -> Environment:
        environment = outside.environment()
        if documents or offline:
            fetch = DocumentsFetch(documents or {}, None if offline else environment.fetch)
            environment = replace(environment, fetch=fetch, offline=offline, schemas=given_schemas(documents or {}))
        if now is None:
            return environment
        return replace(environment, clock=lambda: now, clock_kind="given", clock_skew=timedelta(0), status_memory=None)

    return make
