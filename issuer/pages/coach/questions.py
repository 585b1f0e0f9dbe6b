"""What schools ask about a participant's badge: the list behind B1's row, one question, the answer with a passkey."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request
from fastapi.responses import RedirectResponse, Response

from issuer.domain.errors import ConflictError, DomainError, NotFoundError
from issuer.domain.permissions import Permission, StaffMember
from issuer.domain.question import MOST_ANSWER
from issuer.i18n import content_language, whole_day
from issuer.pages.access import Access
from issuer.pages.coach.screen import SEE_OTHER, Posted, Screen, refusal_status
from issuer.pages.forms import Form, page_errors
from issuer.pages.frame import Face, Frame
from issuer.pages.signed_in import SessionCookie
from issuer.services.outside import Outside
from issuer.services.questions import answer
from issuer.services.questions.answer import Looked, ToAnswer

Ref = Annotated[str, Path(max_length=40)]
_NOTICES = frozenset({"answered", "unsigned", "declined"})
# Somebody or something was faster: there is nothing left to answer, and the page says why.
_OVER = frozenset({"questions.answered", "questions.closed", "questions.out_of_use"})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Shown:
    """What one page of a question shows beside it."""

    typed: str = ""
    looked: Looked | None = None
    error: DomainError | None = None


def router(outside: Outside, frame: Frame, cookie: SessionCookie) -> APIRouter:
    """Return the routes ``/questions…`` of staff."""
    routes = APIRouter(prefix="/questions", include_in_schema=False)
    coach = Depends(Access(outside, cookie)(Permission.COMPETENCE_SIGN))

    @routes.get("")
    def listed(request: Request, who: StaffMember = coach) -> Response:
        return _list(Screen(outside, frame, request, who))

    @routes.get("/{question_ref}")
    def one(request: Request, question_ref: Ref, who: StaffMember = coach) -> Response:
        return _one(Screen(outside, frame, request, who), question_ref, _Shown())

    @routes.post("/{question_ref}")
    def act(request: Request, question_ref: Ref, form: Posted, who: StaffMember = coach) -> Response:
        """Look and change back change nothing, so their answer is the page itself."""
        return _acted(Screen(outside, frame, request, who), question_ref, form)

    return routes


def _acted(screen: Screen, ref: str, form: Form) -> Response:
    outside, who, typed, do = screen.outside, screen.who, form.raw("answer"), form.raw("do")
    try:
        if do == "decline":
            answer.decline(outside, who, ref)
            return RedirectResponse("/questions?notice=declined", status_code=SEE_OTHER)
        if do == "sign":
            digest, assertion = form.raw("digest"), form.raw("assertion")
            signed = answer.answer(outside, who, ref, typed, seen=digest, assertion=assertion)
            return RedirectResponse(f"/questions?notice={'answered' if signed else 'unsigned'}", status_code=SEE_OTHER)
        if do == "change":
            return _one(screen, ref, _Shown(typed=typed))
        looked = answer.look(outside, who, answer.read(outside, who, ref), typed)
    except NotFoundError:
        raise
    except DomainError as error:
        if error.code in _OVER:
            return _list(screen, error)
        return _one(screen, ref, _Shown(typed=typed, error=error))
    return _one(screen, ref, _Shown(typed=looked.words, looked=looked))


def _list(screen: Screen, error: DomainError | None = None) -> Response:
    t, language = screen.t, screen.language
    face = Face(
        screen="B1",
        title="title.staff",
        who=screen.who,
        current="/home",
        notice=screen.notice("questions.notice", _NOTICES) if error is None else None,
        errors=page_errors(t, error) if error is not None else (),
    )
    rows = [
        {"ref": one.row.ref, "code": one.code, "answer_by": whole_day(one.row.answer_by, language)}
        for one in answer.list_asked(screen.outside, screen.who)
    ]
    return screen.frame.render(screen.request, "coach/questions.html", face, status=refusal_status(error), rows=rows)


def _one(screen: Screen, ref: str, shown: _Shown) -> Response:
    t, language = screen.t, screen.language
    try:
        told = answer.read(screen.outside, screen.who, ref)
    except ConflictError as over:
        return _list(screen, over)
    error = shown.error
    face = Face(
        screen="B1",
        title="title.staff",
        who=screen.who,
        current="/home",
        errors=page_errors(t, error) if error is not None else (),
    )
    return screen.frame.render(
        screen.request,
        "coach/question.html",
        face,
        status=refusal_status(error),
        ref=ref,
        question=told.question,
        person=told.person,
        badge_name=_badge_name(told),
        lang=told.badge.language if told.badge.language != content_language(language) else None,
        answer_by=whole_day(told.row.answer_by, language),
        typed=shown.typed,
        looked=shown.looked,
        lines=shown.looked.text.splitlines() if shown.looked is not None else (),
        act=answer.act_name(ref),
        most=MOST_ANSWER,
    )


def _badge_name(told: ToAnswer) -> str:
    name = told.badge.document.get("name")
    return name if isinstance(name, str) else ""
