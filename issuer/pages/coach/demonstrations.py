"""Screen B10: a plan with its request to the school, the school's word, and the days for a calendar."""

from collections.abc import Callable

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response

from issuer.domain.demonstration import Kind
from issuer.domain.errors import DomainError, NotFoundError
from issuer.domain.permissions import Permission, StaffMember
from issuer.exports.calendar_file import NAME, calendar_file
from issuer.pages.access import Access
from issuer.pages.coach.demonstration_fields import read_assessors, read_confirmation, read_plan
from issuer.pages.coach.demonstration_view import plan_page, request_page
from issuer.pages.coach.screen import SEE_OTHER, Posted, Screen
from issuer.pages.forms import Form
from issuer.pages.frame import Frame
from issuer.pages.signed_in import SessionCookie
from issuer.services.demonstrations import (
    assess_demonstration,
    confirm_by_school,
    plan_demonstration,
    request_school,
)
from issuer.services.demonstrations.opened import open_for, show
from issuer.services.demonstrations.request_school import Request as SchoolRequest
from issuer.services.outside import Outside


def router(outside: Outside, frame: Frame, cookie: SessionCookie) -> APIRouter:
    """Return the routes ``/demos/{id}…`` of the provider."""
    routes = APIRouter(include_in_schema=False)
    planner = Depends(Access(outside, cookie)(Permission.DEMONSTRATION_PLAN))

    @routes.get("/demos/{number}")
    def plan(request: Request, number: str, who: StaffMember = planner) -> Response:
        return plan_page(Screen(outside, frame, request, who), number)

    @routes.post("/demos/{number}")
    def save(request: Request, number: str, form: Posted, who: StaffMember = planner) -> Response:
        def act() -> None:
            with outside.database.read() as uow:
                before = open_for(outside, uow, who, number)
            typed = read_plan(form, before.found.unit.requirements)
            deciders = read_assessors(form) if before.row.kind is Kind.WORK else None
            form.check()
            plan_demonstration.save(outside, who, number, typed, assessors=deciders, seen=revision(form))

        return acted(Screen(outside, frame, request, who), number, act, form, "saved")

    @routes.get("/demos/{number}/request")
    def printed(request: Request, number: str, who: StaffMember = planner) -> Response:
        return request_page(Screen(outside, frame, request, who), number)

    @routes.get("/demos/{number}/calendar.ics")
    def calendar(request: Request, number: str, who: StaffMember = planner) -> Response:
        opened, _, _ = show(outside, who, number)
        begins, ends = opened.content.plan.begins_on, opened.content.plan.ends_on
        if begins is None:
            raise NotFoundError("calendar")
        title = frame.text(request)("demo.calendar")
        content = calendar_file(
            uid=opened.row.id, title=title, begins_on=begins, ends_on=ends or begins, made_at=outside.now()
        )
        headers = {"Content-Disposition": f'attachment; filename="{NAME}"', "Cache-Control": "no-store"}
        return Response(content, media_type="text/calendar; charset=utf-8", headers=headers)

    _school_acts(routes, outside, frame, planner)
    return routes


def _school_acts(routes: APIRouter, outside: Outside, frame: Frame, planner: StaffMember) -> None:
    @routes.post("/demos/{number}/request")
    def ask(request: Request, number: str, form: Posted, who: StaffMember = planner) -> Response:
        def act() -> None:
            chosen = form.raw("school")
            asked = SchoolRequest(
                school_id=chosen or None,
                school_name=form.text("school_name", required=False) or "",
                learner=form.text("learner", required=False) or "",
                wanted=form.ticked("request_wanted"),
            )
            request_school.send(outside, who, number, asked, seen=revision(form))

        return acted(Screen(outside, frame, request, who), number, act, form, "requested")

    @routes.post("/demos/{number}/word")
    def word(request: Request, number: str, form: Posted, who: StaffMember = planner) -> Response:
        def act() -> None:
            assessors, confirmation = read_assessors(form), read_confirmation(form)
            form.check()
            if confirmation is not None:
                confirm_by_school.confirm(outside, who, number, assessors, confirmation, seen=revision(form))

        return acted(Screen(outside, frame, request, who), number, act, form, "confirmed")

    @routes.post("/demos/{number}/given")
    def given(request: Request, number: str, form: Posted, who: StaffMember = planner) -> Response:
        def act() -> None:
            assess_demonstration.mark_given(outside, who, number, seen=revision(form))

        return acted(Screen(outside, frame, request, who), number, act, form, "given")


def acted(screen: Screen, number: str, act: Callable[[], object], form: Form, notice: str) -> Response:
    """Do an act; show the plan again with what was refused, or go back to it with a notice."""
    try:
        act()
    except NotFoundError:
        raise
    except DomainError as error:
        return plan_page(screen, number, error, form)
    return RedirectResponse(f"/demos/{number}?notice={notice}", status_code=SEE_OTHER)


def revision(form: Form) -> int:
    """The revision that the writer saw; one that was never given for what is not a number."""
    text = form.raw("revision")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1  # noqa: PLR2004 – a bound
