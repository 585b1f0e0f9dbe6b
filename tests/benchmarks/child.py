"""A peer in a child process: it gets documents once, then runs slices on request and counts its own CPU time."""

import json
import subprocess
from pathlib import Path
from typing import Any

from benchmarks.rounds import Cost


class ChildError(Exception):
    """The peer could not be started, or refused the documents."""


class Child:
    """One child process; several contenders may share it.

    Args:
        command: program and arguments; it reads and writes one JSON object a line.
        folder: where it runs.
        material: sent first; answered by {"ok": true} or {"error": "…"}.
    """

    def __init__(self, command: list[str], folder: Path, material: dict[str, Any]) -> None:
        self._process = subprocess.Popen(
            command, cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        answer = self.ask(material)
        if not answer.get("ok"):
            self.close()
            raise ChildError(str(answer.get("error"))[:200])

    def ask(self, question: dict[str, Any]) -> dict[str, Any]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        try:
            self._process.stdin.write(json.dumps(question) + "\n")
            self._process.stdin.flush()
            line = self._process.stdout.readline()
        except BrokenPipeError:
            line = ""
        if not line:
            return {"error": f"the child ended: {self._last_words()}"}
        answer: dict[str, Any] = json.loads(line)
        return answer

    def _last_words(self) -> str:
        self._process.wait()
        assert self._process.stderr is not None
        return self._process.stderr.read()[-200:]

    def close(self) -> None:
        self._process.kill()
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout, self._process.stderr):
            if stream is not None:
                stream.close()


class InChild:
    """A contender whose operation runs in a child process."""

    def __init__(self, name: str, child: Child, operation: str) -> None:
        self.name = name
        self._child = child
        self._operation = operation

    def run(self, times: int) -> Cost:
        answer = self._child.ask({"run": self._operation, "times": times})
        if "cpu" not in answer:
            raise ChildError(str(answer.get("error"))[:200])
        return Cost(answer["cpu"], answer["wall"])
