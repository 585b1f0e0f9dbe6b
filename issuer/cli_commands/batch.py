"""`pateva batch list | show | retry`: batches of badges from the command line; no name and no cell is printed."""

import argparse

from issuer.cli_commands.output import print_json
from issuer.services import show_institution
from issuer.services.batches import show_batch, steer_batch
from issuer.services.batches.show_batch import BatchView
from issuer.services.outside import Outside
from schemas.strict_json import JsonObject

ACTOR = "cli"


def add_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `batch` and its commands."""
    group = commands.add_parser("batch", help="list, show and retry batches of badges")
    acts = group.add_subparsers(dest="act", required=True)
    listing = acts.add_parser("list", help="the newest batches")
    listing.add_argument("--institution", metavar="SLUG", help="only those of this provider")
    showing = acts.add_parser("show", help="one batch with the rows that failed")
    retrying = acts.add_parser("retry", help="try the failed rows of a batch once more")
    for parser, run in ((listing, run_list), (showing, run_show), (retrying, run_retry)):
        if parser is not listing:
            parser.add_argument("id", help="of the batch (UUID)")
        parser.add_argument("--json", action="store_true", help="as JSON")
        parser.set_defaults(run=run)


def run_list(arguments: argparse.Namespace, outside: Outside) -> int:
    """Print the newest batches."""
    institution = show_institution.by_slug(outside, arguments.institution) if arguments.institution else None
    views = show_batch.batches(outside, institution.id if institution is not None else None)
    if arguments.json:
        print_json({"batches": [_shown(view) for view in views]})
        return 0
    for view in views:
        print(_line(view))
    return 0


def run_show(arguments: argparse.Namespace, outside: Outside) -> int:
    """Print one batch."""
    view = show_batch.batch(outside, arguments.id, None)
    failed = show_batch.failures(outside, arguments.id)
    if arguments.json:
        print_json({**_shown(view), "failures": [{"row": number, "code": code} for number, code in failed]})
        return 0
    print(_line(view))
    for number, code in failed:
        print(f"row {number}: {code}")
    return 0


def run_retry(arguments: argparse.Namespace, outside: Outside) -> int:
    """Queue the failed rows of a batch; the server or worker does them."""
    count = steer_batch.retry(outside, arguments.id, institution_id=None, actor=ACTOR)
    if arguments.json:
        print_json({"rows": count})
    else:
        print(f"{count} rows wait for the worker")
    return 0


def _line(view: BatchView) -> str:
    counts = " ".join(f"{state}={count}" for state, count in sorted(view.counts.items()))
    return (
        f"{view.record.id}  {view.record.created_at:%Y-%m-%d %H:%M}  {view.record.unit}  {view.record.state}  {counts}"
    )


def _shown(view: BatchView) -> JsonObject:
    return {
        "id": view.record.id,
        "unit": str(view.record.unit),
        "state": view.record.state,
        "created_at": view.record.created_at.isoformat(),
        "rows": dict(view.counts),
    }
