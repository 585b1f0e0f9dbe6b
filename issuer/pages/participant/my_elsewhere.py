"""Badges from elsewhere on screen C3: hand one in, look at what its check said, save it, remove it."""

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Final

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from issuer.domain.errors import DomainError, InvalidRequestError
from issuer.domain.holder import Holder
from issuer.i18n import whole_day
from issuer.pages.forms import page_errors
from issuer.pages.frame import Frame
from issuer.pages.participant.my_screen import MyScreen, go
from issuer.pages.participant.own_access import OwnAccess, OwnCookie
from issuer.pages.participant.own_files import Ref
from issuer.pages.share_door import attachment
from issuer.services.holdings.import_badge import RefusedBadgeError, import_badge, imported_file, remove_imported
from issuer.services.outside import Outside
from verifier.admission import CHECKS_PER_MINUTE, Admission, Rate
from verifier.problems import Problem
from verifier.request_body import form_parts, read_body
from verifier.source import MAX_BYTES
from verifier.templating import PageError

_MOST_BODY: Final = MAX_BYTES + (64 << 10)  # the file and what a form puts around it
# Media type and neutral name of the file, by what it was (privacy.md PN7).
FILES: Final = {
    "json": ("application/json", "merkki.json"),
    "jwt": ("text/plain", "merkki.jwt"),
    "png": ("image/png", "merkki.png"),
    "svg": ("image/svg+xml", "merkki.svg"),
    "pdf": ("application/pdf", "merkki.pdf"),
}


@dataclass(frozen=True, slots=True)
class _HandedIn:
    """What came: the file's bytes, held in memory only, and whether to keep it unchecked; or why it did not come."""

    data: bytes = b""
    keep_unchecked: bool = False
    fault: str | None = None


def router(outside: Outside, frame: Frame, cookie: OwnCookie) -> APIRouter:
    """Return the routes ``/my/elsewhere…``."""
    routes = APIRouter(prefix="/my/elsewhere", include_in_schema=False)
    own = Depends(OwnAccess(outside, cookie))
    taken = Depends(_reader())

    @routes.get("")
    def form(request: Request, who: Holder = own) -> Response:
        return _form(MyScreen(outside, frame, request, who))

    @routes.post("")
    def hand_in(request: Request, who: Holder = own, sent: _HandedIn = taken) -> Response:
        screen = MyScreen(outside, frame, request, who)
        try:
            if sent.fault is not None:
                raise InvalidRequestError(code=sent.fault, pointer="/file")
            import_badge(outside, who, sent.data, keep_unchecked=sent.keep_unchecked)
        except DomainError as error:
            return _form(screen, error=error)
        return go("/my?notice=imported")

    @routes.get("/{ref}")
    def one(request: Request, ref: Ref, who: Holder = own) -> Response:
        screen = MyScreen(outside, frame, request, who)
        badge, _ = imported_file(outside, who, ref)
        language = screen.language
        return screen.show(
            "holdings/elsewhere_badge.html",
            "C4",
            badge=badge,
            sentence=badge.sentences.get(language, badge.sentences["fi"]),
            day=whole_day(badge.checked_at.date(), language),
        )

    @routes.get("/{ref}/file")
    def file(ref: Ref, who: Holder = own) -> Response:
        badge, data = imported_file(outside, who, ref)
        media_type, name = FILES.get(badge.source, ("application/octet-stream", "merkki.bin"))
        return Response(data, media_type=media_type, headers=attachment(name))

    @routes.post("/{ref}/remove")
    def remove(ref: Ref, who: Holder = own) -> Response:
        remove_imported(outside, who, ref)
        return go("/my?notice=removed")

    return routes


def _reader() -> Callable[[Request], AsyncIterator[_HandedIn]]:
    """The dependency that reads what was handed in; its bounds are those of every check."""
    checks = Admission(Rate(CHECKS_PER_MINUTE))

    async def handed_in(request: Request) -> AsyncIterator[_HandedIn]:
        """Read the form into memory, never to a disk, within the bounds of every check (privacy.md PR4)."""
        async with AsyncExitStack() as stack:
            try:
                await stack.enter_async_context(checks.enter(request))
                body = await read_body(request, _MOST_BODY)
                parts = form_parts(body, request.headers.get("content-type", "")) or []
                data = next((bytes(one.data) for one in parts if one.name == "file"), b"")
                sent = _HandedIn(data, any(one.name == "unchecked" for one in parts))
            except Problem as problem:
                sent = _HandedIn(fault="elsewhere.too_large" if problem.code == "input.too_large" else "elsewhere.busy")
            yield sent

    return handed_in


def _form(screen: MyScreen, *, error: DomainError | None = None) -> Response:
    errors: tuple[PageError, ...] = ()
    if isinstance(error, RefusedBadgeError):  # the verifier's own sentence says why
        sentence = error.sentences.get(screen.language, error.sentences["fi"])
        errors = (PageError(text=screen.t("error.elsewhere.refused", sentence=sentence), field="file"),)
    elif error is not None:
        errors = page_errors(screen.t, error)
    unchecked = error is not None and error.code == "elsewhere.unchecked"
    return screen.show("holdings/elsewhere.html", "C3", errors=errors, unchecked=unchecked)
