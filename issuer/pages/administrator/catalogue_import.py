"""Import of qualifications and of the list of unit codes in the browser: a file, or a number that ePerusteet knows."""

import re
from collections import defaultdict
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from issuer.adapters.catalogue_sources import FileSource, SourceError, source_of
from issuer.adapters.eperusteet import fetch_peruste
from issuer.domain.catalogue import Problem
from issuer.domain.permissions import Permission, StaffMember
from issuer.pages.access import Access
from issuer.pages.catalogue_text import shown
from issuer.pages.forms import Form, posted
from issuer.pages.frame import Face, Frame
from issuer.pages.signed_in import SessionCookie
from issuer.services.import_qualification import MAX_BYTES, ImportSummary, import_qualification
from issuer.services.import_unit_codes import import_unit_codes
from issuer.services.outside import Outside
from schemas.errors import DocumentError
from verifier.templating import PageError, Text

Sent = Annotated[Form, Depends(posted)]
MOST_UNITS = 60  # with warnings, shown on the page; the rest is counted
_PLACE_LENGTH = 200
_LINE = re.compile(r"line (\d+) column (\d+)", re.ASCII)


def router(outside: Outside, frame: Frame, cookie: SessionCookie) -> APIRouter:
    """Return the routes ``/units/import…`` of administrators; they stand before ``/units/{ref}``."""
    routes = APIRouter(include_in_schema=False)
    administrator = Depends(Access(outside, cookie)(Permission.CATALOGUE_IMPORT))

    @routes.get("/units/import")
    def form_page(request: Request, who: StaffMember = administrator) -> Response:
        return _form(frame, request, who)

    @routes.post("/units/import")
    def by_file(request: Request, form: Sent, who: StaffMember = administrator) -> Response:
        try:
            summary = import_qualification(outside.database, _bytes(form, "file"), now=outside.now(), actor=who.actor)
        except (DocumentError, SourceError) as problem:
            return _form(frame, request, who, problem=problem, field="file")
        return _done(frame, request, who, summary)

    @routes.post("/units/import/number")
    def by_number(request: Request, form: Sent, who: StaffMember = administrator) -> Response:
        try:
            data = _fetched(form.raw("number"))
            summary = import_qualification(outside.database, data, now=outside.now(), actor=who.actor)
        except (DocumentError, SourceError) as problem:
            return _form(frame, request, who, problem=problem, field="number", number=form.raw("number"))
        return _done(frame, request, who, summary)

    @routes.post("/units/import/codes")
    def codes(request: Request, form: Sent, who: StaffMember = administrator) -> Response:
        try:
            found = import_unit_codes(outside.database, _bytes(form, "codes"), now=outside.now(), actor=who.actor)
        except (DocumentError, SourceError) as problem:
            return _form(frame, request, who, problem=problem, field="codes")
        face = Face(screen="B2", title="title.staff", who=who, current="/units")
        return frame.render(
            request,
            "administrator/import_done.html",
            face,
            summary=None,
            codes=found,
            warnings=_by_unit(found.problems),
        )

    return routes


def _bytes(form: Form, name: str) -> bytes:
    """The uploaded file. Raises SourceError ``import.no_file`` or ``import.too_large``."""
    upload = form.file(name)
    if upload is None:
        raise SourceError("import.no_file", "")
    data = upload.file.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise SourceError("import.too_large", "")
    return data


def _fetched(typed: str) -> bytes:
    """The qualification that ePerusteet has under a number; names of files on our own machine are none."""
    try:
        source = source_of(typed)
    except SourceError as problem:
        raise SourceError("import.number", "") from problem
    if isinstance(source, FileSource):
        raise SourceError("import.number", "")
    return fetch_peruste(source)


def _form(
    frame: Frame,
    request: Request,
    who: StaffMember,
    *,
    problem: DocumentError | SourceError | None = None,
    field: str = "",
    number: str = "",
) -> Response:
    t = frame.text(request)
    errors: tuple[PageError, ...] = ()
    place = ""
    if problem is not None:
        known = {"input.limits": "import.too_large"}
        code = known.get(problem.code, "import.unreadable") if isinstance(problem, DocumentError) else problem.code
        errors = (PageError(text=t(f"error.{code}"), field=field),)
        place = _place(t, problem) if isinstance(problem, DocumentError) else ""
    face = Face(screen="B2", title="title.staff", who=who, current="/units", errors=errors)
    status = 200 if problem is None else 422
    return frame.render(
        request,
        "administrator/import.html",
        face,
        status=status,
        place=place,
        number=number,
        refused=problem is not None,
    )


def _place(t: Text, problem: DocumentError) -> str:
    """Where in the file: line and column of broken JSON, else the pointer; "" where the whole is meant."""
    found = _LINE.search(problem.detail)
    if found is not None:
        return t("import.fault.line", line=found[1], column=found[2])
    return t("import.fault.place", place=problem.pointer[:_PLACE_LENGTH]) if problem.pointer else ""


def _done(frame: Frame, request: Request, who: StaffMember, summary: ImportSummary) -> Response:
    face = Face(screen="B2", title="title.staff", who=who, current="/units")
    return frame.render(
        request,
        "administrator/import_done.html",
        face,
        summary=summary,
        codes=None,
        name=shown(summary.qualification.name, frame.language(request)),
        warnings=_by_unit(summary.warnings),
    )


def _by_unit(problems: tuple[Problem, ...]) -> dict[str, object]:
    """Warnings under the unit that they concern, those of the whole first, each with its stable code."""
    found: dict[str, list[Problem]] = defaultdict(list)
    for problem in problems:
        found[problem.subject].append(problem)
    shown_units = list(found.items())[:MOST_UNITS]
    return {
        "count": len(problems),
        "units": shown_units,
        "more": len(problems) - sum(len(of) for _, of in shown_units),
    }
