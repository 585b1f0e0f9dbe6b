"""Asks the public verifier about a signed endorsement, and tells whether it counts for one environment on two days."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from enum import StrEnum

from issuer.db.repositories.endorsements import PUBLICATION_KIND
from issuer.domain.catalogue_choice import helsinki_day
from issuer.domain.endorsement import Endorsement, Standing
from issuer.domain.learning_environment import Report
from issuer.services.outside import Outside
from schemas.errors import DocumentError
from schemas.strict_json import JsonObject, read_object
from verifier import EMPLOYMENT, Outcome, Request, Verdict, verify
from verifier.checks.table import Facet
from verifier.times import instant_of

_KIND = "EndorsementCredential"


class Judged(StrEnum):
    """What an endorsement is worth for a badge of a day, today."""

    IN_FORCE = "in_force"  # on the day of the badge and today
    SINCE = "since"  # today, but not yet on the day of the badge
    PAST = "past"  # on the day of the badge, no more today
    NEITHER = "neither"
    UNCHECKED = "unchecked"  # could not be checked: that is never "endorsed"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What an endorsement must be about: one published version, under its public address."""

    report: Report
    subject_id: str


def judge_endorsement(outside: Outside, one: Endorsement, wanted: Wanted, *, given_on: date) -> Judged:
    """Check proof, issuer, status, subject id and days of an endorsement.

    Args:
        one: as our records have it; nothing of that counts unless the signed document says the same.
        given_on: Helsinki day on which the badge was given.
    """
    with outside.database.read() as uow:
        published = uow.publications.current(PUBLICATION_KIND, one.id)
        school = uow.institutions.get(one.school_id)
    if published is None or published.document is None or school.did is None:
        return Judged.UNCHECKED
    try:
        document = read_object(published.document)
    except DocumentError:
        return Judged.UNCHECKED
    if _object(document, "credentialSubject").get("id") != wanted.subject_id:
        return Judged.NEITHER  # about something else
    today = helsinki_day(outside.now())
    standing = one.standing(today, wanted.report)
    report = verify(
        published.document, policy=EMPLOYMENT, environment=outside.environment(), request=Request(refresh=False)
    )
    if report.kind != _KIND or _object(document, "issuer").get("id") != school.did:
        return Judged.UNCHECKED
    sound = report.facets[Facet.INTEGRITY] is Outcome.PASSED and report.facets[Facet.ISSUER] is Outcome.PASSED
    if not sound:
        return Judged.UNCHECKED
    status_known = all(report.outcome(code) is not Outcome.INCONCLUSIVE for code in ("status.list", "status.revoked"))
    now = standing is Standing.IN_FORCE and report.verdict is Verdict.ACCEPTED
    if standing is Standing.IN_FORCE and not now and not status_known:
        return Judged.UNCHECKED
    then = _said(document, given_on) and one.standing(given_on, wanted.report) is Standing.IN_FORCE
    if now:
        return Judged.IN_FORCE if then else Judged.SINCE
    return Judged.PAST if then else Judged.NEITHER


def _said(document: JsonObject, day: date) -> bool:
    """Whether the signed days hold the day; a badge's month begins on its first (privacy.md PD3)."""
    starts, ends = instant_of(document.get("validFrom")), instant_of(document.get("validUntil"))
    noon = datetime.combine(day, time(12), UTC)
    return starts is not None and ends is not None and starts <= noon <= ends


def _object(document: JsonObject, name: str) -> JsonObject:
    found = document.get(name)
    return found if isinstance(found, dict) else {}
