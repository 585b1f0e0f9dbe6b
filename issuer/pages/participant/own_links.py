"""Screen C5, the links of a participant: what is shown now, each link with its code; showing less, longer, no more."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request
from fastapi.responses import RedirectResponse, Response

from issuer.domain import typed_code
from issuer.domain.errors import ConflictError, DomainError, InvalidFormError, InvalidRequestError, NotFoundError
from issuer.domain.holder import Holder
from issuer.domain.share_parts import Part, ShareKind
from issuer.pages.forms import PostedForm, page_errors
from issuer.pages.frame import Face, Frame
from issuer.pages.participant.own_access import OwnAccess, OwnCookie
from issuer.pages.participant.sharing_view import choices, link_view, skills_in, stopped_view
from issuer.pages.shared_badge_view import limited, shared_badge_view
from issuer.services.holdings.own_badges import own_badges
from issuer.services.outside import Outside
from issuer.services.sharing import extend_share, list_shares, narrow_share, stop_share
from schemas.strict_json import JsonObject, read_object
from verifier import local_times

SEE_OTHER = 303
Ref = Annotated[str, Path(max_length=40)]
_DONE = ("made", "narrowed", "extended", "stopped")
_MOST_VALUES = 40_000
_REFUSED = (InvalidFormError, InvalidRequestError, ConflictError)


class _Pages:
    def __init__(self, outside: Outside, frame: Frame) -> None:
        self.outside, self.frame = outside, frame

    def face(self, request: Request, who: Holder, error: DomainError | None = None) -> Face:
        """The frame, with the notice of what was just done."""
        t, done = self.frame.text(request), request.query_params.get("done", "")
        return Face(
            screen="C5",
            title="title.own",
            holder=who,
            current="/my",
            notice=t(f"sharing.done.{done}") if done in _DONE and error is None else None,
            errors=page_errors(t, error) if error is not None else (),
        )

    def all(self, request: Request, who: Holder) -> Response:
        """What is shown now, and what was."""
        t, language = self.frame.text(request), self.frame.language(request)
        titles = {one.ref: one.title for one in own_badges(self.outside, who)}
        links = list_shares.own_shares(self.outside, who)
        return self.frame.render(
            request,
            "sharing/links.html",
            self.face(request, who),
            links=[link_view(t, one, titles.get(one.badge_ref, ""), language) for one in links.living],
            ended=[link_view(t, one, titles.get(one.badge_ref, ""), language) for one in links.ended],
            stopped=[stopped_view(t, one, titles.get(one.badge_ref, ""), language) for one in links.stopped],
        )

    def one(self, request: Request, who: Holder, ref: str, error: DomainError | None = None) -> Response:
        """One link: its address, its code, and what can still be changed."""
        t, language = self.frame.text(request), self.frame.language(request)
        share = list_shares.own_share(self.outside, who, ref)
        title, document = self._badge(who, share.badge_ref)
        day = share.until
        return self.frame.render(
            request,
            "sharing/link.html",
            self.face(request, who, error),
            status=200 if error is None else 422,
            link=link_view(t, share, title, language),
            share=share,
            parts=choices(t, share.parts, skills=skills_in(document), ticked=share.parts),
            until=f"{day.day}.{day.month}.{day.year}",
            just_made=request.query_params.get("done") == "made",
        )

    def paper(self, request: Request, who: Holder, ref: str) -> Response:
        """The page to print. Raises NotFoundError for a link that was not made for paper."""
        language = self.frame.language(request)
        share = list_shares.own_share(self.outside, who, ref)
        if share.kind is not ShareKind.PAPER or share.typed is None:
            raise NotFoundError("share")
        _, document = self._badge(who, share.badge_ref)
        return self.frame.render(
            request,
            "sharing/paper.html",
            self.face(request, who),
            share=share,
            badge=limited(shared_badge_view(document, language), share.parts),
            day=local_times.calendar_day(share.until, language),
            typed=typed_code.grouped(share.typed),
            check_url=f"{self.outside.public_url}/v",
            audience=share.audience.value,
        )

    def _badge(self, who: Holder, badge_ref: str) -> tuple[str, JsonObject]:
        for badge in own_badges(self.outside, who):
            if badge.ref == badge_ref:
                return badge.title, read_object(badge.document, max_values=_MOST_VALUES)
        raise NotFoundError("badge")


def router(outside: Outside, frame: Frame, cookie: OwnCookie) -> APIRouter:
    """Return the routes ``/my/shares…``; they stand before ``/my/{ref}`` in the application."""
    routes = APIRouter(prefix="/my/shares", include_in_schema=False)
    pages, own = _Pages(outside, frame), Depends(OwnAccess(outside, cookie))

    @routes.get("")
    def show_all(request: Request, who: Holder = own) -> Response:
        return pages.all(request, who)

    @routes.get("/{share_ref}")
    def show(request: Request, share_ref: Ref, who: Holder = own) -> Response:
        return pages.one(request, who, share_ref)

    @routes.get("/{share_ref}/paper")
    def paper(request: Request, share_ref: Ref, who: Holder = own) -> Response:
        return pages.paper(request, who, share_ref)

    @routes.post("/{share_ref}/narrow")
    def narrow(request: Request, share_ref: Ref, form: PostedForm, who: Holder = own) -> Response:
        codes = set(form.many("part"))
        try:
            until = form.day("until", required=False)
            form.check()
            parts = frozenset(part for part in Part if part.value in codes)
            narrow_share.narrow(outside, who, share_ref, parts, until=until)
        except _REFUSED as error:
            return pages.one(request, who, share_ref, error)
        return RedirectResponse(f"/my/shares/{share_ref}?done=narrowed", status_code=SEE_OTHER)

    @routes.post("/{share_ref}/extend")
    def extend(request: Request, share_ref: Ref, form: PostedForm, who: Holder = own) -> Response:
        try:
            until = form.day("longer")
            form.check()
            if until is not None:
                extend_share.extend(outside, who, share_ref, until)
        except _REFUSED as error:
            return pages.one(request, who, share_ref, _at_longer(error))
        return RedirectResponse(f"/my/shares/{share_ref}?done=extended", status_code=SEE_OTHER)

    @routes.post("/{share_ref}/stop")
    def stop(share_ref: Ref, who: Holder = own) -> Response:
        stop_share.stop(outside, who, share_ref)
        return RedirectResponse("/my/shares?done=stopped", status_code=SEE_OTHER)

    return routes


def _at_longer(error: DomainError) -> DomainError:
    """The same refusal at the field of this form: a page has two days to write."""
    if isinstance(error, InvalidRequestError) and error.pointer == "/until":
        return InvalidRequestError(code=error.code, pointer="/longer")
    return error
