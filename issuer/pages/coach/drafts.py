"""Screen B12: a draft, its previews, the participant's yes on the coach's device or on paper, and the way to review."""

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request
from fastapi.responses import RedirectResponse, Response

from issuer.domain.badge_draft import CHANGEABLE, DraftContent, DraftState
from issuer.domain.badge_texts import LANGUAGES
from issuer.domain.errors import DomainError, NotFoundError
from issuer.domain.permissions import Permission, StaffMember
from issuer.i18n import moment
from issuer.pages.access import Access
from issuer.pages.coach import draft_view
from issuer.pages.forms import Form, page_errors, posted
from issuer.pages.frame import Face, Frame
from issuer.pages.signed_in import SessionCookie
from issuer.services.drafts import accept_draft, change_draft, read_draft
from issuer.services.drafts.add_own_words import add_own_words
from issuer.services.drafts.read_draft import DraftSheet
from issuer.services.outside import Outside

DraftId = Annotated[str, Path(pattern=r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")]
Posted = Annotated[Form, Depends(posted)]
SEE_OTHER = 303
READERS = ("participant", "employer", "school")
_NOTICES = frozenset({"started", "saved", "accepted", "sent"})
_YES = ("own_name", "exact_days", "holder_name", "in_part", "words")
_WAITING = frozenset({DraftState.OPEN, DraftState.ACCEPTED, DraftState.RETURNED, DraftState.IN_REVIEW})


def router(outside: Outside, frame: Frame, cookie: SessionCookie) -> APIRouter:
    """Return the routes ``/drafts…`` of drafters."""
    routes = APIRouter(include_in_schema=False)
    access = Access(outside, cookie)
    drafter, looker = Depends(access(Permission.DRAFT_EDIT)), Depends(access(Permission.DRAFT_REVIEW))

    @routes.get("/drafts")
    def listed(request: Request, who: StaffMember = looker) -> Response:
        language = frame.language(request)
        lines = [
            (one, draft_view.title_of(one.draft, one.unit, language), moment(one.draft.changed_at, language))
            for one in read_draft.listed(outside, who, _WAITING)
        ]
        face = Face(screen="B12", title="title.staff", who=who, current="/badges")
        return frame.render(request, "coach/drafts.html", face, lines=lines, may_edit=who.may(Permission.DRAFT_EDIT))

    @routes.get("/drafts/{draft_id}")
    def one(request: Request, draft_id: DraftId, who: StaffMember = drafter) -> Response:
        return _page(frame, request, who, read_draft.read(outside, who, draft_id))

    @routes.get("/drafts/{draft_id}/as/{reader}")
    def preview(request: Request, draft_id: DraftId, reader: str, who: StaffMember = looker) -> Response:
        if reader not in READERS:
            raise NotFoundError("preview")
        sheet = read_draft.read(outside, who, draft_id)
        badge = draft_view.badge_view(sheet, frame.language(request))
        if badge is None:
            return RedirectResponse(f"/drafts/{draft_id}", status_code=SEE_OTHER)
        face = Face(screen="B12", title="title.staff", who=who)
        return frame.render(request, "coach/draft_preview.html", face, badge=badge, reader=reader, sheet=sheet)

    @routes.get("/drafts/{draft_id}/accept")
    def participant(request: Request, draft_id: DraftId, who: StaffMember = drafter) -> Response:
        return _participant(frame, request, read_draft.read(outside, who, draft_id))

    @routes.post("/drafts/{draft_id}/accept")
    def accept(request: Request, draft_id: DraftId, form: Posted, who: StaffMember = drafter) -> Response:
        way = "paper" if form.ticked("paper") else "device"
        yes = tuple(name for name in _YES if form.ticked(name))
        try:
            accept_draft.accept(outside, who, draft_id, seen=form.raw("seen"), way=way, yes=yes)
        except DomainError as error:
            sheet = read_draft.read(outside, who, draft_id)
            return _participant(frame, request, sheet, error=error)
        return RedirectResponse(f"/drafts/{draft_id}?notice=accepted", status_code=SEE_OTHER)

    @routes.post("/drafts/{draft_id}/words")
    def own_words(request: Request, draft_id: DraftId, form: Posted, who: StaffMember = drafter) -> Response:
        words = form.text("narrative", required=False)
        try:
            add_own_words(outside, who, draft_id, words, seen=form.raw("seen"))
        except NotFoundError:
            raise
        except DomainError as error:
            return _participant(frame, request, read_draft.read(outside, who, draft_id), error=error, typed=form)
        return RedirectResponse(f"/drafts/{draft_id}/accept", status_code=SEE_OTHER)

    _posts(routes, outside, frame, access)
    return routes


def _posts(routes: APIRouter, outside: Outside, frame: Frame, access: Access) -> None:
    drafter = Depends(access(Permission.DRAFT_EDIT))

    def tried(request: Request, who: StaffMember, draft_id: str, act: Callable[[], None], then: str) -> Response:
        try:
            act()
        except NotFoundError:
            raise
        except DomainError as error:
            return _page(frame, request, who, read_draft.read(outside, who, draft_id), error=error)
        return RedirectResponse(then, status_code=SEE_OTHER)

    @routes.post("/drafts/{draft_id}")
    def change(request: Request, draft_id: DraftId, form: Posted, who: StaffMember = drafter) -> Response:
        sheet = read_draft.read(outside, who, draft_id)

        def act() -> None:
            wanted = _wanted(form, sheet)
            form.check()
            change_draft.change(outside, who, draft_id, wanted, seen=form.raw("seen"))

        try:
            act()
        except NotFoundError:
            raise
        except DomainError as error:
            return _page(frame, request, who, sheet, error=error, form=form)
        return RedirectResponse(f"/drafts/{draft_id}?notice=saved", status_code=SEE_OTHER)

    @routes.post("/drafts/{draft_id}/send")
    def send(request: Request, draft_id: DraftId, who: StaffMember = drafter) -> Response:
        return tried(
            request,
            who,
            draft_id,
            lambda: accept_draft.send_to_review(outside, who, draft_id),
            f"/drafts/{draft_id}?notice=sent",
        )

    @routes.post("/drafts/{draft_id}/drop")
    def drop(request: Request, draft_id: DraftId, who: StaffMember = drafter) -> Response:
        return tried(request, who, draft_id, lambda: change_draft.drop(outside, who, draft_id), "/drafts")


def _wanted(form: Form, sheet: DraftSheet) -> DraftContent:
    """The content that the form asks for; requirements come as their positions."""
    present = sheet.content
    positions = set(form.many("shown"))
    requirements = sheet.unit.unit.requirements if sheet.unit is not None else ()
    chosen = [one.key for one in requirements if str(one.position) in positions]
    partly = {key for key, one in sheet.agreed.items() if one.outcome.value == "in_part"}
    if positions - {str(one.position) for one in requirements}:
        form.fault("badge.unknown_requirement", "shown")
    return DraftContent(
        scope=present.scope,
        shown=tuple(key for key in chosen if key not in partly),
        in_part=tuple(key for key in chosen if key in partly),
        language=form.choice("language", LANGUAGES) or present.language,
        activity_start=form.day("activity_start", required=False),
        activity_end=form.day("activity_end", required=False),
        exact_days=form.ticked("exact_days"),
        role=form.text("role", required=False),
        narrative=form.text("narrative", required=False),
        holder_name=sheet.person.name if form.ticked("holder_name") else None,
        own_name=form.ticked("own_name"),
        own_name_reason=form.text("own_name_reason", required=False),
        site=form.choice("site", sheet.sites, required=False),
    )


def _page(
    frame: Frame,
    request: Request,
    who: StaffMember,
    sheet: DraftSheet,
    *,
    error: DomainError | None = None,
    form: Form | None = None,
) -> Response:
    t, language = frame.text(request), frame.language(request)
    notice = request.query_params.get("notice", "")
    face = Face(
        screen="B12",
        title="title.staff",
        who=who,
        current="/badges",
        notice=t(f"award.notice.{notice}") if notice in _NOTICES and error is None else None,
        errors=page_errors(t, error) if error is not None else (),
    )
    draft = sheet.draft
    return frame.render(
        request,
        "coach/draft.html",
        face,
        status=_status(error),
        sheet=sheet,
        draft=draft,
        content=sheet.content,
        typed=form,
        title=draft_view.title(sheet.content, sheet.unit, language),
        rows=draft_view.rows(sheet, language),
        blockers=draft_view.blocker_views(sheet, t, language),
        inside=draft_view.inside(sheet, t, language),
        outside=draft_view.outside(sheet.content, t),
        accepted_at=moment(draft.accepted_at, language) if draft.accepted_at is not None else None,
        changeable=draft.state in CHANGEABLE,
        readers=READERS,
        languages=[(one, t(f"language.{one}")) for one in LANGUAGES],
        may_review=who.may(Permission.DRAFT_REVIEW) and who.id != draft.drafter_id,
        site_pairs=[(site, site) for site in sheet.sites],
    )


def _participant(
    frame: Frame,
    request: Request,
    sheet: DraftSheet,
    *,
    error: DomainError | None = None,
    typed: Form | None = None,
) -> Response:
    """The participant's own view on the coach's device: no menu, no name of staff, plain words."""
    t, language = frame.text(request), frame.language(request)
    face = Face(screen="C9", errors=page_errors(t, error) if error is not None else ())
    return frame.render(
        request,
        "coach/draft_accept.html",
        face,
        status=_status(error),
        sheet=sheet,
        title=draft_view.title(sheet.content, sheet.unit, language),
        badge=draft_view.badge_view(sheet, language),
        rows=[row for row in draft_view.rows(sheet, language) if row.chosen],
        inside=draft_view.inside(sheet, t, language),
        outside=draft_view.outside(sheet.content, t),
        wants=sheet.content.wants_yes(),
        words=typed.raw("narrative") if typed is not None else sheet.content.narrative,
    )


def _status(error: DomainError | None) -> int:
    return 200 if error is None else 422
