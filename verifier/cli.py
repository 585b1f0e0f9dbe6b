"""The command line of the verifier: `verify SOURCE …` as verification.md section 10 says, and its exit codes."""

import argparse
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, NoReturn

from keys.errors import KeyFormatError
from schemas import strict_json
from schemas.compact_code import is_compact
from schemas.strict_json import JsonObject
from verifier import Unreadable, verify
from verifier.bundle import MAX_BYTES as MAX_BUNDLE_BYTES
from verifier.bundle import Bundle, BundleFault
from verifier.bundle_file import read_kept
from verifier.checks.table import Severity
from verifier.compact import CompactReport, check_code
from verifier.compact_view import compact_view
from verifier.documents_fetch import DocumentsError, read_documents
from verifier.environment import Environment, Response
from verifier.explanations import sentence
from verifier.findings import Outcome
from verifier.policy import POLICY_NAMES, Policy, PolicyError, policy_named
from verifier.qr_decoding import text_of_picture
from verifier.report import FORMAT, Report, Verdict, instant
from verifier.request import Request
from verifier.source import MAX_BYTES, NotFetched, is_text, read_source
from verifier.surroundings import MakeEnvironment, Surroundings
from verifier.times import instant_of

EXIT: Final = {Verdict.ACCEPTED: 0, Verdict.REJECTED: 1, Verdict.UNDETERMINED: 2}
EXIT_UNREADABLE: Final = 3  # usage error, or nothing that could be judged
_MAX_DOCUMENTS_BYTES = (32 << 20) + 1  # one more than `read_documents` accepts
_MAX_EVIDENCE_BYTES = 1 << 20
_START = 1024  # longer than any small code
_LANGUAGES = ("en", "fi", "sv")


class UsageError(Exception):
    """The command cannot be carried out as it was given: exit 3, code ``usage``."""

    code: Final = "usage"


class _Parser(argparse.ArgumentParser):
    """A parser whose mistakes end in exit 3, not in argparse's 2, which here means "undetermined"."""

    def error(self, message: str) -> NoReturn:
        raise UsageError(message)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Order:
    """The command in words of the verifier."""

    data: bytes
    from_text: bool
    policy: Policy
    environment: Environment
    recipient: str | None
    evidence: tuple[bytes, ...]
    bundle: Bundle | None


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add SOURCE and the options of `verify` to `parser`."""
    parser.add_argument("source", metavar="SOURCE", help="file, - for standard input, https link, or the badge as text")
    parser.add_argument("--json", action="store_true", help="only the report, as JSON, on standard output")
    parser.add_argument("--at", metavar="TIME", help="moment to judge at, for example 2026-11-22T12:00:00Z")
    parser.add_argument("--policy", default="EMPLOYMENT", metavar="NAME", help=", ".join(POLICY_NAMES))
    parser.add_argument("--documents", metavar="FILE", help="JSON object of answers that replace the network")
    parser.add_argument("--recipient", metavar="VALUE", help="whom the badge should be about: TYPE=VALUE, or a value")
    parser.add_argument("--evidence", metavar="FILE", action="append", default=[], help="proof of earlier existence")
    parser.add_argument("--bundle", metavar="FILE", help="signed keys and status lists, for small codes (PATEVA1:…)")
    parser.add_argument("--bundle-key", metavar="KEY", help="Multikey text that must have signed the bundle")
    parser.add_argument("--offline", action="store_true", help="fetch nothing")
    parser.add_argument("--language", choices=_LANGUAGES, default="en", help="of the explanations")


def main(argv: Sequence[str], *, environment_factory: MakeEnvironment | None = None) -> int:
    """Carry out `verify` and return the exit code.

    Args:
        argv: what follows the word `verify`.
        environment_factory: makes the Environment; None means the real world of this process.

    Returns:
        0 accepted, 1 rejected, 2 undetermined, 3 usage error or unreadable.
    """
    parser = _Parser(prog="verify", description="Check an Open Badge and say what was found.", allow_abbrev=False)
    add_arguments(parser)
    try:
        arguments = parser.parse_args(argv)
    except UsageError as error:
        return _fail(error.code, str(error), as_json="--json" in argv)
    if environment_factory is not None:
        return run(arguments, environment_factory=environment_factory)
    surroundings = Surroundings()
    try:
        return run(arguments, environment_factory=surroundings.environment)
    finally:
        surroundings.close()


def run(arguments: argparse.Namespace, *, environment_factory: MakeEnvironment) -> int:
    """Carry out parsed arguments; see `main`."""
    try:
        report = _judge(_order(arguments, environment_factory))
    except (UsageError, DocumentsError, PolicyError) as error:
        return _fail(UsageError.code, str(error), as_json=arguments.json)
    except NotFetched:
        return _fail("input.unreadable", "the link could not be fetched", as_json=arguments.json)
    except Unreadable as error:
        return _fail("input.unreadable", f"{error.code}: {error.detail}", as_json=arguments.json)
    if isinstance(report, CompactReport):
        if arguments.json:
            _write(report.to_json())
        else:
            print("\n".join(_compact_lines(report, arguments.language)))
    elif arguments.json:
        _write(report.to_json(arguments.language))
    else:
        print("\n".join(_lines(report, arguments.language)))
    return EXIT[report.verdict]


def _order(arguments: argparse.Namespace, make: MakeEnvironment) -> _Order:
    now = None if arguments.at is None else instant_of(arguments.at)
    if arguments.at is not None and now is None:
        raise UsageError("--at wants a time with offset, for example 2026-11-22T12:00:00Z")
    documents: dict[str, Response] | None = None
    if arguments.documents is not None:
        documents = read_documents(_read(Path(arguments.documents), _MAX_DOCUMENTS_BYTES))
    policy = policy_named(arguments.policy)
    evidence = tuple(_read(Path(name), _MAX_EVIDENCE_BYTES) for name in arguments.evidence)
    environment = make(now=now, documents=documents, offline=arguments.offline)
    data, from_text = _source(arguments.source)
    return _Order(
        data=data,
        from_text=from_text,
        policy=policy,
        environment=environment,
        recipient=arguments.recipient,
        evidence=evidence,
        bundle=_bundle(arguments),
    )


def _bundle(arguments: argparse.Namespace) -> Bundle | None:
    if arguments.bundle is None:
        return None
    try:
        return read_kept(_read(Path(arguments.bundle), MAX_BUNDLE_BYTES + 1), pinned=arguments.bundle_key).bundle
    except (BundleFault, KeyFormatError) as problem:
        raise UsageError(f"--bundle: {problem}") from problem


def _source(source: str) -> tuple[bytes, bool]:
    """Return the bytes of SOURCE, and whether they are text that was given and not a file."""
    if source == "-":
        data = sys.stdin.buffer.read(MAX_BYTES + 1)
        return data, data.lstrip()[:8] == b"https://"
    if is_text(source):
        return source.encode("utf-8", "surrogateescape"), True
    return _read(Path(source), MAX_BYTES + 1), False


def _read(path: Path, most_bytes: int) -> bytes:
    """Read at most `most_bytes`; whoever asked judges what one byte too many means."""
    try:
        with path.open("rb") as file:
            return file.read(most_bytes)
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        raise UsageError(f"cannot read {path}: {error}") from error


def _judge(order: _Order) -> Report | CompactReport:
    """Judge what was given; a picture without a badge in it is looked at for a code."""
    if is_compact(order.data[:_START].decode("ascii", "replace")):
        return check_code(order.data[:_START].decode("ascii", "replace"), order.bundle, order.environment.now())
    try:
        return _judge_badge(order)
    except Unreadable:
        code = text_of_picture(order.data)
        if code is None:
            raise
        return _judge(replace(order, data=code.encode(), from_text=True))


def _judge_badge(order: _Order) -> Report:
    data, kind, url = order.data, None, None
    if order.from_text:
        data, kind, url = read_source(order.data, order.environment, from_text=True)
    request = Request(recipient=order.recipient, evidence=order.evidence, source_kind=kind, source_url=url)
    return verify(data, policy=order.policy, environment=order.environment, request=request)


def _fail(code: str, message: str, *, as_json: bool) -> int:
    if as_json:
        _write({"format": FORMAT, "verdict": None, "error": {"code": code, "message": message}})
    else:
        print(f"{code}: {message}", file=sys.stderr)
    return EXIT_UNREADABLE


def _write(document: JsonObject) -> None:
    sys.stdout.flush()
    sys.stdout.buffer.write(strict_json.write(document) + b"\n")
    sys.stdout.buffer.flush()


def _lines(report: Report, language: str) -> list[str]:
    """The short text: verdict, seven facets, and each code that did not pass."""
    policy = report.policy.name + (f",compat={report.policy.compat}" if report.policy.compat else "")
    lines = [f"{report.verdict.value} ({policy}, {instant(report.evaluated_at)})"]
    warnings = report.warnings()
    for facet, outcome in report.facets.items():
        count = warnings.get(facet, 0)
        told = f" ({count} {'warning' if count == 1 else 'warnings'})" if count else ""
        lines.append(f"  {facet.value:<13}{outcome.value}{told}")
    blocked: dict[str, list[str]] = {}
    for finding in report.findings:
        severity = report.severity(finding)
        if finding.outcome in (Outcome.PASSED, Outcome.NOT_APPLICABLE) or severity is Severity.INFORMATION:
            continue
        kind, _, by = (finding.reason or "").partition(":")
        if kind == "blocked_by":
            blocked.setdefault(by, []).append(finding.code)
        else:
            words = sentence(finding.code, finding.outcome, language, finding.details, reason=finding.reason)
            place = f" {finding.pointer}" if finding.pointer else ""
            reason = f" [{finding.reason}]" if finding.reason else ""
            lines.append(f"{severity.value}: {finding.code} {finding.outcome.value}{place}{reason} {words}".rstrip())
    lines += [f"INCONCLUSIVE, blocked by {by}: {' '.join(dict.fromkeys(codes))}" for by, codes in blocked.items()]
    return lines


def _compact_lines(report: CompactReport, language: str) -> list[str]:
    """The short text of a small code: verdict, headline with the list's age, why, and what the code says."""
    view = compact_view(report, language)
    lines = [f"{report.verdict.value} ({report.code}, {instant(report.evaluated_at)})"]
    lines += [f"  {one}" for one in (view.headline, view.age, *view.sentences) if one]
    if report.as_of is not None and not report.pinned:
        lines.append("  The bundle vouches for itself: name the key that must have signed it with --bundle-key.")
    lines += [f"  {view.name[0]}"] if view.name is not None else []
    lines += [f"  {fact.label}: {fact.value}" for fact in (*view.facts, *view.technical)]
    lines += [f"  - {skill.text}" for skill in view.skills]
    return lines


Command = Callable[[Sequence[str]], int]


def dispatch(argv: Sequence[str], commands: Mapping[str, Command]) -> int:
    """Carry out the command that `argv` names first; exit 3 for an unknown one."""
    name = argv[0] if argv else ""
    if name in commands:
        return commands[name](argv[1:])
    return _fail(UsageError.code, f"commands: {', '.join(commands)}", as_json=False)
