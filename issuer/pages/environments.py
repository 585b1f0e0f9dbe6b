"""Published learning environments for anybody: one version by its address, and the directory, as page and as JSON."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import Response

from issuer.domain.catalogue_text import Text
from issuer.i18n import whole_day
from issuer.pages.catalogue_text import shown
from issuer.pages.endorsed_view import told_views
from issuer.pages.frame import Face, Frame, wants_page
from issuer.pages.stops import not_here
from issuer.services.endorsements.list_endorsements import Told, of_report
from issuer.services.environments.public_reports import MAX_AGE, PAGE_ROWS, PublicView, directory, public_report
from issuer.services.outside import Outside
from schemas import strict_json
from schemas.strict_json import JsonObject, JsonValue

ReportId = Annotated[str, Path(pattern=r"^[0-9a-f]{32}$", description="Drawn id of one published version")]
After = Annotated[str, Query(pattern=r"^([0-9a-f]{32})?$", description="Id after which to go on")]
Municipality = Annotated[str, Query(max_length=3, description="Three digits of the national list of municipalities")]
UnitCode = Annotated[str, Query(max_length=40, description="Code of a unit, with or without its prefix")]
CROSS_ORIGIN = {"Access-Control-Allow-Origin": "*", "Cross-Origin-Resource-Policy": "cross-origin"}


def router(outside: Outside, frame: Frame) -> APIRouter:
    """Return the routes ``/environments/{id}``, ``/directory`` and ``/directory.json``."""
    routes = APIRouter(tags=["public documents"])

    @routes.head("/environments/{report_id}", include_in_schema=False)
    @routes.get(
        "/environments/{report_id}",
        operation_id="environment",
        summary="A recognised learning environment, one published version: JSON, or a page for people by Accept",
        responses={404: {"description": "No such report"}},
    )
    def environment(request: Request, report_id: ReportId) -> Response:
        view = public_report(outside, report_id)
        if view is None:
            return not_here(frame, request)
        told = of_report(outside, report_id)
        if not wants_page(request):
            return _json(_envelope(view, told), etag=f"{view.digest[:32]}{'s' if view.signed else 'u'}{len(told)}")
        language = frame.language(request)
        endorsed = told_views(told, language, frame.text(request))
        shown_values = _shown(view, language) | {"endorsed_by": endorsed}
        return frame.render(request, "environment.html", Face(screen="D2"), status=200, **shown_values)

    @routes.get("/directory", include_in_schema=False)
    def page(request: Request, unit: UnitCode = "", municipality: Municipality = "", after: After = "") -> Response:
        found = directory(outside, unit=unit, municipality=municipality, after=after)
        language = frame.language(request)
        rows = [_row(view, language) for view in found.reports]
        rows.sort(key=lambda row: (str(row["municipality"]).casefold(), str(row["unit"]).casefold(), str(row["id"])))
        return frame.render(
            request,
            "directory.html",
            Face(screen="D2"),
            rows=rows,
            next=found.next,
            unit=unit,
            municipality=municipality,
        )

    @routes.get(
        "/directory.json",
        operation_id="directory",
        summary=f"Recognised learning environments in force, at most {PAGE_ROWS} at once",
    )
    def machine(unit: UnitCode = "", municipality: Municipality = "", after: After = "") -> Response:
        found = directory(outside, unit=unit, municipality=municipality, after=after)
        rows: list[JsonValue] = [_entry(view) for view in found.reports]
        return _json({"environments": rows, "next": found.next or None})

    return routes


def _json(value: JsonObject, *, etag: str | None = None) -> Response:
    headers = {"Cache-Control": f"public, max-age={int(MAX_AGE.total_seconds())}", "Vary": "Accept", **CROSS_ORIGIN}
    if etag is not None:
        headers["ETag"] = f'"{etag}"'
    return Response(strict_json.write(value), media_type="application/json", headers=headers)


def _envelope(view: PublicView, told: tuple[Told, ...]) -> JsonObject:
    """The frozen document with its digest; beside it what may change: its end, a newer version, a name that was given.

    `document` carries our proof once it is signed; `sha256` is that of its canonical form without the proof.
    """
    signed = strict_json.read_object(view.signed, max_values=100_000, max_bytes=4 << 20) if view.signed else None
    return {
        "document": signed if signed is not None else view.document,
        "sha256": view.digest,
        "inForce": view.in_force,
        "endedOn": view.ended_on,
        "newestVersion": f"/environments/{view.newest_id}",
        "recogniserName": view.recogniser_name or None,
        "endorsements": [f"/endorsements/{one.endorsement.id}" for one in told if not one.of_issuer],
    }


def _entry(view: PublicView) -> JsonObject:
    document, site, unit = view.document, _object(view.document, "site"), _object(view.document, "unit")
    return {
        "id": document["id"],
        "provider": _object(document, "provider").get("name"),
        "site": site.get("name"),
        "municipality": site.get("municipality"),
        "unit": {"code": unit.get("code"), "version": unit.get("version"), "name": unit.get("name")},
        "qualification": {
            "name": _object(document, "qualification").get("name"),
            "diaarinumero": _object(document, "qualification").get("diaarinumero"),
        },
        "publishedOn": document["publishedOn"],
        "validUntil": view.ended_on or document["validUntil"],
    }


def _row(view: PublicView, language: str) -> dict[str, object]:
    document = view.document
    site, unit = _object(document, "site"), _object(document, "unit")
    return {
        "id": view.id,
        "unit": shown(_text(unit.get("name")), language).text,
        "unit_lang": shown(_text(unit.get("name")), language).lang,
        "code": str(unit.get("code", "")).rpartition("_")[2],
        "site": str(site.get("name", "")),
        "site_lang": _lang(str(site.get("language", "")), language),
        "municipality": str(_object(site, "municipality").get("name", "")),
        "provider": shown(_text(_object(document, "provider").get("name")), language).text,
        "register_number": str(_object(document, "qualification").get("diaarinumero", "")),
        "until": _day(view.ended_on or str(document.get("validUntil", "")), language),
    }


def _shown(view: PublicView, language: str) -> dict[str, object]:
    document = view.document
    site, unit, qualification = (_object(document, name) for name in ("site", "unit", "qualification"))
    requirements = document.get("requirements")
    rows: list[dict[str, object]] = []
    for one in requirements if isinstance(requirements, list) else []:
        if isinstance(one, dict):
            group = shown(_text(one.get("group")), language)
            fresh = not rows or rows[-1]["group"] != group
            row = {
                "text": shown(_text(one.get("text")), language),
                "tasks": one.get("tasks"),
                "elsewhere": one["elsewhere"],
            }
            if fresh:
                rows.append({"group": group, "requirements": []})
            inside = rows[-1]["requirements"]
            assert isinstance(inside, list)  # noqa: S101  made just above
            inside.append(row)
    return {
        **_row(view, language),
        "view": view,
        "texts": site,
        "texts_lang": _lang(str(site.get("language", "")), language),
        "address": str(site.get("address", "")),
        "version": document.get("version"),
        "unit_version": unit.get("version"),
        "qualification": shown(_text(qualification.get("name")), language),
        "qualification_url": str(qualification.get("url", "")),
        "recogniser": _object(document, "recogniser"),
        "recognised_on": _day(str(document.get("recognisedOn", "")), language),
        "published_on": _day(str(document.get("publishedOn", "")), language),
        "groups": rows,
    }


def _object(value: JsonObject, name: str) -> JsonObject:
    inner = value.get(name)
    return inner if isinstance(inner, dict) else {}


def _text(value: JsonValue) -> Text:
    names = value if isinstance(value, dict) else {}
    return Text(*(str(names.get(language, "")) for language in ("fi", "sv", "en")))


def _lang(written: str, page: str) -> str | None:
    return written if written and written != page.partition("-")[0] else None


def _day(text: str, language: str) -> str:
    return whole_day(date.fromisoformat(text), language) if text else ""
