"""Serves the few files of `static/` from memory, at addresses that change with their bytes."""

import hashlib
from pathlib import Path
from typing import Final

from fastapi import APIRouter, Request, Response

_TYPES: Final = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml"}
_FOR_EVER: Final = "public, max-age=31536000, immutable"
_SHORT: Final = "public, max-age=300"


def router(directory: Path, prefix: str) -> APIRouter:
    """Return a route that answers the files of `directory` below `prefix`; read once, at start."""
    files = {path.name: path.read_bytes() for path in sorted(directory.iterdir()) if path.suffix in _TYPES}
    digests = {name: hashlib.sha256(data).hexdigest()[:12] for name, data in files.items()}
    routes = APIRouter()

    @routes.get(f"{prefix}/{{name}}", include_in_schema=False)
    async def static_file(name: str, request: Request) -> Response:
        """Answer one file."""
        data = files.get(name)
        if data is None:
            return Response(status_code=404)
        fresh = request.query_params.get("v") == digests[name]
        kind = _TYPES[Path(name).suffix]
        return Response(data, headers={"Cache-Control": _FOR_EVER if fresh else _SHORT}, media_type=kind)

    return routes
