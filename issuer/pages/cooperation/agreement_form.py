"""The form of an agreement: made from a template, from an earlier agreement or from a file; what was typed is kept."""

from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final

from issuer.domain.cooperation import MOST_MONTHS, MOST_SHOWN, Terms
from issuer.domain.cooperation_document import MOST_BYTES, read_terms
from issuer.domain.errors import DomainError
from issuer.domain.recognition import Route
from issuer.domain.unit_ref import UnitRef
from issuer.pages.coach.screen import typed_day
from issuer.pages.forms import Form
from verifier.templating import Text

_TEXTS: Final = ("assessed_by", "school_contact", "partner_contact")
_MONTHS_OF_YEAR: Final = 12
_TEMPLATE_YEARS, _TEMPLATE_MONTHS = 2, 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """What stands in the form, as it was typed.

    Attributes:
        units: refs of the ticked units; query: what was searched for.
        version: of the agreement that the page showed, 0 for a new one.
    """

    other: str = ""
    units: tuple[str, ...] = ()
    values: dict[str, str] = field(default_factory=dict)
    any_version: bool = True
    whole_unit: bool = False
    route: str = ""
    query: str = ""
    version: int = 0


def from_template(t: Text, today: date) -> Typed:
    """A sensible beginning: from this month on for two years, work of the last year, nothing decided beforehand."""
    last = _before(date(today.year + _TEMPLATE_YEARS, today.month, 1))
    return Typed(
        values={
            "least_shown": "1",
            "recency_months": str(_TEMPLATE_MONTHS),
            "assessed_by": t("cooperation.template.assessed_by"),
            "school_contact": t("cooperation.template.school_contact"),
            "partner_contact": t("cooperation.template.partner_contact"),
            "valid_from": typed_day(today.replace(day=1)),
            "valid_until": typed_day(last),
        }
    )


def from_terms(terms: Terms, *, other: str = "", version: int = 0) -> Typed:
    """An agreement's terms as they are typed."""
    return Typed(
        other=other,
        units=tuple(str(unit) for unit in terms.units),
        values={
            "least_shown": str(terms.least_shown),
            "recency_months": str(terms.recency_months or ""),
            "valid_from": typed_day(terms.valid_from),
            "valid_until": typed_day(terms.valid_until),
            **{name: getattr(terms, name) for name in _TEXTS},
        },
        any_version=terms.any_version,
        whole_unit=terms.whole_unit,
        route=terms.route.value if terms.route is not None else "",
        version=version,
    )


def from_form(form: Form) -> Typed:
    """What was posted."""
    names = ("least_shown", "recency_months", "valid_from", "valid_until", *_TEXTS)
    version = form.raw("version")
    return Typed(
        other=form.raw("other"),
        units=form.many("units"),
        values={name: form.raw(name) for name in names},
        any_version=form.ticked("any_version"),
        whole_unit=form.ticked("whole_unit"),
        route=form.raw("route"),
        query=form.raw("q").strip()[:100],
        version=int(version) if version.isascii() and version.isdigit() and len(version) <= 9 else 0,  # noqa: PLR2004
    )


def from_file(form: Form, typed: Typed) -> Typed:
    """The terms of an agreement's file in place of what was typed. Raises InvalidRequestError."""
    sent = form.file("file")
    data = sent.file.read(MOST_BYTES + 1) if sent is not None else b""
    return from_terms(read_terms(data), other=typed.other, version=typed.version)


def wanted_terms(form: Form) -> Terms:
    """Read the terms. Raises InvalidFormError naming every field that breaks a rule of form."""
    refs: list[UnitRef] = []
    for value in form.many("units"):
        try:
            refs.append(UnitRef.read(value))
        except DomainError:
            form.fault("cooperation.units", "units")
    if not form.many("units"):
        form.fault("cooperation.units", "units")
    least = form.number("least_shown", least=0, most=MOST_SHOWN, required=False)
    months = form.number("recency_months", least=1, most=MOST_MONTHS, required=False)
    route = form.choice("route", [one.value for one in Route], required=False)
    texts = {name: form.text(name) or "" for name in _TEXTS}
    first, last = form.day("valid_from"), form.day("valid_until")
    form.check()
    return Terms(
        units=tuple(refs),
        any_version=form.ticked("any_version"),
        least_shown=least or 0,
        whole_unit=form.ticked("whole_unit"),
        recency_months=months,
        route=Route(route) if route is not None else None,
        valid_from=first or date.min,  # `check` has seen that both are there
        valid_until=last or date.min,
        **texts,
    )


def with_version(typed: Typed, version: int) -> Typed:
    """The same input over a newer version, so that saving again is a choice."""
    return replace(typed, version=version)


def _before(day: date) -> date:
    return date.fromordinal(day.toordinal() - 1)
