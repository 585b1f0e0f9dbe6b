"""Screen C3, words for an application: a suggestion from the badges, changed by the participant, kept and printed."""

import re

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from issuer.domain.errors import DomainError
from issuer.domain.holder import Holder
from issuer.i18n import month
from issuer.pages.forms import PostedForm
from issuer.pages.frame import Frame
from issuer.pages.participant.my_screen import MyScreen, go, view_of
from issuer.pages.participant.own_access import OwnAccess, OwnCookie
from issuer.services.holdings import own_words
from issuer.services.outside import Outside

_MARK = re.compile(r" \([^()]*\)$")  # "(ei tutkinnon osa)" is a word for schools, not for an application
_NOTICES = frozenset({"words_kept", "words_new"})


def router(outside: Outside, frame: Frame, cookie: OwnCookie) -> APIRouter:
    """Return the routes ``/my/words…``."""
    routes = APIRouter(prefix="/my/words", include_in_schema=False)
    own = Depends(OwnAccess(outside, cookie))

    @routes.get("")
    def words(request: Request, who: Holder = own) -> Response:
        return _page(MyScreen(outside, frame, request, who))

    @routes.post("")
    def keep(request: Request, form: PostedForm, who: Holder = own) -> Response:
        text = form.text("words", required=False)
        try:
            own_words.keep_words(outside, who, text)
        except DomainError as error:
            return _page(MyScreen(outside, frame, request, who), typed=form.raw("words"), error=error)
        return go(f"/my/words?notice={'words_kept' if text else 'words_new'}")

    @routes.post("/anew")
    def anew(who: Holder = own) -> Response:
        own_words.keep_words(outside, who, None)
        return go("/my/words?notice=words_new")

    @routes.get("/print")
    def printed(request: Request, who: Holder = own) -> Response:
        screen = MyScreen(outside, frame, request, who)
        text = own_words.words(outside, who) or _suggested(screen)
        return screen.show("holdings/words_print.html", "C3", text=text)

    return routes


def _page(screen: MyScreen, *, typed: str | None = None, error: DomainError | None = None) -> Response:
    kept = own_words.words(screen.outside, screen.who)
    suggested = _suggested(screen)
    text = typed if typed is not None else kept or suggested
    return screen.show(
        "holdings/words.html",
        "C3",
        notices=_NOTICES,
        error=error,
        text=text,
        kept=kept is not None,
        most=own_words.MOST_WORDS,
        empty=not suggested and kept is None,
    )


def _suggested(screen: MyScreen) -> str:
    """One paragraph a badge: what it is, then a line for each thing that was shown."""
    t, language = screen.t, screen.language
    paragraphs = []
    for one in own_words.shown(screen.outside, screen.who, language):
        view = view_of(one.badge, language)
        kind = t(f"my.kind.{one.badge.kind.value}")
        what = _MARK.sub("", view.achievement.unit)
        lines = [t("my.words.can", what=what), f"{kind}, {month(one.badge.month, language)}."]
        lines += [f"– {line}" for line in one.plain]
        if one.official:
            lines.append(t("my.words.official"))
            lines += [f"– {line}" for line in one.official]
        paragraphs.append("\n".join(lines))
    return "\n\n".join(paragraphs)
