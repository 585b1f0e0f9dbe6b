"""The web service over an installation, called without a socket."""

from collections.abc import Iterator

import pytest
from installation import Installation
from web_service import Web, web_over


@pytest.fixture
def web(installation: Installation) -> Iterator[Web]:
    """On each kind of database in turn."""
    with web_over(installation) as opened:
        yield opened


@pytest.fixture
def sqlite_web(sqlite_installation: Installation) -> Iterator[Web]:
    """On SQLite only."""
    with web_over(sqlite_installation) as opened:
        yield opened
