"""A participant's own badges, by references that nobody else can know: no inner id stands in an address."""

from datetime import date

from issuer.db.repositories.credentials import CredentialRecord
from issuer.db.unit_of_work import UnitOfWork
from issuer.domain.badge_draft import DraftScope
from issuer.domain.errors import NotFoundError
from issuer.domain.holder import Holder
from issuer.domain.own_badge import OwnBadge, OwnKind, OwnState
from issuer.domain.receipt import SCOPE as RECEIPT_SCOPE
from issuer.domain.unit_ref import UnitRef
from issuer.services.link_tokens import own_badge_ref
from issuer.services.outside import Outside
from schemas.strict_json import JsonObject, JsonValue, read_object

_KEPT = frozenset({"delivered", "withdrawn"})  # one that is issued and not taken yet waits on screen C2
_GRADE = "LetterGrade"


def own_badges(outside: Outside, who: Holder) -> tuple[OwnBadge, ...]:
    """All badges that the holder keeps, newest first, hidden ones among them. Raises PersonErasedError."""
    with outside.database.read() as uow:
        records = [uow.credentials.get(one) for one in uow.drafts.badge_ids(who.person_id)]
        kept = [one for one in records if one.state in _KEPT and one.document is not None]
        hidden = uow.holdings.hidden(who.person_id)
        replaced = uow.holdings.replaced_by(who.person_id)
        states = {one.id: _state(uow, one) for one in kept}
        units = {one.id: _unit(uow, one) for one in kept}
    refs = {one.id: own_badge_ref(outside.link_secret, one.id) for one in kept}
    found = []
    with outside.person_keys.held([who.person_id]):
        for record in kept:
            assert record.document is not None  # noqa: S101  chosen above
            document = outside.person_keys.unseal(who.person_id, "document", record.document)
            unit, shown, required, scope = units[record.id]
            told = read_object(document, max_values=20_000)
            achievement = _object(_object(told.get("credentialSubject")).get("achievement"))
            found.append(
                OwnBadge(
                    ref=refs[record.id],
                    credential_id=record.id,
                    title=str(achievement.get("name")),
                    language=str(achievement.get("inLanguage")),
                    month=date.fromisoformat(str(told.get("validFrom"))[:10]).replace(day=1),
                    state=states[record.id],
                    kind=_kind(achievement, scope),
                    unit=unit,
                    shown=shown,
                    required=required,
                    document=document,
                    hidden=record.id in hidden,
                    replaced_by=refs.get(replaced.get(record.id, "")),
                    replaces=tuple(refs[old] for old, new in replaced.items() if new == record.id and old in refs),
                )
            )
    return tuple(found)


def badge_by_ref(outside: Outside, who: Holder, ref: str) -> OwnBadge:
    """One of the holder's own badges. Raises NotFoundError, also for another participant's."""
    for badge in own_badges(outside, who):
        if badge.ref == ref:
            return badge
    raise NotFoundError("badge")


def badge_to_show(outside: Outside, who: Holder, ref: str) -> OwnBadge:
    """One of the holder's own badges that is shown by links and on paper: a school's receipt goes as its file alone.

    Raises NotFoundError, also for a receipt.
    """
    badge = badge_by_ref(outside, who, ref)
    if badge.kind is OwnKind.RECEIPT:
        raise NotFoundError("badge")
    return badge


def _state(uow: UnitOfWork, record: CredentialRecord) -> OwnState:
    if record.state == "withdrawn":
        return OwnState(record.withdrawal_reason or OwnState.FOR_CAUSE)
    case = uow.withdrawals.open_of(record.id)
    return OwnState.BEING_CHECKED if case is not None and case.marked else OwnState.IN_FORCE


def _unit(uow: UnitOfWork, record: CredentialRecord) -> tuple[UnitRef | None, int, int, str]:
    """The unit of a badge, how much of it is shown, and what the badge covers."""
    found = uow.credentials.achievement(record.achievement_id)
    if found is None:
        raise NotFoundError("achievement")
    unit = UnitRef(found.unit_code, found.peruste_id) if found.unit_code else None
    return unit, found.shown, found.required, found.scope


def _kind(achievement: JsonObject, scope: str) -> OwnKind:
    if scope == RECEIPT_SCOPE:
        return OwnKind.RECEIPT
    described = achievement.get("resultDescription")
    if isinstance(described, list) and any(_object(one).get("resultType") == _GRADE for one in described):
        return OwnKind.DEMONSTRATED
    return OwnKind.NO_UNIT if scope == DraftScope.GENERIC else OwnKind.AT_WORK


def _object(value: JsonValue) -> JsonObject:
    return value if isinstance(value, dict) else {}
