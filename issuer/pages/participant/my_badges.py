"""Screen C3: a participant's own badges, what is still to learn, and badges from elsewhere."""

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from issuer.domain.errors import DomainError, NotFoundError
from issuer.domain.holder import Holder
from issuer.domain.own_badge import OwnState
from issuer.domain.unit_ref import UnitRef
from issuer.i18n import whole_day
from issuer.pages.coach.shown_words import words
from issuer.pages.forms import PostedForm
from issuer.pages.frame import Frame
from issuer.pages.participant.my_screen import MyScreen, card, go
from issuer.pages.participant.own_access import OwnAccess, OwnCookie
from issuer.pages.participant.own_files import Ref
from issuer.pages.shared_badge_view import shared_badge_view
from issuer.services.holdings import make_wish
from issuer.services.holdings.hide_badge import hide
from issuer.services.holdings.import_badge import imported_badges
from issuer.services.holdings.own_badges import own_badges
from issuer.services.holdings.still_to_learn import Step, still_to_learn
from issuer.services.outside import Outside
from issuer.services.own import take_badge
from issuer.services.own.take_badge import NewBadge
from schemas.strict_json import read_object
from verifier.templating import Text

_NOTICES = frozenset({"hidden", "brought_back", "asked", "imported", "removed"})


def router(outside: Outside, frame: Frame, cookie: OwnCookie) -> APIRouter:
    """Return the routes ``/my``, ``/my/{ref}/hide``, ``/my/{ref}/bring-back`` and ``/my/know``."""
    routes = APIRouter(include_in_schema=False)
    own = Depends(OwnAccess(outside, cookie))

    @routes.get("/my")
    def badges(request: Request, who: Holder = own) -> Response:
        return _page(MyScreen(outside, frame, request, who))

    @routes.post("/my/{ref}/hide")
    def put_away(ref: Ref, who: Holder = own) -> Response:
        hide(outside, who, ref)
        return go("/my?notice=hidden")

    @routes.post("/my/{ref}/bring-back")
    def bring_back(ref: Ref, who: Holder = own) -> Response:
        hide(outside, who, ref, hidden=False)
        return go("/my?notice=brought_back")

    @routes.post("/my/know")
    def know(request: Request, form: PostedForm, who: Holder = own) -> Response:
        try:
            position = form.number("requirement", least=1, most=10_000)
            form.check()
            make_wish.ask_for_badge(outside, who, UnitRef.read(form.raw("unit")), position or 0)
        except NotFoundError:
            raise
        except DomainError as error:
            return _page(MyScreen(outside, frame, request, who), error=error)
        return go("/my?notice=asked")

    return routes


def _page(screen: MyScreen, *, error: DomainError | None = None) -> Response:
    t, language = screen.t, screen.language
    cards = [card(one, t, language) for one in own_badges(screen.outside, screen.who)]
    # A badge that was replaced stands below its new one only while that one is not kept yet.
    new = take_badge.untaken(screen.outside, screen.who)
    waits = any(one.badge.state is OwnState.REPLACED and one.badge.replaced_by is None for one in cards)
    return screen.show(
        "holdings/my.html",
        "C3",
        notices=_NOTICES,
        error=error,
        cards=[one for one in cards if not one.badge.hidden],
        hidden=[one for one in cards if one.badge.hidden],
        new=[_new(one, language) for one in new],
        replacement_waits=waits and bool(new),
        steps=[_step(one, t, language) for one in still_to_learn(screen.outside, screen.who, language)],
        imported=[
            (one, one.sentences.get(language, one.sentences["fi"]), whole_day(one.checked_at.date(), language))
            for one in imported_badges(screen.outside, screen.who)
        ],
    )


def _new(badge: NewBadge, language: str) -> dict[str, object]:
    """A badge that waits to be taken, by its name."""
    told = shared_badge_view(read_object(badge.document, max_values=20_000), language).achievement
    return {"ref": badge.ref, "title": told.unit, "lang": told.lang}


def _step(step: Step, t: Text, language: str) -> dict[str, object]:
    """One thing to learn: plain words if the house has them, else the official text in the page's language."""
    official, unit = words(step.requirement.text, language), words(step.unit.unit.name, language)
    return {
        "text": step.plain or official.text,
        "lang": None if step.plain else official.lang,
        "unit": unit.text,
        "unit_lang": unit.lang,
        "ref": str(UnitRef.of(step.unit.unit)),
        "position": step.requirement.position,
        "asked": step.asked,
        "label": t("my.know"),
    }
