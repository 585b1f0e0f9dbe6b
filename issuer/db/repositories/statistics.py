"""Queries: nameless happenings, the frame of a release, and releases."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from issuer.db.models import awards, statistics
from issuer.db.models.catalogue import CatalogueUnit
from issuer.db.models.institutions import Institution
from issuer.db.models.recognition import RecognitionCase
from issuer.domain.catalogue_choice import helsinki_day
from issuer.domain.figures import Coverage, Event, Frame, Happening

_IN_ONE_QUERY = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitNames:
    """What a unit is called, and the points of a whole one."""

    fi: str
    sv: str
    en: str
    points: int


class StatisticsRepository:
    """Figures within one transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def note(self, *events: Event) -> None:
        """Write happenings, in the transaction in which they happen."""
        rows = [
            {
                "id": str(uuid.uuid4()),
                "what": event.what.value,
                "month": event.month,
                "unit": event.unit,
                "language": event.language,
                "school_id": event.school,
                "route": event.route,
                "coverage": event.coverage.value if event.coverage is not None else None,
                "points": event.points,
                "wait": event.wait,
            }
            for event in events
        ]
        if rows:
            self._session.execute(insert(statistics.HappeningRecord), rows)

    def note_badges(self, what: Happening, credential_ids: Sequence[str], *, now: datetime) -> None:
        """Write the same happening of some badges; receipts of schools are no badges and are left out."""
        month = helsinki_day(now).replace(day=1)
        for start in range(0, len(credential_ids), _IN_ONE_QUERY):
            query = (
                select(awards.Achievement.unit_code, awards.Achievement.language)
                .join(awards.Award, awards.Award.achievement_id == awards.Achievement.id)
                .join(awards.Credential, awards.Credential.award_id == awards.Award.id)
                .where(
                    awards.Credential.id.in_(credential_ids[start : start + _IN_ONE_QUERY]),
                    awards.Achievement.scope != "receipt",
                )
            )
            found = self._session.execute(query).all()
            self.note(*(Event(what=what, month=month, unit=row[0] or None, language=row[1]) for row in found))

    def is_first_link(self, credential_id: str) -> bool:
        """Tell whether the holder never made a link to this badge before."""
        of_holder = (awards.Share.credential_id == credential_id, awards.Share.kind != "issued")
        living = select(awards.Share.id).where(*of_holder)
        past = select(awards.PastShare.id).where(awards.PastShare.credential_id == credential_id)
        return self._session.execute(living.union_all(past).limit(1)).first() is None

    def events(self, begin: datetime, end: datetime) -> list[Event]:
        """What happened from `begin` to before `end`, the beginnings of months in Finland."""
        table = statistics.HappeningRecord
        months = (helsinki_day(begin), helsinki_day(end))
        query = select(table).where(table.month >= months[0], table.month < months[1])
        asked = select(RecognitionCase).where(RecognitionCase.asked_at >= begin, RecognitionCase.asked_at < end)
        decided = select(RecognitionCase).where(
            RecognitionCase.counted_at >= begin, RecognitionCase.counted_at < end, RecognitionCase.coverage.is_not(None)
        )
        return [
            *(_event(row) for row in self._session.execute(query).scalars()),
            *(_presented(row) for row in self._session.execute(asked).scalars()),
            *(_decided(row) for row in self._session.execute(decided).scalars()),
        ]

    def frame(self, before: datetime) -> tuple[Frame, dict[str, UnitNames], dict[str, str]]:
        """The rows of a release: units that had an achievement, and schools, before a moment; their names."""
        codes = select(awards.Achievement.unit_code).where(awards.Achievement.created_at < before).distinct()
        newest = select(func.max(CatalogueUnit.id)).where(CatalogueUnit.code.in_(codes)).group_by(CatalogueUnit.code)
        query = select(CatalogueUnit).where(CatalogueUnit.id.in_(newest))
        units = {
            str(row.code): UnitNames(fi=row.name_fi, sv=row.name_sv, en=row.name_en, points=int(row.credits_min or 0))
            for row in self._session.execute(query).scalars()
        }
        schools = select(Institution.id, Institution.public_name_fi).where(
            Institution.kind == "school", Institution.created_at < before
        )
        names = {row[0]: row[1] for row in self._session.execute(schools)}
        frame = Frame(units={code: unit.points for code, unit in units.items()}, schools=tuple(names))
        return frame, units, names

    def add_release(self, quarter: str, document: bytes, *, now: datetime) -> None:
        """Keep a release; there is one of a quarter."""
        self._session.execute(insert(statistics.Release).values(quarter=quarter, made_at=now, document=document))

    def release(self, quarter: str) -> bytes | None:
        """The release of a quarter, or None."""
        query = select(statistics.Release.document).where(statistics.Release.quarter == quarter)
        return self._session.execute(query).scalar_one_or_none()

    def quarters(self) -> list[str]:
        """The quarters that were released, newest first."""
        query = select(statistics.Release.quarter).order_by(statistics.Release.quarter.desc())
        return list(self._session.execute(query).scalars())


def _event(row: statistics.HappeningRecord) -> Event:
    return Event(
        what=Happening(row.what),
        month=row.month,
        unit=row.unit,
        language=row.language,
        school=row.school_id,
        route=row.route,
        coverage=Coverage(row.coverage) if row.coverage is not None else None,
        points=row.points,
        wait=row.wait,
    )


def _presented(row: RecognitionCase) -> Event:
    month = helsinki_day(row.asked_at).replace(day=1)
    return Event(what=Happening.PRESENTED, month=month, unit=row.unit_code, school=row.school_id)


def _decided(row: RecognitionCase) -> Event:
    """A case as it counts: once, in the month in which it was settled, with the wait for its first decision."""
    if row.decided_at is None or row.counted_at is None or row.coverage is None:
        raise ValueError("a decision without its day or outcome")
    asked, decided = helsinki_day(row.asked_at), helsinki_day(row.first_decided_at or row.decided_at)
    return Event(
        what=Happening.DECIDED,
        month=helsinki_day(row.counted_at).replace(day=1),
        unit=row.unit_code,
        school=row.school_id,
        route=row.route,
        coverage=Coverage(row.coverage),
        points=int(row.points or 0),
        wait=(decided - asked).days,
    )
