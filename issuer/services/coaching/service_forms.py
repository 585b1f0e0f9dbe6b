"""Under which service a period runs: sealed, for leads only, counted inside the house from five up."""

import uuid
from collections import Counter
from collections.abc import Mapping
from datetime import date
from typing import Final

from issuer.db.person_keys import PersonErasedError
from issuer.db.repositories.periods import SealedServiceForm
from issuer.domain.audit import Act
from issuer.domain.errors import ForbiddenError, InvalidRequestError
from issuer.domain.period import ServiceForm
from issuer.domain.permissions import Permission, StaffMember
from issuer.services.coaching.require_active import require_active
from issuer.services.coaching.run_period import period_of
from issuer.services.outside import Outside
from issuer.services.sealed_values import open_value, seal_value

LEAST_COUNTED: Final = 5
_PURPOSE = "service_form"


def note_service_form(
    outside: Outside, who: StaffMember, number: str, period_id: str, form: tuple[ServiceForm, date]
) -> None:
    """Note the service form of a period from a day on; nothing of the period restarts.

    Raises:
        ForbiddenError: the roles do not allow it.
        NotFoundError: no such period of this participant.
        ConflictError: ``person.not_active``.
        InvalidRequestError: ``period.form_day``: before the period or after its end.
    """
    _allow(who)
    kind, from_on = form
    with outside.database.write() as uow:
        period = period_of(uow, who, number, period_id)
        require_active(uow, period.person_id, who.institution_id)
        if from_on < period.starts_on or (period.ends_on is not None and from_on > period.ends_on):
            raise InvalidRequestError(code="period.form_day", pointer="/from_on")
        sealed = seal_value(outside, period.person_id, _PURPOSE, {"form": kind.value})
        row = SealedServiceForm(
            id=str(uuid.uuid4()), period_id=period.id, person_id=period.person_id, from_on=from_on, sealed=sealed
        )
        uow.coaching.add_service_form(row)
        refs = (("person", period.person_id), ("period", period.id))
        uow.audit.append(Act(at=outside.now(), actor=who.actor, action="period.service_form_noted", refs=refs))


def open_service_form(outside: Outside, form: SealedServiceForm) -> ServiceForm:
    """Open one service form; only the two functions here and the leads' part of the periods page call it."""
    return ServiceForm(str(open_value(outside, form.person_id, _PURPOSE, form.sealed)["form"]))


def count_service_forms(outside: Outside, who: StaffMember) -> Mapping[ServiceForm, int | None]:
    """Count periods by their newest service form, inside the house; None where there are fewer than five.

    Raises:
        ForbiddenError: the roles do not allow it.
    """
    _allow(who)
    with outside.database.read() as uow:
        newest: dict[str, SealedServiceForm] = {}
        for one in uow.coaching.service_forms_of_all(who.institution_id):
            newest.setdefault(one.period_id, one)
    counts: Counter[ServiceForm] = Counter()
    with outside.person_keys.held([one.person_id for one in newest.values()]):
        for one in newest.values():
            try:
                counts[open_service_form(outside, one)] += 1
            except PersonErasedError:
                continue
    return {form: counts[form] if counts[form] >= LEAST_COUNTED else None for form in ServiceForm}


def _allow(who: StaffMember) -> None:
    if not who.may(Permission.SERVICE_FORM):
        raise ForbiddenError(Permission.SERVICE_FORM.value)
