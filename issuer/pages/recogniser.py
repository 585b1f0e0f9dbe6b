"""What an outside recogniser sees behind a one-time link: the matrix to read, and one answer. No account, no name."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request
from fastapi.responses import RedirectResponse, Response

from issuer.domain.errors import DomainError, NotFoundError
from issuer.domain.recognition_rules import standing
from issuer.pages.catalogue_text import groups, shown, threshold
from issuer.pages.forms import Form, page_errors, posted
from issuer.pages.frame import Face, Frame
from issuer.pages.misses import Misses
from issuer.pages.share_door import TooManyMissesError
from issuer.pages.stops import not_here
from issuer.services.environments import invite_recogniser
from issuer.services.environments.invite_recogniser import ForRecogniser
from issuer.services.outside import Outside

Token = Annotated[str, Path(max_length=200)]
Sent = Annotated[Form, Depends(posted)]
SEE_OTHER = 303


def router(outside: Outside, frame: Frame) -> APIRouter:
    """Return the routes ``/recognise/{token}`` and ``/recognised``."""
    routes = APIRouter(include_in_schema=False)
    misses = Misses()

    @routes.get("/recognise/{token}")
    def read(request: Request, token: Token) -> Response:
        if misses.spent(request):
            raise TooManyMissesError
        found = invite_recogniser.read(outside, token)
        if found is None:
            misses.add(request)
            return not_here(frame, request)
        return _page(frame, request, found, token)

    @routes.post("/recognise/{token}")
    def answer(request: Request, token: Token, form: Sent) -> Response:
        found = invite_recogniser.read(outside, token)
        if found is None:
            return not_here(frame, request)
        try:
            kind = form.choice("answer", ("confirmed", "remarks"))
            form.check()
            remarks, seen = form.raw("remarks").replace("\r\n", "\n"), form.raw("seen")
            invite_recogniser.answer(outside, token, confirmed=kind == "confirmed", remarks=remarks, seen=seen)
        except NotFoundError:
            return not_here(frame, request)
        except DomainError as error:
            now = invite_recogniser.read(outside, token)
            return _page(frame, request, now or found, token, form=form, error=error)
        return RedirectResponse("/recognised", status_code=SEE_OTHER)

    @routes.get("/recognised")
    def thanks(request: Request) -> Response:
        return frame.render(request, "recognised.html", Face(screen="B4"))

    return routes


def _page(
    frame: Frame,
    request: Request,
    found: ForRecogniser,
    token: str,
    *,
    form: Form | None = None,
    error: DomainError | None = None,
) -> Response:
    t, language = frame.text(request), frame.language(request)
    unit = found.found.unit
    at_work, elsewhere = standing(unit, found.unit_map, [task.id for task in found.tasks])
    teaching = {
        one.key: [task.name for task in found.tasks if one.key in found.unit_map.ticks.get(task.id, frozenset())]
        for one in unit.requirements
    }
    return frame.render(
        request,
        "recognise.html",
        Face(screen="B4", errors=page_errors(t, error) if error is not None else ()),
        status=200 if error is None else 422,
        action=f"/recognise/{token}",
        provider=found.provider.public_name.in_language(language),
        texts=found.site.texts,
        unit=unit,
        unit_name=shown(unit.name, language),
        qualification_name=shown(found.found.qualification.name, language),
        register_number=found.unit_map.recognition.register_number,
        groups=groups(unit.requirements, language),
        criteria=threshold(unit.threshold, language),
        teaching=teaching,
        elsewhere=elsewhere,
        open_count=len(unit.requirements) - len(at_work | elsewhere),
        seen=found.unit_map.seen,
        remarks=form.raw("remarks") if form is not None else "",
        answer=form.raw("answer") if form is not None else "",
    )
