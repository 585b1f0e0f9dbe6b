"""Words for an application for work: suggested from what was shown, changed by the participant, kept sealed."""

from dataclasses import dataclass

from issuer.domain.audit import Act
from issuer.domain.free_text import check_text
from issuer.domain.holder import Holder
from issuer.domain.own_badge import OwnBadge, OwnKind
from issuer.services.environments.show_unit import plain_lines
from issuer.services.holdings.own_badges import own_badges
from issuer.services.outside import Outside
from issuer.services.sealed_values import open_value, seal_value
from schemas.strict_json import JsonObject, JsonValue, read_object

MOST_WORDS = 6_000
_PURPOSE = "own_words"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What one badge in force says that its holder can do.

    Attributes:
        plain: sentences of the house in plain words; official: the badge's own texts where there is no plain one.
    """

    badge: OwnBadge
    plain: tuple[str, ...]
    official: tuple[str, ...]


def shown(outside: Outside, who: Holder, language: str) -> tuple[Shown, ...]:
    """What the badges in force say, newest first, each line once; hidden badges and receipts are left out."""
    told: set[str] = set()
    found = []
    for badge in own_badges(outside, who):
        if not badge.in_force or badge.hidden or badge.kind is OwnKind.RECEIPT:
            continue
        plain, official = _lines(outside, who, badge, language)
        fresh = tuple(one for one in plain if one not in told), tuple(one for one in official if one not in told)
        told.update(*fresh)
        found.append(Shown(badge=badge, plain=fresh[0], official=fresh[1]))
    return tuple(found)


def words(outside: Outside, who: Holder) -> str | None:
    """The participant's own text, or None while there is none. Raises PersonErasedError."""
    with outside.database.read() as uow:
        sealed = uow.holdings.words(who.person_id)
    return str(open_value(outside, who.person_id, _PURPOSE, sealed)["words"]) if sealed is not None else None


def keep_words(outside: Outside, who: Holder, text: str | None) -> None:
    """Keep a text; an empty one takes the own text away, so that the suggestion is shown again.

    Raises:
        InvalidRequestError: ``text.length`` and the like at ``/words``.
    """
    kept = check_text(text, most=MOST_WORDS, pointer="/words") if text is not None and text.strip() else None
    sealed = seal_value(outside, who.person_id, _PURPOSE, {"words": kept}) if kept is not None else None
    now = outside.now()
    with outside.database.write() as uow:
        uow.holdings.keep_words(who.person_id, sealed, now=now)
        action = "own_words.kept" if sealed is not None else "own_words.taken_away"
        uow.audit.append(Act(at=now, actor="participant", action=action))


def _lines(outside: Outside, who: Holder, badge: OwnBadge, language: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Plain lines of the shown requirements, and the badge's own texts of those without one."""
    house: dict[str, str] = {}
    if badge.unit is not None:
        with outside.database.read() as uow:
            unit = uow.catalogue.unit_of(badge.unit)
        if unit is not None:
            house = dict(plain_lines(outside, who.institution_id, unit, language))
    plain, official = [], []
    for key, text in _requirements(read_object(badge.document, max_values=20_000)):
        if key in house:
            plain.append(house[key])
        else:
            official.append(text)
    return tuple(plain), tuple(official)


def _requirements(document: JsonObject) -> list[tuple[str, str]]:
    """(key, text) of each requirement that the badge says was shown."""
    subject = _object(document.get("credentialSubject"))
    achieved = {one.get("resultDescription") for one in _objects(subject.get("result")) if _completed(one)}
    described = _objects(_object(subject.get("achievement")).get("resultDescription"))
    return [
        (_key(one), str(one.get("name")))
        for one in described
        if one.get("id") in achieved and one.get("resultType") == "Status"
    ]


def _completed(result: JsonObject) -> bool:
    return result.get("status") == "Completed"


def _key(described: JsonObject) -> str:
    """The requirement's key: the code of its alignment."""
    return next((str(one["targetCode"]) for one in _objects(described.get("alignment")) if "targetCode" in one), "")


def _object(value: JsonValue) -> JsonObject:
    return value if isinstance(value, dict) else {}


def _objects(value: JsonValue) -> list[JsonObject]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []
