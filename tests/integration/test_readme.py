"""README's transcript is what the demo prints, its commands work as written, and a second start keeps everything."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

from served import Served, free_port

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text()


def blocks(kind: str) -> list[str]:
    return re.findall(rf"```{kind}\n(.*?)```", README, re.DOTALL)


def without_chance(text: str) -> str:
    """The transcript with its tokens and its port blotted out."""
    return re.sub(r"/(in|s)/[\w-]{22,43}", r"/\1/TOKEN", re.sub(r"localhost:\d+", "localhost:PORT", text))


def shell(script: str, served: Served) -> str:
    """Run commands of README in the folder of an installation."""
    script = script.replace("localhost:8000", f"localhost:{served.port}")
    script = script.replace(".venv/bin/pateva", f'"{sys.executable}" -m issuer.cli')
    environ = {name: value for name, value in os.environ.items() if not name.startswith("PATEVA_")}
    command = ["bash", "-euo", "pipefail", "-c", script]
    done = subprocess.run(
        command,
        cwd=served.home.parent,
        env={**environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def page_of(transcript: str) -> str:
    found = re.search(r"sample badge:\n  (\S+)\n", transcript)
    assert found is not None
    return found[1]


def test_the_transcript_and_the_commands_of_readme_are_true(tmp_path: Path) -> None:
    served = Served(tmp_path / "var", free_port(), bare=True)
    transcript = blocks("console")[0]
    with served.running("demo") as printed:
        first = printed.read_text()
        assert without_chance(first) == without_chance(transcript.partition("lock …\n")[2])
        answer = shell(blocks("sh")[0], served)
        assert answer.startswith('{"format":"pateva.report/1","verdict":"accepted"')
        badge = json.loads((tmp_path / "answer.json").read_text())
    with served.running("demo") as printed:
        assert page_of(printed.read_text()) == page_of(first)
        shell(blocks("sh")[1].replace("NUMBER", badge["id"]), served)
        report = json.loads(shell(blocks("sh")[0].splitlines()[-1], served))
        assert report["verdict"] == "rejected"


def test_the_first_line_of_the_transcript_is_the_makefiles() -> None:
    makefile = (ROOT / "Makefile").read_text()
    assert "Installing into $(VENV) from the lock …" in makefile
    assert "Installing into .venv from the lock …\n" in blocks("console")[0]
