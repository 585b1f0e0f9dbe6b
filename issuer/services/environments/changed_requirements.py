"""Which units in use have other requirements since a newer peruste came, and taking the new ones in use."""

import uuid
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace

from issuer.db.unit_of_work import UnitOfWork
from issuer.domain.audit import Act
from issuer.domain.badge_draft import UNDECIDED
from issuer.domain.catalogue_choice import CatalogueUnit
from issuer.domain.errors import NotFoundError
from issuer.domain.learning_environment import Recognition, Site, UnitMap
from issuer.domain.permissions import StaffMember
from issuer.domain.requirement_changes import Change, Matched, compare, differ
from issuer.domain.unit_ref import UnitRef
from issuer.services.outside import Outside


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """One unit before and after.

    Attributes:
        unit: as matrices and drafts name it; new_unit: the same unless another qualification took the old one's place.
        changes: every row; differences are those in which something changed.
        sites: whose matrices rest on the old requirements; drafts: ids of drafts not decided yet.
    """

    unit: UnitRef
    new_unit: UnitRef
    old: CatalogueUnit
    new: CatalogueUnit
    changes: tuple[Change, ...]
    sites: tuple[Site, ...]
    drafts: tuple[str, ...]

    @property
    def differences(self) -> tuple[Change, ...]:
        """The rows in which something changed."""
        return differ(self.changes)


def changed_units(outside: Outside, who: StaffMember) -> tuple[Comparison, ...]:
    """Units in use at the institution whose requirements changed since somebody looked, by unit."""
    with outside.database.read() as uow:
        maps = uow.environments.maps(who.institution_id)
        units = dict.fromkeys(unit_map.unit for unit_map in maps)
        found = (_comparison(uow, who, unit, maps) for unit in units)
        return tuple(one for one in found if one is not None)


def changes_of(outside: Outside, who: StaffMember, unit: UnitRef) -> Comparison | None:
    """One unit before and after; None when nothing changed. Raises NotFoundError for a unit that is not known."""
    with outside.database.read() as uow:
        if uow.catalogue.unit_of(unit) is None:
            raise NotFoundError("unit", code="unit.unknown")
        return _comparison(uow, who, unit, uow.environments.maps(who.institution_id))


def take_in_use(outside: Outside, who: StaffMember, unit: UnitRef, *, confirmed: Collection[int]) -> UnitRef:
    """Let the matrices go on with the new requirements; what was published stays as it is.

    Ticks go with requirements that have the same key or the same words, and with suggestions that were confirmed.
    Under another qualification a new matrix begins on each site, with nobody named as its recogniser yet.

    Args:
        confirmed: positions of new requirements whose suggested counterpart is the right one.

    Returns:
        The unit as it is to be meant from now on.

    Raises:
        NotFoundError: nothing changed.
    """
    now = outside.now()
    with outside.database.write() as uow:
        maps = uow.environments.maps(who.institution_id)
        comparison = _comparison(uow, who, unit, maps)
        if comparison is None:
            raise NotFoundError("changes")
        goes_to = _goes_to(comparison.changes, confirmed)
        touched = {site.id for site in comparison.sites}
        for unit_map in maps:
            if unit_map.unit == unit and unit_map.site_id in touched:
                _go_on(uow, unit_map, comparison, goes_to, outside)
                refs = (("map", unit_map.id), ("unit", str(comparison.new_unit)))
                uow.audit.append(Act(at=now, actor=who.actor, action="map.requirements_renewed", refs=refs))
    return comparison.new_unit


def _comparison(uow: UnitOfWork, who: StaffMember, unit: UnitRef, maps: Iterable[UnitMap]) -> Comparison | None:
    now_known = uow.catalogue.unit_of(unit)
    of_unit = [one for one in maps if one.unit == unit]
    if now_known is None or not of_unit:
        return None
    stale = [one for one in of_unit if one.catalogue_digest != now_known.qualification.digest]
    if stale:
        same = [one for one in stale if one.catalogue_digest == stale[0].catalogue_digest]
        old = uow.environments.unit_as_of(unit, stale[0].catalogue_digest)
        made = _made(uow, who, (unit, unit), (old, now_known), same)
        if made is not None and made.differences:
            return made
    replacing = uow.environments.successor(unit, now_known.qualification.register_number or "")
    if replacing is None:
        return None
    renewed = {one.site_id for one in maps if one.unit == replacing}
    left = [one for one in of_unit if one.site_id not in renewed]
    return _made(uow, who, (unit, replacing), (now_known, uow.catalogue.unit_of(replacing)), left)


def _made(
    uow: UnitOfWork,
    who: StaffMember,
    units: tuple[UnitRef, UnitRef],
    found: tuple[CatalogueUnit | None, CatalogueUnit | None],
    maps: Collection[UnitMap],
) -> Comparison | None:
    old, new = found
    if old is None or new is None or not maps:
        return None
    drafts = uow.drafts.of_institution(who.institution_id, UNDECIDED)
    return Comparison(
        unit=units[0],
        new_unit=units[1],
        old=old,
        new=new,
        changes=compare(old.unit.requirements, new.unit.requirements),
        sites=tuple(uow.environments.site_by_id(one.site_id) for one in maps),
        drafts=tuple(draft.id for draft in drafts if draft.unit == units[0]),
    )


def _goes_to(changes: Iterable[Change], confirmed: Collection[int]) -> dict[str, str]:
    """New key by old key, for what is carried over."""
    return {
        change.old.key: change.new.key
        for change in changes
        if change.old is not None
        and change.new is not None
        and (change.matched is not Matched.CLOSE or change.new.position in confirmed)
    }


def _go_on(
    uow: UnitOfWork, unit_map: UnitMap, comparison: Comparison, goes_to: Mapping[str, str], outside: Outside
) -> None:
    digest, target = comparison.new.qualification.digest, unit_map
    if comparison.new_unit != unit_map.unit:
        target = replace(
            unit_map,
            id=str(uuid.uuid4()),
            unit=comparison.new_unit,
            catalogue_digest=digest,
            recognition=Recognition(register_number=comparison.new.qualification.register_number or ""),
        )
        uow.environments.add_map(target, now=outside.now())
    ticks = {task: _carried(keys, goes_to) for task, keys in unit_map.ticks.items()}
    uow.environments.set_ticks(target.id, ticks)
    uow.environments.set_elsewhere(target.id, _carried(unit_map.elsewhere, goes_to))
    uow.environments.set_catalogue_digest(target.id, digest)


def _carried(keys: Iterable[str], goes_to: Mapping[str, str]) -> frozenset[str]:
    return frozenset(goes_to[key] for key in keys if key in goes_to)
