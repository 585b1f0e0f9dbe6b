"""Queries: endorsements of learning environments, and where badges of cases were earned."""

from dataclasses import asdict
from datetime import date, datetime

from sqlalchemy import ColumnElement, Exists, func, insert, select, update
from sqlalchemy.orm import Session

from issuer.db.models import endorsements as tables
from issuer.db.models.awards import Achievement
from issuer.db.models.publications import Publication
from issuer.db.repositories.registry import RegistryQueries
from issuer.domain.endorsement import Endorsement

PUBLICATION_KIND = "endorsement"
_PLAIN = tuple(name for name in Endorsement.__slots__ if name not in ("index", "signed"))


class EndorsementRepository(RegistryQueries):
    """Endorsements, and the registry of institutions, within one transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, endorsement: Endorsement, document: bytes) -> None:
        """Insert an endorsement; nothing of it changes but its end."""
        values = asdict(endorsement)
        values.pop("signed")
        values["idx"] = values.pop("index")
        self._session.execute(insert(tables.Endorsement).values(**values, document=document))

    def document(self, endorsement_id: str) -> bytes | None:
        """What is signed, without the proof."""
        query = select(tables.Endorsement.document).where(tables.Endorsement.id == endorsement_id)
        return self._session.execute(query).scalar_one_or_none()

    def of_report(self, report_id: str) -> list[Endorsement]:
        """All that were ever made about a published version, newest first."""
        return self._found(tables.Endorsement.report_id == report_id)

    def of_school(self, school_id: str) -> list[Endorsement]:
        """All that a school ever made, newest first."""
        return self._found(tables.Endorsement.school_id == school_id)

    def of_subject(self, subject_id: str) -> list[Endorsement]:
        """All that were ever made about an id, newest first."""
        return self._found(tables.Endorsement.subject_id == subject_id)

    def awarded_units(self, institution_id: str) -> list[tuple[str, str, datetime]]:
        """Units in which an institution has an achievement: code, peruste id, moment of the first one."""
        query = (
            select(Achievement.unit_code, Achievement.peruste_id, func.min(Achievement.created_at))
            .where(Achievement.institution_id == institution_id, Achievement.unit_code != "")
            .group_by(Achievement.unit_code, Achievement.peruste_id)
            .order_by(Achievement.unit_code, Achievement.peruste_id)
        )
        return [(row[0], row[1], row[2]) for row in self._session.execute(query)]

    def of_act(self, act_id: str, school_id: str) -> list[Endorsement]:
        """Those that a school made in one act; none for another school's."""
        return self._found(tables.Endorsement.act_id == act_id, tables.Endorsement.school_id == school_id)

    def unsigned(self, today: date, limit: int = 50) -> list[Endorsement]:
        """Those whose signature is still to come: not ended, and not past."""
        table = tables.Endorsement
        found = self._found(table.ended_on.is_(None), table.valid_until >= today, ~_is_public(), limit=limit)
        return list(reversed(found))

    def end(self, act_id: str, day: date) -> None:
        """Let all of an act be over from a day on."""
        table = tables.Endorsement
        query = update(table).where(table.act_id == act_id, table.ended_on.is_(None)).values(ended_on=day)
        self._session.execute(query)

    def tell_place(self, badge_id: str, report_id: str) -> None:
        """Note what the holder let the school know of a badge of a case; what was told before stays."""
        if self.told_place(badge_id) is not None:
            return
        self._session.execute(insert(tables.ToldPlace).values(badge_id=badge_id, report_id=report_id))

    def told_place(self, badge_id: str) -> str | None:
        """The published version that a badge of a case was earned under, if the holder told it."""
        query = select(tables.ToldPlace.report_id).where(tables.ToldPlace.badge_id == badge_id)
        return self._session.execute(query).scalar_one_or_none()

    def _found(self, *where: ColumnElement[bool], limit: int | None = None) -> list[Endorsement]:
        table = tables.Endorsement
        query = (
            select(table, _is_public().label("signed"))
            .where(*where)
            .order_by(table.made_at.desc(), table.id)
            .limit(limit)
        )
        return [_value(row[0], signed=bool(row[1])) for row in self._session.execute(query)]


def _is_public() -> Exists:
    return (
        select(Publication.id)
        .where(
            Publication.kind == PUBLICATION_KIND,
            Publication.name == tables.Endorsement.id,
            Publication.state == "public",
        )
        .exists()
    )


def _value(row: tables.Endorsement, *, signed: bool) -> Endorsement:
    return Endorsement(**{name: getattr(row, name) for name in _PLAIN}, index=row.idx, signed=signed)
