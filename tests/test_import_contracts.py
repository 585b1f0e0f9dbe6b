"""The import contracts of pyproject.toml hold, and each catches a violation planted in a copy of the house."""

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("schemas", "keys", "verifier", "issuer")

# One violation for each contract of pyproject.toml: (module to plant, its text).
VIOLATIONS = {
    "packages": ("keys/planted.py", "import verifier.policy"),
    "issuer": ("issuer/services/planted.py", "import issuer.pages"),
    "keys": ("keys/base58.py", "import keys.did_key"),
    "public-half": ("verifier/checks/planted.py", "import keys.signing.key_ring"),
    "pure-checks": ("verifier/checks/planted.py", "import verifier.https_fetch"),
    "pure-proofs": ("keys/proofs/planted.py", "import keys.signing.sealing"),
    "domain": ("issuer/domain/planted.py", "import sqlalchemy"),
    "database": ("issuer/services/planted.py", "from sqlalchemy import select"),
    "services": ("issuer/services/planted.py", "import fastapi"),
    "outer-rooms": ("issuer/pages/planted.py", "from keys.signing import sealing"),
}  # fmt: skip


def contracts() -> dict[str, str]:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())
    return {contract["id"]: contract["name"] for contract in settings["tool"]["importlinter"]["contracts"]}


@pytest.fixture(scope="module")
def copied_house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python files of the four packages, and the contracts."""
    house = tmp_path_factory.mktemp("house")
    shutil.copy(ROOT / "pyproject.toml", house)
    for package in PACKAGES:
        shutil.copytree(ROOT / package, house / package, ignore=shutil.ignore_patterns("__pycache__", "*.json*"))
    return house


def lint(house: Path, *contract: str) -> subprocess.CompletedProcess[str]:
    limits = [part for one in contract for part in ("--contract", one)]
    command = [Path(sys.executable).with_name("lint-imports"), "--no-logo", "--no-cache", *limits]
    return subprocess.run(command, cwd=house, capture_output=True, text=True, check=False, timeout=120)


def test_every_import_contract_holds(copied_house: Path) -> None:
    result = lint(copied_house)
    assert f"{len(contracts())} kept, 0 broken" in result.stdout, result.stdout


def test_every_import_contract_has_a_planted_violation() -> None:
    assert set(VIOLATIONS) == set(contracts())


@pytest.mark.parametrize("contract", VIOLATIONS)
def test_an_import_contract_catches_a_planted_violation(copied_house: Path, contract: str) -> None:
    place, text = VIOLATIONS[contract]
    target = copied_house / place
    before = target.read_text() if target.exists() else None
    target.write_text(f'"""Planted."""\n{text}\n{before or ""}')
    try:
        result = lint(copied_house, contract)
    finally:
        target.unlink() if before is None else target.write_text(before)
    assert result.returncode == 1
    assert f"{contracts()[contract]} BROKEN" in result.stdout
    assert text.split()[1] in result.stdout, "the planted line is named"


def test_a_stray_module_of_issuer_breaks_the_exhaustive_layers(copied_house: Path) -> None:
    stray = copied_house / "issuer" / "stray.py"
    stray.write_text('"""Belongs to no layer."""\n')
    try:
        result = lint(copied_house, "issuer")
    finally:
        stray.unlink()
    assert result.returncode == 1
    assert "stray" in result.stdout
