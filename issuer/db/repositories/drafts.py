"""Queries: drafts of badges, their reviews, and what replaces what."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.orm import Session

from issuer.db.models import awards
from issuer.db.models import drafts as tables
from issuer.domain.badge_draft import Draft, DraftScope, DraftState
from issuer.domain.badge_states import IN_FORCE
from issuer.domain.errors import NotFoundError
from issuer.domain.unit_ref import UnitRef
from schemas.strict_json import read_object, write

_ON_THEIR_WAY = ("reserved", "signed", "logged")


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What someone saw of a draft when last looking."""

    digest: bytes
    sealed: bytes
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldBadge:
    """A badge in force of a person; `document` is the frozen achievement in JCS form."""

    credential_id: str
    achievement_id: str
    scope: str
    unit: UnitRef | None
    language: str
    document: bytes


class DraftRepository:
    """Drafts of badges, their reviews, and what replaces what, within one transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, draft: Draft) -> None:
        """Insert a draft."""
        self._session.execute(
            insert(tables.BadgeDraft).values(
                id=draft.id,
                institution_id=draft.institution_id,
                person_id=draft.person_id,
                drafter_id=draft.drafter_id,
                state=draft.state.value,
                scope=draft.scope.value,
                unit_code=draft.unit.code if draft.unit is not None else None,
                peruste_id=draft.unit.peruste_id if draft.unit is not None else None,
                sealed=draft.sealed,
                digest=draft.digest,
                consents="{}",
                replaces=draft.replaces,
                revision=1,
                created_at=draft.created_at,
                changed_at=draft.changed_at,
            )
        )

    def get(self, draft_id: str, institution_id: str) -> Draft:
        """One draft of an institution. Raises NotFoundError, also for another institution's."""
        query = select(tables.BadgeDraft).where(
            tables.BadgeDraft.id == draft_id, tables.BadgeDraft.institution_id == institution_id
        )
        row = self._session.execute(query).scalar_one_or_none()
        if row is None:
            raise NotFoundError("draft")
        return _draft(row)

    def of_institution(self, institution_id: str, states: Collection[DraftState]) -> list[Draft]:
        """Drafts in these states, the one that has waited longest first."""
        query = (
            select(tables.BadgeDraft)
            .where(
                tables.BadgeDraft.institution_id == institution_id,
                tables.BadgeDraft.state.in_([state.value for state in states]),
            )
            .order_by(tables.BadgeDraft.changed_at, tables.BadgeDraft.id)
        )
        return [_draft(row) for row in self._session.execute(query).scalars()]

    def waiting(self, institution_id: str) -> dict[DraftState, tuple[int, datetime]]:
        """How many drafts stand in each state, and since when the oldest does."""
        query = (
            select(tables.BadgeDraft.state, func.count(), func.min(tables.BadgeDraft.changed_at))
            .where(tables.BadgeDraft.institution_id == institution_id)
            .group_by(tables.BadgeDraft.state)
        )
        return {DraftState(row[0]): (row[1], row[2]) for row in self._session.execute(query)}

    def of_person(self, person_id: str, institution_id: str) -> list[Draft]:
        """All drafts of a person here, newest first."""
        query = (
            select(tables.BadgeDraft)
            .where(tables.BadgeDraft.person_id == person_id, tables.BadgeDraft.institution_id == institution_id)
            .order_by(tables.BadgeDraft.created_at.desc(), tables.BadgeDraft.id)
        )
        return [_draft(row) for row in self._session.execute(query).scalars()]

    def of_badge(self, credential_id: str) -> Draft | None:
        """The draft that a badge was issued from, or None."""
        query = select(tables.BadgeDraft).where(tables.BadgeDraft.credential_id == credential_id)
        row = self._session.execute(query).scalar_one_or_none()
        return _draft(row) if row is not None else None

    def approved(self, *, limit: int) -> list[Draft]:
        """Drafts whose badge is approved but not yet out: what a crash may have left behind."""
        query = (
            select(tables.BadgeDraft)
            .where(tables.BadgeDraft.state == DraftState.APPROVED.value)
            .order_by(tables.BadgeDraft.changed_at)
            .limit(limit)
        )
        return [_draft(row) for row in self._session.execute(query).scalars()]

    def change(
        self, draft: Draft, *, now: datetime, consents: Mapping[str, str] | None = None, **values: object
    ) -> bool:
        """Change a draft if it is still as `draft` says; False when somebody was faster."""
        if isinstance(state := values.get("state"), DraftState):
            values["state"] = state.value
        if consents is not None:
            values["consents"] = write(dict(consents)).decode()
        query = (
            update(tables.BadgeDraft)
            .where(tables.BadgeDraft.id == draft.id, tables.BadgeDraft.revision == draft.revision)
            .values(revision=draft.revision + 1, changed_at=now, **values)
            .returning(tables.BadgeDraft.id)
        )
        return self._session.execute(query).scalar_one_or_none() is not None

    def link(self, draft_id: str, credential_id: str) -> None:
        """Tie a draft to the badge that is made from it, in the transaction that reserves the badge."""
        self._session.execute(
            update(tables.BadgeDraft)
            .where(tables.BadgeDraft.id == draft_id)
            .values(credential_id=credential_id, revision=tables.BadgeDraft.revision + 1)
        )

    def approvers(self, credential_id: str) -> str:
        """Who approved the badge, as the signing grant keeps it: references joined by a space; "" for machines."""
        query = select(tables.BadgeDraft.drafter_id, tables.BadgeDraft.reviewer_id).where(
            tables.BadgeDraft.credential_id == credential_id
        )
        row = self._session.execute(query).one_or_none()
        return f"staff:{row.drafter_id} staff:{row.reviewer_id}" if row is not None else ""

    def look(self, draft_id: str, staff_id: str) -> Look | None:
        """What this member of staff saw last, or None."""
        query = select(tables.DraftLook).where(
            tables.DraftLook.draft_id == draft_id, tables.DraftLook.staff_id == staff_id
        )
        row = self._session.execute(query).scalar_one_or_none()
        return Look(digest=row.digest, sealed=row.sealed, at=row.at) if row is not None else None

    def keep_look(self, draft_id: str, staff_id: str, look: Look) -> None:
        """Keep what was seen now instead of what was seen before."""
        self._session.execute(
            delete(tables.DraftLook).where(tables.DraftLook.draft_id == draft_id, tables.DraftLook.staff_id == staff_id)
        )
        self._session.execute(
            insert(tables.DraftLook).values(
                draft_id=draft_id, staff_id=staff_id, digest=look.digest, sealed=look.sealed, at=look.at
            )
        )

    def badge_ids(self, person_id: str) -> list[str]:
        """All badges of a person, newest first."""
        query = (
            select(awards.Credential.id)
            .where(awards.Credential.person_id == person_id)
            .order_by(awards.Credential.created_at.desc(), awards.Credential.id)
        )
        return list(self._session.execute(query).scalars())

    def replaced_by(self, credential_id: str) -> str | None:
        """The badge that took the place of this one, or None."""
        query = select(awards.Credential.replaced_by).where(awards.Credential.id == credential_id)
        return self._session.execute(query).scalar_one_or_none()

    def in_force(self, person_id: str, unit: UnitRef | None = None, *, on_their_way: bool = False) -> list[HeldBadge]:
        """Badges of a person that are in force, oldest first.

        Args:
            unit: keeps those about one unit.
            on_their_way: also those that are reserved or signed and not out yet.
        """
        states = (*IN_FORCE, *_ON_THEIR_WAY) if on_their_way else tuple(IN_FORCE)
        query = (
            select(awards.Credential.id, awards.Achievement)
            .join(awards.Award, awards.Award.id == awards.Credential.award_id)
            .join(awards.Achievement, awards.Achievement.id == awards.Award.achievement_id)
            .where(awards.Credential.person_id == person_id, awards.Credential.state.in_(states))
            .order_by(awards.Credential.issued_at, awards.Credential.id)
        )
        if unit is not None:
            query = query.where(
                awards.Achievement.unit_code == unit.code, awards.Achievement.peruste_id == unit.peruste_id
            )
        return [_held(row[0], row[1]) for row in self._session.execute(query)]


def _held(credential_id: str, row: awards.Achievement) -> HeldBadge:
    return HeldBadge(
        credential_id=credential_id,
        achievement_id=row.id,
        scope=row.scope,
        unit=UnitRef(row.unit_code, row.peruste_id) if row.unit_code else None,
        language=row.language,
        document=row.document,
    )


def _draft(row: tables.BadgeDraft) -> Draft:
    unit = UnitRef(row.unit_code, row.peruste_id) if row.unit_code and row.peruste_id else None
    return Draft(
        id=row.id,
        institution_id=row.institution_id,
        person_id=row.person_id,
        drafter_id=row.drafter_id,
        state=DraftState(row.state),
        scope=DraftScope(row.scope),
        unit=unit,
        sealed=row.sealed,
        digest=row.digest,
        accepted_digest=row.accepted_digest,
        accepted_at=row.accepted_at,
        accepted_way=row.accepted_way,
        consents=tuple(sorted((what, str(one)) for what, one in read_object(row.consents.encode()).items())),
        reviewer_id=row.reviewer_id,
        reviewed_at=row.reviewed_at,
        return_reason=row.return_reason,
        sealed_return=row.sealed_return,
        credential_id=row.credential_id,
        replaces=row.replaces,
        revision=row.revision,
        created_at=row.created_at,
        changed_at=row.changed_at,
    )
