"""Queries: requirements in plain words, as staff wrote them for one version of a unit."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session
from sqlalchemy.sql.elements import ColumnElement

from issuer.db.models.environments import PlainLine
from issuer.domain.unit_ref import UnitRef


class PlainLineQueries:
    """Part of the repository of environments."""

    _session: Session

    def plain_lines(self, institution_id: str, unit: UnitRef, version: int, language: str) -> dict[str, str]:
        """Plain lines by requirement key; no entry where nobody wrote one."""
        query = select(PlainLine).where(*_place(institution_id, unit, version, language))
        return {row.requirement_key: row.text for row in self._session.execute(query).scalars()}

    def set_plain_lines(
        self,
        place: tuple[str, UnitRef, int, str],
        lines: Mapping[str, str],
        *,
        now: datetime,
    ) -> None:
        """Keep exactly these lines.

        Args:
            place: institution, unit, version of its code, language.
        """
        institution_id, unit, version, language = place
        self._session.execute(delete(PlainLine).where(*_place(*place)))
        rows = [
            {
                "institution_id": institution_id,
                "unit_code": unit.code,
                "peruste_id": unit.peruste_id,
                "unit_version": version,
                "requirement_key": key,
                "language": language,
                "text": text,
                "written_at": now,
            }
            for key, text in sorted(lines.items())
        ]
        if rows:
            self._session.execute(insert(PlainLine), rows)


def _place(institution_id: str, unit: UnitRef, version: int, language: str) -> tuple[ColumnElement[bool], ...]:
    return (
        PlainLine.institution_id == institution_id,
        PlainLine.unit_code == unit.code,
        PlainLine.peruste_id == unit.peruste_id,
        PlainLine.unit_version == version,
        PlainLine.language == language,
    )
