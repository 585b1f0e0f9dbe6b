"""Screen C2, the wallet: a QR code, a button and six digits for one of the holder's own badges, ten minutes long."""

from typing import Annotated
from urllib.parse import urlsplit

from fastapi import APIRouter, Depends, Path, Request
from fastapi.responses import RedirectResponse, Response

from issuer.domain.errors import DomainError, NotFoundError
from issuer.domain.holder import Holder
from issuer.domain.own_badge import OwnBadge
from issuer.i18n import moment
from issuer.pages.forms import page_errors
from issuer.pages.frame import Face, Frame
from issuer.pages.interaction import wallet_link
from issuer.pages.participant.own_access import OwnAccess, OwnCookie
from issuer.services.holdings.own_badges import badge_by_ref
from issuer.services.outside import Outside
from issuer.services.wallets.offer import Offer, last_offer, offer
from schemas import qr_code

_SEE_OTHER, _UNPROCESSABLE = 303, 422
Ref = Annotated[str, Path(max_length=200)]


def router(outside: Outside, frame: Frame, cookie: OwnCookie) -> APIRouter:
    """Return the routes ``/my/{ref}/wallet…``."""
    routes = APIRouter(include_in_schema=False)
    own = Depends(OwnAccess(outside, cookie))

    @routes.get("/my/{ref}/wallet")
    def show(request: Request, ref: Ref, who: Holder = own) -> Response:
        return _page(outside, frame, request, who, badge_by_ref(outside, who, ref))

    @routes.post("/my/{ref}/wallet")
    def make(request: Request, ref: Ref, who: Holder = own) -> Response:
        badge = badge_by_ref(outside, who, ref)
        try:
            offer(outside, who, badge.credential_id)
        except NotFoundError:
            raise
        except DomainError as error:
            return _page(outside, frame, request, who, badge, error)
        return RedirectResponse(f"/my/{ref}/wallet", status_code=_SEE_OTHER)

    @routes.get("/my/{ref}/wallet/qr.svg")
    def qr_svg(ref: Ref, who: Holder = own) -> Response:
        made = last_offer(outside, who, badge_by_ref(outside, who, ref).credential_id)
        if made is None or not made.living:
            raise NotFoundError("offer")
        return Response(qr_code.svg(made.interaction_url), media_type="image/svg+xml")

    return routes


def _page(
    outside: Outside, frame: Frame, request: Request, who: Holder, badge: OwnBadge, error: DomainError | None = None
) -> Response:
    t, language = frame.text(request), frame.language(request)
    made = last_offer(outside, who, badge.credential_id) if badge.in_force else None
    face = Face(
        screen="C2",
        title="title.own",
        holder=who,
        current="/my",
        errors=page_errors(t, error) if error is not None else (),
    )
    return frame.render(
        request,
        "wallet/own.html",
        face,
        status=200 if error is None else _UNPROCESSABLE,
        badge=badge,
        offer=made,
        code=f"{made.code[:3]} {made.code[3:]}" if made is not None else "",
        works_until=moment(made.works_until, language) if made is not None else "",
        handed_at=moment(made.handed_at, language) if made is not None and made.handed_at is not None else "",
        wallet_link=wallet_link(outside, _token(made)) if made is not None else "",
    )


def _token(made: Offer) -> str:
    return urlsplit(made.interaction_url).path.rpartition("/")[2]
