"""The holder's permissions: the receipt of each, readable and as JSON (privacy.md PC1)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from issuer.domain.badge_draft import DraftState
from issuer.domain.catalogue_choice import helsinki_day
from issuer.domain.holder import Holder
from issuer.domain.institution import PublicName
from issuer.domain.participant import Consent
from issuer.services.outside import Outside
from schemas.strict_json import JsonObject

RECEIPT_VERSION = "1"


def consents(outside: Outside, who: Holder) -> tuple[tuple[Consent, bool], ...]:
    """All receipts, newest first, each with whether it is in force today."""
    today = helsinki_day(outside.now())
    with outside.database.read() as uow:
        found = uow.coaching.consents(who.person_id)
    return tuple((one, one.holds(today)) for one in found)


@dataclass(frozen=True, slots=True, kw_only=True)
class BadgeYes:
    """What the holder said yes to in one badge that was issued: it stands in the signed badge for good.

    Attributes:
        what: codes, as `DraftContent.wants_yes` names them, and ``words``.
        way: how it was said.
    """

    at: datetime
    way: str
    what: tuple[str, ...]


def in_badges(outside: Outside, who: Holder) -> tuple[BadgeYes, ...]:
    """Each issued badge with something that the holder permitted in it, newest first."""
    with outside.database.read() as uow:
        drafts = uow.drafts.of_person(who.person_id, who.institution_id)
    said = [
        BadgeYes(at=one.accepted_at, way=one.accepted_way or "", what=tuple(what for what, _ in one.consents))
        for one in drafts
        if one.state is DraftState.ISSUED and one.consents and one.accepted_at is not None
    ]
    return tuple(sorted(said, key=lambda one: one.at, reverse=True))


def receivers(outside: Outside, who: Holder) -> PublicName:
    """The public names of the organisation to which the holder's permissions are given."""
    with outside.database.read() as uow:
        return uow.institutions.get(who.institution_id).public_name


def receipts(outside: Outside, who: Holder, texts: Mapping[str, Mapping[str, str]]) -> JsonObject:
    """Return all receipts for machines.

    Args:
        texts: of each receipt by its id, as it was read: purpose, data, to whom.
    """
    names = receivers(outside, who)
    return {
        "type": "PatevaConsentReceipts",
        "version": RECEIPT_VERSION,
        "made": outside.now().strftime("%Y-%m-%dT%H:%M:%SZ"),
        "controller": {"fi": names.fi, "sv": names.sv, "en": names.en},
        "receipts": [_receipt(one, texts[one.id], in_force=holds) for one, holds in consents(outside, who)],
        "inBadges": [
            {"givenAt": one.at.strftime("%Y-%m-%dT%H:%M:%SZ"), "given": one.way, "what": list(one.what)}
            for one in in_badges(outside, who)
        ],
    }


def _receipt(consent: Consent, texts: Mapping[str, str], *, in_force: bool) -> JsonObject:
    return {
        "purpose": consent.purpose.value,
        "data": list(consent.data),
        "toWhom": consent.to_whom,
        "until": consent.until.isoformat() if consent.until is not None else None,
        "givenAt": consent.given_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "given": consent.how.value,
        "textVersion": consent.text_version,
        "textLanguage": consent.language,
        "text": dict(texts),
        "withdrawnAt": consent.withdrawn_at.strftime("%Y-%m-%dT%H:%M:%SZ") if consent.withdrawn_at else None,
        "inForce": in_force,
    }
