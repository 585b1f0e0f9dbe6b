"""Takes a request for a badge and reserves it: index, bytes to sign and audit row in one transaction (T0, T1)."""

import hashlib
import secrets
import uuid
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from issuer.db.repositories.credentials import AchievementRecord, NewCredential
from issuer.db.repositories.institutions import KeyRecord
from issuer.db.unit_of_work import UnitOfWork
from issuer.domain.audit import Act
from issuer.domain.award import AwardRequest, check_idempotency_key, check_request
from issuer.domain.catalogue import Unit, normal_code
from issuer.domain.draft import Envelope, FrozenAchievement, Wishes, build_badge, freeze_achievement, issuer_profile
from issuer.domain.errors import ConflictError, IdempotencyMismatchError, InvalidRequestError, NotFoundError
from issuer.domain.institution import Institution
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
    unit: Unit
    achievement: FrozenAchievement
    wishes: Wishes
    profile: Profile


def award(outside: Outside, request: AwardRequest, *, idempotency_key: str, actor: str) -> str:
    """Reserve a badge; the same key and request give the same badge again.

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
        if institution.kind == "provider" and not request.own_name_accepted:
            raise InvalidRequestError(code="badge.own_name_consent", pointer="/own_name_accepted")
        key = uow.institutions.active_key(institution.id)
        found = uow.catalogue.unit(normal_code(request.unit_code), today=today, register_number=request.register_number)
        _check_people(uow, request)
    if found is None:
        raise NotFoundError(request.unit_code, code="badge.unknown_unit", pointer="/unit")
    achievement = freeze_achievement(
        found.unit,
        found.qualification.name,
        request.requirement_keys,
        issuer=institution,
        origin=outside.identity_origin,
        language=request.language,
    )
    prepared = Prepared(
        request=request,
        institution=institution,
        key=key,
        unit=found.unit,
        achievement=achievement,
        wishes=_wishes(request),
        profile=issuer_profile(institution, origin=outside.identity_origin, own_name=institution.kind != "umbrella"),
    )
    draft = _document(outside, prepared, str(uuid.uuid4()), ("placeholder", 0), now=now)
    check_words(draft, national=achievement.national)
    return prepared


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
            unit_code=unit.code or "",
            unit_version=unit.version or 0,
            peruste_id=unit.peruste_id,
            diaarinumero=unit.register_number or "",
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
        sealed_wishes=keys.seal(person_id, "award", canonicalise(_plain(prepared.request))),
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
    if request.person_id is not None and uow.people.person_institution(request.person_id) != request.institution_id:
        raise NotFoundError("person", pointer="/person_id")
    if request.provider_id is not None:
        provider = uow.institutions.get(request.provider_id)
        if request.institution_id not in (provider.id, provider.parent_id):
            raise NotFoundError("provider", pointer="/provider_id")


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
    )


def _midnight(day: date | None) -> datetime | None:
    return datetime.combine(day, time(), tzinfo=UTC) if day is not None else None


def _plain(request: AwardRequest) -> JsonObject:
    plain = asdict(request)
    for name in ("activity_start", "activity_end"):
        plain[name] = plain[name].isoformat() if plain[name] else None
    keys = plain["requirement_keys"]
    plain["requirement_keys"] = sorted(set(keys)) if keys is not None else None
    return plain


def _request_digest(request: AwardRequest) -> bytes:
    return hashlib.sha256(canonicalise(_plain(request))).digest()
