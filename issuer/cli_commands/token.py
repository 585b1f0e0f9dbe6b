"""`pateva token create`: bearer tokens for machines."""

import argparse

from issuer.domain.errors import NotFoundError
from issuer.services import api_tokens, show_institution
from issuer.services.outside import Outside


def add_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `token` and its commands."""
    group = commands.add_parser("token", help="bearer tokens of the API")
    acts = group.add_subparsers(dest="act", required=True)
    making = acts.add_parser("create", help="make a token; it is printed this once")
    making.add_argument("name", help="what it is for, for example the name of a program")
    making.add_argument("--institution", metavar="SLUG", help="for whom it acts (the first institution)")
    making.set_defaults(run=run_create)


def run_create(arguments: argparse.Namespace, outside: Outside) -> int:
    """Make a token and print it."""
    slug = arguments.institution
    found = show_institution.first_signing(outside) if slug is None else show_institution.by_slug(outside, slug)
    if found is None:
        raise NotFoundError(slug or "no institution yet", code="institution.unknown")
    print(api_tokens.create(outside, found.id, name=arguments.name))
    return 0
