"""Tests of the command line: SOURCE, options, output and exit codes of verification.md section 10."""

import io
import json
import sys
from pathlib import Path
from typing import Any

import pytest
import workshop

from verifier import cli

AT = ["--at", "2026-11-22T12:00:00Z"]


class Ran:
    """Exit code and output of one run."""

    def __init__(self, code: int, out: str, err: str) -> None:
        self.code, self.out, self.err = code, out, err

    @property
    def report(self) -> dict[str, Any]:
        return json.loads(self.out)


@pytest.fixture
def run(capfdbinary: pytest.CaptureFixture[bytes]):
    def ran(*arguments: str) -> Ran:
        code = cli.main(list(arguments))
        out, err = capfdbinary.readouterr()
        return Ran(code, out.decode(), err.decode())

    return ran


@pytest.fixture
def good(tmp_path: Path) -> str:
    path = tmp_path / "badge.json"
    path.write_text(json.dumps(workshop.sign(workshop.badge())), encoding="utf-8")
    return str(path)


@pytest.fixture
def altered(tmp_path: Path) -> str:
    path = tmp_path / "altered.json"
    path.write_text(json.dumps(workshop.sign(workshop.badge()) | {"name": "Other"}), encoding="utf-8")
    return str(path)


def write(path: Path, content: object) -> str:
    path.write_text(json.dumps(content), encoding="utf-8")
    return str(path)


def test_an_accepted_badge_exits_0_and_reports_in_json(run, good: str) -> None:
    ran = run(good, "--json", "--offline", *AT)
    assert ran.code == 0
    assert ran.report["verdict"] == "accepted"
    assert ran.report["clock"] == "given"
    assert ran.report["evaluated_at"] == "2026-11-22T12:00:00Z"
    assert ran.report["offline"] is True
    assert ran.err == ""


def test_an_altered_badge_exits_1(run, altered: str) -> None:
    ran = run(altered, "--json", "--offline", *AT)
    assert (ran.code, ran.report["verdict"]) == (1, "rejected")


def test_a_badge_whose_list_is_not_at_hand_exits_2(run, tmp_path: Path) -> None:
    badge = workshop.sign(workshop.with_status(workshop.badge()))
    ran = run(write(tmp_path / "b.json", badge), "--json", "--offline", *AT)
    assert (ran.code, ran.report["verdict"]) == (2, "undetermined")
    assert ran.report["fetches"][0]["result"] == "not_allowed_offline"


def test_given_documents_replace_the_network(run, tmp_path: Path) -> None:
    badge = workshop.sign(workshop.with_status(workshop.badge()))
    documents = {workshop.LIST_URL: workshop.sign(workshop.status_document())}
    ran = run(
        write(tmp_path / "b.json", badge),
        "--json",
        *AT,
        "--offline",
        "--documents",
        write(tmp_path / "d.json", documents),
    )
    assert ran.code == 0
    assert ran.report["fetches"][0]["from"] == "documents"


def test_the_short_text_holds_verdict_facets_and_each_code_that_did_not_pass(run, altered: str) -> None:
    ran = run(altered, "--offline", *AT)
    lines = ran.out.splitlines()
    assert lines[0].startswith("rejected ")
    facets = ["integrity", "issuer", "status", "validity", "recipient", "endorsements", "trust"]
    assert [line.split()[0] for line in lines[1:8]] == facets
    assert any("proof.signature FAILED" in line for line in lines[8:])


def test_a_badge_given_as_text_is_read(run, good: str) -> None:
    ran = run(Path(good).read_text(encoding="utf-8"), "--json", "--offline", *AT)
    assert ran.code == 0


def test_a_badge_on_standard_input_is_read(run, good: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(Path(good).read_bytes())))
    assert run("-", "--json", "--offline", *AT).code == 0


def test_a_link_is_answered_from_the_given_documents(run, tmp_path: Path) -> None:
    link = "https://wallet.example/badge"
    documents = write(tmp_path / "d.json", {link: workshop.sign(workshop.badge())})
    ran = run(link, "--json", "--offline", "--documents", documents, *AT)
    assert ran.code == 0
    assert ran.report["source"]["url"] == link


def test_a_link_on_standard_input_is_followed(run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    link = "https://wallet.example/badge"
    documents = write(tmp_path / "d.json", {link: workshop.sign(workshop.badge())})
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(link.encode() + b"\n")))
    assert run("-", "--json", "--offline", "--documents", documents, *AT).code == 0


def test_what_a_link_leads_to_is_not_searched_for_links(run, tmp_path: Path) -> None:
    first, second = "https://wallet.example/1", "https://wallet.example/2"
    answer = {"status": 200, "content_type": "text/plain", "body": second}
    documents = write(tmp_path / "d.json", {first: answer, second: workshop.sign(workshop.badge())})
    assert run(first, "--json", "--offline", "--documents", documents, *AT).code == 3


@pytest.mark.parametrize(
    ("value", "code"), [("did:example:other", 1), ("urn:uuid:0f2f8f5e-6f5a-4b0e-9d0a-000000000002", 0)]
)
def test_the_recipient_is_compared_when_given(run, good: str, value: str, code: int) -> None:
    ran = run(good, "--json", "--offline", "--recipient", value, *AT)
    assert ran.code == code
    assert "did:example:other" not in ran.out


def test_a_policy_is_named_in_the_report(run, good: str) -> None:
    assert run(good, "--json", "--offline", "--policy", "PRIOR_LEARNING", *AT).report["policy"]["name"] == (
        "PRIOR_LEARNING"
    )
    compat = run(good, "--json", "--offline", "--policy", "EMPLOYMENT,compat=1edtech", *AT).report
    assert (compat["policy"]["compat"], compat["compat"]) == ("1edtech", "1edtech")


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["BADGE", "--unknown"],
        ["BADGE", "--jso"],
        ["BADGE", "--policy", "NONE"],
        ["BADGE", "--policy", "STRICT,compat=1edtech"],
        ["BADGE", "--at", "yesterday"],
        ["BADGE", "--at", "2026-11-22T12:00:00"],
        ["BADGE", "--at", "2026-11-22T12:00:60Z"],
        ["BADGE", "--documents", "MISSING"],
        ["BADGE", "--documents", "BAD"],
        ["BADGE", "--evidence", "MISSING"],
        ["MISSING"],
        ["nul\0name"],
    ],
)
def test_a_usage_error_exits_3_and_says_so(run, good: str, tmp_path: Path, arguments: list[str]) -> None:
    bad = write(tmp_path / "bad.json", ["no object"])
    names = {"BADGE": good, "MISSING": str(tmp_path / "missing"), "BAD": bad}
    given = [names.get(argument, argument) for argument in arguments]
    ran = run(*given, "--json")
    assert ran.code == 3
    assert ran.report["verdict"] is None
    assert ran.report["error"]["code"] == "usage"
    assert ran.report["format"] == "pateva.report/1"


def test_without_json_a_usage_error_goes_to_standard_error(run) -> None:
    ran = run("--nothing")
    assert (ran.code, ran.out) == (3, "")
    assert ran.err.startswith("usage: ")


@pytest.mark.parametrize("content", [b"", b"hello", b"\x89PNG\r\n\x1a\nbroken", b"{", b"<svg", b"PK\x03\x04zip"])
def test_what_cannot_be_judged_exits_3(run, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "input"
    path.write_bytes(content)
    ran = run(str(path), "--json", "--offline")
    assert (ran.code, ran.report["error"]["code"]) == (3, "input.unreadable")


def test_a_link_that_gives_nothing_exits_3(run) -> None:
    ran = run("https://wallet.example/badge", "--json", "--offline")
    assert (ran.code, ran.report["error"]["code"]) == (3, "input.unreadable")


def test_a_file_beyond_the_byte_limit_exits_3(run, tmp_path: Path) -> None:
    path = tmp_path / "large.json"
    path.write_bytes(b'{"a":"' + b"x" * (5 << 20) + b'"}')
    assert run(str(path), "--json", "--offline").code == 3


@pytest.mark.parametrize("content", [b'{"id":1,"id":2}', b'{"a":NaN}', b'{"a":1e400}'])
def test_what_is_readable_but_wrong_exits_1(run, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "wrong.json"
    path.write_bytes(content)
    assert run(str(path), "--json", "--offline").code == 1


def test_help_is_no_failure() -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(["--help"])
    assert ended.value.code == 0


def test_an_unknown_command_exits_3() -> None:
    assert cli.dispatch(["sing"], {"verify": cli.main}) == 3
    assert cli.dispatch([], {"verify": cli.main}) == 3
