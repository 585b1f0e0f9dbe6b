"""Begins a batch: keeps the rows of a table, sealed, for one unit, one site and one reviewer."""

import uuid
from dataclasses import dataclass

from issuer.db.repositories.batch_records import BatchRecord, RowRecord
from issuer.db.unit_of_work import UnitOfWork
from issuer.domain.audit import Act
from issuer.domain.batch_table import Table, guess_columns
from issuer.domain.catalogue import Unit
from issuer.domain.catalogue_choice import helsinki_day
from issuer.domain.errors import ConflictError, InvalidRequestError, NotFoundError
from issuer.domain.permissions import Permission, StaffMember
from issuer.domain.unit_ref import UnitRef
from issuer.services.batches.batch_cells import key_of, sealed_cells, sealed_name
from issuer.services.batches.choose_columns import heading_digests
from issuer.services.outside import Outside


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchPlace:
    """What a batch is about, and who will look at it."""

    unit: UnitRef
    site_id: str
    reviewer_id: str


def start(outside: Outside, who: StaffMember, place: BatchPlace, table: Table, *, file_name: str = "") -> str:
    """Keep a table; return the batch's id.

    Args:
        table: as `read_table` gives it.
        file_name: empty for pasted rows.

    Raises:
        NotFoundError: no such unit or site here.
        InvalidRequestError: ``batch.reviewer``: not of this institution, without the right, or the drafter.
        ConflictError: ``badge.unit_incomplete``; ``batch.no_report``: the site is not recognised for the unit.
    """
    batch_id = str(uuid.uuid4())
    now = outside.now()
    with outside.database.read() as uow:
        unit = unit_of(uow, place.unit)
        check_place(outside, uow, who, place)
        kept = uow.batches.kept_columns(who.institution_id, place.unit, list(heading_digests(table.rows[0][1])))
    outside.person_keys.create(batch_id)
    with key_of(outside, batch_id):
        rows = [
            RowRecord(number=number, cells=sealed_cells(outside, batch_id, number, cells))
            for number, cells in table.rows
        ]
        batch = BatchRecord(
            id=batch_id,
            institution_id=who.institution_id,
            unit=place.unit,
            site_id=place.site_id,
            state="columns",
            revision=1,
            sealed=sealed_name(outside, batch_id, file_name) if file_name else None,
            has_header=table.has_heading,
            mapping=_columns(table, unit, kept),
            drafter_id=who.id,
            reviewer_id=place.reviewer_id,
            created_at=now,
        )
    with outside.database.write() as uow:
        uow.batches.add(batch, rows)
        refs = (("batch", batch_id), ("unit", str(place.unit)), ("rows", str(len(rows))))
        uow.audit.append(Act(at=now, actor=who.actor, action="batch.started", refs=refs))
    return batch_id


def unit_of(uow: UnitOfWork, ref: UnitRef) -> Unit:
    """The unit, whole enough for badges. Raises NotFoundError, ConflictError ``badge.unit_incomplete``."""
    found = uow.catalogue.unit_of(ref)
    if found is None:
        raise NotFoundError("unit", code="unit.unknown", pointer="/unit")
    if found.unit.award_problems():
        raise ConflictError(str(ref), code="badge.unit_incomplete", pointer="/unit")
    return found.unit


def check_place(outside: Outside, uow: UnitOfWork, who: StaffMember, place: BatchPlace) -> None:
    """Hold site and reviewer against the rules; raises as `start`."""
    uow.environments.site(place.site_id, who.institution_id)
    today = helsinki_day(outside.now())
    reports = uow.environments.reports(who.institution_id, site_id=place.site_id)
    if not any(one.unit == place.unit and one.in_force(today) for one in reports):
        raise ConflictError(code="batch.no_report", pointer="/place")
    reviewer = uow.people.staff(place.reviewer_id)
    if (
        reviewer is None
        or reviewer.institution_id != who.institution_id
        or reviewer.id == who.id
        or not reviewer.may(Permission.DRAFT_REVIEW)
    ):
        raise InvalidRequestError(code="batch.reviewer", pointer="/reviewer")


def _columns(table: Table, unit: Unit, kept: dict[bytes, str]) -> tuple[str | None, ...]:
    if not table.has_heading:
        return (None,) * table.width
    headings = table.rows[0][1]
    guessed = guess_columns(headings, len(unit.requirements))
    if not kept:
        return guessed
    own = [kept.get(digest) for digest in heading_digests(headings)]
    chosen = [mine or (guess if guess not in own else None) for mine, guess in zip(own, guessed, strict=True)]
    return tuple(field if chosen.index(field) == at else None for at, field in enumerate(chosen))
