"""Takes a request for a badge and reserves it: index, bytes to sign and audit row in one transaction (T0, T1)."""

import hashlib
import secrets
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from issuer.db.repositories.credentials import AchievementRecord, NewCredential
from issuer.db.repositories.institutions import KeyRecord
from issuer.db.unit_of_work import UnitOfWork
from issuer.domain.audit import Act
from issuer.domain.award import AwardRequest, check_idempotency_key, check_request
from issuer.domain.catalogue import Unit, normal_code
from issuer.domain.draft import (
    Envelope,
    FrozenAchievement,
    Selection,
    Wishes,
    build_badge,
    freeze_achievement,
    issuer_profile,
)
from issuer.domain.errors import ConflictError, IdempotencyMismatchError, InvalidRequestError, NotFoundError
from issuer.domain.institution import Institution
from issuer.domain.unit_ref import UnitRef
from issuer.domain.working_life import freeze_competence
from issuer.services.lint_badge import check_words
from issuer.services.outside import Outside
from issuer.services.publish_status_list import ensure_open_list, list_url, take_places
from issuer.services.stored_bytes import pack, request_of
from keys.proofs.data_integrity import proof_options
from schemas.canonical_json import canonicalise
from schemas.credential import StatusPlace
from schemas.profile import Profile
from schemas.strict_json import JsonObject

LEASE = timedelta(seconds=60)
SCOPE = "badges"
_HELSINKI = ZoneInfo("Europe/Helsinki")


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """A request that passed all rules, with what its badge is made of."""

    request: AwardRequest
    institution: Institution
    key: KeyRecord
    unit: Unit | None  # None for a competence outside the units
    achievement: FrozenAchievement
    wishes: Wishes
    profile: Profile


def award(
    outside: Outside,
    request: AwardRequest,
    *,
    idempotency_key: str,
    actor: str,
    within: Callable[[UnitOfWork, str], None] | None = None,
) -> str:
    """Reserve a badge; the same key and request give the same badge again.

    Args:
        within: called with the credential's id in the transaction that reserves it, for what must stand or fall
            with the badge.

    Returns:
        The credential's id (a UUID without ``urn:uuid:``).

    Raises:
        InvalidRequestError, ConflictError, NotFoundError, TellingWordError: the request breaks a rule; nothing stored.
        IdempotencyMismatchError: the key was used for another request.
        PoolExhaustedError: no status place is left.
    """
    check_idempotency_key(idempotency_key)
    digest = _request_digest(request)
    scope = f"{request.institution_id}:{SCOPE}"
    with outside.database.read() as uow:
        if (known := _answered(uow, scope, idempotency_key, digest)) is not None:
            return known
    prepared = prepare_award(outside, request)
    ensure_open_list(outside, prepared.institution)
    person_id = _person(outside, request)
    outside.checkpoint("award.before_reserve")
    now = outside.now()
    credential_id = str(uuid.uuid4())
    with outside.database.write() as uow:
        uow.audit.lock()  # one at a time from here on: a second request with the same key finds the first one's answer
        if (known := _answered(uow, scope, idempotency_key, digest)) is not None:
            return known
        uow.credentials.remember_answer(
            scope, idempotency_key, request_sha256=digest, credential_id=credential_id, now=now
        )
        if request.person_id is None:
            uow.people.add_person(person_id, prepared.institution.id, sealed=None, now=now)
        freeze(uow, prepared, now=now)
        (place,) = take_places(uow, prepared.institution.id, 1)
        new = reserved_credential(
            outside, prepared, credential_id=credential_id, person_id=person_id, place=place, now=now
        )
        uow.credentials.reserve([new], now=now)
        if within is not None:
            within(uow, credential_id)
        refs = (("badge", credential_id), ("achievement", prepared.achievement.key), ("tbs", new.tbs_sha256.hex()))
        uow.audit.append(
            Act(at=now, actor=actor, action="award.requested", refs=(("badge", credential_id),)),
            Act(at=now, actor=actor, action="badge.reserved", refs=refs),
        )
        outside.checkpoint("award.in_reserve")
    outside.checkpoint("award.after_reserve")
    return credential_id


def prepare_award(outside: Outside, request: AwardRequest) -> Prepared:
    """Check a request wholly, without storing anything: what it asks for can be issued.

    Raises:
        InvalidRequestError, ConflictError, NotFoundError, TellingWordError.
    """
    now = outside.now()
    today = now.astimezone(_HELSINKI).date()
    check_request(request, today=today)
    with outside.database.read() as uow:
        institution = uow.institutions.get(request.institution_id)
        if institution.did is None or institution.closed_at is not None:
            raise ConflictError(institution.slug, code="institution.cannot_sign")
        _check_issuer(request, institution)
        key = uow.institutions.active_key(institution.id)
        unit, achievement = frozen_for(outside, uow, request, institution, today=today)
        _check_people(uow, request)
    prepared = Prepared(
        request=request,
        institution=institution,
        key=key,
        unit=unit,
        achievement=achievement,
        wishes=_wishes(request),
        profile=issuer_profile(institution, origin=outside.identity_origin, own_name=institution.kind != "umbrella"),
    )
    draft = preview_of(outside, prepared)
    kept = {request.narrative} if request.narrative is not None and request.keeps_words() else set()
    check_words(draft, national=achievement.national | kept)
    return prepared


def preview_of(outside: Outside, prepared: Prepared) -> JsonObject:
    """The badge as it would be now, under ids and a place that are nobody's."""
    return _document(outside, prepared, str(uuid.uuid4()), ("placeholder", 0), now=outside.now())


def frozen_for(
    outside: Outside, uow: UnitOfWork, request: AwardRequest, institution: Institution, *, today: date
) -> tuple[Unit | None, FrozenAchievement]:
    """The unit, if any, and the achievement that a request makes.

    Raises:
        NotFoundError: there is no such unit (`badge.unknown_unit`).
        InvalidRequestError, ConflictError: as `freeze_achievement` and `freeze_competence`.
    """
    origin, language = outside.identity_origin, request.language
    if request.competence is not None:
        return None, freeze_competence(request.competence, issuer=institution, origin=origin, language=language)
    code = normal_code(request.unit_code)
    if request.peruste_id is not None:
        found = uow.catalogue.unit_of(UnitRef(code, request.peruste_id))
    else:
        found = uow.catalogue.unit(code, today=today, register_number=request.register_number)
    if found is None:
        raise NotFoundError(request.unit_code, code="badge.unknown_unit", pointer="/unit")
    selection = Selection(
        shown=request.requirement_keys,
        in_part=request.in_part_keys,
        group=request.group,
        graded=request.grade is not None,
    )
    return found.unit, freeze_achievement(
        found.unit, found.qualification.name, selection, issuer=institution, origin=origin, language=language
    )


def freeze(uow: UnitOfWork, prepared: Prepared, *, now: datetime) -> None:
    """Store the achievement at its first award; later awards must find the same bytes (domain.md section 10)."""
    achievement, unit = prepared.achievement, prepared.unit
    document = canonicalise(achievement.document)
    known = uow.credentials.achievement(achievement.key)
    if known is not None:
        if known.document != document:
            raise ConflictError(achievement.key, code="badge.achievement_changed")
        return
    uow.credentials.add_achievement(
        AchievementRecord(
            id=achievement.key,
            institution_id=prepared.institution.id,
            unit_code=unit.code or "" if unit is not None else "",
            unit_version=unit.version or 0 if unit is not None else 0,
            peruste_id=unit.peruste_id if unit is not None else "",
            diaarinumero=unit.register_number or "" if unit is not None else "",
            language=achievement.language,
            scope=achievement.scope,
            shown=achievement.shown,
            required=achievement.required,
            document=document,
        ),
        now=now,
    )


def reserved_credential(
    outside: Outside, prepared: Prepared, *, credential_id: str, person_id: str, place: tuple[str, int], now: datetime
) -> NewCredential:
    """The row that fixes the exact bytes to sign; everything personal in it is sealed."""
    document = _document(outside, prepared, credential_id, place, now=now)
    options = proof_options(document, cryptosuite="eddsa-rdfc-2022", verification_method=prepared.key.kid, created=now)
    request = request_of(document, options)
    keys = outside.person_keys
    return NewCredential(
        id=credential_id,
        award_id=str(uuid.uuid4()),
        institution_id=prepared.institution.id,
        provider_id=prepared.request.provider_id,
        person_id=person_id,
        achievement_id=prepared.achievement.key,
        sealed_wishes=keys.seal(person_id, "award", canonicalise(prepared.request.plain())),
        kid=prepared.key.kid,
        list_id=place[0],
        index=place[1],
        sealed_tbs=keys.seal(person_id, "tbs", pack(request)),
        tbs_sha256=request.tbs_sha256,
        proof_created_at=now,
        sealed_salt=keys.seal(person_id, "salt", secrets.token_bytes(32)),
        lease_until=now + LEASE,
    )


def _document(
    outside: Outside, prepared: Prepared, credential_id: str, place: tuple[str, int], *, now: datetime
) -> JsonObject:
    envelope = Envelope(
        issuer=prepared.profile,
        badge_id=f"urn:uuid:{credential_id}",
        subject_id=f"urn:uuid:{uuid.uuid4()}",
        place_id=f"urn:uuid:{uuid.uuid4()}",
        place=StatusPlace(list_url=list_url(outside, place[0]), index=place[1]),
        now=now,
    )
    return build_badge(prepared.achievement, prepared.wishes, envelope).to_json()


def _answered(uow: UnitOfWork, scope: str, key: str, digest: bytes) -> str | None:
    first = uow.credentials.first_answer(scope, key)
    if first is None:
        return None
    if first[0] != digest:
        raise IdempotencyMismatchError(key)
    return first[1]


def _check_people(uow: UnitOfWork, request: AwardRequest) -> None:
    """A person belongs to the provider behind the badge, or to the signing institution when there is no provider."""
    if request.provider_id is not None:
        provider = uow.institutions.get(request.provider_id)
        if request.institution_id not in (provider.id, provider.parent_id):
            raise NotFoundError("provider", pointer="/provider_id")
    if request.person_id is not None:
        home = uow.people.person_institution(request.person_id)
        if home is None or home not in (request.provider_id, request.institution_id):
            raise NotFoundError("person", pointer="/person_id")


def _check_issuer(request: AwardRequest, institution: Institution) -> None:
    """A provider signs under its own name only with the holder's yes; only a school grades (privacy.md PB5, PN6)."""
    if institution.kind == "provider" and not request.own_name_accepted:
        raise InvalidRequestError(code="badge.own_name_consent", pointer="/own_name_accepted")
    if request.grade is not None and institution.kind != "school":
        raise InvalidRequestError(code="badge.grade", pointer="/grade")
    if request.site is not None and institution.kind == "umbrella":
        raise InvalidRequestError(code="badge.site_needs_own_name", pointer="/site")


def _person(outside: Outside, request: AwardRequest) -> str:
    if request.person_id is not None:
        return request.person_id
    person_id = str(uuid.uuid4())
    outside.person_keys.create(person_id)
    return person_id


def _wishes(request: AwardRequest) -> Wishes:
    return Wishes(
        activity_start=_midnight(request.activity_start),
        activity_end=_midnight(request.activity_end),
        role=request.role,
        narrative=request.narrative,
        exact_days=request.exact_days,
        name=request.holder_name,
        source=request.site,
        grade=str(request.grade) if request.grade is not None else None,
    )


def _midnight(day: date | None) -> datetime | None:
    return datetime.combine(day, time(), tzinfo=UTC) if day is not None else None


def _request_digest(request: AwardRequest) -> bytes:
    return hashlib.sha256(canonicalise(request.plain())).digest()
