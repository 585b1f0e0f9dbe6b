"""Screen G4: the people of an institution, their roles and trades, invitations, and the role table in words."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request
from fastapi.responses import RedirectResponse, Response

from issuer.domain.errors import DomainError, NotFoundError
from issuer.domain.permissions import ALLOWED, Permission, Role, StaffMember
from issuer.domain.staff import ROLES_OF_KIND, StaffRow
from issuer.i18n import content_language, moment, whole_day
from issuer.pages.access import Access
from issuer.pages.forms import Form, page_errors, posted
from issuer.pages.frame import Face, Frame
from issuer.pages.mails import send_invitation
from issuer.pages.signed_in import SessionCookie
from issuer.services import show_institution
from issuer.services.outside import Outside
from issuer.services.staff import end_staff, invite, list_staff, record_trade, set_roles
from issuer.services.staff.list_trades import list_trades

Posted = Annotated[Form, Depends(posted)]
StaffId = Annotated[str, Path(pattern=r"^[0-9a-f-]{36}$")]
InvitationId = Annotated[str, Path(pattern=r"^[0-9a-f-]{36}$")]
PATH = "/admin/people"
SEE_OTHER = 303
_DONE = ("roles", "trade", "trade_removed", "ended", "withdrawn")
# The rows of the role table: what can be told in a few words.
TABLE = (
    Permission.PEOPLE_EDIT,
    Permission.OBSERVATION_RECORD,
    Permission.AGREEMENT_EDIT,
    Permission.COMPETENCE_SIGN,
    Permission.DRAFT_REVIEW,
    Permission.ENVIRONMENT_PUBLISH,
    Permission.BADGE_WITHDRAW,
    Permission.STATISTICS,
    Permission.SCHOOL_DECIDE,
    Permission.COOPERATION_MANAGE,
    Permission.CATALOGUE_IMPORT,
    Permission.STAFF_MANAGE,
)


@dataclass(frozen=True, slots=True)
class _Pages:
    """Renders the list and the page of one person."""

    outside: Outside
    frame: Frame

    def _face(self, request: Request, who: StaffMember, error: DomainError | None) -> Face:
        t, done = self.frame.text(request), request.query_params.get("done", "")
        return Face(
            screen="G4",
            title="title.staff",
            who=who,
            current=PATH,
            notice=t(f"people.done.{done}") if done in _DONE and error is None else None,
            errors=page_errors(t, error) if error is not None else (),
        )

    def roles(self, who: StaffMember) -> list[Role]:
        """The roles of the institution's kind, in the order of `Role`."""
        institution = show_institution.one(self.outside, who.institution_id)
        return [role for role in Role if role in ROLES_OF_KIND[institution.kind]]

    def all(
        self, request: Request, who: StaffMember, *, form: Form | None = None, error: DomainError | None = None
    ) -> Response:
        """Answer the list; with an error 422 and what was typed."""
        language = self.frame.language(request)
        rows, roles = list_staff.list_staff(self.outside, who.institution_id), self.roles(who)
        return self.frame.render(
            request,
            "administrator/people.html",
            self._face(request, who, error),
            status=422 if error is not None else 200,
            rows=rows,
            invited=list_staff.list_invited(self.outside, who),
            trades=self.trade_names(request),
            roles=roles,
            table=[(one.value, [role in ALLOWED[one] for role in roles]) for one in TABLE],
            manages=who.may(Permission.STAFF_MANAGE),
            who=who,
            lonely=len(rows) < 2,  # noqa: PLR2004  two pairs of eyes
            school=show_institution.one(self.outside, who.institution_id).kind == "school",
            umbrella=show_institution.one(self.outside, who.institution_id).kind == "umbrella",
            typed=form.raw if form is not None else lambda _name: "",
            ticked=form.many("roles") if form is not None else (),
            moment=lambda at: moment(at, language),
            day=lambda on: whole_day(on, language),
        )

    def one(
        self,
        request: Request,
        who: StaffMember,
        staff_id: str,
        *,
        form: Form | None = None,
        error: DomainError | None = None,
    ) -> Response:
        """Answer the page of one person; with an error 422 and what was typed."""
        row = self.row(who, staff_id)
        language = self.frame.language(request)
        return self.frame.render(
            request,
            "administrator/person.html",
            self._face(request, who, error),
            status=422 if error is not None else 200,
            row=row,
            roles=self.roles(who),
            ticked=form.many("roles") if form is not None and "roles" in form.data else row.roles,
            trades=self.trade_names(request),
            typed=form.raw if form is not None else lambda _name: "",
            own=row.id == who.id,
            day=lambda on: whole_day(on, language),
        )

    def row(self, who: StaffMember, staff_id: str) -> StaffRow:
        """One colleague. Raises NotFoundError."""
        rows = list_staff.list_staff(self.outside, who.institution_id)
        found = next((row for row in rows if row.id == staff_id), None)
        if found is None:
            raise NotFoundError("staff")
        return found

    def trade_names(self, request: Request) -> Mapping[str, str]:
        """Names of trades by code."""
        language = content_language(self.frame.language(request))
        return {one.code: one.name.in_language(language) for one in list_trades(self.outside)}


def router(outside: Outside, frame: Frame, cookie: SessionCookie) -> APIRouter:
    """Return the routes ``/admin/people…``."""
    routes = APIRouter(include_in_schema=False)
    access, pages = Access(outside, cookie), _Pages(outside, frame)
    reader, manager = Depends(access(Permission.STAFF_READ)), Depends(access(Permission.STAFF_MANAGE))

    @routes.get(PATH)
    def people(request: Request, who: StaffMember = reader) -> Response:
        return pages.all(request, who)

    _add_invitations(routes, pages, manager)
    _add_one(routes, pages, manager)
    return routes


def _add_invitations(routes: APIRouter, pages: _Pages, manager: StaffMember) -> None:
    outside, frame = pages.outside, pages.frame

    @routes.post(f"{PATH}/invite")
    def make(request: Request, form: Posted, who: StaffMember = manager) -> Response:
        try:
            new = invite.NewInvitation(
                institution_id=who.institution_id,
                name=form.raw("name"),
                address=form.raw("address"),
                roles=roles_of(form),
            )
            invitation_id = invite.invite(outside, who, new)
        except DomainError as error:
            return pages.all(request, who, form=form, error=error)
        if new.address.strip():
            sender = show_institution.one(outside, who.institution_id).public_name
            token = invite.token(outside, invitation_id)
            send_invitation(outside, new.address.strip(), sender, token, frame.language(request))
        return RedirectResponse(f"{PATH}/invited/{invitation_id}", status_code=SEE_OTHER)

    @routes.get(f"{PATH}/invited/{{invitation_id}}")
    def made(request: Request, invitation_id: InvitationId, who: StaffMember = manager) -> Response:
        """Show the link, to the one who invited, while it is open."""
        rows = list_staff.list_invited(outside, who)
        row = next((one for one in rows if one.id == invitation_id and one.link_token is not None), None)
        if row is None:
            raise NotFoundError("invitation")
        face = Face(screen="G4", title="title.staff", who=who, current=PATH)
        link = f"{outside.public_url}/invite/{row.link_token}"
        until = moment(row.expires_at, frame.language(request))
        return frame.render(request, "administrator/invited.html", face, row=row, link=link, until=until)

    @routes.post(f"{PATH}/invited/{{invitation_id}}/withdraw")
    def withdraw(invitation_id: InvitationId, who: StaffMember = manager) -> Response:
        invite.withdraw(outside, who, invitation_id)
        return RedirectResponse(f"{PATH}?done=withdrawn", status_code=SEE_OTHER)


def _add_one(routes: APIRouter, pages: _Pages, manager: StaffMember) -> None:
    outside = pages.outside

    @routes.get(f"{PATH}/{{staff_id}}")
    def one(request: Request, staff_id: StaffId, who: StaffMember = manager) -> Response:
        return pages.one(request, who, staff_id)

    @routes.post(f"{PATH}/{{staff_id}}/roles")
    def change(request: Request, staff_id: StaffId, form: Posted, who: StaffMember = manager) -> Response:
        pages.row(who, staff_id)
        try:
            set_roles.set_roles(outside, who, staff_id, roles_of(form))
        except DomainError as error:
            return pages.one(request, who, staff_id, form=form, error=error)
        return RedirectResponse(f"{PATH}?done=roles", status_code=SEE_OTHER)

    @routes.post(f"{PATH}/{{staff_id}}/trades")
    def trade(request: Request, staff_id: StaffId, form: Posted, who: StaffMember = manager) -> Response:
        pages.row(who, staff_id)
        try:
            code = form.text("trade") or ""
            inducted_on = form.day("inducted_on")
            form.check()
            record_trade.record_trade(outside, who, staff_id, trade=code, inducted_on=inducted_on)
        except DomainError as error:
            return pages.one(request, who, staff_id, form=form, error=error)
        return RedirectResponse(f"{PATH}/{staff_id}?done=trade", status_code=SEE_OTHER)

    @routes.post(f"{PATH}/{{staff_id}}/trades/remove")
    def remove_trade(staff_id: StaffId, form: Posted, who: StaffMember = manager) -> Response:
        record_trade.remove_trade(outside, who, staff_id, form.raw("trade")[:40])
        return RedirectResponse(f"{PATH}/{staff_id}?done=trade_removed", status_code=SEE_OTHER)

    @routes.post(f"{PATH}/{{staff_id}}/end")
    def end(request: Request, staff_id: StaffId, who: StaffMember = manager) -> Response:
        pages.row(who, staff_id)
        try:
            end_staff.end_staff(outside, who, staff_id)
        except DomainError as error:
            return pages.one(request, who, staff_id, error=error)
        return RedirectResponse(f"{PATH}?done=ended", status_code=SEE_OTHER)


def roles_of(form: Form) -> frozenset[Role]:
    """The ticked roles; names that are none of ours are left out."""
    return frozenset(Role(one) for one in form.many("roles") if one in set(Role))
