"""An agreement in words: its terms as label and text, its units, its days. The same on page, paper and comparison."""

from collections.abc import Iterable
from dataclasses import dataclass

from issuer.domain.catalogue import Unit
from issuer.domain.catalogue_choice import CatalogueUnit
from issuer.domain.cooperation import Cooperation, Terms
from issuer.domain.institution import Institution
from issuer.domain.unit_ref import UnitRef
from issuer.i18n import content_language, whole_day
from issuer.pages.catalogue_text import Shown, shown
from verifier.templating import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitLine:
    """A unit of an agreement; `name` is None for one that has left the catalogue."""

    ref: str
    number: str
    register: str
    name: Shown | None


def name_of(institution: Institution, language: str) -> str:
    """The public name in the page's language."""
    return institution.public_name.in_language(content_language(language))


def days(agreement: Cooperation, language: str) -> str:
    """First and last day: "1.11.2026–31.10.2028"."""
    first, last = agreement.terms.valid_from, agreement.last_day
    return f"{whole_day(first, language)}–{whole_day(last, language)}"


def facts(terms: Terms, t: Text, language: str) -> tuple[tuple[str, str], ...]:
    """Every term but the units, in the order of the form: (label, words)."""
    least = t("cooperation.least", count=terms.least_shown) if terms.least_shown else t("cooperation.least_none")
    months = terms.recency_months
    route = t(f"case.route.{terms.route.value}") if terms.route is not None else t("cooperation.route_none")
    span = f"{whole_day(terms.valid_from, language)}–{whole_day(terms.valid_until, language)}"
    return (
        (
            t("cooperation.versions"),
            t("cooperation.any_version" if terms.any_version else "cooperation.these_versions"),
        ),
        (t("cooperation.evidence"), t("cooperation.whole_unit") if terms.whole_unit else least),
        (t("cooperation.recency"), t("cooperation.months", count=months) if months else t("cooperation.no_limit")),
        (t("cooperation.route"), route),
        (t("cooperation.assessed_by"), terms.assessed_by),
        (t("cooperation.school_contact"), terms.school_contact),
        (t("cooperation.partner_contact"), terms.partner_contact),
        (t("cooperation.valid"), span),
    )


def unit_lines(refs: Iterable[UnitRef], found: Iterable[CatalogueUnit | None], language: str) -> tuple[UnitLine, ...]:
    """The units by name, with the number of unit and qualification requirements that tell versions apart."""
    return tuple(
        unit_line(ref, one.unit if one is not None else None, language) for ref, one in zip(refs, found, strict=True)
    )


def unit_line(ref: UnitRef, unit: Unit | None, language: str) -> UnitLine:
    """One unit by name."""
    return UnitLine(
        ref=str(ref),
        number=str(ref).partition("-")[0],
        register=(unit.register_number or "") if unit is not None else "",
        name=shown(unit.name, language) if unit is not None else None,
    )
