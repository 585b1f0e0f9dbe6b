"""The pages of batches, put together: file, columns, mending, review, progress, history."""

from fastapi import APIRouter

from issuer.pages.coach import batch_file, batch_progress, batch_repair, batch_review
from issuer.pages.frame import Frame
from issuer.pages.signed_in import SessionCookie
from issuer.services.outside import Outside


def router(outside: Outside, frame: Frame, cookie: SessionCookie) -> APIRouter:
    """Return all routes under ``/batches``."""
    routes = APIRouter(include_in_schema=False)
    for part in (batch_file, batch_repair, batch_review, batch_progress):
        routes.include_router(part.router(outside, frame, cookie))
    return routes
