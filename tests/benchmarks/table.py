"""Prints what was measured, as Markdown that docs/performance.md can carry."""

import statistics
from dataclasses import dataclass

from benchmarks.rounds import Contender, Measured


@dataclass(frozen=True)
class Row:
    """One operation and those who do it.

    Attributes:
        title: what is done, on what.
        contenders: ours first; the last may be the limit ("limit: …").
        absent: peers that are not there, and why.
    """

    title: str
    contenders: list[Contender]
    absent: dict[str, str]


def as_markdown(row: Row, measured: list[Measured]) -> str:
    """The table of one row: median of the repeats; ratios are taken within each repeat."""
    ours = measured[0]
    limit = measured[-1] if measured[-1].name.startswith("limit") else None
    lines = [
        f"### {row.title}",
        "",
        "| who | CPU µs | wall µs | per CPU s | per wall s | their CPU ÷ ours (spread) | share of the limit |",
        "|---|--:|--:|--:|--:|--:|--:|",
    ]
    for one in measured:
        cpu, wall = statistics.median(one.cpu), statistics.median(one.wall)
        median, low, high = one.ratio_to(ours)
        ratio = "" if one is ours else f"{median:.2f} ({low:.2f}–{high:.2f})"
        share = "" if limit is None or one is limit else f"{100 / one.ratio_to(limit)[0]:.1f} %"
        lines.append(
            f"| {one.name} | {cpu:,.0f} | {wall:,.0f} | {1e6 / cpu:,.0f} | {1e6 / wall:,.0f} | {ratio} | {share} |"
        )
    lines += [f"| {name} | absent: {reason} | | | | | |" for name, reason in row.absent.items()]
    return "\n".join([*lines, ""])
