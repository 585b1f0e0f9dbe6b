"""README, dependencies and decisions say what is so: settings, links, packages, pages."""

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text()
DECISIONS = sorted((ROOT / "docs" / "decisions").glob("[0-9]*.md"))
MAX_PAGE_LINES = 40
SETTING = re.compile(r"\bPATEVA_[A-Z]+(?:_[A-Z]+)*\b")


def sources() -> str:
    return "\n".join(path.read_text() for path in (ROOT / "issuer").rglob("*.py"))


def test_readme_names_exactly_the_settings_that_are_read() -> None:
    read = set(SETTING.findall((ROOT / "issuer" / "settings.py").read_text()))
    read.update(f"{name}_FILE" for name in re.findall(r'_secret\(given, "(PATEVA_\w+)"\)', sources()))
    assert set(SETTING.findall(README)) == read


@pytest.mark.parametrize(
    "page", [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))], ids=lambda path: path.name
)
def test_a_link_to_a_file_of_ours_leads_somewhere(page: Path) -> None:
    links = re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text())
    assert [link for link in links if not (page.parent / link).exists()] == []


def test_every_file_that_readme_names_exists() -> None:
    named = re.findall(r"`((?:tests|schemas|keys|verifier|issuer|docs|\.ci)/[\w/.]*)`", README)
    assert [name for name in named if not (ROOT / name).exists()] == []


def test_every_dependency_has_its_reason_and_every_reason_its_dependency() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    groups = [project["dependencies"], *project["optional-dependencies"].values()]
    wanted = {re.split(r"[\[<>=;~! ]", line)[0] for group in groups for line in group}
    text = (ROOT / "docs" / "dependencies.md").read_text()
    assert set(re.findall(r"^\| ([a-z][\w-]+) \|", text, re.MULTILINE)) - {"package"} == wanted


def test_what_the_verifier_needs_is_the_same_in_both_lists() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    lines = (ROOT / "verifier" / "requirements.in").read_text().splitlines()
    assert [line for line in lines if not line.startswith("#")] == project["optional-dependencies"]["verifier"]
    assert set(project["optional-dependencies"]["verifier"]) <= set(project["dependencies"])


@pytest.mark.parametrize("page", DECISIONS, ids=lambda path: path.name)
def test_a_decision_is_one_page_and_stands_in_the_index(page: Path) -> None:
    assert len(page.read_text().splitlines()) <= MAX_PAGE_LINES
    assert f"]({page.name})" in (ROOT / "docs" / "decisions" / "README.md").read_text()


def test_decisions_are_numbered_without_repeats() -> None:
    numbers = [page.name[:4] for page in DECISIONS]
    assert len(set(numbers)) == len(numbers)
