"""The verifier starts and verifies with nothing but its lock and schemas, keys without signing, and itself."""

import importlib.metadata
import json
import os
import re
import shutil
import socket
import subprocess
import time
import venv
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
import verifier_world
import workshop

from schemas import qr_code

ROOT = Path(__file__).parents[2]
LOCK = ROOT / "verifier" / "requirements.lock"
_PIN = re.compile(r"^([A-Za-z0-9._-]+)==([^ ;\\]+)(?: ; ([^\\]+))?", re.MULTILINE)


def locked() -> dict[str, str]:
    """Name → version of the lock, for this system."""
    text = LOCK.read_text(encoding="utf-8")
    return {
        name: version
        for name, version, marker in _PIN.findall(text)
        if not ("== 'win32'" in marker or ("PyPy'" in marker and "!=" not in marker))
    }


def copy_packages(target: Path) -> None:
    ignore = shutil.ignore_patterns("__pycache__")
    for name in ("schemas", "keys", "verifier"):
        shutil.copytree(ROOT / name, target / name, ignore=ignore)
    shutil.rmtree(target / "keys" / "signing")


def link_distributions(site: Path) -> None:
    """Put exactly the distributions of the lock into `site`, as links to those installed here: needs no network."""
    for name, version in locked().items():
        found = importlib.metadata.distribution(name)
        assert found.version == version, f"{name} {found.version} is installed, the lock says {version}"
        base = Path(str(found.locate_file("")))
        for part in {file.parts[0] for file in found.files or () if file.parts[0] not in ("..", "__pycache__")}:
            if not (site / part).exists():
                (site / part).symlink_to(base / part)


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., subprocess.CompletedProcess[bytes]]:
    """Runs Python in such an environment."""
    home = tmp_path_factory.mktemp("alone")
    venv.create(home / "venv", with_pip=False)
    link_distributions(next((home / "venv" / "lib").glob("python3*/site-packages")))
    copy_packages(home)

    def run(*arguments: str, **options: object) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(
            [str(home / "venv" / "bin" / "python"), "-W", "error", *arguments],
            cwd=home,
            env={"PATH": os.environ["PATH"]},
            capture_output=True,
            timeout=120,
            check=False,
            **options,
        )

    run.home = home
    return run


def test_the_environment_holds_no_database_no_issuer_and_no_private_half(alone) -> None:
    for module in ("sqlalchemy", "issuer", "keys.signing", "pytest", "httpx"):
        assert alone("-c", f"import {module}").returncode == 1


def test_a_badge_is_verified_on_the_command_line(alone, tmp_path: Path) -> None:
    badge, documents = tmp_path / "badge.json", tmp_path / "documents.json"
    badge.write_bytes(verifier_world.good())
    documents.write_bytes(workshop.dump({workshop.LIST_URL: workshop.sign(workshop.status_document())}))
    options = ("--json", "--offline", "--at", "2026-11-22T12:00:00Z", "--documents", str(documents))
    ran = alone("-m", "verifier", "verify", str(badge), *options)
    assert (ran.returncode, ran.stderr) == (0, b"")
    assert json.loads(ran.stdout)["verdict"] == "accepted"
    badge.write_bytes(verifier_world.altered())
    assert alone("-m", "verifier", "verify", str(badge), *options).returncode == 1


def test_a_document_outside_the_compiled_path_is_verified_in_its_worker(alone, tmp_path: Path) -> None:
    generic = workshop.badge()
    generic["@context"] = [workshop.VC2, workshop.OB3, "https://www.w3.org/ns/credentials/examples/v2"]
    badge = tmp_path / "badge.json"
    badge.write_bytes(workshop.dump(workshop.sign(generic)))
    options = ("--json", "--offline", "--policy", "W3C", "--at", "2026-11-22T12:00:00Z")
    ran = alone("-m", "verifier", "verify", str(badge), *options)
    assert json.loads(ran.stdout)["verdict"] == "accepted", ran.stdout
    assert ran.returncode == 0


def test_a_camera_frame_is_read(alone, tmp_path: Path) -> None:
    frame = tmp_path / "frame.png"
    frame.write_bytes(qr_code.png("https://demo.pateva.example/s/abc"))
    code = "import sys, verifier.qr_decoding as q; print(q.read_code(open(sys.argv[1], 'rb').read()))"
    ran = alone("-c", code, str(frame))
    assert (ran.stdout.strip(), ran.returncode) == (b"https://demo.pateva.example/s/abc", 0), ran.stderr


def test_the_pages_and_the_interface_are_served(alone) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = str(free.getsockname()[1])
    server = subprocess.Popen(
        [str(alone.home / "venv" / "bin" / "python"), "-W", "error", "-m", "verifier", "serve", "--port", port],
        cwd=alone.home,
        env={"PATH": os.environ["PATH"]},
    )
    try:
        page = _get(f"http://127.0.0.1:{port}/v")
        assert b'data-screen="E1"' in page
        badge = workshop.dump(workshop.sign(workshop.badge()))
        answer = httpx.post(f"http://127.0.0.1:{port}/api/verify?time=2026-11-22T12:00:00Z", content=badge)
        assert answer.json()["verdict"] == "accepted"
    finally:
        server.terminate()
        server.wait(20)


def _get(url: str) -> bytes:
    ends_at = time.monotonic() + 60
    while True:
        try:
            return httpx.get(url, timeout=5).content
        except httpx.TransportError:
            if time.monotonic() > ends_at:
                raise
            time.sleep(0.2)


@pytest.mark.slow
def test_the_lock_installs_with_its_hashes_and_nothing_else(tmp_path: Path) -> None:
    venv.create(tmp_path / "venv", with_pip=True)
    python = str(tmp_path / "venv" / "bin" / "python")
    pip = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes"]
    subprocess.run([*pip, "-r", str(LOCK)], check=True)
    copy_packages(tmp_path)
    badge = tmp_path / "badge.json"
    badge.write_bytes(workshop.dump(workshop.sign(workshop.badge())))
    command = [python, "-m", "verifier", "verify", str(badge), "--offline", "--at", "2026-11-22T12:00:00Z"]
    assert subprocess.run(command, cwd=tmp_path, check=False).returncode == 0
