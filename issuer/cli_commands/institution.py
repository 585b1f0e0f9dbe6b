"""`pateva institution create | list`: who signs here."""

import argparse

from issuer.cli_commands.output import print_json
from issuer.domain.errors import InvalidRequestError
from issuer.domain.institution import KINDS, Institution, NewInstitution, PublicName
from issuer.services import show_institution
from issuer.services.create_institution import create
from issuer.services.outside import Outside
from schemas.strict_json import JsonObject


def add_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `institution` and its commands."""
    group = commands.add_parser("institution", help="umbrella bodies, providers and schools")
    acts = group.add_subparsers(dest="act", required=True)
    making = acts.add_parser(
        "create", help="make an institution", description="The first one signs in the name of the identity origin."
    )
    making.add_argument("--kind", choices=KINDS, required=True)
    making.add_argument("--name-fi", required=True, help="public name in Finnish; neutral")
    making.add_argument("--name-sv", help="in Swedish (as in Finnish)")
    making.add_argument("--name-en", help="in English (as in Finnish)")
    making.add_argument("--legal-name", required=True, help="for our records and the trust list")
    making.add_argument("--business-id", required=True, metavar="Y-TUNNUS")
    making.add_argument("--slug", help="part of its addresses (made from the name)")
    making.add_argument("--parent", metavar="SLUG", help="umbrella in whose name a provider's badges go out")
    making.add_argument("--did-key", action="store_true", help="for closed networks: the key itself is the identity")
    making.add_argument("--no-own-identity", action="store_true", help="a provider without a key of its own")
    making.set_defaults(run=run_create)
    listing = acts.add_parser("list", help="show all institutions")
    listing.set_defaults(run=run_list)


def run_create(arguments: argparse.Namespace, outside: Outside) -> int:
    """Make an institution and print it."""
    parent = None
    if arguments.parent is not None:
        parent = show_institution.by_slug(outside, arguments.parent)
        if parent is None:
            raise InvalidRequestError(arguments.parent, code="institution.unknown_parent", pointer="/parent")
    name = PublicName(
        fi=arguments.name_fi, sv=arguments.name_sv or arguments.name_fi, en=arguments.name_en or arguments.name_fi
    )
    request = NewInstitution(
        kind=arguments.kind,
        public_name=name,
        legal_name=arguments.legal_name,
        business_id=arguments.business_id,
        slug=arguments.slug,
        parent_id=parent.id if parent is not None else None,
        own_identity=not arguments.no_own_identity,
        did_method="key" if arguments.did_key else "web",
    )
    print_json(_shown(create(outside, request, actor="cli")))
    return 0


def run_list(_arguments: argparse.Namespace, outside: Outside) -> int:
    """Print all institutions, one JSON object a line."""
    for institution in show_institution.all_of(outside):
        print_json(_shown(institution), one_line=True)
    return 0


def _shown(institution: Institution) -> JsonObject:
    name = institution.public_name
    return {
        "id": institution.id,
        "kind": institution.kind,
        "slug": institution.slug,
        "did": institution.did,
        "public_name": {"fi": name.fi, "sv": name.sv, "en": name.en},
        "legal_name": institution.legal_name,
        "business_id": institution.business_id,
        "listed_from": institution.listed_from.isoformat(),
        "closed": institution.closed_at is not None,
    }
