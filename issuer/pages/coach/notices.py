"""Messages that staff print and hand over, because no mail reaches the participant."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request
from fastapi.responses import RedirectResponse, Response

from issuer.domain.permissions import Permission, StaffMember
from issuer.i18n import moment, text
from issuer.pages.access import Access
from issuer.pages.frame import Face, Frame
from issuer.pages.notice_mail import sentence_of, words_of
from issuer.pages.signed_in import SessionCookie
from issuer.services.notices import printed
from issuer.services.outside import Outside

_SEE_OTHER = 303
NoticeId = Annotated[str, Path(pattern=r"^[0-9a-f-]{36}$")]


def router(outside: Outside, frame: Frame, cookie: SessionCookie) -> APIRouter:
    """Return the routes ``/notices…`` of staff."""
    routes = APIRouter(include_in_schema=False)
    edit = Depends(Access(outside, cookie)(Permission.PEOPLE_EDIT))

    @routes.get("/notices")
    def to_print(request: Request, who: StaffMember = edit) -> Response:
        t, language = frame.text(request), frame.language(request)
        found = printed.list_to_print(outside, who)
        done = request.query_params.get("done") == "given"
        rows = [
            {
                "id": notice.id,
                "who": name,
                "sentence": sentence_of(notice, language),
                "since": moment(notice.created_at, language) if notice.created_at is not None else "",
            }
            for notice, name in found.rows
        ]
        face = Face(
            screen="B1",
            title="title.staff",
            who=who,
            current="/home",
            notice=t("notices.print.notice") if done else None,
        )
        bounced = [(name, moment(at, language)) for name, at in found.bounced]
        return frame.render(request, "notices/to_print.html", face, rows=rows, bounced=bounced)

    @routes.get("/notices/{notice_id}")
    def letter(request: Request, notice_id: NoticeId, who: StaffMember = edit) -> Response:
        found, name = printed.open_letter(outside, who, notice_id)
        face = Face(screen="B1", title="title.staff", who=who, current="/home")
        return frame.render(
            request,
            "notices/letter.html",
            face,
            words=words_of(found),
            name=name,
            language=found.language,
            address_label=text(found.language, "notices.print.address"),
            notice_id=notice_id,
        )

    @routes.post("/notices/{notice_id}/done")
    def given(notice_id: NoticeId, who: StaffMember = edit) -> Response:
        printed.mark_given(outside, who, notice_id)
        return RedirectResponse("/notices?done=given", status_code=_SEE_OTHER)

    return routes
