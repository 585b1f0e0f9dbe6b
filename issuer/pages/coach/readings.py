"""Readings of participants' data that were marked: outside one's own people, or more than 50 an hour (PA3)."""

from datetime import timedelta

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from issuer.domain.permissions import Permission, StaffMember
from issuer.i18n import moment
from issuer.pages.access import Access
from issuer.pages.frame import Face, Frame
from issuer.pages.signed_in import SessionCookie
from issuer.services.coaching.marked_readings import marked_readings
from issuer.services.outside import Outside

SINCE = timedelta(days=90)
_NAMED = frozenset(
    {
        *("competence", "observations", "permissions", "periods", "picture", "name", "work", "cards", "intake"),
        *("agreement", "badges", "demonstration", "draft", "review", "gap", "self_assessment"),
    }
)


def router(outside: Outside, frame: Frame, cookie: SessionCookie) -> APIRouter:
    """Return the route ``/readings`` of staff; whose data were read does not stand there."""
    routes = APIRouter(include_in_schema=False)
    lead = Depends(Access(outside, cookie)(Permission.AUDIT_READ))

    @routes.get("/readings")
    def readings(request: Request, who: StaffMember = lead) -> Response:
        language = frame.language(request)
        rows = [
            (moment(row.at, language), name, row, row.what if row.what in _NAMED else "other")
            for row, name in marked_readings(outside, who, since=outside.now() - SINCE)
        ]
        return frame.render(request, "coach/readings.html", Face(screen="B1", title="title.staff", who=who), rows=rows)

    return routes
