"""Screen C6: who has seen my data: readings by staff with reasons, openings of links as counts, and a way to say no."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request
from fastapi.responses import RedirectResponse, Response

from issuer.domain.errors import DomainError
from issuer.domain.holder import Holder
from issuer.domain.institution import PublicName
from issuer.i18n import content_language, moment, whole_day
from issuer.pages.forms import Form, PostedForm, page_errors
from issuer.pages.frame import Face, Frame
from issuer.pages.participant.own_access import OwnAccess, OwnCookie
from issuer.services.erasing import raise_concern, show_seen
from issuer.services.erasing.show_seen import SeenRow
from issuer.services.outside import Outside
from verifier.templating import Text

_SEE_OTHER = 303
_PATH = "/my/seen"
_DAYS = {"7": 7, "30": 30, "365": 365}
# Codes of readings for which there are words of their own; all others read as "another page".
WHAT = (
    "agreement", "badges", "batch_row", "batch_rows", "batch_table", "cards", "case", "case_list", "check",
    "competence", "concern", "demonstration", "demonstrations", "draft", "follow_up", "gap", "intake", "name", "note",
    "observations", "people", "periods", "permissions", "picture", "question", "review", "same_name", "self_assessment",
    "slip", "slip_lost", "together", "work",
)  # fmt: skip
WHY = ("award", "coaching", "duty", "recognition", "review")
Ref = Annotated[str, Path(pattern=r"^[A-Za-z0-9_-]{22}$")]


def router(outside: Outside, frame: Frame, cookie: OwnCookie) -> APIRouter:
    """Return the routes ``/my/seen…``."""
    routes = APIRouter(include_in_schema=False)
    own = Depends(OwnAccess(outside, cookie))

    @routes.get(_PATH)
    def seen(request: Request, who: Holder = own) -> Response:
        t, language = frame.text(request), frame.language(request)
        days, marked = request.query_params.get("days", ""), bool(request.query_params.get("marked"))
        found = show_seen.seen(outside, who, days=_DAYS.get(days), marked=marked)
        sent = request.query_params.get("done") == "sent"
        face = Face(screen="C6", title="title.own", holder=who, current=_PATH, notice=t("seen.sent") if sent else None)
        return frame.render(
            request,
            "erasing/seen.html",
            face,
            rows=[(one, *words(t, language, one)) for one in found.rows],
            since=whole_day(found.since, language),
            cut=found.cut,
            openings=[(whole_day(day, language), times) for day, times in found.openings],
            concerns=[
                (one, moment(one.raised_at, language), whole_day(one.answer_by, language))
                for one in raise_concern.own_concerns(outside, who)
            ],
            periods=[("", t("seen.days.all")), *((one, t(f"seen.days.{one}")) for one in _DAYS)],
            days=days if days in _DAYS else "",
            marked=marked,
        )

    @routes.get("/my/seen/{ref}/concern")
    def ask(request: Request, ref: Ref, who: Holder = own) -> Response:
        return _concern(outside, frame, request, who, ref)

    @routes.post("/my/seen/{ref}/concern")
    def send(request: Request, ref: Ref, form: PostedForm, who: Holder = own) -> Response:
        try:
            raise_concern.raise_concern(outside, who, ref, form.text("words", required=False) or "")
        except DomainError as error:
            if error.code == "not_found":
                raise
            return _concern(outside, frame, request, who, ref, (error, form))
        return RedirectResponse(f"{_PATH}?done=sent", status_code=_SEE_OTHER)

    return routes


def words(t: Text, language: str, row: SeenRow) -> tuple[str, str, str, str, str]:
    """Return when, organisation, role, what and why of a row in words."""
    what = row.what if row.what in WHAT else "other"
    why = row.why if row.why in WHY else "duty"
    return (
        moment(row.at, language),
        _name(row.organisation, language),
        t(f"seen.role.{row.role}"),
        t(f"seen.what.{what}"),
        t(f"seen.why.{why}"),
    )


def _name(name: PublicName, language: str) -> str:
    return {"fi": name.fi, "sv": name.sv, "en": name.en}[content_language(language)]


def _concern(
    outside: Outside,
    frame: Frame,
    request: Request,
    who: Holder,
    ref: str,
    refused: tuple[DomainError, Form] | None = None,
) -> Response:
    t, language = frame.text(request), frame.language(request)
    row = show_seen.one(outside, who, ref)
    face = Face(
        screen="C6",
        title="title.own",
        holder=who,
        current=_PATH,
        errors=page_errors(t, refused[0]) if refused is not None else (),
    )
    return frame.render(
        request,
        "erasing/concern.html",
        face,
        status=200 if refused is None else 422,
        row=row,
        facts=words(t, language, row),
        readers=raise_concern.reads_concerns(outside, row.institution_id),
        words=refused[1].raw("words") if refused is not None else "",
        most=raise_concern.MOST_WORDS,
        days=raise_concern.ANSWER_WITHIN.days,
    )
