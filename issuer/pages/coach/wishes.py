"""What participants ask in their own view (screens C3, C4): the list behind B1's row, one wish, and its end."""

from datetime import timedelta
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Path, Request
from fastapi.responses import RedirectResponse, Response

from issuer.domain.catalogue_choice import helsinki_day
from issuer.domain.permissions import Permission, StaffMember
from issuer.domain.unit_ref import UnitRef
from issuer.i18n import moment, whole_day
from issuer.pages.access import Access
from issuer.pages.coach.shown_words import Words, words
from issuer.pages.frame import Face, Frame
from issuer.pages.signed_in import SessionCookie
from issuer.services.holdings import answer_wish
from issuer.services.holdings.answer_wish import WishLine
from issuer.services.outside import Outside

ANSWER_WITHIN: Final = timedelta(days=14)
WishId = Annotated[str, Path(pattern=r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")]
SEE_OTHER = 303


def router(outside: Outside, frame: Frame, cookie: SessionCookie) -> APIRouter:
    """Return the routes ``/wishes…`` of staff."""
    routes = APIRouter(prefix="/wishes", include_in_schema=False)
    access = Access(outside, cookie)
    reader, coach = Depends(access(Permission.PEOPLE_READ)), Depends(access(Permission.OBSERVATION_RECORD))

    @routes.get("")
    def listed(request: Request, who: StaffMember = reader) -> Response:
        t, language = frame.text(request), frame.language(request)
        notice = t("wishes.notice.done") if request.query_params.get("notice") == "done" else None
        face = Face(screen="B1", title="title.staff", who=who, current="/home", notice=notice)
        rows = [
            {
                "line": line,
                "unit": _unit(line, language),
                "asked": moment(line.asked_at, language),
                "until": whole_day(helsinki_day(line.asked_at + ANSWER_WITHIN), language),
            }
            for line in answer_wish.waiting(outside, who)
        ]
        return frame.render(request, "holdings/wishes.html", face, rows=rows)

    @routes.get("/{wish_id}")
    def one(request: Request, wish_id: WishId, who: StaffMember = reader) -> Response:
        language = frame.language(request)
        sheet = answer_wish.read(outside, who, wish_id)
        line = sheet.line
        return frame.render(
            request,
            "holdings/wish.html",
            Face(screen="B1", title="title.staff", who=who, current="/home"),
            sheet=sheet,
            line=line,
            unit=_unit(line, language),
            requirement=words(sheet.requirement.text, language) if sheet.requirement is not None else None,
            asked=moment(line.asked_at, language),
            unit_ref=str(UnitRef.of(line.unit.unit)) if line.unit is not None else None,
            may_answer=who.may(Permission.OBSERVATION_RECORD),
            may_correct=who.may(Permission.DRAFT_EDIT) and sheet.credential_id is not None,
        )

    @routes.post("/{wish_id}/done")
    def done(wish_id: WishId, who: StaffMember = coach) -> Response:
        answer_wish.close(outside, who, wish_id)
        return RedirectResponse("/wishes?notice=done", status_code=SEE_OTHER)

    return routes


def _unit(line: WishLine, language: str) -> Words | None:
    return words(line.unit.unit.name, language) if line.unit is not None else None
