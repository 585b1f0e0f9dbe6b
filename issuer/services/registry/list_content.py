"""What our trust list says: institutions that sign here, those of elsewhere, what each awards, and who vouches."""

from collections.abc import Iterable
from datetime import date
from typing import Final

from issuer.db.unit_of_work import UnitOfWork
from issuer.domain.endorsement import last_day
from issuer.domain.institution import Institution
from schemas.strict_json import JsonObject, JsonValue

PAGE: Final = "/trust/rules"
LOCATION: Final = "Finland"
_Span = tuple[date, date | None]


def institutions_of(uow: UnitOfWork, origin: str, root: Institution) -> list[JsonValue]:
    """The rows of the list: own institutions as they were made, then those of elsewhere by DID."""
    own = [one for one in uow.institutions.all() if one.did is not None]
    rows: list[JsonValue] = [_own(uow, one, origin, root) for one in own]
    taken = {one.did for one in own}
    return rows + [
        _foreign(one.content, one.ended_on, origin, root) for one in uow.endorsements.listed() if one.did not in taken
    ]


def _own(uow: UnitOfWork, institution: Institution, origin: str, root: Institution) -> JsonObject:
    """An institution of this house.

    `units` is what a verifier holds a badge against: all, since each badge was held against the reports before it was
    signed, and a copy of the list may be older than a badge. `scope` tells people which units those are, with months.
    """
    name = institution.public_name
    return {
        "id": institution.did,
        "kind": institution.kind,
        "name": {"fi": name.fi, "sv": name.sv, "en": name.en},
        "legalName": institution.legal_name,
        "businessId": institution.business_id,
        "listedFrom": institution.listed_from.isoformat(),
        "withdrawnAt": institution.closed_at.date().isoformat() if institution.closed_at else None,
        "units": ["*"],
        "scope": _scope(uow, institution),
        "location": LOCATION,
        "url": f"{origin}/issuers/{institution.slug}",
        "vouchedBy": [_house(root, f"{origin}{PAGE}"), *_schools(uow, institution, origin)],
    }


def _foreign(content: JsonObject, ended_on: date | None, origin: str, root: Institution) -> JsonObject:
    rules = content.get("rules")
    row: JsonObject = {
        name: content[name] for name in ("id", "kind", "name", "legalName", "listedFrom", "units", "location")
    }
    row["withdrawnAt"] = ended_on.isoformat() if ended_on is not None else None
    row["url"] = content.get("website")
    row["vouchedBy"] = [_house(root, str(rules) if rules else f"{origin}{PAGE}")]
    return row


def _house(root: Institution, rules: str) -> JsonObject:
    name = root.public_name
    return {"id": root.did, "name": {"fi": name.fi, "sv": name.sv, "en": name.en}, "rules": rules}


def _schools(uow: UnitOfWork, institution: Institution, origin: str) -> list[JsonValue]:
    """Schools that endorse an issuer by its own id: only a provider that signs in its own name has such."""
    found: list[JsonValue] = []
    for one in uow.endorsements.of_subject(institution.did or ""):
        school = uow.institutions.get(one.school_id)
        if one.signed and one.ended_on is None and school.did is not None:
            name = school.public_name
            found.append(
                {
                    "id": school.did,
                    "name": {"fi": name.fi, "sv": name.sv, "en": name.en},
                    "endorsement": f"{origin}/endorsements/{one.id}",
                    "until": one.valid_until.isoformat(),
                }
            )
    return found


def _scope(uow: UnitOfWork, institution: Institution) -> list[JsonValue]:
    """Units with a published report or an achievement, with their months; a school's own receipts are told nowhere."""
    if institution.kind == "school":
        return []
    spans: dict[tuple[str, str], _Span] = {}
    for provider in _behind(uow, institution):
        for report in uow.environments.reports(provider.id):
            key = (report.unit.code, report.unit.peruste_id)
            _widen(spans, key, (report.published_on.replace(day=1), last_day(report)))
    for code, peruste_id, first in uow.endorsements.awarded_units(institution.id):
        _widen(spans, (code, peruste_id), (first.date().replace(day=1), None))
    return [
        {
            "unit": code,
            "qualification": peruste_id,
            "from": starts.isoformat(),
            "until": until.isoformat() if until is not None else None,
        }
        for (code, peruste_id), (starts, until) in sorted(spans.items())
    ]


def _behind(uow: UnitOfWork, institution: Institution) -> Iterable[Institution]:
    """Whose reports stand behind an institution's badges: its own, and those of providers that issue in its name."""
    return [
        one
        for one in uow.institutions.all()
        if one.id == institution.id or (one.parent_id == institution.id and one.kind == "provider")
    ]


def _widen(spans: dict[tuple[str, str], _Span], key: tuple[str, str], span: _Span) -> None:
    starts, until = spans.get(key, span)
    both = None if until is None or span[1] is None else max(until, span[1])
    spans[key] = (min(starts, span[0]), both)
