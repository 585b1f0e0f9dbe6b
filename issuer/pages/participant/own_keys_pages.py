"""A participant's own passkeys: the wish to come in without the slip; nothing needs one."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response

from issuer.domain.errors import DomainError
from issuer.domain.holder import Holder
from issuer.i18n import whole_day
from issuer.pages.forms import PostedForm, page_errors
from issuer.pages.frame import Face, Frame
from issuer.pages.participant.own_access import OwnAccess, OwnCookie
from issuer.pages.signing_form import JSON
from issuer.services.outside import Outside
from issuer.services.own import own_keys

KeyId = Annotated[str, Path(pattern=r"^[0-9a-f-]{36}$")]
SEE_OTHER = 303
_DONE = ("added", "removed")


def router(outside: Outside, frame: Frame, cookie: OwnCookie) -> APIRouter:
    """Return the routes ``/my/keys…``."""
    routes = APIRouter(include_in_schema=False)
    own = Depends(OwnAccess(outside, cookie))

    @routes.get("/my/keys")
    def show(request: Request, who: Holder = own) -> Response:
        return _page(outside, frame, request, who)

    @routes.post("/my/keys/options")
    def options(who: Holder = own) -> Response:
        try:
            return Response(own_keys.begin(outside, who), media_type=JSON)
        except DomainError as error:
            return JSONResponse({"code": error.code}, status_code=403)

    @routes.post("/my/keys")
    def add(request: Request, form: PostedForm, who: Holder = own) -> Response:
        try:
            own_keys.add(outside, who, form.raw("assertion"), name=form.raw("name"))
        except DomainError as error:
            return _page(outside, frame, request, who, error)
        return RedirectResponse("/my/keys?notice=added", status_code=SEE_OTHER)

    @routes.post("/my/keys/{key_id}/remove")
    def remove(key_id: KeyId, who: Holder = own) -> Response:
        own_keys.remove(outside, who, key_id)
        return RedirectResponse("/my/keys?notice=removed", status_code=SEE_OTHER)

    return routes


def _page(outside: Outside, frame: Frame, request: Request, who: Holder, error: DomainError | None = None) -> Response:
    t, language = frame.text(request), frame.language(request)
    said = request.query_params.get("notice", "")
    face = Face(
        screen="C3",
        title="title.own",
        holder=who,
        notice=t(f"claim.keys.{said}") if said in _DONE and error is None else None,
        errors=page_errors(t, error) if error is not None else (),
    )
    return frame.render(
        request,
        "claim/keys.html",
        face,
        status=422 if error is not None else 200,
        keys=own_keys.keys(outside, who),
        day=lambda at: whole_day(at.date(), language),
    )
