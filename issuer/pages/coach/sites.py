"""Screen B4, first half: sites of the institution, their public texts, their tasks and units."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request
from fastapi.responses import RedirectResponse, Response

from issuer.domain.errors import DomainError, InvalidFormError, TellingWordError
from issuer.domain.learning_environment import SiteTexts
from issuer.domain.permissions import Permission, StaffMember
from issuer.domain.site_rules import LENGTHS, PUBLIC, first_blocked, warnings
from issuer.i18n import whole_day
from issuer.pages.access import Access
from issuer.pages.catalogue_text import shown
from issuer.pages.endorsed_view import told_views
from issuer.pages.forms import Form, page_errors, posted
from issuer.pages.frame import Face, Frame
from issuer.pages.signed_in import SessionCookie
from issuer.services.endorsements.list_endorsements import of_reports
from issuer.services.environments import change_tasks, read_environment, save_matrix, save_site
from issuer.services.environments.read_environment import EditedMeanwhileError, MapRow, SiteView
from issuer.services.outside import Outside
from verifier.templating import PageError, Text

SiteId = Annotated[str, Path(pattern=r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")]
TaskNumber = Annotated[int, Path(ge=1, le=100_000)]
Sent = Annotated[Form, Depends(posted)]
SEE_OTHER = 303
NOTICES = frozenset({"saved", "task_added", "task_renamed", "task_ended", "map_started"})
_TICKS = ("customers", "address_public")


def router(outside: Outside, frame: Frame, cookie: SessionCookie) -> APIRouter:
    """Return the routes ``/sites…`` of staff."""
    routes = APIRouter(include_in_schema=False)
    access, pages = Access(outside, cookie), _Pages(outside, frame)
    _site_routes(routes, access, pages)
    _part_routes(routes, access, pages)
    return routes


def _site_routes(routes: APIRouter, access: Access, pages: "_Pages") -> None:
    outside, frame = pages.outside, pages.frame
    reader, editor = Depends(access(Permission.ENVIRONMENT_READ)), Depends(access(Permission.ENVIRONMENT_EDIT))

    @routes.get("/sites")
    def sites(request: Request, who: StaffMember = reader) -> Response:
        face = Face(screen="B4", title="title.staff", who=who, current="/sites")
        views = read_environment.sites(outside, who)
        rows = [(view, [_unit_row(row, frame.language(request)) for row in view.maps]) for view in views]
        return frame.render(request, "coach/sites.html", face, rows=rows, may_edit=_may_edit(who))

    @routes.get("/sites/new")
    def new(request: Request, who: StaffMember = editor) -> Response:
        return pages.form(request, who, SiteTexts(name=""))

    @routes.post("/sites/new")
    def add(request: Request, form: Sent, who: StaffMember = editor) -> Response:
        texts = _texts(form)
        try:
            site_id = save_site.add(outside, who, texts)
        except DomainError as error:
            return pages.form(request, who, texts, error=error)
        return RedirectResponse(f"/sites/{site_id}?notice=saved", status_code=SEE_OTHER)

    @routes.get("/sites/{site_id}")
    def one(request: Request, site_id: SiteId, who: StaffMember = reader) -> Response:
        return pages.site(request, who, read_environment.site(outside, who, site_id))

    @routes.get("/sites/{site_id}/edit")
    def edit(request: Request, site_id: SiteId, who: StaffMember = editor) -> Response:
        view = read_environment.site(outside, who, site_id)
        return pages.form(request, who, view.site.texts, view=view)

    @routes.post("/sites/{site_id}/edit")
    def change(request: Request, site_id: SiteId, form: Sent, who: StaffMember = editor) -> Response:
        view, texts = read_environment.site(outside, who, site_id), _texts(form)
        try:
            save_site.change(outside, who, site_id, texts, seen=form.raw("seen"))
        except DomainError as error:
            return pages.form(request, who, texts, view=view, error=error)
        return RedirectResponse(f"/sites/{site_id}?notice=saved", status_code=SEE_OTHER)


def _part_routes(routes: APIRouter, access: Access, pages: "_Pages") -> None:
    outside = pages.outside
    editor = Depends(access(Permission.ENVIRONMENT_EDIT))

    @routes.post("/sites/{site_id}/tasks")
    def add_task(request: Request, site_id: SiteId, form: Sent, who: StaffMember = editor) -> Response:
        try:
            change_tasks.add(outside, who, site_id, form.raw("task"))
        except DomainError as error:
            return pages.site(request, who, read_environment.site(outside, who, site_id), error=error, form=form)
        return RedirectResponse(f"/sites/{site_id}?notice=task_added#task", status_code=SEE_OTHER)

    @routes.get("/sites/{site_id}/tasks/{number}")
    def task(request: Request, site_id: SiteId, number: TaskNumber, who: StaffMember = editor) -> Response:
        return pages.task(request, who, site_id, number)

    @routes.post("/sites/{site_id}/tasks/{number}")
    def change_task(
        request: Request, site_id: SiteId, number: TaskNumber, form: Sent, who: StaffMember = editor
    ) -> Response:
        if form.raw("end"):
            change_tasks.end(outside, who, site_id, number)
            return RedirectResponse(f"/sites/{site_id}?notice=task_ended", status_code=SEE_OTHER)
        try:
            change_tasks.rename(outside, who, site_id, number, form.raw("name"))
        except DomainError as error:
            return pages.task(request, who, site_id, number, error=error, typed=form.raw("name"))
        return RedirectResponse(f"/sites/{site_id}?notice=task_renamed", status_code=SEE_OTHER)

    @routes.post("/sites/{site_id}/map")
    def start(request: Request, site_id: SiteId, form: Sent, who: StaffMember = editor) -> Response:
        view = read_environment.site(outside, who, site_id)
        try:
            unit = read_environment.unit_meant(outside, form.raw("unit"))
            save_matrix.start(outside, who, site_id, unit)
        except DomainError as error:
            return pages.site(request, who, view, error=error, form=form)
        return RedirectResponse(f"/sites/{site_id}/map/{unit}?notice=map_started", status_code=SEE_OTHER)


class _Pages:
    """The pages of this module."""

    def __init__(self, outside: Outside, frame: Frame) -> None:
        self.outside, self.frame = outside, frame

    def site(
        self,
        request: Request,
        who: StaffMember,
        view: SiteView,
        *,
        error: DomainError | None = None,
        form: Form | None = None,
    ) -> Response:
        t, language = self.frame.text(request), self.frame.language(request)
        notice = request.query_params.get("notice", "")
        endorsed = of_reports(self.outside, tuple(row.reports[0].id for row in view.maps if row.reports))
        face = Face(
            screen="B4",
            title="title.staff",
            who=who,
            current="/sites",
            notice=t(f"sites.notice.{notice}") if notice in NOTICES and error is None else None,
            errors=page_errors(t, error) if error is not None else (),
        )
        return self.frame.render(
            request,
            "coach/site.html",
            face,
            status=200 if error is None else 422,
            view=view,
            units=[
                _unit_row(row, language)
                | {"endorsed": told_views(endorsed[row.reports[0].id], language, t) if row.reports else ()}
                for row in view.maps
            ],
            warnings=warnings(view.site.texts),
            may_edit=_may_edit(who),
            typed=form.raw("task") if form is not None else "",
            typed_unit=form.raw("unit") if form is not None else "",
        )

    def form(
        self,
        request: Request,
        who: StaffMember,
        texts: SiteTexts,
        *,
        view: SiteView | None = None,
        error: DomainError | None = None,
    ) -> Response:
        t = self.frame.text(request)
        face = Face(screen="B4", title="title.staff", who=who, current="/sites", errors=_errors(t, error, texts))
        theirs = view.site.texts if view is not None and isinstance(error, EditedMeanwhileError) else None
        differing = [name for name in LENGTHS if theirs and getattr(theirs, name) != getattr(texts, name)]
        return self.frame.render(
            request,
            "coach/site_form.html",
            face,
            status=_status(error),
            texts=texts,
            view=view,
            theirs=theirs,
            differing=differing,
            lengths=LENGTHS,
        )

    def task(
        self,
        request: Request,
        who: StaffMember,
        site_id: str,
        number: int,
        *,
        error: DomainError | None = None,
        typed: str | None = None,
    ) -> Response:
        view = read_environment.site(self.outside, who, site_id)
        found = read_environment.task_of(view, number)
        t = self.frame.text(request)
        errors = page_errors(t, error) if error is not None else ()
        face = Face(screen="B4", title="title.staff", who=who, current="/sites", errors=errors)
        return self.frame.render(
            request,
            "coach/task.html",
            face,
            status=_status(error),
            view=view,
            task=found,
            typed=found.name if typed is None else typed,
        )


def _unit_row(row: MapRow, language: str) -> dict[str, object]:
    newest = row.reports[0] if row.reports else None
    return {
        "ref": str(row.unit),
        "name": shown(row.found.unit.name, language) if row.found else None,
        "number": row.unit.code.rpartition("_")[2],
        "register_number": row.found.qualification.register_number or "" if row.found else "",
        "at_work": row.at_work,
        "elsewhere": row.elsewhere,
        "open": row.open,
        "newest": newest,
        "until": whole_day(newest.ended_on or newest.valid_until, language) if newest else "",
    }


def _texts(form: Form) -> SiteTexts:
    values = {name: form.raw(name).replace("\r\n", "\n").strip() for name in LENGTHS}
    ticks = {name: form.ticked(name) for name in _TICKS}
    code, language = form.raw("municipality_code").strip(), form.raw("language")
    return SiteTexts(**values, **ticks, municipality_code=code, language=language)  # type: ignore[arg-type]


def _errors(t: Text, error: DomainError | None, texts: SiteTexts) -> tuple[PageError, ...]:
    """Errors of the form; one about a telling word names the word, which stands on this page only (PW2)."""
    if error is None:
        return ()
    faults = error.faults if isinstance(error, InvalidFormError) else (error,)
    found: list[PageError] = []
    for fault in faults:
        name = fault.pointer.strip("/")
        word = first_blocked(getattr(texts, name)) if isinstance(fault, TellingWordError) and name in PUBLIC else None
        if word is not None:
            found.append(PageError(text=t("sites.telling", word=word.word), field=name))
        else:
            found.extend(page_errors(t, fault))
    return tuple(found)


def _status(error: DomainError | None) -> int:
    if error is None:
        return 200
    return 409 if isinstance(error, EditedMeanwhileError) else 422


def _may_edit(who: StaffMember) -> bool:
    return who.may(Permission.ENVIRONMENT_EDIT)
