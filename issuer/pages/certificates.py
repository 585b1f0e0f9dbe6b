"""Staff pages: printing the certificate of a badge for its holder, and the sheet that only the holder asks for."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request
from fastapi.responses import Response

from issuer.domain.errors import DomainError, InvalidRequestError
from issuer.domain.permissions import Permission, StaffMember
from issuer.exports.certificate_pdf import FILE_NAME, OWN_COPY_NAME, certificate, own_copy
from issuer.pages.access import Access
from issuer.pages.forms import Form, page_errors, posted
from issuer.pages.frame import Face, Frame
from issuer.pages.share_door import attachment
from issuer.pages.signed_in import SessionCookie
from issuer.services import show_badge
from issuer.services.certificates import certificate_for_holder
from issuer.services.drafts import read_badge
from issuer.services.outside import Outside
from issuer.services.show_badge import BadgeView
from schemas.errors import DocumentError

BadgeId = Annotated[str, Path(pattern=r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")]
PDF = "application/pdf"


def router(outside: Outside, frame: Frame, cookie: SessionCookie) -> APIRouter:
    """Return the routes ``/badges/{id}/certificate…`` and ``/badges/{id}/own-copy.pdf`` of staff."""
    routes = APIRouter(prefix="/badges/{badge_id}", include_in_schema=False)
    reader = Depends(Access(outside, cookie)(Permission.BADGE_READ))

    def made(request: Request, badge_id: str, who: StaffMember, name: str | None) -> Response:
        read_badge.read(outside, who, badge_id)  # the reading is noted, as for every page about a participant
        record = certificate_for_holder(
            outside, badge_id, institution_id=who.institution_id, actor=who.actor, holder=name
        )
        try:
            content = certificate(record, frame.language(request))
        except DocumentError as problem:
            raise InvalidRequestError(code=problem.code, pointer="/name") from None
        return Response(content, media_type=PDF, headers=attachment(FILE_NAME))

    @routes.get("/certificate")
    def form(request: Request, badge_id: BadgeId, who: StaffMember = reader) -> Response:
        return _form(frame, request, who, read_badge.read(outside, who, badge_id).view)

    @routes.get("/certificate.pdf")
    def blank(request: Request, badge_id: BadgeId, who: StaffMember = reader) -> Response:
        return made(request, badge_id, who, None)

    @routes.post("/certificate.pdf")  # the name is no address's matter, so it comes by POST; nothing of it is kept
    def named(
        request: Request, badge_id: BadgeId, sent: Annotated[Form, Depends(posted)], who: StaffMember = reader
    ) -> Response:
        try:
            return made(request, badge_id, who, sent.text("name", required=False))
        except InvalidRequestError as error:
            view = show_badge.show(outside, badge_id, institution_id=who.institution_id)
            return _form(frame, request, who, view, typed=sent.raw("name"), error=error)

    @routes.get("/own-copy.pdf")
    def own(request: Request, badge_id: BadgeId, who: StaffMember = reader) -> Response:
        show_badge.show(outside, badge_id, institution_id=who.institution_id)  # 404 for what is not theirs
        return Response(own_copy(frame.language(request)), media_type=PDF, headers=attachment(OWN_COPY_NAME))

    return routes


def _form(
    frame: Frame,
    request: Request,
    who: StaffMember,
    view: BadgeView,
    *,
    typed: str = "",
    error: DomainError | None = None,
) -> Response:
    errors = page_errors(frame.text(request), error) if error is not None else ()
    face = Face(screen="B14", title="title.staff", who=who, errors=errors)
    status = 422 if error is not None else 200
    return frame.render(request, "coach/certificate.html", face, status=status, badge=view, typed=typed)
