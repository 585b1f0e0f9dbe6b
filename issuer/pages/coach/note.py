"""Screen B8: a quick observation in three steps; the choices are carried by the form, so no script is needed."""

from collections.abc import Mapping
from dataclasses import dataclass

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response

from issuer.domain.catalogue_choice import helsinki_day
from issuer.domain.errors import DomainError, InvalidRequestError, NotFoundError
from issuer.domain.observation import Independence, Medium, NewObservation, Origin
from issuer.domain.permissions import Permission, StaffMember
from issuer.domain.unit_ref import UnitRef
from issuer.pages.access import Access
from issuer.pages.coach.note_fields import read_picture, requirement_rows, telling, word_offer
from issuer.pages.coach.shown_words import pairs, typed_day, words
from issuer.pages.forms import Form, PostedForm, page_errors
from issuer.pages.frame import Face, Frame
from issuer.pages.signed_in import SessionCookie
from issuer.services.coaching import prepare_note, record_observation
from issuer.services.coaching.prepare_note import Named, What
from issuer.services.outside import Outside
from verifier.templating import PageError

SEE_OTHER = 303
NO_TASK = "other"
_NOTICES = ("saved", "saved_without_trade")


@dataclass(frozen=True, slots=True)
class Choices:
    """What was chosen so far; numbers of people, id of the task, unit, positions of requirements."""

    people: tuple[str, ...] = ()
    task: str | None = None
    unit: UnitRef | None = None
    requirements: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Pages:
    """The three steps."""

    outside: Outside
    frame: Frame

    def who(
        self,
        request: Request,
        staff: StaffMember,
        people: tuple[Named, ...],
        *,
        searched: str | None = None,
        error: bool = False,
    ) -> Response:
        t = self.frame.text(request)
        errors = (PageError(text=t("error.observation.people"), field="person"),) if error else ()
        asked = request.query_params
        return self.frame.render(
            request,
            "coach/note_who.html",
            self._face(request, staff, errors),
            status=422 if error else 200,
            people=people,
            searched=searched,
            task=asked.get("task", "")[:64],
            unit=asked.get("unit", "")[:64],
        )

    def what(self, request: Request, staff: StaffMember, chosen: Choices, *, error: bool = False) -> Response:
        what = self._gather(staff, chosen)
        t, language = self.frame.text(request), self.frame.language(request)
        ticked = {str(one.position) for one in what.requirements if one.key in what.ticked}
        errors = (PageError(text=t("error.observation.requirements"), field="requirement"),) if error else ()
        return self.frame.render(
            request,
            "coach/note_what.html",
            self._face(request, staff, errors),
            status=422 if error else 200,
            what=what,
            groups=requirement_rows(what.requirements, language, ticked),
            units=[(str(ref), words(name, language)) for ref, name in what.units],
            no_task=NO_TASK,
        )

    def how(
        self,
        request: Request,
        staff: StaffMember,
        chosen: Choices,
        form: Form | None = None,
        error: DomainError | None = None,
    ) -> Response:
        what = self._gather(staff, chosen)
        t, language = self.frame.text(request), self.frame.language(request)
        keys = set(chosen.requirements)
        return self.frame.render(
            request,
            "coach/note_how.html",
            self._face(request, staff, page_errors(t, error) if error is not None else ()),
            status=200 if error is None else 422,
            what=what,
            chosen=chosen,
            task=chosen.task or NO_TASK,
            shown=[words(one.text, language) for one in what.requirements if str(one.position) in keys],
            independences=pairs(t, "note.independence", tuple(one.value for one in Independence)),
            media=pairs(t, "note.medium", tuple(one.value for one in Medium)),
            typed=_typed(form),
            places=telling(form.raw("words")) if form is not None and error is not None else (),
            offer=word_offer(error),
            today=typed_day(helsinki_day(self.outside.now())),
        )

    def _gather(self, staff: StaffMember, chosen: Choices) -> What:
        task = "" if chosen.task == NO_TASK else chosen.task
        return prepare_note.what_was_done(self.outside, staff, chosen.people, task_id=task, unit=chosen.unit)

    def _face(self, request: Request, staff: StaffMember, errors: tuple[PageError, ...]) -> Face:
        asked = request.query_params.get("notice", "")
        notice = self.frame.text(request)(f"note.notice.{asked}") if asked in _NOTICES else None
        return Face(screen="B8", title="title.staff", who=staff, current="/note", notice=notice, errors=errors)


def router(outside: Outside, frame: Frame, cookie: SessionCookie) -> APIRouter:
    """Return the routes ``/note`` and ``/note/find`` of staff."""
    routes = APIRouter(include_in_schema=False)
    observer = Depends(Access(outside, cookie)(Permission.OBSERVATION_RECORD))
    pages = _Pages(outside, frame)

    @routes.get("/note")
    def step(request: Request, who: StaffMember = observer) -> Response:
        asked = request.query_params
        chosen = _asked(request)
        if not chosen.people:
            missing = asked.get("step") == "2"
            return pages.who(request, who, prepare_note.latest_people(outside, who), error=missing)
        if asked.get("step") != "3":
            return pages.what(request, who, chosen)
        if not chosen.requirements or chosen.unit is None:
            return pages.what(request, who, chosen, error=True)
        return pages.how(request, who, chosen)

    @routes.get("/note/find")
    def find_again(who: StaffMember = observer) -> Response:  # noqa: ARG001  only who may record gets here
        return RedirectResponse("/note", status_code=SEE_OTHER)

    @routes.post("/note/find")
    def find(request: Request, form: PostedForm, who: StaffMember = observer) -> Response:
        words = form.raw("words").strip()[:80]
        return pages.who(request, who, prepare_note.find_people(outside, who, words), searched=words)

    @routes.post("/note")
    def save(request: Request, form: PostedForm, who: StaffMember = observer) -> Response:
        chosen = _posted(form)
        try:
            recorded = record_observation.record(outside, who, _read(outside, who, form, chosen))
        except DomainError as error:
            if not chosen.people or (isinstance(error, NotFoundError) and error.pointer in ("", "/person")):
                raise NotFoundError("participant") from error
            return pages.how(request, who, chosen, form, error)
        notice = "saved" if recorded.in_trade else "saved_without_trade"
        if form.ticked("next"):
            place = f"&unit={chosen.unit}" if chosen.unit is not None else ""
            return RedirectResponse(f"/note?task={chosen.task or NO_TASK}{place}&notice={notice}", SEE_OTHER)
        return RedirectResponse(f"/note?notice={notice}", status_code=SEE_OTHER)

    return routes


def _asked(request: Request) -> Choices:
    asked = request.query_params
    return Choices(
        people=tuple(dict.fromkeys(asked.getlist("person")))[:30],
        task=asked.get("task") or None,
        unit=_unit(asked.get("unit", "")),
        requirements=tuple(dict.fromkeys(asked.getlist("requirement"))),
    )


def _posted(form: Form) -> Choices:
    return Choices(
        people=form.many("person"),
        task=form.raw("task") or None,
        unit=_unit(form.raw("unit")),
        requirements=form.many("requirement"),
    )


def _unit(text: str) -> UnitRef | None:
    try:
        return UnitRef.read(text)
    except NotFoundError:
        return None


def _read(outside: Outside, who: StaffMember, form: Form, chosen: Choices) -> NewObservation:
    """Read step 3 with what the steps before carried. Raises DomainError."""
    independence = form.choice("independence", [one.value for one in Independence])
    medium = form.choice("medium", [one.value for one in Medium], required=False)
    day = form.day("observed_on")
    form.check()
    if chosen.unit is None:
        raise NotFoundError("unit", code="unit.unknown", pointer="/unit")
    task = None if chosen.task in (None, NO_TASK) else chosen.task
    what = prepare_note.what_was_done(outside, who, chosen.people, task_id=task or "", unit=chosen.unit)
    by_position = {str(one.position): one.key for one in what.requirements}
    if any(one not in by_position for one in chosen.requirements):
        raise InvalidRequestError(code="observation.other_unit", pointer="/requirement")
    if day is None or independence is None:
        raise InvalidRequestError(code="form.missing", pointer="/observed_on")
    return NewObservation(
        person_ids=what.person_ids,
        unit=chosen.unit,
        requirement_keys=tuple(by_position[one] for one in chosen.requirements),
        independence=Independence(independence),
        observed_on=day,
        task_id=task,
        origin=Origin.PRIOR if form.ticked("prior") else Origin.PERIOD,
        medium=Medium(medium) if medium is not None else Medium.WORK,
        words=form.text("words", required=False),
        picture=read_picture(form),
        warned=form.ticked("warned"),
    )


def _typed(form: Form | None) -> Mapping[str, str]:
    """What stands in step 3, as typed."""
    fields = ("independence", "words", "observed_on", "medium", "prior")
    return {name: form.raw(name) if form is not None else "" for name in fields}
