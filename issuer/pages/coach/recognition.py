"""Screen B4: who from outside recognised the environment, the link to that person, and publishing."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request
from fastapi.responses import RedirectResponse, Response

from issuer.domain.catalogue_choice import helsinki_day
from issuer.domain.errors import DomainError
from issuer.domain.permissions import Permission, StaffMember
from issuer.domain.unit_ref import UnitRef
from issuer.i18n import moment, whole_day
from issuer.pages.access import Access
from issuer.pages.catalogue_text import shown
from issuer.pages.coach.matrix import UnitPath
from issuer.pages.coach.sites import SEE_OTHER, Sent, SiteId
from issuer.pages.forms import Form, page_errors
from issuer.pages.frame import Face, Frame
from issuer.pages.signed_in import SessionCookie
from issuer.services.environments import invite_recogniser, name_recogniser, publish_report, read_environment
from issuer.services.environments.name_recogniser import Named
from issuer.services.environments.publish_report import NotPublishableError
from issuer.services.environments.read_environment import EditedMeanwhileError, MatrixView
from issuer.services.outside import Outside

ReportId = Annotated[str, Path(pattern=r"^[0-9a-f]{32}$")]
_FIELDS = ("name", "role", "organisation", "register_number", "recognised_on", "valid_until")


def router(outside: Outside, frame: Frame, cookie: SessionCookie) -> APIRouter:
    """Return the routes ``/sites/{id}/map/{unit}/recognition`` and ``…/publish`` of staff."""
    routes = APIRouter(include_in_schema=False)
    access, pages = Access(outside, cookie), _Pages(outside, frame)
    editor = Depends(access(Permission.ENVIRONMENT_EDIT))

    @routes.get("/sites/{site_id}/map/{unit}/recognition")
    def recognition(request: Request, site_id: SiteId, unit: UnitPath, who: StaffMember = editor) -> Response:
        view = read_environment.matrix(outside, who, site_id, UnitRef.read(unit))
        return pages.recognition(request, who, view)

    @routes.post("/sites/{site_id}/map/{unit}/recognition")
    def name(request: Request, site_id: SiteId, unit: UnitPath, form: Sent, who: StaffMember = editor) -> Response:
        place = (site_id, UnitRef.read(unit))
        view = read_environment.matrix(outside, who, *place)
        try:
            name_recogniser.name_recogniser(outside, who, place, _named(form), seen=form.raw("seen"))
        except DomainError as error:
            return pages.recognition(request, who, view, form=form, error=error)
        return RedirectResponse(f"/sites/{site_id}/map/{unit}?notice=recogniser", status_code=SEE_OTHER)

    @routes.post("/sites/{site_id}/map/{unit}/send")
    def send(site_id: SiteId, unit: UnitPath, who: StaffMember = editor) -> Response:
        invite_recogniser.invite(outside, who, (site_id, UnitRef.read(unit)))
        return RedirectResponse(f"/sites/{site_id}/map/{unit}/recognition?notice=invited#link", status_code=SEE_OTHER)

    _publishing(routes, access, pages)
    return routes


def _publishing(routes: APIRouter, access: Access, pages: "_Pages") -> None:
    outside, publisher = pages.outside, Depends(access(Permission.ENVIRONMENT_PUBLISH))

    @routes.get("/sites/{site_id}/map/{unit}/publish")
    def preview(request: Request, site_id: SiteId, unit: UnitPath, who: StaffMember = publisher) -> Response:
        return pages.publish(request, who, read_environment.matrix(outside, who, site_id, UnitRef.read(unit)))

    @routes.post("/sites/{site_id}/map/{unit}/publish")
    def publish(
        request: Request, site_id: SiteId, unit: UnitPath, form: Sent, who: StaffMember = publisher
    ) -> Response:
        place = (site_id, UnitRef.read(unit))
        try:
            publish_report.publish(outside, who, place, seen=form.raw("seen"))
        except (NotPublishableError, EditedMeanwhileError) as error:
            view = read_environment.matrix(outside, who, *place)
            return pages.publish(request, who, view, error=error)
        return RedirectResponse(f"/sites/{site_id}/map/{unit}?notice=published", status_code=SEE_OTHER)

    @routes.post("/sites/{site_id}/map/{unit}/reports/{report_id}/end")
    def end(
        request: Request,
        site_id: SiteId,
        unit: UnitPath,
        report_id: ReportId,
        form: Sent,
        who: StaffMember = publisher,
    ) -> Response:
        place = (site_id, UnitRef.read(unit))
        view = read_environment.matrix(outside, who, *place)
        try:
            last_day = form.day("last_day")
            form.check()
            if last_day is not None:
                publish_report.end(outside, who, place, report_id=report_id, last_day=last_day)
        except DomainError as error:
            if error.code == "not_found":
                raise
            return pages.publish(request, who, view, error=error, typed_day=form.raw("last_day"))
        return RedirectResponse(f"/sites/{site_id}/map/{unit}?notice=ended", status_code=SEE_OTHER)

    @routes.post("/sites/{site_id}/map/{unit}/reports/{report_id}/sign")
    def sign(site_id: SiteId, unit: UnitPath, report_id: ReportId, who: StaffMember = publisher) -> Response:
        read_environment.matrix(outside, who, site_id, UnitRef.read(unit))
        publish_report.sign_again(outside, who, report_id)
        return RedirectResponse(f"/sites/{site_id}/map/{unit}?notice=published", status_code=SEE_OTHER)


class _Pages:
    """The pages of this module."""

    def __init__(self, outside: Outside, frame: Frame) -> None:
        self.outside, self.frame = outside, frame

    def recognition(
        self,
        request: Request,
        who: StaffMember,
        view: MatrixView,
        *,
        form: Form | None = None,
        error: DomainError | None = None,
    ) -> Response:
        t, language = self.frame.text(request), self.frame.language(request)
        kept = self._kept(view)
        values = kept if form is None else {name: form.raw(name) for name in _FIELDS}
        edited = isinstance(error, EditedMeanwhileError)
        invited = request.query_params.get("notice") == "invited" and error is None
        links = [
            (link, moment(link.invitation.answered_at or link.invitation.expires_at, language))
            for link in invite_recogniser.sent_links(self.outside, who, (view.site.id, view.unit))
        ]
        face = Face(
            screen="B4",
            title="title.staff",
            who=who,
            current="/sites",
            notice=t("matrix.notice.invited") if invited else None,
            errors=page_errors(t, error) if error is not None else (),
        )
        return self.frame.render(
            request,
            "coach/recognition.html",
            face,
            status=200 if error is None else 409 if edited else 422,
            **_head(view, language),
            values=values,
            name_public=view.unit_map.recognition.name_public if form is None else form.ticked("name_public"),
            theirs=kept if edited else None,
            seen=name_recogniser.seen_of(view.unit_map.recognition),
            links=links,
        )

    def publish(
        self,
        request: Request,
        who: StaffMember,
        view: MatrixView,
        *,
        error: DomainError | None = None,
        typed_day: str = "",
    ) -> Response:
        t, language = self.frame.text(request), self.frame.language(request)
        causes = publish_report.causes(self.outside, view)
        texts = {one.key: shown(one.text, language) for one in view.found.unit.requirements}
        refused = isinstance(error, NotPublishableError)
        face = Face(
            screen="B4",
            title="title.staff",
            who=who,
            current="/sites",
            errors=page_errors(t, error) if error is not None and not refused else (),
        )
        newest = view.reports[0] if view.reports else None
        today = helsinki_day(self.outside.now())
        return self.frame.render(
            request,
            "coach/publish.html",
            face,
            status=200 if error is None else 422 if refused or typed_day else 409,
            **_head(view, language),
            causes=[(cause, [texts[key] for key in cause.keys]) for cause in causes],
            seen=view.unit_map.seen,
            values=self._kept(view),
            name_public=view.unit_map.recognition.name_public,
            next_version=newest.version + 1 if newest else 1,
            ending=newest if newest is not None and newest.in_force(today) else None,
            typed_day=typed_day,
        )

    def _kept(self, view: MatrixView) -> dict[str, str]:
        known = view.unit_map.recognition
        recogniser = known.recogniser
        days = {"recognised_on": known.recognised_on, "valid_until": known.valid_until}
        return {
            "name": name_recogniser.name_of(self.outside, known),
            "role": recogniser.role if recogniser else "",
            "organisation": recogniser.organisation if recogniser else "",
            "register_number": known.register_number,
            **{name: f"{day.day}.{day.month}.{day.year}" if day else "" for name, day in days.items()},
        }


def _head(view: MatrixView, language: str) -> dict[str, object]:
    return {
        "site": view.site,
        "unit": view.found.unit,
        "unit_name": shown(view.found.unit.name, language),
        "base": f"/sites/{view.site.id}/map/{view.unit}",
        "reports": [
            (
                report,
                whole_day(report.published_on, language),
                whole_day(report.ended_on or report.valid_until, language),
            )
            for report in view.reports
        ],
    }


def _named(form: Form) -> Named:
    texts = {name: form.text(name) or "" for name in ("name", "role", "organisation", "register_number")}
    days = {name: form.day(name, required=False) for name in ("recognised_on", "valid_until")}
    form.check()
    return Named(
        name=texts["name"],
        role=texts["role"],
        organisation=texts["organisation"],
        register_number=texts["register_number"],
        recognised_on=days["recognised_on"],
        valid_until=days["valid_until"],
        name_public=form.ticked("name_public"),
    )
