"""All pages about participants, in the order in which their addresses are looked up."""

from fastapi import APIRouter

from issuer.pages.coach import (
    correct_note,
    intake,
    note,
    people,
    period_forms,
    periods,
    permissions,
    profile,
    profile_acts,
    readings,
    today,
)
from issuer.pages.frame import Frame
from issuer.pages.signed_in import SessionCookie
from issuer.services.outside import Outside

# `intake` and `people` come before `profile`: /people/add is no number.
_PAGES = (
    today,
    readings,
    people,
    intake,
    profile,
    profile_acts,
    permissions,
    periods,
    period_forms,
    note,
    correct_note,
)


def router(outside: Outside, frame: Frame, cookie: SessionCookie) -> APIRouter:
    """Return the routes ``/home``, ``/people…``, ``/note…`` and ``/readings`` of staff."""
    routes = APIRouter(include_in_schema=False)
    for page in _PAGES:
        routes.include_router(page.router(outside, frame, cookie))
    return routes
