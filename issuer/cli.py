"""The command `pateva`: reads the arguments, opens the world once, runs one command, turns refusals into exit codes."""

import argparse
import importlib
import os
import sys
from collections.abc import Sequence
from importlib.metadata import version

from issuer.composition import compose
from issuer.domain.errors import DomainError
from issuer.settings import SettingsError, read_settings
from keys.errors import SigningError
from schemas.errors import DocumentError

OK, REFUSED, USAGE, INTERRUPTED = 0, 1, 2, 130

# Which file of cli_commands holds a command: only that one is imported, so that a start does not wait for the others.
_HOMES = {
    "serve": "serving",
    "demo": "serving",
    "worker": "serving",
    "catalogue": "catalogue",
    "institution": "institution",
    "key": "key",
    "badge": "badge",
    "batch": "batch",
    "token": "token",
    "staff": "staff",
    "audit": "audit",
    "backup": "backup",
    "restore": "restore",
    "stats": "stats",
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run `pateva` and return its exit code.

    Args:
        argv: arguments without the program's name; None: those of the process.

    Returns:
        0 done, 1 refused, 2 usage error. `verify` has exit codes of its own (verification.md section 10).
    """
    given = list(sys.argv[1:] if argv is None else argv)
    if given[:1] == ["verify"]:
        return _verify(given[1:])
    arguments = _parser(given[0] if given else "").parse_args(given)
    os.umask(0o077)  # files that we make are ours alone (security.md section 13)
    try:
        return _run(arguments)
    except SettingsError as problem:
        print(f"pateva: {problem}", file=sys.stderr)
        return USAGE
    except (DomainError, DocumentError, SigningError) as problem:
        print(f"pateva: {_told(problem)}", file=sys.stderr)
        return REFUSED
    except KeyboardInterrupt:
        return INTERRUPTED


def _run(arguments: argparse.Namespace) -> int:
    """Commands that start a process make their own world; all others get one."""
    if hasattr(arguments, "start"):
        return int(arguments.start(arguments))
    with compose(read_settings()) as composition:
        return int(arguments.run(arguments, composition.outside))


def _parser(first: str) -> argparse.ArgumentParser:
    """The parser of one command, or of all when `first` names none (for help and for usage errors)."""
    parser = argparse.ArgumentParser(prog="pateva", description="Signs and verifies Open Badges 3.0.")
    parser.add_argument("--version", action="version", version=f"pateva {version('pateva')}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for home in [_HOMES[first]] if first in _HOMES else dict.fromkeys(_HOMES.values()):
        importlib.import_module(f"issuer.cli_commands.{home}").add_commands(commands)
    commands.add_parser("verify", help="check a badge; see `pateva verify --help`", add_help=False)
    return parser


def _verify(argv: Sequence[str]) -> int:
    """The verifier's own command: it needs neither database nor keys."""
    from verifier.cli import main as verify  # noqa: PLC0415  a check should not wait for the issuer's imports

    return verify(argv)


def _told(problem: DomainError | DocumentError | SigningError) -> str:
    """Code, place and detail; for SigningError the text begins with its code."""
    if isinstance(problem, SigningError):
        return str(problem)
    where = f" at {problem.pointer}" if problem.pointer else ""
    return f"{problem.code}{where}{': ' + problem.detail if problem.detail else ''}"


if __name__ == "__main__":
    sys.exit(main())
