"""Screen A1 as far as an umbrella body needs it: makes institutions under it and invites their first administrator."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request
from fastapi.responses import RedirectResponse, Response

from issuer.domain.errors import DomainError, NotFoundError
from issuer.domain.institution import NewInstitution, PublicName
from issuer.domain.permissions import Permission, Role, StaffMember
from issuer.i18n import moment
from issuer.pages.access import Access
from issuer.pages.forms import Form, page_errors, posted
from issuer.pages.frame import Face, Frame
from issuer.pages.mails import send_invitation
from issuer.pages.signed_in import SessionCookie
from issuer.services import show_institution
from issuer.services.outside import Outside
from issuer.services.staff import invite
from issuer.services.staff.institutions_under import create_under, institutions_under, invitation_link

Posted = Annotated[Form, Depends(posted)]
InstitutionId = Annotated[str, Path(pattern=r"^[0-9a-f-]{36}$")]
PATH = "/admin/institutions"
SEE_OTHER = 303


def router(outside: Outside, frame: Frame, cookie: SessionCookie) -> APIRouter:
    """Return the routes ``/admin/institutions…``; for everyone but an umbrella's administrator they are not there."""
    routes = APIRouter(include_in_schema=False)
    manager = Depends(Access(outside, cookie)(Permission.STAFF_MANAGE))

    @routes.get(PATH)
    def all_of(request: Request, who: StaffMember = manager) -> Response:
        return _page(outside, frame, request, who)

    @routes.post(PATH)
    def make(request: Request, form: Posted, who: StaffMember = manager) -> Response:
        name = form.raw("public_name-fi").strip()
        new = NewInstitution(
            kind="school" if form.raw("kind") == "school" else "provider",
            public_name=PublicName(
                fi=name, sv=form.raw("public_name-sv").strip() or name, en=form.raw("public_name-en").strip() or name
            ),
            legal_name=form.raw("legal_name").strip(),
            business_id=form.raw("business_id").strip(),
            own_identity=form.raw("kind") == "school",
        )
        try:
            create_under(outside, who, new)
        except NotFoundError:
            raise
        except DomainError as error:
            return _page(outside, frame, request, who, form=form, error=error)
        return RedirectResponse(f"{PATH}?done=made", status_code=SEE_OTHER)

    @routes.post(f"{PATH}/{{institution_id}}/invite")
    def first(request: Request, institution_id: InstitutionId, form: Posted, who: StaffMember = manager) -> Response:
        try:
            new = invite.NewInvitation(
                institution_id=institution_id,
                name=form.raw("name"),
                address=form.raw("address"),
                roles=frozenset({Role.ADMINISTRATOR}),
            )
            invitation_id = invite.invite(outside, who, new)
        except NotFoundError:
            raise
        except DomainError as error:
            return _page(outside, frame, request, who, form=form, error=error)
        if new.address.strip():
            sender = show_institution.one(outside, institution_id).public_name
            token = invite.token(outside, invitation_id)
            send_invitation(outside, new.address.strip(), sender, token, frame.language(request))
        return RedirectResponse(f"{PATH}/{institution_id}/invited", status_code=SEE_OTHER)

    @routes.get(f"{PATH}/{{institution_id}}/invited")
    def invited(request: Request, institution_id: InstitutionId, who: StaffMember = manager) -> Response:
        row = invitation_link(outside, who, institution_id)
        face = Face(screen="A1", title="title.staff", who=who, current="/admin/people")
        link = f"{outside.public_url}/invite/{row.link_token}"
        until = moment(row.expires_at, frame.language(request))
        return frame.render(request, "administrator/invited.html", face, row=row, link=link, until=until)

    return routes


def _page(
    outside: Outside,
    frame: Frame,
    request: Request,
    who: StaffMember,
    *,
    form: Form | None = None,
    error: DomainError | None = None,
) -> Response:
    rows = institutions_under(outside, who)
    t = frame.text(request)
    face = Face(
        screen="A1",
        title="title.staff",
        who=who,
        current="/admin/people",
        notice=t("institutions.done.made") if request.query_params.get("done") == "made" and error is None else None,
        errors=page_errors(t, error) if error is not None else (),
    )
    return frame.render(
        request,
        "administrator/institutions.html",
        face,
        status=422 if error is not None else 200,
        rows=rows,
        typed=form.raw if form is not None else lambda _name: "",
        language=frame.language(request),
    )
