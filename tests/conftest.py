"""What many tests need: the folder of shared inputs."""

from pathlib import Path

import pytest

SHARED = Path(__file__).parents[2] / "shared"


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of shared inputs; the test is skipped where it does not stand beside this checkout."""
    if not (SHARED / "data").is_dir():
        pytest.skip("../shared is not here")
    return SHARED
