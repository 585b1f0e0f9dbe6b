"""The printed card of a badge that its holder keeps: A6, with both codes."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request
from fastapi.responses import Response

from issuer.domain.holder import Holder
from issuer.exports.card_pdf import FILE_NAME, card_or_blank
from issuer.pages.frame import Frame
from issuer.pages.participant.own_access import OwnAccess, OwnCookie
from issuer.pages.share_door import attachment
from issuer.services.outside import Outside
from issuer.services.own_card import card_of

Ref = Annotated[str, Path(pattern=r"^[A-Za-z0-9_-]{22}$")]


def router(outside: Outside, frame: Frame, cookie: OwnCookie) -> APIRouter:
    """Return the route ``/my/{ref}/card.pdf``."""
    routes = APIRouter(include_in_schema=False)
    own = Depends(OwnAccess(outside, cookie))

    @routes.get("/my/{ref}/card.pdf")
    def as_card(request: Request, ref: Ref, who: Holder = own) -> Response:
        content = card_or_blank(card_of(outside, who, ref), frame.language(request))
        return Response(content, media_type="application/pdf", headers=attachment(FILE_NAME))

    return routes
