"""Says which column of a batch's table means what, then holds every row against the facts."""

import hashlib
from collections.abc import Sequence

from issuer.domain.audit import Act
from issuer.domain.batch_table import HEADINGS, fold, missing_columns, requirement_field
from issuer.domain.catalogue import Unit
from issuer.domain.errors import ConflictError, InvalidFormError, InvalidRequestError
from issuer.domain.permissions import StaffMember
from issuer.services.batches.check_rows import check_batch, found_unit
from issuer.services.outside import Outside


def heading_digests(headings: Sequence[str]) -> tuple[bytes, ...]:
    """SHA-256 of each heading as it is compared: what somebody wrote above a column is not kept."""
    return tuple(hashlib.sha256(fold(heading).encode()).digest() for heading in headings)


def choose(
    outside: Outside,
    who: StaffMember,
    batch_id: str,
    columns: Sequence[str | None],
    *,
    has_heading: bool,
    headings: Sequence[str] = (),
) -> None:
    """Set the columns and check all rows.

    Args:
        columns: a field for each column, or None for one that is not used.
        has_heading: the first row is not about a person.
        headings: when the choice is to be kept for this unit: the first row's cells.

    Raises:
        InvalidFormError: ``batch.column_twice``, ``batch.column_missing_person``, ``…_day`` or ``…_v``.
        ConflictError: the batch is past this step, or somebody was faster.
    """
    with outside.database.read() as uow:
        batch = uow.batches.get(batch_id, who.institution_id)
        unit = found_unit(uow, batch)
    if batch.state not in {"columns", "repair"} or len(columns) != len(batch.mapping):
        raise ConflictError(batch_id, code="state.conflict")
    _check(columns, unit)
    with outside.database.write() as uow:
        if not uow.batches.change(batch, state="repair", mapping=list(columns), has_header=has_heading):
            raise ConflictError(batch_id, code="state.conflict")
        first = uow.batches.rows(batch_id, limit=1)[0].number
        uow.batches.move_rows(
            batch_id,
            from_states=("open", "removed"),
            to="removed" if has_heading else "open",
            numbers=[first],
        )
        kept = {
            digest: field
            for digest, field in zip(heading_digests(headings), columns, strict=False)
            if field is not None
        }
        if has_heading and kept:
            uow.batches.keep_columns(who.institution_id, batch.unit, kept)
        refs = (("batch", batch_id),)
        uow.audit.append(Act(at=outside.now(), actor=who.actor, action="batch.columns", refs=refs))
    check_batch(outside, batch_id)


def _check(columns: Sequence[str | None], unit: Unit) -> None:
    """Name every column that is chosen twice, unknown or missing."""
    allowed = {*HEADINGS, *(requirement_field(one.position) for one in unit.requirements), None}
    faults = [
        InvalidRequestError(code="batch.column_twice", pointer=f"/column-{at}")
        for at, field in enumerate(columns)
        if field is not None and field in columns[:at]
    ]
    faults += [
        InvalidRequestError(code="form.choice", pointer=f"/column-{at}")
        for at, field in enumerate(columns)
        if field not in allowed
    ]
    faults += [
        InvalidRequestError(code=f"batch.column_missing_{field}", pointer="/column-0")
        for field in missing_columns(columns)
    ]
    if faults:
        raise InvalidFormError(tuple(faults))
