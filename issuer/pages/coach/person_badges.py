"""The badges of a participant: drafts, badges, what they cover together, and a new draft."""

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response

from issuer.domain.badge_draft import DraftScope, DraftState
from issuer.domain.badge_texts import LANGUAGES
from issuer.domain.catalogue_choice import CatalogueUnit
from issuer.domain.errors import DomainError, NotFoundError
from issuer.domain.permissions import Permission, StaffMember
from issuer.domain.unit_ref import UnitRef
from issuer.domain.working_life import competences
from issuer.i18n import content_language, moment, whole_day
from issuer.pages.access import Access
from issuer.pages.catalogue_text import shown
from issuer.pages.coach import draft_view
from issuer.pages.coach.drafts import Posted
from issuer.pages.forms import Form, page_errors
from issuer.pages.frame import Face, Frame
from issuer.pages.signed_in import SessionCookie
from issuer.services.coaching import find_participants
from issuer.services.drafts.person_badges import PersonBadges, read
from issuer.services.drafts.start_draft import NewDraft, start
from issuer.services.outside import Outside
from issuer.services.own.slip_state import slip_state

SEE_OTHER = 303
_SCOPES = (DraftScope.PART, DraftScope.UNIT, DraftScope.GROUP, DraftScope.GENERIC)  # the usual one first


def router(outside: Outside, frame: Frame, cookie: SessionCookie) -> APIRouter:
    """Return the routes ``/people/{number}/badges`` and ``/people/{number}/drafts``."""
    routes = APIRouter(prefix="/people/{number}", include_in_schema=False)
    access = Access(outside, cookie)
    reader, drafter = Depends(access(Permission.PEOPLE_READ)), Depends(access(Permission.DRAFT_EDIT))

    @routes.get("/badges")
    def badges(request: Request, number: str, who: StaffMember = reader) -> Response:
        return _page(outside, frame, request, who, read(outside, who, number))

    @routes.post("/drafts")
    def new(request: Request, number: str, form: Posted, who: StaffMember = drafter) -> Response:
        person = find_participants.locate(outside, who, number)
        try:
            wanted = _wanted(outside, form)
            form.check()
            draft_id = start(outside, who, person.person_id, wanted)
        except DomainError as error:
            return _page(outside, frame, request, who, read(outside, who, number), error=error, form=form)
        return RedirectResponse(f"/drafts/{draft_id}?notice=started", status_code=SEE_OTHER)

    return routes


def _wanted(outside: Outside, form: Form) -> NewDraft:
    """What the form asks for; a group is named by unit and position of its first requirement."""
    scope = DraftScope(form.choice("scope", [one.value for one in DraftScope]) or DraftScope.PART)
    language = form.choice("language", LANGUAGES) or "fi"
    if scope is DraftScope.GENERIC:
        return NewDraft(scope=scope, competence=form.choice("competence", competences().by_key), language=language)
    if scope is not DraftScope.GROUP:
        return NewDraft(scope=scope, unit=_unit(form, form.text("unit") or ""), language=language)
    written, _, position = (form.text("group") or "").partition(":")
    unit = _unit(form, written, "group")
    with outside.database.read() as uow:
        found = uow.catalogue.unit_of(unit) if unit is not None else None
    requirements = found.unit.requirements if found is not None else ()
    first = next((one.key for one in requirements if str(one.position) == position), None)
    return NewDraft(scope=scope, unit=unit, group=first, language=language)


def _unit(form: Form, written: str, field: str = "unit") -> UnitRef | None:
    try:
        return UnitRef.read(written)
    except NotFoundError:
        if written:
            form.fault("unit.unknown", field)
        return None


def _page(  # noqa: PLR0913  the page's parts
    outside: Outside,
    frame: Frame,
    request: Request,
    who: StaffMember,
    found: PersonBadges,
    *,
    error: DomainError | None = None,
    form: Form | None = None,
) -> Response:
    t, language = frame.text(request), frame.language(request)
    own = content_language(language)
    face = Face(
        screen="B6",
        title="title.staff",
        who=who,
        current="/people",
        notice=t("claim.paperform.filed") if request.query_params.get("notice") == "paper" and not error else None,
        errors=page_errors(t, error) if error is not None else (),
    )
    names = {
        key: next((one.name for spoken, one in by.items() if spoken == own), key)
        for key, by in competences().by_key.items()
    }
    return frame.render(
        request,
        "coach/person_badges.html",
        face,
        status=200 if error is None else 422,
        person=found.person,
        badges=[(row, moment(row.issued_at, language) if row.issued_at else None) for row in found.badges],
        drafts=[
            (line.draft, draft_view.title_of(line.draft, line.unit, language))
            for line in found.drafts
            if line.draft.state not in (DraftState.ISSUED, DraftState.DROPPED)
        ],
        covered=[(shown(unit.unit.name, language), rolled) for unit, rolled in found.covered],
        units=[(str(UnitRef.of(unit.unit)), shown(unit.unit.name, language).text) for unit in found.units],
        groups=_groups(found.units, language),
        competences=sorted(names.items(), key=lambda pair: pair[1]),
        languages=[(one, t(f"language.{one}")) for one in LANGUAGES],
        scopes=[(one.value, t(f"award.scope.{one.value}")) for one in _SCOPES],
        may_edit=who.may(Permission.DRAFT_EDIT),
        typed=form,
        slip=_slip(outside, who, found, language) if who.may(Permission.PEOPLE_EDIT) else None,
    )


def _slip(outside: Outside, who: StaffMember, found: PersonBadges, language: str) -> dict[str, str]:
    """The days of the participant's slip; empty before the first one."""
    state = slip_state(outside, who, found.person.code)
    if state is None:
        return {}
    return {"made": whole_day(state.made_at.date(), language), "until": whole_day(state.works_until.date(), language)}


def _groups(units: tuple[CatalogueUnit, ...], language: str) -> list[tuple[str, str]]:
    found: dict[tuple[str, str], str] = {}
    for unit in units:
        name = shown(unit.unit.name, language).text
        for one in unit.unit.requirements:
            if one.group:
                label = f"{name}: {shown(one.group, language).text}"
                found.setdefault((str(UnitRef.of(unit.unit)), label), str(one.position))
    return [(f"{unit}:{position}", label) for (unit, label), position in found.items()]
