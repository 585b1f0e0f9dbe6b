"""Screens B15, B16 and B20: choosing what a batch is about, its table, the meaning of its columns; earlier batches."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from issuer.domain.batch_table import HEADINGS, MOST_BYTES, Table, TableError, read_table, read_text, requirement_field
from issuer.domain.errors import DomainError, InvalidRequestError
from issuer.domain.permissions import Permission, StaffMember
from issuer.domain.unit_ref import UnitRef
from issuer.i18n import content_language, moment
from issuer.pages.access import Access
from issuer.pages.catalogue_text import shown
from issuer.pages.coach.batch_parts import CURRENT, STEPS, BatchId, Sent, csv_file, to, unit_name
from issuer.pages.forms import Form, page_errors
from issuer.pages.frame import Face, Frame
from issuer.pages.signed_in import SessionCookie
from issuer.services.batches import batch_choices, choose_columns, show_batch, start_batch
from issuer.services.batches.start_batch import BatchPlace
from issuer.services.outside import Outside
from verifier.templating import PageError, Text

_SAMPLES = 6
_MOST_PASTED = 4 * MOST_BYTES  # as it travels: what is too long is told by the table, not by the form


def router(outside: Outside, frame: Frame, cookie: SessionCookie) -> APIRouter:
    """Return the routes ``/batches``, ``/batches/new``, tables to fill in, and ``/batches/{id}/columns``."""
    routes = APIRouter(include_in_schema=False)
    access = Access(outside, cookie)
    _file_routes(routes, access, outside, frame)
    _column_routes(routes, access, outside, frame)
    return routes


def _file_routes(routes: APIRouter, access: Access, outside: Outside, frame: Frame) -> None:
    drafter = Depends(access(Permission.BATCH))

    @routes.get("/batches")
    def history(request: Request, who: StaffMember = drafter) -> Response:
        language = frame.language(request)
        rows = [
            (view, unit_name(view, language), moment(view.record.created_at, language))
            for view in show_batch.batches(outside, who.institution_id)
        ]
        face = Face(screen="B20", title="title.staff", who=who, current=CURRENT)
        return frame.render(request, "batch/history.html", face, rows=rows)

    @routes.get("/batches/new")
    def new(request: Request, who: StaffMember = drafter) -> Response:
        return _new_page((outside, frame), request, who, {})

    @routes.get("/batches/table.csv")
    def empty(unit: str = "", names: str = "", who: StaffMember = drafter) -> Response:
        data = batch_choices.table(outside, who, UnitRef.read(unit.partition("@")[0]), with_people=bool(names))
        return csv_file(data, "taulukko.csv")

    @routes.get("/batches/numbers.csv")
    def numbers(request: Request, unit: str = "", _who: StaffMember = drafter) -> Response:
        language = content_language(frame.language(request))
        return csv_file(batch_choices.key_sheet(outside, UnitRef.read(unit.partition("@")[0]), language), "numerot.csv")

    @routes.post("/batches/new")
    def begin(request: Request, sent: Annotated[_Sent, Depends(_posted_table)], who: StaffMember = drafter) -> Response:
        form = sent.form
        typed = {name: form.raw(name) for name in ("place", "reviewer", "rows")}
        try:
            form.text("place")
            form.text("reviewer")
            form.check()
            unit, _, site_id = typed["place"].partition("@")
            place = BatchPlace(unit=UnitRef.read(unit), site_id=site_id, reviewer_id=typed["reviewer"])
            table, name = _table(sent)
            batch_id = start_batch.start(outside, who, place, table, file_name=name)
        except DomainError as error:
            return _new_page((outside, frame), request, who, typed, error=error)
        return to(f"/batches/{batch_id}/columns")


def _column_routes(routes: APIRouter, access: Access, outside: Outside, frame: Frame) -> None:
    drafter = Depends(access(Permission.BATCH))

    @routes.get("/batches/{batch_id}/columns")
    def columns(request: Request, batch_id: BatchId, who: StaffMember = drafter) -> Response:
        return _columns_page((outside, frame), request, who, batch_id)

    @routes.post("/batches/{batch_id}/columns")
    def choose(request: Request, batch_id: BatchId, form: Sent, who: StaffMember = drafter) -> Response:
        view = show_batch.batch(outside, batch_id, who.institution_id)
        chosen = [form.raw(f"column-{at}") or None for at in range(len(view.record.mapping))]
        heading = form.raw("heading") == "yes"
        try:
            first = show_batch.first_rows(outside, batch_id, who.institution_id, limit=1)
            kept = first[0][1] if heading and form.ticked("keep") and first else ()
            choose_columns.choose(outside, who, batch_id, chosen, has_heading=heading, headings=kept)
        except DomainError as error:
            return _columns_page((outside, frame), request, who, batch_id, typed=(chosen, heading), error=error)
        return to(f"/batches/{batch_id}/repair")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sent:
    """The form of B15; `data` are the bytes of its file, empty for none."""

    form: Form
    data: bytes
    file_name: str


async def _posted_table(request: Request) -> _Sent:
    """Read the form with a table pasted into one field, which may be long, and close its file."""
    async with request.form(max_fields=20, max_files=1, max_part_size=_MOST_PASTED) as data:
        form = Form(data)
        file = form.file("file")
        content = await file.read(MOST_BYTES + 1) if file is not None else b""
        return _Sent(form=form, data=content, file_name=(file.filename or "") if file is not None else "")


def _table(sent: _Sent) -> tuple[Table, str]:
    """The uploaded file, or else what was pasted."""
    if sent.data:
        return read_table(sent.data), sent.file_name
    pasted = sent.form.raw("rows")
    if not pasted.strip():
        raise InvalidRequestError(code="batch.empty", pointer="/rows")
    return read_text(pasted), ""


def _errors(t: Text, error: DomainError | None) -> tuple[PageError, ...]:
    if error is None:
        return ()
    if isinstance(error, TableError):
        words = t(f"error.{error.code}", row=error.row, column=error.column)
        return (PageError(text=words, field="rows"),)
    return page_errors(t, error)


def _new_page(
    world: tuple[Outside, Frame],
    request: Request,
    who: StaffMember,
    typed: dict[str, str],
    *,
    error: DomainError | None = None,
) -> Response:
    outside, frame = world
    t, language = frame.text(request), frame.language(request)
    found = batch_choices.choices(outside, who)
    places = []
    for one in found.places:
        name, degree = shown(one.found.unit.name, language), shown(one.found.qualification.name, language)
        places.append((f"{one.unit}@{one.site_id}", f"{name.text} ({degree.text}) – {one.site_name}"))
    face = Face(screen="B15", title="title.staff", who=who, current=CURRENT, errors=_errors(t, error))
    return frame.render(
        request,
        "batch/new.html",
        face,
        status=422 if error is not None else 200,
        steps=STEPS,
        step=0,
        places=places,
        reviewers=[(one, name or t("batch.nameless")) for one, name in found.reviewers],
        typed=typed,
    )


def _columns_page(
    world: tuple[Outside, Frame],
    request: Request,
    who: StaffMember,
    batch_id: str,
    *,
    typed: tuple[list[str | None], bool] | None = None,
    error: DomainError | None = None,
) -> Response:
    outside, frame = world
    t, language = frame.text(request), frame.language(request)
    view = show_batch.batch(outside, batch_id, who.institution_id)
    if view.record.state not in {"columns", "repair"}:
        return to(f"/batches/{batch_id}")
    rows = show_batch.first_rows(outside, batch_id, who.institution_id, limit=_SAMPLES)
    now, has_heading = typed if typed is not None else (list(view.record.mapping), view.record.has_header)
    count = len(view.unit.requirements) if view.unit is not None else 0
    fields = [(field, t(f"batch.field.{field}")) for field in HEADINGS]
    fields += [(field, field) for field in map(requirement_field, range(1, count + 1))]
    columns = []
    for at, field in enumerate(now):
        cells = [cells[at] for _, cells in rows]
        samples = [cell for cell in (cells[1:] if has_heading else cells) if cell][:5]
        columns.append((at, field, cells[0] if has_heading else "", samples))
    face = Face(screen="B16", title="title.staff", who=who, current=CURRENT, errors=_errors(t, error))
    return frame.render(
        request,
        "batch/columns.html",
        face,
        status=422 if error is not None else 200,
        steps=STEPS,
        step=1,
        view=view,
        unit=unit_name(view, language),
        columns=columns,
        fields=fields,
        has_heading=has_heading,
        rows=sum(view.counts.get(state, 0) for state in ("open", "removed")) - has_heading,
    )
