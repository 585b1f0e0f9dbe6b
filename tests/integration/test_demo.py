"""`pateva demo` as a stranger runs it: everything is made at the first start and kept at the second."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager

import httpx
import pytest
from served import ROOT, free_port

START_SECONDS = 120
ROLES = ("pääkäyttäjä", "työvalmentaja", "vastuuhenkilö", "opinto-ohjaaja", "osaamisen arvioija")


@pytest.fixture
def demo(tmp_path):
    """Starts the demo on a port, over one home; yields what it printed."""
    home, port = tmp_path / "var", free_port()
    environ = {name: value for name, value in os.environ.items() if not name.startswith("PATEVA_")}
    environ |= {"PATEVA_HOME": str(home), "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}
    command = [sys.executable, "-m", "issuer", "demo", "--port", str(port)]

    @contextmanager
    def run(stop):
        out = tmp_path / f"out-{time.monotonic_ns()}"
        with out.open("w") as file:
            process = subprocess.Popen(command, env=environ, stdout=file, stderr=subprocess.STDOUT)
        try:
            end = time.monotonic() + START_SECONDS
            while "Stop with Ctrl+C" not in out.read_text():
                assert process.poll() is None, out.read_text()
                assert time.monotonic() < end, out.read_text()
                time.sleep(0.1)
            yield out.read_text()
        finally:
            process.send_signal(stop)
            assert process.wait(40) == 0
        assert '"level":"error"' not in out.read_text()

    run.home, run.port, run.command, run.environ = home, port, command, environ
    return run


def links(printed):
    return re.findall(r"  (http://\S+)", printed)


def test_the_demo_prints_links_that_work_and_keeps_everything(demo):
    with demo(signal.SIGINT) as printed:
        *sign_in, page, check = links(printed)
        assert len(sign_in) == len(ROLES)
        assert f"http://localhost:{demo.port}/s/" in page
        with httpx.Client(headers={"Sec-Fetch-Site": "same-origin", "Accept": "text/html"}) as browser:
            for address in (page, check):
                answer = browser.get(address)
                assert answer.status_code == 200
                assert "Merkki on aito ja voimassa." in answer.text
            assert browser.get(sign_in[0]).status_code == 200
            assert browser.post(sign_in[0]).status_code == 303
            assert "Polkupyörän huolto" in browser.get(f"http://localhost:{demo.port}/badges").text
            for link, role in zip(sign_in, ROLES, strict=True):
                browser.post(link)
                assert role in browser.get(f"http://localhost:{demo.port}/me").text
        token = (demo.home / "api-token").read_text()
    with demo(signal.SIGTERM) as printed:
        again = links(printed)
        assert again[len(ROLES) :] == [page, check]
        assert not set(again[: len(ROLES)]) & set(sign_in)
        assert httpx.get(page).status_code == 200
        assert (demo.home / "api-token").read_text() == token


def test_a_port_in_use_is_told_in_one_line_and_nothing_is_made(demo):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", demo.port))
        taken.listen()
        done = subprocess.run(demo.command, env=demo.environ, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 1
    assert done.stderr.startswith(f"pateva: cannot listen on 127.0.0.1:{demo.port}")
    assert len(done.stderr.splitlines()) == 1
    assert not demo.home.exists()
