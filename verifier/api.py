"""HTTP interface for machines: `POST /api/verify` answers the report; `POST /api/verify/frame` reads a camera frame."""

from collections.abc import Mapping

from fastapi import APIRouter, Request, Response

from verifier.admission import FRAMES_PER_MINUTE, Admission, Rate
from verifier.frames import read_frame
from verifier.problems import Problem
from verifier.surroundings import MakeEnvironment
from verifier.verify_endpoint import OPEN_TO_ALL, PATH, VerifyEndpoint

_PREFLIGHT: Mapping[str, str] = {
    **OPEN_TO_ALL,
    "Access-Control-Allow-Methods": "POST",
    "Access-Control-Allow-Headers": "content-type",
    "Access-Control-Max-Age": "86400",
}


def router(
    environment: MakeEnvironment,
    *,
    admission: Admission | None = None,
    frames: Admission | None = None,
    at_hand: MakeEnvironment | None = None,
) -> APIRouter:
    """Return the routes.

    Args:
        environment: makes the Environment of one verification.
        admission: bound on verifications; None: only on how many are in flight.
        frames: the same for camera frames; None: 240 a minute for each address prefix.
        at_hand: makes environments that raise MustWait; None: every verification runs in a thread.
    """
    routes = APIRouter()
    checks = admission or Admission()
    scans = frames or Admission(Rate(FRAMES_PER_MINUTE))

    endpoint = VerifyEndpoint(environment, admission=checks, at_hand=at_hand)

    @routes.post(PATH)
    async def verify_badge(request: Request) -> Response:
        """Judge the badge in the body: raw bytes, a link as text, or a form with `file`, `documents`, `evidence`."""
        try:
            report = await endpoint.report(request)
        except Problem as problem:
            return problem.response(OPEN_TO_ALL)
        return Response(report, 200, OPEN_TO_ALL, "application/json")

    @routes.options(PATH, include_in_schema=False)
    async def verify_badge_preflight() -> Response:
        """Let pages of any origin ask; no cookie is ever looked at here."""
        return Response(status_code=204, headers=_PREFLIGHT)

    @routes.post("/api/verify/frame", include_in_schema=False)
    async def frame(request: Request) -> Response:
        """Read the QR code in a JPEG of at most 100 kB: `{"text": …}`, null when none is seen."""
        return await read_frame(request, scans)

    return routes
