"""`pateva badge issue | show | revoke | certificate`: one badge from the command line."""

import argparse
import secrets
import sys
from datetime import date
from pathlib import Path

from issuer.cli_commands.output import print_json
from issuer.domain.award import AwardRequest
from issuer.domain.badge_texts import LANGUAGES
from issuer.domain.errors import NotFoundError
from issuer.domain.institution import Institution
from issuer.domain.revocation import REASONS
from issuer.exports.certificate_pdf import FILE_NAME, certificate, own_copy
from issuer.services import show_institution
from issuer.services.certificates import certificate_for_holder
from issuer.services.issue_badge import issue
from issuer.services.outside import Outside
from issuer.services.revoke_badge import revoke
from issuer.services.show_badge import BadgeView, show
from schemas import strict_json
from schemas.strict_json import JsonObject

ACTOR = "cli"


def add_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `badge` and its commands."""
    group = commands.add_parser("badge", help="issue, show and revoke badges")
    acts = group.add_subparsers(dest="act", required=True)
    issuing = acts.add_parser("issue", help="issue a badge")
    issuing.add_argument("--unit", required=True, metavar="CODE", help="106889 or tutkinnonosat_106889")
    issuing.add_argument(
        "--requirements", default="all", metavar="KEYS", help="keys of requirements with commas between, or all"
    )
    issuing.add_argument("--language", choices=LANGUAGES, default="fi", help="of the badge (fi)")
    issuing.add_argument("--diaarinumero", help="qualification version (the newest that has the unit)")
    issuing.add_argument("--from", dest="first_month", type=_month, metavar="YYYY-MM", help="first month of the work")
    issuing.add_argument("--until", dest="last_month", type=_month, metavar="YYYY-MM", help="last month of the work")
    issuing.add_argument("--role", help="the work, never the person's standing")
    issuing.add_argument("--narrative", help="the holder's own words")
    issuing.add_argument("--provider", metavar="SLUG", help="the provider that saw the work; stays in our records")
    issuing.add_argument("--own-name-accepted", action="store_true", help="the holder accepts a provider's own name")
    issuing.add_argument("--idempotency-key", help="16–255 signs; the same key gives the same badge again")
    showing = acts.add_parser("show", help="show a badge")
    revoking = acts.add_parser("revoke", help="take a badge out of use")
    printing = acts.add_parser("certificate", help="write the certificate of a badge as PDF")
    runs = ((issuing, run_issue), (showing, run_show), (revoking, run_revoke), (printing, run_certificate))
    for parser, run in runs:
        if parser is not issuing:
            parser.add_argument("id", help="number of the badge (UUID)")
        parser.add_argument("--institution", metavar="SLUG", help="who signs (the first institution)")
        if parser is not printing:
            parser.add_argument("--json", action="store_true", help="everything, as JSON")
        parser.set_defaults(run=run)
    revoking.add_argument("--reason", choices=REASONS, required=True)
    printing.add_argument("--language", choices=LANGUAGES, default="fi", help="of the words around the badge's (fi)")
    printing.add_argument("--name", help="the name as the holder wants it printed (a line to write on)")
    printing.add_argument("--out", type=Path, default=Path(FILE_NAME), help=f"file to write ({FILE_NAME})")
    printing.add_argument("--own-copy", type=Path, metavar="FILE", help="also the sheet that the holder asked for")


def run_issue(arguments: argparse.Namespace, outside: Outside) -> int:
    """Issue a badge and print it."""
    institution = _institution(arguments.institution, outside)
    keys = None if arguments.requirements == "all" else tuple(filter(None, arguments.requirements.split(",")))
    request = AwardRequest(
        institution_id=institution.id,
        unit_code=arguments.unit,
        requirement_keys=keys,
        language=arguments.language,
        activity_start=arguments.first_month,
        activity_end=arguments.last_month,
        role=arguments.role,
        narrative=arguments.narrative,
        provider_id=_institution(arguments.provider, outside).id if arguments.provider else None,
        register_number=arguments.diaarinumero,
        own_name_accepted=arguments.own_name_accepted,
    )
    key = arguments.idempotency_key or f"cli-{secrets.token_hex(16)}"
    _print(issue(outside, request, idempotency_key=key, actor=ACTOR), as_json=arguments.json)
    return 0


def run_show(arguments: argparse.Namespace, outside: Outside) -> int:
    """Print a badge."""
    institution = _institution(arguments.institution, outside)
    _print(show(outside, arguments.id, institution_id=institution.id), as_json=arguments.json)
    return 0


def run_revoke(arguments: argparse.Namespace, outside: Outside) -> int:
    """Take a badge out of use and print it."""
    institution = _institution(arguments.institution, outside)
    view = revoke(outside, arguments.id, institution_id=institution.id, reason=arguments.reason, actor=ACTOR)
    _print(view, as_json=arguments.json)
    return 0


def run_certificate(arguments: argparse.Namespace, outside: Outside) -> int:
    """Write the certificate, and the own copy if it was asked for."""
    institution = _institution(arguments.institution, outside)
    record = certificate_for_holder(
        outside, arguments.id, institution_id=institution.id, actor=ACTOR, holder=arguments.name, with_link=True
    )
    arguments.out.write_bytes(certificate(record, arguments.language))
    print(arguments.out)
    if arguments.own_copy is not None:
        arguments.own_copy.write_bytes(own_copy(arguments.language))
        print(arguments.own_copy)
    return 0


def _institution(slug: str | None, outside: Outside) -> Institution:
    found = show_institution.first_signing(outside) if slug is None else show_institution.by_slug(outside, slug)
    if found is None:
        raise NotFoundError(slug or "no institution yet: pateva institution create", code="institution.unknown")
    return found


def _print(view: BadgeView, *, as_json: bool) -> None:
    if as_json:
        print_json(_shown(view))
        return
    print(f"{view.name} ({view.unit_code}, {view.language})")
    print(f"number  {view.id}")
    print(f"state   {view.state}{f' ({view.withdrawal_reason})' if view.withdrawal_reason else ''}")
    if view.share_url is not None:
        print(f"page    {view.share_url}")
    if view.verify_url is not None:
        print(f"check   {view.verify_url}")
    if not view.status_published:
        print("the public status list does not say so yet", file=sys.stderr)


def _shown(view: BadgeView) -> JsonObject:
    return {
        "id": view.id,
        "state": view.state,
        "unit": view.unit_code,
        "name": view.name,
        "language": view.language,
        "shown": view.shown,
        "required": view.required,
        "issued_at": view.issued_at.isoformat() if view.issued_at else None,
        "withdrawn_at": view.withdrawn_at.isoformat() if view.withdrawn_at else None,
        "withdrawal_reason": view.withdrawal_reason,
        "status_published": view.status_published,
        "share_url": view.share_url,
        "verify_url": view.verify_url,
        "credential": strict_json.read(view.document) if view.document is not None else None,
    }


def _month(text: str) -> date:
    """The first day of a month written YYYY-MM."""
    year, _, month = text.partition("-")
    try:
        return date(int(year), int(month), 1)
    except ValueError:
        raise argparse.ArgumentTypeError("a month as YYYY-MM") from None
