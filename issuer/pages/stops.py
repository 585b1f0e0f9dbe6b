"""Screen A4: pages that stop, each with one sentence and one way on."""

from fastapi import Request
from fastapi.responses import HTMLResponse

from issuer.domain.permissions import ALLOWED, Permission
from issuer.pages.frame import Face, Frame


def not_here(frame: Frame, request: Request) -> HTMLResponse:
    """404 for unknown, ended and stopped links alike, the same bytes for all (privacy.md PL2)."""
    return frame.render(request, "stop.html", Face(screen="A4"), status=404, sentence="stop.not_here", way_on="/v")


def sign_in_first(frame: Frame, request: Request) -> HTMLResponse:
    """401 without a living web session."""
    return frame.render(request, "stop.html", Face(screen="A4"), status=401, sentence="stop.sign_in", way_on="/in")


def come_in_first(frame: Frame, request: Request) -> HTMLResponse:
    """401 without a participant's own living session: the way in is the slip."""
    return frame.render(request, "stop.html", Face(screen="A4"), status=401, sentence="stop.come_in", way_on="/c")


def no_role(frame: Frame, request: Request, permission: str) -> HTMLResponse:
    """403: signed in, but none of one's roles may do this; the page names those that may."""
    t = frame.text(request)
    able = sorted(t(f"role.{role}") for role in ALLOWED[Permission(permission)])
    face = Face(screen="A4", title="title.staff")
    return frame.render(
        request, "stop.html", face, status=403, sentence="stop.no_role", roles=", ".join(able), way_on="/home"
    )


def refused(frame: Frame, request: Request) -> HTMLResponse:
    """403: the request came from elsewhere, or the role cannot do it."""
    return frame.render(request, "stop.html", Face(screen="A4"), status=403, sentence="stop.refused", way_on="/home")


def wrong_method(frame: Frame, request: Request) -> HTMLResponse:
    """405: a page was asked to do what it does not offer."""
    return frame.render(request, "stop.html", Face(screen="A4"), status=405, sentence="stop.not_here", way_on="/v")


def too_many(frame: Frame, request: Request) -> HTMLResponse:
    """429, told as text."""
    page = frame.render(request, "stop.html", Face(screen="A4"), status=429, sentence="stop.too_many", way_on="/v")
    page.headers["Retry-After"] = "60"
    return page


def too_many_attempts(frame: Frame, request: Request, seconds: int) -> HTMLResponse:
    """429 at the door: too many attempts to sign in."""
    page = frame.render(
        request, "stop.html", Face(screen="A4"), status=429, sentence="stop.too_many_attempts", way_on="/v"
    )
    page.headers["Retry-After"] = str(seconds)
    return page


def too_large(frame: Frame, request: Request) -> HTMLResponse:
    """413 for a body that no page takes."""
    return frame.render(request, "stop.html", Face(screen="A4"), status=413, sentence="stop.too_large", way_on="/v")


def not_now(frame: Frame, request: Request) -> HTMLResponse:
    """503: the signer does not answer or must not sign; nothing was done."""
    return frame.render(request, "stop.html", Face(screen="A4"), status=503, sentence="stop.not_now", way_on="/home")


def crashed(frame: Frame, request: Request, reference: str) -> HTMLResponse:
    """500 with a short reference that also stands in the log."""
    return frame.render(
        request, "stop.html", Face(screen="A4"), status=500, sentence="stop.crashed", reference=reference, way_on="/"
    )
