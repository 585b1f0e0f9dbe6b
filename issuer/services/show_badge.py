"""Shows a badge to those who issued it: state in their terms, signed bytes once it is issued, and its links."""

from dataclasses import dataclass
from datetime import datetime

from issuer.db.repositories.credentials import CredentialRecord
from issuer.db.unit_of_work import UnitOfWork
from issuer.domain.badge_states import IN_FORCE, SHOWN
from issuer.domain.errors import NotFoundError
from issuer.services.link_tokens import share_token
from issuer.services.outside import Outside
from schemas.strict_json import read_object


@dataclass(frozen=True, slots=True, kw_only=True)
class BadgeRow:
    """One badge in a list."""

    id: str
    state: str
    name: str
    unit_code: str
    language: str
    created_at: datetime
    issued_at: datetime | None
    withdrawn_at: datetime | None
    withdrawal_reason: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BadgeView(BadgeRow):
    """One badge wholly.

    Attributes:
        shown, required: requirements in the badge and in its unit.
        status_published: whether the public list already says what `state` says.
        document: the signed JSON; None before it is issued, and for who only signed it.
        share_url: the page to show; None like `document`, and after the link was stopped.
        verify_url: where anyone can check the badge.
    """

    shown: int
    required: int
    status_published: bool
    document: bytes | None
    share_url: str | None
    verify_url: str | None


def show(outside: Outside, credential_id: str, *, institution_id: str) -> BadgeView:
    """One badge that an institution signed or has its people behind. Raises NotFoundError for any other.

    Whoever only signed it for another house sees its state: neither the bytes, which may name the holder, nor a link.
    """
    with outside.database.read() as uow:
        record = uow.credentials.get(credential_id)
        if institution_id not in (record.institution_id, uow.credentials.provider_of(record.id)):
            raise NotFoundError("badge")
        row = _row(uow, record)
        achievement = uow.credentials.achievement(record.achievement_id)
        home = uow.people.person_institution(record.person_id)
        whole = record.state in SHOWN and (institution_id != record.institution_id or home in (institution_id, None))
        share = uow.shares.first_of(record.id) if whole else None
        published = uow.publications.status_list(record.list_id)
    document = None
    if whole and record.document is not None:
        document = outside.person_keys.unseal(record.person_id, "document", record.document)
    share_url = None
    if share is not None:
        share_url = f"{outside.public_url}/s/{share_token(outside.link_secret, share.id)}"
    values = {name: getattr(row, name) for name in BadgeRow.__slots__}
    return BadgeView(
        **values,
        shown=achievement.shown if achievement is not None else 0,
        required=achievement.required if achievement is not None else 0,
        status_published=record.state in IN_FORCE or published.published_revision >= published.revision,
        document=document,
        share_url=share_url,
        verify_url=f"{share_url}/check" if share_url is not None else None,
    )


def recent(outside: Outside, institution_id: str, *, limit: int = 50) -> list[BadgeRow]:
    """The newest badges of an institution, without their bytes."""
    with outside.database.read() as uow:
        return [_row(uow, record) for record in uow.credentials.recent(institution_id, limit)]


def of_person(outside: Outside, person_id: str) -> list[BadgeRow]:
    """All badges of a participant, newest first, without their bytes; the caller has noted the reading."""
    with outside.database.read() as uow:
        return [_row(uow, uow.credentials.get(one)) for one in uow.drafts.badge_ids(person_id)]


def _row(uow: UnitOfWork, record: CredentialRecord) -> BadgeRow:
    achievement = uow.credentials.achievement(record.achievement_id)
    if achievement is None:
        raise NotFoundError("achievement")
    name = read_object(achievement.document, max_values=20_000)["name"]
    return BadgeRow(
        id=record.id,
        state=record.state,
        name=str(name),
        unit_code=achievement.unit_code,
        language=achievement.language,
        created_at=record.created_at,
        issued_at=record.issued_at,
        withdrawn_at=record.withdrawn_at,
        withdrawal_reason=record.withdrawal_reason,
    )
