"""Correcting one's own observation: a new version; the old one stays and can be read."""

from dataclasses import dataclass

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response

from issuer.domain.catalogue import Requirement
from issuer.domain.errors import ConflictError, DomainError, InvalidRequestError, NotFoundError
from issuer.domain.observation import Independence, Medium, NewObservation, ObservationRow, Origin
from issuer.domain.permissions import Permission, StaffMember
from issuer.pages.access import Access
from issuer.pages.coach.note_fields import requirement_rows, telling, word_offer
from issuer.pages.coach.shown_words import pairs, typed_day
from issuer.pages.forms import Form, PostedForm, page_errors
from issuer.pages.frame import Face, Frame
from issuer.pages.signed_in import SessionCookie
from issuer.services.coaching import correct_observation
from issuer.services.coaching.show_requirements import requirements
from issuer.services.outside import Outside

SEE_OTHER = 303
_NOT_ONES_OWN = frozenset({"observation.not_own", "observation.replaced"})


@dataclass(frozen=True, slots=True)
class _Refused:
    """What was typed, and what was wrong with it."""

    form: Form
    error: DomainError


def router(outside: Outside, frame: Frame, cookie: SessionCookie) -> APIRouter:
    """Return the routes ``/people/{number}/observations/{id}`` of staff."""
    routes = APIRouter(include_in_schema=False)
    observer = Depends(Access(outside, cookie)(Permission.OBSERVATION_RECORD))

    @routes.get("/people/{number}/observations/{observation_id}")
    def form_page(request: Request, number: str, observation_id: str, who: StaffMember = observer) -> Response:
        row, words = _own(outside, who, number, observation_id)
        return _page(frame, request, who, number, (row, words, requirements(outside, row.unit)))

    @routes.post("/people/{number}/observations/{observation_id}")
    def correct(
        request: Request, number: str, observation_id: str, form: PostedForm, who: StaffMember = observer
    ) -> Response:
        row, words = _own(outside, who, number, observation_id)
        rows = requirements(outside, row.unit)
        try:
            correct_observation.correct(outside, who, number, observation_id, _read(form, row, rows))
        except NotFoundError:
            raise
        except DomainError as error:
            return _page(frame, request, who, number, (row, words, rows), _Refused(form, error))
        return RedirectResponse(f"/people/{number}/observations?notice=corrected", status_code=SEE_OTHER)

    return routes


def _own(outside: Outside, who: StaffMember, number: str, observation_id: str) -> tuple[ObservationRow, str]:
    """One's own observation; another's, or a replaced version, is not here. Raises NotFoundError."""
    try:
        return correct_observation.own_observation(outside, who, number, observation_id)
    except ConflictError as error:
        if error.code in _NOT_ONES_OWN:
            raise NotFoundError("observation") from error
        raise


def _read(form: Form, row: ObservationRow, rows: tuple[Requirement, ...]) -> NewObservation:
    """Read the form. Raises DomainError."""
    independence = form.choice("independence", [one.value for one in Independence])
    medium = form.choice("medium", [one.value for one in Medium])
    day = form.day("observed_on")
    form.check()
    by_position = {str(one.position): one.key for one in rows}
    ticked = form.many("requirement")
    if any(one not in by_position for one in ticked):
        raise InvalidRequestError(code="observation.other_unit", pointer="/requirement")
    return NewObservation(
        person_ids=(row.person_id,),
        unit=row.unit,
        requirement_keys=tuple(by_position[one] for one in ticked),
        independence=Independence(str(independence)),
        observed_on=day or row.observed_on,
        origin=Origin.PRIOR if form.ticked("prior") else Origin.PERIOD,
        medium=Medium(str(medium)),
        words=form.text("words", required=False),
        warned=form.ticked("warned"),
    )


def _page(
    frame: Frame,
    request: Request,
    who: StaffMember,
    number: str,
    shown: tuple[ObservationRow, str, tuple[Requirement, ...]],
    refused: _Refused | None = None,
) -> Response:
    row, said, rows = shown
    t, language = frame.text(request), frame.language(request)
    ticked = {str(one.position) for one in rows if one.key in row.requirement_keys}
    typed = {
        "independence": row.independence.value,
        "words": said,
        "observed_on": typed_day(row.observed_on),
        "medium": row.medium.value,
        "prior": "yes" if row.origin is Origin.PRIOR else "",
    }
    if refused is not None:
        ticked = set(refused.form.many("requirement"))
        typed = {name: refused.form.raw(name) for name in typed}
    errors = page_errors(t, refused.error) if refused is not None else ()
    return frame.render(
        request,
        "coach/correct_note.html",
        Face(screen="B8", title="title.staff", who=who, current="/people", errors=errors),
        status=200 if refused is None else 422,
        code=number,
        row=row,
        groups=requirement_rows(rows, language, ticked),
        independences=pairs(t, "note.independence", tuple(one.value for one in Independence)),
        media=pairs(t, "note.medium", tuple(one.value for one in Medium)),
        typed=typed,
        places=telling(typed["words"]) if refused is not None else (),
        offer=word_offer(refused.error) if refused is not None else None,
    )
