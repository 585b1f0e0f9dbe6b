"""The web service: create_app(outside) puts API, public documents, pages and the verifier together."""

import re
from collections.abc import Callable
from functools import partial
from importlib.metadata import version
from types import ModuleType

from fastapi import FastAPI
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.types import ASGIApp

import verifier.api
import verifier.pages
from issuer.adapters.checking import make_environment, own_bundle
from issuer.api import badges as badges_api
from issuer.api import health, interactions, openapi, public_documents
from issuer.api.requests import RequestLog
from issuer.domain import typed_code
from issuer.pages import (
    about,
    achievements,
    badges,
    certificates,
    interaction,
    recogniser,
    share,
    share_files,
    sign_in_elsewhere_pages,
    sign_in_pages,
    signing_form,
    statistics,
    unit_page,
    units,
)
from issuer.pages import environments as environment_pages
from issuer.pages.account import own_page
from issuer.pages.administrator import catalogue_import, institutions, staff_people, trust_changes, trust_list
from issuer.pages.coach import (
    agreement,
    batch_desk,
    concerns,
    corrections,
    demonstration_assessment,
    demonstration_lists,
    demonstrations,
    drafts,
    follow_ups,
    gap,
    matrix,
    notices,
    own_view,
    people_desk,
    person_badges,
    person_slip,
    questions,
    recognition,
    reviews,
    sites,
    slips,
    wishes,
)
from issuer.pages.cooperation import agreement_writing, agreements, levels
from issuer.pages.cross_site import RefuseCrossSite
from issuer.pages.frame import STATIC_PREFIX, Frame, about_links, static_directory
from issuer.pages.participant import (
    claim,
    follow_up_leave,
    my_all,
    my_badge,
    my_badges,
    my_elsewhere,
    my_words,
    own_card,
    own_cases,
    own_files,
    own_keys_pages,
    own_links,
    own_questions,
    own_session_pages,
    sharing,
    take,
    together,
)
from issuer.pages.participant import consents as own_consents
from issuer.pages.participant import erase as own_erasure
from issuer.pages.participant import notices as own_notices
from issuer.pages.participant import seen as own_readings
from issuer.pages.participant import wallet as own_wallet
from issuer.pages.participant.own_access import OwnCookie
from issuer.pages.school import (
    asked_demonstrations,
    decision_link,
    desk,
    desk_again,
    desk_ask,
    desk_camera,
    desk_case,
    desk_decide,
    desk_export,
    desk_rules,
    places,
)
from issuer.pages.share_door import ShareDoor
from issuer.pages.signed_in import SessionCookie
from issuer.refusals import Refusals
from issuer.services.outside import Outside
from issuer.services.sign_check_record import sign_check_record
from verifier import static_files
from verifier.admission import CHECKS_PER_MINUTE, Admission, Rate
from verifier.security_headers import SecurityHeaders

# The last wall for bodies of any route; each route has a lower bound of its own. The largest: four badges as PDF.
MAX_BODY_BYTES = 20 << 20
# These never read the session cookie, so a request from elsewhere can do nothing in somebody's name.
_COOKIELESS = ("/api/", "/v", "/exchanges/")
# Pages that read the session cookie: each makes its routes by `router(outside, frame, cookie)`.
_STAFF = (
    sign_in_pages,
    sign_in_elsewhere_pages,
    signing_form,
    own_page,
    staff_people,
    institutions,
    badges,
    corrections,
    drafts,
    reviews,
    person_badges,
    person_slip,
    slips,
    certificates,
    notices,
    people_desk,
    units,
    wishes,
    follow_ups,
    questions,
    batch_desk,
    own_view,
    agreement,
    gap,
    demonstration_lists,
    demonstrations,
    demonstration_assessment,
    asked_demonstrations,
    concerns,
    levels,
    agreement_writing,
    agreements,  # after /agreements/levels and /agreements/new
    desk_rules,
    places,
    trust_list,
    trust_changes,
    desk,
    desk_ask,
    desk_camera,  # before /desk/{ref}
    desk_case,
    desk_decide,
    desk_again,
    desk_export,
)
# Pages that read a participant's own cookie: each makes its routes by `router(outside, frame, own_cookie)`.
_OWN: tuple[ModuleType, ...] = (
    own_session_pages,
    own_questions,  # before /together/{ref} and /my/{ref}
    claim,
    take,
    together,
    own_keys_pages,  # before /my/{ref}
    own_cases,  # before /my/{ref}
    own_links,
    sharing,
    own_files,
    own_card,
    own_notices,
    own_wallet,
    own_readings,
    own_consents,
    follow_up_leave,
    own_erasure,
    my_words,
    my_elsewhere,
    my_all,
    my_badges,
    my_badge,  # the last: /my/{ref} would answer for other paths of one word
)


class _App(FastAPI):
    """FastAPI with our headers around everything, also around what Starlette answers by itself."""

    def build_middleware_stack(self) -> ASGIApp:
        return SecurityHeaders(super().build_middleware_stack())


def create_app(
    outside: Outside, *, default_language: str = "fi", contact: str = "", hosts: tuple[str, ...] = ()
) -> FastAPI:
    """Return the application of one institution's service.

    Args:
        outside: for the services.
        default_language: of pages for browsers that ask for none of ours.
        contact: who to ask: a person and a phone number, shown in the footer.
        hosts: further names under which we are reached; those of both our addresses and of this machine are known.
    """
    own_origin = outside.public_url
    secure = own_origin.startswith("https://")
    frame = Frame(default_language=default_language, contact=contact, secure=secure)
    refusals = Refusals(frame)
    app = _App(
        title="Pätevä",
        summary="Signs and verifies Open Badges 3.0",
        version=version("pateva"),
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        redirect_slashes=False,
        max_body_size=MAX_BODY_BYTES,
        telemetry={"tracing": False, "metrics": False, "logs": False, "auto_configure": False},
    )
    app.add_middleware(RefuseCrossSite, own_origin=own_origin, cookieless=_COOKIELESS, answer=refusals.cross_site)
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=_hosts(outside, hosts), www_redirect=False)
    app.add_middleware(RequestLog, crash_answer=refusals.crashed)
    refusals.add_to(app)
    app.include_router(health.router(outside))
    app.include_router(badges_api.router(outside))
    app.include_router(public_documents.router(outside))
    app.include_router(interactions.router(outside))
    checking, admission = make_environment(outside), Admission(Rate(CHECKS_PER_MINUTE))
    app.include_router(verifier.api.router(checking, admission=admission))
    app.include_router(
        verifier.pages.router(
            checking,
            frame=verifier.pages.Frame(home="/", contact=contact, about=about_links),
            admission=admission,
            local_path=_local_path(own_origin),
            sign_record=partial(sign_check_record, outside),
            bundle=own_bundle(outside),
        )
    )
    app.include_router(about.router(frame, openapi.description(app)))
    app.include_router(achievements.router(outside, frame))
    _add_doors(app, outside, frame, secure=secure)
    app.include_router(recogniser.router(outside, frame))
    app.include_router(decision_link.router(outside, frame))
    app.include_router(interaction.router(outside, frame))
    app.include_router(statistics.router(outside, frame))
    app.include_router(environment_pages.router(outside, frame))
    app.include_router(static_files.router(static_directory, STATIC_PREFIX))
    app.include_router(openapi.router(openapi.description(app)))
    return app


def _add_doors(app: FastAPI, outside: Outside, frame: Frame, *, secure: bool) -> None:
    """Add the pages that open by a link, for staff, and for participants."""
    cookie, own_cookie = SessionCookie(secure), OwnCookie(secure)
    door = ShareDoor(outside, own_cookie)
    for shared in (share, share_files):
        app.include_router(shared.router(outside, frame, door))
    for staff in _STAFF:
        app.include_router(staff.router(outside, frame, cookie))
    for own in _OWN:
        app.include_router(own.router(outside, frame, own_cookie))
    for learning in (catalogue_import, sites, matrix, recognition, unit_page):  # import before /units/{ref}
        app.include_router(learning.router(outside, frame, cookie))


def _hosts(outside: Outside, more: tuple[str, ...]) -> list[str]:
    own = [address.split("//")[1].partition(":")[0] for address in (outside.public_url, outside.identity_origin)]
    return [*own, *more, "localhost", "127.0.0.1"]


def _local_path(public_url: str) -> Callable[[str], str | None]:
    """Lead a typed or scanned link of ours to its page, without fetching anything."""
    link = re.compile(re.escape(public_url) + r"(/s/[A-Za-z0-9_-]{22})")

    def path_of(typed: str) -> str | None:
        found, code = link.fullmatch(typed.strip()), typed_code.read(typed)
        if found is not None:
            return found[1] + "/check"
        return f"/s/{code}/check" if code is not None else None  # the signs under a printed code

    return path_of
