"""`pateva staff invite | list | end | link`: people of an institution, and the way back in for who is locked out."""

import argparse

from issuer.cli_commands.output import print_json
from issuer.domain.errors import NotFoundError
from issuer.domain.institution import Institution
from issuer.domain.permissions import Role
from issuer.services import show_institution, sign_in
from issuer.services.outside import Outside
from issuer.services.staff import end_staff, invite, list_staff


def add_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `staff` and its commands."""
    group = commands.add_parser("staff", help="people of an institution: invite, list, end, a way back in")
    acts = group.add_subparsers(dest="act", required=True)
    inviting = acts.add_parser("invite", help="make an invitation and print its link, which works once, for 7 days")
    inviting.add_argument("name", help="of the person; sealed")
    inviting.add_argument("--role", action="append", required=True, choices=[role.value for role in Role], dest="roles")
    inviting.add_argument("--institution", metavar="SLUG", help="whose staff (the first institution's)")
    inviting.set_defaults(run=run_invite)
    listing = acts.add_parser("list", help="show everyone who has not left")
    listing.add_argument("--institution", metavar="SLUG", help="whose staff (the first institution's)")
    listing.set_defaults(run=run_list)
    ending = acts.add_parser("end", help="end someone's rights at once")
    ending.add_argument("id", help="as `list` shows it")
    ending.set_defaults(run=run_end)
    linking = acts.add_parser(
        "link",
        help="print a sign-in link for someone who is locked out",
        description="The link works once, for 15 minutes, in any browser; hand it over in person.",
    )
    linking.add_argument("id", help="as `list` shows it")
    linking.set_defaults(run=run_link)


def run_invite(arguments: argparse.Namespace, outside: Outside) -> int:
    """Invite somebody and print the link."""
    new = invite.NewInvitation(
        institution_id=_institution(outside, arguments.institution).id,
        name=arguments.name,
        address="",
        roles=frozenset(Role(role) for role in arguments.roles),
    )
    token = invite.token(outside, invite.invite(outside, None, new))
    print(f"{outside.public_url}/invite/{token}")
    return 0


def run_list(arguments: argparse.Namespace, outside: Outside) -> int:
    """Print everyone, one JSON object a line."""
    for row in list_staff.list_staff(outside, _institution(outside, arguments.institution).id):
        print_json(
            {
                "id": row.id,
                "name": row.name,
                "roles": [role.value for role in row.roles],
                "trades": [trade.code for trade in row.trades],
                "last_seen": row.last_seen.isoformat() if row.last_seen else None,
            },
            one_line=True,
        )
    return 0


def run_end(arguments: argparse.Namespace, outside: Outside) -> int:
    """End somebody's rights."""
    end_staff.end_staff(outside, None, arguments.id)
    print("ended")
    return 0


def run_link(arguments: argparse.Namespace, outside: Outside) -> int:
    """Print a sign-in link of somebody who has not left."""
    with outside.database.read() as uow:
        if uow.people.staff(arguments.id) is None:
            raise NotFoundError(arguments.id, code="staff.unknown")
    print(f"{outside.public_url}/in/{sign_in.create_link(outside, arguments.id)}")
    return 0


def _institution(outside: Outside, slug: str | None) -> Institution:
    found = show_institution.first_signing(outside) if slug is None else show_institution.by_slug(outside, slug)
    if found is None:
        raise NotFoundError(slug or "no institution yet", code="institution.unknown")
    return found
