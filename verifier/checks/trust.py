"""Checks `trust.*` and `evidence.present`: who vouches for the issuer, and what the badge offers as evidence."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from schemas.strict_json import JsonObject, JsonValue
from verifier.description import many, member, text
from verifier.findings import Finding, failed, inconclusive, not_applicable, passed
from verifier.times import instant_of
from verifier.trust_lists import EVERY_UNIT, Listing, TrustList, TrustListFault

CODES: Final = ("trust.registry", "trust.issuer", "trust.scope")


def award_date(document: JsonObject) -> datetime | None:
    """When the badge was awarded: `awardedDate`, else the start of its validity."""
    names = ("awardedDate", "validFrom", "issuanceDate", "issuedOn")
    return next((found for found in (instant_of(document.get(name)) for name in names) if found), None)


def units_of(document: JsonObject) -> frozenset[str]:
    """Codes and addresses of the units that the badge's achievement is aligned to."""
    found: set[str] = set()
    for subject in many(document.get("credentialSubject")):
        for alignment in many(member(member(subject, "achievement"), "alignment")):
            found.update(
                value for name in ("targetCode", "targetUrl") if (value := text(member(alignment, name))) is not None
            )
    return frozenset(found)


def check_trust(
    lists: Sequence[TrustList | TrustListFault], issuer_id: str | None, document: JsonObject, now: datetime
) -> list[Finding]:
    """`trust.registry`, `trust.issuer`, `trust.scope`, judged at the award date.

    Args:
        lists: of the environment, read or at fault, in order; the first that names the issuer counts.
        issuer_id: whose proof holds; None when no issuer's proof holds.
        document: the badge.
        now: used when the badge tells no award date.
    """
    if not lists:
        return [not_applicable(code) for code in CODES]
    good = [one for one in lists if isinstance(one, TrustList)]
    registry = _registry(lists)
    if issuer_id is None:
        return [registry, inconclusive("trust.issuer", "", "unproven"), inconclusive("trust.scope", "", "unproven")]
    named = next(((one, one.institutions[issuer_id]) for one in good if issuer_id in one.institutions), None)
    if named is None:
        reason = "unknown_issuer" if good else "no_registry"
        return [registry, inconclusive("trust.issuer", "", reason), inconclusive("trust.scope", "", reason)]
    found, listing = named
    moment = award_date(document) or now
    details = _told(found, listing)
    return [registry, _issuer(listing, moment, details), _scope(listing, units_of(document), moment, details)]


def _registry(lists: Sequence[TrustList | TrustListFault]) -> Finding:
    faults = [one for one in lists if isinstance(one, TrustListFault)]
    wrong = next((fault for fault in faults if fault.wrong), None)
    if wrong is not None:
        return failed("trust.registry", "", wrong.reason)
    if faults:
        return inconclusive("trust.registry", "", faults[0].reason)
    cached: list[JsonValue] = [
        one.cached_at.isoformat() for one in lists if isinstance(one, TrustList) and one.cached_at is not None
    ]
    versions: list[JsonValue] = [
        {"list": one.url, "version": one.version} for one in lists if isinstance(one, TrustList)
    ]
    return passed("trust.registry", "", {"lists": versions, "cached_at": cached})


def _told(found: TrustList, listing: Listing) -> JsonObject:
    return {
        "list": found.url,
        "version": found.version,
        "name": listing.names,
        "legal_name": listing.legal_name,
        "kind": listing.kind,
        "listed_from": listing.listed_from.date().isoformat(),
        "withdrawn_at": listing.withdrawn_at.date().isoformat() if listing.withdrawn_at else None,
    }


def _issuer(listing: Listing, moment: datetime, details: JsonObject) -> Finding:
    if listing.covers(moment):
        return passed("trust.issuer", "", details)
    if moment < listing.listed_from:
        return inconclusive("trust.issuer", "", "not_yet_listed", details)
    return failed("trust.issuer", "", "withdrawn", details)


def _scope(listing: Listing, units: frozenset[str], moment: datetime, details: JsonObject) -> Finding:
    if not listing.units and not listing.periods:
        return inconclusive("trust.scope", "", "no_statement", details)
    if not listing.covers(moment):
        return inconclusive("trust.scope", "", "not_listed_then", details)
    of_badge = [one for one in listing.periods if one.code in units]
    if EVERY_UNIT in listing.units or units & listing.units or any(one.covers(moment) for one in of_badge):
        return passed("trust.scope", "", details)
    if not units:
        return inconclusive("trust.scope", "", "no_unit", details)
    if any(moment < one.starts for one in of_badge):
        return inconclusive("trust.scope", "", "not_listed_then", details)
    return failed("trust.scope", "", "other_units", details)


def check_evidence(document: JsonObject, *, wanted: bool) -> Finding:
    """`evidence.present`: evidence, an assessor or a narrative is named; nothing of it is fetched."""
    subject = document.get("credentialSubject")
    if document.get("evidence") or any(member(one, "source") or member(one, "narrative") for one in many(subject)):
        return passed("evidence.present")
    return inconclusive("evidence.present", "", "absent") if wanted else not_applicable("evidence.present")
