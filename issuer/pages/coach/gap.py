"""What a participant still lacks, of a unit and of a whole qualification: exactly, in a stable order, without blame."""

from collections.abc import Mapping

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from issuer.domain.catalogue import Qualification, Unit
from issuer.domain.catalogue_structure import Group
from issuer.domain.gap import GroupGap, QualificationGap
from issuer.domain.permissions import Permission, StaffMember
from issuer.domain.unit_ref import UnitRef
from issuer.pages.access import Access
from issuer.pages.catalogue_text import Shown, credits_text, shown
from issuer.pages.coach.screen import Screen
from issuer.pages.coach.sheet_rows import heading
from issuer.pages.frame import Face, Frame
from issuer.pages.signed_in import SessionCookie
from issuer.services.agreements import read_gap
from issuer.services.coaching import find_participants
from issuer.services.outside import Outside

_MODES = frozenset({"reformi", "ops", "naytto"})


def router(outside: Outside, frame: Frame, cookie: SessionCookie) -> APIRouter:
    """Return the route ``/people/{number}/gap/{what}``: a unit ("106889-7614470") or a qualification ("7614470")."""
    routes = APIRouter(include_in_schema=False)
    reader = Depends(Access(outside, cookie)(Permission.PEOPLE_READ))

    @routes.get("/people/{number}/gap/{what}")
    def gap(
        request: Request, number: str, what: str, mode: str = "", area: str = "", who: StaffMember = reader
    ) -> Response:
        screen = Screen(outside, frame, request, who)
        if "-" in what:
            return _unit(screen, number, UnitRef.read(what))
        return _qualification(screen, number, what, mode=mode, area=area)

    return routes


def _unit(screen: Screen, number: str, ref: UnitRef) -> Response:
    person = find_participants.by_number(screen.outside, screen.who, number, what="gap")
    sheet, gap, origins = read_gap.of_unit(screen.outside, screen.who.institution_id, person.person_id, ref)
    language = screen.language
    face = Face(screen="B6", title="title.staff", who=screen.who, current="/people")
    return screen.frame.render(
        screen.request,
        "agreements/gap_unit.html",
        face,
        person=person,
        unit=heading(sheet, language),
        origins=origins,
        next_steps=[shown(one.text, language) for one in gap.next_steps],
        missing=[shown(one.text, language) for one in gap.missing],
        done=[shown(one.text, language) for one in gap.shown],
        all_shown=gap.all_shown,
        qualification=ref.peruste_id,
    )


def _qualification(screen: Screen, number: str, peruste_id: str, *, mode: str, area: str) -> Response:
    person = find_participants.by_number(screen.outside, screen.who, number, what="gap")
    wanted = frozenset(area.split(" ")) - {""}
    qualification, gap, complete = read_gap.of_qualification(
        screen.outside, screen.who.institution_id, person.person_id, peruste_id, mode=mode or None, wanted=wanted
    )
    language, t = screen.language, screen.t
    face = Face(screen="B6", title="title.staff", who=screen.who, current="/people")
    modes = [(one, t(f"gap.mode.{one if one in _MODES else 'other'}")) for one in gap.modes] if gap is not None else []
    return screen.frame.render(
        screen.request,
        "agreements/gap_qualification.html",
        face,
        person=person,
        name=shown(qualification.name, language),
        register_number=qualification.register_number or "",
        gap=gap,
        root=_group(gap.root, language) if gap is not None else None,
        modes=modes,
        areas=_areas(qualification, gap, language) if gap is not None else [],
        area=area,
        complete=[shown(unit.name, language) for unit in complete],
        peruste_id=peruste_id,
    )


def _areas(qualification: Qualification, gap: QualificationGap, language: str) -> list[tuple[str, str]]:
    """Competence areas and titles that a structure has, by code, for a choice."""
    structure = next(one for one in qualification.structures if one.mode == gap.mode)
    found: dict[str, str] = {}

    def walk(group: Group, path: str) -> None:
        own = f"{path} {group.code}".strip() if group.code is not None else path
        if group.code is not None and own not in found and any(True for _ in group.places()):
            found[own] = shown(group.name, language).text
        for part in group.parts:
            if isinstance(part, Group):
                walk(part, own)

    walk(structure.root, "")
    return list(found.items())


def _group(group: GroupGap, language: str) -> Mapping[str, object]:
    """A group as the template shows it, with its groups inside."""

    def units(of: tuple[Unit, ...]) -> list[tuple[Shown, str, str]]:
        return [(shown(one.name, language), one.number, credits_text(one.credits_min, one.credits_max)) for one in of]

    tally = group.tally
    return {
        "name": shown(group.group.name, language),
        "shown": f"{tally.shown:g}",
        "needed": f"{group.needed:g}" if group.needed else "",
        "most": f"{group.most:g}" if group.most is not None and group.most != group.needed else "",
        "parts": tally.parts,
        "parts_needed": group.parts_needed,
        "missing": f"{tally.missing:g}" if tally.missing else "",
        "parts_missing": tally.parts_missing if not tally.missing else 0,
        "placed": units(group.placed),
        "elsewhere": units(group.elsewhere),
        "candidates": units(group.candidates),
        "children": [_group(child, language) for child in group.children],
        "left_out": [shown(one.name, language) for one in group.left_out],
        "open_places": [shown(one.name, language) for one in group.open_places if one.name],
        "optional": group.optional,
    }
