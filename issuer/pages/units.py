"""Finding a unit of a qualification by code or name, by GET and without scripts."""

from dataclasses import dataclass

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from issuer.domain.catalogue_choice import UnitHit
from issuer.domain.permissions import Permission, StaffMember
from issuer.i18n import content_language, text
from issuer.pages.access import Access
from issuer.pages.frame import Face, Frame
from issuer.pages.signed_in import SessionCookie
from issuer.services.outside import Outside
from issuer.services.search_units import SearchResult, search_units

MOST_CHARACTERS = 100
MOST_HITS = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitRow:
    """One unit found; `lang` where its name is not in the page's language."""

    code: str
    name: str
    lang: str | None
    qualification: str
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitRows:
    """The first units found, and how many there are in all."""

    rows: tuple[UnitRow, ...]
    total: int


def router(outside: Outside, frame: Frame, cookie: SessionCookie) -> APIRouter:
    """Return the route ``/units`` of staff."""
    routes = APIRouter(include_in_schema=False)
    staff = Depends(Access(outside, cookie)(Permission.CATALOGUE_READ))

    @routes.get("/units")
    def units(request: Request, q: str = "", who: StaffMember = staff) -> Response:
        words = q.strip()[:MOST_CHARACTERS]
        found = None
        if words:
            result = search_units(outside.database, words, now=outside.clock(), limit=MOST_HITS)
            found = _rows(result, frame.language(request))
        face = Face(screen="B2", title="title.staff", who=who, current="/units")
        return frame.render(request, "units.html", face, words=words, found=found)

    return routes


def _rows(result: SearchResult, language: str) -> UnitRows:
    return UnitRows(rows=tuple(_row(hit, language) for hit in result.hits), total=result.total)


def _row(hit: UnitHit, language: str) -> UnitRow:
    """What a unit is and whether a badge can be made of it, in words."""
    own = content_language(language)
    named = hit.unit.name if hit.unit is not None else hit.code.name if hit.code is not None else None
    code = hit.unit.code if hit.unit is not None else hit.code.code if hit.code is not None else None
    if hit.unit is None:
        sentence = text(language, "units.not_imported")
    elif hit.unit.can_be_awarded:
        sentence = text(language, "units.awardable", count=hit.requirement_count)
    else:
        sentence = text(language, "units.incomplete", count=hit.requirement_count)
    name_language = named.language_for(own) if named is not None else ""
    return UnitRow(
        code=code or "",
        name=named.in_language(own) if named is not None else "",
        lang=name_language if name_language not in ("", own) else None,
        qualification=hit.qualification.name.in_language(own) if hit.qualification is not None else "",
        sentence=sentence,
    )
