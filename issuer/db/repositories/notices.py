"""Queries: messages to people, whether they went, and the mail addresses for them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, delete, func, insert, or_, select, update
from sqlalchemy.orm import Session

from issuer.db.models import notices as tables
from issuer.db.models.awards import Credential, Share
from issuer.db.models.people import Person, Staff
from issuer.domain.notice import RULES, Notice, NoticeKind, NoticeState

_IN_ONE_QUERY = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressRow:
    """A mail address, sealed under its owner's key."""

    id: str
    owner_id: str
    language: str
    sealed: bytes
    asked_at: datetime
    confirmed_at: datetime | None
    bounced_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class EndingShare:
    """A link that ends soon; lengthened, it is another thing to tell about."""

    share_id: str
    person_id: str
    ends_at: datetime

    @property
    def about(self) -> str:
        """What a message about it is about."""
        return f"{self.share_id} {self.ends_at:%Y-%m-%d}"


class NoticeRepository:
    """Within one transaction. An owner is a participant or a member of staff, by id."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, notices: Sequence[Notice], *, now: datetime) -> None:
        """Insert messages."""
        rows = [
            {
                "id": one.id,
                "kind": one.kind.value,
                "person_id": one.to if RULES[one.kind].to == "participant" else None,
                "staff_id": one.to if RULES[one.kind].to == "staff" else None,
                "institution_id": one.institution_id,
                "about": one.about,
                "day": one.day,
                "state": one.state.value,
                "tries": one.tries,
                "failure": one.failure,
                "created_at": one.created_at or now,
                "settled_at": None if one.state is NoticeState.WAITING else now,
            }
            for one in notices
        ]
        if rows:
            self._session.execute(insert(tables.NoticeRow), rows)

    def get(self, notice_id: str) -> Notice | None:
        """A message, or None."""
        row = self._session.get(tables.NoticeRow, notice_id)
        return _notice(row) if row is not None else None

    def settle(self, notice_id: str, state: NoticeState, *, tries: int, failure: str | None, now: datetime) -> None:
        """Note how a message went; WAITING keeps it for another try."""
        settled_at = None if state is NoticeState.WAITING else now
        self._session.execute(
            update(tables.NoticeRow)
            .where(tables.NoticeRow.id == notice_id)
            .values(state=state.value, tries=tries, failure=failure, settled_at=settled_at)
        )

    def told(self, kind: NoticeKind, owners: Collection[str]) -> frozenset[tuple[str, str]]:
        """(owner, about) of the messages of this kind that these have had."""
        owner = _owner(kind)
        query = select(owner, tables.NoticeRow.about).where(tables.NoticeRow.kind == kind.value)
        found: set[tuple[str, str]] = set()
        for some in _parts(owners):
            found |= {(row[0] or "", row[1]) for row in self._session.execute(query.where(owner.in_(some)))}
        return frozenset(found)

    def count_since(self, owner_id: str, kind: NoticeKind, since: datetime) -> int:
        """How many messages of a kind somebody was sent since then."""
        query = select(func.count()).where(
            _owner(kind) == owner_id, tables.NoticeRow.kind == kind.value, tables.NoticeRow.created_at > since
        )
        return self._session.execute(query).scalar_one()

    def of_person(self, person_id: str, *, limit: int) -> list[Notice]:
        """The latest messages to a participant, newest first, without questions about an address."""
        row = tables.NoticeRow
        query = (
            select(row)
            .where(row.person_id == person_id, row.kind != NoticeKind.CONFIRM_ADDRESS.value)
            .order_by(row.created_at.desc(), row.id)
            .limit(limit)
        )
        return [_notice(one) for one in self._session.execute(query).scalars()]

    def to_print(self, institution_id: str) -> list[Notice]:
        """Messages that wait for paper, oldest first; not those about a badge that has been taken meanwhile."""
        row = tables.NoticeRow
        query = (
            select(row)
            .outerjoin(Credential, Credential.id == row.about)
            .where(
                row.institution_id == institution_id,
                row.state == NoticeState.TO_PRINT.value,
                or_(
                    Credential.id.is_(None),
                    Credential.state == "issued",
                    row.kind == NoticeKind.CORRECTED.value,
                ),
            )
            .order_by(row.created_at, row.id)
        )
        return [_notice(one) for one in self._session.execute(query).scalars()]

    def bounced(self, institution_id: str) -> list[AddressRow]:
        """Addresses of an institution's participants that a mail server has refused, oldest first."""
        address = tables.NoticeAddress
        query = (
            select(address)
            .join(Person, Person.id == address.person_id)
            .where(Person.institution_id == institution_id, address.bounced_at.is_not(None))
            .order_by(address.bounced_at, address.id)
        )
        return [_address(one) for one in self._session.execute(query).scalars()]

    def set_address(self, row: AddressRow, *, staff: bool) -> None:
        """Put an address in the place of the owner's earlier one."""
        self.remove_address(row.owner_id)
        self._session.execute(
            insert(tables.NoticeAddress).values(
                id=row.id,
                person_id=None if staff else row.owner_id,
                staff_id=row.owner_id if staff else None,
                language=row.language,
                sealed=row.sealed,
                asked_at=row.asked_at,
                confirmed_at=row.confirmed_at,
                bounced_at=row.bounced_at,
            )
        )

    def remove_address(self, owner_id: str) -> None:
        """Forget somebody's address."""
        self._session.execute(delete(tables.NoticeAddress).where(_owned_by([owner_id])))

    def address_of(self, owner_id: str) -> AddressRow | None:
        """Somebody's address, confirmed or not, or None."""
        row = self._session.execute(select(tables.NoticeAddress).where(_owned_by([owner_id]))).scalar_one_or_none()
        return _address(row) if row is not None else None

    def address(self, address_id: str) -> AddressRow | None:
        """An address by its own id, or None."""
        row = self._session.get(tables.NoticeAddress, address_id)
        return _address(row) if row is not None else None

    def reachable(self, owners: Collection[str]) -> frozenset[str]:
        """Who of these has a confirmed address that works."""
        address = tables.NoticeAddress
        found: set[str] = set()
        for some in _parts(owners):
            query = select(func.coalesce(address.person_id, address.staff_id)).where(
                _owned_by(some), address.confirmed_at.is_not(None), address.bounced_at.is_(None)
            )
            found |= set(self._session.execute(query).scalars())
        return frozenset(found)

    def set_language(self, address_id: str, language: str) -> None:
        """Let messages be in another language."""
        self._change(address_id, language=language)

    def confirm(self, address_id: str, *, now: datetime) -> None:
        """Let messages go to an address from now on."""
        self._change(address_id, confirmed_at=now)

    def note_bounce(self, address_id: str, *, now: datetime) -> None:
        """Send nothing more to an address that its server has refused."""
        self._change(address_id, bounced_at=now)

    def ending_shares(self, *, now: datetime, until: datetime) -> list[EndingShare]:
        """Living links that end before then, of people who can be mailed."""
        address = tables.NoticeAddress
        query = (
            select(Share.id, Share.person_id, Share.expires_at)
            .join(Person, Person.id == Share.person_id)
            .join(address, address.person_id == Share.person_id)
            .where(
                Share.expires_at > now,
                Share.expires_at <= until,
                Person.erased_at.is_(None),
                address.confirmed_at.is_not(None),
                address.bounced_at.is_(None),
            )
            .order_by(Share.expires_at, Share.id)
        )
        return [
            EndingShare(share_id=row.id, person_id=row.person_id, ends_at=row.expires_at)
            for row in self._session.execute(query)
        ]

    def homes(self, kind: NoticeKind, owners: Collection[str]) -> dict[str, str]:
        """The institution of each of these, by id; those who are erased or have left are not in it."""
        found: dict[str, str] = {}
        for some in _parts(owners):
            if RULES[kind].to == "participant":
                query = select(Person.id, Person.institution_id).where(Person.id.in_(some), Person.erased_at.is_(None))
            else:
                query = select(Staff.id, Staff.institution_id).where(Staff.id.in_(some), Staff.ended_at.is_(None))
            found |= {row.id: row.institution_id for row in self._session.execute(query)}
        return found

    def forget_old(self, *, before: datetime) -> int:
        """Delete messages that were settled before then; return how many."""
        row = tables.NoticeRow
        query = delete(row).where(row.settled_at < before, row.state != NoticeState.TO_PRINT.value).returning(row.id)
        return len(self._session.execute(query).scalars().all())

    def forget_unconfirmed(self, *, before: datetime) -> int:
        """Delete addresses that were given before then and never confirmed; return how many."""
        address = tables.NoticeAddress
        query = delete(address).where(address.confirmed_at.is_(None), address.asked_at < before).returning(address.id)
        return len(self._session.execute(query).scalars().all())

    def forget_person(self, person_id: str) -> None:
        """Erase somebody's address and messages."""
        self.remove_address(person_id)
        self._session.execute(delete(tables.NoticeRow).where(tables.NoticeRow.person_id == person_id))

    def _change(self, address_id: str, **values: object) -> None:
        self._session.execute(
            update(tables.NoticeAddress).where(tables.NoticeAddress.id == address_id).values(**values)
        )


def _owner(kind: NoticeKind) -> "ColumnElement[str | None]":
    column = tables.NoticeRow.person_id if RULES[kind].to == "participant" else tables.NoticeRow.staff_id
    return column.expression


def _owned_by(owners: Collection[str]) -> ColumnElement[bool]:
    address = tables.NoticeAddress
    return or_(address.person_id.in_(owners), address.staff_id.in_(owners))


def _parts(owners: Collection[str]) -> list[list[str]]:
    every = list(dict.fromkeys(owners))
    return [every[start : start + _IN_ONE_QUERY] for start in range(0, len(every), _IN_ONE_QUERY)]


def _notice(row: tables.NoticeRow) -> Notice:
    return Notice(
        id=row.id,
        kind=NoticeKind(row.kind),
        to=row.person_id or row.staff_id or "",
        institution_id=row.institution_id,
        about=row.about,
        day=row.day,
        state=NoticeState(row.state),
        tries=row.tries,
        failure=row.failure,
        created_at=row.created_at,
    )


def _address(row: tables.NoticeAddress) -> AddressRow:
    return AddressRow(
        id=row.id,
        owner_id=row.person_id or row.staff_id or "",
        language=row.language,
        sealed=row.sealed,
        asked_at=row.asked_at,
        confirmed_at=row.confirmed_at,
        bounced_at=row.bounced_at,
    )
