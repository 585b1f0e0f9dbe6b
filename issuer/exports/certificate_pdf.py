"""The certificate of competence (osaamistodistus) as a tagged PDF with the signed badge attached, and the own copy."""

from dataclasses import replace

from issuer.domain.certificate import CertificateGroup, CertificateRecord, UnitFacts
from issuer.exports.typesetting import LETTERS, pdf
from issuer.i18n import content_language, month, text
from schemas.errors import DocumentError
from schemas.qr_code import sized_svg
from schemas.strict_json import JsonObject, JsonValue
from verifier import local_times

FILE_NAME = "osaamistodistus.pdf"  # neutral on purpose (privacy.md PN7), in every language
OWN_COPY_NAME = "oma-kappale.pdf"
ATTACHMENT_NAME = "osaamismerkki.json"
_TITLE = "osaamistodistus"
_WORDS = (
    "title", "holder", "can_do", "own_words", "check", "how_to_check", "attachment", "digest", "requirements"
)  # fmt: skip
_OWN_WORDS = ("title", "whose", "statement", "meaning", "ground", "signed")


def certificate(record: CertificateRecord, language: str) -> bytes:
    """Return the certificate: page one the whole, from page two on the requirements; deterministic.

    Args:
        record: of one badge; its own texts stay in the badge's language and are marked so for screen readers.
        language: of the words around them: a language of pages.

    Raises:
        DocumentError: ``typesetting.letters``: no font of ours has a sign of the holder's name. Own words with such
            signs are left out and told of instead: they stand in the attached badge.
    """
    try:
        return pdf("certificate.typ", _values(record, language))
    except DocumentError as problem:
        if problem.code != LETTERS or record.narrative is None:
            raise
    told = text(language, "certificate.own_words.attached")
    return pdf("certificate.typ", _values(replace(record, narrative=told), language))


def certificate_or_blank(record: CertificateRecord, language: str) -> bytes:
    """The certificate; a name that cannot be printed leaves a line to write on, for nobody here could change it.

    Raises:
        DocumentError: it cannot be set without the name either.
    """
    try:
        return certificate(record, language)
    except DocumentError:
        return certificate(replace(record, holder=None), language)


def own_copy(language: str, *, ground: str | None = None) -> bytes:
    """Return the sheet with the fixed statement that work coaching is not studying (privacy.md PN8).

    It is never part of a badge or certificate, names neither, and is made only when the participant asks for it.

    Args:
        language: of a page.
        ground: law and section, at most a few lines; None leaves a line to write on.

    Raises:
        DocumentError: ``typesetting.letters``.
    """
    words: JsonObject = {name: text(language, f"certificate.own.{name}") for name in _OWN_WORDS}
    words["holder"] = text(language, "certificate.holder")
    frame = content_language(language)
    return pdf("own_sheet.typ", {"language": frame, "title": "oma kappale", "words": words, "ground": ground})


def _values(record: CertificateRecord, language: str) -> JsonObject:
    frame = content_language(language)
    words: JsonObject = {name: text(language, f"certificate.{name}") for name in _WORDS}
    return {
        "language": frame,
        "title": _TITLE,
        "words": words,
        "holder": record.holder,
        "name": record.unit.name if record.unit is not None else record.name,
        "name_language": record.unit.lang if record.unit is not None else record.language,
        "facts": _facts(record, language),
        "sentences": [
            {"text": text(language, "certificate.threshold"), "lang": frame},
            {"text": record.meaning, "lang": record.language},
        ],
        "own_words": _own_words(record),
        "codes": _codes(record, language),
        "check_address": record.check_url,
        "official": _official(record.unit, language),
        "criteria": {"text": record.criteria, "lang": record.language},
        "groups": _groups(record.groups, language),
        "badge": record.document.decode(),
        "file": ATTACHMENT_NAME,
        "digest": record.sha256,
    }


def _facts(record: CertificateRecord, language: str) -> list[JsonValue]:
    frame = content_language(language)
    kind = "school" if record.grade is not None else "work"
    months = dict.fromkeys(month(day, language) for day in record.months or ())
    found = (
        ("coverage", _coverage(record, language), frame),
        ("qualification", record.unit.qualification if record.unit is not None else None, record.language),
        ("kind", text(language, f"certificate.kind.{kind}"), frame),
        ("grade", record.grade, frame),
        ("issuer", record.issuer.in_language(frame), frame),
        ("months", " – ".join(months) or None, frame),
        ("given", month(record.given, language), frame),
        ("role", record.role, record.language),
        ("badge", record.badge_id.removeprefix("urn:uuid:"), frame),
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


def _own_words(record: CertificateRecord) -> JsonValue:
    if record.narrative is None:
        return None
    lines: list[JsonValue] = [*record.narrative.splitlines()]
    return {"lines": lines, "lang": record.language}


def _codes(record: CertificateRecord, language: str) -> list[JsonValue]:
    codes: list[JsonValue] = []
    if record.link is not None:
        caption = text(language, "certificate.link.caption", day=local_times.day(record.link.works_until, language))
        codes.append(_code(record.link.url, "link", caption, language, address=record.link.told))
    if record.compact is not None:
        caption = text(language, "certificate.compact.caption")
        codes.append(_code(record.compact, "compact", caption, language, address=False))
    return codes


def _code(content: str, kind: str, caption: str, language: str, *, address: bool) -> JsonObject:
    svg, side = sized_svg(content)
    return {
        "svg": svg,
        "side": side,
        "alt": text(language, f"certificate.{kind}.alt"),
        "caption": caption,
        "address": content if address else None,
    }


def _official(unit: UnitFacts | None, language: str) -> list[JsonValue]:
    if unit is None:
        return []
    found = (
        ("unit", unit.name, unit.lang),
        ("code", unit.code, content_language(language)),
        ("register", unit.register_number, content_language(language)),
        ("scope", unit.scope, unit.lang),
    )
    return [
        {"label": text(language, f"certificate.{name}"), "value": value, "lang": lang}
        for name, value, lang in found
        if value is not None
    ]


def _groups(groups: tuple[CertificateGroup, ...], language: str) -> list[JsonValue]:
    """The groups, their rows numbered through from 1."""
    listed: list[JsonValue] = []
    start = 1
    for group in groups:
        rows: list[JsonValue] = []
        for row in group.rows:
            note = text(language, "certificate.in_part") if row.in_part else None
            rows.append({"text": row.text, "lang": row.lang, "note": note})
        listed.append({"heading": group.heading, "lang": group.lang, "start": start, "rows": rows})
        start += len(rows)
    return listed
