"""Screen B4, second half: the matrix of one unit on one site, drawn as a table or filled in task by task."""

import re
from collections import defaultdict
from collections.abc import Collection
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request
from fastapi.responses import RedirectResponse, Response

from issuer.domain.errors import DomainError, InvalidRequestError
from issuer.domain.permissions import Permission, StaffMember
from issuer.domain.recognition_rules import standing
from issuer.domain.unit_ref import UnitRef
from issuer.i18n import whole_day
from issuer.pages.access import Access
from issuer.pages.catalogue_text import credits_text, groups, shown, threshold
from issuer.pages.coach.matrix_conflict import conflict_rows
from issuer.pages.coach.sites import SEE_OTHER, Sent, SiteId, TaskNumber
from issuer.pages.forms import page_errors
from issuer.pages.frame import Face, Frame
from issuer.pages.signed_in import SessionCookie
from issuer.services.environments import read_environment, save_matrix
from issuer.services.environments.read_environment import EditedMeanwhileError, MatrixView
from issuer.services.outside import Outside

UnitPath = Annotated[str, Path(max_length=40)]
MOST_CELLS = 1_800  # more than these are filled in task by task only: a form has its bound
NOTICES = frozenset({"map_started", "saved", "copied", "published", "ended", "recogniser", "invited", "renewed"})
_CELL = re.compile(r"(\d{1,6})-(\d{1,6})", re.ASCII)
Cells = dict[int, set[int]]


def router(outside: Outside, frame: Frame, cookie: SessionCookie) -> APIRouter:
    """Return the routes ``/sites/{id}/map/{unit}…`` of staff that read and tick."""
    routes = APIRouter(include_in_schema=False)
    access, pages = Access(outside, cookie), _Pages(outside, frame)
    reader, editor = Depends(access(Permission.ENVIRONMENT_READ)), Depends(access(Permission.ENVIRONMENT_EDIT))

    @routes.get("/sites/{site_id}/map/{unit}")
    def matrix(request: Request, site_id: SiteId, unit: UnitPath, who: StaffMember = reader) -> Response:
        return pages.matrix(request, who, read_environment.matrix(outside, who, site_id, UnitRef.read(unit)))

    @routes.post("/sites/{site_id}/map/{unit}")
    def save(request: Request, site_id: SiteId, unit: UnitPath, form: Sent, who: StaffMember = editor) -> Response:
        place = (site_id, UnitRef.read(unit))
        view = read_environment.matrix(outside, who, *place)
        shown_tasks = set(_numbers(form.many("task")))
        try:
            cells = _cells(form.many("cell"))
            ticks = {number: cells.get(number, set()) for number in shown_tasks}
            elsewhere = set(_numbers(form.many("elsewhere")))
            save_matrix.save(outside, who, place, seen=form.raw("seen"), ticks=ticks, elsewhere=elsewhere)
        except EditedMeanwhileError:
            return pages.conflict(request, who, view, ticks, elsewhere)
        except InvalidRequestError as error:
            return pages.matrix(request, who, view, error=error)
        return RedirectResponse(f"/sites/{site_id}/map/{unit}?notice=saved", status_code=SEE_OTHER)

    @routes.get("/sites/{site_id}/map/{unit}/tasks/{number}")
    def task(
        request: Request, site_id: SiteId, unit: UnitPath, number: TaskNumber, who: StaffMember = editor
    ) -> Response:
        view = read_environment.matrix(outside, who, site_id, UnitRef.read(unit))
        return pages.ticks(request, who, view, number)

    @routes.post("/sites/{site_id}/map/{unit}/tasks/{number}")
    def save_task(
        request: Request, site_id: SiteId, unit: UnitPath, number: TaskNumber, form: Sent, who: StaffMember = editor
    ) -> Response:
        place = (site_id, UnitRef.read(unit))
        view = read_environment.matrix(outside, who, *place)
        positions = set(_numbers(form.many("requirement")))
        try:
            save_matrix.save(outside, who, place, seen=form.raw("seen"), ticks={number: positions})
        except EditedMeanwhileError:
            return pages.conflict(request, who, view, {number: positions}, None)
        except InvalidRequestError as error:
            return pages.ticks(request, who, view, number, error=error, positions=positions)
        return RedirectResponse(f"/sites/{site_id}/map/{unit}?notice=saved", status_code=SEE_OTHER)

    _more_routes(routes, access, pages)
    return routes


def _more_routes(routes: APIRouter, access: Access, pages: "_Pages") -> None:
    outside, editor = pages.outside, Depends(access(Permission.ENVIRONMENT_EDIT))

    @routes.get("/sites/{site_id}/map/{unit}/elsewhere")
    def away(request: Request, site_id: SiteId, unit: UnitPath, who: StaffMember = editor) -> Response:
        view = read_environment.matrix(outside, who, site_id, UnitRef.read(unit))
        return pages.ticks(request, who, view, None)

    @routes.post("/sites/{site_id}/map/{unit}/elsewhere")
    def save_away(request: Request, site_id: SiteId, unit: UnitPath, form: Sent, who: StaffMember = editor) -> Response:
        place = (site_id, UnitRef.read(unit))
        view = read_environment.matrix(outside, who, *place)
        positions = set(_numbers(form.many("requirement")))
        try:
            save_matrix.save(outside, who, place, seen=form.raw("seen"), elsewhere=positions)
        except EditedMeanwhileError:
            return pages.conflict(request, who, view, {}, positions)
        except InvalidRequestError as error:
            return pages.ticks(request, who, view, None, error=error, positions=positions)
        return RedirectResponse(f"/sites/{site_id}/map/{unit}?notice=saved", status_code=SEE_OTHER)

    @routes.post("/sites/{site_id}/map/{unit}/copy")
    def copy(request: Request, site_id: SiteId, unit: UnitPath, form: Sent, who: StaffMember = editor) -> Response:
        place = (site_id, UnitRef.read(unit))
        view = read_environment.matrix(outside, who, *place)
        try:
            save_matrix.copy(outside, who, place, source_site_id=form.raw("source"))
        except DomainError as error:
            known = InvalidRequestError(code="form.choice", pointer="/source") if error.code == "not_found" else error
            return pages.matrix(request, who, view, error=known)
        return RedirectResponse(f"/sites/{site_id}/map/{unit}?notice=copied", status_code=SEE_OTHER)


class _Pages:
    """The pages of this module."""

    def __init__(self, outside: Outside, frame: Frame) -> None:
        self.outside, self.frame = outside, frame

    def matrix(
        self, request: Request, who: StaffMember, view: MatrixView, *, error: DomainError | None = None
    ) -> Response:
        t, language = self.frame.text(request), self.frame.language(request)
        notice = request.query_params.get("notice", "")
        face = Face(
            screen="B4",
            title="title.staff",
            who=who,
            current="/sites",
            notice=t(f"matrix.notice.{notice}") if notice in NOTICES and error is None else None,
            errors=page_errors(t, error) if error is not None else (),
        )
        others = [
            (other.site.id, other.site.name)
            for other in read_environment.sites(self.outside, who)
            if other.site.id != view.site.id and any(row.unit == view.unit for row in other.maps)
        ]
        return self.frame.render(
            request,
            "coach/matrix.html",
            face,
            status=200 if error is None else 422,
            **_values(view, language),
            others=others,
            drawn=len(view.tasks) * len(view.found.unit.requirements) <= MOST_CELLS,
            may_edit=who.may(Permission.ENVIRONMENT_EDIT),
            may_publish=who.may(Permission.ENVIRONMENT_PUBLISH),
            reports=[
                (one, whole_day(one.published_on, language), whole_day(one.ended_on or one.valid_until, language))
                for one in view.reports
            ],
        )

    def ticks(
        self,
        request: Request,
        who: StaffMember,
        view: MatrixView,
        number: int | None,
        *,
        error: DomainError | None = None,
        positions: Collection[int] | None = None,
    ) -> Response:
        """One task's ticks, or with no task what is learned elsewhere."""
        t, language = self.frame.text(request), self.frame.language(request)
        task = view.task(number) if number is not None else None
        unit_map = view.unit_map
        kept = unit_map.ticks.get(task.id, frozenset()) if task is not None else unit_map.elsewhere
        face = Face(
            screen="B4",
            title="title.staff",
            who=who,
            current="/sites",
            errors=page_errors(t, error) if error is not None else (),
        )
        return self.frame.render(
            request,
            "coach/matrix_task.html",
            face,
            status=200 if error is None else 422,
            **_values(view, language),
            task=task,
            ticked=positions
            if positions is not None
            else {view.positions[key] for key in kept if key in view.positions},
        )

    def conflict(
        self, request: Request, who: StaffMember, view: MatrixView, ticks: Cells, elsewhere: Collection[int] | None
    ) -> Response:
        """Both versions side by side; nothing was saved and nothing typed is lost."""
        language = self.frame.language(request)
        view = read_environment.matrix(self.outside, who, view.site.id, view.unit)
        face = Face(screen="B4", title="title.staff", who=who, current="/sites")
        rows = conflict_rows(view, ticks, elsewhere, language)
        return self.frame.render(
            request,
            "coach/matrix_conflict.html",
            face,
            status=409,
            **_values(view, language),
            conflict=rows,
        )


def _values(view: MatrixView, language: str) -> dict[str, object]:
    unit, qualification = view.found.unit, view.found.qualification
    at_work, elsewhere = standing(unit, view.unit_map, [task.id for task in view.tasks])
    ticks = {task.number: view.unit_map.ticks.get(task.id, frozenset()) for task in view.tasks}
    return {
        "site": view.site,
        "tasks": view.tasks,
        "unit": unit,
        "unit_name": shown(unit.name, language),
        "qualification": qualification,
        "credits": credits_text(unit.credits_min, unit.credits_max),
        "base": f"/sites/{view.site.id}/map/{view.unit}",
        "seen": view.unit_map.seen,
        "groups": groups(unit.requirements, language),
        "criteria": threshold(unit.threshold, language),
        "threshold_of": {one.key: threshold(one.threshold, language) for one in unit.requirements if one.threshold},
        "ticks": ticks,
        "elsewhere": elsewhere,
        "at_work": at_work,
        "count_of": {one.key: sum(one.key in keys for keys in ticks.values()) for one in unit.requirements},
        "open_count": len(unit.requirements) - len(at_work | elsewhere),
    }


def _cells(values: Collection[str]) -> Cells:
    found: Cells = defaultdict(set)
    for value in values:
        cell = _CELL.fullmatch(value)
        if cell is None:
            raise InvalidRequestError(code="requirement.unknown", pointer="/matrix")
        found[int(cell[1])].add(int(cell[2]))
    return found


def _numbers(values: Collection[str]) -> list[int]:
    """Whole numbers; what is none becomes 0, which no requirement and no task has."""
    return [int(value[:9]) if value.isascii() and value.isdigit() else 0 for value in values]
