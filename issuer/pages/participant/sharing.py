"""Screen C5: a participant chooses what of an own badge is shown, looks at it, and makes a link, a paper or a case."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request
from fastapi.responses import RedirectResponse, Response

from issuer.domain.errors import ConflictError, DomainError, InvalidFormError, InvalidRequestError
from issuer.domain.holder import Holder
from issuer.domain.own_badge import OwnBadge
from issuer.domain.share_life import USUAL_DAYS, days_from
from issuer.domain.share_parts import Audience, Part, Parts, ShareKind, ordered, parts_of, preticked
from issuer.pages.forms import Form, PostedForm, page_errors
from issuer.pages.frame import Face, Frame
from issuer.pages.participant.own_access import OwnAccess, OwnCookie
from issuer.pages.participant.sharing_view import choices, link_view, part_name, skills_in
from issuer.pages.share_door import NO_INDEX
from issuer.pages.shared_page import Address, OwnerBar, SharedPages
from issuer.services.holdings.own_badges import badge_to_show
from issuer.services.outside import Outside
from issuer.services.sharing import send_to_school
from issuer.services.sharing.list_shares import own_shares
from issuer.services.sharing.make_share import MOST_FOR_WHOM, MOST_NAME, ShareWish, make
from issuer.services.sharing.preview_share import preview
from issuer.services.sharing.send_to_school import SchoolWish
from schemas import qr_code
from schemas.strict_json import JsonObject, read_object
from verifier import local_times

SEE_OTHER = 303
Ref = Annotated[str, Path(max_length=40)]
_MOST_VALUES = 40_000
_NO_LINK_YET = "-" * 22
_REFUSED = (InvalidFormError, InvalidRequestError, ConflictError)


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """What the form holds, right or wrong."""

    audience: Audience
    parts: Parts
    until: str
    name: str = ""
    for_whom: str = ""

    @classmethod
    def read(cls, form: Form) -> "Typed":
        """Read a form that was sent; unknown parts are none of ours."""
        codes = set(form.many("part"))
        audience = form.raw("for")
        return cls(
            audience=Audience(audience) if audience in set(Audience) else Audience.ANYONE,
            parts=frozenset(part for part in Part if part.value in codes),
            until=form.raw("until"),
            name=form.raw("name"),
            for_whom=form.raw("for_whom"),
        )

    def wish(self, form: Form) -> ShareWish:
        """The wish. Raises InvalidFormError for a day that is none."""
        until = form.day("until")
        form.check()
        return ShareWish(
            audience=self.audience, parts=self.parts, last_day=until, name=self.name, for_whom=self.for_whom
        )

    def fields(self) -> Iterator[tuple[str, str]]:
        """All of it as hidden fields of another form."""
        yield from (("for", self.audience.value), ("until", self.until), ("name", self.name))
        yield ("for_whom", self.for_whom)
        yield from (("part", part.value) for part in ordered(self.parts))


class _Pages:
    def __init__(self, outside: Outside, frame: Frame) -> None:
        self.outside, self.frame, self.shared = outside, frame, SharedPages(outside, frame)

    def form(
        self, request: Request, who: Holder, badge: OwnBadge, typed: Typed, error: DomainError | None = None
    ) -> Response:
        """C5 for one badge, with its links below."""
        t, language = self.frame.text(request), self.frame.language(request)
        document = _document(badge)
        there = parts_of(document)
        links = own_shares(self.outside, who, badge_ref=badge.ref)
        return self.frame.render(
            request,
            "sharing/share.html",
            self._face(request, who, error),
            status=200 if error is None else 422,
            badge=badge,
            typed=typed,
            parts=choices(t, there, skills=skills_in(document), ticked=typed.parts & there),
            audiences=[(one.value, t(f"sharing.for.{one}")) for one in Audience],
            example=local_times.calendar_day(days_from(self.outside.now(), USUAL_DAYS), language),
            limits={"name": MOST_NAME, "for_whom": MOST_FOR_WHOM},
            links=[link_view(t, one, badge.title, language) for one in links.living],
        )

    def _face(self, request: Request, who: Holder, error: DomainError | None) -> Face:
        errors = page_errors(self.frame.text(request), error) if error is not None else ()
        return Face(screen="C5", title="title.own", holder=who, current="/my", errors=errors)

    def fresh(self, audience: Audience) -> Typed:
        """The form before anything is touched."""
        return Typed(
            audience=audience,
            parts=preticked(audience),
            until=self.typed_day(days_from(self.outside.now(), USUAL_DAYS)),
        )

    def typed_day(self, day: date) -> str:
        """A day as people here type it."""
        return f"{day.day}.{day.month}.{day.year}"

    def today(self, request: Request) -> str:
        """Today in words, for names of links."""
        return local_times.day(self.outside.now(), self.frame.language(request))

    def preview(self, request: Request, who: Holder, badge: OwnBadge, typed: Typed, wish: ShareWish) -> Response:
        """D1 as the receiver will see it, with the owner's bar."""
        path = f"/my/{badge.ref}/share"
        bar = OwnerBar(action=path, fields=tuple(typed.fields()))
        address = Address(base=f"{path}/preview", link=f"{self.outside.public_url}/s/{_NO_LINK_YET}")
        shown = preview(self.outside, who, badge.credential_id, wish)
        return self.shared.page(request, shown, address, bar=bar)

    def school(
        self, request: Request, who: Holder, badge: OwnBadge, sent: Form | None = None, error: DomainError | None = None
    ) -> Response:
        """C5: which school gets the badge."""
        t = self.frame.text(request)
        document = _document(badge)
        names = [part_name(t, one, skills_in(document)) for one in ordered(parts_of(document) - {Part.WHOLE_FILE})]
        return self.frame.render(
            request,
            "sharing/school.html",
            self._face(request, who, error),
            status=200 if error is None else 422,
            badge=badge,
            held=", ".join(name[:1].lower() + name[1:] for name in names),
            schools=send_to_school.schools(self.outside, self.frame.language(request)),
            until=sent.raw("until") if sent is not None else self.fresh(Audience.SCHOOL).until,
            school=sent.raw("school") if sent is not None else "",
            place=send_to_school.place_known(self.outside, who, badge.credential_id),
            tell_place=sent is not None and sent.ticked("tell_place"),
            tell_provider=sent is not None and sent.ticked("tell_provider"),
            example=local_times.calendar_day(days_from(self.outside.now(), USUAL_DAYS), self.frame.language(request)),
        )


def router(outside: Outside, frame: Frame, cookie: OwnCookie) -> APIRouter:
    """Return the routes ``/my/{ref}/share…``."""
    routes = APIRouter(prefix="/my/{ref}/share", include_in_schema=False)
    pages, own = _Pages(outside, frame), Depends(OwnAccess(outside, cookie))

    @routes.get("")
    def show(request: Request, ref: Ref, who: Holder = own) -> Response:
        asked = request.query_params.get("for", "")
        audience = Audience(asked) if asked in set(Audience) else Audience.EMPLOYER
        return pages.form(request, who, badge_to_show(outside, who, ref), pages.fresh(audience))

    @routes.post("")
    def act(request: Request, ref: Ref, form: PostedForm, who: Holder = own) -> Response:
        """Look, go back, or make: looking and going back change nothing, so the answer is the page itself."""
        badge, typed = badge_to_show(outside, who, ref), Typed.read(form)
        do = form.raw("do")
        if do == "change":
            return pages.form(request, who, badge, typed)
        try:
            wish = typed.wish(form)
            if do == "preview":
                return pages.preview(request, who, badge, typed, wish)
            if do == "paper":
                name = typed.name.strip() or frame.text(request)("sharing.paper.name", day=pages.today(request))
                wish = replace(wish, kind=ShareKind.PAPER, last_day=None, name=name)
            made = make(outside, who, badge.credential_id, wish)
        except _REFUSED as error:
            return pages.form(request, who, badge, typed, error)
        paper = "/paper" if do == "paper" else "?done=made"
        return RedirectResponse(f"/my/shares/{made.ref}{paper}", status_code=SEE_OTHER)

    @routes.get("/preview/qr.svg")
    def example_code(ref: Ref, who: Holder = own) -> Response:
        """Look like the code that there will be; only for an own badge, as everything here."""
        badge_to_show(outside, who, ref)
        example = qr_code.svg(f"{outside.public_url}/s/{_NO_LINK_YET}")
        return Response(example, media_type="image/svg+xml", headers=NO_INDEX)

    @routes.get("/preview/{part}")
    def nothing_yet(ref: Ref, part: str, who: Holder = own) -> Response:  # noqa: ARG001  links of a preview lead back
        return RedirectResponse(f"/my/{badge_to_show(outside, who, ref).ref}/share", status_code=SEE_OTHER)

    _add_school(routes, pages, own)
    return routes


def _add_school(routes: APIRouter, pages: _Pages, own: Holder) -> None:
    outside = pages.outside

    @routes.get("/school")
    def choose(request: Request, ref: Ref, who: Holder = own) -> Response:
        return pages.school(request, who, badge_to_show(outside, who, ref))

    @routes.post("/school")
    def send(request: Request, ref: Ref, form: PostedForm, who: Holder = own) -> Response:
        badge = badge_to_show(outside, who, ref)
        try:
            school, until = form.text("school"), form.day("until")
            form.check()
            name = pages.frame.text(request)("sharing.school.name", day=pages.today(request))
            tell_place = form.ticked("tell_place")
            wish = SchoolWish(
                school=school or "",
                last_day=until,
                name=name,
                tell_place=tell_place,
                tell_provider=form.ticked("tell_provider"),
            )
            case = send_to_school.send(outside, who, badge.credential_id, wish)
        except _REFUSED as error:
            return pages.school(request, who, badge, form, error)
        return RedirectResponse(f"/my/cases/{case}", status_code=SEE_OTHER)


def _document(badge: OwnBadge) -> JsonObject:
    return read_object(badge.document, max_values=_MOST_VALUES)
