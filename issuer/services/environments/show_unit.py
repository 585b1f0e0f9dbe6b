"""One unit of the catalogue for staff: official texts, plain lines, where it is in use, whether it changed."""

from collections.abc import Mapping
from dataclasses import dataclass

from issuer.db.unit_of_work import UnitOfWork
from issuer.domain.audit import Act
from issuer.domain.catalogue_choice import CatalogueUnit, helsinki_day
from issuer.domain.errors import DomainError, InvalidFormError, InvalidRequestError, NotFoundError
from issuer.domain.free_text import check_text, check_words
from issuer.domain.learning_environment import Report, Site
from issuer.domain.permissions import StaffMember
from issuer.domain.unit_ref import UnitRef
from issuer.services.environments.changed_requirements import Comparison, changes_of
from issuer.services.outside import Outside

PLAIN_LENGTH = 200
PLAIN_LANGUAGES = ("fi", "fi-x-selko", "sv", "en")


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitView:
    """What the page of a unit shows.

    Attributes:
        plain: plain lines by requirement key, in the language asked for.
        sites: sites of the institution that have it in use.
        report: the newest report in force today; None for none.
        comparison: before and after, when requirements changed under the institution's matrices.
    """

    ref: UnitRef
    found: CatalogueUnit
    plain: Mapping[str, str]
    sites: tuple[Site, ...]
    report: Report | None
    comparison: Comparison | None


def show(outside: Outside, who: StaffMember, ref: UnitRef, *, language: str) -> UnitView:
    """Return the unit as the institution sees it.

    Args:
        language: of the plain lines: one of `PLAIN_LANGUAGES`; anything else is Finnish.

    Raises:
        NotFoundError: no such unit.
    """
    comparison = changes_of(outside, who, ref)
    with outside.database.read() as uow:
        found = _found(uow, ref)
        maps = [one for one in uow.environments.maps(who.institution_id) if one.unit == ref]
        return UnitView(
            ref=ref,
            found=found,
            plain=_lines(uow, who.institution_id, found, language),
            sites=tuple(uow.environments.site_by_id(one.site_id) for one in maps),
            report=uow.environments.valid_report(who.institution_id, ref, helsinki_day(outside.now())),
            comparison=comparison,
        )


def plain_lines(outside: Outside, institution_id: str, found: CatalogueUnit, language: str) -> Mapping[str, str]:
    """Return the plain lines of a unit by requirement key, as this institution wrote them; empty where it has none.

    Args:
        language: as for `show`.
    """
    with outside.database.read() as uow:
        return _lines(uow, institution_id, found, language)


def write_plain_lines(
    outside: Outside, who: StaffMember, ref: UnitRef, language: str, lines: Mapping[int, str]
) -> None:
    """Keep the plain lines of a unit's present version in one language; an empty one is taken away.

    Args:
        lines: texts by position of the requirement; positions that are not named lose theirs.

    Raises:
        NotFoundError: no such unit.
        InvalidFormError: ``text.*`` or ``privacy.telling_word`` at ``/plain-{position}``, ``requirement.unknown``.
        InvalidRequestError: ``form.choice`` for the language; ``unit.no_version`` while the version is not known.
    """
    if language not in PLAIN_LANGUAGES:
        raise InvalidRequestError(code="form.choice", pointer="/language")
    now = outside.now()
    with outside.database.write() as uow:
        found = _found(uow, ref)
        if found.unit.version is None:
            raise InvalidRequestError(code="unit.no_version")
        kept = _checked(found, lines)
        place = (who.institution_id, ref, found.unit.version, language)
        uow.environments.set_plain_lines(place, kept, now=now)
        refs = (("unit", str(ref)), ("language", language))
        uow.audit.append(Act(at=now, actor=who.actor, action="unit.plain_lines_written", refs=refs))


def _found(uow: UnitOfWork, ref: UnitRef) -> CatalogueUnit:
    found = uow.catalogue.unit_of(ref)
    if found is None:
        raise NotFoundError("unit", code="unit.unknown", pointer="/unit")
    return found


def _lines(uow: UnitOfWork, institution_id: str, found: CatalogueUnit, language: str) -> dict[str, str]:
    if found.unit.version is None:
        return {}
    ref, wanted = UnitRef.of(found.unit), language if language in PLAIN_LANGUAGES else "fi"
    lines = uow.environments.plain_lines(institution_id, ref, found.unit.version, wanted)
    if wanted == "fi-x-selko":
        lines = uow.environments.plain_lines(institution_id, ref, found.unit.version, "fi") | lines
    return lines


def _checked(found: CatalogueUnit, lines: Mapping[int, str]) -> dict[str, str]:
    keys = {one.position: one.key for one in found.unit.requirements}
    kept, faults = {}, list[DomainError]()
    for position, text in lines.items():
        pointer = f"/plain-{position}"
        if position not in keys:
            faults.append(InvalidRequestError(code="requirement.unknown", pointer=pointer))
        elif text.strip():
            try:
                kept[keys[position]] = check_text(text, most=PLAIN_LENGTH, pointer=pointer, lines=False)
                check_words(text, pointer=pointer)
            except DomainError as fault:
                faults.append(fault)
    if faults:
        raise InvalidFormError(tuple(faults))
    return kept
