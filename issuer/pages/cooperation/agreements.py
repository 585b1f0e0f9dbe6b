"""Screen G1: the agreements of an institution, one of them with its terms, and the acts of both sides on it."""

from collections.abc import Callable
from datetime import datetime

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from issuer.domain.catalogue_choice import helsinki_day
from issuer.domain.cooperation import CooperationState, Standing
from issuer.domain.cooperation_document import document
from issuer.domain.errors import DomainError, NotFoundError
from issuer.domain.permissions import Permission, StaffMember
from issuer.i18n import whole_day
from issuer.pages.access import Access
from issuer.pages.coach.screen import SEE_OTHER, Posted, Screen, refusal_status
from issuer.pages.cooperation.agreement_words import days, facts, name_of, unit_lines
from issuer.pages.forms import Form, page_errors
from issuer.pages.frame import Face, Frame
from issuer.pages.signed_in import SessionCookie
from issuer.services.outside import Outside
from issuer.services.trust import confirm_agreement, offer_agreement
from issuer.services.trust.drop_agreement import drop
from issuer.services.trust.end_agreement import end
from issuer.services.trust.give_back_agreement import give_back
from issuer.services.trust.list_agreements import list_agreements
from issuer.services.trust.read_agreement import Read, read

NOTICES = frozenset({"drafted", "saved", "offered", "confirmed", "given_back", "dropped", "ended"})
_MOST_VERSIONS = 1_000_000_000


def router(outside: Outside, frame: Frame, cookie: SessionCookie) -> APIRouter:
    """Return the routes ``/agreements`` and those under ``/agreements/{ref}`` but the form."""
    routes = APIRouter(include_in_schema=False)
    access = Access(outside, cookie)
    reader = Depends(access(Permission.COOPERATION_READ))

    @routes.get("/agreements")
    def all_of_them(request: Request, who: StaffMember = reader) -> Response:
        return _list_page(Screen(outside, frame, request, who))

    @routes.get("/agreements/{ref}")
    def one(request: Request, ref: str, who: StaffMember = reader) -> Response:
        return _page(Screen(outside, frame, request, who), read(outside, who, ref))

    @routes.get("/agreements/{ref}/agreement.json")
    def file(ref: str, who: StaffMember = reader) -> Response:
        found = read(outside, who, ref)
        data = document(found.agreement, found.school, found.partner, day=helsinki_day(outside.now()))
        headers = {"Content-Disposition": 'attachment; filename="pateva-agreement.json"', "Cache-Control": "no-store"}
        return Response(data, media_type="application/json", headers=headers)

    _add_acts(routes, outside, frame, access)
    return routes


def _add_acts(routes: APIRouter, outside: Outside, frame: Frame, access: Access) -> None:
    manager = Depends(access(Permission.COOPERATION_MANAGE))

    @routes.post("/agreements/{ref}/offer")
    def offers(request: Request, ref: str, form: Posted, who: StaffMember = manager) -> Response:
        def act() -> None:
            offer_agreement.offer(outside, who, ref, seen=form.raw("digest"), assertion=form.raw("assertion"))

        return _acted(Screen(outside, frame, request, who), ref, act, f"/agreements/{ref}?notice=offered")

    @routes.post("/agreements/{ref}/confirm")
    def confirms(request: Request, ref: str, form: Posted, who: StaffMember = manager) -> Response:
        def act() -> None:
            confirm_agreement.confirm(outside, who, ref, seen=form.raw("digest"), assertion=form.raw("assertion"))

        return _acted(Screen(outside, frame, request, who), ref, act, f"/agreements/{ref}?notice=confirmed")

    @routes.post("/agreements/{ref}/give-back")
    def gives_back(request: Request, ref: str, form: Posted, who: StaffMember = manager) -> Response:
        def act() -> None:
            give_back(outside, who, ref, seen=_version(form))

        return _acted(Screen(outside, frame, request, who), ref, act, "/agreements?notice=given_back")

    @routes.post("/agreements/{ref}/drop")
    def drops(request: Request, ref: str, form: Posted, who: StaffMember = manager) -> Response:
        def act() -> None:
            drop(outside, who, ref, seen=_version(form))

        return _acted(Screen(outside, frame, request, who), ref, act, "/agreements?notice=dropped")

    @routes.post("/agreements/{ref}/end")
    def ends(request: Request, ref: str, form: Posted, who: StaffMember = manager) -> Response:
        def act() -> None:
            at_once = form.choice("when", ("now", "day")) == "now"
            last_day = None if at_once else form.day("ends_on")
            form.check()
            end(outside, who, ref, last_day, seen=_version(form))

        screen = Screen(outside, frame, request, who)
        return _acted(screen, ref, act, f"/agreements/{ref}?notice=ended", form)


def _acted(screen: Screen, ref: str, act: Callable[[], None], then: str, form: Form | None = None) -> Response:
    """Do an act and go on; a refusal is told on the agreement's page, with what was typed."""
    try:
        act()
    except NotFoundError:
        raise
    except DomainError as error:
        return _page(screen, read(screen.outside, screen.who, ref), error=error, form=form)
    return RedirectResponse(then, status_code=SEE_OTHER)


def _version(form: Form) -> int:
    return form.number("version", least=1, most=_MOST_VERSIONS, required=False) or 0


def _list_page(screen: Screen) -> HTMLResponse:
    register, language = list_agreements(screen.outside, screen.who), screen.language
    face = Face(
        screen="G1",
        title="title.staff",
        who=screen.who,
        current="/agreements",
        notice=screen.notice("cooperation.notice", NOTICES),
    )
    return screen.frame.render(
        screen.request,
        "cooperation/list.html",
        face,
        rows=[
            {
                "row": row,
                "other": name_of(row.other, language),
                "units": ", ".join(str(unit).partition("-")[0] for unit in row.agreement.terms.units),
                "days": days(row.agreement, language),
                "waits": row.agreement.waits_for(register.own.id),
            }
            for row in register.agreements
        ],
        signer=name_of(register.signer, language) if register.signer is not None else "",
        school=register.own.kind == "school",
        may_write=screen.who.may(Permission.COOPERATION_MANAGE) and bool(register.partners),
        may_level=screen.who.may(Permission.TRUST_MANAGE) and register.own.kind == "school",
        alone=not register.partners and register.signer is None,
    )


def _page(screen: Screen, found: Read, *, error: DomainError | None = None, form: Form | None = None) -> HTMLResponse:
    agreement, own_id, language = found.agreement, screen.who.institution_id, screen.language
    manages = found.side and screen.who.may(Permission.COOPERATION_MANAGE)
    writes = manages and agreement.drafted_by == own_id
    face = Face(
        screen="G1",
        title="title.staff",
        who=screen.who,
        current="/agreements",
        notice=screen.notice("cooperation.notice", NOTICES) if error is None else None,
        errors=page_errors(screen.t, error) if error is not None else (),
    )
    return screen.frame.render(
        screen.request,
        "cooperation/agreement.html",
        face,
        status=refusal_status(error),
        found=found,
        agreement=agreement,
        school=name_of(found.school, language),
        partner=name_of(found.partner, language),
        days=days(agreement, language),
        units=unit_lines(agreement.terms.units, found.units, language),
        facts=facts(agreement.terms, screen.t, language),
        others=[(one, days(one, language), facts(one.terms, screen.t, language)) for one in found.others],
        offered_on=_day(screen, agreement.offered_at),
        confirmed_on=_day(screen, agreement.confirmed_at),
        ended_on=_day(screen, agreement.ended_at),
        ends_on=whole_day(agreement.ends_on, language) if agreement.ends_on is not None else "",
        school_drafted=agreement.drafted_by == agreement.school_id,
        can_edit=writes and agreement.state in (CooperationState.DRAFT, CooperationState.OFFERED),
        can_offer=writes and agreement.state is CooperationState.DRAFT,
        can_confirm=manages and agreement.waits_for(own_id),
        can_end=manages and found.standing in (Standing.COMING, Standing.IN_FORCE),
        can_copy=manages,
        typed_end=form.raw("ends_on") if form is not None else "",
        typed_when=form.raw("when") if form is not None else "",
    )


def _day(screen: Screen, at: datetime | None) -> str:
    return whole_day(helsinki_day(at), screen.language) if at is not None else ""
