"""A participant's messages, and the mail address for them: only if wanted, changed, removed, confirmed by a link."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request
from fastapi.responses import RedirectResponse, Response

from issuer.domain.errors import DomainError, NotFoundError
from issuer.domain.holder import Holder
from issuer.domain.notice import RULES
from issuer.i18n import moment
from issuer.pages.forms import PostedForm, page_errors
from issuer.pages.frame import Face, Frame
from issuer.pages.notice_mail import sentence_of
from issuer.pages.participant.own_access import OwnAccess, OwnCookie
from issuer.services.notices import own_address
from issuer.services.outside import Outside
from verifier.texts import LANGUAGES

_SEE_OTHER = 303
_DONE = ("asked", "saved", "removed")
Token = Annotated[str, Path(pattern=r"^[A-Za-z0-9_-]{43}$")]


def router(outside: Outside, frame: Frame, cookie: OwnCookie) -> APIRouter:
    """Return the routes ``/my/notices…`` and ``/mail/{token}``."""
    routes = APIRouter(include_in_schema=False)
    own = Depends(OwnAccess(outside, cookie))

    @routes.get("/my/notices")
    def messages(request: Request, who: Holder = own) -> Response:
        return _page(outside, frame, request, who)

    @routes.post("/my/notices")
    def give(request: Request, form: PostedForm, who: Holder = own) -> Response:
        language = form.raw("language")
        chosen = language if language in LANGUAGES else frame.language(request)
        try:
            own_address.set_address(outside, who, form.raw("address"), chosen)
        except DomainError as error:
            return _page(outside, frame, request, who, error=error, typed=(form.raw("address"), chosen))
        kept, _ = own_address.show(outside, who)
        done = "saved" if kept is not None and kept.confirmed_at is not None else "asked"
        return RedirectResponse(f"/my/notices?done={done}", status_code=_SEE_OTHER)

    @routes.post("/my/notices/remove")
    def remove(who: Holder = own) -> Response:
        own_address.remove(outside, who)
        return RedirectResponse("/my/notices?done=removed", status_code=_SEE_OTHER)

    @routes.get("/mail/{token}")
    def ask(request: Request, token: Token) -> Response:
        if not own_address.waits_for_confirmation(outside, token):
            raise NotFoundError("notice address")
        return frame.render(request, "notices/confirm.html", Face(screen="C7"), done=False)

    @routes.post("/mail/{token}")
    def confirm(request: Request, token: Token) -> Response:
        own_address.confirm(outside, token)
        return frame.render(request, "notices/confirm.html", Face(screen="C7"), done=True)

    return routes


def _page(
    outside: Outside,
    frame: Frame,
    request: Request,
    who: Holder,
    *,
    error: DomainError | None = None,
    typed: tuple[str, str] | None = None,
) -> Response:
    t, language = frame.text(request), frame.language(request)
    address, notices = own_address.show(outside, who)
    done = request.query_params.get("done", "")
    kept = (address.address, address.language) if address is not None else ("", language)
    shown = typed or kept
    face = Face(
        screen="C7",
        title="title.own",
        holder=who,
        current="/my/notices",
        notice=t(f"notices.done.{done}") if done in _DONE and error is None else None,
        errors=page_errors(t, error) if error is not None else (),
    )
    return frame.render(
        request,
        "notices/own.html",
        face,
        status=422 if error is not None else 200,
        address=address,
        by_mail=outside.mailer is not None,
        form={"address": shown[0], "language": shown[1]},
        languages=list(LANGUAGES.items()),
        notices=[
            (
                sentence_of(one, language),
                t(f"notice.{one.kind}.button"),
                RULES[one.kind].path,
                moment(one.created_at, language) if one.created_at is not None else "",
            )
            for one in notices
        ],
    )
