"""The operator's commands, in this process, on a copy of a filled home."""

import json
import sqlite3
import stat
from pathlib import Path

import installation as installations
import pytest

from issuer.cli import main
from schemas.pdf_attachment import read_pdf


@pytest.fixture
def pateva(sqlite_template, tmp_path, monkeypatch, capsys):
    """Runs a command; returns (exit code, standard output, standard error)."""
    home = tmp_path / "home"
    installations.copy_home(sqlite_template, home)
    monkeypatch.setenv("PATEVA_HOME", str(home))
    for name in ("PATEVA_DATABASE_URL", "PATEVA_PUBLIC_URL", "PATEVA_IDENTITY_ORIGIN"):
        monkeypatch.delenv(name, raising=False)

    def run(*arguments):
        try:
            code = main([str(argument) for argument in arguments])
        except SystemExit as stop:
            code = stop.code
        said = capsys.readouterr()
        return code, said.out, said.err

    run.home = home
    return run


def issued(pateva, *more):
    code, out, err = pateva("badge", "issue", "--unit", "106889", "--json", *more)
    assert code == 0, err
    return json.loads(out)


def test_a_badge_is_issued_shown_and_revoked(pateva):
    badge = issued(pateva, "--from", "2026-01", "--until", "2026-03", "--role", "polkupyörien huolto")
    assert badge["state"] == "issued"
    assert badge["credential"]["type"] == ["VerifiableCredential", "OpenBadgeCredential"]
    code, out, _ = pateva("badge", "show", badge["id"])
    assert (code, "issued" in out, badge["share_url"] in out) == (0, True, True)
    code, out, _ = pateva("badge", "revoke", badge["id"], "--reason", "mistake", "--json")
    assert code == 0
    assert json.loads(out)["withdrawal_reason"] == "mistake"


def test_chosen_requirements_are_named_with_commas_between(pateva):
    results = issued(pateva)["credential"]["credentialSubject"]["result"]
    keys = [result["resultDescription"].partition("#req-")[2] for result in results[:2]]
    part = issued(pateva, "--requirements", ",".join(keys))
    assert (part["shown"], part["required"]) == (2, len(results))


def test_a_certificate_is_written_with_the_badge_inside(pateva, tmp_path):
    badge, pdf, own = issued(pateva), tmp_path / "c.pdf", tmp_path / "own.pdf"
    code, out, err = pateva(
        "badge", "certificate", badge["id"], "--language", "en", "--name", "Maija", "--out", pdf, "--own-copy", own
    )
    assert (code, out.split(), err) == (0, [str(pdf), str(own)], "")
    assert json.loads(read_pdf(pdf.read_bytes()).content) == badge["credential"]
    assert own.read_bytes().startswith(b"%PDF-")
    pateva("badge", "revoke", badge["id"], "--reason", "mistake")
    code, _, err = pateva("badge", "certificate", badge["id"], "--out", tmp_path / "none.pdf")
    assert (code, "certificate.not_in_force" in err, (tmp_path / "none.pdf").exists()) == (1, True, False)


def test_the_same_idempotency_key_gives_the_same_badge(pateva):
    first, second = (issued(pateva, "--idempotency-key", "the-same-key-again-1") for _ in range(2))
    assert first == second


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("badge", "issue", "--unit", "999999999"), "badge.unknown_unit"),
        (("badge", "issue", "--unit", "106889", "--requirements", "nothing"), "badge.unknown_requirement"),
        (("badge", "issue", "--unit", "106889", "--role", "kuntoutuja"), "privacy.telling_word"),
        (("badge", "issue", "--unit", "106889", "--institution", "nobody"), "institution.unknown"),
        (("badge", "show", "00000000-0000-4000-8000-000000000000"), "not_found"),
        (("badge", "revoke", "00000000-0000-4000-8000-000000000000", "--reason", "mistake"), "not_found"),
        (("institution", "create", "--kind", "school", "--name-fi", "Koulu", "--legal-name", "Koulu oy",
          "--business-id", "0149669-4"), "institution.business_id"),
        (("institution", "create", "--kind", "school", "--name-fi", "Vankilan paja", "--legal-name", "Koulu oy",
          "--business-id", "0149669-3"), "institution.telling_name"),
    ],
)  # fmt: skip
def test_what_the_rules_refuse_ends_with_1_and_its_code(pateva, arguments, code):
    status, out, err = pateva(*arguments)
    assert status == 1
    assert out == ""
    assert code in err
    assert "Traceback" not in err


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("nonsense",),
        ("badge",),
        ("badge", "issue"),
        ("badge", "issue", "--unit", "106889", "--language", "de"),
        ("badge", "issue", "--unit", "106889", "--from", "June"),
        ("badge", "revoke", "x", "--reason", "because"),
        ("serve", "--port", "0"),
        ("serve", "--port", "65536"),
    ],
)
def test_a_usage_error_ends_with_2(pateva, arguments):
    code, out, err = pateva(*arguments)
    assert code == 2
    assert out == ""
    assert "usage" in err


def test_a_wrong_setting_ends_with_2_and_names_the_variable(pateva, monkeypatch):
    monkeypatch.setenv("PATEVA_PUBLIC_URL", "gopher://example")
    code, _, err = pateva("institution", "list")
    assert code == 2
    assert "PATEVA_PUBLIC_URL" in err


def test_verify_keeps_its_own_exit_codes(pateva, tmp_path):
    assert pateva("verify", "--nonsense")[0] == 3
    assert pateva("verify", str(tmp_path / "nowhere.json"))[0] == 3
    (tmp_path / "badge.json").write_text(json.dumps(issued(pateva)["credential"]))
    code, out, _ = pateva("verify", str(tmp_path / "badge.json"), "--offline", "--json")
    assert code == 2, "offline nobody can tell whose key it is"
    assert json.loads(out)["verdict"] == "undetermined"


def test_institutions_and_keys_are_listed_without_secrets(pateva):
    code, out, _ = pateva(
        "institution", "create", "--kind", "school", "--name-fi", "Ammattikoulu", "--legal-name", "Koulu oy",
        "--business-id", "0149669-3",
    )  # fmt: skip
    assert code == 0
    assert json.loads(out)["did"] == "did:web:demo.pateva.example:issuers:ammattikoulu"
    institutions = [json.loads(line) for line in pateva("institution", "list")[1].splitlines()]
    keys = [json.loads(line) for line in pateva("key", "list")[1].splitlines()]
    assert [one["kind"] for one in institutions] == ["umbrella", "school"]
    assert {key["kid"] for key in keys} == {one["did"] + "#key-1" for one in institutions}
    assert all(set(key) == {"kid", "state", "public_key_multibase", "valid_from", "retired_at", "revoked_at"}
               for key in keys)  # fmt: skip


def test_the_audit_chain_is_whole_until_somebody_changes_a_row(pateva):
    issued(pateva)
    code, out, _ = pateva("audit", "verify")
    assert code == 0
    assert "whole" in out
    with sqlite3.connect(pateva.home / "pateva.sqlite3") as database:
        database.execute("UPDATE audit SET entry = replace(entry, 'action', 'aktion') WHERE seq = 3")
    code, out, _ = pateva("audit", "verify")
    assert code == 1
    assert "row 3" in out


def test_a_backup_keeps_database_persons_keys_and_signing_keys_apart_and_can_be_opened(pateva, tmp_path, monkeypatch):
    badge = issued(pateva)
    code, out, _ = pateva("backup", tmp_path / "backups")
    assert code == 0
    made = Path(out.strip())
    assert sorted(path.name for path in made.iterdir()) == ["database", "person-keys", "signing-keys"]
    files = [path for path in made.rglob("*") if path.is_file()]
    assert all(stat.S_IMODE(path.stat().st_mode) & 0o077 == 0 for path in files)
    restored = tmp_path / "restored"
    restored.mkdir()
    for path in (*(made / "database").iterdir(), *(made / "person-keys").iterdir(), *(made / "signing-keys").iterdir()):
        path.rename(restored / path.name)
    monkeypatch.setenv("PATEVA_HOME", str(restored))
    code, _, err = pateva("badge", "show", badge["id"], "--json")
    assert code == 2
    assert "ledger of erasures is missing" in err
    (restored / "erasures").mkdir()
    (tmp_path / "backups" / "erasures-ledger").rename(restored / "erasures" / "ledger")
    code, out, err = pateva("badge", "show", badge["id"], "--json")
    assert code == 0, err
    assert json.loads(out) == badge


def test_a_token_is_printed_once_and_opens_the_api(pateva):
    code, out, _ = pateva("token", "create", "a program")
    assert code == 0
    assert out.strip().startswith("pateva_")
    with sqlite3.connect(pateva.home / "pateva.sqlite3") as database:
        dump = "\n".join(database.iterdump())
    assert out.strip() not in dump


def test_secrets_and_keys_are_readable_by_their_owner_only(pateva):
    issued(pateva)
    for folder in ("keys", "secrets"):
        assert stat.S_IMODE((pateva.home / folder).stat().st_mode) == 0o700
        for path in (pateva.home / folder).iterdir():
            assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, path.name
