"""Screens C9 and C10: what a school asked about the participant, what was answered, and the participant's yes or no."""

from collections.abc import Iterable
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request
from fastapi.responses import RedirectResponse, Response

from issuer.domain.catalogue_choice import helsinki_day
from issuer.domain.errors import DomainError, NotFoundError
from issuer.domain.holder import Holder
from issuer.domain.question import QuestionState
from issuer.i18n import whole_day
from issuer.pages.forms import Form, PostedForm, page_errors
from issuer.pages.frame import Face, Frame
from issuer.pages.participant.own_access import OwnAccess, OwnCookie
from issuer.pages.share_door import MEDIA_TYPE, attachment
from issuer.services.outside import Outside
from issuer.services.own.own_name import own_name
from issuer.services.questions import settle
from issuer.services.questions.settle import OwnQuestion

SEE_OTHER, REFUSED = 303, 422
Ref = Annotated[str, Path(max_length=40)]
_TOGETHER = "/together/questions"


def router(outside: Outside, frame: Frame, cookie: OwnCookie) -> APIRouter:
    """Return the routes of questions under ``/my/cases`` and under ``/together``."""
    routes = APIRouter(include_in_schema=False)
    own = Depends(OwnAccess(outside, cookie))

    @routes.get("/my/cases/{ref}/questions/{question_ref}")
    def back(ref: Ref, question_ref: Ref, who: Holder = own) -> Response:
        """The language menu of a refused form leads here."""
        _of_case(outside, who, ref, question_ref)
        return RedirectResponse(f"/my/cases/{ref}", status_code=SEE_OTHER)

    @routes.post("/my/cases/{ref}/questions/{question_ref}")
    def decide(request: Request, ref: Ref, question_ref: Ref, form: PostedForm, who: Holder = own) -> Response:
        _of_case(outside, who, ref, question_ref)
        try:
            said = _say(outside, who, question_ref, form)
        except NotFoundError:
            raise
        except DomainError as error:
            return _refused(frame, request, who, error, f"/my/cases/{ref}")
        return RedirectResponse(f"/my/cases/{ref}?notice={said}", status_code=SEE_OTHER)

    @routes.get("/my/cases/{ref}/questions/{question_ref}/answer.json")
    def answer(ref: Ref, question_ref: Ref, who: Holder = own) -> Response:
        signed = _of_case(outside, who, ref, question_ref).signed
        if signed is None:
            raise NotFoundError("answer")
        return Response(signed, media_type=MEDIA_TYPE, headers=attachment("lisatieto.json"))

    _add_together(routes, outside, frame, OwnCookie(cookie.secure, together=True))
    return routes


def _add_together(routes: APIRouter, outside: Outside, frame: Frame, cookie: OwnCookie) -> None:
    """The same for somebody who decides on a supporter's device; the participant presses, nobody else."""
    own = Depends(OwnAccess(outside, cookie))

    @routes.get(_TOGETHER)
    def listed(request: Request, who: Holder = own) -> Response:
        return _together(outside, frame, request, who)

    @routes.get("/together/questions/{question_ref}")
    def back(question_ref: Ref, who: Holder = own) -> Response:
        settle.one(outside, who, question_ref)
        return RedirectResponse(_TOGETHER, status_code=SEE_OTHER)

    @routes.post("/together/questions/{question_ref}")
    def decide(request: Request, question_ref: Ref, form: PostedForm, who: Holder = own) -> Response:
        settle.one(outside, who, question_ref)
        try:
            said = _say(outside, who, question_ref, form)
        except NotFoundError:
            raise
        except DomainError as error:
            return _together(outside, frame, request, who, error)
        return RedirectResponse(f"{_TOGETHER}?notice={said}", status_code=SEE_OTHER)


def question_views(questions: Iterable[OwnQuestion], language: str, *, base: str) -> list[dict[str, object]]:
    """Questions in words.

    Args:
        base: address under which a question's reference takes a yes or no.
    """
    return [
        {
            "requirement": one.question.requirement,
            "words": one.question.words,
            "answer": one.answer,
            "asked": whole_day(helsinki_day(one.row.asked_at), language),
            "state": one.row.state.value,
            "action": f"{base}/{one.row.ref}",
            "may_say_yes": one.open and one.row.state is QuestionState.ANSWERED,
            "may_stop": one.open and one.row.state in (QuestionState.ASKED, QuestionState.ANSWERED),
            "file": one.signed is not None,
        }
        for one in questions
    ]


def _of_case(outside: Outside, who: Holder, ref: str, question_ref: str) -> OwnQuestion:
    """A question of this own matter. Raises NotFoundError."""
    found = settle.one(outside, who, question_ref)
    if found.case_ref != ref:
        raise NotFoundError("question")
    return found


def _say(outside: Outside, who: Holder, question_ref: str, form: Form) -> str:
    """Carry out yes or no; anything else is no answer. Return which notice follows."""
    said = form.choice("say", ("yes", "no"))
    form.check()
    settle.settle(outside, who, question_ref, yes=said == "yes")
    return "let_go" if said == "yes" else "stopped"


def _refused(frame: Frame, request: Request, who: Holder, error: DomainError, back: str) -> Response:
    errors = page_errors(frame.text(request), error)
    face = Face(screen="C10", title="title.own", holder=who, current="/my/cases", errors=errors)
    return frame.render(request, "school/own_case_question.html", face, status=REFUSED, back=back)


def _together(
    outside: Outside, frame: Frame, request: Request, who: Holder, error: DomainError | None = None
) -> Response:
    t, language = frame.text(request), frame.language(request)
    said = request.query_params.get("notice", "")
    face = Face(
        screen="C9",
        title="title.own",
        notice=t(f"cases.{said}") if said in ("let_go", "stopped") and error is None else None,
        errors=page_errors(t, error) if error is not None else (),
    )
    waiting = settle.waiting(outside, who)
    return frame.render(
        request,
        "claim/together_questions.html",
        face,
        status=REFUSED if error is not None else 200,
        name=own_name(outside, who),
        questions=question_views(waiting, language, base=_TOGETHER),
    )
