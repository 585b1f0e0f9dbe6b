"""Composition root of the stand-alone verifier: the web application and `python -m verifier serve`."""

import argparse
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import uvicorn
from fastapi import FastAPI, Request, Response
from fastapi.telemetry import TelemetryConfig
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse

from verifier import api, pages
from verifier.admission import CHECKS_PER_MINUTE, Admission, Rate
from verifier.bundle_file import BundleFile, BundleSource, no_bundle
from verifier.environment import TrustListSource
from verifier.problems import MEDIA_TYPE
from verifier.security_headers import SecurityHeaders
from verifier.surroundings import Surroundings
from verifier.verify_endpoint import StraightToVerify, VerifyEndpoint

NO_TELEMETRY: TelemetryConfig = {"tracing": False, "metrics": False, "logs": False, "auto_configure": False}


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """Choices of who runs the verifier.

    Attributes:
        contact: who to ask: a person and a phone number, shown at the foot of each page.
        checks_per_minute: for each address prefix; 0 means no bound.
        trust_lists: lists that the operator relies on.
        fast_path: use compiled contexts.
        bundle: by which small codes are checked, and which browsers may keep.
    """

    contact: str = ""
    checks_per_minute: int = CHECKS_PER_MINUTE
    trust_lists: tuple[TrustListSource, ...] = ()
    fast_path: bool = True
    bundle: BundleSource = no_bundle


def create_app(options: Options | None = None, *, surroundings: Surroundings | None = None) -> FastAPI:
    """Return the application: pages below `/v`, `POST /api/verify`.

    Args:
        options: choices; None means none made.
        surroundings: what verifications share; None means the real world.
    """
    chosen = options or Options()
    world = surroundings or Surroundings(fast_path=chosen.fast_path, trust_lists=chosen.trust_lists)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        world.warm()
        yield
        world.close()

    app = FastAPI(
        title="Pätevä verifier",
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
        telemetry=NO_TELEMETRY,
    )
    rate = Rate(chosen.checks_per_minute) if chosen.checks_per_minute else None
    admission = Admission(rate)  # one for pages and machines: the bound is on the work
    app.include_router(api.router(world.environment, admission=admission, at_hand=world.at_hand))
    frame = pages.Frame(contact=chosen.contact)
    app.include_router(pages.router(world.environment, frame=frame, admission=admission, bundle=chosen.bundle))
    app.add_middleware(SecurityHeaders)
    endpoint = VerifyEndpoint(world.environment, admission=admission, at_hand=world.at_hand)
    app.add_middleware(StraightToVerify, endpoint=endpoint)
    app.add_exception_handler(HTTPException, _stop)

    @app.get("/")
    async def start() -> Response:
        """The check is all there is."""
        return RedirectResponse("/v", 303)

    return app


async def _stop(request: Request, error: Exception) -> Response:
    """Answer 404 and 405 in the form of the place."""
    status = error.status_code if isinstance(error, HTTPException) else 500
    headers = dict(error.headers or {}) if isinstance(error, HTTPException) else {}
    if request.url.path.startswith("/api/"):
        return Response(b'{"type":"about:blank","status":%d}' % status, status, headers, MEDIA_TYPE)
    return pages.stop(request, status)


def serve(argv: Sequence[str], *, run: Callable[..., None] = uvicorn.run) -> int:
    """Serve until stopped; returns the exit code."""
    parser = argparse.ArgumentParser(prog="serve", description="Serve the pages and the interface of the verifier.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8100)
    parser.add_argument("--contact", default="", help="who to ask, shown on each page")
    parser.add_argument("--checks-per-minute", type=int, default=CHECKS_PER_MINUTE, help="for each address prefix")
    parser.add_argument(
        "--trust-list",
        nargs=2,
        action="append",
        default=[],
        metavar=("URL", "KEY"),
        help="address of a trust list, and the Multikey text that must have signed it; may come several times",
    )
    parser.add_argument("--bundle", type=Path, metavar="FILE", help="signed keys and status lists, for small codes")
    parser.add_argument("--bundle-key", metavar="KEY", help="Multikey text that must have signed the bundle")
    parser.add_argument("--behind-proxy", metavar="ADDRESS", help="trust the visitor's address from this proxy")
    given = parser.parse_args(argv)
    lists = tuple(TrustListSource(url=url, keys=(key,)) for url, key in given.trust_list)
    bundle: BundleSource = no_bundle if given.bundle is None else BundleFile(given.bundle, pinned=given.bundle_key)
    options = Options(
        contact=given.contact, checks_per_minute=given.checks_per_minute, trust_lists=lists, bundle=bundle
    )
    app = create_app(options)
    run(
        app,
        host=given.host,
        port=given.port,
        access_log=False,  # addresses of visitors are not written down (PR6)
        server_header=False,
        proxy_headers=given.behind_proxy is not None,
        forwarded_allow_ips=given.behind_proxy,
    )
    return 0
