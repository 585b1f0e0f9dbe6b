"""A pytest plugin: one table of all vector sets at the end of a run: set, cases, right, wrong, unverifiable."""

from collections.abc import Callable
from typing import Any

import pytest

_NAME = "vectors"


@pytest.fixture
def score(record_property: Callable[[str, object], None]) -> Callable[..., None]:
    """Count a set: `score(set, right=…, wrong=[…], unverifiable={case: reason})`; wrong cases fail the test."""

    def count(
        name: str, *, right: int, wrong: list[str] | None = None, unverifiable: dict[str, str] | None = None
    ) -> None:
        wrong, unverifiable = wrong or [], unverifiable or {}
        record_property(_NAME, [name, right, len(wrong), len(unverifiable), sorted(unverifiable.items())])
        assert not wrong, f"{name}: {len(wrong)} wrong:\n" + "\n".join(wrong[:40])

    return count


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Print the table; with xdist the reports of all workers end here."""
    rows: dict[str, list[Any]] = {}
    for reports in terminalreporter.stats.values():
        for report in reports:
            for name, value in getattr(report, "user_properties", []):
                if name == _NAME and getattr(report, "when", "call") == "call":
                    rows[value[0]] = value
    if not rows:
        return
    terminalreporter.section("vector sets")
    terminalreporter.write_line(f"{'set':<58}{'cases':>7}{'right':>7}{'wrong':>7}{'unverifiable':>14}")
    totals = [0, 0, 0]
    for name, right, wrong, unverifiable, reasons in (rows[key] for key in sorted(rows)):
        totals = [a + b for a, b in zip(totals, (right, wrong, unverifiable), strict=True)]
        line = f"{name:<58}{right + wrong + unverifiable:>7}{right:>7}{wrong:>7}{unverifiable:>14}"
        terminalreporter.write_line(line)
        for case, reason in reasons:
            terminalreporter.write_line(f"    not verifiable: {case}: {reason}")
    terminalreporter.write_line(f"{'all':<58}{sum(totals):>7}{totals[0]:>7}{totals[1]:>7}{totals[2]:>14}")
