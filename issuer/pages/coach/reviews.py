"""Screens B13 and B14: the second pair of eyes, and how far the badge has come."""

from dataclasses import dataclass

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response

from issuer.domain.badge_draft import RETURN_REASONS, DraftContent, DraftState, check_reviewer
from issuer.domain.errors import ConflictError, DomainError, NotFoundError
from issuer.domain.permissions import Permission, StaffMember
from issuer.i18n import moment, whole_day
from issuer.pages.access import Access
from issuer.pages.catalogue_text import Shown, shown
from issuer.pages.coach import draft_view
from issuer.pages.coach.drafts import DraftId, Posted
from issuer.pages.forms import page_errors
from issuer.pages.frame import Face, Frame
from issuer.pages.signed_in import SessionCookie
from issuer.services import show_badge
from issuer.services.drafts import approve_draft, read_draft
from issuer.services.drafts.read_draft import ReviewSheet
from issuer.services.drafts.replace_badge import changes
from issuer.services.outside import Outside
from keys.errors import SigningError
from verifier.templating import Text

SEE_OTHER = 303


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One observation behind a tick, in words."""

    day: str
    observer: str
    task: str
    how: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """One claimed requirement with what stands behind it."""

    text: Shown
    in_part: bool
    seen: tuple[Seen, ...]


def router(outside: Outside, frame: Frame, cookie: SessionCookie) -> APIRouter:
    """Return the routes ``/drafts/{id}/review…`` and ``/drafts/{id}/issue``."""
    routes = APIRouter(prefix="/drafts/{draft_id}", include_in_schema=False)
    reviewer = Depends(Access(outside, cookie)(Permission.DRAFT_REVIEW))

    @routes.get("/review")
    def review(request: Request, draft_id: DraftId, who: StaffMember = reviewer) -> Response:
        return _page(frame, request, who, read_draft.review(outside, who, draft_id))

    @routes.post("/approve")
    def approve(request: Request, draft_id: DraftId, form: Posted, who: StaffMember = reviewer) -> Response:
        try:
            approve_draft.approve(outside, who, draft_id, seen=form.raw("digest"), assertion=form.raw("assertion"))
        except NotFoundError:
            raise
        except (DomainError, SigningError) as error:
            sheet = read_draft.review(outside, who, draft_id)
            if sheet.sheet.draft.state is DraftState.APPROVED:  # the yes stands, the badge is still on its way
                return RedirectResponse(f"/drafts/{draft_id}/issue", status_code=SEE_OTHER)
            if isinstance(error, SigningError):
                raise
            return _page(frame, request, who, sheet, error=error)
        return RedirectResponse(f"/drafts/{draft_id}/issue", status_code=SEE_OTHER)

    @routes.post("/return")
    def give_back(request: Request, draft_id: DraftId, form: Posted, who: StaffMember = reviewer) -> Response:
        words = form.text("words", required=False)
        try:
            approve_draft.give_back(outside, who, draft_id, reason=form.raw("reason"), words=words)
        except NotFoundError:
            raise
        except DomainError as error:
            return _page(frame, request, who, read_draft.review(outside, who, draft_id), error=error, words=words)
        return RedirectResponse("/drafts", status_code=SEE_OTHER)

    @routes.get("/issue")
    def issue(request: Request, draft_id: DraftId, who: StaffMember = reviewer) -> Response:
        sheet = read_draft.read(outside, who, draft_id, what="review")
        draft, badge = sheet.draft, None
        if draft.credential_id is not None:
            badge = show_badge.show(outside, draft.credential_id, institution_id=who.institution_id)
        face = Face(screen="B14", title="title.staff", who=who, current="/badges")
        return frame.render(
            request,
            "coach/draft_issue.html",
            face,
            draft=draft,
            badge=badge,
            step=_step(draft.state, badge.state if badge is not None else None),
            title=draft_view.title(sheet.content, sheet.unit, frame.language(request)),
            person=sheet.person,
        )

    return routes


def _step(draft: DraftState, badge: str | None) -> str:
    """Where the badge is, in the four words of screen B14, or why it is not on its way."""
    if draft not in (DraftState.APPROVED, DraftState.ISSUED):
        return "none"
    if badge is None:
        return "queued"
    steps = {"requested": "queued", "reserved": "signing", "signed": "checking", "logged": "checking"}
    return steps.get(badge, badge if badge in ("failed", "withdrawn") else "done")


def _page(
    frame: Frame,
    request: Request,
    who: StaffMember,
    sheet: ReviewSheet,
    *,
    error: DomainError | None = None,
    words: str | None = None,
) -> Response:
    t, language = frame.text(request), frame.language(request)
    face = Face(
        screen="B13",
        title="title.staff",
        who=who,
        current="/badges",
        errors=page_errors(t, error) if error is not None else (),
    )
    inner = sheet.sheet
    draft, content = inner.draft, inner.content
    changed = changes(sheet.before, content) if sheet.before is not None else ()
    return frame.render(
        request,
        "coach/draft_review.html",
        face,
        status=200 if error is None else 422,
        sheet=sheet,
        draft=draft,
        person=inner.person,
        title=draft_view.title(content, inner.unit, language),
        ticks=_ticks(sheet, t, language),
        drafter=sheet.names.get(draft.drafter_id) or t("award.nameless"),
        accepted_at=moment(draft.accepted_at, language) if draft.accepted_at is not None else None,
        report_until=whole_day(sheet.report.valid_until, language) if sheet.report is not None else None,
        blockers=draft_view.blocker_views(inner, t, language),
        inside=draft_view.inside(inner, t, language),
        outside=draft_view.outside(content, t),
        changed=draft_view.change_pairs(changed, inner.unit, t, language),
        before_at=moment(sheet.before_at, language) if sheet.before_at is not None else None,
        refused=_refused(sheet, who, content),
        act=approve_draft.act_name(draft.id),
        digest=draft.digest.hex(),
        reasons=[(one, t(f"award.return.{one}")) for one in RETURN_REASONS],
        words=words,
    )


def _refused(sheet: ReviewSheet, who: StaffMember, content: DraftContent) -> str | None:
    """Why this person may not decide; None when they may."""
    claimed = {*content.shown, *content.in_part}
    observers = frozenset(
        one.staff_id for one in sheet.observations if not claimed or claimed.intersection(one.requirement_keys)
    )
    try:
        check_reviewer(reviewer_id=who.id, drafter_id=sheet.sheet.draft.drafter_id, observers=observers)
    except ConflictError as refused:
        return refused.code
    return None if sheet.sheet.draft.state is DraftState.IN_REVIEW else "draft.state"


def _ticks(sheet: ReviewSheet, t: Text, language: str) -> tuple[Tick, ...]:
    content, unit = sheet.sheet.content, sheet.sheet.unit
    if unit is None:
        return ()
    claimed, partly = {*content.shown, *content.in_part}, set(content.in_part)
    return tuple(
        Tick(
            text=shown(one.text, language),
            in_part=one.key in partly,
            seen=tuple(
                Seen(
                    day=whole_day(row.observed_on, language),
                    observer=sheet.names.get(row.staff_id) or t("award.nameless"),
                    task=sheet.tasks.get(row.task_id or "", t("award.no_task")),
                    how=t(f"award.independence.{row.independence.value}"),
                )
                for row in sheet.observations
                if one.key in row.requirement_keys
            ),
        )
        for one in unit.unit.requirements
        if one.key in claimed
    )
