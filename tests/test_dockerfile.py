"""What can be said of the Dockerfile without an engine: sources, locks, users, health checks, what the wheel holds."""

import re
import shutil
import subprocess
import sys
import zipfile
from dataclasses import dataclass, field
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("schemas", "keys", "verifier", "issuer")
BUILD_TOOLS = re.compile(r"\b(?:gcc|g\+\+|build-essential|apt-get|cargo|rustc|make)\b")


@dataclass
class Stage:
    """One FROM and what follows it: (instruction, arguments)."""

    base: str
    name: str
    steps: list[tuple[str, str]] = field(default_factory=list)

    def arguments(self, instruction: str) -> list[str]:
        return [arguments for name, arguments in self.steps if name == instruction]


def stages() -> dict[str, Stage]:
    text = re.sub(r"\\\n\s*", " ", (ROOT / "Dockerfile").read_text())
    found: dict[str, Stage] = {}
    for line in text.splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        instruction, _, arguments = line.partition(" ")
        if instruction == "FROM":
            base, _, name = arguments.partition(" AS ")
            stage = found[name] = Stage(base, name)
        else:
            stage.steps.append((instruction, arguments.strip()))
    return found


def with_bases(stage: Stage) -> list[Stage]:
    """The stage and all that it stands on: what its layers hold."""
    below = stages().get(stage.base)
    return [stage, *(with_bases(below) if below else [])]


FINAL = pytest.mark.parametrize("target", ["issuer", "verifier"])


def test_every_stage_stands_on_one_public_image_or_on_another_stage() -> None:
    assert {stage.base for stage in stages().values()} <= {"python:3.11-slim", *stages()}


def test_every_copied_source_exists_and_is_not_ignored() -> None:
    allowed = [line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")]
    sources = [
        source
        for stage in stages().values()
        for copy in stage.arguments("COPY")
        if not copy.startswith("--from=")
        for source in copy.split()[:-1]
    ]
    assert sources
    assert [source for source in sources if not (ROOT / source).exists()] == []
    assert [source for source in sources if source.split("/")[0] not in allowed] == []


def test_what_is_copied_from_another_stage_was_made_there() -> None:
    for stage in stages().values():
        for copy in stage.arguments("COPY"):
            if copy.startswith("--from="):
                assert copy.split()[0].removeprefix("--from=") in stages()


def test_packages_are_installed_from_a_lock_with_hashes_or_are_our_own() -> None:
    installs = [run for stage in stages().values() for run in stage.arguments("RUN") if "pip install" in run]
    assert len(installs) == 3
    for run in installs:
        assert "--require-hashes -r requirements.lock" in run or "--no-deps --no-build-isolation ." in run


def test_the_verifier_gets_its_own_lock_and_no_private_half() -> None:
    stage = stages()["build-verifier"]
    assert "verifier/requirements.lock ./" in stage.arguments("COPY")
    assert "rm -r keys/signing" in stage.arguments("RUN")
    assert not [copy for copy in stage.arguments("COPY") if copy.startswith("issuer")]


@FINAL
def test_a_final_image_runs_as_a_user_without_rights(target: str) -> None:
    stage = stages()[target]
    assert stage.arguments("USER") == ["10001:10001"]
    last = [name for name, _ in stage.steps]
    assert "RUN" not in last[last.index("USER") :]


@FINAL
def test_a_final_image_has_a_health_check_and_one_command(target: str) -> None:
    stage = stages()[target]
    port = stage.arguments("EXPOSE")[0]
    assert f"127.0.0.1:{port}" in stage.arguments("HEALTHCHECK")[0]
    assert f'"--port", "{port}"' in stage.arguments("CMD")[0]


@FINAL
def test_a_final_image_holds_no_build_tools(target: str) -> None:
    runs = [run for stage in with_bases(stages()[target]) for run in stage.arguments("RUN")]
    assert [run for run in runs if BUILD_TOOLS.search(run) or "pip install" in run] == []
    assert any("pip uninstall --yes setuptools wheel pip" in run for run in runs)


def test_the_wheel_that_the_image_installs_holds_every_file_of_the_packages(tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.mkdir()
    for name in ("pyproject.toml", "README.md", "LICENCE"):
        shutil.copy(ROOT / name, source)
    for package in PACKAGES:
        shutil.copytree(ROOT / package, source / package, ignore=shutil.ignore_patterns("__pycache__"))
    expected = {
        path.relative_to(source).as_posix()
        for package in PACKAGES
        for path in (source / package).rglob("*")
        if path.is_file() and path.name not in {"requirements.in", "requirements.lock"}
    }
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "--no-index",
               "--wheel-dir", tmp_path, "."]  # fmt: skip
    subprocess.run(command, cwd=source, check=True, capture_output=True, timeout=300)
    held = set(zipfile.ZipFile(next(tmp_path.glob("*.whl"))).namelist())
    assert sorted(expected - held) == []
