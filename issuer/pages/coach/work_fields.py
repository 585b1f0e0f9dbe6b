"""The fields that choose units: ticks of those in use here, and a number for any other of the catalogue."""

from issuer.domain.errors import NotFoundError
from issuer.domain.unit_ref import UnitRef
from issuer.pages.forms import Form
from issuer.services.coaching.work_choices import unit_by_number
from issuer.services.outside import Outside


def read_units(outside: Outside, form: Form) -> tuple[UnitRef, ...]:
    """Return the units of ``unit`` (ticks) and ``unit_number`` (typed); what is no unit is noted as a fault."""
    found: list[UnitRef] = []
    for text in form.many("unit"):
        try:
            found.append(UnitRef.read(text))
        except NotFoundError:
            form.fault("form.choice", "unit")
    number = form.text("unit_number", required=False)
    if number is not None:
        try:
            found.append(unit_by_number(outside, number))
        except NotFoundError as unknown:
            form.faults.append(unknown)
    return tuple(dict.fromkeys(found))
