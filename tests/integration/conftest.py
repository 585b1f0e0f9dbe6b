"""The web service over an installation, called without a socket."""

import io
import logging
from collections.abc import Iterator

import pytest
from installation import Installation
from web_service import Web, web_over

from issuer import operation_log


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


@pytest.fixture
def logged() -> Iterator[io.StringIO]:
    """Everything that the process logs, as an operator would read it."""
    root = logging.getLogger()
    saved = root.handlers, root.level
    stream = io.StringIO()
    operation_log.configure(stream)
    yield stream
    root.handlers = saved[0]
    root.setLevel(saved[1])
