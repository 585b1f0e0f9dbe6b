"""`pateva key list`: the public halves of all keys and their history."""

import argparse

from issuer.cli_commands.output import print_json
from issuer.services import show_keys
from issuer.services.outside import Outside


def add_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `key` and its commands."""
    group = commands.add_parser("key", help="signing keys")
    acts = group.add_subparsers(dest="act", required=True)
    listing = acts.add_parser("list", help="show all keys, never their secrets")
    listing.set_defaults(run=run_list)


def run_list(_arguments: argparse.Namespace, outside: Outside) -> int:
    """Print all keys, one JSON object a line."""
    for key in show_keys.all_of(outside):
        print_json(
            {
                "kid": key.kid,
                "state": key.state,
                "public_key_multibase": key.public_key_multibase,
                "valid_from": key.valid_from.isoformat(),
                "retired_at": key.retired_at.isoformat() if key.retired_at else None,
                "revoked_at": key.revoked_at.isoformat() if key.revoked_at else None,
            },
            one_line=True,
        )
    return 0
