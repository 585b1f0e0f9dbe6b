"""Queries: passkeys, their challenges, recovery codes, mail addresses and identities of other organisations."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.orm import Session

from issuer.db.models import people
from issuer.db.models import ways_in as tables


@dataclass(frozen=True, slots=True, kw_only=True)
class PasskeyRow:
    """A passkey as stored; `sealed` names the device, under the key of its owner."""

    id: str
    staff_id: str
    credential_id: bytes
    public_key: bytes
    sign_count: int
    backed_up: bool
    sealed: bytes
    created_at: datetime
    used_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChallengeRow:
    """What a challenge is for.

    Attributes:
        purpose: ``sign_in``, ``register``, ``act`` or ``oidc``.
        bound_id: staff or invitation that it is for; None when nobody is known yet.
        act, digest: of a signing act.
        browser_sha256: of the browser that asked.
    """

    purpose: str
    bound_id: str | None = None
    act: str | None = None
    digest: bytes | None = None
    browser_sha256: bytes | None = None


class SignInRepository:
    """Ways in, within one transaction. Secrets come in as digests only."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add_passkey(self, row: PasskeyRow) -> None:
        """Insert a passkey; its credential id must be new."""
        self._session.execute(
            insert(tables.Passkey).values(
                id=row.id,
                staff_id=row.staff_id,
                credential_id=row.credential_id,
                public_key=row.public_key,
                sign_count=row.sign_count,
                backed_up=row.backed_up,
                sealed=row.sealed,
                created_at=row.created_at,
            )
        )

    def passkeys(self, staff_id: str) -> list[PasskeyRow]:
        """All passkeys of a member of staff, oldest first."""
        query = select(tables.Passkey).where(tables.Passkey.staff_id == staff_id).order_by(tables.Passkey.created_at)
        return [_passkey(row) for row in self._session.execute(query).scalars()]

    def passkey(self, credential_id: bytes) -> PasskeyRow | None:
        """The passkey of a credential, or None."""
        query = select(tables.Passkey).where(tables.Passkey.credential_id == credential_id)
        row = self._session.execute(query).scalar_one_or_none()
        return _passkey(row) if row is not None else None

    def used_passkey(self, passkey_id: str, *, sign_count: int, now: datetime) -> None:
        """Note that a passkey was used, and its counter."""
        self._session.execute(
            update(tables.Passkey).where(tables.Passkey.id == passkey_id).values(sign_count=sign_count, used_at=now)
        )

    def remove_passkey(self, passkey_id: str, staff_id: str) -> bool:
        """Delete a passkey of this member of staff; False when there is none."""
        query = delete(tables.Passkey).where(tables.Passkey.id == passkey_id, tables.Passkey.staff_id == staff_id)
        return self._session.execute(query.returning(tables.Passkey.id)).scalar_one_or_none() is not None

    def add_challenge(self, challenge_sha256: bytes, row: ChallengeRow, *, now: datetime, expires_at: datetime) -> None:
        """Insert a challenge, and forget those that have ended."""
        self._session.execute(delete(tables.Challenge).where(tables.Challenge.expires_at <= now))
        self._session.execute(
            insert(tables.Challenge).values(
                challenge_sha256=challenge_sha256,
                purpose=row.purpose,
                bound_id=row.bound_id,
                act=row.act,
                digest=row.digest,
                browser_sha256=row.browser_sha256,
                expires_at=expires_at,
            )
        )

    def take_challenge(self, challenge_sha256: bytes, *, now: datetime) -> ChallengeRow | None:
        """Use a challenge up; None for an unknown, used or ended one."""
        query = delete(tables.Challenge).where(
            tables.Challenge.challenge_sha256 == challenge_sha256, tables.Challenge.expires_at > now
        )
        row = self._session.execute(
            query.returning(
                tables.Challenge.purpose,
                tables.Challenge.bound_id,
                tables.Challenge.act,
                tables.Challenge.digest,
                tables.Challenge.browser_sha256,
            )
        ).one_or_none()
        return ChallengeRow(**row._mapping) if row is not None else None  # noqa: SLF001  the public name of the mapping

    def replace_recovery_codes(self, staff_id: str, digests: Sequence[bytes]) -> None:
        """Let a member of staff have exactly these codes."""
        self._session.execute(delete(tables.RecoveryCode).where(tables.RecoveryCode.staff_id == staff_id))
        if digests:
            rows = [{"code_sha256": one, "staff_id": staff_id} for one in digests]
            self._session.execute(insert(tables.RecoveryCode), rows)

    def recovery_codes_left(self, staff_id: str) -> int:
        """How many codes can still be used."""
        query = select(func.count()).where(
            tables.RecoveryCode.staff_id == staff_id, tables.RecoveryCode.used_at.is_(None)
        )
        return self._session.execute(query).scalar_one()

    def use_recovery_code(self, code_sha256: bytes, *, now: datetime) -> str | None:
        """Use a code once; return whose it is, or None."""
        query = (
            update(tables.RecoveryCode)
            .where(tables.RecoveryCode.code_sha256 == code_sha256, tables.RecoveryCode.used_at.is_(None))
            .values(used_at=now)
            .returning(tables.RecoveryCode.staff_id)
        )
        return self._session.execute(query).scalar_one_or_none()

    def set_mail_address(self, staff_id: str, address_hmac: bytes) -> None:
        """Let a member of staff ask for links by this address."""
        self._session.execute(delete(tables.MailAddress).where(tables.MailAddress.staff_id == staff_id))
        self._session.execute(insert(tables.MailAddress).values(staff_id=staff_id, address_hmac=address_hmac))

    def with_mail_address(self, address_hmac: bytes) -> list[str]:
        """Staff with this address who have not left; more than one where somebody works for several institutions."""
        query = (
            select(tables.MailAddress.staff_id)
            .join(people.Staff, people.Staff.id == tables.MailAddress.staff_id)
            .where(tables.MailAddress.address_hmac == address_hmac, people.Staff.ended_at.is_(None))
            .order_by(people.Staff.created_at)
        )
        return list(self._session.execute(query).scalars())

    def has_mail_address(self, staff_id: str) -> bool:
        """Tell whether links may be asked for by mail."""
        query = select(tables.MailAddress.staff_id).where(tables.MailAddress.staff_id == staff_id)
        return self._session.execute(query).scalar_one_or_none() is not None

    def link_identity(self, identity_hmac: bytes, staff_id: str, *, now: datetime) -> None:
        """Insert an identity of another organisation; it must be new."""
        self._session.execute(
            insert(tables.OutsideIdentity).values(identity_hmac=identity_hmac, staff_id=staff_id, linked_at=now)
        )

    def identity_owner(self, identity_hmac: bytes) -> str | None:
        """Whose identity this is, or None."""
        query = select(tables.OutsideIdentity.staff_id).where(tables.OutsideIdentity.identity_hmac == identity_hmac)
        return self._session.execute(query).scalar_one_or_none()

    def used_identity(self, identity_hmac: bytes, *, now: datetime) -> None:
        """Note that an identity was used."""
        self._session.execute(
            update(tables.OutsideIdentity)
            .where(tables.OutsideIdentity.identity_hmac == identity_hmac)
            .values(used_at=now)
        )

    def has_identity(self, staff_id: str) -> bool:
        """Tell whether some organisation's identity lets this person in."""
        query = select(tables.OutsideIdentity.staff_id).where(tables.OutsideIdentity.staff_id == staff_id).limit(1)
        return self._session.execute(query).scalar_one_or_none() is not None

    def forget_ways_in(self, staff_id: str) -> None:
        """Delete all ways in of someone who leaves; open links and sessions too."""
        for table in (
            tables.Passkey,
            tables.RecoveryCode,
            tables.MailAddress,
            tables.OutsideIdentity,
            people.SignInLink,
            people.WebSession,
        ):
            self._session.execute(delete(table).where(table.staff_id == staff_id))
        self._session.execute(delete(tables.Challenge).where(tables.Challenge.bound_id == staff_id))


def _passkey(row: tables.Passkey) -> PasskeyRow:
    return PasskeyRow(
        id=row.id,
        staff_id=row.staff_id,
        credential_id=row.credential_id,
        public_key=row.public_key,
        sign_count=row.sign_count,
        backed_up=row.backed_up,
        sealed=row.sealed,
        created_at=row.created_at,
        used_at=row.used_at,
    )
