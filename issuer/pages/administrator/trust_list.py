"""Screen G2, reading: the trust list with its state, its earlier versions compared, and the rules for everybody."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import HTMLResponse, Response

from issuer.domain.errors import DomainError
from issuer.domain.permissions import Permission, StaffMember
from issuer.domain.trust_registry import ChangeKind
from issuer.i18n import content_language, moment
from issuer.pages.access import Access
from issuer.pages.administrator.trust_view import named, trust_rows, unit_names
from issuer.pages.coach.screen import Screen, refusal_status
from issuer.pages.forms import page_errors
from issuer.pages.frame import Face, Frame
from issuer.pages.signed_in import SessionCookie
from issuer.services import show_institution
from issuer.services.outside import Outside
from issuer.services.registry import show_registry
from issuer.services.registry.change_list import keeps_list
from issuer.services.registry.show_registry import Imported, Waiting
from verifier.templating import Text

PATH = "/trust"
NOTICES = frozenset({"proposed", "done", "unsigned", "dropped", "renewed"})
Version = Annotated[int, Query(ge=0, le=1_000_000)]


def router(outside: Outside, frame: Frame, cookie: SessionCookie) -> APIRouter:
    """Return the routes ``/trust``, ``/registry/versions`` and, for everybody, ``/trust/rules``."""
    routes = APIRouter(include_in_schema=False)
    reader = Depends(Access(outside, cookie)(Permission.TRUST_READ))

    @routes.get("/trust/rules")
    def rules(request: Request) -> Response:
        values = _list_values(outside, frame.language(request), frame.text(request))
        return frame.render(request, "administrator/trust_rules.html", Face(screen="D2"), status=200, **values)

    @routes.get(PATH)
    def page(request: Request, who: StaffMember = reader) -> Response:
        return trust_page(Screen(outside, frame, request, who))

    @routes.get("/registry/versions")
    def compare(request: Request, older: Version = 0, newer: Version = 0, who: StaffMember = reader) -> Response:
        return _versions_page(Screen(outside, frame, request, who), older, newer)

    return routes


def trust_page(screen: Screen, error: DomainError | None = None) -> HTMLResponse:
    """Show G2; with a refusal on top, where an act was refused."""
    outside, language, t = screen.outside, screen.language, screen.t
    face = Face(
        screen="G2",
        title="title.staff",
        who=screen.who,
        current=PATH,
        notice=screen.notice("trust.notice", NOTICES) if error is None else None,
        errors=page_errors(t, error) if error is not None else (),
    )
    return screen.frame.render(
        screen.request,
        "administrator/trust.html",
        face,
        status=refusal_status(error),
        **_list_values(outside, language, t),
        keeper=keeps_list(outside, screen.who),
        school=show_institution.one(outside, screen.who.institution_id).kind == "school",
        waiting=[waiting_line(one, language, t) for one in show_registry.waiting(outside, screen.who)],
        imported=[_imported(one, language, t) for one in show_registry.imported(outside)],
    )


def waiting_line(one: Waiting, language: str, t: Text) -> dict[str, object]:
    """What waits for a second person, in words."""
    change, content = one.change, one.change.content
    name = named(content.get("name"), language) or str(content.get("url") or content.get("id"))
    return {
        "id": change.id,
        "what": t(f"trust.change.{change.kind.value}", name=name),
        "who": one.by or t("case.no_name"),
        "when": moment(change.proposed_at, language),
        "mine": one.mine,
        "adds": change.kind is ChangeKind.ADD,
    }


def _list_values(outside: Outside, language: str, t: Text) -> dict[str, object]:
    told = show_registry.registry(outside)
    root = show_institution.first_signing(outside)
    return {
        "told": told,
        "keeper_name": root.public_name.in_language(content_language(language)) if root is not None else "",
        "rows": trust_rows(told.document or {}, unit_names(outside), language, t),
        "published": moment(told.published_at, language) if told.published_at else "",
        "until": moment(told.valid_until, language) if told.valid_until else "",
    }


def _imported(one: Imported, language: str, t: Text) -> dict[str, object]:
    kept = one.kept
    return {
        "url": kept.url,
        "version": one.document.get("version"),
        "stored": moment(kept.stored_at, language),
        "usable": one.usable,
        "keys": kept.keys,
        "refused": t(
            "trust.imported.refused", when=moment(kept.refused_at, language), why=t(f"trust.fault.{kept.refused_for}")
        )
        if kept.refused_at is not None
        else "",
        "rows": trust_rows(one.document, _no_name, language, t),
    }


def _no_name(_code: str) -> None:
    """Name no unit: a list of others is shown by its codes."""


def _versions_page(screen: Screen, older: int, newer: int) -> HTMLResponse:
    outside, language = screen.outside, screen.language
    kept = show_registry.versions(outside)
    numbers = [one.version for one in kept]
    newer = newer or (numbers[0] if numbers else 0)
    older = older or (numbers[1] if len(numbers) > 1 else newer)
    changes = show_registry.comparison(outside, older, newer) if numbers else ()
    face = Face(screen="G2", title="title.staff", who=screen.who, current=PATH)
    return screen.frame.render(
        screen.request,
        "administrator/trust_versions.html",
        face,
        versions=[
            (
                str(one.version),
                screen.t("trust.version_of", number=one.version, when=moment(one.published_at, language)),
            )
            for one in kept
        ],
        older=str(older),
        newer=str(newer),
        changes=changes,
    )
