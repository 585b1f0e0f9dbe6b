"""Screen B13 for batches: the second pair of eyes looks at rows, approves or returns them, and confirms by passkey."""

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from issuer.domain.errors import DomainError
from issuer.domain.permissions import Permission, StaffMember
from issuer.i18n import whole_day
from issuer.pages.access import Access
from issuer.pages.catalogue_text import shown
from issuer.pages.coach.batch_parts import CURRENT, BatchId, RowNumber, Sent, to, unit_name
from issuer.pages.forms import page_errors
from issuer.pages.frame import Face, Frame
from issuer.pages.signed_in import SessionCookie
from issuer.services.batches import approve_batch, review_rows, show_batch
from issuer.services.batches.show_batch import PAGE
from issuer.services.outside import Outside

_NOTICES = frozenset({"approved", "returned", "rest"})
_UNDER = ("review", "approved", "returned")


def router(outside: Outside, frame: Frame, cookie: SessionCookie) -> APIRouter:
    """Return the routes ``/batches/{id}/review…``."""
    routes = APIRouter(include_in_schema=False)
    reviewer = Depends(Access(outside, cookie)(Permission.DRAFT_REVIEW))

    @routes.get("/batches/{batch_id}/review")
    def overview(request: Request, batch_id: BatchId, who: StaffMember = reviewer) -> Response:
        return _overview(outside, frame, request, who, batch_id)

    @routes.post("/batches/{batch_id}/review/rest")
    def rest(request: Request, batch_id: BatchId, who: StaffMember = reviewer) -> Response:
        try:
            review_rows.approve_rest(outside, who, batch_id)
        except DomainError as error:
            return _overview(outside, frame, request, who, batch_id, error=error)
        return to(f"/batches/{batch_id}/review?notice=rest")

    @routes.post("/batches/{batch_id}/approve")
    def approve(request: Request, batch_id: BatchId, form: Sent, who: StaffMember = reviewer) -> Response:
        try:
            approve_batch.approve(outside, who, batch_id, form.raw("assertion"))
        except DomainError as error:
            return _overview(outside, frame, request, who, batch_id, error=error)
        return to(f"/batches/{batch_id}?notice=queued")

    @routes.get("/batches/{batch_id}/review/{number}")
    def one(request: Request, batch_id: BatchId, number: RowNumber, who: StaffMember = reviewer) -> Response:
        t, language = frame.text(request), frame.language(request)
        view = show_batch.batch(outside, batch_id, who.institution_id)
        row, entry = review_rows.open_row(outside, who, batch_id, number)
        requirements = {one.position: one for one in view.unit.requirements} if view.unit is not None else {}
        face = Face(screen="B13", title="title.staff", who=who, current=CURRENT)
        return frame.render(
            request,
            "batch/review_row.html",
            face,
            view=view,
            unit=unit_name(view, language),
            row=row,
            state=t(f"batch.row.{row.state}"),
            entry=entry,
            day=whole_day(entry.day, language) if entry.day is not None else "",
            shown_rows=[(one, shown(requirements[one].text, language)) for one in entry.positions],
        )

    @routes.post("/batches/{batch_id}/review/{number}")
    def decide(
        request: Request, batch_id: BatchId, number: RowNumber, form: Sent, who: StaffMember = reviewer
    ) -> Response:
        approve_it = form.choice("decision", ("approve", "return")) == "approve"
        try:
            form.check()
            review_rows.decide(outside, who, batch_id, number, approve=approve_it)
        except DomainError as error:
            return _overview(outside, frame, request, who, batch_id, error=error)
        return to(f"/batches/{batch_id}/review?notice={'approved' if approve_it else 'returned'}")

    return routes


def _overview(
    outside: Outside,
    frame: Frame,
    request: Request,
    who: StaffMember,
    batch_id: str,
    *,
    error: DomainError | None = None,
) -> Response:
    t, language = frame.text(request), frame.language(request)
    view = show_batch.batch(outside, batch_id, who.institution_id)
    if view.record.state != "review":
        return to(f"/batches/{batch_id}")
    own = who.id == view.record.reviewer_id and who.id != view.record.drafter_id
    typed = request.query_params.get("page", "0")
    offset = PAGE * (int(typed) if typed in {str(one) for one in range(1_000)} else 0)
    rows = show_batch.row_views(outside, who, batch_id, states=_UNDER, offset=offset) if own else []
    state = show_batch.review(outside, view.record)
    ready = own and not state.undecided and bool(state.approved)
    notice = request.query_params.get("notice", "")
    face = Face(
        screen="B13",
        title="title.staff",
        who=who,
        current=CURRENT,
        notice=t(f"batch.notice.{notice}", left=state.undecided) if notice in _NOTICES else None,
        errors=page_errors(t, error) if error is not None else (),
    )
    return frame.render(
        request,
        "batch/review.html",
        face,
        status=422 if error is not None else 200,
        view=view,
        unit=unit_name(view, language),
        own=own,
        state=state,
        rows=rows,
        first_to_open=state.to_open[0] if state.to_open else None,
        page_number=offset // PAGE,
        more=own and state.undecided + state.approved + state.returned > offset + PAGE,
        act=approve_batch.act_name(batch_id),
        digest=approve_batch.digest_of(outside, who, batch_id).hex() if ready else "",
    )
