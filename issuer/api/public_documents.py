"""Documents that anyone may fetch and keep: DID documents, status lists, reasons, the trust list."""

import hashlib
from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request
from fastapi.responses import Response

from issuer.api.problems import answers, problem
from issuer.services.outside import Outside
from issuer.services.own_documents import OwnDocument, own_document

Slug = Annotated[str, Path(pattern=r"^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$")]
ListId = Annotated[str, Path(pattern=r"^[a-z2-7]{16}$")]
EndorsementId = Annotated[str, Path(pattern=r"^[0-9a-f]{32}$")]

Endpoint = Callable[..., Response]

# Whoever checks a badge may fetch these from any page and keep them for a while; nothing in them is about a person.
PUBLIC_HEADERS = {
    "Access-Control-Allow-Origin": "*",
    "Cross-Origin-Resource-Policy": "cross-origin",
}


def router(outside: Outside) -> APIRouter:
    """Return the routes of public documents."""
    routes = APIRouter(tags=["public documents"])

    def answer(request: Request, path: str) -> Response:
        return public_answer(request, own_document(outside.database, path))

    @_route(routes, "/.well-known/did.json", "did", _shown("application/did+json", 404))
    def first_did(request: Request) -> Response:
        """DID document of the first institution."""
        return answer(request, "/.well-known/did.json")

    @_route(routes, "/issuers/{slug}/did.json", "issuer_did", _shown("application/did+json", 404, 422))
    def issuer_did(request: Request, slug: Slug) -> Response:
        """DID document of another institution."""
        return answer(request, f"/issuers/{slug}/did.json")

    @_route(routes, "/status/{list_id}", "status_list", _shown("application/vc", 404, 422))
    def status_list(request: Request, list_id: ListId) -> Response:
        """Signed status list: which badges are out of use."""
        return answer(request, f"/status/{list_id}")

    @_route(routes, "/status/{list_id}/reasons", "reasons", _shown("application/vc", 404, 422))
    def reasons(request: Request, list_id: ListId) -> Response:
        """Signed list of the reasons' classes and months, at the same places."""
        return answer(request, f"/status/{list_id}/reasons")

    @_route(routes, "/trust/list.json", "trust_list", _shown("application/json", 404))
    def trust_list(request: Request) -> Response:
        """Signed list of the institutions that we know."""
        return answer(request, "/trust/list.json")

    @_route(routes, "/trust/registry.json", "registry", _shown("application/json", 404))
    def registry(request: Request) -> Response:
        """The same list in the form `dcc-legacy`, unsigned, as that form is."""
        return answer(request, "/trust/registry.json")

    @_route(routes, "/trust/registries.json", "registries", _shown("application/json", 404, kind="array"))
    def registries(request: Request) -> Response:
        """Where registries in the form `dcc-legacy` stand: a list of lists."""
        return answer(request, "/trust/registries.json")

    @_route(routes, "/trust/bundle.json", "bundle", _shown("application/json", 404))
    def bundle(request: Request) -> Response:
        """Signed keys, status lists and names, to be kept for checking small codes without a network."""
        return answer(request, "/trust/bundle.json")

    @_route(routes, "/endorsements/{endorsement_id}", "endorsement", _shown("application/vc", 404, 422))
    def endorsement(request: Request, endorsement_id: EndorsementId) -> Response:
        """Signed endorsement of a recognised learning environment by a school."""
        return answer(request, f"/endorsements/{endorsement_id}")

    return routes


def _route(
    routes: APIRouter, path: str, operation_id: str, shown: dict[int | str, dict[str, Any]]
) -> Callable[[Endpoint], Endpoint]:
    """Offer an endpoint for GET, and for HEAD without a second entry in OpenAPI."""

    def offer(endpoint: Endpoint) -> Endpoint:
        routes.head(path, include_in_schema=False)(endpoint)
        routes.get(path, response_class=Response, responses=shown, operation_id=operation_id)(endpoint)
        return endpoint

    return offer


def _shown(media_type: str, *refusals: int, kind: str = "object") -> dict[int | str, dict[str, Any]]:
    """What a route answers, for OpenAPI: the document, nothing when the asker has it, or a refusal."""
    document = {"description": "The document", "content": {media_type: {"schema": {"type": kind}}}}
    return answers(*refusals) | {200: document, 304: {"description": "The asker has these bytes"}}


def public_answer(request: Request, found: OwnDocument | None) -> Response:
    """Return a public document with cache and cross-origin headers; 304 when the asker has these bytes; 404."""
    if found is None:
        return problem(404, "not_found", headers=PUBLIC_HEADERS)
    tag = f'"{hashlib.sha256(found.body).hexdigest()[:32]}"'
    headers = PUBLIC_HEADERS | {"Cache-Control": f"public, max-age={int(found.max_age.total_seconds())}", "ETag": tag}
    if tag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return Response(found.body, media_type=found.content_type, headers=headers)
