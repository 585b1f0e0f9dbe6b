"""What participants say of looks at their data: read and answered by a responsible person (privacy.md PA5)."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request
from fastapi.responses import RedirectResponse, Response

from issuer.domain.errors import DomainError, NotFoundError
from issuer.domain.permissions import Permission, StaffMember
from issuer.i18n import moment, whole_day
from issuer.pages.access import Access
from issuer.pages.forms import Form, PostedForm, page_errors
from issuer.pages.frame import Face, Frame
from issuer.pages.participant.seen import WHAT
from issuer.pages.signed_in import SessionCookie
from issuer.services.erasing import raise_concern
from issuer.services.erasing.refs import concern_ref
from issuer.services.outside import Outside

_SEE_OTHER = 303
_PATH = "/concerns"
Ref = Annotated[str, Path(pattern=r"^[A-Za-z0-9_-]{22}$")]


def router(outside: Outside, frame: Frame, cookie: SessionCookie) -> APIRouter:
    """Return the routes ``/concerns…`` of staff."""
    routes = APIRouter(include_in_schema=False)
    lead = Depends(Access(outside, cookie)(Permission.AUDIT_READ))

    @routes.get(_PATH)
    def concerns(request: Request, who: StaffMember = lead) -> Response:
        return _page(outside, frame, request, who)

    @routes.post("/concerns/{ref}")
    def answer(request: Request, ref: Ref, form: PostedForm, who: StaffMember = lead) -> Response:
        raise_concern.waiting_id(outside, who, ref)  # another house's is not there, whatever is written
        try:
            raise_concern.answer(outside, who, ref, form.raw(f"answer-{ref}"))
        except NotFoundError:
            raise
        except DomainError as error:
            return _page(outside, frame, request, who, (ref, error, form))
        return RedirectResponse(f"{_PATH}?done=sent", status_code=_SEE_OTHER)

    @routes.get("/concerns/{ref}")
    def one(ref: Ref, who: StaffMember = lead) -> Response:
        """The language menu of a form that is shown again leads here: on to the page that holds all."""
        raise_concern.waiting_id(outside, who, ref)
        return RedirectResponse(_PATH, status_code=_SEE_OTHER)

    return routes


def _page(
    outside: Outside,
    frame: Frame,
    request: Request,
    who: StaffMember,
    refused: tuple[str, DomainError, Form] | None = None,
) -> Response:
    t, language = frame.text(request), frame.language(request)
    rows = []
    for one in raise_concern.open_concerns(outside, who):
        about = one.reading
        what = about.what if about is not None and about.what in WHAT else "other"
        shown = (moment(about.at, language), t(f"role.{about.role}"), t(f"seen.what.{what}")) if about else None
        own_ref = concern_ref(outside.link_secret, one.id)
        rows.append((one, own_ref, f"{one.number:03d}", whole_day(one.answer_by, language), shown))
    sent = request.query_params.get("done") == "sent" and refused is None
    face = Face(
        screen="B1",
        title="title.staff",
        who=who,
        notice=t("concerns.sent") if sent else None,
        errors=page_errors(t, refused[1]) if refused is not None else (),
    )
    return frame.render(
        request,
        "erasing/concerns.html",
        face,
        status=200 if refused is None else 422,
        rows=rows,
        typed={refused[0]: refused[2].raw(f"answer-{refused[0]}")} if refused is not None else {},
        most=raise_concern.MOST_WORDS,
    )
