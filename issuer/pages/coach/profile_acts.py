"""Acts on a profile: correcting the name, setting site and units, adding and removing cards."""

from dataclasses import dataclass

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response

from issuer.domain.errors import DomainError
from issuer.domain.participant import LANGUAGES, CardKind
from issuer.domain.permissions import Permission, StaffMember
from issuer.pages.access import Access
from issuer.pages.coach.shown_words import pairs
from issuer.pages.coach.work_fields import read_units
from issuer.pages.forms import Form, PostedForm, page_errors
from issuer.pages.frame import Face, Frame
from issuer.pages.signed_in import SessionCookie
from issuer.services.coaching import correct_name, find_participants, keep_cards, set_work
from issuer.services.coaching.work_choices import work_choices
from issuer.services.outside import Outside

SEE_OTHER = 303


@dataclass(frozen=True, slots=True)
class _Pages:
    """The forms, each shown empty and shown again with what was wrong."""

    outside: Outside
    frame: Frame

    def name(
        self,
        request: Request,
        who: StaffMember,
        number: str,
        form: Form | None = None,
        error: DomainError | None = None,
    ) -> Response:
        person = find_participants.by_number(self.outside, who, number, what="name")
        return self._render(
            request,
            who,
            "coach/correct_name.html",
            error,
            person=person,
            name=form.raw("name") if form is not None else person.name,
            chosen=form.many("languages") if form is not None else person.languages,
            languages=pairs(self.frame.text(request), "person.language", LANGUAGES),
        )

    def work(
        self,
        request: Request,
        who: StaffMember,
        number: str,
        form: Form | None = None,
        error: DomainError | None = None,
    ) -> Response:
        person = find_participants.by_number(self.outside, who, number, what="work")
        return self._render(
            request,
            who,
            "coach/set_work.html",
            error,
            person=person,
            choices=work_choices(self.outside, who, self.frame.language(request), also=person.units),
            site=form.raw("site") if form is not None else person.site_id,
            units=form.many("unit") if form is not None else tuple(map(str, person.units)),
            unit_number=form.raw("unit_number") if form is not None else "",
            mine=person.coach_id == who.id,
        )

    def card(
        self,
        request: Request,
        who: StaffMember,
        number: str,
        form: Form | None = None,
        error: DomainError | None = None,
    ) -> Response:
        person = find_participants.by_number(self.outside, who, number, what="cards")
        return self._render(
            request,
            who,
            "coach/add_card.html",
            error,
            person=person,
            kinds=pairs(self.frame.text(request), "card", tuple(one.value for one in CardKind)),
            kind=form.raw("kind") if form is not None else "",
            issued_on=form.raw("issued_on") if form is not None else "",
        )

    def _render(
        self, request: Request, who: StaffMember, template: str, error: DomainError | None, **values: object
    ) -> Response:
        errors = page_errors(self.frame.text(request), error) if error is not None else ()
        face = Face(screen="B6", title="title.staff", who=who, current="/people", errors=errors)
        return self.frame.render(request, template, face, status=422 if errors else 200, **values)


def router(outside: Outside, frame: Frame, cookie: SessionCookie) -> APIRouter:
    """Return the routes that change what stands in a profile."""
    routes = APIRouter(include_in_schema=False)
    editor = Depends(Access(outside, cookie)(Permission.PEOPLE_EDIT))
    pages = _Pages(outside, frame)

    @routes.get("/people/{number}/name")
    def name_form(request: Request, number: str, who: StaffMember = editor) -> Response:
        return pages.name(request, who, number)

    @routes.post("/people/{number}/name")
    def name(request: Request, number: str, form: PostedForm, who: StaffMember = editor) -> Response:
        find_participants.locate(outside, who, number)
        try:
            name = form.text("name") or ""
            form.check()
            correct_name.correct_name(outside, who, number, name, languages=form.many("languages"))
        except DomainError as error:
            return pages.name(request, who, number, form, error)
        return _back(number, "corrected")

    @routes.get("/people/{number}/work")
    def work_form(request: Request, number: str, who: StaffMember = editor) -> Response:
        return pages.work(request, who, number)

    @routes.post("/people/{number}/work")
    def work(request: Request, number: str, form: PostedForm, who: StaffMember = editor) -> Response:
        find_participants.locate(outside, who, number)
        try:
            site, units = form.text("site", required=False), read_units(outside, form)
            form.check()
            set_work.set_work(outside, who, number, site_id=site, units=units, mine=form.ticked("mine"))
        except DomainError as error:
            return pages.work(request, who, number, form, error)
        return _back(number, "work")

    @routes.get("/people/{number}/cards")
    def card_form(request: Request, number: str, who: StaffMember = editor) -> Response:
        return pages.card(request, who, number)

    @routes.post("/people/{number}/cards")
    def card(request: Request, number: str, form: PostedForm, who: StaffMember = editor) -> Response:
        find_participants.locate(outside, who, number)
        try:
            kind, day = form.choice("kind", [one.value for one in CardKind]), form.day("issued_on")
            form.check()
            if kind is not None and day is not None:
                keep_cards.add_card(outside, who, number, CardKind(kind), day)
        except DomainError as error:
            return pages.card(request, who, number, form, error)
        return _back(number, "card")

    @routes.post("/people/{number}/cards/{card_id}/remove")
    def remove(number: str, card_id: str, who: StaffMember = editor) -> Response:
        keep_cards.remove_card(outside, who, number, card_id)
        return _back(number, "card_removed")

    return routes


def _back(number: str, notice: str) -> Response:
    return RedirectResponse(f"/people/{number}?notice={notice}", status_code=SEE_OTHER)
