"""Shows a participant who has seen the own data: readings by staff with their reasons, openings of links as counts."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from issuer.db.repositories.readings import ReadingRow
from issuer.db.unit_of_work import UnitOfWork
from issuer.domain.errors import NotFoundError
from issuer.domain.holder import Holder
from issuer.domain.institution import PublicName
from issuer.services.erasing.refs import reading_ref
from issuer.services.outside import Outside

KEPT: Final = timedelta(days=730)  # privacy.md section 4: the log shown to the person
MOST_SHOWN: Final = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenRow:
    """One reading.

    Attributes:
        ref: names the reading in the holder's own view; useless elsewhere.
        organisation: in its public names.
        role: of the reader; names of staff do not stand here.
        what, why, how: codes of the readings.
        marked: code, when the reader opened data of others than the own people, or of very many.
        concern: when the holder said that it does not seem right.
    """

    ref: str
    institution_id: str
    at: datetime
    organisation: PublicName
    role: str
    what: str
    why: str
    how: str
    marked: str | None
    concern: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """Rows newest first, and how often links were opened.

    Attributes:
        since: from when on nothing is missing; the oldest row's time when `cut`.
        cut: there are older rows than can be shown at once.
        openings: (day, times) of all links together.
    """

    rows: tuple[SeenRow, ...]
    since: datetime
    cut: bool
    openings: tuple[tuple[date, int], ...]


def seen(outside: Outside, who: Holder, *, days: int | None = None, marked: bool = False) -> Seen:
    """Gather what the holder may see of readings; nothing is noted, since it is the holder who looks.

    Args:
        days: only those of the last days; None for all that are kept.
        marked: only those that the responsible person looks at, too.
    """
    now = outside.now()
    earliest = now - KEPT
    wanted = now - timedelta(days=days) if days is not None else earliest
    with outside.database.read() as uow:
        row = uow.coaching.participant(who.person_id, who.institution_id)
        since = max(earliest, row.created_at) if row is not None else earliest
        readings = uow.coaching.readings_of(who.person_id, limit=MOST_SHOWN + 1, since=wanted, marked=marked)
        cut = len(readings) > MOST_SHOWN
        readings = readings[:MOST_SHOWN]
        names = {one: _name(uow, one) for one in {reading.institution_id for reading in readings}}
        concerns = {one.reading_id: one.raised_at for one in uow.erasures.concerns_of(who.person_id)}
        openings = _openings(uow, who.person_id, wanted.date())
    rows = tuple(_row(outside, who, one, names[one.institution_id], concerns.get(one.id)) for one in readings)
    return Seen(rows=rows, since=readings[-1].at if cut else since, cut=cut, openings=openings)


def one(outside: Outside, who: Holder, ref: str) -> SeenRow:
    """One reading of the holder's data. Raises NotFoundError."""
    with outside.database.read() as uow:
        reading = reading_by_ref(outside, uow, who, ref)
        concerns = {row.reading_id: row.raised_at for row in uow.erasures.concerns_of(who.person_id)}
        name = _name(uow, reading.institution_id)
    return _row(outside, who, reading, name, concerns.get(reading.id))


def reading_by_ref(outside: Outside, uow: UnitOfWork, who: Holder, ref: str) -> ReadingRow:
    """The holder's reading of this reference. Raises NotFoundError."""
    for one in uow.coaching.readings_of(who.person_id, limit=None):
        if reading_ref(outside.link_secret, who.person_id, one.id) == ref:
            return one
    raise NotFoundError("reading")


def _row(outside: Outside, who: Holder, reading: ReadingRow, name: PublicName, concern: datetime | None) -> SeenRow:
    return SeenRow(
        ref=reading_ref(outside.link_secret, who.person_id, reading.id),
        institution_id=reading.institution_id,
        at=reading.at,
        organisation=name,
        role=reading.role,
        what=reading.what,
        why=reading.why,
        how=reading.how,
        marked=reading.marked,
        concern=concern,
    )


def _name(uow: UnitOfWork, institution_id: str) -> PublicName:
    return uow.institutions.get(institution_id).public_name


def _openings(uow: UnitOfWork, person_id: str, since: date) -> tuple[tuple[date, int], ...]:
    """Counts per day of all links together, also of those that were stopped (privacy.md PL8)."""
    living = uow.shares.openings_of([one.id for one in uow.shares.of_person(person_id)])
    past = uow.shares.past_openings_of([one.id for one in uow.shares.past_of_person(person_id)])
    found: dict[date, int] = {}
    for days in (*living.values(), *past.values()):
        for day, times in days:
            if day >= since:
                found[day] = found.get(day, 0) + times
    return tuple(sorted(found.items(), reverse=True))
