"""Screen C2: see it, keep it, choose how; one page a step, in the participant's own view or in one opened together."""

from dataclasses import dataclass

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response

from issuer.domain.errors import ConflictError
from issuer.domain.holder import Holder
from issuer.i18n import whole_day
from issuer.pages.frame import Face, Frame
from issuer.pages.participant.own_access import OwnAccess, OwnCookie
from issuer.pages.participant.own_files import Ref
from issuer.pages.shared_badge_view import shared_badge_view
from issuer.services.outside import Outside
from issuer.services.own import take_badge
from issuer.services.own.take_badge import NewBadge
from schemas.receipt_mark import is_receipt
from schemas.strict_json import read_object
from verifier.templating import PageError

SEE_OTHER, _CONFLICT = 303, 409
STEPS = ("see", "keep", "how")
_OUTCOMES = ("refused", "refusing")


@dataclass(frozen=True, slots=True)
class Together:
    """Who decides on a supporter's device, and how many answers to a school wait for a yes or no."""

    name: str
    questions: int


@dataclass(frozen=True, slots=True)
class Steps:
    """The pages of the three steps under one prefix.

    Attributes:
        base: `/take`, or `/together` on a supporter's device.
        layout: the template of the frame.
    """

    outside: Outside
    frame: Frame
    base: str
    layout: str

    def add_to(self, routes: APIRouter, own: Holder) -> None:
        """Add the routes; `own` is the dependency that gives the holder."""
        steps, outside, base = self, self.outside, self.base

        @routes.get(f"{base}/{{ref}}")
        def see(request: Request, ref: Ref, who: Holder = own) -> Response:
            return steps.step(request, who, ref, "see")

        @routes.get(f"{base}/{{ref}}/keep")
        def ask(request: Request, ref: Ref, who: Holder = own) -> Response:
            return steps.step(request, who, ref, "keep")

        @routes.post(f"{base}/{{ref}}/keep")
        def keep(request: Request, ref: Ref, who: Holder = own) -> Response:
            badge = take_badge.look(outside, who, ref)
            try:
                take_badge.keep(outside, who, badge.credential_id)
            except ConflictError as refused:
                return steps.refused(request, who, ref, refused)
            return RedirectResponse(f"{base}/{ref}/how", status_code=SEE_OTHER)

        @routes.get(f"{base}/{{ref}}/no")
        def ask_no(request: Request, ref: Ref, who: Holder = own) -> Response:
            return steps.step(request, who, ref, "no")

        @routes.post(f"{base}/{{ref}}/no")
        def no(request: Request, ref: Ref, who: Holder = own) -> Response:
            badge = take_badge.look(outside, who, ref)
            try:
                told = take_badge.refuse(outside, who, badge.credential_id)
            except ConflictError as refused:
                return steps.refused(request, who, ref, refused)
            return RedirectResponse(f"{base}?notice={_OUTCOMES[0 if told else 1]}", status_code=SEE_OTHER)

        @routes.get(f"{base}/{{ref}}/how")
        def how(request: Request, ref: Ref, who: Holder = own) -> Response:
            badge = take_badge.look(outside, who, ref)
            if badge.state == "issued":
                return RedirectResponse(f"{base}/{ref}/keep", status_code=SEE_OTHER)
            return steps.page(request, who, badge, "how")

    def step(self, request: Request, who: Holder, ref: str, step: str) -> Response:
        """A page before the badge is kept; afterwards it leads on to what can be done with it."""
        badge = take_badge.look(self.outside, who, ref)
        if badge.state != "issued":
            return RedirectResponse(f"{self.base}/{ref}/how", status_code=SEE_OTHER)
        return self.page(request, who, badge, step)

    def refused(self, request: Request, who: Holder, ref: str, error: ConflictError) -> Response:
        """It is decided already: nothing was changed, and the page says what holds."""
        badge = take_badge.look(self.outside, who, ref)
        return self.page(request, who, badge, "how", error=error)

    def page(
        self, request: Request, who: Holder, badge: NewBadge, step: str, *, error: ConflictError | None = None
    ) -> Response:
        """Render one step."""
        t, language = self.frame.text(request), self.frame.language(request)
        errors = (PageError(text=t(f"error.{error.code}")),) if error is not None else ()
        gone, told = badge.state == "withdrawn", read_object(badge.document, max_values=20_000)
        return self.frame.render(
            request,
            "claim/gone.html" if gone else f"claim/{step}.html",
            self.face(who, errors=errors),
            status=_CONFLICT if error is not None else 200,
            layout=self.layout,
            base=self.base,
            badge=badge,
            view=shared_badge_view(told, language),
            receipt=is_receipt(told),
            steps=STEPS,
        )

    def face(self, who: Holder, *, errors: tuple[PageError, ...] = (), notice: str | None = None) -> Face:
        """The frame: the own menu only in a view of the participant alone."""
        return Face(
            screen="C9" if who.supported else "C2",
            title="title.own",
            holder=None if who.supported else who,
            errors=errors,
            notice=notice,
        )

    def notice(self, request: Request) -> str | None:
        """What was just done, in one sentence."""
        said = request.query_params.get("notice", "")
        return self.frame.text(request)(f"claim.notice.{said}") if said in _OUTCOMES else None


def router(outside: Outside, frame: Frame, cookie: OwnCookie) -> APIRouter:
    """Return the routes ``/take…``."""
    routes = APIRouter(include_in_schema=False)
    own = Depends(OwnAccess(outside, cookie))
    steps = Steps(outside, frame, "/take", "participant_frame.html")

    @routes.get("/take")
    def waiting(request: Request, who: Holder = own) -> Response:
        """The badges that wait; a single one opens by itself."""
        badges, notice = take_badge.untaken(outside, who), steps.notice(request)
        if len(badges) == 1 and notice is None:
            return RedirectResponse(f"/take/{badges[0].ref}", status_code=SEE_OTHER)
        return waiting_page(steps, request, who, badges, notice)

    @routes.get("/take/later")
    def later(request: Request, who: Holder = own) -> Response:
        slip_until = take_badge.slip_works_until(outside, who)
        day = whole_day(slip_until.date(), frame.language(request)) if slip_until is not None else None
        return frame.render(request, "claim/later.html", steps.face(who), layout=steps.layout, day=day)

    steps.add_to(routes, own)
    return routes


def waiting_page(
    steps: Steps,
    request: Request,
    who: Holder,
    badges: tuple[NewBadge, ...],
    notice: str | None,
    *,
    together: Together | None = None,
) -> Response:
    """The list of badges that wait, with the next step where there is none."""
    language = steps.frame.language(request)
    shown = [(one, shared_badge_view(read_object(one.document, max_values=20_000), language)) for one in badges]
    face = steps.face(who, notice=notice)
    return steps.frame.render(
        request,
        "claim/waiting.html",
        face,
        layout=steps.layout,
        base=steps.base,
        badges=shown,
        name=together.name if together is not None else None,
        questions=together.questions if together is not None else 0,
    )
