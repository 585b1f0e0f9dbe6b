"""What every page of the issuer shares: language, frame, rendering. One object, made when the app is made."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from fastapi import Request
from fastapi.responses import HTMLResponse

from issuer.domain.holder import Holder
from issuer.domain.permissions import Permission, StaffMember
from issuer.i18n import texts
from issuer.services.own import own_session
from issuer.services.sign_in import IDLE, WARNING_BEFORE
from verifier.templating import Link, Page, PageError, Text, language_links, make_templates, text_in
from verifier.texts import LANGUAGES, choose_language

static_directory = Path(__file__).with_name("static")
STATIC_PREFIX = "/static"
LANGUAGE_COOKIE = "lang"
_YEAR_SECONDS = 365 * 24 * 3600


@dataclass(frozen=True, slots=True, kw_only=True)
class Face:
    """What one page shows in its frame.

    Attributes:
        screen: id of screens.md.
        title: key of the window's title; public pages say nothing about unit, person or provider.
        who: who is signed in: the staff menu shows what this person may do; None for public pages.
        holder: the participant whose own view this is; never together with `who`.
        current: path of the menu's current entry.
        notice: one sentence about what was just done.
        errors: box at the top.
    """

    screen: str
    title: str = "title.public"
    who: StaffMember | None = None
    holder: Holder | None = None
    current: str = ""
    notice: str | None = None
    errors: tuple[PageError, ...] = ()


class Frame:
    """Renders pages.

    Args:
        default_language: for browsers that prefer none of ours.
        contact: who to ask: a person and a phone number; empty when the operator gave none.
        secure: whether cookies may be `Secure`.
    """

    def __init__(self, *, default_language: str, contact: str = "", secure: bool) -> None:
        self._default_language, self._contact, self.secure = default_language, contact, secure
        self._templates = make_templates(Path(__file__).with_name("templates"))
        self._templates.globals["own_static"] = own_static
        self._templates.globals["session_warning_seconds"] = int((IDLE - WARNING_BEFORE).total_seconds())
        own_quiet = own_session.SHARED_IDLE - own_session.WARNING_BEFORE
        self._templates.globals["own_warning_seconds"] = int(own_quiet.total_seconds())

    def language(self, request: Request) -> str:
        """Return the language of a page: asked for now, kept, preferred by the browser, the installation's."""
        return choose_language(
            request.query_params.get(LANGUAGE_COOKIE),
            request.cookies.get(LANGUAGE_COOKIE),
            request.headers.get("accept-language"),
            default=self._default_language,
        )

    def text(self, request: Request) -> Text:
        """Return the texts in the page's language."""
        return text_in(texts(), self.language(request))

    def render(
        self, request: Request, template: str, face: Face, *, status: int = 200, **values: object
    ) -> HTMLResponse:
        """Return a page.

        Args:
            request: chooses the language; the language menu leads to its own address.
            template: file under ``templates``.
            face: of the frame.
            status: of HTTP.
            values: names of the template beside `page` and `t`.
        """
        language = self.language(request)
        t = text_in(texts(), language)
        page = Page(
            screen=face.screen,
            title=t(face.title),
            language=language,
            t=t,
            frame=_frame_text(t),
            languages=language_links("", language),  # relative: no address, which may hold a token, is repeated
            about=about_links(language),
            contact=self._contact,
            home=_home(face),
            navigation=_navigation(t, face),
            notice=face.notice,
            errors=face.errors,
        )
        content = self._templates.get_template(template).render(page=page, t=t, holder=face.holder, **values)
        response = HTMLResponse(content, status_code=status, headers=_headers(language))
        asked = request.query_params.get(LANGUAGE_COOKIE)
        if asked in LANGUAGES:
            response.set_cookie(
                LANGUAGE_COOKIE, asked, max_age=_YEAR_SECONDS, secure=self.secure, httponly=True, samesite="lax"
            )
        return response


def wants_page(request: Request) -> bool:
    """Tell whether a page is wanted where there is also a document: only who names JSON and not HTML gets that."""
    accept = request.headers.get("accept", "")
    return "text/html" in accept or "json" not in accept


@cache
def own_static(name: str) -> str:
    """Return the address of a static file of ours; it changes with its bytes, so that it may be cached for long."""
    digest = hashlib.sha256((static_directory / name).read_bytes()).hexdigest()[:12]
    return f"{STATIC_PREFIX}/{name}?v={digest}"


def _headers(language: str) -> Mapping[str, str]:
    return {"Content-Language": language, "Vary": "Accept, Accept-Language, Cookie", "X-Robots-Tag": "noindex"}


def _frame_text(t: Text) -> Text:
    def look_up(key: str, **values: object) -> str:
        return t(f"frame.{key}", **values)

    return look_up


def about_links(language: str) -> tuple[Link, ...]:
    """Return the links of the footer, here and on the verifier's pages."""
    t = text_in(texts(), language)
    entries = (
        ("/v", "frame.check"),
        ("/stats", "frame.figures"),
        ("/accessibility", "frame.accessibility"),
        ("/privacy", "frame.privacy"),
    )
    return tuple(Link(href=path, text=t(key)) for path, key in entries)


# Path, key of the text, and what one must be allowed to do to see the entry.
_MENU = (
    ("/home", "menu.home", Permission.OWN_ACCOUNT),
    ("/people", "menu.people", Permission.PEOPLE_READ),
    ("/sites", "menu.sites", Permission.ENVIRONMENT_READ),
    ("/units", "menu.units", Permission.CATALOGUE_READ),
    ("/badges", "menu.drafts", Permission.BADGE_READ),
    ("/batches", "menu.batches", Permission.BATCH),
    ("/demos", "menu.demos", Permission.DEMONSTRATION_PLAN),
    ("/desk", "menu.desk", Permission.SCHOOL_DESK),
    ("/demos-asked", "menu.demos_asked", Permission.SCHOOL_DESK),
    ("/agreements", "menu.agreements", Permission.COOPERATION_READ),
    ("/trust", "menu.trust", Permission.TRUST_READ),
    ("/v", "menu.check", Permission.OWN_ACCOUNT),
    ("/admin/people", "menu.staff", Permission.STAFF_READ),
    ("/me", "menu.me", Permission.OWN_ACCOUNT),
)


# The same for a participant's own view.
_OWN_MENU = (
    ("/my", "own.menu.badges"),
    ("/my/cases", "own.menu.cases"),
    ("/my/seen", "own.menu.seen"),
    ("/my/consents", "own.menu.consents"),
    ("/my/notices", "notices.menu"),
    ("/my/erase", "own.menu.erase"),
)


def _home(face: Face) -> str:
    if face.holder is not None:
        return "/my"
    return "/home" if face.who is not None else "/"


def _navigation(t: Text, face: Face) -> tuple[Link, ...]:
    if face.holder is not None:
        return tuple(Link(href=path, text=t(key), current=path == face.current) for path, key in _OWN_MENU)
    if face.who is None:
        return ()
    may = face.who.may
    return tuple(Link(href=path, text=t(key), current=path == face.current) for path, key, act in _MENU if may(act))
