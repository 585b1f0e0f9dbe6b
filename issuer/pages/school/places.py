"""Recognised environments at a school: those there are, what it endorses of them, and how it endorses or ends."""

from dataclasses import replace

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response

from issuer.domain.catalogue_choice import helsinki_day
from issuer.domain.endorsement import MOST_COMMENT, last_day, usual_last_day
from issuer.domain.errors import DomainError, NotFoundError
from issuer.domain.permissions import Permission, StaffMember
from issuer.domain.telling_words import telling_words
from issuer.i18n import content_language, whole_day
from issuer.pages.access import Access
from issuer.pages.coach.screen import SEE_OTHER, Posted, Screen, refusal_status, typed_day
from issuer.pages.endorsed_view import place_view, told_views
from issuer.pages.forms import Form, page_errors
from issuer.pages.frame import Face, Frame
from issuer.pages.signed_in import SessionCookie
from issuer.services import show_institution
from issuer.services.endorsements import list_endorsements
from issuer.services.endorsements.end_endorsement import end
from issuer.services.endorsements.endorse import ACT, Checked, Wish, checked, endorse
from issuer.services.endorsements.list_endorsements import Published
from issuer.services.outside import Outside

PATH = "/places"
NOTICES = frozenset({"endorsed", "unsigned", "ended"})


def router(outside: Outside, frame: Frame, cookie: SessionCookie) -> APIRouter:
    """Return the routes ``/places…``; only a school has them."""
    routes = APIRouter(include_in_schema=False)
    access = Access(outside, cookie)
    reader, manager = Depends(access(Permission.TRUST_READ)), Depends(access(Permission.TRUST_MANAGE))

    @routes.get(PATH)
    def places(request: Request, after: str = "", who: StaffMember = reader) -> Response:
        if show_institution.one(outside, who.institution_id).kind != "school":
            return RedirectResponse("/home", status_code=SEE_OTHER)
        return _list_page(Screen(outside, frame, request, who), after)

    @routes.get(f"{PATH}/endorse")
    def form(request: Request, report: str = "", who: StaffMember = manager) -> Response:
        screen = Screen(outside, frame, request, who)
        found = _site_of(screen, report)
        first = Wish(
            report_ids=tuple(one.report.id for one in found if one.report.id == report),
            last_day=usual_last_day([one.report for one in found], helsinki_day(outside.now())),
        )
        return _form_page(screen, found, first)

    @routes.post(f"{PATH}/endorse")
    def look(request: Request, form: Posted, who: StaffMember = manager) -> Response:
        screen = Screen(outside, frame, request, who)
        wish, found = _wish(screen, form), _site_of(screen, form.raw("of"))
        try:
            form.check()
            return _confirm_page(screen, found, wish, checked(outside, who, wish))
        except NotFoundError:
            raise
        except DomainError as error:
            return _form_page(screen, found, wish, error=error, typed_until=form.raw("until"))

    @routes.post(f"{PATH}/sign")
    def sign(request: Request, form: Posted, who: StaffMember = manager) -> Response:
        screen = Screen(outside, frame, request, who)
        wish = _wish(screen, form)
        try:
            form.check()
            signed = endorse(outside, who, wish, seen=form.raw("digest"), assertion=form.raw("assertion"))
        except NotFoundError:
            raise
        except DomainError as error:
            found = _site_of(screen, form.raw("of"))
            return _form_page(screen, found, wish, error=error, typed_until=form.raw("until"))
        return RedirectResponse(f"{PATH}?notice={'endorsed' if signed else 'unsigned'}", status_code=SEE_OTHER)

    @routes.post(f"{PATH}/end")
    def stop(form: Posted, who: StaffMember = manager) -> Response:
        end(outside, who, form.raw("act"))
        return RedirectResponse(f"{PATH}?notice=ended", status_code=SEE_OTHER)

    return routes


def _site_of(screen: Screen, report_id: str) -> tuple[Published, ...]:
    found = list_endorsements.same_site(screen.outside, screen.who, report_id)
    if not any(one.report.id == report_id for one in found):
        raise NotFoundError("report")
    return found


def _wish(screen: Screen, form: Form) -> Wish:
    language = form.raw("language") or content_language(screen.language)
    return Wish(
        report_ids=form.many("report"), last_day=form.day("until"), comment=form.raw("comment"), language=language
    )


def _list_page(screen: Screen, after: str) -> Response:
    outside, who, language, t = screen.outside, screen.who, screen.language, screen.t
    rows, further = list_endorsements.for_school(outside, who, after=after)
    made = list_endorsements.mine(outside, who)
    face = Face(
        screen="G2", title="title.staff", who=who, current="/trust", notice=screen.notice("places.notice", NOTICES)
    )
    return screen.frame.render(
        screen.request,
        "school/places.html",
        face,
        places=[
            (
                place_view(one.report.id, one.document, last_day(one.report), language),
                told_views(one.told, language, t, newest_only=True),
                one.mine is not None and one.mine.in_force,
            )
            for one in rows
        ],
        made=[
            (place_view(told.endorsement.report_id, document, told.until, language), view)
            for told, document in made
            for view in told_views((told,), language, t)
        ],
        next=further,
        may=who.may(Permission.TRUST_MANAGE),
    )


def _form_page(
    screen: Screen,
    found: tuple[Published, ...],
    wish: Wish,
    *,
    error: DomainError | None = None,
    typed_until: str | None = None,
) -> Response:
    language, t = screen.language, screen.t
    face = Face(
        screen="G2",
        title="title.staff",
        who=screen.who,
        current="/trust",
        errors=page_errors(t, error) if error is not None else (),
    )
    return screen.frame.render(
        screen.request,
        "school/place_endorse.html",
        face,
        status=refusal_status(error),
        places=[
            (
                place_view(one.report.id, one.document, last_day(one.report), language),
                told_views(one.told, language, t, newest_only=True),
            )
            for one in found
        ],
        chosen=wish.report_ids,
        of=(wish.report_ids or (found[0].report.id,))[0],
        until=typed_day(wish.last_day) if typed_until is None else typed_until,
        comment=wish.comment,
        most=MOST_COMMENT,
    )


def _confirm_page(screen: Screen, found: tuple[Published, ...], wish: Wish, whole: Checked) -> Response:
    language = screen.language
    kept = replace(wish, comment=whole.comment)
    face = Face(screen="G2", title="title.staff", who=screen.who, current="/trust")
    return screen.frame.render(
        screen.request,
        "school/place_confirm.html",
        face,
        places=[
            place_view(one.report.id, one.document, last_day(one.report), language)
            for one in found
            if one.report.id in {report.id for report in whole.reports}
        ],
        wish=kept,
        until=whole_day(whole.last_day, language),
        typed_until=whole.last_day.isoformat(),
        words=[word.word for word in telling_words(whole.comment)],
        digest=whole.digest.hex(),
        act=ACT,
    )
