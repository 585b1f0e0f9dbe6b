"""Writing an agreement: a new one from a template or after another one, and changes of a draft."""

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from issuer.domain.catalogue_choice import helsinki_day
from issuer.domain.cooperation import CooperationState, Terms
from issuer.domain.errors import ConflictError, DomainError, NotFoundError
from issuer.domain.permissions import Permission, StaffMember
from issuer.domain.unit_ref import UnitRef
from issuer.pages.access import Access
from issuer.pages.coach.screen import SEE_OTHER, Posted, Screen, refusal_status
from issuer.pages.cooperation import agreement_form as forms
from issuer.pages.cooperation.agreement_words import UnitLine, facts, name_of, unit_line, unit_lines
from issuer.pages.forms import Form, page_errors
from issuer.pages.frame import Face, Frame
from issuer.pages.signed_in import SessionCookie
from issuer.services.outside import Outside
from issuer.services.search_units import search_units
from issuer.services.trust.change_agreement import change
from issuer.services.trust.draft_agreement import draft
from issuer.services.trust.list_agreements import list_agreements
from issuer.services.trust.read_agreement import Read, read
from issuer.services.trust.units_named import units_named

MOST_HITS = 8
_WRITABLE = frozenset({CooperationState.DRAFT, CooperationState.OFFERED})


def router(outside: Outside, frame: Frame, cookie: SessionCookie) -> APIRouter:
    """Return the routes ``/agreements/new`` and ``/agreements/{ref}/edit``."""
    routes = APIRouter(include_in_schema=False)
    access = Access(outside, cookie)
    manager = Depends(access(Permission.COOPERATION_MANAGE))

    @routes.get("/agreements/new")
    def begin(request: Request, after: str = "", who: StaffMember = manager) -> Response:
        screen = Screen(outside, frame, request, who)
        typed = forms.from_template(screen.t, helsinki_day(outside.now()))
        if after:  # made after an earlier one
            before = read(outside, who, after)
            other = before.partner if before.school.id == who.institution_id else before.school
            typed = forms.from_terms(before.agreement.terms, other=other.id)
        return _new_page(screen, typed)

    @routes.post("/agreements/new")
    def make(request: Request, form: Posted, who: StaffMember = manager) -> Response:
        screen, typed = Screen(outside, frame, request, who), forms.from_form(form)
        try:
            if form.raw("act") in ("search", "file"):
                return _new_page(screen, _filled(form, typed))
            terms = _checked(form, new=True)
            ref = draft(outside, who, typed.other, terms)
        except NotFoundError:
            raise
        except DomainError as error:
            return _new_page(screen, typed, error)
        return RedirectResponse(f"/agreements/{ref}?notice=drafted", status_code=SEE_OTHER)

    _add_edit(routes, outside, frame, access)
    return routes


def _add_edit(routes: APIRouter, outside: Outside, frame: Frame, access: Access) -> None:
    manager = Depends(access(Permission.COOPERATION_MANAGE))

    @routes.get("/agreements/{ref}/edit")
    def edit(request: Request, ref: str, who: StaffMember = manager) -> Response:
        found = read(outside, who, ref)
        if found.agreement.drafted_by != who.institution_id or found.agreement.state not in _WRITABLE:
            return RedirectResponse(f"/agreements/{ref}", status_code=SEE_OTHER)
        typed = forms.from_terms(found.agreement.terms, version=found.agreement.version)
        return _edit_page(Screen(outside, frame, request, who), found, typed)

    @routes.post("/agreements/{ref}/edit")
    def save(request: Request, ref: str, form: Posted, who: StaffMember = manager) -> Response:
        screen, typed, found = Screen(outside, frame, request, who), forms.from_form(form), read(outside, who, ref)
        try:
            if form.raw("act") in ("search", "file"):
                return _edit_page(screen, found, _filled(form, typed))
            terms = _checked(form, new=False)
            change(outside, who, ref, terms, seen=typed.version)
        except NotFoundError:
            raise
        except ConflictError as error:
            return _told(screen, ref, typed, terms, error)
        except DomainError as error:
            return _edit_page(screen, found, typed, error)
        return RedirectResponse(f"/agreements/{ref}?notice=saved", status_code=SEE_OTHER)


def _filled(form: Form, typed: forms.Typed) -> forms.Typed:
    """The form after a search or a file; nothing is stored."""
    return forms.from_file(form, typed) if form.raw("act") == "file" else typed


def _checked(form: Form, *, new: bool) -> Terms:
    if new:
        form.text("other")
    return forms.wanted_terms(form)


def _told(screen: Screen, ref: str, typed: forms.Typed, mine: Terms, error: ConflictError) -> HTMLResponse:
    """A colleague was faster: what was typed stays, and what they wrote otherwise is named."""
    now = read(screen.outside, screen.who, ref)
    theirs: list[tuple[str, str]] = []
    if error.code == "cooperation.changed":
        lines = (facts(one, screen.t, screen.language) for one in (now.agreement.terms, mine))
        theirs = [other for other, own in zip(*lines, strict=True) if other != own]
        if now.agreement.terms.units != mine.units:
            numbers = ", ".join(str(unit).partition("-")[0] for unit in now.agreement.terms.units)
            theirs.insert(0, (screen.t("cooperation.units"), numbers))
    return _edit_page(screen, now, forms.with_version(typed, now.agreement.version), error, tuple(theirs))


def _new_page(screen: Screen, typed: forms.Typed, error: DomainError | None = None) -> Response:
    register = list_agreements(screen.outside, screen.who)
    if not register.partners:
        return RedirectResponse("/agreements", status_code=SEE_OTHER)
    return _page(
        screen,
        typed,
        error,
        action="/agreements/new",
        partners=[(one.id, name_of(one, screen.language)) for one in register.partners],
        with_school=register.own.kind != "school",
        found=None,
        theirs=(),
    )


def _edit_page(
    screen: Screen,
    found: Read,
    typed: forms.Typed,
    error: DomainError | None = None,
    theirs: tuple[tuple[str, str], ...] = (),
) -> HTMLResponse:
    return _page(
        screen,
        typed,
        error,
        action=f"/agreements/{found.agreement.ref}/edit",
        partners=[],
        with_school=False,
        found=found,
        school=name_of(found.school, screen.language),
        partner=name_of(found.partner, screen.language),
        theirs=theirs,
    )


def _page(screen: Screen, typed: forms.Typed, error: DomainError | None, **values: object) -> HTMLResponse:
    face = Face(
        screen="G1",
        title="title.staff",
        who=screen.who,
        current="/agreements",
        errors=page_errors(screen.t, error) if error is not None else (),
    )
    return screen.frame.render(
        screen.request,
        "cooperation/form.html",
        face,
        status=refusal_status(error),
        typed=typed,
        units=_ticked(screen, typed),
        hits=_hits(screen, typed),
        **values,
    )


def _ticked(screen: Screen, typed: forms.Typed) -> tuple[UnitLine, ...]:
    """The units that are ticked now; what is no unit is left out."""
    refs = []
    for value in typed.units:
        try:
            refs.append(UnitRef.read(value))
        except NotFoundError:
            continue
    return unit_lines(refs, units_named(screen.outside, refs), screen.language)


def _hits(screen: Screen, typed: forms.Typed) -> tuple[UnitLine, ...]:
    if not typed.query:
        return ()
    found = search_units(screen.outside.database, typed.query, now=screen.outside.now(), limit=MOST_HITS).hits
    units = [hit.unit for hit in found if hit.unit is not None and hit.unit.code is not None]
    return tuple(
        unit_line(UnitRef.of(one), one, screen.language) for one in units if str(UnitRef.of(one)) not in typed.units
    )
