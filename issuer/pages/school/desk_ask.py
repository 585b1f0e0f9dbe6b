"""Screen F5: a school asks whoever gave a badge about one requirement, and sees what was asked before and answered."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request
from fastapi.responses import RedirectResponse, Response

from issuer.domain.catalogue import Requirement
from issuer.domain.catalogue_choice import helsinki_day
from issuer.domain.errors import DomainError, InvalidFormError, NotFoundError
from issuer.domain.permissions import Permission, StaffMember
from issuer.domain.question import MOST_QUESTION, USUAL_DAYS, Seen
from issuer.domain.recognition import OPEN, CaseState
from issuer.i18n import content_language, whole_day
from issuer.pages.access import Access
from issuer.pages.catalogue_text import Shown, shown
from issuer.pages.coach.screen import SEE_OTHER, Posted, Screen, refusal_status, typed_day
from issuer.pages.forms import Form, page_errors
from issuer.pages.frame import Face, Frame
from issuer.pages.share_door import MEDIA_TYPE, attachment
from issuer.pages.signed_in import SessionCookie
from issuer.services.outside import Outside
from issuer.services.questions import show_asked
from issuer.services.questions.ask import NewQuestion, ask
from issuer.services.questions.show_asked import AskedQuestion, asked_in, badges_to_ask_about
from issuer.services.recognition.read_case import read_case
from issuer.services.recognition.stored_case import Case

Ref = Annotated[str, Path(max_length=40)]
_NOTICES = frozenset({"asked"})
_MOST_POSITION = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedView:
    """A question in words.

    Attributes:
        state: code; check: code of the check made just now, or None.
        lines: of what was signed, in the badge's language `lang` where it is not the page's.
        file: address of the signed answer, or None.
    """

    key: str
    requirement: Shown
    words: str
    asked: str
    answer_by: str
    state: str
    check: str | None
    lines: tuple[str, ...]
    lang: str | None
    file: str | None


def router(outside: Outside, frame: Frame, cookie: SessionCookie) -> APIRouter:
    """Return the routes ``/desk/{ref}/ask…``."""
    routes = APIRouter(include_in_schema=False)
    access = Access(outside, cookie)
    reader, decider = Depends(access(Permission.SCHOOL_DESK)), Depends(access(Permission.SCHOOL_DECIDE))

    @routes.get("/desk/{ref}/ask")
    def form(request: Request, ref: Ref, who: StaffMember = reader) -> Response:
        return _page(Screen(outside, frame, request, who), ref)

    @routes.post("/desk/{ref}/ask")
    def send(request: Request, ref: Ref, form: Posted, who: StaffMember = decider) -> Response:
        screen = Screen(outside, frame, request, who)
        case = read_case(outside, who, ref)
        try:
            ask(outside, who, ref, _new(case, form))
        except NotFoundError:
            raise
        except DomainError as error:
            return _page(screen, ref, error=error, typed=form)
        return RedirectResponse(f"/desk/{ref}/ask?notice=asked", status_code=SEE_OTHER)

    @routes.get("/desk/{ref}/ask/{question_ref}/answer.json")
    def answer(ref: Ref, question_ref: Ref, who: StaffMember = reader) -> Response:
        signed = show_asked.signed_answer(outside, read_case(outside, who, ref), question_ref)
        return Response(signed, media_type=MEDIA_TYPE, headers=attachment("lisatieto.json"))

    return routes


def asked_views(outside: Outside, case: Case, language: str) -> tuple[AskedView, ...]:
    """The questions of a case in words, oldest first."""
    known = {one.key: one for one in case.unit.requirements} if case.found is not None else {}
    return tuple(_view(case, one, known.get(one.question.key), language) for one in asked_in(outside, case))


def _view(case: Case, asked: AskedQuestion, requirement: Requirement | None, language: str) -> AskedView:
    held = case.badges[asked.place - 1] if asked.place else None
    own = held.content.language if held is not None else "fi"
    lang = own if own != content_language(language) else None
    stored = Shown(text=asked.question.requirement, lang=lang)  # of a unit that is no longer the case's
    text = shown(requirement.text, language) if requirement is not None else stored
    address = f"/desk/{case.row.ref}/ask/{asked.row.ref}/answer.json"
    return AskedView(
        key=asked.question.key,
        requirement=text,
        words=asked.question.words,
        asked=whole_day(helsinki_day(asked.row.asked_at), language),
        answer_by=whole_day(asked.row.answer_by, language),
        state=asked.seen.value,
        check=asked.check.value if asked.check is not None else None,
        lines=tuple(asked.text.splitlines()),
        lang=lang,
        file=address if asked.seen is Seen.ANSWER and asked.signed is not None else None,
    )


def _new(case: Case, form: Form) -> NewQuestion:
    """Read the form. Raises InvalidFormError."""
    position = form.number("requirement", least=1, most=_MOST_POSITION)
    words, answer_by = form.text("words"), form.day("answer_by")
    form.check()
    if position is None or words is None or answer_by is None:
        raise InvalidFormError(tuple(form.faults))
    requirements = case.unit.requirements if case.found is not None else ()
    key = next((one.key for one in requirements if one.position == position), "")
    return NewQuestion(
        badge=form.raw("badge"), key=key, words=words, answer_by=answer_by, allowed=form.ticked("allowed")
    )


def _page(screen: Screen, ref: str, *, error: DomainError | None = None, typed: Form | None = None) -> Response:
    outside, who, t, language = screen.outside, screen.who, screen.t, screen.language
    case = read_case(outside, who, ref)
    badges = badges_to_ask_about(outside, case) if case.row.state in OPEN else ()
    usual = helsinki_day(outside.now()) + timedelta(days=USUAL_DAYS)
    face = Face(
        screen="F5",
        title="title.staff",
        who=who,
        current="/desk",
        notice=screen.notice("questions.notice", _NOTICES) if error is None else None,
        errors=page_errors(t, error) if error is not None else (),
    )
    names = {one.place: one.held.content.name for one in badges}
    return screen.frame.render(
        screen.request,
        "school/ask.html",
        face,
        status=refusal_status(error),
        case=case,
        back=f"/desk/{ref}/decision" if case.row.state is CaseState.DECIDED else f"/desk/{ref}",
        asked=asked_views(outside, case, language),
        may_ask=case.row.state in OPEN and case.found is not None and any(one.why_not is None for one in badges),
        badges=[(one.held.row.id, f"{one.place}. {names[one.place]}") for one in badges if one.why_not is None],
        why_not=[(names[one.place], t(f"questions.why_not.{one.why_not}")) for one in badges if one.why_not],
        requirements=_options(case, language),
        typed={
            "badge": typed.raw("badge") if typed is not None else "",
            "requirement": typed.raw("requirement")
            if typed is not None
            else screen.request.query_params.get("row", ""),
            "words": typed.raw("words") if typed is not None else "",
            "answer_by": typed.raw("answer_by") if typed is not None else typed_day(usual),
            "allowed": typed is not None and typed.ticked("allowed"),
        },
        most=MOST_QUESTION,
    )


def _options(case: Case, language: str) -> list[tuple[str, str]]:
    if case.found is None:
        return []
    return [(str(one.position), shown(one.text, language).text) for one in case.unit.requirements]
