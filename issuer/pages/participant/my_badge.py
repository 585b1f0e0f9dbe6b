"""Screen C4: one own badge line by line, its links and files, asking for a correction, taking it out of use."""

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from issuer.domain.errors import DomainError, NotFoundError
from issuer.domain.holder import Holder
from issuer.domain.own_badge import OwnBadge
from issuer.pages.forms import PostedForm
from issuer.pages.frame import Frame
from issuer.pages.participant.my_screen import MyScreen, card, go, view_of
from issuer.pages.participant.own_access import OwnAccess, OwnCookie
from issuer.pages.participant.own_files import Ref
from issuer.services.holdings import make_wish
from issuer.services.holdings.own_badges import badge_by_ref, own_badges
from issuer.services.holdings.take_out_of_use import take_out_of_use
from issuer.services.outside import Outside
from issuer.services.sharing import list_shares
from schemas.strict_json import read_object
from verifier.templating import Text

_NOTICES = frozenset({"correction_asked", "out_of_use", "out_of_use_soon"})


def router(outside: Outside, frame: Frame, cookie: OwnCookie) -> APIRouter:
    """Return the routes ``/my/{ref}``, ``/my/{ref}/correction`` and ``/my/{ref}/out-of-use``.

    It stands last among the participant's routers: ``/my/{ref}`` would answer for their one-word paths.
    """
    routes = APIRouter(prefix="/my/{ref}", include_in_schema=False)
    own = Depends(OwnAccess(outside, cookie))

    @routes.get("")
    def badge(request: Request, ref: Ref, who: Holder = own) -> Response:
        return _page(MyScreen(outside, frame, request, who), badge_by_ref(outside, who, ref))

    @routes.get("/correction")
    def correction(request: Request, ref: Ref, who: Holder = own) -> Response:
        screen = MyScreen(outside, frame, request, who)
        return _correction(screen, badge_by_ref(outside, who, ref))

    @routes.post("/correction")
    def ask(request: Request, ref: Ref, form: PostedForm, who: Holder = own) -> Response:
        try:
            make_wish.ask_for_correction(outside, who, ref, form.text("words", required=False))
        except NotFoundError:
            raise
        except DomainError as error:
            screen = MyScreen(outside, frame, request, who)
            return _correction(screen, badge_by_ref(outside, who, ref), typed=form.raw("words"), error=error)
        return go(f"/my/{ref}?notice=correction_asked")

    @routes.get("/out-of-use")
    def out_of_use(request: Request, ref: Ref, who: Holder = own) -> Response:
        screen = MyScreen(outside, frame, request, who)
        return _out_of_use(screen, badge_by_ref(outside, who, ref))

    @routes.post("/out-of-use")
    def take_out(request: Request, ref: Ref, form: PostedForm, who: Holder = own) -> Response:
        screen = MyScreen(outside, frame, request, who)
        try:
            if not form.ticked("sure"):
                form.fault("my.not_sure", "sure")
            form.check()
            public = take_out_of_use(outside, who, ref)
        except NotFoundError:
            raise
        except DomainError as error:
            return _out_of_use(screen, badge_by_ref(outside, who, ref), error=error)
        return go(f"/my/{ref}?notice={'out_of_use' if public else 'out_of_use_soon'}")

    return routes


def _page(screen: MyScreen, badge: OwnBadge) -> Response:
    t, language = screen.t, screen.language
    shares = list_shares.own_shares(screen.outside, screen.who, badge_ref=badge.ref)
    related = {*badge.replaces, badge.replaced_by}
    cards = {one.ref: card(one, t, language) for one in own_badges(screen.outside, screen.who) if one.ref in related}
    return screen.show(
        "holdings/badge.html",
        "C4",
        notices=_NOTICES,
        card=card(badge, t, language),
        badge=view_of(badge, language),
        coverage=_coverage(badge, t),
        meaning=_meaning(badge),
        base=f"/my/{badge.ref}",
        links=len(shares.living),
        newer=cards.get(badge.replaced_by or ""),
        older=[cards[one] for one in badge.replaces if one in cards],
        correction_waits=make_wish.correction_waits(screen.outside, screen.who, badge.credential_id),
    )


def _coverage(badge: OwnBadge, t: Text) -> str:
    """How much of the unit was shown, said to the holder."""
    if badge.unit is None:
        return t("my.badge.no_unit")
    part = badge.shown < badge.required
    return t("my.badge.part" if part else "my.badge.whole", shown=badge.shown, required=badge.required)


def _meaning(badge: OwnBadge) -> str | None:
    """The badge's own sentence on what it means and what not."""
    subject = read_object(badge.document, max_values=20_000).get("credentialSubject")
    achievement = subject.get("achievement") if isinstance(subject, dict) else None
    told = achievement.get("description") if isinstance(achievement, dict) else None
    return told if isinstance(told, str) else None


def _correction(screen: MyScreen, badge: OwnBadge, *, typed: str = "", error: DomainError | None = None) -> Response:
    found = card(badge, screen.t, screen.language)
    return screen.show(
        "holdings/correction.html", "C4", error=error, card=found, typed=typed, most=make_wish.MOST_WORDS
    )


def _out_of_use(screen: MyScreen, badge: OwnBadge, *, error: DomainError | None = None) -> Response:
    found = card(badge, screen.t, screen.language)
    return screen.show("holdings/out_of_use.html", "C4", error=error, card=found)
