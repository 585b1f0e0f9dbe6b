"""Makes a new batch of the rows of an old one that did not become badges."""

from issuer.domain.batch_table import Table
from issuer.domain.errors import ConflictError
from issuer.domain.permissions import StaffMember
from issuer.services.batches.batch_cells import key_of, opened_cells, opened_name
from issuer.services.batches.start_batch import BatchPlace, start
from issuer.services.outside import Outside

_NOT_GIVEN = ("left_out", "returned", "failed")


def copy(outside: Outside, who: StaffMember, batch_id: str) -> str:
    """Begin a batch with the rows that were left out, returned or failed, under the same headings; return its id.

    Raises:
        ConflictError: ``batch.no_rows``, ``batch.cells_gone``, or what `start` raises.
    """
    with outside.database.read() as uow:
        old = uow.batches.get(batch_id, who.institution_id)
        rows = uow.batches.rows(batch_id, states=_NOT_GIVEN)
        heading = uow.batches.rows(batch_id, limit=1)
    if not rows:
        raise ConflictError(batch_id, code="batch.no_rows")
    with key_of(outside, batch_id):
        wanted = [*(heading if old.has_header else []), *rows]
        cells = tuple((row.number, opened_cells(outside, batch_id, row)) for row in wanted)
        name = opened_name(outside, old)
    place = BatchPlace(unit=old.unit, site_id=old.site_id, reviewer_id=old.reviewer_id)
    return start(outside, who, place, Table(rows=cells, has_heading=old.has_header), file_name=name)
