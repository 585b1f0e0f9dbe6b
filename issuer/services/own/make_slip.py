"""Makes the slip of paper by which a participant comes in; the one before it dies with all that was opened by it."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from issuer.db.repositories.own_access import SlipRow
from issuer.db.unit_of_work import UnitOfWork
from issuer.domain import typed_code
from issuer.domain.audit import Act
from issuer.domain.errors import InvalidFormError, InvalidRequestError
from issuer.domain.permissions import StaffMember
from issuer.services.coaching.find_participants import opened
from issuer.services.coaching.note_reading import note_list
from issuer.services.keyed_digests import typed_code_digest
from issuer.services.link_tokens import token_digest
from issuer.services.outside import Outside

LIFE = timedelta(days=365)
CODE = "slip"
MOST_AT_ONCE = 100
_TOKEN_BYTES = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Slip:
    """What stands on the paper. It exists once, in this answer: nobody can be shown it again.

    Attributes:
        number: of the participant, "014": so that many slips find their people; it tells nothing elsewhere.
        link_token: the 22 base64url signs (128 bits) of ``/c/{token}``.
        typed: the typed form, 16 signs (80 bits) in groups of four.
        works_until: exclusive.
        replaced: whether there was a slip before, which works no more.
    """

    number: str
    link_token: str
    typed: str
    works_until: datetime
    replaced: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """That staff asked two signs of knowing the person face to face (privacy.md PH4); what was answered is not kept."""

    name_used: bool = False
    own_record: bool = False


def make_slip(outside: Outside, who: StaffMember, person_id: str, *, known: Known | None = None) -> Slip:
    """Make a participant's slip; it works 12 months. The first one needs no asking.

    Args:
        who: it is written down who made it, where the participant sees it.
        person_id: a participant of the same institution.
        known: what was asked before a slip was replaced.

    Raises:
        NotFoundError: no such participant here.
        InvalidFormError: a slip is to be replaced and one of the two signs was not asked.
    """
    with outside.database.write() as uow:
        row = uow.coaching.participant(person_id, who.institution_id)
        before = uow.own_access.slip(person_id) if row is not None else None
        if before is not None:
            _check_asked(known or Known())
            # Whoever found the old slip may have opened views and added a passkey: all ways in end with it.
            uow.own_access.forget_person(person_id)
        person = opened(uow, outside, who, row, what="slip" if before is None else "slip_lost")
        uow.own_access.end_sessions(person_id)
        return _made(uow, outside, who, person_id, person.code, replaced=before is not None)


def make_first_slips(outside: Outside, who: StaffMember) -> tuple[Slip, ...]:
    """Make slips for those for whom a badge waits and who never had one, 100 at a time; no name is opened."""
    with outside.database.write() as uow:
        people = uow.own_access.waiting_without_slip(who.institution_id, limit=MOST_AT_ONCE)
        rows = [uow.coaching.participant(one, who.institution_id) for one in people]
        known = [row for row in rows if row is not None]
        if known:
            note_list(uow, outside, who, [row.person_id for row in known], what="slip")
        return tuple(_made(uow, outside, who, row.person_id, row.code, replaced=False) for row in known)


def _made(uow: UnitOfWork, outside: Outside, who: StaffMember, person_id: str, number: str, *, replaced: bool) -> Slip:
    """Write the slip and the act, and answer what stands on the paper."""
    now, token, code = outside.now(), secrets.token_urlsafe(_TOKEN_BYTES), typed_code.write(secrets.token_bytes(10))
    uow.own_access.replace_slip(
        SlipRow(
            person_id=person_id,
            token_sha256=token_digest(token),
            code_digest=typed_code_digest(outside, CODE, code),
            made_at=now,
            works_until=now + LIFE,
        )
    )
    decision = "replaced_face_to_face" if replaced else "first"
    uow.audit.append(Act(at=now, actor=who.actor, action="slip.made", refs=(("person", person_id),), decision=decision))
    return Slip(
        number=number,
        link_token=token,
        typed=typed_code.grouped(code),
        works_until=now + LIFE,
        replaced=replaced,
    )


def _check_asked(known: Known) -> None:
    asked = (("slip.asked_name", "name_used", known.name_used), ("slip.asked_record", "own_record", known.own_record))
    faults = tuple(InvalidRequestError(code=code, pointer=f"/{field}") for code, field, done in asked if not done)
    if faults:
        raise InvalidFormError(faults)
