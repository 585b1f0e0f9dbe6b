"""Screen G2, acting: an institution of elsewhere is added or ended, or another's list imported, by two persons."""

import json
from datetime import date

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from issuer.domain.catalogue_choice import helsinki_day
from issuer.domain.errors import DomainError, InvalidRequestError, NotFoundError
from issuer.domain.institution import PublicName
from issuer.domain.permissions import Permission, StaffMember
from issuer.domain.trust_registry import ChangeKind, Listed, change_digest, listed_from_json, read_units
from issuer.pages.access import Access
from issuer.pages.administrator.trust_list import PATH, trust_page, waiting_line
from issuer.pages.administrator.trust_view import trust_rows, unit_names
from issuer.pages.coach.screen import SEE_OTHER, Posted, Screen, refusal_status, typed_day
from issuer.pages.forms import Form, page_errors
from issuer.pages.frame import Face, Frame
from issuer.pages.signed_in import SessionCookie
from issuer.services.outside import Outside
from issuer.services.registry import change_list, show_registry
from issuer.services.registry.change_list import PROPOSE, confirm_act, keeps_list
from issuer.services.registry.import_list import MOST_BYTES, read_again, read_list
from schemas import strict_json
from schemas.errors import DocumentError
from schemas.strict_json import JsonObject

_TEXTS = ("did", "kind", "name", "name_sv", "name_en", "legal_name", "location", "website", "rules", "units")


def router(outside: Outside, frame: Frame, cookie: SessionCookie) -> APIRouter:
    """Return the routes ``/registry/…`` that change the list; for those who do not keep it they are not there."""
    routes = APIRouter(prefix="/registry", include_in_schema=False)
    manager = Depends(Access(outside, cookie)(Permission.TRUST_MANAGE))
    _add_forms(routes, outside, frame, manager)

    @routes.post("/propose")
    def propose(request: Request, form: Posted, who: StaffMember = manager) -> Response:
        screen = _required(Screen(outside, frame, request, who))
        try:
            kind, content = _posted(form)
            if kind is ChangeKind.ADD:
                content = change_list.add_content(outside, who, listed_from_json(content))
            elif kind is ChangeKind.END:
                ended = date.fromisoformat(str(content.get("endedOn")))
                content = change_list.end_content(outside, who, str(content.get("id")), ended)
            else:
                read_again(outside, content)
            change_list.propose(outside, who, kind, content, form.raw("assertion"))
        except DomainError as error:
            return _refused(screen, error)
        return RedirectResponse(f"{PATH}?notice=proposed", status_code=SEE_OTHER)

    @routes.get("/confirm")
    def look(request: Request, change: str = "", who: StaffMember = manager) -> Response:
        return _second_page(_required(Screen(outside, frame, request, who)), change)

    @routes.post("/confirm")
    def confirm(request: Request, form: Posted, who: StaffMember = manager) -> Response:
        try:
            done = change_list.confirm(
                outside, who, form.raw("change"), seen=form.raw("digest"), assertion=form.raw("assertion")
            )
        except DomainError as error:
            return _refused(Screen(outside, frame, request, who), error)
        return RedirectResponse(f"{PATH}?notice={'done' if done else 'unsigned'}", status_code=SEE_OTHER)

    @routes.post("/drop")
    def drop(request: Request, form: Posted, who: StaffMember = manager) -> Response:
        try:
            change_list.drop(outside, who, form.raw("change"))
        except DomainError as error:
            return _refused(Screen(outside, frame, request, who), error)
        return RedirectResponse(f"{PATH}?notice=dropped", status_code=SEE_OTHER)

    return routes


def _add_forms(routes: APIRouter, outside: Outside, frame: Frame, manager: StaffMember) -> None:
    """Add the forms with which a proposal begins; each answers with what the first person's passkey confirms."""

    @routes.get("/add")
    def empty(request: Request, who: StaffMember = manager) -> Response:
        first = helsinki_day(outside.now()).replace(day=1)
        return _add_page(
            _required(Screen(outside, frame, request, who)), {"kind": "provider", "listed_from": typed_day(first)}
        )

    @routes.post("/add")
    def add(request: Request, form: Posted, who: StaffMember = manager) -> Response:
        screen = _required(Screen(outside, frame, request, who))
        try:
            content = change_list.add_content(outside, who, _listed(form))
        except DomainError as error:
            return _add_page(screen, {name: form.raw(name) for name in (*_TEXTS, "listed_from")}, error)
        return _first_page(screen, ChangeKind.ADD, content)

    @routes.post("/end")
    def end(request: Request, form: Posted, who: StaffMember = manager) -> Response:
        screen = _required(Screen(outside, frame, request, who))
        try:
            day = form.day("ended_on")
            form.check()
            content = change_list.end_content(outside, who, form.raw("did"), day)
        except DomainError as error:
            return _refused(screen, error)
        return _first_page(screen, ChangeKind.END, content)

    @routes.get("/import")
    def choose(request: Request, who: StaffMember = manager) -> Response:
        return _import_page(_required(Screen(outside, frame, request, who)), "")

    @routes.post("/import")
    def upload(request: Request, form: Posted, who: StaffMember = manager) -> Response:
        screen, file = _required(Screen(outside, frame, request, who)), form.file("file")
        try:
            data = file.file.read(MOST_BYTES + 1) if file is not None else b""
            read = read_list(outside, who, data, form.raw("keys"))
        except DomainError as error:
            return _import_page(screen, form.raw("keys"), error)
        if read.content is None:
            return RedirectResponse(f"{PATH}?notice=renewed", status_code=SEE_OTHER)
        return _first_page(screen, ChangeKind.IMPORT, read.content)


def _refused(screen: Screen, error: DomainError) -> HTMLResponse:
    """The list with the refusal on top; what is not there is not there."""
    if isinstance(error, NotFoundError):
        raise error
    return trust_page(screen, error)


def _listed(form: Form) -> Listed:
    starts, name = form.day("listed_from"), form.text("name") or ""
    form.check()
    if starts is None:
        raise InvalidRequestError(code="form.day", pointer="/listed_from")
    return Listed(
        did=form.raw("did").strip(),
        kind=form.raw("kind"),
        name=PublicName(fi=name, sv=form.raw("name_sv").strip() or name, en=form.raw("name_en").strip() or name),
        legal_name=form.raw("legal_name").strip(),
        location=form.raw("location").strip(),
        website=form.raw("website").strip(),
        rules=form.raw("rules").strip(),
        listed_from=starts,
        units=read_units(form.raw("units"), starts=starts),
    )


def _posted(form: Form) -> tuple[ChangeKind, JsonObject]:
    """What the first page held. Raises InvalidRequestError (``trust.settled``) when it was changed on the way."""
    try:
        content = strict_json.read_object(form.raw("content").encode(), max_bytes=2 * MOST_BYTES)
        kind = ChangeKind(form.raw("kind"))
    except (DocumentError, ValueError):
        raise InvalidRequestError(code="trust.settled") from None
    if change_digest(kind, content).hex() != form.raw("digest"):
        raise InvalidRequestError(code="trust.settled")
    return kind, content


def _add_page(screen: Screen, typed: dict[str, str], error: DomainError | None = None) -> HTMLResponse:
    return screen.frame.render(
        screen.request,
        "administrator/trust_add.html",
        _face(screen, error),
        status=refusal_status(error),
        typed=dict.fromkeys((*_TEXTS, "listed_from"), "") | typed,
    )


def _import_page(screen: Screen, keys: str, error: DomainError | None = None) -> HTMLResponse:
    return screen.frame.render(
        screen.request,
        "administrator/trust_import.html",
        _face(screen, error),
        status=refusal_status(error),
        keys=keys,
        in_use=bool(show_registry.imported(screen.outside)),
    )


def _first_page(screen: Screen, kind: ChangeKind, content: JsonObject) -> HTMLResponse:
    return screen.frame.render(
        screen.request,
        "administrator/trust_confirm.html",
        _face(screen),
        status=200,
        kind=kind.value,
        action="/registry/propose",
        act=PROPOSE,
        digest=change_digest(kind, content).hex(),
        content=json.dumps(content, ensure_ascii=False),
        change="",
        second=False,
        **_told(screen, kind, content),
    )


def _second_page(screen: Screen, change_id: str) -> HTMLResponse:
    found = show_registry.change_of(screen.outside, screen.who, change_id)
    change = found.change
    return screen.frame.render(
        screen.request,
        "administrator/trust_confirm.html",
        _face(screen),
        status=200,
        kind=change.kind.value,
        action="/registry/confirm",
        act=confirm_act(change.id),
        digest=change.sha256.hex(),
        content="",
        change=change.id,
        second=True,
        line=waiting_line(found, screen.language, screen.t),
        **_told(screen, change.kind, change.content),
    )


def _told(screen: Screen, kind: ChangeKind, content: JsonObject) -> dict[str, object]:
    """What the change does, as rows of the list."""
    if kind is ChangeKind.IMPORT:
        read = read_again(screen.outside, content)
        document = strict_json.read_object(str(content["document"]).encode(), max_values=200_000)
        rows = trust_rows(document, lambda _code: None, screen.language, screen.t)
        return {"rows": rows, "url": read.url, "keys": content["keys"], "ended": ""}
    if kind is ChangeKind.END:
        listed = show_registry.registry(screen.outside).document or {}
        rows = trust_rows(listed, unit_names(screen.outside), screen.language, screen.t)
        ended = str(content["endedOn"])
        return {"rows": [one for one in rows if one.id == content["id"]], "url": "", "keys": (), "ended": ended}
    row: JsonObject = {**content, "withdrawnAt": None, "vouchedBy": []}
    rows = trust_rows({"institutions": [row]}, unit_names(screen.outside), screen.language, screen.t)
    return {"rows": rows, "url": "", "keys": (), "ended": ""}


def _required(screen: Screen) -> Screen:
    """Stop everybody who does not keep the list before anything is said. Raises NotFoundError."""
    if not keeps_list(screen.outside, screen.who):
        raise NotFoundError("trust list")
    return screen


def _face(screen: Screen, error: DomainError | None = None) -> Face:
    errors = page_errors(screen.t, error) if error is not None else ()
    return Face(screen="G2", title="title.staff", who=screen.who, current=PATH, errors=errors)
