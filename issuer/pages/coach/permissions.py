"""Screen B6 Luvat: each permission alone, with what, to whom and until; given and taken back with one press each."""

from collections.abc import Mapping
from dataclasses import dataclass

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response

from issuer.domain.errors import ConflictError, DomainError, NotFoundError
from issuer.domain.participant import TERMS, Consent, How, ParticipantState, Purpose
from issuer.domain.permissions import Permission, StaffMember
from issuer.i18n import moment, whole_day
from issuer.pages.access import Access
from issuer.pages.coach.profile import profile_face
from issuer.pages.coach.shown_words import pairs
from issuer.pages.forms import Form, PostedForm, page_errors
from issuer.pages.frame import Face, Frame
from issuer.pages.signed_in import SessionCookie
from issuer.services.coaching import find_participants, give_consent, withdraw_consent
from issuer.services.coaching.give_consent import Yes, hows_of
from issuer.services.coaching.show_profile import show
from issuer.services.outside import Outside
from verifier.templating import Text

SEE_OTHER = 303


@dataclass(frozen=True, slots=True)
class _Refused:
    """What was wrong with the form of one permission, and what was typed."""

    purpose: str
    error: DomainError
    form: Form


def router(outside: Outside, frame: Frame, cookie: SessionCookie) -> APIRouter:
    """Return the routes ``/people/{number}/permissions…`` of staff."""
    routes = APIRouter(include_in_schema=False)
    access = Access(outside, cookie)
    reader, editor = Depends(access(Permission.PEOPLE_READ)), Depends(access(Permission.PEOPLE_EDIT))

    @routes.get("/people/{number}/permissions")
    def permissions(request: Request, number: str, who: StaffMember = reader) -> Response:
        return _page(outside, frame, request, who, number)

    @routes.get("/people/{number}/permissions/{purpose}")
    def one(number: str, purpose: str, who: StaffMember = reader) -> Response:
        """The language menu of a form that is shown again leads here: on to the page that holds all permissions."""
        find_participants.locate(outside, who, number)
        _purpose(purpose)
        return RedirectResponse(f"/people/{number}/permissions", status_code=SEE_OTHER)

    @routes.post("/people/{number}/permissions/{purpose}")
    def give(request: Request, number: str, purpose: str, form: PostedForm, who: StaffMember = editor) -> Response:
        row = find_participants.locate(outside, who, number)
        wanted = _purpose(purpose)
        how = form.choice(f"how-{purpose}", [one.value for one in How])
        contact = form.text("contact") if wanted is Purpose.CONTACT else None
        try:
            form.check()
            yes = Yes(purpose=wanted, how=How(str(how)), language=frame.language(request), contact=contact)
            give_consent.give(outside, who, row.person_id, yes)
        except DomainError as error:
            return _page(outside, frame, request, who, number, _Refused(purpose, error, form))
        return RedirectResponse(f"/people/{number}/permissions?notice=given", status_code=SEE_OTHER)

    @routes.post("/people/{number}/permissions/{purpose}/withdraw")
    def withdraw(number: str, purpose: str, who: StaffMember = editor) -> Response:
        row = find_participants.locate(outside, who, number)
        try:
            withdraw_consent.withdraw(outside, who, row.person_id, _purpose(purpose))
        except ConflictError:  # taken back a moment ago: the page shows the present state
            return RedirectResponse(f"/people/{number}/permissions", status_code=SEE_OTHER)
        return RedirectResponse(f"/people/{number}/permissions?notice=withdrawn", status_code=SEE_OTHER)

    return routes


def _purpose(text: str) -> Purpose:
    try:
        return Purpose(text)
    except ValueError:
        raise NotFoundError("purpose") from None


def _page(
    outside: Outside, frame: Frame, request: Request, who: StaffMember, number: str, refused: _Refused | None = None
) -> Response:
    profile = show(outside, who, number, "permissions")
    t, language = frame.text(request), frame.language(request)
    face = profile_face(t, who, request)
    if refused is not None:
        face = Face(screen="B6", title="title.staff", who=who, current="/people", errors=page_errors(t, refused.error))
    active = profile.person.state is ParticipantState.ACTIVE
    return frame.render(
        request,
        "coach/permissions.html",
        face,
        status=200 if refused is None else 422,
        person=profile.person,
        part="permissions",
        versions={one.value: TERMS[one].version for one in Purpose},
        purposes=[
            (one.value, profile.permitted(one), active if one is not Purpose.COACHING else not active)
            for one in Purpose
        ],
        receipts=[_receipt(t, one, language) for one in profile.consents],
        hows={one.value: pairs(t, "consent.how", tuple(how.value for how in hows_of(one))) for one in Purpose},
        contact=refused.form.raw("contact") if refused is not None else "",
        how={refused.purpose: refused.form.raw(f"how-{refused.purpose}")} if refused is not None else {},
        may_edit=who.may(Permission.PEOPLE_EDIT),
        until={one.value: _until(profile.permitted(one), language) for one in Purpose},
    )


def _receipt(t: Text, consent: Consent, language: str) -> Mapping[str, object]:
    return {
        "title": t(f"consent.{consent.purpose.value}.{consent.text_version}.title"),
        "data": t(f"consent.{consent.purpose.value}.{consent.text_version}.data"),
        "to_whom": t(f"consent.{consent.purpose.value}.{consent.text_version}.to_whom"),
        "until": whole_day(consent.until, language) if consent.until is not None else t("consent.until_taken_back"),
        "given": moment(consent.given_at, language),
        "how": t(f"consent.how.{consent.how.value}"),
        "version": consent.text_version,
        "language": consent.language,
        "withdrawn": moment(consent.withdrawn_at, language) if consent.withdrawn_at is not None else "",
    }


def _until(consent: Consent | None, language: str) -> str:
    return whole_day(consent.until, language) if consent is not None and consent.until is not None else ""
