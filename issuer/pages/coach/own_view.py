"""Screen B9, the participant's side on the coach's device: one question a page, and the yes to what was agreed."""

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response

from issuer.domain.agreement import WORDS_MOST, Channel, Outcome
from issuer.domain.errors import DomainError, NotFoundError
from issuer.domain.participant import LANGUAGES
from issuer.domain.permissions import Permission, StaffMember
from issuer.domain.unit_ref import UnitRef
from issuer.pages.access import Access
from issuer.pages.coach.agreement import NOTICES, OUTCOMES
from issuer.pages.coach.screen import SEE_OTHER, Posted, Screen, refusal_status
from issuer.pages.coach.sheet_rows import heading, rows
from issuer.pages.coach.shown_words import pairs
from issuer.pages.forms import Form, page_errors
from issuer.pages.frame import Face, Frame
from issuer.pages.signed_in import SessionCookie
from issuer.services.agreements import confirm_results, record_own_view, sheet
from issuer.services.agreements.confirm_results import Confirmation
from issuer.services.agreements.record_own_view import OwnAnswer
from issuer.services.coaching import find_participants
from issuer.services.environments.show_unit import plain_lines
from issuer.services.outside import Outside


def router(outside: Outside, frame: Frame, cookie: SessionCookie) -> APIRouter:
    """Return the routes ``/people/{number}/self/{unit}`` and ``/people/{number}/agree/{unit}/confirm``."""
    routes = APIRouter(include_in_schema=False)
    editor = Depends(Access(outside, cookie)(Permission.AGREEMENT_EDIT))

    @routes.get("/people/{number}/self/{unit}")
    def question(request: Request, number: str, unit: str, q: str = "", who: StaffMember = editor) -> Response:
        return _question(Screen(outside, frame, request, who), (number, unit, q))

    @routes.post("/people/{number}/self/{unit}")
    def answer(request: Request, number: str, unit: str, form: Posted, who: StaffMember = editor) -> Response:
        person, ref = find_participants.locate(outside, who, number), UnitRef.read(unit)
        position = form.number("position", least=1, most=10_000) or 0
        try:
            chosen = form.choice("answer", OUTCOMES)
            given = OwnAnswer(
                outcome=Outcome(chosen or Outcome.NOT_YET.value),
                words=form.text("words", required=False) or "",
                language=form.choice("language", LANGUAGES, required=False) or "fi",
            )
            form.check()
            read = sheet.read(outside, who.institution_id, person.person_id, ref)
            key = next((line.key for line in read.lines if line.requirement.position == position), None)
            answers = {key: given} if key is not None else {}
            record_own_view.record(outside, person.person_id, ref, answers, device_of=who)
        except NotFoundError:
            raise
        except DomainError as error:
            return _question(Screen(outside, frame, request, who), (number, unit, str(position)), error, form)
        following = min(
            (one.requirement.position for one in read.lines if one.requirement.position > position), default=0
        )
        return RedirectResponse(f"/people/{number}/self/{unit}?q={following or 'done'}", status_code=SEE_OTHER)

    @routes.get("/people/{number}/agree/{unit}/confirm")
    def confirm_page(request: Request, number: str, unit: str, who: StaffMember = editor) -> Response:
        return _confirm(Screen(outside, frame, request, who), (number, unit))

    @routes.post("/people/{number}/agree/{unit}/confirm")
    def confirm(request: Request, number: str, unit: str, form: Posted, who: StaffMember = editor) -> Response:
        person, ref = find_participants.locate(outside, who, number), UnitRef.read(unit)
        try:
            channel = form.choice("channel", (Channel.DEVICE.value, Channel.PAPER.value))
            if channel == Channel.PAPER.value and not form.ticked("paper_kept"):
                form.fault("agreement.paper_kept", "paper_kept")
            form.check()
            read = sheet.read(outside, who.institution_id, person.person_id, ref)
            ticked = set(form.many("wanted"))
            wanted = frozenset(one.key for one in read.lines if str(one.requirement.position) in ticked)
            yes = Confirmation(channel=Channel(channel or "device"), device_of=who, wanted_in_part=wanted)
            seen = form.number("revision", least=0, most=10**9, required=False)
            confirm_results.confirm(outside, person.person_id, ref, yes, seen=seen)
        except NotFoundError:
            raise
        except DomainError as error:
            return _confirm(Screen(outside, frame, request, who), (number, unit), error)
        return RedirectResponse(f"/people/{number}/agree/{unit}?notice=confirmed", status_code=SEE_OTHER)

    return routes


def _question(
    screen: Screen,
    place: tuple[str, str, str],
    error: DomainError | None = None,
    form: Form | None = None,
) -> Response:
    number, unit, q = place
    ref = UnitRef.read(unit)
    person = find_participants.by_number(screen.outside, screen.who, number, what="self_assessment")
    read = sheet.read(screen.outside, screen.who.institution_id, person.person_id, ref)
    language, t = screen.language, screen.t
    plain = plain_lines(screen.outside, screen.who.institution_id, read.unit, language)
    errors = page_errors(t, error) if error is not None else ()
    face = Face(screen="B9", title="title.public", errors=errors)
    line = next((one for one in read.lines if str(one.requirement.position) == q), None)
    if line is None and not q:
        line = next((one for one in read.lines if one.own is None), None)
    answered = sum(one.own is not None for one in read.lines)
    if line is None:
        return screen.frame.render(
            screen.request,
            "agreements/self_done.html",
            face,
            person=person,
            unit=heading(read, language),
            answered=answered,
            total=len(read.lines),
            rows=rows(read.lines, language, plain=plain),
        )
    (row,) = rows([line], language, plain=plain)
    order = [one.requirement.position for one in read.lines]
    at = order.index(row.position)
    return screen.frame.render(
        screen.request,
        "agreements/self.html",
        face,
        status=refusal_status(error),
        person=person,
        unit=heading(read, language),
        row=row,
        at=at + 1,
        total=len(order),
        before=order[at - 1] if at else None,
        after=order[at + 1] if at + 1 < len(order) else "done",
        choices=pairs(t, "self.answer", OUTCOMES),
        languages=pairs(t, "self.language", LANGUAGES),
        answer=form.raw("answer") if form is not None else row.own.outcome if row.own is not None else None,
        words=form.raw("words") if form is not None else row.own.words if row.own is not None else "",
        spoken=form.raw("language") if form is not None else _spoken(line, person.languages),
        most=WORDS_MOST,
    )


def _spoken(line: sheet.Line, languages: tuple[str, ...]) -> str:
    return line.own.language if line.own is not None else languages[0] if languages else "fi"


def _confirm(
    screen: Screen,
    place: tuple[str, str],
    error: DomainError | None = None,
) -> Response:
    number, unit = place
    ref = UnitRef.read(unit)
    person = find_participants.by_number(screen.outside, screen.who, number, what="agreement")
    read = sheet.read(screen.outside, screen.who.institution_id, person.person_id, ref)
    language, t = screen.language, screen.t
    face = Face(
        screen="B9",
        title="title.public",
        notice=screen.notice("agreement.notice", NOTICES),
        errors=page_errors(t, error) if error is not None else (),
    )
    return screen.frame.render(
        screen.request,
        "agreements/confirm.html",
        face,
        status=refusal_status(error),
        person=person,
        unit=heading(read, language),
        rows=rows(
            read.proposed,
            language,
            plain=plain_lines(screen.outside, screen.who.institution_id, read.unit, language),
        ),
        revision=read.revision,
    )
