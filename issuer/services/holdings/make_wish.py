"""What a participant asks of the coach: a badge for what is known already, or a correction of a badge."""

import uuid

from issuer.db.repositories.holdings import WishRow
from issuer.domain.audit import Act
from issuer.domain.errors import InvalidRequestError
from issuer.domain.free_text import check_text
from issuer.domain.holder import Holder
from issuer.domain.unit_ref import UnitRef
from issuer.services.agreements.sheet import catalogue_unit
from issuer.services.holdings.own_badges import badge_by_ref
from issuer.services.outside import Outside
from issuer.services.sealed_values import open_value, seal_value
from schemas.strict_json import JsonObject

PURPOSE = "own_wish"
MOST_WORDS = 1_000


def ask_for_badge(outside: Outside, who: Holder, unit: UnitRef, position: int) -> None:
    """Tell the coach: I know this already. Asking again while the first wish waits changes nothing.

    Args:
        position: of the requirement in its unit.

    Raises:
        NotFoundError: ``unit.unknown``.
        InvalidRequestError: ``requirement.unknown``.
    """
    with outside.database.read() as uow:
        found = catalogue_unit(uow, unit)
    key = next((one.key for one in found.unit.requirements if one.position == position), None)
    if key is None:
        raise InvalidRequestError(str(position), code="requirement.unknown", pointer="/requirement")
    if (unit, key) in asked_keys(outside, who):
        return
    _add(outside, who, kind="badge", unit=unit, told={"key": key})


def ask_for_correction(outside: Outside, who: Holder, ref: str, words: str | None) -> None:
    """Tell the coach what is wrong in an own badge.

    Raises:
        NotFoundError: no such badge of this participant.
        InvalidRequestError: ``text.length`` and the like at ``/words``.
    """
    badge = badge_by_ref(outside, who, ref)
    kept = check_text(words or "", most=MOST_WORDS, pointer="/words")
    _add(outside, who, kind="correction", unit=badge.unit, told={"words": kept}, credential_id=badge.credential_id)


def asked_keys(outside: Outside, who: Holder) -> frozenset[tuple[UnitRef, str]]:
    """The requirements of wishes that still wait."""
    with outside.database.read() as uow:
        waiting = [one for one in uow.holdings.wishes(who.person_id) if one.done_at is None and one.kind == "badge"]
    found = set()
    for wish in waiting:
        unit, told = unit_of(wish), opened(outside, wish)
        if unit is not None and isinstance(told.get("key"), str):
            found.add((unit, str(told["key"])))
    return frozenset(found)


def correction_waits(outside: Outside, who: Holder, credential_id: str) -> bool:
    """Whether a correction of this badge was asked for and not answered yet."""
    with outside.database.read() as uow:
        wishes = uow.holdings.wishes(who.person_id)
    return any(one.credential_id == credential_id and one.done_at is None for one in wishes)


def unit_of(wish: WishRow) -> UnitRef | None:
    """The unit that a wish is about."""
    return UnitRef(wish.unit_code, wish.peruste_id) if wish.unit_code and wish.peruste_id else None


def opened(outside: Outside, wish: WishRow) -> JsonObject:
    """What a wish says: `key` of a requirement or `words`. Raises PersonErasedError."""
    return open_value(outside, wish.person_id, PURPOSE, wish.sealed) if wish.sealed is not None else {}


def _add(
    outside: Outside,
    who: Holder,
    *,
    kind: str,
    unit: UnitRef | None,
    told: JsonObject,
    credential_id: str | None = None,
) -> None:
    now = outside.now()
    wish = WishRow(
        id=str(uuid.uuid4()),
        person_id=who.person_id,
        institution_id=who.institution_id,
        kind=kind,
        credential_id=credential_id,
        unit_code=unit.code if unit is not None else None,
        peruste_id=unit.peruste_id if unit is not None else None,
        sealed=seal_value(outside, who.person_id, PURPOSE, told),
        asked_at=now,
        done_at=None,
    )
    with outside.database.write() as uow:
        uow.holdings.add_wish(wish)
        uow.audit.append(Act(at=now, actor="participant", action="wish.made", refs=(("wish", wish.id),), decision=kind))
