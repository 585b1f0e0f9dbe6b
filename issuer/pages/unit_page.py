"""Screen B3: one unit: official content beside plain words, where it is in use, and what changed in it."""

import re
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request
from fastapi.responses import RedirectResponse, Response

from issuer.domain.catalogue_choice import helsinki_day
from issuer.domain.errors import DomainError
from issuer.domain.permissions import Permission, StaffMember
from issuer.domain.requirement_changes import Change, Matched
from issuer.domain.unit_ref import UnitRef
from issuer.i18n import whole_day
from issuer.pages.access import Access
from issuer.pages.catalogue_text import credits_text, groups, shown, threshold
from issuer.pages.forms import Form, page_errors, posted
from issuer.pages.frame import Face, Frame
from issuer.pages.signed_in import SessionCookie
from issuer.services.environments import changed_requirements, read_environment, show_unit
from issuer.services.environments.changed_requirements import Comparison
from issuer.services.environments.show_unit import PLAIN_LANGUAGES, PLAIN_LENGTH, UnitView
from issuer.services.outside import Outside
from issuer.services.statistics.precedents import precedents

UnitPath = Annotated[str, Path(pattern=r"^[0-9]{1,12}-[A-Za-z0-9]{1,20}$")]
Sent = Annotated[Form, Depends(posted)]
SEE_OTHER = 303
_PLAIN = re.compile(r"plain-(\d{1,5})", re.ASCII)


def router(outside: Outside, frame: Frame, cookie: SessionCookie) -> APIRouter:
    """Return the routes ``/units/{ref}…`` of staff."""
    routes = APIRouter(include_in_schema=False)
    access, pages = Access(outside, cookie), _Pages(outside, frame)
    reader, editor = Depends(access(Permission.CATALOGUE_READ)), Depends(access(Permission.ENVIRONMENT_EDIT))

    @routes.get("/units/{ref}")
    def unit(request: Request, ref: UnitPath, who: StaffMember = reader) -> Response:
        view = show_unit.show(outside, who, UnitRef.read(ref), language=frame.language(request))
        return pages.unit(request, who, view)

    @routes.get("/units/{ref}/plain")
    def plain(request: Request, ref: UnitPath, who: StaffMember = editor) -> Response:
        language = _plain_language(request.query_params.get("language", frame.language(request)))
        view = show_unit.show(outside, who, UnitRef.read(ref), language=language)
        return pages.plain(request, who, view, language)

    @routes.post("/units/{ref}/plain")
    def write(request: Request, ref: UnitPath, form: Sent, who: StaffMember = editor) -> Response:
        unit_ref, language = UnitRef.read(ref), _plain_language(form.raw("language"))
        lines = {int(found[1]): form.raw(name) for name in form.data if (found := _PLAIN.fullmatch(name))}
        try:
            show_unit.write_plain_lines(outside, who, unit_ref, language, lines)
        except DomainError as error:
            view = show_unit.show(outside, who, unit_ref, language=language)
            return pages.plain(request, who, view, language, error=error, typed=lines)
        return RedirectResponse(f"/units/{ref}?notice=saved", status_code=SEE_OTHER)

    @routes.get("/units/{ref}/changes")
    def changes(request: Request, ref: UnitPath, who: StaffMember = reader) -> Response:
        comparison = changed_requirements.changes_of(outside, who, UnitRef.read(ref))
        return pages.changes(request, who, ref, comparison)

    @routes.post("/units/{ref}/changes")
    def take(ref: UnitPath, form: Sent, who: StaffMember = editor) -> Response:
        confirmed = [int(value[:6]) for value in form.many("confirm") if value.isascii() and value.isdigit()]
        new_unit = changed_requirements.take_in_use(outside, who, UnitRef.read(ref), confirmed=confirmed)
        return RedirectResponse(f"/units/{new_unit}", status_code=SEE_OTHER)

    return routes


class _Pages:
    """The pages of this module."""

    def __init__(self, outside: Outside, frame: Frame) -> None:
        self._outside, self._frame = outside, frame

    def unit(self, request: Request, who: StaffMember, view: UnitView) -> Response:
        t, language = self._frame.text(request), self._frame.language(request)
        saved = request.query_params.get("notice") == "saved"
        face = Face(
            screen="B3",
            title="title.staff",
            who=who,
            current="/units",
            notice=t("unit.notice.saved") if saved else None,
        )
        qualification = view.found.qualification
        state = qualification.state(helsinki_day(self._outside.now()))
        days = {
            "start": qualification.valid_from,
            "end": qualification.valid_until,
            "transition": qualification.transition_until,
        }
        sites = read_environment.sites(self._outside, who) if who.may(Permission.ENVIRONMENT_EDIT) else ()
        used = {site.id for site in view.sites}
        return self._frame.render(
            request,
            "unit.html",
            face,
            status=200,
            **_unit_values(view, language),
            state=state.value,
            days={name: whole_day(day, language) if day else "" for name, day in days.items()},
            at_work=set(view.report.requirement_keys_at_work) if view.report else set(),
            elsewhere=set(view.report.requirement_keys_elsewhere) if view.report else set(),
            changed=len(view.comparison.differences) if view.comparison else 0,
            precedent=precedents(self._outside, view.ref.code),
            other_sites=[site.site for site in sites if site.site.id not in used],
            may_edit=who.may(Permission.ENVIRONMENT_EDIT),
            may_see_sites=who.may(Permission.ENVIRONMENT_READ),
            may_draft=who.may(Permission.DRAFT_EDIT),
        )

    def plain(
        self,
        request: Request,
        who: StaffMember,
        view: UnitView,
        language: str,
        *,
        error: DomainError | None = None,
        typed: dict[int, str] | None = None,
    ) -> Response:
        t = self._frame.text(request)
        face = Face(
            screen="B3",
            title="title.staff",
            who=who,
            current="/units",
            errors=page_errors(t, error) if error is not None else (),
        )
        lines = {one.position: view.plain.get(one.key, "") for one in view.found.unit.requirements}
        names = {"fi-x-selko": t("unit.plain.fi-x-selko")} | {key: t(f"language.{key}") for key in ("fi", "sv", "en")}
        return self._frame.render(
            request,
            "unit_plain.html",
            face,
            status=200 if error is None else 422,
            **_unit_values(view, self._frame.language(request)),
            lines=lines | (typed or {}),
            plain_language=language,
            languages=[(key, names[key]) for key in PLAIN_LANGUAGES],
            length=PLAIN_LENGTH,
        )

    def changes(self, request: Request, who: StaffMember, ref: str, comparison: Comparison | None) -> Response:
        language = self._frame.language(request)
        face = Face(screen="B3", title="title.staff", who=who, current="/units")
        rows = [
            (change, shown(change.old.text, language) if change.old else None,
             shown(change.new.text, language) if change.new else None, _kind(change))
            for change in (comparison.changes if comparison else ())
        ]  # fmt: skip
        return self._frame.render(
            request,
            "unit_changes.html",
            face,
            ref=ref,
            comparison=comparison,
            unit_name=shown(comparison.new.unit.name, language) if comparison else None,
            different=[row for row in rows if not row[0].same],
            same=[row for row in rows if row[0].same],
            may_edit=who.may(Permission.ENVIRONMENT_EDIT),
        )


def _unit_values(view: UnitView, language: str) -> dict[str, object]:
    unit, qualification = view.found.unit, view.found.qualification
    return {
        "view": view,
        "ref": str(view.ref),
        "unit": unit,
        "unit_name": shown(unit.name, language),
        "names": [name for name in (unit.name.fi, unit.name.sv, unit.name.en) if name],
        "qualification": qualification,
        "qualification_name": shown(qualification.name, language),
        "points": credits_text(unit.credits_min, unit.credits_max),
        "groups": groups(unit.requirements, language),
        "criteria": threshold(unit.threshold, language),
    }


def _kind(change: Change) -> str:
    if change.old is None:
        return "added"
    if change.new is None:
        return "gone"
    if change.matched is Matched.CLOSE:
        return "suggestion"
    return "same" if change.same else "reworded"


def _plain_language(asked: str) -> str:
    return asked if asked in PLAIN_LANGUAGES else "fi"
