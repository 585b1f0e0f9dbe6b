"""The page behind the wallet's QR code: a button for a wallet application, and the file for the six digits."""

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Path, Request
from fastapi.responses import Response

from issuer.domain.errors import NotFoundError
from issuer.exports import carriers
from issuer.i18n import moment
from issuer.pages.forms import PostedForm
from issuer.pages.frame import Face, Frame, wants_page
from issuer.pages.misses import Misses
from issuer.pages.share_door import MEDIA_TYPE, NO_INDEX, TooManyMissesError
from issuer.services.outside import Outside
from issuer.services.wallets import exchange
from schemas import strict_json
from schemas.strict_json import JsonObject
from verifier.templating import PageError

Token = Annotated[str, Path(max_length=200)]
_UNPROCESSABLE = 422


def router(outside: Outside, frame: Frame) -> APIRouter:
    """Return the routes ``/i/{token}…``; they read no cookie but the language."""
    routes = APIRouter(include_in_schema=False)
    misses = Misses()

    def opened(request: Request, token: str) -> None:
        if misses.spent(request):
            raise TooManyMissesError
        try:
            exchange.living(outside, token)
        except NotFoundError:
            misses.add(request)
            raise

    @routes.get("/i/{token}")
    def interaction(request: Request, token: Token) -> Response:
        opened(request, token)
        if not wants_page(request):
            content = strict_json.write(protocols(outside, token))
            return Response(content, media_type="application/json", headers=NO_INDEX | {"Vary": "Accept"})
        return _page(outside, frame, request, token)

    @routes.post("/i/{token}/badge.json")
    def take_file(request: Request, token: Token, form: PostedForm) -> Response:
        opened(request, token)
        try:
            document = exchange.take_file(outside, token, form.raw("code"))
        except exchange.WrongCodeError as error:
            return _page(outside, frame, request, token, left=error.left)
        headers = NO_INDEX | {"Content-Disposition": f'attachment; filename="{carriers.JSON_NAME}"'}
        return Response(document, media_type=MEDIA_TYPE, headers=headers)

    return routes


def protocols(outside: Outside, token: str) -> JsonObject:
    """What a program is answered: the protocols by which the badge can be taken."""
    return {"protocols": {"vcapi": f"{outside.public_url}/exchanges/{token}"}}


def wallet_link(outside: Outside, token: str) -> str:
    """The link that opens Learner Credential Wallet where it is installed, and goes nowhere else.

    Its own scheme, not the maker's web address: that one would learn the exchange's secret where no app is there.
    """
    request = strict_json.write(protocols(outside, token)).decode()
    return f"dccrequest://request?request={quote(request, safe='')}"


def _page(outside: Outside, frame: Frame, request: Request, token: str, *, left: int | None = None) -> Response:
    t = frame.text(request)
    errors: tuple[PageError, ...] = ()
    if left == 0:
        errors = (PageError(text=t("wallet.code.spent")),)
    elif left is not None:
        key = "wallet.code.wrong_once" if left == 1 else "wallet.code.wrong"
        errors = (PageError(text=t(key, left=left), field="code"),)
    works_until = "" if left == 0 else moment(exchange.living(outside, token).works_until, frame.language(request))
    return frame.render(
        request,
        "wallet/interaction.html",
        Face(screen="C2", errors=errors),
        status=200 if left is None else _UNPROCESSABLE,
        token=token,
        over=left == 0,
        works_until=works_until,
        wallet_link=wallet_link(outside, token),
    )
