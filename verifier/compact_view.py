"""The answer to a small code in words: headline with the list's age, what to do, and what the code says."""

from dataclasses import dataclass
from datetime import timedelta
from functools import cache

from schemas.compact_code import NO_UNIT, UNIT, month_of, positions
from verifier import local_times
from verifier.bundle import Names
from verifier.compact import Answer, CompactReport, claims_json
from verifier.templating import Text, locales_directory, text_in
from verifier.texts import Texts

_ALARMING = frozenset({"compact.signature", "compact.key_unknown", "compact.key_compromised", "compact.key_expired"})
_OWN_SENTENCE = frozenset({"for_cause", "replaced", "being_checked"})
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One thing that the code says; `language` is that of the value."""

    label: str
    value: str
    language: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Skill:
    """One requirement, by its text or, where the list has no names, by its number."""

    text: str
    language: str
    in_part: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CompactView:
    """What a page or a terminal shows.

    Attributes:
        headline: one sentence or two; age: how old the list is, a part of the headline; empty without a list.
        sentences: why, and what to do.
        name: of the unit, with its language; None while nothing is known for certain.
        technical: badge number, digest, key.
        sum: ``good``, ``unknown`` or ``bad``, for a page with several answers.
    """

    answer: str
    headline: str
    age: str
    alarming: bool
    sentences: tuple[str, ...]
    name: tuple[str, str] | None
    facts: tuple[Fact, ...]
    skills: tuple[Skill, ...]
    technical: tuple[Fact, ...]
    sum: str


@cache
def compact_texts() -> Texts:
    """The words of the small code in all languages."""
    return Texts(locales_directory, stem="compact")


def compact_words(language: str) -> dict[str, str]:
    """All words of the answers, for the page that answers in the browser itself."""
    texts = compact_texts()
    return {key: texts.text(language, key) for key in sorted(texts.keys(language)) if not key.startswith("offline.")}


def compact_view(report: CompactReport, language: str) -> CompactView:
    """Say a report in a language of `verifier.texts.LANGUAGES`."""
    ct = text_in(compact_texts(), language)
    known = report.claims is not None and report.code != "compact.key_compromised"
    sums = {Answer.GENUINE_AS_OF: "good", Answer.NOT_GENUINE: "bad", Answer.OUT_OF_USE: "bad"}
    return CompactView(
        answer=report.answer.value,
        headline=_headline(report, ct, language),
        age=_age(report, ct, language),
        alarming=report.code in _ALARMING or report.reason == "for_cause",
        sentences=_sentences(report, ct, language),
        name=_name(report, ct, language) if known else None,
        facts=_facts(report, ct, language) if known else (),
        skills=_skills(report, ct, language) if known else (),
        technical=_technical(report, ct, language) if known else (),
        sum=sums.get(report.answer, "unknown"),
    )


def _headline(report: CompactReport, ct: Text, language: str) -> str:
    if report.as_of is None:
        return ct(f"headline.{report.answer.value}.no_list")
    when, day = local_times.full(report.as_of, language), local_times.day(report.as_of, language)
    key = f"headline.{report.answer.value}"
    if report.reason in _OWN_SENTENCE:
        key = f"headline.{report.reason}"
    if report.code in ("compact.form", "compact.claims", "compact.algorithm"):
        key = "headline.no_code"
    return ct(key, when=when, day=day)


def _age(report: CompactReport, ct: Text, language: str) -> str:
    if report.as_of is None:
        return ""
    days = (report.evaluated_at - report.as_of) // _DAY
    key = "age.today" if days <= 0 else "age.one" if days == 1 else "age.many"
    return ct(key, when=local_times.full(report.as_of, language), days=days)


def _sentences(report: CompactReport, ct: Text, language: str) -> tuple[str, ...]:
    found = [ct(report.code)]
    if report.reason is not None and report.month is not None:
        found.append(
            ct(f"reason.{report.reason}", month=local_times.month(report.month.year, report.month.month, language))
        )
    if report.claims is not None and report.answer is not Answer.NOT_GENUINE:
        found += [ct("person"), ct("extract")]
    return tuple(found)


def _name(report: CompactReport, ct: Text, language: str) -> tuple[str, str] | None:
    names = report.unit.name if report.unit is not None else report.competence
    text, its_language = names.in_language(language) if names is not None else ("", "")
    if text:
        return text, its_language
    unit = report.claims.unit if report.claims is not None else None
    return (ct("unit_by_number", unit=unit.code) if unit is not None else ct("no_unit"), language.partition("-")[0])


def _facts(report: CompactReport, ct: Text, language: str) -> tuple[Fact, ...]:
    claims, own = report.claims, language.partition("-")[0]
    if claims is None:
        return ()
    found: list[tuple[str, str, str]] = []
    issuer = (report.issuer_name or Names()).in_language(language)
    found.append(("issuer", *(issuer if issuer[0] else (report.issuer or "", own))))
    if claims.unit is not None:
        shown = len(positions(claims.unit.shown))
        required = len(report.unit.requirements) if report.unit is not None else None
        key = "covers.unit" if claims.scope == UNIT else "covers.part" if required else "covers.count"
        found.append(("covers", ct(key, shown=shown, required=required), own))
        qualification = report.unit.qualification.in_language(language) if report.unit is not None else ("", "")
        register = report.unit.register_number if report.unit is not None else None
        number = f"{claims.unit.code} · {register or claims.unit.qualification}"
        if qualification[0]:
            found.append(("qualification", *qualification))
        found.append(("unit", number, own))
    found.append(("kind", ct("kind.school" if claims.by_school else "kind.work"), own))
    if claims.activity is not None:
        months = dict.fromkeys(_month(one, language) for one in claims.activity)
        found.append(("activity", " – ".join(months), own))
    found.append(("given", _month(claims.given, language), own))
    return tuple(Fact(label=ct(f"fact.{label}"), value=value, language=its) for label, value, its in found)


def _skills(report: CompactReport, ct: Text, language: str) -> tuple[Skill, ...]:
    claims = report.claims
    if claims is None or claims.unit is None or claims.scope == NO_UNIT:
        return ()
    partly = set(positions(claims.unit.in_part))
    names = report.unit.requirements if report.unit is not None else ()
    found = []
    for place in sorted({*positions(claims.unit.shown), *partly}):
        text, its = names[place].in_language(language) if place < len(names) else ("", "")
        if not text:
            text, its = ct("skill_by_number", number=place + 1), language.partition("-")[0]
        found.append(Skill(text=text, language=its, in_part=place in partly))
    return tuple(found)


def _technical(report: CompactReport, ct: Text, language: str) -> tuple[Fact, ...]:
    if report.claims is None:
        return ()
    told = claims_json(report.claims)
    values = (("badge", str(told["credential"])), ("digest", str(told["sha256"])), ("key", report.key or ""))
    own = language.partition("-")[0]
    return tuple(Fact(label=ct(f"fact.{label}"), value=value, language=own) for label, value in values)


def _month(number: int, language: str) -> str:
    day = month_of(number)
    return local_times.month(day.year, day.month, language)
