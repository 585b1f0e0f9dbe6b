"""Files of a shared badge: the signed JSON, pictures with the badge inside, the certificate, and all of them as ZIP."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from issuer.domain.errors import NotFoundError
from issuer.exports import carriers
from issuer.exports.certificate_pdf import FILE_NAME, certificate_or_blank
from issuer.pages.frame import Frame
from issuer.pages.share_door import MEDIA_TYPE, PREFIX, ShareDoor, Token, attachment
from issuer.services.certificates import certificate_of_share
from issuer.services.outside import Outside


def router(outside: Outside, frame: Frame, door: ShareDoor) -> APIRouter:
    """Return the files under ``/s/{token}``."""
    routes = APIRouter(prefix=PREFIX, include_in_schema=False)

    @routes.get("/badge.json")
    def as_json(request: Request, token: Token) -> Response:
        shared = door.file(request, token, counted=False)
        return Response(shared.document, media_type=MEDIA_TYPE, headers=attachment(carriers.JSON_NAME))

    @routes.get("/badge.png")
    def as_png(request: Request, token: Token) -> Response:
        shared = door.file(request, token, counted=False)
        return Response(carriers.png(shared.document), media_type="image/png", headers=attachment(carriers.PNG_NAME))

    @routes.get("/badge.svg")
    def as_svg(request: Request, token: Token) -> Response:
        shared = door.file(request, token, counted=False)
        return Response(
            carriers.svg(shared.document), media_type="image/svg+xml", headers=attachment(carriers.SVG_NAME)
        )

    @routes.get("/certificate.pdf")
    def as_pdf(request: Request, token: Token) -> Response:
        record = certificate_of_share(outside, door.file(request, token, counted=True))
        content = certificate_or_blank(record, frame.language(request))
        return Response(content, media_type="application/pdf", headers=attachment(FILE_NAME))

    @routes.get("/badge.zip")
    def as_zip(request: Request, token: Token) -> Response:
        shared = door.file(request, token, counted=True)
        try:
            pdf = certificate_or_blank(certificate_of_share(outside, shared), frame.language(request))
        except NotFoundError:  # not in force: the badge itself is still the holder's
            pdf = None
        content = carriers.bundle(shared.document, pdf)
        return Response(content, media_type="application/zip", headers=attachment(carriers.ZIP_NAME))

    return routes
