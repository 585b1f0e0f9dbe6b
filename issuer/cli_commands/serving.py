"""`pateva serve | worker | demo`: the processes that run until they are stopped."""

import argparse
import resource
import signal
import socket
import threading
from collections.abc import Callable

import uvicorn

from issuer import operation_log
from issuer.app import create_app
from issuer.composition import Composition, compose
from issuer.db.engine import is_sqlite
from issuer.demo.start import prepare
from issuer.jobs import Jobs
from issuer.services import api_tokens, show_institution
from issuer.settings import DEFAULT_PORT, Settings, read_settings
from issuer.worker import Worker, run_forever

GRACE_SECONDS = 30
_PORTS = range(1, 65536)
_FAILED = 1


def add_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `serve`, `worker` and `demo`; each sets `start` to a function of (arguments) → exit code."""
    serve = commands.add_parser("serve", help="the web service; on SQLite with the worker inside")
    demo = commands.add_parser("demo", help="the web service with a demo catalogue and a sample badge")
    for parser, start in ((serve, start_serve), (demo, start_demo)):
        parser.add_argument("--host", default="127.0.0.1", help="address to listen on (127.0.0.1)")
        parser.add_argument("--port", type=_port, default=DEFAULT_PORT, help=f"port to listen on ({DEFAULT_PORT})")
        parser.set_defaults(start=start)
    worker = commands.add_parser("worker", help="the worker as a process of its own, for PostgreSQL")
    worker.set_defaults(start=start_worker)


def start_serve(arguments: argparse.Namespace) -> int:
    """Serve until a signal comes."""
    settings = read_settings(port=arguments.port)
    with socket_of(arguments) as listening, compose(settings) as composition:
        composition.key_ring.check_all()  # a wrong passphrase shows now, not at the first signature
        _write_first_token(composition)

        def announce() -> None:
            print(f"Pätevä serves {settings.public_url}", flush=True)

        inside = is_sqlite(settings.database_url)  # on PostgreSQL the worker is a process of its own
        return _serve(listening, composition, settings, announce, worker_inside=inside)


def start_demo(arguments: argparse.Namespace) -> int:
    """Make what a demo needs, then serve; started again it keeps everything."""
    settings = read_settings(port=arguments.port)
    with socket_of(arguments) as listening, compose(settings) as composition:
        links = prepare(composition.outside, composition.home)

        def announce() -> None:
            print("\n".join(links.lines()), flush=True)

        return _serve(listening, composition, settings, announce, worker_inside=True)


def start_worker(_arguments: argparse.Namespace) -> int:
    """Work until a signal comes."""
    settings = read_settings()
    _no_core_files()
    operation_log.configure()
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    with compose(settings) as composition:
        composition.key_ring.check_all()
        jobs = Jobs(composition.outside, settings)
        jobs.start()
        run_forever(composition.outside, stop)
        jobs.stop(seconds=GRACE_SECONDS)
    return 0


def socket_of(arguments: argparse.Namespace) -> socket.socket:
    """Take the port before anything else is done, so that a second start changes nothing.

    Raises:
        SystemExit: the port is in use, or may not be taken.
    """
    family = socket.AF_INET6 if ":" in arguments.host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((arguments.host, arguments.port))
    except OSError as problem:
        listening.close()
        raise SystemExit(f"pateva: cannot listen on {arguments.host}:{arguments.port}: {problem.strerror}") from None
    return listening


class _Server(uvicorn.Server):
    """Says where it is once it answers."""

    def __init__(self, config: uvicorn.Config, announce: Callable[[], None]) -> None:
        super().__init__(config)
        self._announce = announce

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to listen, then tell."""
        await super().startup(sockets)
        if self.started:
            self._announce()


def _serve(
    listening: socket.socket,
    composition: Composition,
    settings: Settings,
    announce: Callable[[], None],
    *,
    worker_inside: bool,
) -> int:
    _no_core_files()
    operation_log.configure()
    app = create_app(composition.outside, default_language=settings.language)
    config = uvicorn.Config(
        app,
        loop="uvloop",
        http="httptools",
        log_config=None,
        ws="none",
        access_log=False,  # it would hold tokens; issuer/api/requests.py logs path templates
        server_header=False,
        proxy_headers=True,
        forwarded_allow_ips=settings.forwarded_allow_ips,
        timeout_graceful_shutdown=GRACE_SECONDS,
    )
    server = _Server(config, announce)
    worker = (Worker(composition.outside), Jobs(composition.outside, settings)) if worker_inside else ()
    for one in worker:
        one.start()
    for number in (signal.SIGTERM, signal.SIGINT):  # uvicorn raises them again after its own orderly end
        signal.signal(number, lambda *_: None)
    try:
        server.run(sockets=[listening])
    finally:
        for one in worker:
            one.stop(seconds=GRACE_SECONDS)
    return 0 if server.started else _FAILED


def _write_first_token(composition: Composition) -> None:
    """Once there is an institution, its first bearer token lies in a file of mode 0600 under the home directory."""
    institution = show_institution.first_signing(composition.outside)
    if institution is not None and not composition.home.api_token.exists():
        composition.home.write_api_token(api_tokens.create(composition.outside, institution.id, name="first"))


def _no_core_files() -> None:
    """A core file would hold keys (security.md section 13)."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _port(text: str) -> int:
    number = int(text)
    if number not in _PORTS:
        raise argparse.ArgumentTypeError("1 to 65535")
    return number
