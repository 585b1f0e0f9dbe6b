"""Screen C7, to be asked later: the participant's own yes, alone or together with support, and taking it back."""

from dataclasses import dataclass

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response

from issuer.domain.errors import ConflictError, DomainError
from issuer.domain.holder import Holder
from issuer.domain.participant import TERMS, Purpose
from issuer.pages.forms import Form, PostedForm, page_errors
from issuer.pages.frame import Face, Frame
from issuer.pages.participant.own_access import OwnAccess, OwnCookie
from issuer.services.coaching import give_consent, withdraw_consent
from issuer.services.erasing.show_consents import consents
from issuer.services.outside import Outside

_SEE_OTHER = 303
_NOTICES = ("given", "withdrawn")


def router(outside: Outside, frame: Frame, cookie: OwnCookie) -> APIRouter:
    """Return the routes ``/my/consents/follow_up`` and ``/together/consents/follow_up…``, each with its own cookie."""
    routes = APIRouter(include_in_schema=False)
    alone = _Leave(outside, frame, "/my", "participant_frame.html")
    together = _Leave(outside, frame, "/together", "claim/together_frame.html")
    alone.add_to(routes, Depends(OwnAccess(outside, cookie)))
    together.add_to(routes, Depends(OwnAccess(outside, OwnCookie(cookie.secure, together=True))))
    return routes


@dataclass(frozen=True, slots=True)
class _Leave:
    """The page under one prefix."""

    outside: Outside
    frame: Frame
    base: str
    layout: str

    @property
    def together(self) -> bool:
        """Whether this is the view that a supporter opened."""
        return self.base == "/together"

    def add_to(self, routes: APIRouter, own: Holder) -> None:
        """Add the routes; `own` is the dependency that gives the holder."""
        page, path = self, f"{self.base}/consents/follow_up"

        @routes.get(path)
        def show(request: Request, who: Holder = own) -> Response:
            return page.page(request, who)

        @routes.post(path)
        def give(request: Request, form: PostedForm, who: Holder = own) -> Response:
            try:
                contact = form.raw("contact").strip() or None
                language = page.frame.language(request)
                give_consent.give_own(page.outside, who, Purpose.FOLLOW_UP, language=language, contact=contact)
            except DomainError as error:
                if error.code == "consent.given":  # given a moment ago: the page shows the present state
                    return RedirectResponse(path, status_code=_SEE_OTHER)
                return page.page(request, who, (error, form))
            return RedirectResponse(f"{path}?notice=given", status_code=_SEE_OTHER)

        if not self.together:
            return  # there all permissions are taken back on one page, /my/consents

        @routes.post(f"{path}/withdraw")
        def withdraw(who: Holder = own) -> Response:
            try:
                withdraw_consent.withdraw_own(page.outside, who, Purpose.FOLLOW_UP)
            except ConflictError:  # taken back a moment ago: the page shows the present state
                return RedirectResponse(path, status_code=_SEE_OTHER)
            return RedirectResponse(f"{path}?notice=withdrawn", status_code=_SEE_OTHER)

    def page(self, request: Request, who: Holder, refused: tuple[DomainError, Form] | None = None) -> Response:
        """What is asked and for how long it is kept; the yes, or taking it back."""
        t = self.frame.text(request)
        said = request.query_params.get("notice", "")
        face = Face(
            screen="C9" if who.supported else "C7",
            title="title.own",
            holder=None if who.supported else who,
            current="/my/consents",
            notice=t(f"follow_up.leave.{said}") if said in _NOTICES and refused is None else None,
            errors=page_errors(t, refused[0]) if refused is not None else (),
        )
        given = any(one.purpose is Purpose.FOLLOW_UP and holds for one, holds in consents(self.outside, who))
        return self.frame.render(
            request,
            "followups/leave.html",
            face,
            status=200 if refused is None else 422,
            layout=self.layout,
            base=self.base,
            given=given,
            key=f"consent.{Purpose.FOLLOW_UP.value}.{TERMS[Purpose.FOLLOW_UP].version}",
            contact=refused[1].raw("contact") if refused is not None else "",
        )
