"""The trust list's rows in words: who, under which id, for which units and days, and who vouches."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from issuer.domain.catalogue_text import Text as Names
from issuer.i18n import content_language, month, whole_day
from issuer.pages.catalogue_text import Shown, shown
from issuer.services.outside import Outside
from schemas.strict_json import JsonObject, JsonValue
from verifier.templating import Text

UnitName = Callable[[str], Names | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitLine:
    """A unit that an institution may award, in words."""

    name: Shown | None
    code: str
    when: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VoucherLine:
    """Who vouches for an institution; `rules` is an https page or a path of ours."""

    name: str
    rules: str
    endorsement: str
    until: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustRow:
    """One institution of a list.

    Attributes:
        limited: whether the list holds badges to these units.
        foreign: it is one of elsewhere, which may be ended here; `number` of the row, from 1.
    """

    number: int
    foreign: bool

    id: str
    name: str
    listed_name: str
    kind: str
    since: str
    until: str
    limited: bool
    units: tuple[UnitLine, ...]
    vouchers: tuple[VoucherLine, ...]


def unit_names(outside: Outside) -> UnitName:
    """Return what names a unit by its code, from the catalogue; each is looked up once."""
    known: dict[str, Names | None] = {}

    def name_of(code: str) -> Names | None:
        if code not in known:
            with outside.database.read() as uow:
                found = uow.catalogue.unit(code, today=outside.now().date())
            known[code] = found.unit.name if found is not None else None
        return known[code]

    return name_of


def trust_rows(document: JsonObject, name_of: UnitName, language: str, t: Text) -> tuple[TrustRow, ...]:
    """Return the rows of a list, in its order."""
    entries = document.get("institutions")
    rows = [one for one in entries if isinstance(one, dict)] if isinstance(entries, list) else []
    return tuple(_row(one, number, name_of, language, t) for number, one in enumerate(rows, start=1))


def _row(one: JsonObject, number: int, name_of: UnitName, language: str, t: Text) -> TrustRow:
    limits = _objects(one.get("units"))
    kind = str(one.get("kind"))
    return TrustRow(
        number=number,
        foreign="businessId" not in one,
        id=str(one.get("id")),
        name=named(one.get("name"), language),
        listed_name=str(one.get("legalName") or ""),
        kind=t(f"trust.kind.{kind}") if kind in ("umbrella", "provider", "school") else kind,
        since=_day(one.get("listedFrom"), language),
        until=_day(one.get("withdrawnAt"), language),
        limited=bool(limits),
        units=tuple(_unit(unit, name_of, language, t) for unit in (limits or _objects(one.get("scope")))),
        vouchers=tuple(_voucher(voucher, language) for voucher in _objects(one.get("vouchedBy"))),
    )


def _unit(unit: JsonObject, name_of: UnitName, language: str, t: Text) -> UnitLine:
    code = str(unit.get("code") or unit.get("unit") or "")
    found, starts, until = name_of(code), unit.get("from"), unit.get("until")
    since = month(date.fromisoformat(starts[:10]), language) if isinstance(starts, str) else ""
    ends = _day(until, language)
    return UnitLine(
        name=shown(found, language) if found is not None else None,
        code=code.rpartition("_")[2],
        when=t("trust.unit.until", since=since, until=ends) if ends else t("trust.unit.since", since=since),
    )


def _voucher(voucher: JsonObject, language: str) -> VoucherLine:
    address = str(voucher.get("endorsement") or "")
    return VoucherLine(
        name=named(voucher.get("name"), language),
        rules=str(voucher.get("rules") or ""),
        endorsement="/endorsements/" + address.rpartition("/")[2] if address else "",
        until=_day(voucher.get("until"), language),
    )


def named(value: JsonValue, language: str) -> str:
    """The name in the page's language, else in Finnish; "" for none."""
    names = value if isinstance(value, dict) else {}
    return str(names.get(content_language(language)) or names.get("fi") or "")


def _day(value: JsonValue, language: str) -> str:
    return whole_day(date.fromisoformat(value[:10]), language) if isinstance(value, str) else ""


def _objects(value: JsonValue) -> Iterable[JsonObject]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []
