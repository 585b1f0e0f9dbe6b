"""`make bench`: prints the tables of docs/performance.md. Names of rows choose; --quick is for trying the harness."""

import argparse
import platform
import sys
from collections.abc import Iterator

from benchmarks import material, rows_bulk, rows_http, rows_pages, rows_parts, rows_people, rows_poison, rows_proofs
from benchmarks.rounds import measure
from benchmarks.table import Row, as_markdown

TABLES = frozenset({"HTTP", "bulk", "poison"})  # made apart from the rows


def all_rows(names: list[str]) -> Iterator[Row]:
    """Make the rows, those of other kinds only when a name may mean one: setting some up takes a while."""
    badges = material.badges()
    wanted = [name for name in names if name not in TABLES]
    titles = [f"{what}, {badge}" for what in ("batch sign", "verify") for badge in badges]
    if not names or wanted:
        for name, badge in badges.items():
            yield from rows_proofs.rows(name, badge)
    if names and all(any(name in title for title in titles) for name in wanted):
        return
    yield from rows_parts.rows()
    yield from rows_pages.rows()
    yield from rows_people.rows()


def main() -> int:
    parser = argparse.ArgumentParser(prog="benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", help="parts of row titles; all rows without")
    parser.add_argument("--quick", action="store_true", help="one short repeat: shows that it runs, measures nothing")
    parser.add_argument("--most", type=int, default=100_000, help="largest batch of the row bulk issuing")
    chosen = parser.parse_args()
    print(f"Python {platform.python_version()}, {platform.machine()}; median of five repeats, spread in brackets\n")
    for row in all_rows(chosen.names):
        if chosen.names and not any(name in row.title for name in chosen.names):
            continue
        bounds = {"repeats": 1, "slice_seconds": 0.02} if chosen.quick else {}
        print(as_markdown(row, measure(row.contenders, **bounds)), flush=True)
    if not chosen.names or "HTTP" in chosen.names:
        print(rows_http.table(quick=chosen.quick), flush=True)
    if not chosen.names or "bulk" in chosen.names:
        print(rows_bulk.table(most=1_000 if chosen.quick else chosen.most), flush=True)
    if not chosen.names or "poison" in chosen.names:
        print(rows_poison.table(quick=chosen.quick), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
