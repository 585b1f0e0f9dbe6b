"""Screen C1 and the door of C2: in by the slip's typed code or link, or by a passkey; opening a link does nothing."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Path, Request
from fastapi.responses import RedirectResponse, Response

from issuer.domain import typed_code
from issuer.pages.attempts import Attempts
from issuer.pages.browser_cookie import BrowserCookie
from issuer.pages.code_tries import CodeTries, WaitError
from issuer.pages.forms import Form, PostedForm
from issuer.pages.frame import Face, Frame
from issuer.pages.misses import Misses
from issuer.pages.participant.own_access import OwnCookie
from issuer.pages.share_door import TooManyMissesError
from issuer.pages.signing_form import JSON
from issuer.services.outside import Outside
from issuer.services.own import come_in, come_in_by_passkey, own_session, take_badge
from verifier.templating import PageError

Token = Annotated[str, Path(max_length=200)]
OK, SEE_OTHER, _TOO_MANY = 200, 303, 429
MINE = "mine"


@dataclass(frozen=True, slots=True)
class _Door:
    outside: Outside
    frame: Frame
    cookie: OwnCookie
    tries: CodeTries
    misses: Misses

    def show(self, request: Request, *, status: int = OK, wait: int = 0, form: Form | None = None) -> Response:
        """Screen C1. Every code that does not come in gets the same answer, whatever is wrong with it."""
        t = self.frame.text(request)
        errors: tuple[PageError, ...] = ()
        if wait:
            errors = (PageError(text=t("claim.code.wait", minutes=-(-wait // 60)), field="code"),)
        elif status != OK:
            errors = (PageError(text=t("claim.code.failed"), field="code"),)
        typed = form.raw("code")[: typed_code.MOST_TYPED] if form is not None else ""
        signs = typed_code.read(typed)
        page = self.frame.render(
            request,
            "claim/code.html",
            Face(screen="C1", errors=errors),
            status=status,
            typed=typed_code.grouped(signs) if signs is not None else typed,
            device=_device(form),
        )
        if wait:
            page.headers["Retry-After"] = str(wait)
        return page

    def let_in(self, request: Request, value: str, *, shared_device: bool) -> Response:
        """Begin the view; what was open in this browser before ends, whoever it belonged to."""
        old = self.cookie.read(request)
        if old is not None:
            own_session.end(self.outside, old)
        who = own_session.session(self.outside, value)
        waiting = who is not None and take_badge.untaken(self.outside, who)
        response = RedirectResponse("/take" if waiting else "/my", status_code=SEE_OTHER)
        self.cookie.put(response, value, shared_device=shared_device)
        return response


def router(outside: Outside, frame: Frame, cookie: OwnCookie) -> APIRouter:
    """Return the routes ``/c…``."""
    routes = APIRouter(include_in_schema=False)
    door = _Door(outside, frame, cookie, CodeTries(outside.clock), Misses())

    @routes.get("/c")
    def code_page(request: Request) -> Response:
        return door.show(request)

    @routes.post("/c")
    def by_code(request: Request, form: PostedForm) -> Response:
        try:
            door.tries.check(request)
        except WaitError as wait:
            return door.show(request, status=_TOO_MANY, wait=wait.seconds, form=form)
        shared = _device(form) != MINE
        value = come_in.by_code(outside, form.raw("code"), shared_device=shared)
        if value is None:
            door.tries.missed(request)
            return door.show(request, status=422, form=form)
        return door.let_in(request, value, shared_device=shared)

    _add_passkey(routes, door)

    @routes.get("/c/closed")
    def closed(request: Request) -> Response:
        """What stands on a supporter's device when the participant's view was closed: nothing about anybody."""
        return frame.render(request, "claim/closed.html", Face(screen="C9"))

    @routes.get("/c/{token}")
    def link(request: Request, token: Token) -> Response:
        """A slip's link was opened, perhaps by a scanner: the page shows a button and lets nobody in."""
        _check_misses(door, request)
        if not come_in.token_works(outside, token):
            return _missed(door, request)
        return frame.render(request, "claim/link.html", Face(screen="C2"), action=f"/c/{token}", device="shared")

    @routes.post("/c/{token}")
    def by_link(request: Request, token: Token, form: PostedForm) -> Response:
        _check_misses(door, request)
        shared = _device(form) != MINE
        value = come_in.by_token(outside, token, shared_device=shared)
        return door.let_in(request, value, shared_device=shared) if value is not None else _missed(door, request)

    return routes


def _add_passkey(routes: APIRouter, door: _Door) -> None:
    browser, attempts = BrowserCookie(door.frame.secure), Attempts(door.outside.clock)

    @routes.post("/c/passkey/options")
    def options(request: Request) -> Response:
        attempts.check(request)
        own = browser.ensure(request)
        response = Response(come_in_by_passkey.begin(door.outside, own), media_type=JSON)
        browser.put(response, own)
        return response

    @routes.post("/c/passkey")
    def by_passkey(request: Request, form: PostedForm) -> Response:
        attempts.check(request)
        value = come_in_by_passkey.finish(door.outside, form.raw("assertion"), browser.read(request))
        if value is None:
            attempts.failed(request)
            return door.show(request, status=422)
        return door.let_in(request, value, shared_device=False)


def _device(form: Form | None) -> str:
    """Whose device it is; "shared" unless somebody says that it is only their own."""
    return MINE if form is not None and form.raw("device") == MINE else "shared"


def _check_misses(door: _Door, request: Request) -> None:
    if door.misses.spent(request):
        raise TooManyMissesError


def _missed(door: _Door, request: Request) -> Response:
    door.misses.add(request)
    return door.show(request, status=404)
