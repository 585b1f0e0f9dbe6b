"""Screen B19 and the acts of B20: how far a batch is, pause, go on, retry, copy, the list of what failed."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import JSONResponse, Response

from issuer.domain.batch_table import write_table
from issuer.domain.errors import DomainError
from issuer.domain.permissions import Permission, StaffMember
from issuer.i18n import moment
from issuer.pages.access import Access
from issuer.pages.coach.batch_parts import CURRENT, BatchId, csv_file, to, unit_name
from issuer.pages.forms import page_errors
from issuer.pages.frame import Face, Frame
from issuer.pages.signed_in import SessionCookie
from issuer.services.batches import copy_batch, show_batch, steer_batch
from issuer.services.batches.show_batch import PAGE
from issuer.services.outside import Outside
from verifier.templating import Text

_NOTICES = frozenset({"sent", "queued", "paused", "going_on", "retried"})
_KNOWN = frozenset(
    {"person.unknown", "person.not_active", "observation.none", "agreement.none", "badge.given", "site.no_report",
     "site.not_covered", "day.outside", "batch.cells_gone", "badge.attempts"}
)  # fmt: skip


def router(outside: Outside, frame: Frame, cookie: SessionCookie) -> APIRouter:
    """Return the routes ``/batches/{id}`` and the acts under it."""
    routes = APIRouter(include_in_schema=False)
    drafter = Depends(Access(outside, cookie)(Permission.BATCH))

    @routes.get("/batches/{batch_id}")
    def progress(
        request: Request, batch_id: BatchId, page: Annotated[int, Query(ge=0, le=1000)] = 0, who: StaffMember = drafter
    ) -> Response:
        return _progress((outside, frame), request, who, batch_id, page=page)

    @routes.get("/batches/{batch_id}/progress")
    def counts(batch_id: BatchId, who: StaffMember = drafter) -> Response:
        """What the page's script asks for while it is open."""
        view = show_batch.batch(outside, batch_id, who.institution_id)
        return JSONResponse({"state": view.record.state, "ended": view.ended, "total": view.total})

    @routes.post("/batches/{batch_id}/pause")
    def pause(request: Request, batch_id: BatchId, who: StaffMember = drafter) -> Response:
        return _acted(request, who, batch_id, "pause")

    @routes.post("/batches/{batch_id}/go-on")
    def go_on(request: Request, batch_id: BatchId, who: StaffMember = drafter) -> Response:
        return _acted(request, who, batch_id, "go_on")

    @routes.post("/batches/{batch_id}/retry")
    def retry(request: Request, batch_id: BatchId, who: StaffMember = drafter) -> Response:
        return _acted(request, who, batch_id, "retry")

    @routes.post("/batches/{batch_id}/copy")
    def copy(request: Request, batch_id: BatchId, who: StaffMember = drafter) -> Response:
        try:
            made = copy_batch.copy(outside, who, batch_id)
        except DomainError as error:
            return _progress((outside, frame), request, who, batch_id, error=error)
        return to(f"/batches/{made}/columns")

    @routes.get("/batches/{batch_id}/failures.csv")
    def failures(request: Request, batch_id: BatchId, who: StaffMember = drafter) -> Response:
        t = frame.text(request)
        show_batch.batch(outside, batch_id, who.institution_id)
        rows = [[str(number), _why(t, code)] for number, code in show_batch.failures(outside, batch_id)]
        return csv_file(write_table([[t("batch.csv.row"), t("batch.csv.what")], *rows]), "epaonnistuneet.csv")

    def _acted(request: Request, who: StaffMember, batch_id: str, act: str) -> Response:
        notice = {"pause": "paused", "go_on": "going_on", "retry": "retried"}[act]
        try:
            doing = {"pause": steer_batch.pause, "go_on": steer_batch.go_on, "retry": steer_batch.retry}[act]
            doing(outside, batch_id, institution_id=who.institution_id, actor=who.actor)
        except DomainError as error:
            return _progress((outside, frame), request, who, batch_id, error=error)
        return to(f"/batches/{batch_id}?notice={notice}")

    return routes


def _why(t: Text, code: str) -> str:
    return t(f"batch.failure.{code if code in _KNOWN else 'other'}")


def _progress(
    world: tuple[Outside, Frame],
    request: Request,
    who: StaffMember,
    batch_id: str,
    *,
    page: int = 0,
    error: DomainError | None = None,
) -> Response:
    outside, frame = world
    t, language = frame.text(request), frame.language(request)
    view = show_batch.batch(outside, batch_id, who.institution_id)
    record = view.record
    if record.state in {"columns", "repair"}:
        return to(f"/batches/{batch_id}/{record.state}")
    states = ("issued", "failed", "waiting", "returned", "left_out", "review", "approved")
    rows = show_batch.row_views(outside, who, batch_id, states=states, offset=page * PAGE)
    notice = request.query_params.get("notice", "")
    face = Face(
        screen="B19",
        title="title.staff",
        who=who,
        current=CURRENT,
        notice=t(f"batch.notice.{notice}") if notice in _NOTICES else None,
        errors=page_errors(t, error) if error is not None else (),
    )
    return frame.render(
        request,
        "batch/progress.html",
        face,
        status=422 if error is not None else 200,
        view=view,
        unit=unit_name(view, language),
        created=moment(record.created_at, language),
        rows=[(row, _why(t, row.row.failure) if row.row.failure else "") for row in rows],
        page_number=page,
        more=sum(view.counts.get(state, 0) for state in states) > (page + 1) * PAGE,
        may_review=who.id == record.reviewer_id,
        copyable=sum(view.counts.get(state, 0) for state in ("left_out", "returned", "failed")),
    )
