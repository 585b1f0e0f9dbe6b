"""The record of a certificate of competence: read from the signed bytes of a badge and from nothing else."""

import hashlib
import re
from dataclasses import dataclass
from datetime import date, datetime

from issuer.domain.institution import PublicName
from schemas.strict_json import JsonObject, JsonValue, read_object

MAX_NAME = 100
_UNIT_TYPE = "ext:TutkinnonOsa"
_UNIT_KEY = "ext:unitKey"
_GRADE = "LetterGrade"
_PART_NAME = re.compile(r": ([0-9]{1,4})/([0-9]{1,4}) \S+$")  # our own template, issuer/domain/badge_texts.py
_OTHER_LANGUAGE = re.compile(r"(.*) \((fi|sv|en)\)", re.DOTALL)  # how draft.py marks a text of another language
_MAX_BYTES = 1 << 20
_MAX_VALUES = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateRow:
    """One requirement of a certificate.

    Attributes:
        text: as it stands in the badge, with its mark "(fi)" when it is not in the badge's language.
        lang: language of that text.
        in_part: shown in part; otherwise shown.
    """

    text: str
    lang: str
    in_part: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateGroup:
    """The requirements under one heading of the unit; `heading` is None where the unit has no headings."""

    heading: str | None
    lang: str
    rows: tuple[CertificateRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitFacts:
    """What the badge says of the unit (tutkinnon osa).

    Attributes:
        scope: points and requirements of the whole unit, in the badge's words.
        code: with its version: ``tutkinnonosat_106889, 2``; without one when the badge does not tell it.
        register_number: diaarinumero.
    """

    name: str
    lang: str
    qualification: str
    scope: str | None
    code: str
    register_number: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkCode:
    """A living share link, to be drawn as a QR code.

    Attributes:
        url: absolute; at most 62 bytes fit into version 4 at level M.
        works_until: aware.
        told: whether the address is also written out; staff only hand the paper on (decision 0027).
        typed: the signs of a link for paper, in groups, to be typed where nothing can scan; None for other links.
    """

    url: str
    works_until: datetime
    told: bool
    typed: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateRecord:
    """Everything that a certificate prints.

    Attributes:
        document: the signed badge, attached to the file as it is; sha256: hex digest of exactly these bytes.
        badge_id: ``urn:uuid:…``.
        language: of the badge's own texts.
        unit: None for a badge that stands for no unit.
        shown, required: requirements in the badge and in its unit; required is None for a whole unit.
        grade: of a demonstration that a school assessed; None in a badge from work.
        criteria, meaning: the badge's own sentences on how it is earned and what it does not mean.
        months: first days of the first and last month of the work; None when the badge does not tell.
        check_url: the page where anyone can check the file.
        holder: the name that stands in the badge, else as the holder wants it printed; None leaves a line to write on.
        compact: the signed code for checking without a network; None when there is none.
    """

    document: bytes
    sha256: str
    badge_id: str
    language: str
    name: str
    unit: UnitFacts | None
    shown: int
    required: int | None
    grade: str | None
    groups: tuple[CertificateGroup, ...]
    issuer: PublicName
    months: tuple[date, date] | None
    given: date
    criteria: str
    meaning: str
    role: str | None
    narrative: str | None
    check_url: str
    holder: str | None = None
    link: LinkCode | None = None
    compact: str | None = None


def read_certificate(
    document: bytes,
    *,
    issuer: PublicName,
    check_url: str,
    holder: str | None = None,
    link: LinkCode | None = None,
    compact: str | None = None,
) -> CertificateRecord:
    """Read what a certificate prints out of a signed badge of ours.

    Args:
        document: at most 1 MiB.
        issuer: the issuer's public names; the badge itself holds one of them.
        check_url, holder, link, compact: see `CertificateRecord`.

    Raises:
        DocumentError: not JSON as we write it.
        ValueError: a badge without the members that ours have.
    """
    badge = read_object(document, max_bytes=_MAX_BYTES, max_values=_MAX_VALUES)
    subject = _object(badge.get("credentialSubject"))
    achievement = _object(subject.get("achievement"))
    language, name = _text(achievement, "inLanguage"), _text(achievement, "name")
    part = _PART_NAME.search(name)
    groups = _groups(achievement, subject, language)
    return CertificateRecord(
        document=document,
        sha256=hashlib.sha256(document).hexdigest(),
        badge_id=_text(badge, "id"),
        language=language,
        name=name,
        unit=_unit(achievement, language),
        shown=sum(not row.in_part for group in groups for row in group.rows),
        required=int(part[2]) if part is not None else None,
        grade=_grade(achievement, subject),
        groups=groups,
        issuer=issuer,
        months=_months(subject),
        given=_day(badge, "validFrom"),
        criteria=_text(_object(achievement.get("criteria")), "narrative"),
        meaning=_text(achievement, "description"),
        role=_optional(subject, "role"),
        narrative=_optional(subject, "narrative"),
        check_url=check_url,
        holder=_name_in_badge(subject) or holder,
        link=link,
        compact=compact,
    )


def _groups(achievement: JsonObject, subject: JsonObject, language: str) -> tuple[CertificateGroup, ...]:
    """The requirements that have a result, in the badge's order, under the headings of their unit."""
    described = _objects(achievement.get("resultDescription"))
    results = {_text(one, "resultDescription"): one for one in _objects(subject.get("result"))}
    framework = _optional(_unit_alignment(achievement), "targetFramework") or ""
    groups: list[tuple[str | None, list[CertificateRow]]] = []
    for one in described:
        result = results.get(_text(one, "id"))
        if result is None or one.get("resultType") == _GRADE:
            continue
        heading = _heading(one, framework)
        if not groups or groups[-1][0] != heading:
            groups.append((heading, []))
        text = _text(one, "name")
        groups[-1][1].append(
            CertificateRow(
                text=text,
                lang=_language_of(text, language),
                in_part=result.get("status") == "InProgress",
            )
        )
    return tuple(
        CertificateGroup(heading=heading, lang=_language_of(heading or "", language), rows=tuple(rows))
        for heading, rows in groups
    )


def _grade(achievement: JsonObject, subject: JsonObject) -> str | None:
    graded = {
        one.get("id") for one in _objects(achievement.get("resultDescription")) if one.get("resultType") == _GRADE
    }
    results = (one for one in _objects(subject.get("result")) if one.get("resultDescription") in graded)
    return next((_optional(one, "value") for one in results), None)


def _name_in_badge(subject: JsonObject) -> str | None:
    entries = _objects(subject.get("identifier"))
    return next((_optional(one, "identityHash") for one in entries if one.get("identityType") == "name"), None)


def _heading(described: JsonObject, framework: str) -> str | None:
    alignments = _objects(described.get("alignment"))
    own = _optional(alignments[0], "targetFramework") if alignments else None
    if own is None or not framework or not own.startswith(f"{framework}: "):
        return None
    return own.removeprefix(f"{framework}: ")


def _unit_alignment(achievement: JsonObject) -> JsonObject:
    alignments = _objects(achievement.get("alignment"))
    return next((one for one in alignments if one.get("targetType") == _UNIT_TYPE), {})


def _unit(achievement: JsonObject, language: str) -> UnitFacts | None:
    alignment = _unit_alignment(achievement)
    if not alignment:
        return None
    entries = _objects(achievement.get("otherIdentifier"))
    keys = [_text(one, "identifier") for one in entries if one.get("identifierType") == _UNIT_KEY]
    code, version, _, register_number = keys[0].split("/", 3) if keys else (_text(alignment, "targetCode"), "", "", "")
    name = _text(alignment, "targetName")
    return UnitFacts(
        name=name,
        lang=_language_of(name, language),
        qualification=_optional(achievement, "fieldOfStudy") or _text(alignment, "targetFramework"),
        scope=_optional(alignment, "targetDescription"),
        code=f"{code}, {version}" if version else code,
        register_number=register_number or None,
    )


def _months(subject: JsonObject) -> tuple[date, date] | None:
    found = [_day(subject, member) for member in ("activityStartDate", "activityEndDate") if member in subject]
    return (found[0], found[-1]) if found else None


def _language_of(text: str, language: str) -> str:
    marked = _OTHER_LANGUAGE.fullmatch(text)
    return marked[2] if marked is not None else language


def _day(holder: JsonObject, member: str) -> date:
    return datetime.fromisoformat(_text(holder, member)).date()


def _text(holder: JsonObject, member: str) -> str:
    value = holder.get(member)
    if not isinstance(value, str):
        raise ValueError(f"a badge of ours has {member}")  # noqa: TRY004 – the fault is the document's
    return value


def _optional(holder: JsonObject, member: str) -> str | None:
    value = holder.get(member)
    return value if isinstance(value, str) else None


def _object(value: JsonValue) -> JsonObject:
    return value if isinstance(value, dict) else {}


def _objects(value: JsonValue) -> list[JsonObject]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []
