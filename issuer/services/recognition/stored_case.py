"""A case with what is sealed in it: its badges as read, the work so far, and what they say of the learner's unit."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from issuer.db.repositories.recognition import CaseBadge, CaseRow
from issuer.db.repositories.recognition_again import ResultRow
from issuer.db.unit_of_work import UnitOfWork
from issuer.domain.badge_evidence import BadgeContent, Seen, bridged, independent, merged, read_badge
from issuer.domain.catalogue import Unit
from issuer.domain.catalogue_choice import CatalogueUnit, helsinki_day
from issuer.domain.demonstration_result import DemonstrationResult, settled
from issuer.domain.earlier_receipt import EarlierReceipt, read_receipt
from issuer.domain.recognition import Work
from issuer.domain.recognition_record import result_from_json, result_to_json, work_from_json, work_to_json
from issuer.services.outside import Outside
from issuer.services.sealed_values import open_value, seal_value
from schemas.strict_json import JsonObject, read_object, write

_WORK, _BADGE, _RESULT = "recognition_case", "recognition_badge", "recognition_result"
MOST_BADGE_BYTES = 4 << 20
_MOST_VALUES = 40_000
_LENGTH_BYTES = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldBadge:
    """One badge of a case; `data` is what the verifier is asked about, `document` the JSON that it holds.

    Attributes:
        earlier: what it tells as a school's receipt; None for a badge.
    """

    row: CaseBadge
    data: bytes = field(repr=False)
    document: JsonObject = field(repr=False)
    content: BadgeContent
    earlier: EarlierReceipt | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultHeld:
    """A result of the case's demonstration, opened."""

    row: ResultRow
    told: DemonstrationResult


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A case, opened.

    Attributes:
        name: of the learner as the school knows it; "" for none.
        work: the decision, or the work on it; after its demonstration as that was assessed.
        decided: the same without what the demonstration changed.
        result: of the demonstration, as confirmed; draft: as it is being written.
        found: the learner's unit with its qualification; None until it is chosen.
        seen: what the badges say of it, by requirement key.
        accepted_before: places (1 upwards) of the receipts that tell of a requirement, by its key.
        school_did: of the school whose case it is.
    """

    row: CaseRow
    name: str
    work: Work
    badges: tuple[HeldBadge, ...]
    found: CatalogueUnit | None
    seen: Mapping[str, Seen]
    decided: Work
    accepted_before: Mapping[str, tuple[int, ...]]
    school_did: str | None
    result: ResultHeld | None = None
    draft: ResultHeld | None = None

    @property
    def unit(self) -> Unit:
        """The learner's unit. Only for cases that have one."""
        if self.found is None:
            raise LookupError("no unit is chosen")
        return self.found.unit

    def is_own(self, badge: HeldBadge) -> bool:
        """Tell whether a badge of the case is a receipt of this very school."""
        return badge.earlier is not None and badge.content.issuer_id == self.school_did

    @property
    def accepted_here(self) -> tuple[str, ...]:
        """Keys that this school accepted before, by receipts of its own in the case; near words are no such thing."""
        own = {place for place, badge in enumerate(self.badges, start=1) if self.is_own(badge)}
        return tuple(
            key
            for key, places in self.accepted_before.items()
            if own & set(places) and not self.seen[key].is_suggestion
        )


def open_stored(outside: Outside, uow: UnitOfWork, row: CaseRow) -> Case:
    """Open everything of a case. Raises PersonErasedError once it is forgotten."""
    badges = tuple(_held(outside, one) for one in uow.recognition.badges(row.id))
    found = uow.catalogue.unit_of(row.unit) if row.unit is not None else None
    value = open_value(outside, row.id, _WORK, row.sealed) if row.sealed is not None else {}
    written, name = value.get("work"), value.get("name")
    decided = work_from_json(written) if isinstance(written, dict) else Work()
    results = [_result(outside, one) for one in uow.recognition.results(row.id, row.decision_number)]
    confirmed = [one for one in results if one.row.confirmed_at is not None]
    parts = _parts(uow, outside, badges, found.unit) if found is not None else []
    work = decided
    for one in confirmed:
        work = settled(work, one.told)
    return Case(
        row=row,
        name=name if isinstance(name, str) else "",
        work=work,
        badges=badges,
        found=found,
        seen=merged(independent(parts, _rests_on(badges))),
        decided=decided,
        accepted_before=_accepted_before(badges, parts),
        school_did=uow.institutions.get(row.school_id).did,
        result=confirmed[-1] if confirmed else None,
        draft=next((one for one in results if one.row.confirmed_at is None), None),
    )


def seal_work(outside: Outside, case_id: str, work: Work, *, name: str) -> bytes:
    """Seal name and work for the case's column."""
    return seal_value(outside, case_id, _WORK, {"name": name, "work": work_to_json(work)})


def seal_result(outside: Outside, case_id: str, told: DemonstrationResult) -> bytes:
    """Seal a result of a demonstration for its column."""
    return seal_value(outside, case_id, _RESULT, result_to_json(told))


def seal_badge(outside: Outside, case_id: str, data: bytes, document: JsonObject) -> bytes:
    """Seal a badge's bytes as received, with the document that the verifier read out of them.

    The column holds the length of the bytes (4 bytes, big-endian), the bytes, and the document.
    """
    packed = len(data).to_bytes(_LENGTH_BYTES, "big") + data + write(document)
    return outside.person_keys.seal(case_id, _BADGE, packed)


def badge_digest(data: bytes) -> bytes:
    """SHA-256 of a badge's bytes as received: what a receipt names."""
    return hashlib.sha256(data).digest()


def proposed_unit(uow: UnitOfWork, outside: Outside, content: BadgeContent) -> CatalogueUnit | None:
    """The unit in force that a badge points at: the same in its qualification, or the newer one with its code."""
    if content.unit_code is None:
        return None
    today = helsinki_day(outside.now())
    exact = uow.catalogue.unit_of(content.unit) if content.unit is not None else None
    if exact is not None and exact.qualification.state(today).value in ("valid", "transition"):
        return exact
    return uow.catalogue.unit(content.unit_code, today=today) or exact


def _result(outside: Outside, row: ResultRow) -> ResultHeld:
    return ResultHeld(row=row, told=result_from_json(open_value(outside, row.case_id, _RESULT, row.sealed)))


def _held(outside: Outside, row: CaseBadge) -> HeldBadge:
    packed = outside.person_keys.unseal(row.case_id, _BADGE, row.sealed)
    end = _LENGTH_BYTES + int.from_bytes(packed[:_LENGTH_BYTES], "big")
    document = read_object(packed[end:], max_bytes=MOST_BADGE_BYTES, max_values=_MOST_VALUES)
    return HeldBadge(
        row=row,
        data=packed[_LENGTH_BYTES:end],
        document=document,
        content=read_badge(document),
        earlier=read_receipt(document),
    )


def _parts(uow: UnitOfWork, outside: Outside, badges: tuple[HeldBadge, ...], unit: Unit) -> list[dict[str, Seen]]:
    """What each badge says of the unit. The month of a receipt is a decision's: nobody was seen at work in it."""
    return [
        bridged(
            one.content if one.earlier is None else replace(one.content, month=""),
            place,
            _old_unit(uow, outside, one.content),
            unit,
        )
        for place, one in enumerate(badges, start=1)
    ]


def _rests_on(badges: tuple[HeldBadge, ...]) -> dict[int, frozenset[int]]:
    """For the place of each receipt, the places of the case's badges that it rests on."""
    return {
        place: frozenset(
            other
            for other, badge in enumerate(badges, start=1)
            if other != place and badge.content.id in one.earlier.evidence
        )
        for place, one in enumerate(badges, start=1)
        if one.earlier is not None
    }


def _accepted_before(badges: tuple[HeldBadge, ...], parts: list[dict[str, Seen]]) -> dict[str, tuple[int, ...]]:
    found: dict[str, tuple[int, ...]] = {}
    for place, (badge, part) in enumerate(zip(badges, parts, strict=False), start=1):
        if badge.earlier is not None:
            for key in part:
                found[key] = (*found.get(key, ()), place)
    return found


def _old_unit(uow: UnitOfWork, outside: Outside, content: BadgeContent) -> Unit | None:
    """The badge's own unit, if the catalogue has it."""
    found = uow.catalogue.unit_of(content.unit) if content.unit is not None else None
    if found is None and content.unit_code is not None and content.register_number is not None:
        today = helsinki_day(outside.now())
        found = uow.catalogue.unit(content.unit_code, today=today, register_number=content.register_number)
    return found.unit if found is not None else None
