"""Screen B5: the participants of the house, with filters and orders by GET; a name is searched by POST only."""

from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response

from issuer.domain.errors import NotFoundError
from issuer.domain.permissions import Permission, StaffMember
from issuer.domain.unit_ref import UnitRef
from issuer.pages.access import Access
from issuer.pages.coach.shown_words import ago, words
from issuer.pages.forms import PostedForm
from issuer.pages.frame import Face, Frame
from issuer.pages.signed_in import SessionCookie
from issuer.services.coaching.list_people import MOST_WORDS, Line, People, Sort, Wish, list_people
from issuer.services.coaching.show_requirements import requirements
from issuer.services.outside import Outside
from verifier.templating import Text

_SORTS: tuple[Sort, ...] = ("name", "seen", "shown", "number")
_FILTERS = ("mine", "quiet", "near")
_NOTICES = frozenset({"declined"})
SEE_OTHER = 303
MOST_PAGES = 100_000


def router(outside: Outside, frame: Frame, cookie: SessionCookie) -> APIRouter:
    """Return the routes ``/people`` and ``/people/search`` of staff."""
    routes = APIRouter(include_in_schema=False)
    reader = Depends(Access(outside, cookie)(Permission.PEOPLE_READ))

    @routes.get("/people")
    def people(request: Request, who: StaffMember = reader) -> Response:
        return _page(outside, frame, request, who, _wish(outside, request))

    @routes.get("/people/search")
    def search_again(who: StaffMember = reader) -> Response:  # noqa: ARG001  only who may read gets here
        return RedirectResponse("/people", status_code=SEE_OTHER)

    @routes.post("/people/search")
    def search(request: Request, form: PostedForm, who: StaffMember = reader) -> Response:
        return _page(outside, frame, request, who, Wish(words=form.raw("words").strip()[:MOST_WORDS]))

    return routes


def _wish(outside: Outside, request: Request) -> Wish:
    """Read the filters of an address; what is not ours is left out."""
    asked = request.query_params
    page = asked.get("page", "")
    sort = asked.get("sort", "")
    unit = _unit(asked.get("unit", ""))
    return Wish(
        mine="mine" in asked,
        quiet="quiet" in asked,
        near="near" in asked,
        unit=unit,
        missing=_key(outside, unit, asked.get("missing", "")),
        sort=next((one for one in _SORTS if one == sort), "name"),
        page=int(page) if page.isascii() and page.isdigit() and len(page) < len(str(MOST_PAGES)) else 1,
    )


def _unit(text: str) -> UnitRef | None:
    try:
        return UnitRef.read(text)
    except NotFoundError:
        return None


def _key(outside: Outside, unit: UnitRef | None, position: str) -> str | None:
    """Requirements stand in addresses by their position."""
    if unit is None or not position:
        return None
    return next((one.key for one in requirements(outside, unit) if str(one.position) == position), None)


def _page(outside: Outside, frame: Frame, request: Request, who: StaffMember, wish: Wish) -> Response:
    found = list_people(outside, who, wish)
    t, language = frame.text(request), frame.language(request)
    rows = [(line, words(line.unit_name, language), ago(t, line.days_since), _next(line)) for line in found.lines]
    choices = []
    if wish.unit is not None:
        choices = [(str(one.position), words(one.text, language).text) for one in requirements(outside, wish.unit)]
    notice = request.query_params.get("notice", "")
    face = Face(
        screen="B5",
        title="title.staff",
        who=who,
        current="/people",
        notice=t(f"persons.notice.{notice}") if notice in _NOTICES else None,
    )
    return frame.render(
        request,
        "coach/people.html",
        face,
        rows=rows,
        found=found,
        wish=wish,
        sorts=[(one, _address(wish, request, sort=one)) for one in _SORTS],
        pages=_pages(wish, request, found),
        units=[(str(ref), words(name, language).text) for ref, name in found.units.items()],
        requirements=choices,
        missing=request.query_params.get("missing", "") if wish.missing else "",
        may_add=who.may(Permission.PEOPLE_EDIT),
        may_note=who.may(Permission.OBSERVATION_RECORD),
        state_of=_state_words(t),
    )


def _address(wish: Wish, request: Request, *, sort: str | None = None, page: int | None = None) -> str:
    """Return the same list in another order or at another page."""
    query = {name: "1" for name in _FILTERS if getattr(wish, name)}
    if wish.unit is not None:
        query["unit"] = str(wish.unit)
    if wish.missing is not None:
        query["missing"] = request.query_params.get("missing", "")
    query["sort"] = sort or wish.sort
    if page is not None:
        query["page"] = str(page)
    return f"/people?{urlencode(query)}"


def _pages(wish: Wish, request: Request, found: People) -> list[tuple[str, str]]:
    """Before and after, as far as there is one. A search by name shows its first page only."""
    if wish.words:
        return []
    steps = [("persons.before", found.page - 1), ("persons.after", found.page + 1)]
    return [(key, _address(wish, request, page=page)) for key, page in steps if 1 <= page <= found.pages]


def _next(line: Line) -> str:
    """Where the next step is taken."""
    person = f"/people/{line.code}"
    ways = {
        "accept": f"{person}/accept",
        "choose_unit": f"{person}/work",
        "first_observation": f"/note?person={line.code}",
        "observe": f"/note?person={line.code}",
        "agree": f"{person}/agree/{line.unit}",
        "badge": f"{person}/badges",
    }
    return ways[line.next_step]


def _state_words(t: Text) -> dict[str, str]:
    return {"intake": t("persons.state.intake"), "active": ""}
