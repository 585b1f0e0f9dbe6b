"""What a browser keeps for checking without us: the bundle, and the worker that answers with the kept page."""

import hashlib
from typing import Final

from fastapi import APIRouter, Request, Response

from verifier.bundle_file import BundleSource
from verifier.templating import static_directory

BUNDLE_PATH: Final = "/v/bundle.json"
WORKER_PATH: Final = "/v/offline-worker.js"  # its folder is its scope: the pages below /v/ and nothing else
_NOT_FOUND: Final = 404
_SAME: Final = 304


def router(bundle: BundleSource) -> APIRouter:
    """Return the routes of bundle and worker; 404 while there is no bundle."""
    routes = APIRouter(include_in_schema=False)
    worker = (static_directory / "offline_worker.js").read_bytes()

    @routes.get(BUNDLE_PATH)
    def kept_bundle(request: Request) -> Response:
        """The signed bundle as it is; nothing in it is about a person."""
        kept = bundle()
        if kept is None:
            return Response(b'{"type":"about:blank","status":404}', _NOT_FOUND, media_type="application/problem+json")
        tag = f'"{hashlib.sha256(kept.data).hexdigest()[:32]}"'
        headers = {"Cache-Control": "public, max-age=300", "ETag": tag}
        if tag in request.headers.get("if-none-match", ""):
            return Response(status_code=_SAME, headers=headers)
        return Response(kept.data, headers=headers, media_type="application/json")

    @routes.get(WORKER_PATH)
    def offline_worker() -> Response:
        """The service worker; asked for anew each time, so that a new program is never held up by an old worker."""
        return Response(worker, headers={"Cache-Control": "no-cache"}, media_type="text/javascript; charset=utf-8")

    return routes
