"""Adds and removes a participant's cards and passes; the last day is computed."""

import uuid
from datetime import date

from issuer.domain.audit import Act
from issuer.domain.catalogue_choice import helsinki_day
from issuer.domain.errors import ConflictError, InvalidRequestError, NotFoundError
from issuer.domain.participant import Card, CardKind, ParticipantState, card_until
from issuer.domain.permissions import StaffMember
from issuer.services.coaching.find_participants import located
from issuer.services.outside import Outside

MOST_CARDS = 20


def add_card(outside: Outside, who: StaffMember, number: str, kind: CardKind, issued_on: date) -> Card:
    """Add a card.

    Raises:
        NotFoundError: no such participant here.
        InvalidRequestError: ``card.future``, ``card.same`` (kind and day are there) or ``card.many``.
        ConflictError: ``person.not_active``.
    """
    now = outside.now()
    card = Card(
        id=str(uuid.uuid4()),
        kind=kind,
        issued_on=issued_on,
        valid_until=card_until(kind, issued_on, today=helsinki_day(now)),
    )
    with outside.database.write() as uow:
        uow.audit.lock()
        row = located(uow, who, number)
        if row.state is not ParticipantState.ACTIVE:
            raise ConflictError(code="person.not_active")
        known = uow.coaching.cards(row.person_id)
        if len(known) >= MOST_CARDS:
            raise InvalidRequestError(code="card.many", pointer="/kind")
        if any((one.kind, one.issued_on) == (kind, issued_on) for one in known):
            raise InvalidRequestError(code="card.same", pointer="/issued_on")
        uow.coaching.add_card(row.person_id, card)
        refs = (("person", row.person_id), ("card", card.id))
        uow.audit.append(Act(at=now, actor=who.actor, action="card.added", refs=refs, decision=kind.value))
    return card


def remove_card(outside: Outside, who: StaffMember, number: str, card_id: str) -> None:
    """Remove a card. Raises NotFoundError."""
    with outside.database.write() as uow:
        row = located(uow, who, number)
        if not uow.coaching.remove_card(row.person_id, card_id):
            raise NotFoundError("card")
        refs = (("person", row.person_id), ("card", card_id))
        uow.audit.append(Act(at=outside.now(), actor=who.actor, action="card.removed", refs=refs))
