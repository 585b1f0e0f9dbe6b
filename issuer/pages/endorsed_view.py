"""Endorsements of an environment in words: who, until when, and what became of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from issuer.domain.catalogue_text import Text as Names
from issuer.i18n import month, whole_day
from issuer.pages.catalogue_text import Shown, shown
from issuer.services.endorsements.list_endorsements import Told
from schemas.strict_json import JsonObject, JsonValue
from verifier.templating import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldView:
    """One endorsement on a page; `address` leads to the signed document."""

    school: str
    line: str
    comment: str
    comment_lang: str | None
    address: str
    act_id: str
    in_force: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceView:
    """A published version as a row."""

    report_id: str
    unit: Shown
    code: str
    site: str
    site_lang: str | None
    municipality: str
    provider: str
    until: str


def told_views(told: Iterable[Told], language: str, t: Text, *, newest_only: bool = False) -> tuple[ToldView, ...]:
    """Return the endorsements of what was published, in the order given; those of the issuer as such stand aside.

    Args:
        newest_only: only the newest of each school.
    """
    views: list[ToldView] = []
    schools: set[str] = set()
    for one in told:
        made = one.endorsement
        if one.of_issuer or (newest_only and made.school_id in schools):
            continue
        schools.add(made.school_id)
        own = language.partition("-")[0]
        views.append(
            ToldView(
                school=one.school.in_language(language),
                line=t(
                    f"endorsed.{one.standing.value}",
                    since=month(made.valid_from, language),
                    until=whole_day(one.until, language),
                ),
                comment=made.comment,
                comment_lang=made.language if made.language != own else None,
                address=f"/endorsements/{made.id}",
                act_id=made.act_id,
                in_force=one.in_force,
            )
        )
    return tuple(views)


def place_view(report_id: str, document: JsonObject, until: date, language: str) -> PlaceView:
    """Return a published version as a row, from its own frozen words."""
    site, unit = _object(document.get("site")), _object(document.get("unit"))
    written = str(site.get("language", ""))
    return PlaceView(
        report_id=report_id,
        unit=shown(_names(unit.get("name")), language),
        code=str(unit.get("code", "")).rpartition("_")[2],
        site=str(site.get("name", "")),
        site_lang=written if written and written != language.partition("-")[0] else None,
        municipality=str(_object(site.get("municipality")).get("name", "")),
        provider=shown(_names(_object(document.get("provider")).get("name")), language).text,
        until=whole_day(until, language),
    )


def _object(value: JsonValue) -> JsonObject:
    return value if isinstance(value, dict) else {}


def _names(value: JsonValue) -> Names:
    names = _object(value)
    return Names(*(str(names.get(one, "")) for one in ("fi", "sv", "en")))
