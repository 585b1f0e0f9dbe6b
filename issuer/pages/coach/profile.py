"""Screen B6: one participant, part by part; the page says that the participant sees that it was opened."""

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response

from issuer.domain.participant import LANGUAGES, ParticipantState
from issuer.domain.permissions import Permission, StaffMember
from issuer.i18n import moment, month, whole_day
from issuer.pages.access import Access
from issuer.pages.coach.shown_words import pairs, words
from issuer.pages.frame import Face, Frame
from issuer.pages.signed_in import SessionCookie
from issuer.services.coaching.show_profile import Coverage, Profile, SeenThing, picture, show
from issuer.services.outside import Outside
from verifier.templating import Text

SEE_OTHER = 303
_NOTICES = frozenset({"accepted", "corrected", "card", "card_removed", "work", "given", "withdrawn", "observed"})


def router(outside: Outside, frame: Frame, cookie: SessionCookie) -> APIRouter:
    """Return the routes that show ``/people/{number}`` and its parts."""
    routes = APIRouter(include_in_schema=False)
    reader = Depends(Access(outside, cookie)(Permission.PEOPLE_READ))

    @routes.get("/people/{number}")
    def competence(request: Request, number: str, who: StaffMember = reader) -> Response:
        profile = show(outside, who, number, "competence")
        if profile.person.state is ParticipantState.INTAKE:
            return RedirectResponse(f"/people/{number}/accept", status_code=SEE_OTHER)
        language = frame.language(request)
        coverage = [_coverage(one, language) for one in profile.coverage]
        return _render(frame, request, who, profile, "competence", coverage=coverage, cards=_cards(profile, language))

    @routes.get("/people/{number}/observations")
    def observations(request: Request, number: str, who: StaffMember = reader) -> Response:
        profile = show(outside, who, number, "observations")
        language = frame.language(request)
        seen = [_seen(one, language) for one in profile.observations]
        return _render(frame, request, who, profile, "observations", seen=seen)

    @routes.get("/people/{number}/pictures/{picture_id}")
    def one_picture(number: str, picture_id: str, who: StaffMember = reader) -> Response:
        return Response(
            picture(outside, who, number, picture_id),
            media_type="image/jpeg",
            headers={"Cache-Control": "no-store", "X-Robots-Tag": "noindex"},
        )

    return routes


def _render(
    frame: Frame,
    request: Request,
    who: StaffMember,
    profile: Profile,
    part: str,
    **values: Any,  # noqa: ANN401  names of the template
) -> Response:
    t = frame.text(request)
    return frame.render(
        request,
        f"coach/{part}.html",
        profile_face(t, who, request),
        person=profile.person,
        profile=profile,
        part=part,
        spoken=", ".join(text for _, text in pairs(t, "person.language", profile.person.languages)),
        may_edit=who.may(Permission.PEOPLE_EDIT),
        may_note=who.may(Permission.OBSERVATION_RECORD) and profile.person.state is ParticipantState.ACTIVE,
        language_choices=pairs(t, "person.language", LANGUAGES),
        **values,
    )


def profile_face(t: Text, who: StaffMember, request: Request) -> Face:
    """The frame of all parts of a profile."""
    notice = request.query_params.get("notice", "")
    said = t(f"person.notice.{notice}") if notice in _NOTICES else None
    return Face(screen="B6", title="title.staff", who=who, current="/people", notice=said)


def _coverage(coverage: Coverage, language: str) -> Mapping[str, object]:
    """A unit with its requirements in groups, as words."""
    groups: dict[str, list[dict[str, object]]] = {}
    for row in coverage.rows:
        group = words(row.requirement.group, language).text
        groups.setdefault(group, []).append(
            {
                "text": words(row.requirement.text, language),
                "state": "shown" if row.shown else "seen" if row.month else "none",
                "month": month(row.month, language) if row.month else "",
                "prior": row.prior,
            }
        )
    return {
        "ref": str(coverage.unit),
        "name": words(coverage.name, language),
        "shown": coverage.shown,
        "required": len(coverage.rows),
        "seen": coverage.seen,
        "prior": coverage.prior,
        "groups": groups,
    }


def _cards(profile: Profile, language: str) -> list[Mapping[str, object]]:
    return [
        {
            "id": card.id,
            "kind": card.kind.value,
            "issued_on": whole_day(card.issued_on, language),
            "valid_until": whole_day(card.valid_until, language) if card.valid_until is not None else "",
            "holds": card.holds(profile.today),
        }
        for card in profile.cards
    ]


def _seen(one: SeenThing, language: str) -> Mapping[str, object]:
    row = one.row
    return {
        "id": row.id,
        "day": whole_day(row.observed_on, language),
        "iso": row.observed_on.isoformat(),
        "noted_at": moment(row.at, language),
        "unit": words(one.unit_name, language),
        "texts": [words(text, language) for text in one.texts],
        "independence": row.independence.value,
        "origin": row.origin.value,
        "medium": row.medium.value,
        "in_trade": row.in_trade,
        "version": row.version,
        "observer": one.observer,
        "task": one.task,
        "words": one.words,
        "pictures": one.pictures,
        "own": one.own,
    }
