"""A decision in the words that the learner reads: what was accepted, why not, what remains, what can be done."""

from dataclasses import dataclass

from issuer.domain.catalogue_choice import helsinki_day
from issuer.domain.recognition import Choice, Coverage, Reason, Route, Row, Work, split
from issuer.domain.recognition_terms import SchoolRules, correct_by
from issuer.i18n import whole_day
from issuer.pages.catalogue_text import Shown, shown
from issuer.services.recognition.stored_case import Case
from verifier.templating import Text


@dataclass(frozen=True, slots=True)
class ToldRow:
    """One requirement of a decision; `why` and `remaining` are empty where it was accepted."""

    text: Shown
    why: str = ""
    remaining: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionView:
    """The whole decision; `parts` are (kind, heading, rows), none of them empty."""

    sentence: str
    route: str
    grade: str
    demonstration: tuple[str, ...]
    words: str
    parts: tuple[tuple[str, str, tuple[ToldRow, ...]], ...]
    correction: str
    help: str


def decision_view(case: Case, rules: SchoolRules, language: str, t: Text) -> DecisionView:
    """Return the words of what is decided, or would be today.

    Args:
        case: with a unit.
        rules: of the school, for the days and for who helps.
        language: of the page; t: its texts.
    """
    unit, work = case.unit, case.work
    parts = split(unit, work)
    name = shown(unit.name, language).text
    decided_on = helsinki_day(case.row.decided_at or case.row.changed_at)
    until = case.row.correct_by or correct_by(decided_on, rules)
    accepts = parts.coverage is not Coverage.REFUSED
    to_show = work.route is Route.DEMONSTRATION and work.grade is None and accepts
    kind = "to_demonstration" if to_show else parts.coverage.value
    sentence = {"accepted": len(parts.recognised), "total": len(unit.requirements), "name": name}
    return DecisionView(
        sentence=t(f"decision.sentence.{kind}", **{key: sentence[key] for key in _PLACES[kind]}),
        route=t(f"decision.route.{work.route.value}") if work.route is not None and accepts and not to_show else "",
        grade=t("decision.grade", grade=work.grade) if work.grade is not None and accepts else "",
        demonstration=_demonstration(work, language, t) if work.route is Route.DEMONSTRATION and accepts else (),
        words=work.words,
        parts=tuple(
            part
            for part in (
                ("accept", t("decision.accepted_to_show" if to_show else "decision.accepted"),
                 _rows(case, Choice.ACCEPT, language, t)),
                ("in_part", t("decision.in_part"), _rows(case, Choice.IN_PART, language, t)),
                ("not", t("decision.not"), _rows(case, Choice.NOT, language, t)),
            )
            if part[2]
        ),
        correction=t("decision.correct_by", day=whole_day(until, language)),
        help=t("decision.help", help=rules.help_text) if rules.help_text else t("decision.help_default"),
    )  # fmt: skip


_PLACES = {
    "whole": ("name",),
    "part": ("name", "accepted", "total"),
    "refused": ("name",),
    "to_demonstration": ("name",),
}


def _rows(case: Case, choice: Choice, language: str, t: Text) -> tuple[ToldRow, ...]:
    told = []
    for one in case.unit.requirements:
        row = case.work.rows.get(one.key, Row())
        if row.choice is not choice:
            continue
        text = shown(one.text, language)
        if choice is Choice.ACCEPT:
            told.append(ToldRow(text))
        else:
            told.append(ToldRow(text, _why(row, t), row.remaining))
    return tuple(told)


def _why(row: Row, t: Text) -> str:
    if row.reason is None:
        return row.words
    reason = t(f"decision.why.{row.reason.value}")
    return f"{reason} {row.words}".strip() if row.reason is Reason.OTHER or row.words else reason


def _demonstration(work: Work, language: str, t: Text) -> tuple[str, ...]:
    plan = work.plan
    lines = [plan.place, *plan.tasks]
    if plan.begins_on is not None and plan.ends_on is not None:
        begins, ends = whole_day(plan.begins_on, language), whole_day(plan.ends_on, language)
        lines.insert(0, begins if begins == ends else t("decision.when", begins=begins, ends=ends))
    return tuple(line for line in lines if line)
