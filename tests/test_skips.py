"""Where everything must be there, a skip is a failure: of one test, by a mark, or of a whole file."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SKIPPING = {
    "test_tests.py": """import pytest


def test_that_skips():
    pytest.skip('no server')


@pytest.mark.skipif(True, reason='no browser')
def test_with_a_mark():
    pass
""",
    "test_file.py": "import pytest\n\npytest.importorskip('a_package_that_is_not_there')\n",
}


@pytest.mark.parametrize(("required", "end"), [("", "3 skipped"), ("1", "1 failed, 2 errors")])
def test_a_skip_is_a_failure_only_where_everything_must_be_there(tmp_path: Path, required: str, end: str) -> None:
    for name, text in SKIPPING.items():
        (tmp_path / name).write_text(text)
    environ = os.environ | {
        "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "tests")]),
        "PATEVA_TESTS_REQUIRE_ALL": required,
    }
    command = [sys.executable, "-m", "pytest", "-q", "-p", "conftest", "-p", "no:cacheprovider", "--rootdir", tmp_path,
               "--continue-on-collection-errors", "-c", os.devnull, tmp_path]  # fmt: skip
    done = subprocess.run(command, cwd=tmp_path, env=environ, capture_output=True, text=True, timeout=120, check=False)
    assert done.stdout.splitlines()[-1].startswith(end), done.stdout
