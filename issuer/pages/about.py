"""The start page and the pages behind the footer: accessibility, privacy, the API in plain HTML."""

from collections.abc import Callable

from fastapi import APIRouter, Request
from fastapi.responses import Response

from issuer.pages.frame import Face, Frame
from schemas.strict_json import JsonObject


def router(frame: Frame, describe: Callable[[], JsonObject]) -> APIRouter:
    """Return the routes ``/``, ``/accessibility``, ``/privacy`` and ``/docs``.

    Args:
        frame: renders.
        describe: gives the OpenAPI document.
    """
    routes = APIRouter(include_in_schema=False)

    @routes.get("/")
    def start(request: Request) -> Response:
        return frame.render(request, "start.html", Face(screen="A0"))

    @routes.get("/accessibility")
    def accessibility(request: Request) -> Response:
        return frame.render(request, "about.html", Face(screen="A0"), topic="accessibility")

    @routes.get("/privacy")
    def privacy(request: Request) -> Response:
        return frame.render(request, "about.html", Face(screen="A0"), topic="privacy")

    @routes.get("/docs")
    def docs(request: Request) -> Response:
        """No script and no third party: the same facts as /openapi.json, as headings and lists."""
        return frame.render(request, "docs.html", Face(screen="A0"), api=describe())

    return routes
