"""Files of a badge that its holder keeps: the signed JSON, pictures with the badge inside, the certificate, a ZIP."""

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request
from fastapi.responses import Response

from issuer.domain.certificate import LinkCode
from issuer.domain.errors import ConflictError, NotFoundError
from issuer.domain.holder import Holder
from issuer.exports import carriers
from issuer.exports.certificate_pdf import FILE_NAME, certificate_or_blank
from issuer.pages.frame import Frame
from issuer.pages.participant.own_access import OwnAccess, OwnCookie
from issuer.pages.share_door import MEDIA_TYPE, attachment
from issuer.services.certificates import certificate_for_holder
from issuer.services.holdings.own_badges import badge_by_ref, badge_to_show
from issuer.services.outside import Outside
from issuer.services.own_card import paper_link

Ref = Annotated[str, Path(pattern=r"^[A-Za-z0-9_-]{22}$")]
_PARTICIPANT = "participant"


def router(outside: Outside, frame: Frame, cookie: OwnCookie) -> APIRouter:
    """Return the files under ``/my/{ref}``."""
    routes = APIRouter(prefix="/my/{ref}", include_in_schema=False)
    own = Depends(OwnAccess(outside, cookie))

    @routes.get("/badge.json")
    def as_json(ref: Ref, who: Holder = own) -> Response:
        badge = badge_by_ref(outside, who, ref)
        return Response(badge.document, media_type=MEDIA_TYPE, headers=attachment(carriers.JSON_NAME))

    @routes.get("/badge.png")
    def as_png(ref: Ref, who: Holder = own) -> Response:
        badge = badge_by_ref(outside, who, ref)
        return Response(carriers.png(badge.document), media_type="image/png", headers=attachment(carriers.PNG_NAME))

    @routes.get("/badge.svg")
    def as_svg(ref: Ref, who: Holder = own) -> Response:
        badge = badge_by_ref(outside, who, ref)
        content = carriers.svg(badge.document)
        return Response(content, media_type="image/svg+xml", headers=attachment(carriers.SVG_NAME))

    @routes.get("/certificate.pdf")
    def as_pdf(request: Request, ref: Ref, who: Holder = own) -> Response:
        badge = badge_to_show(outside, who, ref)
        link = paper_link(outside, who, ref)
        return pdf_answer(outside, who, badge.credential_id, frame.language(request), link=link)

    @routes.get("/badge.zip")
    def as_zip(request: Request, ref: Ref, who: Holder = own) -> Response:
        badge = badge_by_ref(outside, who, ref)
        try:
            link = paper_link(outside, who, ref)
            paper = _certificate(outside, who, badge.credential_id, frame.language(request), link)
        except (ConflictError, NotFoundError):  # out of use, or a receipt: the badge itself is still the holder's
            paper = None
        content = carriers.bundle(badge.document, paper)
        return Response(content, media_type="application/zip", headers=attachment(carriers.ZIP_NAME))

    return routes


def pdf_answer(
    outside: Outside, who: Holder, credential_id: str, language: str, *, link: LinkCode | None = None
) -> Response:
    """The certificate to save or print.

    Args:
        link: the holder's own link for paper; never on what is printed on a supporter's device (privacy.md PL1).

    Raises:
        ConflictError: the badge is out of use.
    """
    content = _certificate(outside, who, credential_id, language, link)
    return Response(content, media_type="application/pdf", headers=attachment(FILE_NAME))


def _certificate(outside: Outside, who: Holder, credential_id: str, language: str, link: LinkCode | None) -> bytes:
    record = certificate_for_holder(outside, credential_id, institution_id=who.institution_id, actor=_PARTICIPANT)
    return certificate_or_blank(replace(record, link=link), language)
