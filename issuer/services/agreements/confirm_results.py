"""The participant's half: confirms what was written down, and ticks which rows "in part" may stand in a badge."""

from dataclasses import dataclass, replace
from typing import Final

from issuer.domain.agreement import Channel, Outcome, ResultState, check_proposal
from issuer.domain.audit import Act
from issuer.domain.errors import ConflictError, InvalidRequestError
from issuer.domain.permissions import StaffMember
from issuer.domain.unit_ref import UnitRef
from issuer.services.agreements import sheet
from issuer.services.coaching.require_active import require_active
from issuer.services.outside import Outside

ACTION: Final = "agreement.confirmed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmation:
    """How the participant said yes.

    Attributes:
        channel: on the device, or on paper that the provider keeps.
        device_of: whose device it is, or who took the paper in.
        wanted_in_part: keys of rows "in part" that the participant wants in a badge.
    """

    channel: Channel
    device_of: StaffMember
    wanted_in_part: frozenset[str] = frozenset()


def confirm(
    outside: Outside,
    person_id: str,
    unit: UnitRef,
    yes: Confirmation,
    *,
    seen: int | None = None,
) -> int:
    """Let all rows that wait for the participant count; return how many.

    Args:
        seen: revision of the sheet that the participant saw.

    Raises:
        NotFoundError: the person is of another institution, or the unit is unknown.
        ConflictError: ``agreement.nothing_waits``, ``agreement.changed``, ``agreement.no_observation`` (the
            observation was withdrawn meanwhile), ``person.not_active``.
        InvalidRequestError: ``agreement.not_in_part``: a tick at a row that is not "in part".
    """
    now = outside.now()
    with outside.database.write() as uow:
        sheet.check_person(uow, person_id, yes.device_of.institution_id)
        require_active(uow, person_id, yes.device_of.institution_id)
        loaded = sheet.load(outside, uow, person_id, unit)
        waiting = loaded.proposed
        if not waiting:
            raise ConflictError(code="agreement.nothing_waits")
        in_part = {line.key for line in waiting if line.result and line.result.outcome is Outcome.IN_PART}
        if not yes.wanted_in_part <= in_part:
            raise InvalidRequestError(code="agreement.not_in_part", pointer="/wanted")
        uow.agreements.change(person_id, unit, seen=seen)
        for line in waiting:
            if line.result is None:
                continue
            check_proposal(
                line.result.outcome,
                both_views=line.both_views,
                observed=bool(line.observations),
                pointer=f"/result-{line.requirement.position}",
            )
            agreed = replace(
                line.result,
                version=line.result.version + 1,
                state=ResultState.AGREED,
                at=now,
                in_part_wanted=line.key in yes.wanted_in_part,
                elsewhere_only=line.elsewhere_only,
            )
            uow.agreements.add_result(person_id, unit, agreed, channel=yes.channel, device_staff_id=yes.device_of.id)
        refs = (("person", person_id), ("unit", str(unit)), ("device", yes.device_of.id), ("rows", str(len(waiting))))
        act = Act(at=now, actor=f"person:{person_id}", action=ACTION, refs=refs, decision=yes.channel.value)
        uow.audit.append(act)
    return len(waiting)
