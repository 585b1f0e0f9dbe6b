"""When a learning environment may be published as recognised, and what keeps it from being so."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from issuer.domain.catalogue import Unit
from issuer.domain.errors import InvalidFormError, InvalidRequestError
from issuer.domain.learning_environment import MOST_YEARS, Recognition, SiteTexts, UnitMap


@dataclass(frozen=True, slots=True)
class Cause:
    """One thing that keeps a report from being published.

    Attributes:
        code: stable, for example ``publish.no_recogniser``.
        count: how many requirements it concerns; 0 where nothing is counted.
        keys: of these requirements.
    """

    code: str
    count: int = 0
    keys: tuple[str, ...] = ()


def check_dates(recognised_on: date | None, valid_until: date | None, *, today: date) -> None:
    """Refuse days that cannot be; None is a day not known yet.

    Raises:
        InvalidFormError: ``recognition.in_future``, ``recognition.dates_reversed`` or ``recognition.too_long``.
    """
    if recognised_on is not None and recognised_on > today:
        raise InvalidFormError((InvalidRequestError(code="recognition.in_future", pointer="/recognised_on"),))
    if recognised_on is None or valid_until is None:
        return
    if valid_until < recognised_on:
        raise InvalidFormError((InvalidRequestError(code="recognition.dates_reversed", pointer="/valid_until"),))
    if valid_until.year - recognised_on.year > MOST_YEARS:
        raise InvalidFormError((InvalidRequestError(code="recognition.too_long", pointer="/valid_until"),))


def publishing_causes(
    texts: SiteTexts, unit: Unit, unit_map: UnitMap, *, task_ids: Collection[str], today: date
) -> tuple[Cause, ...]:
    """Return all that keeps the matrix from being published today, in the order of the pages that mend it.

    Args:
        unit: as the catalogue has it now; keys that it no longer has count for nothing.
        task_ids: of the tasks that are done now.
    """
    causes = [*_of_site(texts), *_of_recognition(unit_map.recognition, today)]
    at_work, elsewhere = standing(unit, unit_map, task_ids)
    open_keys = tuple(one.key for one in unit.requirements if one.key not in at_work | elsewhere)
    if unit.award_problems():
        causes.append(Cause("publish.unit_incomplete"))
    if unit.requirements and not at_work:
        causes.append(Cause("publish.nothing_at_work"))
    if open_keys:
        causes.append(Cause("publish.requirements_open", len(open_keys), open_keys))
    return tuple(causes)


def standing(unit: Unit, unit_map: UnitMap, task_ids: Collection[str]) -> tuple[frozenset[str], frozenset[str]]:
    """Keys of the unit's requirements that present tasks teach, and of those that are learned elsewhere."""
    keys = frozenset(requirement.key for requirement in unit.requirements)
    taught = (ticked for task, ticked in unit_map.ticks.items() if task in set(task_ids))
    return frozenset[str]().union(*taught) & keys, unit_map.elsewhere & keys


def _of_site(texts: SiteTexts) -> list[Cause]:
    return [] if texts.public_description and texts.real_work and texts.equipment else [Cause("publish.no_description")]


def _of_recognition(recognition: Recognition, today: date) -> list[Cause]:
    causes = []
    if recognition.recogniser is None or recognition.name_sealed is None:
        causes.append(Cause("publish.no_recogniser"))
    if recognition.recognised_on is None or recognition.valid_until is None:
        causes.append(Cause("publish.no_dates"))
    elif not recognition.recognised_on <= today <= recognition.valid_until:
        causes.append(Cause("publish.dates_reversed"))
    return causes
