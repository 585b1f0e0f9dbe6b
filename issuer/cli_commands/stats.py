"""`pateva stats`: make the figures of a quarter, list the quarters, print one."""

import argparse

from issuer.services.outside import Outside
from issuer.services.statistics.make_release import make_release
from issuer.services.statistics.read_release import quarters, read_release


def add_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `stats` and its commands."""
    group = commands.add_parser("stats", help="figures of whole quarters, without small counts")
    acts = group.add_subparsers(dest="act", required=True)
    making = acts.add_parser("release", help="make the figures of a quarter that is over; once made they never change")
    making.add_argument("quarter", help="for example 2026-Q4")
    making.set_defaults(run=run_release)
    listing = acts.add_parser("list", help="the quarters that were released")
    listing.set_defaults(run=run_list)
    showing = acts.add_parser("show", help="print one release as JSON")
    showing.add_argument("quarter", help="for example 2026-Q4")
    showing.set_defaults(run=run_show)


def run_release(arguments: argparse.Namespace, outside: Outside) -> int:
    """Make a release, or say that it is there."""
    there = arguments.quarter in quarters(outside)
    make_release(outside, arguments.quarter)
    print(f"{arguments.quarter}: {'was released before' if there else 'released'}, page /stats/{arguments.quarter}")
    return 0


def run_list(_arguments: argparse.Namespace, outside: Outside) -> int:
    """Print the quarters, newest first."""
    for quarter in quarters(outside):
        print(quarter)
    return 0


def run_show(arguments: argparse.Namespace, outside: Outside) -> int:
    """Print the JSON of a release."""
    print(read_release(outside, arguments.quarter).document.decode())
    return 0
