"""Screen A3: own roles in words, passkeys, printed codes, mail address, languages, open web sessions."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response

from issuer.domain.errors import ConflictError, DomainError
from issuer.domain.permissions import Permission, StaffMember
from issuer.i18n import content_language, moment
from issuer.pages.access import Access
from issuer.pages.forms import Form, page_errors, posted
from issuer.pages.frame import Face, Frame
from issuer.pages.signed_in import SessionCookie
from issuer.pages.signing_form import JSON
from issuer.services import sign_in
from issuer.services.notices import own_address
from issuer.services.outside import Outside
from issuer.services.ways_in import add_passkey, mail_link, own_account, recovery_codes

Posted = Annotated[Form, Depends(posted)]
PasskeyId = Annotated[str, Path(pattern=r"^[0-9a-f-]{36}$")]
SEE_OTHER = 303
_DONE = ("joined", "passkey", "removed", "address")
# What stands in words about roles: permissions in the order of a working day.
_TOLD = (
    Permission.OBSERVATION_RECORD,
    Permission.AGREEMENT_EDIT,
    Permission.COMPETENCE_SIGN,
    Permission.DRAFT_EDIT,
    Permission.DRAFT_REVIEW,
    Permission.BATCH,
    Permission.BADGE_WITHDRAW,
    Permission.ENVIRONMENT_PUBLISH,
    Permission.SCHOOL_DECIDE,
    Permission.STAFF_MANAGE,
)


class _Pages:
    """Renders /me and what follows from it."""

    def __init__(self, outside: Outside, frame: Frame, cookie: SessionCookie) -> None:
        self.outside, self.frame, self.cookie = outside, frame, cookie

    def show(self, request: Request, who: StaffMember, error: DomainError | None = None) -> Response:
        """Answer the page itself; with an error 422 and its sentence."""
        t, language = self.frame.text(request), self.frame.language(request)
        done = request.query_params.get("done", "")
        face = Face(
            screen="A3",
            title="title.staff",
            who=who,
            current="/me",
            notice=t(f"me.done.{done}") if done in _DONE and error is None else None,
            errors=page_errors(t, error) if error is not None else (),
        )
        account = own_account.show(self.outside, who, self.cookie.read(request) or "")
        return self.frame.render(
            request,
            "account/own.html",
            face,
            status=422 if error is not None else 200,
            account=account,
            who=who,
            institution=account.institution.in_language(content_language(language)),
            may=[one.value for one in _TOLD if who.may(one)],
            may_not=[one.value for one in _TOLD if not who.may(one) and one in _shared(who)],
            moment=lambda at: moment(at, language),
            by_mail=self.outside.mailer is not None,
            elsewhere=self.outside.identity_provider is not None,
        )


def router(outside: Outside, frame: Frame, cookie: SessionCookie) -> APIRouter:
    """Return the routes ``/me…``."""
    routes = APIRouter(include_in_schema=False)
    pages, account = _Pages(outside, frame, cookie), Depends(Access(outside, cookie)(Permission.OWN_ACCOUNT))

    @routes.get("/me")
    def own(request: Request, who: StaffMember = account) -> Response:
        return pages.show(request, who)

    @routes.post("/me/alive")
    def alive(who: StaffMember = account) -> Response:  # noqa: ARG001  being asked keeps the session alive
        return Response(status_code=204)

    @routes.post("/me/sessions/end")
    def end_everywhere(who: StaffMember = account) -> Response:
        own_account.end_everywhere(outside, who)
        response = RedirectResponse("/in", status_code=SEE_OTHER, headers={"Clear-Site-Data": '"cache", "storage"'})
        cookie.take_back(response)
        return response

    @routes.post("/me/codes")
    def codes(request: Request, who: StaffMember = account) -> Response:
        """Show the codes in the answer itself, this once: nothing is kept from which a page could show them."""
        try:
            own_account.check_may_add(outside, who, cookie.read(request) or "")
        except DomainError as error:
            return pages.show(request, who, error)
        face = Face(screen="A3", title="title.staff", who=who, current="/me")
        return frame.render(request, "account/codes.html", face, codes=recovery_codes.make(outside, who))

    @routes.post("/me/address")
    def address(request: Request, form: Posted, who: StaffMember = account) -> Response:
        try:
            own_account.check_may_add(outside, who, cookie.read(request) or "")
            mail_link.set_address(outside, who, form.raw("address"))
            own_address.keep_of_staff(outside, who, form.raw("address"), frame.language(request))
        except DomainError as error:
            return pages.show(request, who, error)
        return RedirectResponse("/me?done=address", status_code=SEE_OTHER)

    _add_passkeys(routes, pages, account)
    return routes


def _add_passkeys(routes: APIRouter, pages: _Pages, account: StaffMember) -> None:
    outside, cookie = pages.outside, pages.cookie

    @routes.post("/me/passkeys/options")
    def options(request: Request, who: StaffMember = account) -> Response:
        try:
            shown = own_account.show(outside, who, cookie.read(request) or "")
            own_account.check_may_add(outside, who, cookie.read(request) or "")
            institution = shown.institution.in_language(pages.frame.language(request))
            name = f"{shown.name} ({institution})" if shown.name else institution
            asked = add_passkey.begin(outside, who, name=name)
        except DomainError as error:
            return JSONResponse({"code": error.code}, status_code=403)
        return Response(asked, media_type=JSON)

    @routes.post("/me/passkeys")
    def add(request: Request, form: Posted, who: StaffMember = account) -> Response:
        """Add a passkey; since its owner can do more from now on, the web session gets another id."""
        own = cookie.read(request) or ""
        try:
            own_account.check_may_add(outside, who, own)
            add_passkey.add(outside, who, form.raw("assertion"), name=form.raw("name"))
        except DomainError as error:
            return pages.show(request, who, error)
        response = RedirectResponse("/me?done=passkey", status_code=SEE_OTHER)
        cookie.put(response, sign_in.renew(outside, own))
        return response

    @routes.post("/me/passkeys/{passkey_id}/remove")
    def remove(request: Request, passkey_id: PasskeyId, who: StaffMember = account) -> Response:
        try:
            own_account.remove_passkey(outside, who, passkey_id)
        except ConflictError as error:
            return pages.show(request, who, error)
        return RedirectResponse("/me?done=removed", status_code=SEE_OTHER)


def _shared(who: StaffMember) -> frozenset[Permission]:
    """Acts of which it helps to be told that one may not do them: those of the own kind of house."""
    school = {Permission.SCHOOL_DECIDE}
    at_school = who.may(Permission.SCHOOL_DECIDE) and not who.may(Permission.BADGE_READ)
    return frozenset(school if at_school else set(_TOLD) - school)
