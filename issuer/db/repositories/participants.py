"""Queries: participants, what they work towards, their permissions and cards."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.orm import Session

from issuer.db.models.coaching import CardRecord, ConsentRecord, ParticipantRecord, ParticipantUnit, ReadingPerson
from issuer.db.models.people import Person
from issuer.domain.participant import Card, CardKind, Consent, How, ParticipantRow, ParticipantState, Purpose
from issuer.domain.unit_ref import UnitRef


class ParticipantQueries:
    """Participants within one transaction. Everything personal comes and goes sealed."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add_participant(self, row: ParticipantRow) -> None:
        """Insert a participant; the person's own row is there already."""
        self._session.execute(
            insert(ParticipantRecord).values(
                person_id=row.person_id,
                institution_id=row.institution_id,
                number=row.number,
                state=row.state.value,
                coach_id=row.coach_id,
                site_id=row.site_id,
                created_at=row.created_at,
                lapses_at=row.lapses_at,
                accepted_at=row.accepted_at,
            )
        )

    def next_number(self, institution_id: str) -> int:
        """The next running number; take the lock of the audit chain first, so that two do not get the same."""
        query = select(func.max(ParticipantRecord.number)).where(ParticipantRecord.institution_id == institution_id)
        return (self._session.execute(query).scalar_one_or_none() or 0) + 1

    def participant(self, person_id: str, institution_id: str) -> ParticipantRow | None:
        """A participant of this institution who is not erased, or None; nothing personal."""
        return self._one(ParticipantRecord.person_id == person_id, ParticipantRecord.institution_id == institution_id)

    def by_number(self, institution_id: str, number: int) -> ParticipantRow | None:
        """The participant with this running number, or None."""
        return self._one(ParticipantRecord.number == number, ParticipantRecord.institution_id == institution_id)

    def number(self, person_id: str) -> int | None:
        """The running number of a participant, or None."""
        query = select(ParticipantRecord.number).where(ParticipantRecord.person_id == person_id)
        return self._session.execute(query).scalar_one_or_none()

    def participants(self, institution_id: str) -> list[ParticipantRow]:
        """All participants of an institution who are not erased, by number."""
        query = (
            select(ParticipantRecord)
            .join(Person, Person.id == ParticipantRecord.person_id)
            .where(ParticipantRecord.institution_id == institution_id, Person.erased_at.is_(None))
            .order_by(ParticipantRecord.number)
        )
        return [_row(one) for one in self._session.execute(query).scalars()]

    def sealed(self, person_id: str) -> bytes | None:
        """What is personal of one participant."""
        return self._session.execute(select(Person.sealed).where(Person.id == person_id)).scalar_one_or_none()

    def sealed_of_all(self, institution_id: str) -> dict[str, bytes]:
        """What is personal of all participants of an institution, by person."""
        query = (
            select(Person.id, Person.sealed)
            .join(ParticipantRecord, ParticipantRecord.person_id == Person.id)
            .where(ParticipantRecord.institution_id == institution_id, Person.erased_at.is_(None))
        )
        return {row.id: row.sealed for row in self._session.execute(query) if row.sealed is not None}

    def set_sealed(self, person_id: str, sealed: bytes) -> None:
        """Keep what is personal anew."""
        self._session.execute(update(Person).where(Person.id == person_id).values(sealed=sealed))

    def accept_intake(self, person_id: str, *, now: datetime) -> None:
        """Turn a draft into a participant: it lapses no more."""
        self._set(person_id, state=ParticipantState.ACTIVE.value, lapses_at=None, accepted_at=now)

    def end_consent(self, person_id: str) -> None:
        """Note that coaching is not permitted any more: nothing new is recorded."""
        self._set(person_id, state=ParticipantState.WITHDRAWN.value)

    def set_place(self, person_id: str, *, coach_id: str | None, site_id: str | None) -> None:
        """Change whose participant it is, and the site; observations stay where they were made."""
        self._set(person_id, coach_id=coach_id, site_id=site_id)

    def lapsed(self, now: datetime, *, limit: int = 100) -> list[str]:
        """Persons whose intake draft has lapsed."""
        query = (
            select(ParticipantRecord.person_id)
            .where(ParticipantRecord.state == ParticipantState.INTAKE.value, ParticipantRecord.lapses_at <= now)
            .limit(limit)
        )
        return list(self._session.execute(query).scalars())

    def remove_intake(self, person_id: str) -> None:
        """Delete a draft of which nothing may be kept; nobody's work hangs on it, since none is taken without a yes."""
        for table in (ReadingPerson, ParticipantUnit, CardRecord, ConsentRecord, ParticipantRecord):
            self._session.execute(delete(table).where(table.person_id == person_id))
        self._session.execute(delete(Person).where(Person.id == person_id))

    def set_units(self, person_id: str, units: Sequence[UnitRef]) -> None:
        """Let a participant work towards exactly these units, in this order."""
        self._session.execute(delete(ParticipantUnit).where(ParticipantUnit.person_id == person_id))
        rows = [
            {"person_id": person_id, "unit_code": one.code, "peruste_id": one.peruste_id, "position": position}
            for position, one in enumerate(dict.fromkeys(units), start=1)
        ]
        if rows:
            self._session.execute(insert(ParticipantUnit), rows)

    def units_of(self, person_id: str) -> tuple[UnitRef, ...]:
        """Units that a participant works towards, in order."""
        query = select(ParticipantUnit).where(ParticipantUnit.person_id == person_id).order_by(ParticipantUnit.position)
        return tuple(UnitRef(one.unit_code, one.peruste_id) for one in self._session.execute(query).scalars())

    def units_of_all(self, institution_id: str) -> dict[str, tuple[UnitRef, ...]]:
        """Units of all participants of an institution, by person."""
        query = (
            select(ParticipantUnit.person_id, ParticipantUnit.unit_code, ParticipantUnit.peruste_id)
            .join(ParticipantRecord, ParticipantRecord.person_id == ParticipantUnit.person_id)
            .where(ParticipantRecord.institution_id == institution_id)
            .order_by(ParticipantUnit.person_id, ParticipantUnit.position)
        )
        found: dict[str, tuple[UnitRef, ...]] = {}
        for row in self._session.execute(query):
            found[row.person_id] = (*found.get(row.person_id, ()), UnitRef(row.unit_code, row.peruste_id))
        return found

    def add_consent(self, consent: Consent) -> None:
        """Insert a receipt."""
        self._session.execute(
            insert(ConsentRecord).values(
                id=consent.id,
                person_id=consent.person_id,
                purpose=consent.purpose.value,
                data=" ".join(consent.data),
                to_whom=consent.to_whom,
                until=consent.until,
                text_version=consent.text_version,
                language=consent.language,
                how=consent.how.value,
                given_at=consent.given_at,
            )
        )

    def consents(self, person_id: str) -> list[Consent]:
        """All receipts of a participant, also of permissions taken back, newest first."""
        query = (
            select(ConsentRecord)
            .where(ConsentRecord.person_id == person_id)
            .order_by(ConsentRecord.given_at.desc(), ConsentRecord.purpose)
        )
        return [_consent(one) for one in self._session.execute(query).scalars()]

    def permitted(self, person_id: str, purpose: Purpose, day: date) -> bool:
        """Tell whether a permission is in force on a day."""
        return any(one.purpose is purpose and one.holds(day) for one in self.consents(person_id))

    def withdraw_consents(self, person_id: str, purpose: Purpose, *, now: datetime) -> int:
        """End all permissions for a purpose; return how many were in force."""
        query = (
            update(ConsentRecord)
            .where(
                ConsentRecord.person_id == person_id,
                ConsentRecord.purpose == purpose.value,
                ConsentRecord.withdrawn_at.is_(None),
            )
            .values(withdrawn_at=now)
            .returning(ConsentRecord.id)
        )
        return len(self._session.execute(query).all())

    def add_card(self, person_id: str, card: Card) -> None:
        """Insert a card or pass."""
        self._session.execute(
            insert(CardRecord).values(
                id=card.id,
                person_id=person_id,
                kind=card.kind.value,
                issued_on=card.issued_on,
                valid_until=card.valid_until,
            )
        )

    def cards(self, person_id: str) -> list[Card]:
        """Cards and passes of a participant, newest first."""
        query = (
            select(CardRecord)
            .where(CardRecord.person_id == person_id)
            .order_by(CardRecord.issued_on.desc(), CardRecord.kind)
        )
        return [
            Card(id=one.id, kind=CardKind(one.kind), issued_on=one.issued_on, valid_until=one.valid_until)
            for one in self._session.execute(query).scalars()
        ]

    def remove_card(self, person_id: str, card_id: str) -> bool:
        """Delete a card; tell whether it was there."""
        query = (
            delete(CardRecord)
            .where(CardRecord.id == card_id, CardRecord.person_id == person_id)
            .returning(CardRecord.id)
        )
        return self._session.execute(query).scalar_one_or_none() is not None

    def _set(self, person_id: str, **values: object) -> None:
        query = update(ParticipantRecord).where(ParticipantRecord.person_id == person_id).values(**values)
        self._session.execute(query)

    def _one(self, *conditions: object) -> ParticipantRow | None:
        query = (
            select(ParticipantRecord)
            .join(Person, Person.id == ParticipantRecord.person_id)
            .where(Person.erased_at.is_(None), *conditions)  # type: ignore[arg-type]
        )
        found = self._session.execute(query).scalar_one_or_none()
        return None if found is None else _row(found)


def _row(record: ParticipantRecord) -> ParticipantRow:
    return ParticipantRow(
        person_id=record.person_id,
        institution_id=record.institution_id,
        number=record.number,
        state=ParticipantState(record.state),
        coach_id=record.coach_id,
        site_id=record.site_id,
        created_at=record.created_at,
        lapses_at=record.lapses_at,
        accepted_at=record.accepted_at,
    )


def _consent(record: ConsentRecord) -> Consent:
    return Consent(
        id=record.id,
        person_id=record.person_id,
        purpose=Purpose(record.purpose),
        data=tuple(record.data.split()),
        to_whom=record.to_whom,
        until=record.until,
        text_version=record.text_version,
        language=record.language,
        how=How(record.how),
        given_at=record.given_at,
        withdrawn_at=record.withdrawn_at,
    )
