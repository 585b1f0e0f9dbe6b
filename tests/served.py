"""The product as strangers run it: commands and servers as processes of their own, reached over HTTP on a free port."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

ROOT = Path(__file__).parents[1]
START_SECONDS = 90.0
STOP_SECONDS = 45.0


def free_port() -> int:
    """A port that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass(frozen=True)
class Served:
    """One installation: a home folder, perhaps a PostgreSQL database, and the address of its server.

    `bare` leaves home and address to the product's defaults: then `home` must be the folder `var` of its parent.
    """

    home: Path
    port: int
    database_url: str | None = None
    bare: bool = False

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}"

    @property
    def environ(self) -> dict[str, str]:
        """Variables of its processes: those of this one without our settings, and its own."""
        own = {"PYTHONPATH": str(ROOT)}
        if not self.bare:
            own |= {"PATEVA_HOME": str(self.home), "PATEVA_PUBLIC_URL": self.url}
        if self.database_url is not None:
            own["PATEVA_DATABASE_URL"] = self.database_url
        return {name: value for name, value in os.environ.items() if not name.startswith("PATEVA_")} | own

    def command(self, *arguments: str | Path) -> str:
        """Run `pateva …` to its end; return what it printed.

        Raises:
            AssertionError: another exit code than 0.
        """
        done = subprocess.run(
            self._pateva(*arguments),
            cwd=self.home.parent,
            env=self.environ,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    @contextmanager
    def running(self, command: str = "serve") -> Iterator[Path]:
        """Serve while the block runs: on SQLite one process, on PostgreSQL the worker beside it.

        Yields:
            The file that holds what the server printed.
        """
        with ExitStack() as stack:
            printed = stack.enter_context(self._process(command, "--port", str(self.port)))
            if self.database_url is not None:
                stack.enter_context(self._process("worker"))
            yield printed

    @contextmanager
    def _process(self, *arguments: str) -> Iterator[Path]:
        printed, log = (self.home.parent / f"{arguments[0]}.{kind}" for kind in ("out", "log"))
        with printed.open("wb") as out, log.open("wb") as errors:
            process = subprocess.Popen(
                self._pateva(*arguments), cwd=self.home.parent, env=self.environ, stdout=out, stderr=errors
            )
        try:
            if arguments[0] != "worker":
                self._wait(process, log)
            yield printed
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(STOP_SECONDS)
        assert '"level":"error"' not in log.read_text(), log.read_text()

    def _wait(self, process: subprocess.Popen[bytes], log: Path) -> None:
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end:
            assert process.poll() is None, log.read_text()
            try:
                if httpx.get(f"{self.url}/readyz").status_code == httpx.codes.OK:
                    return
            except httpx.TransportError:
                time.sleep(0.1)
        raise AssertionError(f"not ready: {log.read_text()}")

    @staticmethod
    def _pateva(*arguments: str | Path) -> list[str | Path]:
        return [sys.executable, "-m", "issuer.cli", *arguments]

    def client(self) -> httpx.Client:
        """A program with the bearer token of the first start."""
        token = (self.home / "api-token").read_text().strip()
        return httpx.Client(base_url=self.url, headers={"Authorization": f"Bearer {token}"}, timeout=60)
