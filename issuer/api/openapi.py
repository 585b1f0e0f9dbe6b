"""The description of the API for machines: /openapi.json, and a plain page that reads it out without scripts."""

from collections.abc import Callable
from functools import cache
from typing import cast

from fastapi import APIRouter, FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.responses import Response
from pydantic.json_schema import models_json_schema

from issuer.api.badge_models import NewBadge, Revocation
from issuer.api.problems import Problem, answers
from schemas import strict_json
from schemas.strict_json import JsonObject

_ABOUT = (
    "Badges are issued by an institution with a bearer token; everything else is public. "
    "Refusals are problem+json (RFC 9457) with a stable `code`. "
    "Times are UTC, RFC 3339. Bodies are strict JSON: UTF-8, no repeated names, no unknown members."
)
_VERIFY_QUERY = (
    ("policy", "EMPLOYMENT (default), PRIOR_LEARNING, STRICT, W3C or `EMPLOYMENT,compat=1edtech`"),
    ("language", "of the messages: fi, sv or en (default)"),
    ("time", "the moment to judge at, for example 2026-11-22T12:00:00Z"),
)
_REPORT = {
    "type": "object",
    "required": ["format", "verdict", "checks", "facets"],
    "properties": {
        "format": {"const": "pateva.report/1"},
        "verdict": {"enum": ["accepted", "rejected", "undetermined"]},
        "checks": {"type": "array", "items": {"type": "object"}},
        "facets": {"type": "object"},
    },
}


def describe(app: FastAPI) -> JsonObject:
    """Return the OpenAPI 3.1 document of `app`, with the models that we read from bytes ourselves."""
    document = get_openapi(
        title=app.title, version=app.version, summary=app.summary, description=_ABOUT, routes=app.routes
    )
    models = [(model, "validation") for model in (NewBadge, Revocation, Problem)]
    _, schema = models_json_schema(models, ref_template="#/components/schemas/{model}")  # type: ignore[arg-type]  # its stub is narrower than what it takes
    components = document.setdefault("components", {}).setdefault("schemas", {})
    components.update(schema.get("$defs", {}))
    _describe_verify(document["paths"])
    return cast("JsonObject", document)


def _describe_verify(paths: dict[str, dict[str, dict[str, object]]]) -> None:
    """Tell what the verifier's route reads and answers; it reads its body by itself, byte for byte."""
    verify = paths.get("/api/verify", {}).get("post")
    if verify is None:
        return
    anything = {"schema": {"type": "string", "format": "binary"}}
    verify["summary"] = "Check a badge"
    verify["tags"] = ["verification"]
    verify["requestBody"] = {
        "required": True,
        "description": "The badge as JSON, JWT, PNG, SVG or PDF; or a link as text; or a form with `file`, "
        "`documents`, `evidence` and `recipient`",
        "content": {
            "application/json": {"schema": {"type": "object"}},
            "image/png": anything,
            "image/svg+xml": anything,
            "application/pdf": anything,
            "text/plain": {"schema": {"type": "string"}},
        },
    }
    verify["parameters"] = [
        {"name": name, "in": "query", "required": False, "description": about, "schema": {"type": "string"}}
        for name, about in _VERIFY_QUERY
    ]
    report = {"description": "The report, whatever the verdict", "content": {"application/json": {"schema": _REPORT}}}
    verify["responses"] = {"200": report} | {
        str(status): described for status, described in answers(400, 408, 413, 415, 422, 429).items()
    }


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
