"""Screens B17 and B18: mending the rows of a batch in the page, and sending the sound ones on."""

from dataclasses import dataclass

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from issuer.domain.batch_check import Problem
from issuer.domain.batch_table import CONTACT, DAY, LANGUAGE, NARRATIVE, PERSON
from issuer.domain.errors import DomainError
from issuer.domain.permissions import Permission, StaffMember
from issuer.i18n import whole_day
from issuer.pages.access import Access
from issuer.pages.catalogue_text import shown
from issuer.pages.coach.batch_parts import (
    CURRENT,
    STEPS,
    BatchId,
    RowNumber,
    Sent,
    classes,
    csv_file,
    fault_rows,
    fault_text,
    to,
    unit_name,
)
from issuer.pages.forms import page_errors
from issuer.pages.frame import Face, Frame
from issuer.pages.signed_in import SessionCookie
from issuer.services.batches import mend_row, send_to_review, show_batch
from issuer.services.batches.mend_row import RowChangedError
from issuer.services.batches.show_batch import PAGE, RowView
from issuer.services.outside import Outside
from verifier.templating import Text

_TYPED = (PERSON, LANGUAGE, DAY, NARRATIVE, CONTACT)  # fields that are mended by writing; v-columns by a button
_NOTICES = frozenset({"mended", "removed", "put_back"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One row to mend.

    Attributes:
        faults: (field, what to do), each told once.
        inputs: (field, value) of the fields to write.
        untick: v-columns that can be taken out by a button.
        person: what is written in the person's column.
        suggestion: number that may be meant.
        theirs: what a colleague wrote meanwhile, by field; the values in `inputs` are ours then.
    """

    view: RowView
    revision: int
    faults: tuple[tuple[str, str], ...]
    inputs: tuple[tuple[str, str], ...]
    untick: tuple[str, ...]
    person: str
    suggestion: str | None
    observe: bool
    theirs: dict[str, str] | None = None


def router(outside: Outside, frame: Frame, cookie: SessionCookie) -> APIRouter:
    """Return the routes ``/batches/{id}/repair``, ``…/rows/{number}``, ``…/problems.csv``, ``…/confirm``."""
    routes = APIRouter(include_in_schema=False)
    access, pages = Access(outside, cookie), _Pages(outside, frame)
    _repair_routes(routes, access, pages)
    _confirm_routes(routes, access, pages)
    return routes


def _repair_routes(routes: APIRouter, access: Access, pages: "_Pages") -> None:
    outside, drafter = pages.outside, Depends(access(Permission.BATCH))

    @routes.get("/batches/{batch_id}/repair")
    def repair(request: Request, batch_id: BatchId, who: StaffMember = drafter) -> Response:
        return pages.repair(request, who, batch_id)

    @routes.post("/batches/{batch_id}/rows/{number}")
    def mend(
        request: Request, batch_id: BatchId, number: RowNumber, form: Sent, who: StaffMember = drafter
    ) -> Response:
        wanted = {field: form.raw(field).strip() for field in _TYPED if field in form.data}
        act, _, value = form.raw("act").partition(":")
        if act == "untick":
            wanted = {value: ""}
        elif act == "person":
            wanted = {PERSON: value}
        try:
            revision = form.number("revision", least=1, most=1_000_000)
            form.check()
            mend_row.mend(outside, who, batch_id, number, wanted, revision=revision or 0)
        except DomainError as error:
            return pages.repair(request, who, batch_id, error=error, mine=(number, wanted))
        return _back(batch_id, form.raw("problem"), "mended")

    @routes.post("/batches/{batch_id}/rows/{number}/remove")
    def remove(batch_id: BatchId, number: RowNumber, form: Sent, who: StaffMember = drafter) -> Response:
        mend_row.take_out(outside, who, batch_id, number)
        return _back(batch_id, form.raw("problem"), "removed")

    @routes.post("/batches/{batch_id}/rows/{number}/back")
    def put_back(batch_id: BatchId, number: RowNumber, form: Sent, who: StaffMember = drafter) -> Response:
        mend_row.put_back(outside, who, batch_id, number)
        return _back(batch_id, form.raw("problem"), "put_back")

    @routes.get("/batches/{batch_id}/problems.csv")
    def problems(request: Request, batch_id: BatchId, who: StaffMember = drafter) -> Response:
        numbers = show_batch.faulty_numbers(outside, batch_id, who.institution_id, problem=None)
        views: list[RowView] = []
        for start in range(0, len(numbers), PAGE):
            views += show_batch.row_views(outside, who, batch_id, numbers=numbers[start : start + PAGE])
        return csv_file(fault_rows(pages.frame.text(request), views), "korjattavat.csv")


def _back(batch_id: str, problem: str, notice: str) -> Response:
    """To the next problem of the class that is being mended; its heading takes the focus there."""
    kept = f"&problem={problem}" if problem in set(Problem) else ""
    return to(f"/batches/{batch_id}/repair?notice={notice}{kept}#next")


def _confirm_routes(routes: APIRouter, access: Access, pages: "_Pages") -> None:
    outside, drafter = pages.outside, Depends(access(Permission.BATCH))

    @routes.get("/batches/{batch_id}/confirm")
    def confirm(request: Request, batch_id: BatchId, who: StaffMember = drafter) -> Response:
        return pages.confirm(request, who, batch_id)

    @routes.post("/batches/{batch_id}/confirm")
    def send(request: Request, batch_id: BatchId, form: Sent, who: StaffMember = drafter) -> Response:
        try:
            expected = form.number("rows", least=1, most=1_000_000)
            form.check()
            send_to_review.send(outside, who, batch_id, expected=expected or 0)
        except DomainError as error:
            return pages.confirm(request, who, batch_id, error=error)
        return to(f"/batches/{batch_id}?notice=sent")


class _Pages:
    """Renders the pages of this step."""

    def __init__(self, outside: Outside, frame: Frame) -> None:
        self.outside, self.frame = outside, frame

    def repair(
        self,
        request: Request,
        who: StaffMember,
        batch_id: str,
        *,
        error: DomainError | None = None,
        mine: tuple[int, dict[str, str]] | None = None,
    ) -> Response:
        t, language = self.frame.text(request), self.frame.language(request)
        view = show_batch.batch(self.outside, batch_id, who.institution_id)
        if view.record.state != "repair":
            return to(f"/batches/{batch_id}")
        problem = request.query_params.get("problem", "")
        problem = problem if problem in set(Problem) else ""
        numbers = show_batch.faulty_numbers(self.outside, batch_id, who.institution_id, problem=problem or None)
        if mine is not None and mine[0] not in numbers[:PAGE]:
            numbers = [mine[0], *numbers]
        rows = show_batch.row_views(self.outside, who, batch_id, numbers=numbers[:PAGE]) if numbers else []
        known = show_batch.active_numbers(self.outside, who.institution_id)
        cards = [_card(t, row, show_batch.suggestion(row, known), error, mine) for row in rows]
        removed = show_batch.removed_numbers(self.outside, view.record)
        notice = request.query_params.get("notice", "")
        face = Face(
            screen="B17",
            title="title.staff",
            who=who,
            current=CURRENT,
            notice=t(f"batch.notice.{notice}", left=view.faulty) if notice in _NOTICES else None,
            errors=page_errors(t, error) if error is not None else (),
        )
        return self.frame.render(
            request,
            "batch/repair.html",
            face,
            status=422 if error is not None else 200,
            steps=STEPS,
            step=2,
            view=view,
            unit=unit_name(view, language),
            classes=classes(t, view),
            problem=problem,
            cards=cards,
            more=max(0, len(numbers) - PAGE),
            removed=removed,
        )

    def confirm(
        self, request: Request, who: StaffMember, batch_id: str, *, error: DomainError | None = None
    ) -> Response:
        t, language = self.frame.text(request), self.frame.language(request)
        view = show_batch.batch(self.outside, batch_id, who.institution_id)
        if view.record.state != "repair":
            return to(f"/batches/{batch_id}")
        offset = _page(request) * PAGE
        sound = show_batch.sound_numbers(self.outside, view.record)
        numbers = sound[offset : offset + PAGE]
        rows = show_batch.row_views(self.outside, who, batch_id, numbers=numbers) if numbers else []
        left = show_batch.faulty_numbers(self.outside, batch_id, who.institution_id, problem=None)
        requirements = view.unit.requirements if view.unit is not None else ()
        face = Face(
            screen="B18",
            title="title.staff",
            who=who,
            current=CURRENT,
            errors=page_errors(t, error) if error is not None else (),
        )
        return self.frame.render(
            request,
            "batch/confirm.html",
            face,
            status=422 if error is not None else 200,
            steps=STEPS,
            step=3,
            view=view,
            unit=unit_name(view, language),
            rows=[(row, whole_day(row.row.day, language) if row.row.day else "") for row in rows],
            left=left[:200],
            left_count=len(left),
            page_number=offset // PAGE,
            more=view.sound > offset + PAGE,
            requirements=[(one.position, shown(one.text, language)) for one in requirements],
        )


def _page(request: Request) -> int:
    typed = request.query_params.get("page", "0")
    return min(int(typed), 1_000) if typed.isascii() and typed.isdigit() and len(typed) < 5 else 0  # noqa: PLR2004


def _card(
    t: Text,
    row: RowView,
    suggestion: int | None,
    error: DomainError | None,
    mine: tuple[int, dict[str, str]] | None,
) -> Card:
    faults = tuple(
        dict.fromkeys((field, fault_text(t, cause, field, row.cells)) for _, cause, field in row.row.problems)
    )
    fields = dict.fromkeys(field for field, _ in faults)
    typed = {field: row.cells[field] for field in _TYPED if field in fields and field in row.cells}
    theirs = None
    if mine is not None and mine[0] == row.row.number:
        if isinstance(error, RowChangedError):
            theirs = {field: error.theirs.get(field, "") for field in mine[1]}
        typed |= mine[1]
    observe = any(problem == Problem.NO_OBSERVATION for problem, _, _ in row.row.problems)
    return Card(
        view=row,
        revision=row.row.revision,
        faults=faults,
        inputs=tuple(typed.items()),
        untick=tuple(field for field in fields if field.startswith("v")),
        person=row.cells.get(PERSON, ""),
        suggestion=f"{suggestion:03d}" if suggestion is not None else None,
        observe=observe and row.row.person_id is not None,
        theirs=theirs,
    )
