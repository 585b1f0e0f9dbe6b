"""Screen C8: take or erase my data: what goes, what stays and why; the choice on one page, the act on the next."""

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response

from issuer.domain.erasure import Badges, Erasure, ErasureState
from issuer.domain.errors import ConflictError, DomainError
from issuer.domain.holder import Holder
from issuer.i18n import moment
from issuer.pages.forms import Form, PostedForm, page_errors
from issuer.pages.frame import Face, Frame
from issuer.pages.participant.own_access import OwnAccess, OwnCookie
from issuer.services.erasing import erase_person
from issuer.services.outside import Outside

_SEE_OTHER = 303
_WHEN = ("now", "week")
_PATH = "/my/erase"


def router(outside: Outside, frame: Frame, cookie: OwnCookie) -> APIRouter:
    """Return the routes ``/my/erase…`` and ``/erased``."""
    routes = APIRouter(include_in_schema=False)
    own = Depends(OwnAccess(outside, cookie))

    @routes.get(_PATH)
    def choose(request: Request, who: Holder = own) -> Response:
        return _choices(outside, frame, request, who)

    @routes.post("/my/erase/confirm")
    def confirm(request: Request, form: PostedForm, who: Holder = own) -> Response:
        try:
            badges, when = _chosen(form)
        except DomainError as error:
            return _choices(outside, frame, request, who, error, form)
        face = Face(screen="C8", title="title.own", holder=who, current=_PATH)
        return frame.render(request, "erasing/confirm.html", face, badges=badges.value, when=when)

    @routes.get("/my/erase/confirm")
    def begin_anew(who: Holder = own) -> Response:  # noqa: ARG001  the language menu leads here
        return RedirectResponse(_PATH, status_code=_SEE_OTHER)

    @routes.post(_PATH)
    def erase(request: Request, form: PostedForm, who: Holder = own) -> Response:
        try:
            badges, when = _chosen(form)
            done = erase_person.ask(outside, who, badges, wait=when == "week")
        except DomainError as error:
            return _choices(outside, frame, request, who, error, form)
        if done.state is ErasureState.WAITING:
            return RedirectResponse(f"{_PATH}?done=waits", status_code=_SEE_OTHER)
        soon = "" if done.state is ErasureState.DONE else "?soon=1"
        answer = RedirectResponse(f"/erased{soon}", status_code=_SEE_OTHER)
        cookie.take_back(answer)
        return answer

    @routes.post("/my/erase/undo")
    def undo(request: Request, who: Holder = own) -> Response:
        try:
            erase_person.undo(outside, who)
        except ConflictError as error:
            return _choices(outside, frame, request, who, error)
        return RedirectResponse(f"{_PATH}?done=undone", status_code=_SEE_OTHER)

    @routes.get("/my/erase/undo")
    def after_undo(who: Holder = own) -> Response:  # noqa: ARG001  the language menu leads here
        return RedirectResponse(_PATH, status_code=_SEE_OTHER)

    @routes.get("/erased")
    def gone(request: Request) -> Response:
        soon = bool(request.query_params.get("soon"))
        return frame.render(request, "erasing/gone.html", Face(screen="C8"), soon=soon)

    return routes


def _chosen(form: Form) -> tuple[Badges, str]:
    badges = form.choice("badges", [one.value for one in Badges])
    when = form.choice("when", _WHEN)
    form.check()
    return Badges(str(badges)), str(when)


def _choices(
    outside: Outside,
    frame: Frame,
    request: Request,
    who: Holder,
    error: DomainError | None = None,
    form: Form | None = None,
) -> Response:
    t, language = frame.text(request), frame.language(request)
    waits: Erasure | None = erase_person.waiting(outside, who)
    done = request.query_params.get("done", "")
    face = Face(
        screen="C8",
        title="title.own",
        holder=who,
        current=_PATH,
        notice=t(f"erase.done.{done}") if done in ("waits", "undone") and error is None else None,
        errors=page_errors(t, error) if error is not None else (),
    )
    return frame.render(
        request,
        "erasing/choose.html",
        face,
        status=200 if error is None else 422,
        waits=moment(waits.due_at, language) if waits is not None else None,
        at_school=erase_person.goes_on_elsewhere(outside, who),
        badges=[(one.value, t(f"erase.badges.{one.value}")) for one in Badges],
        whens=[(one, t(f"erase.when.{one}")) for one in _WHEN],
        chosen={name: form.raw(name) if form is not None else "" for name in ("badges", "when")},
    )
