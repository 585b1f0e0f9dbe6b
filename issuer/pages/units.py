"""Screen B2: finding a unit of a qualification by words and filters, by GET and without scripts."""

from dataclasses import dataclass

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from issuer.domain.catalogue import State
from issuer.domain.permissions import Permission, StaffMember
from issuer.i18n import text, whole_day
from issuer.pages.access import Access
from issuer.pages.catalogue_text import Shown, credits_text, shown
from issuer.pages.frame import Face, Frame
from issuer.pages.signed_in import SessionCookie
from issuer.services.environments.list_units import UnitLine, Wanted, list_units
from issuer.services.outside import Outside

MOST_CHARACTERS = 100
MOST_HITS = 50
_STATES = (State.VALID, State.TRANSITION, State.EXPIRED)


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitRow:
    """One unit found; `ref` is empty for a code of which no qualification is imported."""

    ref: str
    code: str
    name: Shown
    qualification: Shown | None
    facts: tuple[str, ...]
    sentence: str
    used: int


def router(outside: Outside, frame: Frame, cookie: SessionCookie) -> APIRouter:
    """Return the route ``/units`` of staff."""
    routes = APIRouter(include_in_schema=False)
    staff = Depends(Access(outside, cookie)(Permission.CATALOGUE_READ))

    @routes.get("/units")
    def units(request: Request, who: StaffMember = staff) -> Response:
        asked, language = request.query_params, frame.language(request)
        words = asked.get("q", "").strip()[:MOST_CHARACTERS]
        state = next((one for one in _STATES if one.value == asked.get("state")), None)
        wanted = Wanted(
            words=words,
            peruste_id=asked.get("qualification", "")[:20],
            state=state,
            used=bool(asked.get("used")),
        )
        found = list_units(outside, who, wanted, limit=MOST_HITS)
        face = Face(screen="B2", title="title.staff", who=who, current="/units")
        return frame.render(
            request,
            "units.html",
            face,
            wanted=wanted,
            rows=[_row(line, language) for line in found.lines],
            total=found.total,
            qualifications=[
                (one.peruste_id, f"{shown(one.name, language).text} ({one.register_number or one.peruste_id})")
                for one in found.qualifications
            ],
            states=[(one.value, frame.text(request)(f"units.state.{one.value}")) for one in _STATES],
            stale=whole_day(found.stale_since, language) if found.stale_since else "",
            may_import=who.may(Permission.CATALOGUE_IMPORT),
        )

    return routes


def _row(line: UnitLine, language: str) -> UnitRow:
    """What a unit is and whether a badge can be made of it, in words."""
    unit, code, qualification = line.hit.unit, line.hit.code, line.hit.qualification
    if unit is None:
        sentence = text(language, "units.not_imported")
    elif unit.can_be_awarded:
        sentence = text(language, "units.awardable", count=line.hit.requirement_count)
    else:
        sentence = text(language, "units.incomplete", count=line.hit.requirement_count)
    points = credits_text(unit.credits_min, unit.credits_max) if unit is not None else ""
    facts = [
        qualification.register_number or "" if qualification is not None else "",
        text(language, "units.osp", points=points) if points else "",
        text(language, f"units.state.{line.state.value}") if line.state is not None else "",
    ]
    name = unit.name if unit is not None else code.name if code is not None else None
    return UnitRow(
        ref=str(line.ref) if line.ref is not None else "",
        code=(unit.code if unit is not None else code.code if code is not None else None) or "",
        name=shown(name, language) if name is not None else Shown(text="", lang=None),
        qualification=shown(qualification.name, language) if qualification is not None else None,
        facts=tuple(fact for fact in facts if fact),
        sentence=sentence,
        used=line.used,
    )
