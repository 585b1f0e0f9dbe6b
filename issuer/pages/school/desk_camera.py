"""Frames of the camera at a school's desk: read on our server, limited for each web session, kept nowhere."""

import hashlib
from typing import Final

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from issuer.domain.permissions import Permission, StaffMember
from issuer.pages.access import Access
from issuer.pages.frame import Frame
from issuer.pages.signed_in import SessionCookie
from issuer.services.outside import Outside
from verifier.admission import FRAMES_PER_MINUTE, Admission, Rate
from verifier.frames import read_frame

FRAMES: Final = "/desk/frame"


def router(outside: Outside, _frame: Frame, cookie: SessionCookie) -> APIRouter:
    """Return the route ``/desk/frame``; it stands before ``/desk/{ref}``."""
    routes = APIRouter(include_in_schema=False)
    reader = Depends(Access(outside, cookie)(Permission.SCHOOL_DESK))

    def session_of(request: Request) -> str:
        return hashlib.sha256((cookie.read(request) or "").encode()).hexdigest()

    scans = Admission(Rate(FRAMES_PER_MINUTE), asker=session_of)

    @routes.post(FRAMES)
    async def frame(request: Request, _who: StaffMember = reader) -> Response:
        """Read the code in a JPEG; a link before a small code, since only a link leads to the whole badge."""
        return await read_frame(request, scans, small_first=False)

    return routes
