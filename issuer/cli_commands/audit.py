"""`pateva audit verify`: is the chain of audit rows whole?"""

import argparse

from issuer.services.outside import Outside
from issuer.services.verify_audit import verify_audit

BROKEN = 1


def add_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `audit` and its commands."""
    group = commands.add_parser("audit", help="the audit trail")
    acts = group.add_subparsers(dest="act", required=True)
    checking = acts.add_parser("verify", help="check the chain from its first row; exit 1 when it is broken")
    checking.set_defaults(run=run_verify)


def run_verify(_arguments: argparse.Namespace, outside: Outside) -> int:
    """Print how far the chain is whole."""
    state = verify_audit(outside)
    if state.broken_at is None:
        print(f"The chain is whole: {state.rows} rows.")
        return 0
    print(f"The chain is broken at row {state.broken_at}.")
    return BROKEN
