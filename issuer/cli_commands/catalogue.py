"""`pateva catalogue import | import-codes | search`: qualifications and unit codes in, units out."""

import argparse
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

from tqdm import tqdm

from issuer.adapters.catalogue_sources import FileSource, SourceError, read_file, source_of
from issuer.adapters.eperusteet import fetch_peruste
from issuer.adapters.koodisto import UNIT_CODES_URL, fetch_unit_codes
from issuer.cli_commands.catalogue_output import codes_lines, hit_lines, import_lines
from issuer.db.unit_of_work import Database
from issuer.services.import_qualification import MAX_BYTES, import_qualification
from issuer.services.import_unit_codes import import_unit_codes
from issuer.services.outside import Outside
from issuer.services.search_units import search_units
from schemas.errors import DocumentError

OK, NOTHING_FOUND, REFUSED = 0, 1, 1
_DESCRIPTION = "National qualifications, their units and requirements: import and search."


def add_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `catalogue` and its commands; each sets `run` to a function of (arguments, outside) → exit code."""
    catalogue = commands.add_parser(
        "catalogue", help="national qualifications and their units", description=_DESCRIPTION
    )
    acts = catalogue.add_subparsers(dest="catalogue_command", required=True)
    importing = acts.add_parser(
        "import",
        help="import qualifications (perusteet)",
        description="Import whole qualifications (perusteet) in the public JSON of ePerusteet. The same content again "
        "changes nothing; a newer version stands beside the old one.",
    )
    importing.add_argument(
        "sources", nargs="+", metavar="SOURCE", help="file, peruste id, diaarinumero (OPH-5410-2021) or https address"
    )
    importing.add_argument("--all-warnings", action="store_true", help="print every warning, not only the first ones")
    importing.set_defaults(run=run_import)
    codes = acts.add_parser(
        "import-codes",
        help="import the list of unit codes (versions, names)",
        description="Import the list of unit codes from Koodisto: the versions that badges carry, and names to search.",
    )
    codes.add_argument("source", nargs="?", metavar="FILE", help="a saved list; without it Koodisto is asked")
    codes.set_defaults(run=run_import_codes)
    search = acts.add_parser(
        "search",
        help="find units",
        description="Find units by code or by Finnish, Swedish or English name; case and dots do not matter.",
    )
    search.add_argument("words", nargs="+", metavar="WORDS", help="106889, tutkinnonosat_106889, or words of a name")
    search.add_argument("--limit", type=_positive, default=20, help="most units shown (20)")
    search.set_defaults(run=run_search)


def run_import(arguments: argparse.Namespace, outside: Outside) -> int:
    """Import each source in a transaction of its own; one that fails does not stop the others."""
    worst = OK
    for source in arguments.sources:
        try:
            for line in _import_one(source, outside.database, outside.now(), every=arguments.all_warnings):
                print(line)
        except (SourceError, DocumentError) as problem:
            print(_refusal(source, problem), file=sys.stderr)
            worst = REFUSED
    return worst


def run_import_codes(arguments: argparse.Namespace, outside: Outside) -> int:
    """Import the list of unit codes."""
    source = arguments.source if arguments.source is not None else UNIT_CODES_URL
    try:
        data = _codes_data(arguments.source)
        with _bar("unit codes") as advance:
            summary = import_unit_codes(outside.database, data, now=outside.now(), on_code=advance)
    except (SourceError, DocumentError) as problem:
        print(_refusal(source, problem), file=sys.stderr)
        return REFUSED
    for line in codes_lines(summary):
        print(line)
    return OK


def run_search(arguments: argparse.Namespace, outside: Outside) -> int:
    """Print what is found; exit code 1 when it is nothing."""
    words = " ".join(arguments.words)
    result = search_units(outside.database, words, now=outside.now(), limit=arguments.limit)
    for line in hit_lines(result, words, now=outside.now()):
        print(line)
    return OK if result.hits else NOTHING_FOUND


def _import_one(text: str, database: Database, now: datetime, *, every: bool) -> list[str]:
    source = source_of(text)
    if isinstance(source, FileSource):
        data = read_file(source.path, max_bytes=MAX_BYTES)
    else:
        with _byte_bar(text) as on_bytes:
            data = fetch_peruste(source, on_bytes=on_bytes)
    with _bar("units") as advance:
        summary = import_qualification(database, data, now=now, on_unit=advance)
    return list(import_lines(summary, every_warning=every))


def _codes_data(source: str | None) -> bytes:
    if source is None:
        with _byte_bar("Koodisto") as on_bytes:
            return fetch_unit_codes(on_bytes=on_bytes)
    known = source_of(source)
    if not isinstance(known, FileSource):
        raise SourceError("source.not_found", f"{source} is not a file")
    return read_file(known.path, max_bytes=MAX_BYTES)


def _refusal(source: str, problem: SourceError | DocumentError) -> str:
    hint = " (a file saved from the service can be given instead)" if problem.code == "source.unreachable" else ""
    where = f" at {problem.pointer}" if isinstance(problem, DocumentError) and problem.pointer else ""
    return f"pateva: {source} was not imported: {problem.code}{where}: {problem.detail}{hint}\nNothing was changed."


@contextmanager
def _bar(unit: str) -> Iterator[Callable[[int, int], None]]:
    """A bar on stderr that is told (done, total)."""
    with tqdm(desc="reading", unit=f" {unit}", file=sys.stderr, mininterval=0.2) as bar:

        def advance(done: int, total: int) -> None:
            bar.total = total
            bar.update(done - bar.n)

        yield advance


@contextmanager
def _byte_bar(name: str) -> Iterator[Callable[[int], None]]:
    """A bar on stderr that is told sizes of pieces."""
    with tqdm(desc=name, unit="B", unit_scale=True, file=sys.stderr) as bar:

        def advance(size_bytes: int) -> None:
            bar.update(size_bytes)

        yield advance


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("at least 1")
    return number
