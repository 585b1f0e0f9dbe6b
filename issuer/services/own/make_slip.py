"""Makes the slip of paper by which a participant comes in; the one before it dies with all that was opened by it."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from issuer.db.repositories.own_access import SlipRow
from issuer.domain import typed_code
from issuer.domain.audit import Act
from issuer.domain.errors import InvalidFormError, InvalidRequestError
from issuer.domain.participant import Participant
from issuer.domain.permissions import StaffMember
from issuer.services.coaching.find_participants import opened
from issuer.services.keyed_digests import typed_code_digest
from issuer.services.link_tokens import token_digest
from issuer.services.outside import Outside

LIFE = timedelta(days=365)
CODE = "slip"
_TOKEN_BYTES = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Slip:
    """What stands on the paper. It exists once, in this answer: nobody can be shown it again.

    Attributes:
        person: for whom.
        link_token: the 22 base64url signs (128 bits) of ``/c/{token}``.
        typed: the typed form, 16 signs (80 bits) in groups of four.
        works_until: exclusive.
        replaced: whether there was a slip before, which works no more.
    """

    person: Participant
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
    now, token, code = outside.now(), secrets.token_urlsafe(_TOKEN_BYTES), typed_code.write(secrets.token_bytes(10))
    with outside.database.write() as uow:
        row = uow.coaching.participant(person_id, who.institution_id)
        before = uow.own_access.slip(person_id) if row is not None else None
        if before is not None:
            _check_asked(known or Known())
            # Whoever found the old slip may have opened views and added a passkey: all ways in end with it.
            uow.own_access.forget_person(person_id)
        person = opened(uow, outside, who, row, what="slip" if before is None else "slip_lost")
        uow.own_access.end_sessions(person_id)
        uow.own_access.replace_slip(
            SlipRow(
                person_id=person_id,
                token_sha256=token_digest(token),
                code_digest=typed_code_digest(outside, CODE, code),
                made_at=now,
                works_until=now + LIFE,
            )
        )
        uow.audit.append(
            Act(
                at=now,
                actor=who.actor,
                action="slip.made",
                refs=(("person", person_id),),
                decision="first" if before is None else "replaced_face_to_face",
            )
        )
    return Slip(
        person=person,
        link_token=token,
        typed=typed_code.grouped(code),
        works_until=now + LIFE,
        replaced=before is not None,
    )


def _check_asked(known: Known) -> None:
    asked = (("slip.asked_name", "name_used", known.name_used), ("slip.asked_record", "own_record", known.own_record))
    faults = tuple(InvalidRequestError(code=code, pointer=f"/{field}") for code, field, done in asked if not done)
    if faults:
        raise InvalidFormError(faults)
