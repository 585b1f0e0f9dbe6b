"""Queries: achievements, awards and credentials. A state changes only from the state and revision one has read."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from sqlalchemy import Table, bindparam, insert, or_, select, update
from sqlalchemy.orm import Session

from issuer.db.models import awards as tables
from issuer.domain.errors import NotFoundError

_IN_ONE_QUERY = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class AchievementRecord:
    """A frozen achievement; `document` is its JCS form."""

    id: str
    institution_id: str
    unit_code: str
    unit_version: int
    peruste_id: str
    diaarinumero: str
    language: str
    scope: str
    shown: int
    required: int
    document: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCredential:
    """Everything that is fixed when a badge is reserved. Bytes that are personal are sealed already."""

    id: str
    award_id: str
    institution_id: str
    provider_id: str | None
    person_id: str
    achievement_id: str
    sealed_wishes: bytes
    kid: str
    list_id: str
    index: int
    sealed_tbs: bytes
    tbs_sha256: bytes
    proof_created_at: datetime
    sealed_salt: bytes
    lease_until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedBytes:
    """What signing added to one credential of a chunk."""

    id: str
    tbs_sha256: bytes
    sealed: bytes
    sha256: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class CredentialRecord:
    """A credential as stored; `tbs` and `document` are sealed under the person's key."""

    id: str
    institution_id: str
    person_id: str
    achievement_id: str
    state: str
    revision: int
    kid: str
    list_id: str
    index: int
    tbs: bytes | None
    tbs_sha256: bytes
    proof_created_at: datetime
    document: bytes | None
    document_sha256: bytes | None
    attempts: int
    failure: str | None
    withdrawal_reason: str | None
    created_at: datetime
    issued_at: datetime | None
    withdrawn_at: datetime | None


class CredentialRepository:
    """Badges within one transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def first_answer(self, scope: str, key: str) -> tuple[bytes, str] | None:
        """(request digest, credential id) of an idempotency key used before, or None."""
        query = select(tables.Idempotency.request_sha256, tables.Idempotency.credential_id).where(
            tables.Idempotency.scope == scope, tables.Idempotency.key == key
        )
        row = self._session.execute(query).one_or_none()
        return (row.request_sha256, row.credential_id) if row is not None else None

    def remember_answer(
        self, scope: str, key: str, *, request_sha256: bytes, credential_id: str, now: datetime
    ) -> None:
        """Tie an idempotency key to the credential that answers it; a second one with the key fails."""
        self._session.execute(
            insert(tables.Idempotency).values(
                scope=scope, key=key, request_sha256=request_sha256, credential_id=credential_id, created_at=now
            )
        )

    def known_keys(self, scope: str, keys: Sequence[str]) -> frozenset[str]:
        """Which of these idempotency keys were used before."""
        known: set[str] = set()
        for some in _portions(keys):
            query = select(tables.Idempotency.key).where(
                tables.Idempotency.scope == scope, tables.Idempotency.key.in_(some)
            )
            known.update(self._session.execute(query).scalars())
        return frozenset(known)

    def remember_answers(
        self, scope: str, answers: Sequence[tuple[str, str]], digests: Sequence[bytes], *, now: datetime
    ) -> None:
        """Tie many idempotency keys to their credentials; `digests` are those of their requests."""
        rows = [
            {
                "scope": scope,
                "key": key,
                "request_sha256": digest,
                "credential_id": credential_id,
                "created_at": now,
            }
            for (key, credential_id), digest in zip(answers, digests, strict=True)
        ]
        self._session.execute(insert(tables.Idempotency), rows)

    def achievement(self, key: str) -> AchievementRecord | None:
        """A frozen achievement by its 32 hex signs, or None."""
        row = self._session.execute(select(tables.Achievement).where(tables.Achievement.id == key)).scalar_one_or_none()
        if row is None:
            return None
        return AchievementRecord(
            id=row.id,
            institution_id=row.institution_id,
            unit_code=row.unit_code,
            unit_version=row.unit_version,
            peruste_id=row.peruste_id,
            diaarinumero=row.diaarinumero,
            language=row.language,
            scope=row.scope,
            shown=row.shown,
            required=row.required,
            document=row.document,
        )

    def add_achievement(self, record: AchievementRecord, *, now: datetime) -> None:
        """Freeze an achievement."""
        values = {name: getattr(record, name) for name in AchievementRecord.__slots__}
        self._session.execute(insert(tables.Achievement).values(**values, created_at=now))

    def reserve(self, new: Sequence[NewCredential], *, now: datetime) -> None:
        """Insert awards and credentials in state reserved: from the commit on their bytes may be signed."""
        self._session.execute(
            insert(tables.Award),
            [
                {
                    "id": one.award_id,
                    "institution_id": one.institution_id,
                    "provider_id": one.provider_id,
                    "person_id": one.person_id,
                    "achievement_id": one.achievement_id,
                    "sealed": one.sealed_wishes,
                    "created_at": now,
                }
                for one in new
            ],
        )
        self._session.execute(
            insert(tables.Credential),
            [
                {
                    "id": one.id,
                    "award_id": one.award_id,
                    "institution_id": one.institution_id,
                    "person_id": one.person_id,
                    "state": "reserved",
                    "revision": 1,
                    "kid": one.kid,
                    "list_id": one.list_id,
                    "idx": one.index,
                    "tbs": one.sealed_tbs,
                    "tbs_sha256": one.tbs_sha256,
                    "proof_created_at": one.proof_created_at,
                    "salt": one.sealed_salt,
                    "lease_until": one.lease_until,
                    "attempts": 0,
                    "created_at": now,
                }
                for one in new
            ],
        )

    def get(self, credential_id: str) -> CredentialRecord:
        """One credential. Raises NotFoundError."""
        query = _QUERY.where(tables.Credential.id == credential_id)
        row = self._session.execute(query).one_or_none()
        if row is None:
            raise NotFoundError("badge")
        return _record(row[0], row[1])

    def provider_of(self, credential_id: str) -> str | None:
        """The provider behind a badge that its umbrella signed, or None; NotFoundError for an unknown badge."""
        query = (
            select(tables.Award.provider_id)
            .join(tables.Credential, tables.Credential.award_id == tables.Award.id)
            .where(tables.Credential.id == credential_id)
        )
        row = self._session.execute(query).one_or_none()
        if row is None:
            raise NotFoundError("badge")
        provider_id: str | None = row.provider_id
        return provider_id

    def recent(self, institution_id: str, limit: int) -> list[CredentialRecord]:
        """The newest credentials that an institution signed or has its people behind."""
        theirs = or_(tables.Credential.institution_id == institution_id, tables.Award.provider_id == institution_id)
        query = _QUERY.where(theirs).order_by(tables.Credential.created_at.desc(), tables.Credential.id).limit(limit)
        return [_record(row[0], row[1]) for row in self._session.execute(query)]

    def add_grant(self, record: CredentialRecord, *, grant_id: str, approvers: str, expires_at: datetime) -> None:
        """Record the leave to sign this revision; at most one per revision, repeated asking renews it."""
        self._session.execute(  # two workers on one badge: the second waits here and renews the first one's grant
            select(tables.Credential.id).where(tables.Credential.id == record.id).with_for_update()
        )
        renewed = self._session.execute(
            update(tables.SigningGrant)
            .where(tables.SigningGrant.credential_id == record.id, tables.SigningGrant.revision == record.revision)
            .values(expires_at=expires_at, tbs_sha256=record.tbs_sha256, kid=record.kid)
            .returning(tables.SigningGrant.id)
        ).scalar_one_or_none()
        if renewed is None:
            self._session.execute(
                insert(tables.SigningGrant).values(
                    id=grant_id,
                    credential_id=record.id,
                    revision=record.revision,
                    tbs_sha256=record.tbs_sha256,
                    kid=record.kid,
                    approvers=approvers,
                    expires_at=expires_at,
                )
            )

    def change(self, record: CredentialRecord, *, to: str, **values: object) -> bool:
        """Move a credential on, if it is still in the state, revision and bytes of `record`.

        Returns:
            False when another worker was faster: read again and go on from what is there.
        """
        query = (
            update(tables.Credential)
            .where(
                tables.Credential.id == record.id,
                tables.Credential.state == record.state,
                tables.Credential.revision == record.revision,
                tables.Credential.tbs_sha256 == record.tbs_sha256,
            )
            .values(state=to, **values)
            .returning(tables.Credential.id)
        )
        return self._session.execute(query).scalar_one_or_none() is not None

    def store_signed(self, signed: Sequence[SignedBytes], *, lease_until: datetime) -> None:
        """T2 for many: those that another worker has taken on meanwhile are left as they are."""
        query = (
            update(_TABLE)
            .where(
                _TABLE.c.id == bindparam("the_id"),
                _TABLE.c.state == "reserved",
                _TABLE.c.tbs_sha256 == bindparam("the_tbs"),
            )
            .values(
                state="signed",
                document=bindparam("the_document"),
                document_sha256=bindparam("the_digest"),
                lease_until=lease_until,
            )
        )
        rows = [
            {"the_id": one.id, "the_tbs": one.tbs_sha256, "the_document": one.sealed, "the_digest": one.sha256}
            for one in signed
        ]
        self._session.connection().execute(query, rows)

    def signed_among(self, ids: Sequence[str]) -> list[CredentialRecord]:
        """Those of the given credentials that are in state signed."""
        found = []
        for some in _portions(ids):
            query = _QUERY.where(tables.Credential.id.in_(some), tables.Credential.state == "signed")
            found += [_record(row[0], row[1]) for row in self._session.execute(query)]
        return found

    def mark_issued(self, ids: Sequence[str], *, now: datetime) -> frozenset[str]:
        """T4 for many; return those that were in state signed and are issued by this call."""
        issued: set[str] = set()
        for some in _portions(ids):
            query = (
                update(tables.Credential)
                .where(tables.Credential.id.in_(some), tables.Credential.state == "signed")
                .values(state="issued", issued_at=now, lease_until=None)
                .returning(tables.Credential.id)
                .execution_options(synchronize_session=False)
            )
            issued.update(self._session.execute(query).scalars())
        return frozenset(issued)

    def states(self, ids: Sequence[str]) -> dict[str, tuple[str, str | None]]:
        """(state, failure) of each of these credentials."""
        found: dict[str, tuple[str, str | None]] = {}
        for some in _portions(ids):
            query = select(tables.Credential.id, tables.Credential.state, tables.Credential.failure).where(
                tables.Credential.id.in_(some)
            )
            found |= {row.id: (row.state, row.failure) for row in self._session.execute(query)}
        return found

    def lease(self, states: Collection[str], *, now: datetime, until: datetime, limit: int) -> list[str]:
        """Take over credentials in `states` whose lease has run out; each goes to one taker only."""
        due = (
            select(tables.Credential.id)
            .where(
                tables.Credential.state.in_(states),
                or_(tables.Credential.lease_until.is_(None), tables.Credential.lease_until < now),
            )
            .order_by(tables.Credential.lease_until)
            .limit(limit)
            .with_for_update(skip_locked=True)
            .cte("due")
        )
        query = (
            update(tables.Credential)
            .where(tables.Credential.id.in_(select(due.c.id)))
            .values(lease_until=until, attempts=tables.Credential.attempts + 1)
            .returning(tables.Credential.id)
        )
        return list(self._session.execute(query).scalars())

    def ids(self) -> list[str]:
        """All credentials, oldest first."""
        query = select(tables.Credential.id).order_by(tables.Credential.created_at, tables.Credential.id)
        return list(self._session.execute(query).scalars())

    def place_of_all(self) -> list[tuple[str, int]]:
        """(list, index) of every credential ever reserved; for checks of the whole installation."""
        query = select(tables.Credential.list_id, tables.Credential.idx)
        return [(row.list_id, row.idx) for row in self._session.execute(query)]


def _portions(values: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(values), _IN_ONE_QUERY):
        yield values[start : start + _IN_ONE_QUERY]


_TABLE = cast("Table", tables.Credential.__table__)
_QUERY = select(tables.Credential, tables.Award.achievement_id).join(
    tables.Award, tables.Award.id == tables.Credential.award_id
)


def _record(row: tables.Credential, achievement_id: str) -> CredentialRecord:
    return CredentialRecord(
        id=row.id,
        institution_id=row.institution_id,
        person_id=row.person_id,
        achievement_id=achievement_id,
        state=row.state,
        revision=row.revision,
        kid=row.kid,
        list_id=row.list_id,
        index=row.idx,
        tbs=row.tbs,
        tbs_sha256=row.tbs_sha256,
        proof_created_at=row.proof_created_at,
        document=row.document,
        document_sha256=row.document_sha256,
        attempts=row.attempts,
        failure=row.failure,
        withdrawal_reason=row.withdrawal_reason,
        created_at=row.created_at,
        issued_at=row.issued_at,
        withdrawn_at=row.withdrawn_at,
    )
