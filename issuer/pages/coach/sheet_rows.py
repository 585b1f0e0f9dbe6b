"""Rows of the agreement pages: one requirement with both views, what stands behind it and what was agreed, as words."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from issuer.domain.agreement import Outcome, ResultState
from issuer.domain.unit_ref import UnitRef
from issuer.i18n import whole_day
from issuer.pages.catalogue_text import Shown, shown
from issuer.services.agreements.sheet import Line, Sheet, View
from verifier.templating import Text

OPEN = "open"  # the choice "Jätetään auki"


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One side's view; `lang` is set for words in another language than the page's."""

    outcome: str
    words: str
    lang: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One requirement.

    Attributes:
        plain: the requirement in plain words, "" where nobody wrote any; `text` is the official one.
        field: name of its radio buttons; position: its number in the unit.
        observed: how many observations, with the newest day, "" for none.
        origins: codes ``prior`` and ``period`` of what stands behind it.
        state: of the newest entry, "" for none; outcome: what it says, "" for nothing.
        choice: what is chosen in the form.
    """

    position: int
    field: str
    plain: str
    text: Shown
    group: Shown
    own: Said | None
    coach: Said | None
    differs: bool
    observed: int
    observed_on: str
    origins: tuple[str, ...]
    elsewhere_only: bool
    state: str
    outcome: str
    choice: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """What every page of a unit says on top."""

    ref: str
    name: Shown
    number: str
    qualification: Shown
    register_number: str


def heading(sheet: Sheet, language: str) -> Heading:
    """The unit of a sheet."""
    unit, qualification = sheet.unit.unit, sheet.unit.qualification
    return Heading(
        ref=str(UnitRef.of(unit)),
        name=shown(unit.name, language),
        number=unit.number,
        qualification=shown(qualification.name, language),
        register_number=qualification.register_number or "",
    )


def rows(
    lines: Iterable[Line],
    language: str,
    chosen: dict[str, str] | None = None,
    *,
    plain: Mapping[str, str] | None = None,
) -> tuple[Row, ...]:
    """Lines as a page shows them.

    Args:
        chosen: what a refused form had chosen, by field.
        plain: plain words by requirement key.
    """
    words = plain or {}
    return tuple(_row(line, language, chosen or {}, words.get(line.key, "")) for line in lines)


def field_of(line: Line) -> str:
    """Name of the radio buttons of a line."""
    return f"result-{line.requirement.position}"


def outcome_words(t: Text, outcome: str) -> str:
    """Osoitettu, Osittain or Ei vielä."""
    return t(f"agreement.outcome.{outcome}")


def _row(line: Line, language: str, chosen: dict[str, str], plain: str) -> Row:
    result, field = line.result, field_of(line)
    newest = max((one.observed_on for one in line.observations), default=None)
    standing = result.outcome.value if result is not None and result.outcome is not None and result.stands else ""
    return Row(
        position=line.requirement.position,
        field=field,
        plain=plain,
        text=shown(line.requirement.text, language),
        group=shown(line.requirement.group, language),
        own=_said(line.own, language),
        coach=_said(line.coach, language),
        differs=line.differs,
        observed=len(line.observations),
        observed_on=whole_day(newest, language) if newest is not None else "",
        origins=tuple(origin.value for origin in line.origins),
        elsewhere_only=line.elsewhere_only,
        state=result.state.value if result is not None else "",
        outcome=standing,
        choice=chosen.get(field) or _offered(line),
    )


def _offered(line: Line) -> str:
    """What the form offers: what stands, else what both said alike, as far as an observation allows it."""
    result = line.result
    if result is not None and result.stands and result.outcome is not None:
        return result.outcome.value
    if result is not None and result.state is ResultState.LEFT_OPEN:
        return OPEN
    if line.own is None or line.coach is None or line.differs:
        return ""
    alike = line.own.outcome
    return alike.value if line.observations or alike is Outcome.NOT_YET else ""


def _said(view: View | None, language: str) -> Said | None:
    if view is None:
        return None
    own = language.partition("-")[0]
    known = view.language if view.language not in ("", "other", own) else None
    return Said(outcome=view.outcome.value, words=view.words, lang=known if view.words else None)
