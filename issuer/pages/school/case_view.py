"""What the desk shows of a case: each requirement beside what the badges say of it, the checks, and the sums."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from issuer.domain.agreement import Outcome
from issuer.domain.catalogue import Requirement
from issuer.domain.catalogue_choice import helsinki_day
from issuer.domain.recognition import MOST_ASSESSORS, Assessor, Check, Choice, Reason, Row, Split, Work, points, split
from issuer.i18n import content_language, month, whole_day
from issuer.pages.catalogue_text import Shown, credits_text, groups, shown
from issuer.services.outside import Outside
from issuer.services.recognition.check_badges import check_badge, check_of
from issuer.services.recognition.stored_case import Case, HeldBadge
from verifier.result_view import ResultView, result_view
from verifier.templating import Text

REASONS: Final = tuple(one.value for one in Reason)
_TOLD: Final = {Outcome.SHOWN: "shown", Outcome.IN_PART: "in_part"}


@dataclass(frozen=True, slots=True, kw_only=True)
class RowView:
    """One requirement of the learner's unit.

    Attributes:
        told: shown, in_part or absent; month: when it was last seen, in words.
        old: the badge's words where they differ; suggested: only near words brought them together.
        badges: places of the badges that speak of it, where there are several in the case.
        recognised: which school accepted it before, and when, by receipts that are in order; in words.
    """

    requirement: Requirement
    text: Shown
    told: str
    month: str
    old: str | None
    old_lang: str | None
    suggested: bool
    badges: tuple[int, ...]
    recognised: tuple[str, ...]
    row: Row


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupView:
    """Requirements under one heading, and how many of them a badge says were shown."""

    heading: Shown
    place: int
    rows: tuple[RowView, ...]
    shown: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BadgeView:
    """A badge of the case with what the check said just now; `receipt`: a school's decision, brought by its learner."""

    held: HeldBadge
    place: int
    name: str
    issuer: str
    lang: str | None
    month: str
    unit: str
    older: bool
    is_unit: bool
    receipt: bool
    earlier: tuple[str, ...]
    check: str
    result: ResultView


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseView:
    """The whole desk page of a case."""

    case: Case
    unit_name: Shown | None
    unit_line: str
    qualification: Shown | None
    badges: tuple[BadgeView, ...]
    groups: tuple[GroupView, ...]
    work: Work
    split: Split | None
    points: str
    answer_by: str
    asked_on: str
    assessors: tuple[Assessor, ...]

    @property
    def several(self) -> bool:
        """Whether badges need numbers."""
        return len(self.badges) > 1


def case_view(outside: Outside, case: Case, language: str, t: Text, *, work: Work | None = None) -> CaseView:
    """Return the view of a case.

    Args:
        outside: the badges are checked now.
        case: opened.
        language: of the page; t: its texts.
        work: what was typed and not kept, instead of the stored work.
    """
    kept = work if work is not None else case.work
    found = case.found
    unit = found.unit if found is not None else None
    scope = credits_text(unit.credits_min, unit.credits_max) if unit is not None else ""
    worth = points(unit, kept) if unit is not None else None
    padding = (Assessor(""),) * MOST_ASSESSORS
    badges = tuple(_badge(outside, case, held, place, language, t) for place, held in enumerate(case.badges, start=1))
    return CaseView(
        case=case,
        unit_name=shown(unit.name, language) if unit is not None else None,
        unit_line=t("case.unit_line", number=unit.number, register=unit.register_number or "–", points=scope or "–")
        if unit is not None
        else "",
        qualification=shown(found.qualification.name, language) if found is not None else None,
        badges=badges,
        groups=_groups(case, kept, badges, language, t),
        work=kept,
        split=split(unit, kept) if unit is not None else None,
        points=f"{worth:g}" if worth is not None else "",
        answer_by=whole_day(case.row.answer_by, language),
        asked_on=whole_day(helsinki_day(case.row.asked_at), language),
        assessors=(*kept.assessors, *padding)[:MOST_ASSESSORS],
    )


def month_words(text: str, language: str) -> str:
    """Return "2026-06" as words; "" for anything else."""
    try:
        return month(date.fromisoformat(f"{text}-01"), language)
    except ValueError:
        return ""


def _groups(case: Case, work: Work, badges: tuple[BadgeView, ...], language: str, t: Text) -> tuple[GroupView, ...]:
    if case.found is None:
        return ()
    made = []
    for place, group in enumerate(groups(case.unit.requirements, language), start=1):
        rows = tuple(
            replace(
                _row(case, work, one, text, language),
                recognised=tuple(
                    _recognised(badges[place - 1], language, t)
                    for place in case.accepted_before.get(one.key, ())
                    if badges[place - 1].check == Check.IN_ORDER.value
                ),
            )
            for one, text in group.requirements
        )
        made.append(
            GroupView(
                heading=group.heading, place=place, rows=rows, shown=sum(1 for row in rows if row.told == "shown")
            )
        )
    return tuple(made)


def _recognised(badge: BadgeView, language: str, t: Text) -> str:
    """Which school accepted a requirement before, and on which day."""
    day = badge.held.earlier.day if badge.held.earlier is not None else None
    return t("case.accepted_before", school=badge.issuer, day=whole_day(day, language) if day is not None else "–")


def _earlier(case: Case, held: HeldBadge, *, listed: bool, language: str, t: Text) -> tuple[str, ...]:
    """What a receipt tells: whose decision, of which unit, how much, by which route and when; nothing for a badge."""
    if held.earlier is None:
        return ()
    whose = "own" if case.is_own(held) else "other" if listed else "unknown"
    told, content = held.earlier, held.content
    lines = [t(f"case.earlier.{whose}"), t("case.earlier.unit", unit=content.unit_name, count=len(content.told))]
    if told.route is not None:
        lines.append(t(f"decision.route.{told.route.value}"))
    if told.day is not None:
        lines.append(t("case.earlier.day", day=whole_day(told.day, language)))
    return tuple(lines)


def _row(case: Case, work: Work, requirement: Requirement, text: Shown, language: str) -> RowView:
    seen = case.seen.get(requirement.key)
    lang = case.badges[seen.badges[0] - 1].content.language if seen is not None else None
    return RowView(
        requirement=requirement,
        text=text,
        told=_TOLD[seen.outcome] if seen is not None else "absent",
        month=month_words(seen.month, language) if seen is not None else "",
        old=seen.old_text if seen is not None else None,
        old_lang=lang if lang != content_language(language) else None,
        suggested=seen is not None and seen.is_suggestion,
        badges=seen.badges if seen is not None and len(case.badges) > 1 else (),
        recognised=(),
        row=work.rows.get(requirement.key, Row()),
    )


def _badge(outside: Outside, case: Case, held: HeldBadge, place: int, language: str, t: Text) -> BadgeView:
    report = check_badge(outside, held.data)
    content, unit = held.content, case.row.unit
    names = next((one.details["name"] for one in report.of("trust.issuer") if "name" in one.details), None)
    listed = names.get(content_language(language)) if isinstance(names, dict) else None
    return BadgeView(
        held=held,
        place=place,
        name=content.name,
        issuer=listed if isinstance(listed, str) else content.issuer_name,
        lang=content.language if content.language != content_language(language) else None,
        month=month_words(content.month, language),
        unit=" · ".join(
            part for part in ((content.unit_code or "").partition("_")[2], content.register_number or "") if part
        ),
        older=content.is_unit and unit is not None and content.unit is not None and content.unit != unit,
        is_unit=content.is_unit,
        receipt=held.earlier is not None,
        earlier=_earlier(case, held, listed=isinstance(listed, str), language=language, t=t),
        check=check_of(report).value,
        result=result_view(report, language, t),
    )


def chosen(row: Row, choice: str) -> bool:
    """Tell whether a row has this choice."""
    return row.choice is not None and row.choice is Choice(choice)
