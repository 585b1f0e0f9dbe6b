"""Opens a draft's content, and turns it into the request for a badge: the same for preview, review and issue."""

from dataclasses import replace
from datetime import date

from issuer.db.unit_of_work import UnitOfWork
from issuer.domain.award import AwardRequest
from issuer.domain.badge_draft import Draft, DraftContent, DraftScope, DraftState
from issuer.domain.catalogue_choice import helsinki_day
from issuer.domain.errors import ConflictError, DomainError
from issuer.domain.institution import Institution
from issuer.services.award_badge import frozen_for
from issuer.services.outside import Outside
from issuer.services.sealed_values import open_value, seal_value

_PURPOSE = "badge_draft"


def open_content(outside: Outside, draft: Draft) -> DraftContent:
    """What the draft says now. Raises PersonErasedError."""
    return opened(outside, draft.person_id, draft.sealed)


def opened(outside: Outside, person_id: str, sealed: bytes) -> DraftContent:
    """Open a sealed content of a person. Raises PersonErasedError."""
    return DraftContent.from_json(open_value(outside, person_id, _PURPOSE, sealed))


def sealed_content(outside: Outside, person_id: str, content: DraftContent) -> bytes:
    """Seal a content under the person's key. Raises PersonErasedError."""
    return seal_value(outside, person_id, _PURPOSE, content.to_json())


def rewrite(
    outside: Outside, uow: UnitOfWork, draft: Draft, content: DraftContent, *, drafter_id: str | None = None
) -> bytes:
    """Let a draft say this and be open; whatever was accepted before is asked anew. Return the content's digest.

    Args:
        drafter_id: who stands behind it from now on; None leaves that as it is.

    Raises:
        ConflictError: ``draft.changed``.
        PersonErasedError.
    """
    digest = content.digest()
    done = uow.drafts.change(
        draft,
        now=outside.now(),
        state=DraftState.OPEN,
        drafter_id=drafter_id or draft.drafter_id,
        scope=content.scope.value,
        sealed=sealed_content(outside, draft.person_id, content),
        digest=digest,
        accepted_digest=None,
        accepted_at=None,
        accepted_way=None,
        consents={},
    )
    if not done:
        raise ConflictError(draft.id, code="draft.changed")
    return digest


def signing_institution(uow: UnitOfWork, provider: Institution, content: DraftContent) -> Institution:
    """Who signs: the umbrella in its neutral name, unless the provider issues in its own; a school signs itself.

    Raises:
        ConflictError: nobody is there who could sign (`institution.cannot_sign`).
    """
    if provider.kind != "provider" or content.own_name:
        if provider.did is None:
            raise ConflictError(provider.slug, code="institution.cannot_sign")
        return provider
    if provider.parent_id is None:
        raise ConflictError(provider.slug, code="institution.cannot_sign")
    return uow.institutions.get(provider.parent_id)


def request_for(signing: Institution, provider: Institution, person_id: str, content: DraftContent) -> AwardRequest:
    """The request that a content makes; the yes to an own name is asked for before it can go to review."""
    unit = content.unit
    return AwardRequest(
        institution_id=signing.id,
        unit_code=unit.code if unit is not None else "",
        peruste_id=unit.peruste_id if unit is not None else None,
        competence=content.competence,
        requirement_keys=content.shown if unit is not None else None,
        in_part_keys=content.in_part,
        group=content.scope is DraftScope.GROUP,
        language=content.language,
        activity_start=content.activity_start,
        activity_end=content.activity_end,
        exact_days=content.exact_days,
        role=content.role,
        narrative=content.narrative,
        words_consent=content.words_consent,
        holder_name=content.holder_name,
        site=content.site,
        provider_id=provider.id,
        person_id=person_id,
        own_name_accepted=content.own_name,
        grade=content.grade,
    )


def with_achievement(
    outside: Outside, uow: UnitOfWork, provider: Institution, person_id: str, content: DraftContent
) -> DraftContent:
    """The content with the digest of its achievement; empty while none can be made of it (the blockers say why)."""
    settled = content.settled()
    try:
        signing = signing_institution(uow, provider, settled)
        request = request_for(signing, provider, person_id, settled)
        _, achievement = frozen_for(outside, uow, request, signing, today=today(outside))
    except DomainError:
        return replace(settled, achievement_key="")
    return replace(settled, achievement_key=achievement.key)


def today(outside: Outside) -> date:
    """The present day in Finland."""
    return helsinki_day(outside.now())
