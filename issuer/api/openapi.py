"""The description of the API for machines: /openapi.json, and a plain page that reads it out without scripts."""

from collections.abc import Callable
from functools import cache
from typing import cast

from fastapi import APIRouter, FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.responses import Response
from pydantic.json_schema import models_json_schema

from issuer.api.badge_models import NewBadge, Revocation
from issuer.api.problems import Problem
from schemas import strict_json
from schemas.strict_json import JsonObject

_ABOUT = (
    "Badges are issued by an institution with a bearer token; everything else is public. "
    "Refusals are problem+json (RFC 9457) with a stable `code`. "
    "Times are UTC, RFC 3339. Bodies are strict JSON: UTF-8, no repeated names, no unknown members."
)


def describe(app: FastAPI) -> JsonObject:
    """Return the OpenAPI 3.1 document of `app`, with the models that we read from bytes ourselves."""
    document = get_openapi(
        title=app.title, version=app.version, summary=app.summary, description=_ABOUT, routes=app.routes
    )
    models = [(model, "validation") for model in (NewBadge, Revocation, Problem)]
    _, schema = models_json_schema(models, ref_template="#/components/schemas/{model}")  # type: ignore[arg-type]
    components = document.setdefault("components", {}).setdefault("schemas", {})
    components.update(schema.get("$defs", {}))
    return cast("JsonObject", document)


def description(app: FastAPI) -> Callable[[], JsonObject]:
    """Return what gives the document of `app`; made when first asked for, when all routes are there."""
    return cache(lambda: describe(app))


def router(document: Callable[[], JsonObject]) -> APIRouter:
    """Return the route ``/openapi.json``."""
    routes = APIRouter(include_in_schema=False)

    @routes.get("/openapi.json")
    def openapi() -> Response:
        return Response(
            strict_json.write(document()),
            media_type="application/json",
            headers={"Cache-Control": "public, max-age=300"},
        )

    return routes
