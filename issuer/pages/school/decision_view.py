"""A decision in the words that the learner reads: what was accepted, why not, what remains, what can be done."""

from dataclasses import dataclass

from issuer.domain.catalogue_choice import helsinki_day
from issuer.domain.demonstration_result import Result
from issuer.domain.recognition import (
    CaseState,
    Choice,
    Coverage,
    Reason,
    Route,
    Row,
    Work,
    awaits_demonstration,
    split,
)
from issuer.domain.recognition_terms import SchoolRules, correct_by
from issuer.i18n import moment, whole_day
from issuer.pages.catalogue_text import Shown, shown
from issuer.services.outside import Outside
from issuer.services.recognition.show_decision import ShownDecision, beside
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
    """The whole decision; `parts` are (kind, heading, rows), none of them empty.

    Attributes:
        result: what came of the demonstration, or that it is still to come; "" where there is none.
        left: what is still to learn after one that was not passed.
    """

    sentence: str
    result: str
    left: str
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
    to_show = awaits_demonstration(work) and accepts
    not_passed = case.result is not None and case.result.told.result is Result.NOT_PASSED
    tells_route = accepts and not to_show and case.result is None  # the result of a demonstration tells it, too
    kind = "to_demonstration" if to_show else "not_passed" if not_passed else parts.coverage.value
    sentence = {"accepted": len(parts.recognised), "total": len(unit.requirements), "name": name}
    return DecisionView(
        sentence=t(f"decision.sentence.{kind}", **{key: sentence[key] for key in _PLACES[kind]}),
        result=_result(case, language, t, to_show=to_show),
        left=case.result.told.words if not_passed and case.result is not None else "",
        route=t(f"decision.route.{work.route.value}") if tells_route and work.route is not None else "",
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
    "not_passed": ("name",),
}


def _result(case: Case, language: str, t: Text, *, to_show: bool) -> str:
    """What came of the demonstration, in one or two sentences."""
    told = case.result.told if case.result is not None else None
    if told is None:
        return t("decision.result.missing") if to_show and case.row.state is CaseState.DECIDED else ""
    if told.result is Result.NOT_HELD:
        return t("decision.result.not_held")
    day = whole_day(told.day, language) if told.day is not None else ""
    return t(f"decision.result.{told.result.value}", day=day)


@dataclass(frozen=True, slots=True, kw_only=True)
class FormerView:
    """A decision that was opened again; `replaced` is empty while it holds."""

    decided: str
    replaced: str
    told: DecisionView


@dataclass(frozen=True, slots=True)
class NoteView:
    """A correction asked for, or the school's answer; `when` in words."""

    kind: str
    when: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AgainView:
    """What the desk shows of a case that was opened again: what was asked and answered, and what was decided."""

    notes: tuple[NoteView, ...]
    formers: tuple[FormerView, ...]


def note_views(told: ShownDecision, language: str) -> tuple[NoteView, ...]:
    """What was asked and answered since the decision, oldest first."""
    return tuple(NoteView(one.kind, moment(one.at, language), one.words) for one in told.notes)


def again_view(outside: Outside, case: Case, language: str, t: Text) -> AgainView | None:
    """What stands above a case that was opened again; None for any other."""
    if not case.row.is_again:
        return None
    told = beside(outside, case)
    return AgainView(notes=note_views(told, language), formers=former_views(told, language, t))


def former_views(told: ShownDecision, language: str, t: Text) -> tuple[FormerView, ...]:
    """The earlier decisions of a case, newest first, in the words of their day."""
    return tuple(
        FormerView(
            decided=whole_day(helsinki_day(one.case.row.decided_at), language) if one.case.row.decided_at else "",
            replaced=whole_day(helsinki_day(one.replaced_at), language) if one.replaced_at is not None else "",
            told=decision_view(one.case, told.rules, language, t),
        )
        for one in told.formers
    )


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
