"""The trust levels of a school: not known or recognised by hand; an agreement in force makes the third by itself."""

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from issuer.domain.cooperation import SETTABLE
from issuer.domain.errors import DomainError, NotFoundError
from issuer.domain.permissions import Permission, StaffMember
from issuer.pages.access import Access
from issuer.pages.coach.screen import SEE_OTHER, Posted, Screen, refusal_status
from issuer.pages.cooperation.agreement_words import name_of
from issuer.pages.forms import Form, page_errors
from issuer.pages.frame import Face, Frame
from issuer.pages.signed_in import SessionCookie
from issuer.services import show_institution
from issuer.services.outside import Outside
from issuer.services.trust.list_levels import list_levels
from issuer.services.trust.set_level import set_level

_MOST_VERSIONS = 1_000_000_000


def router(outside: Outside, frame: Frame, cookie: SessionCookie) -> APIRouter:
    """Return the route ``/agreements/levels``."""
    routes = APIRouter(include_in_schema=False)
    manager = Depends(Access(outside, cookie)(Permission.TRUST_MANAGE))

    @routes.get("/agreements/levels")
    def levels(request: Request, who: StaffMember = manager) -> Response:
        if show_institution.one(outside, who.institution_id).kind != "school":
            return RedirectResponse("/agreements", status_code=SEE_OTHER)  # only a school has these
        return _page(Screen(outside, frame, request, who))

    @routes.post("/agreements/levels")
    def put(request: Request, form: Posted, who: StaffMember = manager) -> Response:
        try:
            level = form.choice("level", [one.value for one in SETTABLE])
            issuer = form.text("issuer")
            form.check()
            seen = form.number("version", least=0, most=_MOST_VERSIONS, required=False) or 0
            set_level(outside, who, issuer or "", level or "", seen=seen)
        except NotFoundError:
            raise
        except DomainError as error:
            if show_institution.one(outside, who.institution_id).kind != "school":
                raise NotFoundError("school") from error
            return _page(Screen(outside, frame, request, who), error, form)
        return RedirectResponse("/agreements/levels?notice=saved", status_code=SEE_OTHER)

    return routes


def _page(screen: Screen, error: DomainError | None = None, form: Form | None = None) -> HTMLResponse:
    face = Face(
        screen="G1",
        title="title.staff",
        who=screen.who,
        current="/agreements",
        notice=screen.notice("cooperation.levels.notice", frozenset({"saved"})) if error is None else None,
        errors=page_errors(screen.t, error) if error is not None else (),
    )
    rows = list_levels(screen.outside, screen.who)
    return screen.frame.render(
        screen.request,
        "cooperation/levels.html",
        face,
        status=refusal_status(error),
        rows=[
            (one, name_of(one.institution, screen.language) if one.institution is not None else one.did) for one in rows
        ],
        settable=[(one.value, screen.t(f"cooperation.level.{one.value}")) for one in SETTABLE],
        typed=form.raw("issuer") if form is not None and form.raw("issuer") not in {one.did for one in rows} else "",
        typed_level=form.raw("level") if form is not None else "",
    )
