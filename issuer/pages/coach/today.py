"""Screen B1: what waits for my hands today, three ways to begin, and figures; in words what my roles may do."""

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from issuer.domain.permissions import Permission, StaffMember
from issuer.i18n import moment, whole_day
from issuer.operation_log import failure
from issuer.pages.access import Access
from issuer.pages.frame import Face, Frame
from issuer.pages.signed_in import SessionCookie
from issuer.services.coaching.today import today
from issuer.services.coaching.waiting import Waiting
from issuer.services.outside import Outside

# What may be begun from here, and the permission it needs.
_BUTTONS = (
    ("/note", "today.note", Permission.OBSERVATION_RECORD),
    ("/drafts", "today.badge", Permission.DRAFT_EDIT),
    ("/batches/new", "today.batch", Permission.BATCH),
)
# Said to those who see no people: what they are here for.
_MAY = (
    (Permission.STAFF_MANAGE, "today.may.staff", "/admin/people"),
    (Permission.CATALOGUE_IMPORT, "today.may.catalogue", "/units"),
    (Permission.SCHOOL_DESK, "menu.desk", "/desk"),
    (Permission.SCHOOL_DESK, "menu.demos_asked", "/demos-asked"),
    (Permission.SCHOOL_DESK, "today.may.desk", "/v"),
    (Permission.BADGE_READ, "today.may.badges", "/badges"),
)


def router(outside: Outside, frame: Frame, cookie: SessionCookie) -> APIRouter:
    """Return the route ``/home`` of staff."""
    routes = APIRouter(include_in_schema=False)
    account = Depends(Access(outside, cookie)(Permission.OWN_ACCOUNT))

    @routes.get("/home")
    def home(request: Request, who: StaffMember = account) -> Response:
        found = today(outside, who)
        language = frame.language(request)
        for one in found.failed:
            failure("home.source_failed", one.problem, job=one.source)
        face = Face(screen="B1", title="title.staff", who=who, current="/home")
        return frame.render(
            request,
            "coach/today.html",
            face,
            rows=[(one, _when(frame, request, one, language)) for one in found.waiting],
            failed=[one.source for one in found.failed],
            figures=found.figures,
            uses=found.uses,
            buttons=[(href, key) for href, key, act in _BUTTONS if who.may(act)],
            may=[(href, key) for act, key, href in _MAY if who.may(act)],
            sees_people=who.may(Permission.PEOPLE_READ),
            may_audit=who.may(Permission.AUDIT_READ),
            may_lead=who.may(Permission.STATISTICS),
        )

    return routes


def _when(frame: Frame, request: Request, row: Waiting, language: str) -> str:
    t = frame.text(request)
    if row.until is not None:
        return t("today.until", day=whole_day(row.until, language))
    return t("today.since", at=moment(row.since, language)) if row.since is not None else ""
