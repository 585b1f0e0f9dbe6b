"""The lines that the catalogue commands print."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from issuer.domain.catalogue import COMMON_UNIT, NO_VERSION, Kind, Problem, Qualification, State, Unit
from issuer.domain.catalogue_choice import UnitHit, helsinki_day
from issuer.services.import_qualification import ImportSummary
from issuer.services.import_unit_codes import CodesSummary
from issuer.services.search_units import SearchResult

_FORMATS = {"C2019": "2019 format", "B2017": "2017 format", "A2014": "2014 format", "targets": "list of targets"}
_FIRST_WARNINGS = 40

_MEANING = {
    COMMON_UNIT: "a common unit: out of scope for badges",
    NO_VERSION: "the version of its code is not known: run `pateva catalogue import-codes`",
    "unit.empty": "the unit is empty in the source",
    "unit.malformed": "the unit is damaged in the source",
    "unit.no_code": "no national unit code",
    "unit.no_name": "no name",
    "unit.no_scope": "no scope in osp",
    "unit.not_referenced": "no reference of the qualification leads to it",
    "unit.scope_not_osp": "its scope is in another measure than osp",
    "unit.no_requirements": "no single requirements in the source",
    "unit.duplicate_code": "another unit of this qualification has the same code",
    "unit.duplicate_id": "another unit of this qualification has the same id",
    "unit.no_id": "no id in the source",
    "requirement.empty": "a requirement without text",
    "requirement.repeated": "the same requirement twice in one unit",
    "reference.dangling": "a reference leads to no unit",
    "structure.dangling": "the structure names a reference that is not there",
    "structure.too_deep": "the structure is nested too deeply; the rest of this branch was left out",
    "shape.unexpected": "another kind of value than expected",
    "date.unreadable": "no readable date",
    "qualification.not_vocational": "not a vocational qualification: no target of recognition",
    "qualification.draft": "the qualification is not published",
    "qualification.no_register_number": "the qualification has no diaarinumero",
    "qualification.no_name": "the qualification has no name",
    "qualification.demo": "demo: requirement labels are our own words",
    "code.malformed": "not a unit code",
    "code.no_version": "a code without a version",
    "code.no_name": "a code without a name",
}
_STATES = {State.FUTURE: "coming", State.VALID: "in force", State.TRANSITION: "in transition", State.EXPIRED: "expired"}


def import_lines(summary: ImportSummary, *, every_warning: bool) -> Iterator[str]:
    """The summary of one import."""
    qualification = summary.qualification
    kinds = summary.units_by_kind
    yield f"{qualification.name.in_language('fi')} ({qualification.peruste_id}, {qualification.register_number})"
    if not summary.added:
        yield "  already there with the same content: nothing was changed"
    else:
        beside = f", beside {summary.other_revisions} other revision(s)" if summary.other_revisions else ""
        yield f"  imported as revision of {_moment(qualification.revision)}{beside}"
    units = len(qualification.units)
    yield f"  units:        {units} ({kinds.get(Kind.VOCATIONAL, 0)} vocational, {kinds.get(Kind.COMMON, 0)} common)"
    yield f"  incomplete:   {len(qualification.missing_units) + _incomplete(qualification.units)}"
    formats = ", ".join(f"{number} in the {_FORMATS.get(form, form)}" for form, number in _formats(summary))
    yield f"  requirements: {qualification.requirement_count}{f' ({formats})' if formats else ''}"
    yield f"  can be awarded now: {summary.awardable_units}"
    if summary.units_without_version:
        yield f"  without a code version: {summary.units_without_version} (run `pateva catalogue import-codes`)"
    yield from _warnings(summary.warnings, every=every_warning)


def codes_lines(summary: CodesSummary) -> Iterator[str]:
    """The summary of an import of unit codes."""
    yield f"unit codes: {summary.total}"
    yield f"  added {summary.added}, changed {summary.changed}, unchanged {summary.unchanged}"
    if not summary.added and not summary.changed:
        yield "  already there with the same content: nothing was changed"
    yield from _warnings(summary.problems, every=False)


def hit_lines(result: SearchResult, words: str, *, now: datetime) -> Iterator[str]:
    """The units found."""
    if not result.hits:
        yield f"no unit has {words!r} in its code or name"
        return
    for hit in result.hits:
        yield from _hit(hit, now)
    if result.total > len(result.hits):
        yield f"{result.total - len(result.hits)} more; use --limit or more words"


def _hit(hit: UnitHit, now: datetime) -> Iterator[str]:
    if hit.unit is not None and hit.qualification is not None:
        unit, qualification = hit.unit, hit.qualification
        state = _STATES[qualification.state(helsinki_day(now))]
        yield f"{unit.number or '(no code)'}  version {unit.version or 'unknown'}  {_names(unit)}"
        yield (
            f"    {_scope(unit)}, {hit.requirement_count} requirements; "
            f"{qualification.register_number or 'no diaarinumero'} {_qualification_name(qualification)} ({state})"
        )
        problems = unit.award_problems()
        reasons = "; ".join(f"{_MEANING.get(code, code)} [{code}]" for code in problems)
        yield f"    cannot be awarded: {reasons}" if problems else f"    can be awarded{_demo(qualification)}"
    elif hit.code is not None:
        code = hit.code
        names = " / ".join(filter(None, (code.name.fi, code.name.sv)))
        yield f"{code.number}  version {code.version}  {names}"
        yield "    cannot be awarded: its qualification is not imported, so scope and requirements are missing"


def _warnings(problems: Iterable[Problem], *, every: bool) -> Iterator[str]:
    shown = list(problems)
    limit = len(shown) if every else _FIRST_WARNINGS
    for problem in shown[:limit]:
        subject = f" {problem.subject}:" if problem.subject else ""
        effect = "; cannot be awarded" if problem.blocks_award else ""
        yield f"  warning [{problem.code}]{subject} {_MEANING.get(problem.code, '')}{effect} ({problem.pointer})"
    if len(shown) > limit:
        yield f"  and {len(shown) - limit} more warnings (--all-warnings)"


def _incomplete(units: Iterable[Unit]) -> int:
    """Units that cannot be awarded for a fault of the source, whatever their version or kind."""
    return sum(any(problem.blocks_award for problem in unit.problems) for unit in units)


def _formats(summary: ImportSummary) -> list[tuple[str, int]]:
    return sorted(summary.requirements_by_format.items(), reverse=True)


def _names(unit: Unit) -> str:
    return " / ".join(filter(None, (unit.name.fi, unit.name.sv)))


def _qualification_name(qualification: Qualification) -> str:
    return qualification.name.in_language("fi")


def _scope(unit: Unit) -> str:
    if unit.credits_min is None or unit.credits_max is None:
        return "osp unknown"
    if unit.credits_min == unit.credits_max:
        return f"{unit.credits_min:g} osp"
    return f"{unit.credits_min:g}–{unit.credits_max:g} osp"


def _demo(qualification: Qualification) -> str:
    return " (demo: requirement labels are our own words)" if qualification.demo else ""


def _moment(moment: datetime | None) -> str:
    return "unknown time" if moment is None else f"{moment:%Y-%m-%d %H:%M} UTC"
