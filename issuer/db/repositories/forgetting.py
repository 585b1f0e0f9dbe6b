"""Deletes every row of a person, found by the keys of the tables themselves, so that no table can be overlooked.

What an area wants to keep of a person it must cut from the person before (its own `forget_person`). Badges keep
their places in the status lists: their rows stay as tombstones that lead to nobody (docs/decisions/0031).
"""

import uuid
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, ForeignKey, Select, String, Table, delete, insert, or_, select, update
from sqlalchemy.orm import Session

from issuer.db.models import Base
from issuer.db.models.awards import Award, Credential
from issuer.db.models.batches import BatchRow
from issuer.db.models.endorsements import ToldPlace
from issuer.db.models.erasures import ErasureRecord
from issuer.db.models.people import Person
from issuer.db.models.recognition import RecognitionBadge
from issuer.db.models.trail import OutboxRow

NOBODY = "00000000-0000-4000-8000-000000000000"  # the person of all tombstones
_NO_DIGEST = bytes(32)
_KEPT = frozenset({Award.__tablename__, Credential.__tablename__, ErasureRecord.__tablename__})


def forget_rows(session: Session, person_id: str) -> None:
    """Delete the rows of all tables that belong to the person, the person's own row last."""
    credentials = list(session.execute(select(Credential.id).where(Credential.person_id == person_id)).scalars())
    named = [OutboxRow.payload.contains(one, autoescape=True) for one in (person_id, *credentials)]
    session.execute(delete(OutboxRow).where(or_(*named)))
    _leave_to_schools(session, credentials)
    for table in reversed(Base.metadata.sorted_tables):
        belongs = _belongs(table, person_id)
        if belongs is not None and table.name not in _KEPT:
            session.execute(delete(table).where(belongs).execution_options(synchronize_session=False))
    badges = select(Credential).where(Credential.person_id == person_id)
    bury(session, badges, select(Award).where(Award.person_id == person_id))
    session.execute(delete(Person).where(Person.id == person_id))


def forget_pointers(session: Session, credential_id: str) -> None:
    """Delete every row that belongs to one badge, before it is buried."""
    session.execute(delete(OutboxRow).where(OutboxRow.payload.contains(credential_id, autoescape=True)))
    _leave_to_schools(session, [credential_id])
    rows = update(BatchRow).where(BatchRow.credential_id == credential_id)
    session.execute(rows.values(credential_id=None).execution_options(synchronize_session=False))
    this = select(Credential.id).where(Credential.id == credential_id)
    for table in reversed(Base.metadata.sorted_tables):
        found = _pointing(table, this)
        if found is not None and table.name not in _KEPT:
            session.execute(delete(table).where(found).execution_options(synchronize_session=False))


def _leave_to_schools(session: Session, credentials: Sequence[str]) -> None:
    """The bytes that a school received are its own record of a decision: cut them from our row of the badge.

    Where the badge was earned was told beside them; without our row nobody could say it, so it goes.
    """
    theirs = select(RecognitionBadge.id).where(RecognitionBadge.credential_id.in_(credentials))
    session.execute(
        delete(ToldPlace).where(ToldPlace.badge_id.in_(theirs)).execution_options(synchronize_session=False)
    )
    received = update(RecognitionBadge).where(RecognitionBadge.credential_id.in_(credentials))
    session.execute(received.values(credential_id=None).execution_options(synchronize_session=False))


def _pointing(table: Table, these: Select[str]) -> ColumnElement[bool] | None:
    """Which rows of a table belong to badges: by `credential_id`, or by a key to a row that does."""
    found: list[ColumnElement[bool]] = []
    for column in table.columns:
        if column.name == "credential_id" and isinstance(column.type, String):
            found.append(column.in_(these))
            continue
        for key in column.foreign_keys:
            parent = key.column.table
            theirs = _pointing(parent, these) if parent is not table else None
            if theirs is not None:
                found.append(column.in_(select(key.column).where(theirs)))
    return or_(*found) if found else None


def bury(session: Session, which: Select[Credential], whose: Select[Award]) -> None:
    """Turn awards and badges into tombstones: a new random id, the month, the place; neither bytes nor digests.

    What points to the badges must be gone before.
    """
    badges = list(session.execute(which).scalars())
    awards = list(session.execute(whose).scalars())
    if (badges or awards) and session.get(Person, NOBODY) is None:
        first = (badges or awards)[0]
        values = {"id": NOBODY, "institution_id": first.institution_id, "created_at": first.created_at}
        session.execute(insert(Person).values(**values, erased_at=first.created_at))
    for one in badges:
        session.execute(
            update(Credential)
            .where(Credential.id == one.id)
            .values(
                id=str(uuid.uuid4()),
                person_id=NOBODY,
                state=one.state if one.state in {"issued", "delivered", "withdrawn"} else "failed",
                tbs=None,
                tbs_sha256=_NO_DIGEST,
                document=None,
                document_sha256=None,
                salt=None,
                lease_until=None,
                failure=None,
                replaced_by=None,
                proof_created_at=_month(one.proof_created_at),
                created_at=_month(one.created_at),
                issued_at=_month(one.issued_at) if one.issued_at is not None else None,
                withdrawn_at=_month(one.withdrawn_at) if one.withdrawn_at is not None else None,
            )
            .execution_options(synchronize_session=False)
        )
    for award in awards:
        session.execute(
            update(Award)
            .where(Award.id == award.id)
            .values(person_id=NOBODY, sealed=None, created_at=_month(award.created_at))
            .execution_options(synchronize_session=False)
        )


def _month(at: datetime) -> datetime:
    """The month alone: a second would lead from a tombstone to the rows of the audit trail."""
    return at.replace(day=1, hour=0, minute=0, second=0, microsecond=0)


def _belongs(table: Table, person_id: str, *, as_parent: bool = False) -> ColumnElement[bool] | None:
    """Which rows of a table are the person's: by `person_id`, by `credential_id`, or by a key to a row that is."""
    if table.name == Person.__tablename__:
        return table.c.id == person_id if as_parent else None
    found: list[ColumnElement[bool]] = []
    for column in table.columns:
        if column.name == "person_id":
            found.append(column == person_id)
        elif column.name == "credential_id" and isinstance(column.type, String):
            found.append(column.in_(select(Credential.id).where(Credential.person_id == person_id)))
        else:
            found += _by_key(table, column.foreign_keys, person_id, column)
    return or_(*found) if found else None


def _by_key(
    table: Table, keys: set[ForeignKey], person_id: str, column: ColumnElement[object]
) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    for key in keys:
        parent = key.column.table
        if parent is table:
            continue
        theirs = _belongs(parent, person_id, as_parent=True)
        if theirs is not None:
            found.append(column.in_(select(key.column).where(theirs)))
    return found
