"""Screens B22 and the graver half of B23: a correction beside the old badge, and a withdrawal for cause."""

from collections.abc import Callable
from functools import partial

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response

from issuer.domain.errors import DomainError, NotFoundError
from issuer.domain.permissions import Permission, StaffMember
from issuer.i18n import whole_day
from issuer.pages.access import Access
from issuer.pages.badges import BadgeId
from issuer.pages.coach import draft_view
from issuer.pages.coach.drafts import Posted
from issuer.pages.forms import page_errors
from issuer.pages.frame import Face, Frame
from issuer.pages.signed_in import SessionCookie
from issuer.services.drafts import read_badge, withdraw_for_cause
from issuer.services.drafts.replace_badge import WRONG, changes, replace_badge
from issuer.services.outside import Outside

SEE_OTHER = 303


def router(outside: Outside, frame: Frame, cookie: SessionCookie) -> APIRouter:
    """Return the routes ``/badges/{id}/correct`` and ``/badges/{id}/cause…``."""
    routes = APIRouter(prefix="/badges/{badge_id}", include_in_schema=False)
    access = Access(outside, cookie)
    drafter, withdrawer = Depends(access(Permission.DRAFT_EDIT)), Depends(access(Permission.BADGE_WITHDRAW))

    @routes.get("/correct")
    def correct(request: Request, badge_id: BadgeId, who: StaffMember = drafter) -> Response:
        return _correction(outside, frame, request, who, badge_id)

    @routes.post("/correct")
    def begin(request: Request, badge_id: BadgeId, form: Posted, who: StaffMember = drafter) -> Response:
        try:
            draft_id = replace_badge(outside, who, badge_id, wrong=form.many("wrong"))
        except NotFoundError:
            raise
        except DomainError as error:
            return _correction(outside, frame, request, who, badge_id, error=error)
        return RedirectResponse(f"/drafts/{draft_id}?notice=started", status_code=SEE_OTHER)

    _cause_routes(routes, outside, frame, withdrawer)
    return routes


def _cause_routes(routes: APIRouter, outside: Outside, frame: Frame, withdrawer: StaffMember) -> None:
    def tried(request: Request, who: StaffMember, badge_id: str, act: Callable[[], object], then: str) -> Response:
        try:
            act()
        except NotFoundError:
            raise
        except DomainError as error:
            return _cause(outside, frame, request, who, badge_id, error=error)
        return RedirectResponse(f"/badges/{badge_id}{then}", status_code=SEE_OTHER)

    @routes.get("/cause")
    def cause(request: Request, badge_id: BadgeId, who: StaffMember = withdrawer) -> Response:
        return _cause(outside, frame, request, who, badge_id)

    @routes.post("/cause")
    def open_case(request: Request, badge_id: BadgeId, form: Posted, who: StaffMember = withdrawer) -> Response:
        grounds = form.text("grounds", required=False)
        act = partial(withdraw_for_cause.open_case, outside, who, badge_id, grounds=grounds)
        return tried(request, who, badge_id, act, "/cause")

    @routes.post("/cause/heard")
    def heard(request: Request, badge_id: BadgeId, form: Posted, who: StaffMember = withdrawer) -> Response:
        act = partial(withdraw_for_cause.hear, outside, who, badge_id, answer=form.text("answer", required=False))
        return tried(request, who, badge_id, act, "/cause")

    @routes.post("/cause/drop")
    def drop(request: Request, badge_id: BadgeId, who: StaffMember = withdrawer) -> Response:
        return tried(request, who, badge_id, partial(withdraw_for_cause.drop_case, outside, who, badge_id), "")

    @routes.post("/cause/decide")
    def decide(request: Request, badge_id: BadgeId, form: Posted, who: StaffMember = withdrawer) -> Response:
        act = partial(withdraw_for_cause.decide, outside, who, badge_id, assertion=form.raw("assertion"))
        return tried(request, who, badge_id, act, "?notice=withdrawn")


def _correction(
    outside: Outside,
    frame: Frame,
    request: Request,
    who: StaffMember,
    badge_id: str,
    *,
    error: DomainError | None = None,
) -> Response:
    t, language = frame.text(request), frame.language(request)
    found = read_badge.correction(outside, who, badge_id)
    pairs = changes(found.old, found.new) if found.new is not None else ()
    face = Face(
        screen="B22",
        title="title.staff",
        who=who,
        errors=page_errors(t, error) if error is not None else (),
    )
    return frame.render(
        request,
        "coach/correct.html",
        face,
        status=200 if error is None else 422,
        badge_id=badge_id,
        title=draft_view.title(found.old, found.unit, language),
        draft=found.draft,
        changed=draft_view.change_pairs(pairs, found.unit, t, language),
        wrong=[(one, t(f"award.wrong.{one}")) for one in WRONG],
    )


def _cause(
    outside: Outside,
    frame: Frame,
    request: Request,
    who: StaffMember,
    badge_id: str,
    *,
    error: DomainError | None = None,
) -> Response:
    t, language = frame.text(request), frame.language(request)
    sheet = read_badge.read(outside, who, badge_id)
    if not sheet.own:
        raise NotFoundError("badge")
    case = sheet.case
    now = outside.now()
    face = Face(
        screen="B23",
        title="title.staff",
        who=who,
        errors=page_errors(t, error) if error is not None else (),
    )
    return frame.render(
        request,
        "coach/cause.html",
        face,
        status=200 if error is None else 422,
        badge=sheet.view,
        case=case,
        heard=case is not None and case.case.heard(now),
        until=whole_day(case.case.checked_until.date(), language) if case is not None else None,
        same_person=case is not None and case.case.opened_by == who.id,
        act=withdraw_for_cause.act_name(badge_id),
        digest=case.digest.hex() if case is not None else "",
    )
