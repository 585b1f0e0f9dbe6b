"""Slips of participants, the view together, and the form on paper: what staff do so that a badge can be taken."""

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response

from issuer.domain.errors import DomainError, NotFoundError
from issuer.domain.permissions import Permission, StaffMember
from issuer.i18n import whole_day
from issuer.pages.access import Access
from issuer.pages.forms import Form, PostedForm, page_errors
from issuer.pages.frame import Face, Frame
from issuer.pages.participant.own_access import OwnCookie
from issuer.pages.shared_badge_view import shared_badge_view
from issuer.pages.signed_in import SessionCookie
from issuer.services.coaching import find_participants
from issuer.services.outside import Outside
from issuer.services.own import own_session
from issuer.services.own.file_paper import ANSWERS, Answer, PaperForm, file_paper, paper_form
from issuer.services.own.make_slip import Known, Slip, make_slip
from issuer.services.own.open_together import open_together
from issuer.services.own.slip_state import slip_state
from schemas import qr_code
from schemas.strict_json import read_object

SEE_OTHER, _REFUSED = 303, 422
_FIELD = "badge-"


def router(outside: Outside, frame: Frame, cookie: SessionCookie) -> APIRouter:
    """Return the routes ``/people/{number}/slip``, ``/together`` and ``/paper``."""
    routes = APIRouter(prefix="/people/{number}", include_in_schema=False)
    editor = Depends(Access(outside, cookie)(Permission.PEOPLE_EDIT))
    together = OwnCookie(cookie.secure, together=True)

    @routes.get("/slip")
    def ask(request: Request, number: str, who: StaffMember = editor) -> Response:
        return _ask(outside, frame, request, who, number)

    @routes.post("/slip")
    def make(request: Request, number: str, form: PostedForm, who: StaffMember = editor) -> Response:
        """Show the slip in the answer itself, this once: nothing is kept from which a page could show it."""
        person = find_participants.locate(outside, who, number)
        known = Known(name_used=form.ticked("name_used"), own_record=form.ticked("own_record"))
        try:
            slip = make_slip(outside, who, person.person_id, known=known)
        except NotFoundError:
            raise
        except DomainError as error:
            return _ask(outside, frame, request, who, number, error=error, form=form)
        return show_slips(outside, frame, request, who, (slip,))

    @routes.post("/together")
    def begin(request: Request, number: str, who: StaffMember = editor) -> Response:
        """Open the participant's view on this device, in a web session of its own."""
        _, value = open_together(outside, who, number)
        old = together.read(request)
        if old is not None:
            own_session.end(outside, old)
        answer = RedirectResponse("/together", status_code=SEE_OTHER)
        together.put(answer, value, shared_device=True)
        return answer

    @routes.get("/paper")
    def paper(request: Request, number: str, who: StaffMember = editor) -> Response:
        return _paper(frame, request, who, paper_form(outside, who, number))

    @routes.post("/paper")
    def file(request: Request, number: str, form: PostedForm, who: StaffMember = editor) -> Response:
        find_participants.locate(outside, who, number)
        try:
            answers = _answers(form)
            if not form.ticked("paper_kept"):
                form.fault("claim.paper_kept", "paper_kept")
            form.check()
            file_paper(outside, who, number, answers)
        except NotFoundError:
            raise
        except DomainError as error:
            return _paper(frame, request, who, paper_form(outside, who, number), error=error, form=form)
        return RedirectResponse(f"/people/{number}/badges?notice=paper", status_code=SEE_OTHER)

    return routes


def _answers(form: Form) -> dict[str, Answer]:
    """By badge what the paper says; a badge without an answer is a fault at its field."""
    found: dict[str, Answer] = {}
    for name in dict.fromkeys(form.data.keys()):
        chosen = form.choice(name, ANSWERS) if name.startswith(_FIELD) else None
        for answer in ANSWERS:
            if chosen == answer:
                found[name.removeprefix(_FIELD)] = answer
    if not found and not form.faults:
        form.fault("form.missing", "paper_kept")
    return found


def _ask(  # noqa: PLR0913  the page's parts
    outside: Outside,
    frame: Frame,
    request: Request,
    who: StaffMember,
    number: str,
    *,
    error: DomainError | None = None,
    form: Form | None = None,
) -> Response:
    """The form before a slip: it names nobody, so nothing personal is read by opening it."""
    before = slip_state(outside, who, number) is not None
    errors = page_errors(frame.text(request), error) if error is not None else ()
    return frame.render(
        request,
        "coach/slip_new.html",
        Face(screen="B6", title="title.staff", who=who, current="/people", errors=errors),
        status=_REFUSED if error is not None else 200,
        number=number,
        replaces=before,
        typed=form,
    )


def show_slips(outside: Outside, frame: Frame, request: Request, who: StaffMember, slips: tuple[Slip, ...]) -> Response:
    """The slips to print, shown in this answer alone."""
    language = frame.language(request)
    shown = [
        {
            "number": slip.number,
            "address": f"{outside.public_url}/c",
            "typed": slip.typed,
            "qr": qr_code.svg(f"{outside.public_url}/c/{slip.link_token}"),
            "works_until": whole_day(slip.works_until.date(), language),
        }
        for slip in slips
    ]
    return frame.render(
        request,
        "coach/slip.html",
        Face(screen="B6", title="title.staff", who=who, current="/people"),
        slips=shown,
        replaced=any(slip.replaced for slip in slips),
    )


def _paper(
    frame: Frame,
    request: Request,
    who: StaffMember,
    asked: PaperForm,
    *,
    error: DomainError | None = None,
    form: Form | None = None,
) -> Response:
    t, language = frame.text(request), frame.language(request)
    errors = page_errors(t, error) if error is not None else ()
    return frame.render(
        request,
        "coach/claim_paper.html",
        Face(screen="C9", title="title.staff", who=who, current="/people", errors=errors),
        status=_REFUSED if error is not None else 200,
        person=asked.person,
        badges=[
            (f"{_FIELD}{one.credential_id}", shared_badge_view(read_object(one.document, max_values=20_000), language))
            for one in asked.badges
        ],
        answers=[(one, t(f"claim.answer.{one}")) for one in ANSWERS],
        typed=form,
    )
