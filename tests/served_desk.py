"""A provider's desk behind a real socket of this machine, for a real browser."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import desk as desks
import installation as installations
import uvicorn

from issuer.composition import compose


@contextmanager
def served_desk(template: Path, home: Path) -> Iterator[desks.Desk]:
    """Serve a fresh copy of the template while the block runs; its address is the installation's public one."""
    installations.copy_home(template, home)
    listener = socket.create_server(("127.0.0.1", 0))
    url = f"http://localhost:{listener.getsockname()[1]}"
    settings, clock = installations.settings_for(home, None, PATEVA_PUBLIC_URL=url), installations.MovableClock()
    with compose(settings, clock=clock) as composition:
        with composition.outside.database.read() as uow:
            umbrella = uow.institutions.by_slug("osaamismerkit")
        installation = installations.Installation(settings, composition.outside, umbrella, clock)
        with desks.desk_over(installation) as desk, serving(desk, listener):
            yield desk


@contextmanager
def serving(desk: desks.Desk, listener: socket.socket) -> Iterator[None]:
    """Answer on a socket that listens already, while the block runs."""
    server = uvicorn.Server(uvicorn.Config(desk.app, log_config=None, ws="none", access_log=False))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    try:
        yield
    finally:
        server.should_exit = True
        thread.join(10)
        listener.close()
