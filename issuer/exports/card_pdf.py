"""The printed card of a badge: an A6 page with both codes, from the same record as the certificate."""

from dataclasses import replace

from issuer.domain.certificate import CertificateRecord, LinkCode
from issuer.exports.typesetting import pdf
from issuer.i18n import content_language, month, text
from schemas.errors import DocumentError
from schemas.qr_code import sized_svg
from schemas.strict_json import JsonObject, JsonValue
from verifier import local_times

FILE_NAME = "osaamiskortti.pdf"  # neutral on purpose (privacy.md PN7), in every language


def card(record: CertificateRecord, language: str) -> bytes:
    """Return the card; deterministic.

    Args:
        record: of a badge in force; its codes are drawn where it has them.
        language: of a page; the badge's own words stay in their language.

    Raises:
        DocumentError: ``typesetting.letters``, or ``qr.too_long``.
    """
    frame, unit = content_language(language), record.unit
    values: JsonObject = {
        "language": frame,
        "title": text(language, "compact.card.title"),
        "words": {name: text(language, f"compact.card.{name}") for name in ("holder", "check")},
        "holder": record.holder,
        "name": unit.name if unit is not None else record.name,
        "name_language": unit.lang if unit is not None else record.language,
        "facts": _facts(record, language),
        "codes": _codes(record, language),
        "check_address": record.check_url,
        "number": record.badge_id.removeprefix("urn:uuid:"),
    }
    return pdf("card.typ", values)


def card_or_blank(record: CertificateRecord, language: str) -> bytes:
    """The card; a name that cannot be printed leaves a line to write on. Raises DocumentError where that fails, too."""
    try:
        return card(record, language)
    except DocumentError:
        return card(replace(record, holder=None), language)


def _facts(record: CertificateRecord, language: str) -> list[JsonValue]:
    frame = content_language(language)
    months = dict.fromkeys(month(day, language) for day in record.months or ())
    kind = "school" if record.grade is not None else "work"
    found = (
        ("coverage", _coverage(record, language), frame),
        ("kind", text(language, f"certificate.kind.{kind}"), frame),
        ("issuer", record.issuer.in_language(frame), frame),
        ("months", " – ".join(months) or None, frame),
        ("given", month(record.given, language), frame),
    )
    return [
        {"label": text(language, f"certificate.{name}"), "value": value, "lang": lang}
        for name, value, lang in found
        if value is not None
    ]


def _coverage(record: CertificateRecord, language: str) -> str:
    if record.unit is None:
        return text(language, "certificate.not_a_unit")
    if record.required is None:
        return text(language, "certificate.whole", shown=record.shown)
    return text(language, "certificate.part", shown=record.shown, required=record.required)


def _codes(record: CertificateRecord, language: str) -> list[JsonValue]:
    codes: list[JsonValue] = []
    if record.link is not None:
        codes.append(_link(record.link, language))
    if record.compact is not None:
        svg, side = sized_svg(record.compact)
        codes.append(_code(svg, side, "compact", text(language, "certificate.compact.caption"), language))
    return codes


def _link(link: LinkCode, language: str) -> JsonObject:
    caption = text(language, "certificate.link.caption", day=local_times.day(link.works_until, language))
    svg, side = sized_svg(link.url)
    return {**_code(svg, side, "link", caption, language), "address": link.typed}


def _code(svg: str, side: float, kind: str, caption: str, language: str) -> JsonObject:
    alt = text(language, f"certificate.{kind}.alt")
    return {"svg": svg, "side": side, "alt": alt, "caption": caption, "address": None}
