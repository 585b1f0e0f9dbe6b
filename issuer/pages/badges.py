"""Staff pages, thin: the newest badges, one badge, taking it out of use. No share link stands here (PL1)."""

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Path, Request
from fastapi.responses import RedirectResponse, Response

from issuer.domain.errors import ConflictError
from issuer.domain.permissions import Permission, StaffMember
from issuer.i18n import moment, whole_day
from issuer.pages.access import Access
from issuer.pages.frame import Face, Frame
from issuer.pages.signed_in import SessionCookie
from issuer.services import revoke_badge, show_badge
from issuer.services.drafts import read_badge
from issuer.services.drafts.read_badge import BadgeSheet
from issuer.services.outside import Outside
from issuer.services.show_badge import BadgeView
from verifier.templating import PageError

BadgeId = Annotated[str, Path(pattern=r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")]
SEE_OTHER = 303
MOST_ROWS = 100
# For cause needs a hearing and two persons (privacy.md PK2): not offered to one person alone.
OFFERED_REASONS = ("mistake", "replaced", "holder_wish")
_IN_FORCE = frozenset({"issued", "delivered"})
_NOTICES: Mapping[str, str] = {"withdrawn": "badge.notice.withdrawn", "waiting": "badge.notice.waiting"}


def router(outside: Outside, frame: Frame, cookie: SessionCookie) -> APIRouter:
    """Return the routes ``/badges`` and ``/badges/{id}…`` of staff."""
    routes = APIRouter(include_in_schema=False)
    access = Access(outside, cookie)
    reader = Depends(access(Permission.BADGE_READ))
    withdrawer = Depends(access(Permission.BADGE_WITHDRAW))

    @routes.get("/badges")
    def given(request: Request, who: StaffMember = reader) -> Response:
        language = frame.language(request)
        rows = show_badge.recent(outside, who.institution_id, limit=MOST_ROWS)
        badges = [(row, moment(row.issued_at, language) if row.issued_at else "") for row in rows]
        face = Face(screen="B21", title="title.staff", who=who, current="/badges")
        return frame.render(request, "badges.html", face, badges=badges, may_review=who.may(Permission.DRAFT_REVIEW))

    @routes.get("/badges/{badge_id}")
    def one(request: Request, badge_id: BadgeId, who: StaffMember = reader) -> Response:
        notice = _NOTICES.get(request.query_params.get("notice", ""))
        t = frame.text(request)
        face = Face(screen="B21", title="title.staff", who=who, current="/badges", notice=t(notice) if notice else None)
        return _badge(frame, request, face, who, read_badge.read(outside, who, badge_id))

    @routes.get("/badges/{badge_id}/revoke")
    def revoke_form(request: Request, badge_id: BadgeId, who: StaffMember = withdrawer) -> Response:
        view = show_badge.show(outside, badge_id, institution_id=who.institution_id)
        if view.state not in _IN_FORCE:
            return RedirectResponse(f"/badges/{badge_id}", status_code=SEE_OTHER)
        return _form(frame, request, who, view)

    @routes.post("/badges/{badge_id}/revoke")
    def revoke(
        request: Request,
        badge_id: BadgeId,
        reason: Annotated[str, Form(max_length=40)] = "",
        who: StaffMember = withdrawer,
    ) -> Response:
        if reason not in OFFERED_REASONS:
            view = show_badge.show(outside, badge_id, institution_id=who.institution_id)
            error = PageError(text=frame.text(request)("revoke.choose"), field="reason-mistake")
            return _form(frame, request, who, view, status=422, errors=(error,))
        try:
            view = revoke_badge.revoke(
                outside, badge_id, institution_id=who.institution_id, reason=reason, actor=who.actor
            )
        except ConflictError:  # somebody was faster: the badge's page shows the present state
            return RedirectResponse(f"/badges/{badge_id}", status_code=SEE_OTHER)
        notice = "withdrawn" if view.status_published else "waiting"
        return RedirectResponse(f"/badges/{badge_id}?notice={notice}", status_code=SEE_OTHER)

    return routes


def _badge(frame: Frame, request: Request, face: Face, who: StaffMember, sheet: BadgeSheet) -> Response:
    language, view = frame.language(request), sheet.view
    return frame.render(
        request,
        "badge.html",
        face,
        badge=view,
        sheet=sheet,
        issued_at=moment(view.issued_at, language) if view.issued_at else None,
        withdrawn_at=moment(view.withdrawn_at, language) if view.withdrawn_at else None,
        may_revoke=view.state in _IN_FORCE and who.may(Permission.BADGE_WITHDRAW),
        may_correct=view.state in _IN_FORCE and sheet.correctable and who.may(Permission.DRAFT_EDIT),
        may_print=view.state in _IN_FORCE and sheet.own,
        checked_until=whole_day(sheet.case.case.checked_until.date(), language) if sheet.case is not None else None,
    )


def _form(
    frame: Frame,
    request: Request,
    who: StaffMember,
    view: BadgeView,
    *,
    status: int = 200,
    errors: tuple[PageError, ...] = (),
) -> Response:
    face = Face(screen="B23", title="title.staff", who=who, errors=errors)
    return frame.render(request, "revoke.html", face, status=status, badge=view, reasons=OFFERED_REASONS)
