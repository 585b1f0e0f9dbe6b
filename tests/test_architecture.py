"""The house rules as tests: sizes, names, homes of outside libraries, what may print, catch all or read the clock."""

import ast
import hashlib
import json
import re
import sys
from fnmatch import fnmatch
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("schemas", "keys", "verifier", "issuer")
MAX_FILE_LINES = 400
MAX_FUNCTION_LINES = 60
VAGUE_NAMES = {"utils", "util", "helpers", "helper", "common", "manager", "managers", "misc"}
MADE_BY_TOOLS = ("var", "build", "mutants", "node_modules", "__pycache__")

# Each outside library and the only files that import it.
HOMES = {
    "pkcs11": ("keys/signing/pkcs11.py",),
    "pyld": ("schemas/jsonld.py", "schemas/compiled_contexts.py"),
    "jsonschema_rs": ("schemas/json_schema.py",),
    "defusedxml": ("schemas/baking_svg.py",),
    "pypdf": ("schemas/pdf_attachment.py",),
    "qrcode": ("schemas/qr_code.py",),
    "cbor2": (),  # a second opinion in tests; ours is schemas/plain_cbor.py
    "nacl": ("keys/ed25519.py", "keys/signing/key_file.py", "keys/signing/sealing.py"),
    "cryptography": ("keys/ecdsa.py", "keys/rsa.py"),
    "joserfc": ("issuer/adapters/oidc.py",),
    "authlib": ("issuer/adapters/oidc.py",),
    "webauthn": ("issuer/adapters/passkeys.py",),
    "highspy": ("issuer/adapters/linear_outsider.py",),
    "httpcore": ("verifier/https_fetch.py",),
    "zxingcpp": ("verifier/qr_decoding.py",),
    "PIL": ("verifier/qr_decoding.py", "issuer/services/coaching/clean_picture.py"),
    "python_multipart": ("verifier/request_body.py",),
    "jinja2": ("verifier/templating.py", "verifier/pages.py", "issuer/pages/*.py"),
    "orjson": ("schemas/*.py", "verifier/frames.py", "verifier/problems.py", "verifier/written_report.py"),
    "fastapi": ("verifier/*.py", "issuer/app.py", "issuer/refusals.py", "issuer/api/*.py", "issuer/pages/*.py"),
    "starlette": ("verifier/*.py", "issuer/app.py", "issuer/refusals.py", "issuer/api/*.py", "issuer/pages/*.py"),
    "pydantic": ("issuer/api/*.py",),
    "uvicorn": ("verifier/app.py", "verifier/cli.py", "issuer/cli.py", "issuer/cli_commands/*.py"),
    "httpx": ("issuer/adapters/public_json.py", "issuer/adapters/oidc.py"),
    "sqlalchemy": ("issuer/db/*.py",),
    "alembic": ("issuer/db/*.py",),
    "dbos": ("issuer/db/outbox.py",),
    "typst": ("issuer/exports/typesetting.py",),
    "tqdm": ("issuer/cli.py", "issuer/cli_commands/*.py"),
}  # fmt: skip
# The modules of the standard library that open sockets or processes, and their homes.
SOCKET_HOMES = {
    "socket": ("verifier/public_addresses.py", "verifier/https_fetch.py", "issuer/cli_commands/serving.py"),
    "ssl": ("verifier/https_fetch.py", "issuer/adapters/smtp.py"),
    "subprocess": ("verifier/isolation.py",),
    "urllib.request": (),
    "http.client": (),
    "http.server": (),
    "smtplib": ("issuer/adapters/smtp.py",),
    "pickle": (),
}
CLOCK_AND_ENVIRONMENT = ("issuer/settings.py", "issuer/composition.py", "verifier/surroundings.py")
PRINTERS = ("issuer/cli.py", "issuer/cli_commands/*.py", "verifier/cli.py")
CATCH_ALL = ("issuer/app.py", "issuer/cli.py", "issuer/worker.py", "issuer/jobs.py", "issuer/services/outbox.py",
             "issuer/services/erasing/erase_person.py", "issuer/services/erasing/keep_times.py",
             "issuer/services/coaching/today.py",
             "issuer/api/requests.py", "issuer/api/health.py", "verifier/app.py", "verifier/cli.py",
             "verifier/verification.py")  # fmt: skip  # verification.md section 2: internal.error


@cache
def files(*suffixes: str) -> list[Path]:
    """Files of the project, without what tools make."""
    found = []
    for path in sorted(ROOT.rglob("*")):
        parts = path.relative_to(ROOT).parts
        hidden = any(part.startswith(".") and part != ".ci" for part in parts[:-1])
        made = any(part in MADE_BY_TOOLS or part.endswith(".egg-info") for part in parts[:-1])
        if path.is_file() and not hidden and not made and (not suffixes or path.suffix in suffixes):
            found.append(path)
    return found


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def sources() -> list[Path]:
    """Python files of the four packages."""
    return [path for path in files(".py") if path.relative_to(ROOT).parts[0] in PACKAGES]


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


@cache
def imports_of_file(path: Path) -> frozenset[str]:
    return frozenset(imports_of(tree_of(path)))


def imports_of(tree: ast.Module) -> set[str]:
    """Absolute imports of a file, wherever they stand in it."""
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
            found.update(f"{node.module}.{alias.name}" for alias in node.names)
    return found


def is_in(path: Path, patterns: tuple[str, ...]) -> bool:
    return any(fnmatch(name_of(path), pattern) for pattern in patterns)


def test_a_file_is_short() -> None:
    long = {
        name_of(path): count for path in files(".py") if (count := len(path.read_text().splitlines())) > MAX_FILE_LINES
    }
    assert long == {}


def test_a_function_is_short() -> None:
    long = []
    for path in files(".py"):
        if is_in(path, ("issuer/db/migrations/versions/*.py",)):
            continue  # a migration is one list of tables
        for node in ast.walk(tree_of(path)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = (node.end_lineno or node.lineno) - node.lineno + 1
                if lines > MAX_FUNCTION_LINES:
                    long.append(f"{name_of(path)}:{node.name} {lines}")
    assert long == []


def test_a_file_says_its_job_in_its_first_line() -> None:
    silent = [name_of(path) for path in files(".py") if not path.read_text().startswith(('"""', 'r"""'))]
    assert silent == []


def test_no_file_has_a_vague_name() -> None:
    vague = [name_of(path) for path in files() if VAGUE_NAMES & set(re.split(r"[_.\-]", path.stem.lower()))]
    assert vague == []


def test_nothing_is_left_to_be_done_later() -> None:
    mark = re.compile(r"\b(?:TO" + r"DO|FIX" + r"ME|XX" + r"X)\b")
    left = [
        name_of(path) for path in files(".py", ".md", ".html", ".css", ".js", ".toml") if mark.search(path.read_text())
    ]
    assert left == []


@pytest.mark.parametrize("library", sorted({*HOMES, *SOCKET_HOMES}))
def test_an_outside_library_is_imported_in_its_homes_only(library: str) -> None:
    homes = HOMES.get(library, SOCKET_HOMES.get(library, ()))
    strays = [
        name_of(path)
        for path in sources()
        if not is_in(path, homes)
        and any(name == library or name.startswith(f"{library}.") for name in imports_of_file(path))
    ]
    assert strays == []


def test_every_outside_library_has_a_home() -> None:
    found = {name.partition(".")[0] for path in sources() for name in imports_of_file(path)}
    assert found - set(sys.stdlib_module_names) - set(PACKAGES) - set(HOMES) == set()


def test_a_part_of_the_standard_library_that_reaches_outside_is_caught() -> None:
    planted = ast.parse("def f():\n    from urllib import request\n    import subprocess")
    assert {"urllib.request", "subprocess"} <= imports_of(planted)


def test_the_clock_and_the_environment_are_read_by_composition_roots_only() -> None:
    readers = [name_of(path) for path in sources() if "noqa: TID251" in path.read_text()]
    assert [name for name in readers if name not in CLOCK_AND_ENVIRONMENT] == []


def test_only_commands_print() -> None:
    printing = [
        name_of(path)
        for path in sources()
        if not is_in(path, PRINTERS)
        and any(
            isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print"
            for node in ast.walk(tree_of(path))
        )
    ]
    assert printing == []


def test_only_composition_roots_catch_everything() -> None:
    catching = [
        name_of(path)
        for path in sources()
        if not is_in(path, CATCH_ALL)
        and any(
            isinstance(node, ast.ExceptHandler) and isinstance(node.type, ast.Name) and node.type.id == "Exception"
            for node in ast.walk(tree_of(path))
        )
    ]
    assert catching == []


def test_no_file_names_a_package_registry_or_a_place_on_one_machine() -> None:
    slash = "/"
    places = "|".join(f"{slash}{folder}{slash}" for folder in ("work", "root", "opt", "tmp", "home" + slash + r"\w+"))
    hosts = "|".join(
        (r"pypi\.(?:org|python)", "files.python" + "hosted", r"registry\.npm" + "js", r"deb\.debian" + r"\.org")
    )
    forbidden = re.compile(rf"(?<![\w.:/*-])(?:{places})|{hosts}|^\s*--(?:extra-)?index-url", re.MULTILINE)
    named = {}
    for path in files():
        if path.suffix in {".png", ".woff2"} or is_in(path, ("schemas/contexts/*", "schemas/json_schemas/*")):
            continue
        hit = forbidden.search(path.read_text(encoding="utf-8"))
        if hit:
            named[name_of(path)] = hit.group()
    assert named == {}


@pytest.mark.parametrize("folder", ["schemas/contexts", "schemas/json_schemas"])
def test_a_vendored_file_has_the_bytes_of_its_manifest(folder: str) -> None:
    text = (ROOT / folder / "MANIFEST.json").read_text()
    expected = {entry["file"]: entry["sha256"] for entry in json.loads(text)}
    present = {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in (ROOT / folder).iterdir()
        if path.is_file() and path.name != "MANIFEST.json"
    }
    assert present == expected


def test_no_module_leads_back_to_itself() -> None:
    modules = {module_of(path): path for path in sources()}
    graph = {own: needed_at_import(path, set(modules)) for own, path in modules.items()}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as circle:
        pytest.fail(" -> ".join(circle.args[1]))


def module_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def needed_at_import(path: Path, modules: set[str]) -> set[str]:
    """Our modules that the top level of a file imports; `from package import module` needs the module alone."""
    needed: set[str] = set()
    for node in tree_of(path).body:
        if isinstance(node, ast.Import):
            needed.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            named = {f"{node.module}.{alias.name}" for alias in node.names}
            needed.update(named & modules or {node.module})
    return needed & modules
