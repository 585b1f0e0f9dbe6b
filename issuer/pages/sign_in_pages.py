"""Screen A2: one door for staff: passkey, link by mail, an organisation's login, a printed code; and the way out.

Opening a link changes nothing; a button redeems it. What a door answers tells nobody whether an account exists.
"""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, BackgroundTasks, Depends, Path, Request
from fastapi.responses import RedirectResponse, Response

from issuer.pages.attempts import Attempts
from issuer.pages.browser_cookie import BrowserCookie
from issuer.pages.forms import Form, posted
from issuer.pages.frame import Face, Frame
from issuer.pages.mails import send_links
from issuer.pages.signed_in import SessionCookie
from issuer.pages.signing_form import JSON
from issuer.services import sign_in
from issuer.services.outside import Outside
from issuer.services.ways_in import recovery_codes, sign_in_by_passkey
from verifier.templating import PageError

Token = Annotated[str, Path(max_length=200)]
Posted = Annotated[Form, Depends(posted)]
SEE_OTHER = 303
FACE = Face(screen="A2", title="title.staff")


@dataclass(frozen=True, slots=True)
class Door:
    """What the ways in share."""

    outside: Outside
    frame: Frame
    cookie: SessionCookie
    browser: BrowserCookie
    attempts: Attempts

    def show(self, request: Request, *, status: int = 200, error: str | None = None, failed: bool = False) -> Response:
        """Answer the door itself."""
        t = self.frame.text(request)
        face = Face(screen="A2", title="title.staff", errors=(PageError(text=t(error)),) if error else ())
        return self.frame.render(
            request,
            "sign_in.html",
            face,
            status=status,
            failed=failed,
            by_mail=self.outside.mailer is not None,
            elsewhere=self.outside.identity_provider is not None,
        )

    def let_in(self, request: Request, value: str | None, *, to: str = "/home") -> Response:
        """Begin the web session, or tell in one sentence that it did not work."""
        if value is None:
            self.attempts.failed(request)
            return self.show(request, status=422, error="in.not_let_in")
        old = self.cookie.read(request)
        if old is not None:  # a new sign-in never lives on in an old session
            sign_in.end(self.outside, old)
        response = RedirectResponse(to, status_code=SEE_OTHER)
        self.cookie.put(response, value)
        return response


def router(outside: Outside, frame: Frame, cookie: SessionCookie) -> APIRouter:
    """Return the routes ``/in…`` and ``/out``, those of an organisation's login apart."""
    routes = APIRouter(include_in_schema=False)
    door = Door(outside, frame, cookie, BrowserCookie(frame.secure), Attempts(outside.clock))

    @routes.get("/in")
    def open_door(request: Request) -> Response:
        return door.show(request)

    @routes.get("/.well-known/change-password")
    def change_password() -> Response:
        """Tell password managers where ways in are changed."""
        return RedirectResponse("/me", status_code=SEE_OTHER)

    _add_passkey(routes, door)
    _add_mail(routes, door)
    _add_links(routes, door)
    return routes


def _add_passkey(routes: APIRouter, door: Door) -> None:
    @routes.post("/in/passkey/options")
    def options(request: Request) -> Response:
        door.attempts.check(request)
        browser = door.browser.ensure(request)
        response = Response(sign_in_by_passkey.begin(door.outside, browser), media_type=JSON)
        door.browser.put(response, browser)
        return response

    @routes.post("/in/passkey")
    def by_passkey(request: Request, form: Posted) -> Response:
        door.attempts.check(request)
        value = sign_in_by_passkey.finish(door.outside, form.raw("assertion"), door.browser.read(request))
        return door.let_in(request, value)

    @routes.post("/in/code")
    def by_code(request: Request, form: Posted) -> Response:
        door.attempts.check(request)
        return door.let_in(request, recovery_codes.redeem(door.outside, form.raw("code")[:100]), to="/me")


def _add_mail(routes: APIRouter, door: Door) -> None:
    @routes.post("/in/mail")
    def by_mail(request: Request, form: Posted, later: BackgroundTasks) -> Response:
        """Answer before anything is looked up, so that neither the words nor the time tell whether we know it."""
        if door.outside.mailer is None:
            return door.show(request, status=404)
        address = form.raw("address")[:300]
        door.attempts.take_mail(request, address.strip().lower())
        browser = door.browser.ensure(request)
        later.add_task(send_links, door.outside, address, browser, door.frame.language(request))
        response = RedirectResponse("/in/sent", status_code=SEE_OTHER, background=later)
        door.browser.put(response, browser)
        return response

    @routes.get("/in/sent")
    def sent(request: Request) -> Response:
        return door.frame.render(request, "sign_in_sent.html", FACE)


def _add_links(routes: APIRouter, door: Door) -> None:
    @routes.get("/in/{token}")
    def link(request: Request, token: Token) -> Response:
        """Mail scanners open links: the page shows a button and redeems nothing."""
        if not sign_in.link_works(door.outside, token, browser=door.browser.read(request)):
            return door.show(request, status=404, failed=True)
        return door.frame.render(request, "sign_in_link.html", FACE, action=f"/in/{token}")

    @routes.post("/in/{token}")
    def redeem(request: Request, token: Token) -> Response:
        door.attempts.check(request)
        value = sign_in.redeem(door.outside, token, browser=door.browser.read(request))
        if value is None:
            door.attempts.failed(request)
            return door.show(request, status=404, failed=True)
        return door.let_in(request, value)

    @routes.post("/out")
    def out(request: Request) -> Response:
        value = door.cookie.read(request)
        if value is not None:
            sign_in.end(door.outside, value)
        response = RedirectResponse("/in", status_code=SEE_OTHER, headers={"Clear-Site-Data": '"cache", "storage"'})
        door.cookie.take_back(response)
        return response
