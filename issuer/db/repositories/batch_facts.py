"""Queries in bulk: what the rows of a batch are held against, in as many queries for ten rows as for ten thousand."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from issuer.db.models.agreements import AgreementResult
from issuer.db.models.awards import Achievement, Award, Credential
from issuer.db.models.coaching import ObservationRecord, ObservationRequirement, ParticipantRecord
from issuer.db.models.people import Person
from issuer.db.models.periods import Period
from issuer.domain.batch_check import PersonFacts
from issuer.domain.unit_ref import UnitRef
from schemas.strict_json import read_object

_IN_FORCE = ("reserved", "signed", "logged", "issued", "delivered")


class BatchFactsRepository:
    """What is known of all participants of a provider about one unit, within one transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def people(
        self, institution_id: str, unit: UnitRef, *, numbers: Collection[int] | None = None
    ) -> dict[int, PersonFacts]:
        """The provider's participants by number, all or some (up to 500). Five queries, however many there are."""
        query = (
            select(ParticipantRecord.person_id, ParticipantRecord.number, ParticipantRecord.state)
            .join(Person, Person.id == ParticipantRecord.person_id)
            .where(ParticipantRecord.institution_id == institution_id, Person.erased_at.is_(None))
        )
        if numbers is not None:
            query = query.where(ParticipantRecord.number.in_(numbers))
        people = self._session.execute(query).all()
        some = [row.person_id for row in people] if numbers is not None else None
        periods = self._periods(institution_id, some)
        observers = self._observers(institution_id, unit, some)
        agreed = self._agreed(institution_id, unit, some)
        given = self._given(institution_id, unit, some)
        return {
            row.number: PersonFacts(
                person_id=row.person_id,
                may_receive=row.state == "active",
                periods=tuple(periods.get(row.person_id, ())),
                observers={key: frozenset(staff) for key, staff in observers.get(row.person_id, {}).items()},
                agreed=frozenset(agreed.get(row.person_id, ())),
                given=tuple(given.get(row.person_id, ())),
            )
            for row in people
        }

    def _periods(self, institution_id: str, some: list[str] | None) -> dict[str, list[tuple[date, date | None]]]:
        query = select(Period.person_id, Period.starts_on, Period.ends_on).where(
            Period.institution_id == institution_id, Period.state != "planned"
        )
        query = query if some is None else query.where(Period.person_id.in_(some))
        found: dict[str, list[tuple[date, date | None]]] = defaultdict(list)
        for row in self._session.execute(query):
            found[row.person_id].append((row.starts_on, row.ends_on))
        return found

    def _observers(self, institution_id: str, unit: UnitRef, some: list[str] | None) -> dict[str, dict[str, set[str]]]:
        """Who saw which requirement; an observation without a task behind it does not count (check_entitlement)."""
        query = (
            select(ObservationRecord.person_id, ObservationRequirement.requirement_key, ObservationRecord.staff_id)
            .join(ObservationRequirement, ObservationRequirement.observation_id == ObservationRecord.id)
            .where(
                ObservationRecord.institution_id == institution_id,
                ObservationRecord.unit_code == unit.code,
                ObservationRecord.peruste_id == unit.peruste_id,
                ObservationRecord.replaced.is_(False),
                ObservationRecord.task_id.is_not(None),
            )
            .distinct()
        )
        query = query if some is None else query.where(ObservationRecord.person_id.in_(some))
        found: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
        for row in self._session.execute(query):
            found[row.person_id][row.requirement_key].add(row.staff_id)
        return found

    def _agreed(self, institution_id: str, unit: UnitRef, some: list[str] | None) -> dict[str, set[str]]:
        """Requirements whose newest entry says that both hold them for shown."""
        query = (
            select(
                AgreementResult.person_id,
                AgreementResult.requirement_key,
                AgreementResult.state,
                AgreementResult.outcome,
            )
            .join(ParticipantRecord, ParticipantRecord.person_id == AgreementResult.person_id)
            .where(
                ParticipantRecord.institution_id == institution_id,
                AgreementResult.unit_code == unit.code,
                AgreementResult.peruste_id == unit.peruste_id,
            )
            .order_by(AgreementResult.version)
        )
        query = query if some is None else query.where(AgreementResult.person_id.in_(some))
        found: dict[str, set[str]] = defaultdict(set)
        for row in self._session.execute(query):
            if row.state == "agreed" and row.outcome == "shown":
                found[row.person_id].add(row.requirement_key)
            else:
                found[row.person_id].discard(row.requirement_key)
        return found

    def _given(self, institution_id: str, unit: UnitRef, some: list[str] | None) -> dict[str, list[frozenset[str]]]:
        """What badges in force, and those on their way, say of each person already."""
        query = (
            select(Credential.person_id, Achievement.id, Achievement.document)
            .join(Award, Award.id == Credential.award_id)
            .join(Achievement, Achievement.id == Award.achievement_id)
            .join(ParticipantRecord, ParticipantRecord.person_id == Credential.person_id)
            .where(
                ParticipantRecord.institution_id == institution_id,
                Achievement.unit_code == unit.code,
                Achievement.peruste_id == unit.peruste_id,
                Credential.state.in_(_IN_FORCE),
            )
        )
        query = query if some is None else query.where(Credential.person_id.in_(some))
        keys: dict[str, frozenset[str]] = {}
        found: dict[str, list[frozenset[str]]] = defaultdict(list)
        for row in self._session.execute(query):
            if row.id not in keys:
                keys[row.id] = shown_keys(row.document)
            found[row.person_id].append(keys[row.id])
        return found


def shown_keys(achievement: bytes) -> frozenset[str]:
    """The requirement keys that a frozen achievement lists."""
    document = read_object(achievement)
    results = document.get("resultDescription")
    alignments = (one["alignment"] for one in results if isinstance(one, dict)) if isinstance(results, list) else ()
    return frozenset(
        str(alignment["targetCode"])
        for some in alignments
        if isinstance(some, list)
        for alignment in some
        if isinstance(alignment, dict) and "targetCode" in alignment
    )
