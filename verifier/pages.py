"""Pages of the check for people: hand in a badge, read one sentence and four lines, print a record of it."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import metadata
from typing import Final

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool
from starlette.responses import HTMLResponse, RedirectResponse

from schemas import strict_json
from verifier import offline_files, static_files
from verifier.admission import Admission
from verifier.bundle_file import BundleSource, no_bundle
from verifier.check_record import SignRecord, check_record
from verifier.compact import CompactReport
from verifier.compact_view import CompactView, compact_texts, compact_view, compact_words
from verifier.environment import Environment
from verifier.page_input import MAX_FILES, Answer, AskFirst, Fault, Given, GoTo, Judging, given_in, judge
from verifier.policy import EMPLOYMENT
from verifier.problems import Problem
from verifier.report import Report
from verifier.request_body import FormPart, form_parts, read_body
from verifier.result_view import ResultView, result_view
from verifier.security_headers import CAMERA_OF_THIS_PAGE
from verifier.templating import (
    STATIC_PREFIX,
    Link,
    Page,
    PageError,
    Text,
    language_links,
    locales_directory,
    make_templates,
    static_directory,
    templates_directory,
    text_in,
)
from verifier.texts import LANGUAGES, Texts, choose_language

__all__ = ["PAGE_TEXTS", "Frame", "frame_text", "router", "static_directory", "templates_directory"]

PAGE_TEXTS: Final = Texts(locales_directory, stem="pages")
MAX_FORM_BYTES: Final = 16 << 20  # all files of one form
_COOKIE: Final = "lang"
_YEAR: Final = 365 * 24 * 3600
_STATUS_OF_FAULT: Final = {"error.too_large": 413, "error.too_many": 429}
_UNREADABLE: Final = 422


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What stands around the pages of one installation.

    Attributes:
        home: where the name of the service leads.
        contact: who to ask: a person and a phone number.
        navigation: main menu for a language.
        about: links of the footer for a language; None means the verifier's own page about itself.
    """

    home: str = "/v"
    contact: str = ""
    navigation: Callable[[str], tuple[Link, ...]] = lambda _language: ()
    about: Callable[[str], tuple[Link, ...]] | None = None


def frame_text(language: str) -> Text:
    """Return the texts of the frame (`Page.frame`) in `language`; keys without their prefix."""

    def look_up(key: str, **values: object) -> str:
        return PAGE_TEXTS.text(language, f"frame.{key}", **values)

    return look_up


def language_of(request: Request) -> str:
    """Return the language of a page: asked, kept in the cookie, or preferred by the browser."""
    return choose_language(
        request.query_params.get("lang"), request.cookies.get(_COOKIE), request.headers.get("accept-language")
    )


def keep_language(request: Request, response: Response) -> Response:
    """Keep a language that was asked for in a cookie, which holds nothing else."""
    asked = request.query_params.get("lang")
    if asked in LANGUAGES:
        secure = request.url.scheme == "https"
        response.set_cookie(_COOKIE, asked, max_age=_YEAR, path="/", httponly=True, samesite="lax", secure=secure)
    return response


class _Pages:
    """Makes the answers; holds what all of them need."""

    def __init__(self, frame: Frame, sign: SignRecord | None = None) -> None:
        self._frame = frame
        self._sign = sign
        self._templates = make_templates()

    def page(self, screen: str, path: str, language: str, *errors: PageError) -> Page:
        t = text_in(PAGE_TEXTS, language)
        about = (
            Link(href="/v/about#accessibility", text=t("frame.accessibility")),
            Link(href="/v/about#privacy", text=t("frame.privacy")),
        )
        return Page(
            screen=screen,
            title=t("title"),
            language=language,
            t=t,
            frame=frame_text(language),
            languages=language_links(path, language),
            about=about if self._frame.about is None else self._frame.about(language),
            contact=self._frame.contact,
            home=self._frame.home,
            navigation=self._frame.navigation(language),
            errors=errors,
        )

    def show(self, template: str, page: Page, status: int = 200, **values: object) -> HTMLResponse:
        return HTMLResponse(self._templates.get_template(template).render(page=page, t=page.t, **values), status)

    def check(self, language: str, fault: Fault | None = None, typed: str = "") -> HTMLResponse:
        """E1, with what is to be put right."""
        if fault is None:
            return self.show("check.html", self.page("E1", "/v", language), typed="")
        t = text_in(PAGE_TEXTS, language)
        field = "text" if typed else "file"
        error = PageError(text=t(fault.key, most=MAX_FILES) if "many_files" in fault.key else t(fault.key), field=field)
        page = self.page("E1", "/v", language, error)
        return self.show("check.html", page, _STATUS_OF_FAULT.get(fault.key, _UNREADABLE), typed=typed)

    def answer(self, given: Given, result: Answer, language: str) -> Response:
        """The page that one thing leads to."""
        if isinstance(result, Fault):
            return self.check(language, result, given.data[:2048].decode("utf-8", "replace") if given.as_text else "")
        if isinstance(result, GoTo):
            return RedirectResponse(result.path, 303)
        if isinstance(result, AskFirst):
            return self.show("fetch.html", self.page("E1", "/v", language), link=result.link)
        if isinstance(result, CompactReport):
            page = self.page("E6", "/v", language)
            ct = text_in(compact_texts(), language)
            return self.show("compact.html", page, view=compact_view(result, language), ct=ct)
        page = self.page("E3", "/v", language)
        return self.show(
            "result.html", page, result=result_view(result, language, page.t), given=given, all_languages=LANGUAGES
        )

    def several(self, results: list[tuple[Given, Report | CompactReport | Fault]], language: str) -> HTMLResponse:
        """E5: each thing with its own sentence."""
        page = self.page("E5", "/v", language)
        views: list[tuple[Given, ResultView | CompactView | None]] = [
            (given, None if isinstance(result, Fault) else _view(result, language, page.t)) for given, result in results
        ]
        counted = [view.sum if view else "bad" for _, view in views]
        told = {name: counted.count(name) for name in ("good", "unknown", "bad")}
        return self.show("set.html", page, views=views, sums=told)

    def record(self, given: Given, result: Answer, language: str) -> Response:
        """E4: one page for the school's file."""
        if not isinstance(result, Report):
            return self.answer(given, result, language)
        page = self.page("E4", "/v", language)
        view = result_view(result, language, page.t)
        kind, signed = result.source.kind, self._sign is not None
        return self.show("record.html", page, result=view, given=given, kind=kind, program=PROGRAM, signed=signed)

    def record_file(self, given: Given, result: Answer, language: str) -> Response:
        """E4 as a file: signed where the installation has a key."""
        if not isinstance(result, Report):
            return self.answer(given, result, language)
        record = check_record(result, language, program=PROGRAM)
        signed = record if self._sign is None else self._sign(record)
        headers = {"Content-Disposition": 'attachment; filename="check-record.json"'}
        return Response(strict_json.write(signed), 200, headers, "application/json")


def _view(result: Report | CompactReport, language: str, t: Text) -> ResultView | CompactView:
    return compact_view(result, language) if isinstance(result, CompactReport) else result_view(result, language, t)


def _program() -> str:
    try:
        return f"Pätevä {metadata.version('pateva')}"
    except metadata.PackageNotFoundError:  # run from a checkout
        return "Pätevä"


PROGRAM: Final = _program()


def stop(request: Request, status: int) -> HTMLResponse:
    """Return A4: there is no such page; the same for unknown, ended and stopped links."""
    language = language_of(request)
    pages = _Pages(Frame())
    page = pages.page("A4", "/v", language)
    return pages.show("stop.html", page, status, sentence=page.t("stop.not_found"))


def router(
    environment: Callable[[], Environment],
    *,
    frame: Frame | None = None,
    admission: Admission | None = None,
    local_path: Callable[[str], str | None] = lambda _typed: None,
    sign_record: SignRecord | None = None,
    bundle: BundleSource = no_bundle,
) -> APIRouter:
    """Return the pages below `/v` and their static files.

    Args:
        environment: makes the Environment of one verification.
        frame: what stands around the pages.
        admission: bound on checks; None: only on how many are in flight.
        local_path: a link or typed code of this installation → the path of its page; None for all others.
        sign_record: signs the record of a check; None: records are unsigned and say so.
        bundle: by which small codes are checked, here and, kept in a browser, without us.
    """
    routes = APIRouter(include_in_schema=False)
    pages = _Pages(frame or Frame(), sign_record)
    how = Judging(environment=environment, policy=EMPLOYMENT, local_path=local_path, bundle=bundle)
    checks = admission or Admission()
    routes.include_router(offline_files.router(bundle))

    @routes.get("/v")
    async def check_page(request: Request) -> Response:
        """E1."""
        return keep_language(request, pages.check(language_of(request)))

    @routes.post("/v")
    async def check_badge(request: Request) -> Response:
        """E3, E5, or E1 with what is to be put right."""
        return await _judge_form(request, pages, how, checks, show=pages.answer)

    @routes.post("/v/record")
    async def record_page(request: Request) -> Response:
        """E4."""
        return await _judge_form(request, pages, how, checks, show=pages.record)

    @routes.post("/v/record.json")
    async def record_file(request: Request) -> Response:
        """E4 as a file."""
        return await _judge_form(request, pages, how, checks, show=pages.record_file)

    _add_plain_pages(routes, pages)
    return routes


def _add_plain_pages(routes: APIRouter, pages: _Pages) -> None:
    """Pages and files that check nothing."""
    routes.include_router(static_files.router(static_directory, STATIC_PREFIX))

    @routes.get("/v/record")
    @routes.get("/v/result")
    async def without_a_check() -> Response:
        """Results are not kept: these begin at E1."""
        return RedirectResponse("/v", 303)

    @routes.get("/v/camera")
    async def camera_page(request: Request) -> Response:
        """E2."""
        language = language_of(request)
        response = pages.show("camera.html", pages.page("E2", "/v/camera", language))
        response.headers["Permissions-Policy"] = CAMERA_OF_THIS_PAGE
        return keep_language(request, response)

    @routes.get("/v/offline")
    async def offline_page(request: Request) -> Response:
        """E6: keep the checking list in this device; the page itself is kept with it."""
        language = language_of(request)
        ct, words = text_in(compact_texts(), language), compact_words(language)
        page = pages.page("E6", "/v/offline", language)
        return keep_language(request, pages.show("offline.html", page, ct=ct, words=words))

    @routes.get("/v/about")
    async def about_page(request: Request) -> Response:
        """What the service does, privacy, accessibility."""
        language = language_of(request)
        return keep_language(request, pages.show("about.html", pages.page("E0", "/v/about", language)))


_Show = Callable[[Given, Answer, str], Response]


async def _judge_form(request: Request, pages: _Pages, how: Judging, checks: Admission, *, show: _Show) -> Response:
    language = language_of(request)
    try:
        async with checks.enter(request):
            body = await read_body(request, MAX_FORM_BYTES)
            parts = form_parts(body, request.headers.get("content-type", "")) or []
            language = _language_in(parts, language)
            given = given_in(parts)
            if isinstance(given, Fault):
                return pages.check(language, given)
            results = await run_in_threadpool(lambda: [(one, judge(one, how)) for one in given])
    except Problem as problem:
        keys = {"too_many": "error.too_many", "input.too_large": "error.too_large"}
        return pages.check(language, Fault(keys.get(problem.code, "error.unreadable")))
    if len(results) == 1:
        return show(*results[0], language)
    # A link in one of several files is not followed: nobody could be asked about it.
    judged = [(g, r if isinstance(r, Report | CompactReport) else Fault("error.unreadable")) for g, r in results]
    return pages.several(judged, language)


def _language_in(parts: list[FormPart], language: str) -> str:
    asked = next((bytes(part.data).decode("ascii", "replace") for part in parts if part.name == "lang"), None)
    return asked if asked in LANGUAGES else language
