"""Intake: a draft about somebody, then that person's own yes or no to coaching; nothing is ticked beforehand."""

from dataclasses import dataclass

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response

from issuer.domain.errors import ConflictError, DomainError, NotFoundError
from issuer.domain.participant import LANGUAGES, How, ParticipantState, Purpose
from issuer.domain.permissions import Permission, StaffMember
from issuer.i18n import whole_day
from issuer.pages.access import Access
from issuer.pages.coach.shown_words import pairs
from issuer.pages.coach.work_fields import read_units
from issuer.pages.forms import Form, PostedForm, page_errors
from issuer.pages.frame import Face, Frame
from issuer.pages.signed_in import SessionCookie
from issuer.services.coaching import add_participant, drop_intake, find_participants, give_consent
from issuer.services.coaching.add_participant import NewParticipant, SameNameError
from issuer.services.coaching.give_consent import Yes
from issuer.services.coaching.work_choices import work_choices
from issuer.services.outside import Outside

SEE_OTHER = 303


@dataclass(frozen=True, slots=True)
class _Pages:
    """The two pages of intake."""

    outside: Outside
    frame: Frame

    def add_form(
        self, request: Request, who: StaffMember, form: Form | None = None, error: DomainError | None = None
    ) -> Response:
        t = self.frame.text(request)
        face = Face(
            screen="B5",
            title="title.staff",
            who=who,
            current="/people",
            errors=page_errors(t, error) if error is not None else (),
        )
        return self.frame.render(
            request,
            "coach/add_person.html",
            face,
            status=200 if error is None else 422,
            same=error.codes if isinstance(error, SameNameError) else (),
            name=form.raw("name") if form is not None else "",
            chosen=form.many("languages") if form is not None else ("fi",),
            site=form.raw("site") if form is not None else "",
            units=form.many("unit") if form is not None else (),
            unit_number=form.raw("unit_number") if form is not None else "",
            languages=pairs(t, "person.language", LANGUAGES),
            choices=work_choices(self.outside, who, self.frame.language(request)),
        )

    def accept_form(
        self, request: Request, who: StaffMember, number: str, error: DomainError | None = None, how: str = ""
    ) -> Response:
        person = find_participants.by_number(self.outside, who, number, what="intake")
        if person.state is not ParticipantState.INTAKE:
            return RedirectResponse(f"/people/{number}", status_code=SEE_OTHER)
        t, language = self.frame.text(request), self.frame.language(request)
        face = Face(
            screen="C9",
            title="title.staff",
            who=who,
            current="/people",
            errors=page_errors(t, error) if error is not None else (),
        )
        return self.frame.render(
            request,
            "coach/accept.html",
            face,
            status=200 if error is None else 422,
            person=person,
            lapses=whole_day(person.lapses_at.date(), language) if person.lapses_at is not None else "",
            hows=pairs(t, "consent.how", tuple(one.value for one in How)),
            how=how,
        )


def router(outside: Outside, frame: Frame, cookie: SessionCookie) -> APIRouter:
    """Return the routes ``/people/add``, ``/people/{number}/accept`` and ``…/decline`` of staff."""
    routes = APIRouter(include_in_schema=False)
    editor = Depends(Access(outside, cookie)(Permission.PEOPLE_EDIT))
    pages = _Pages(outside, frame)

    @routes.get("/people/add")
    def add_form(request: Request, who: StaffMember = editor) -> Response:
        return pages.add_form(request, who)

    @routes.post("/people/add")
    def add(request: Request, form: PostedForm, who: StaffMember = editor) -> Response:
        try:
            row = add_participant.add(outside, who, _read(outside, form))
        except DomainError as error:
            return pages.add_form(request, who, form, error)
        return RedirectResponse(f"/people/{row.code}/accept", status_code=SEE_OTHER)

    @routes.get("/people/{number}/accept")
    def accept_form(request: Request, number: str, who: StaffMember = editor) -> Response:
        return pages.accept_form(request, who, number)

    @routes.post("/people/{number}/accept")
    def accept(request: Request, number: str, form: PostedForm, who: StaffMember = editor) -> Response:
        row = find_participants.locate(outside, who, number)
        how = form.choice("how", [one.value for one in How])
        try:
            form.check()
            yes = Yes(purpose=Purpose.COACHING, how=How(str(how)), language=frame.language(request))
            give_consent.give(outside, who, row.person_id, yes)
        except NotFoundError:
            raise
        except DomainError as error:
            return pages.accept_form(request, who, number, error, form.raw("how"))
        return RedirectResponse(f"/people/{number}?notice=accepted", status_code=SEE_OTHER)

    @routes.post("/people/{number}/decline")
    def decline(number: str, who: StaffMember = editor) -> Response:
        try:
            drop_intake.decline(outside, who, number)
        except ConflictError:  # accepted meanwhile: the page shows the present state
            return RedirectResponse(f"/people/{number}", status_code=SEE_OTHER)
        return RedirectResponse("/people?notice=declined", status_code=SEE_OTHER)

    return routes


def _read(outside: Outside, form: Form) -> NewParticipant:
    """Read the form. Raises InvalidFormError, NotFoundError; domain rules speak later."""
    name = form.text("name") or ""
    site = form.text("site", required=False)
    units = read_units(outside, form)
    form.check()
    return NewParticipant(
        name=name, languages=form.many("languages"), site_id=site, units=units, another=form.ticked("another")
    )
