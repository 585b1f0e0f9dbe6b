"""Screen B9, the coach's side: the view of a coach of the trade, and the talk in which both agree row by row."""

from collections.abc import Mapping

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response

from issuer.domain.agreement import Outcome, read_outcome
from issuer.domain.errors import DomainError, ForbiddenError, NotFoundError
from issuer.domain.participant import Participant
from issuer.domain.permissions import Permission, StaffMember
from issuer.domain.unit_ref import UnitRef
from issuer.pages.access import Access
from issuer.pages.coach.screen import SEE_OTHER, Posted, Screen, refusal_status
from issuer.pages.coach.sheet_rows import OPEN, field_of, heading, rows
from issuer.pages.forms import Form, page_errors
from issuer.pages.frame import Face, Frame
from issuer.pages.signed_in import SessionCookie
from issuer.services.agreements import propose_results, record_coach_view, sheet
from issuer.services.agreements.record_coach_view import CoachAnswer
from issuer.services.coaching import find_participants
from issuer.services.environments.show_unit import plain_lines
from issuer.services.outside import Outside

NOTICES = frozenset({"own", "view", "talk", "confirmed"})
OUTCOMES = tuple(one.value for one in Outcome)


def router(outside: Outside, frame: Frame, cookie: SessionCookie) -> APIRouter:
    """Return the routes ``/people/{number}/view/{unit}`` and ``/people/{number}/agree/{unit}``."""
    routes = APIRouter(include_in_schema=False)
    access = Access(outside, cookie)
    editor, signer = Depends(access(Permission.AGREEMENT_EDIT)), Depends(access(Permission.COMPETENCE_SIGN))

    @routes.get("/people/{number}/view/{unit}")
    def view(request: Request, number: str, unit: str, who: StaffMember = signer) -> Response:
        return _view(Screen(outside, frame, request, who), (number, unit))

    @routes.post("/people/{number}/view/{unit}")
    def save_view(request: Request, number: str, unit: str, form: Posted, who: StaffMember = signer) -> Response:
        person, ref = find_participants.locate(outside, who, number), UnitRef.read(unit)
        try:
            read = sheet.read(outside, who.institution_id, person.person_id, ref)
            answers = _answers(form, read)
            form.check()
            record_coach_view.record(outside, who, person.person_id, ref, answers, seen=_seen(form))
        except NotFoundError:
            raise
        except DomainError as error:
            return _view(Screen(outside, frame, request, who), (number, unit), error, form)
        return RedirectResponse(f"/people/{number}/agree/{unit}?notice=view", status_code=SEE_OTHER)

    @routes.get("/people/{number}/agree/{unit}")
    def agree(request: Request, number: str, unit: str, who: StaffMember = editor) -> Response:
        return _agree(Screen(outside, frame, request, who), (number, unit))

    @routes.post("/people/{number}/agree/{unit}")
    def save_agree(request: Request, number: str, unit: str, form: Posted, who: StaffMember = signer) -> Response:
        person, ref = find_participants.locate(outside, who, number), UnitRef.read(unit)
        try:
            read = sheet.read(outside, who.institution_id, person.person_id, ref)
            results = _results(form, read)
            form.check()
            propose_results.propose(outside, who, person.person_id, ref, results, seen=_seen(form))
        except NotFoundError:
            raise
        except DomainError as error:
            return _agree(Screen(outside, frame, request, who), (number, unit), error, form)
        return RedirectResponse(f"/people/{number}/agree/{unit}?notice=talk", status_code=SEE_OTHER)

    return routes


def _agree(
    screen: Screen,
    place: tuple[str, str],
    error: DomainError | None = None,
    form: Form | None = None,
) -> Response:
    person, read = _opened(screen, place, "agreement")
    language, t = screen.language, screen.t
    found = read.unit.qualification
    face = Face(
        screen="B9",
        title="title.staff",
        who=screen.who,
        current="/people",
        notice=screen.notice("agreement.notice", NOTICES),
        errors=page_errors(t, error) if error is not None else (),
    )
    talk = read.talk_lines
    return screen.frame.render(
        screen.request,
        "agreements/agree.html",
        face,
        status=refusal_status(error),
        person=person,
        unit=heading(read, language),
        rows=rows(talk, language, _chosen(form, talk), plain=_plain(screen, read)),
        revision=read.revision,
        answered=sum(line.own is not None for line in read.lines),
        viewed=sum(line.coach is not None for line in read.lines),
        total=len(read.lines),
        agreed=sum(line.agreed_outcome is Outcome.SHOWN for line in read.lines),
        waiting=len(read.proposed),
        may_sign=screen.who.may_sign(found.degree_codes, found.peruste_id),
    )


def _view(
    screen: Screen,
    place: tuple[str, str],
    error: DomainError | None = None,
    form: Form | None = None,
) -> Response:
    person, read = _opened(screen, place, "coach_view")
    language, t = screen.language, screen.t
    found = read.unit.qualification
    may_sign = screen.who.may_sign(found.degree_codes, found.peruste_id)
    told = error
    if told is None and not may_sign:
        told = ForbiddenError(Permission.COMPETENCE_SIGN.value, code="agreement.other_trade")
    answered = [line for line in read.lines if line.own is not None]
    face = Face(
        screen="B9",
        title="title.staff",
        who=screen.who,
        current="/people",
        errors=page_errors(t, told) if told is not None else (),
    )
    typed = {line.key: form.raw(f"words-{line.requirement.position}") for line in answered} if form else {}
    return screen.frame.render(
        screen.request,
        "agreements/coach_view.html",
        face,
        status=refusal_status(told),
        person=person,
        unit=heading(read, language),
        rows=rows(answered, language, _chosen(form, answered), plain=_plain(screen, read)),
        typed={line.requirement.position: typed.get(line.key) for line in answered},
        picked=_picked(form, answered),
        revision=read.revision,
        unanswered=len(read.lines) - len(answered),
        may_sign=may_sign,
    )


def _opened(screen: Screen, place: tuple[str, str], what: str) -> tuple[Participant, sheet.Sheet]:
    number, unit = place
    ref = UnitRef.read(unit)
    person = find_participants.by_number(screen.outside, screen.who, number, what=what)
    return person, sheet.read(screen.outside, screen.who.institution_id, person.person_id, ref)


def _plain(screen: Screen, read: sheet.Sheet) -> Mapping[str, str]:
    return plain_lines(screen.outside, screen.who.institution_id, read.unit, screen.language)


def _seen(form: Form) -> int | None:
    return form.number("revision", least=0, most=10**9, required=False)


def _chosen(form: Form | None, lines: tuple[sheet.Line, ...] | list[sheet.Line]) -> dict[str, str]:
    return {field_of(line): form.raw(field_of(line)) for line in lines} if form is not None else {}


def _picked(form: Form | None, lines: list[sheet.Line]) -> Mapping[int, str]:
    """What the coach's radio buttons show: what was posted, else the view that stands."""
    return {
        line.requirement.position: (form.raw(field_of(line)) if form is not None else "")
        or (line.coach.outcome.value if line.coach is not None else "")
        for line in lines
    }


def _answers(form: Form, read: sheet.Sheet) -> dict[str, CoachAnswer]:
    """The rows that were answered; a grade in place of a word is a fault of its field."""
    found = {}
    for line in read.lines:
        outcome = _outcome(form, field_of(line))
        if outcome is not None:
            words = form.text(f"words-{line.requirement.position}", required=False) or ""
            found[line.key] = CoachAnswer(outcome=outcome, words=words)
    return found


def _results(form: Form, read: sheet.Sheet) -> dict[str, Outcome | None]:
    found: dict[str, Outcome | None] = {}
    for line in read.lines:
        field = field_of(line)
        if form.raw(field) == OPEN:
            found[line.key] = None
        elif (outcome := _outcome(form, field)) is not None:
            found[line.key] = outcome
    return found


def _outcome(form: Form, field: str) -> Outcome | None:
    text = form.text(field, required=False)
    if text is None:
        return None
    try:
        return read_outcome(text, pointer=f"/{field}")
    except DomainError as fault:
        form.faults.append(fault)
        return None
