"""Restore drills: erased people stay erased, the ledger is asked for, backups of keys roll in seven days."""

import shutil
import subprocess
from datetime import timedelta
from pathlib import Path

import drafts
import participants
import postgres
import pytest
from desk import Desk
from erasing import ERASED_MAY_STAND_IN, answer_of, holder, tables_with
from installation import settings_for

from issuer.cli import main
from issuer.cli_commands.backup import LEDGER, make_backup, roll
from issuer.composition import compose
from issuer.domain.erasure import Badges
from issuer.domain.permissions import Role
from issuer.services.coaching import find_participants
from issuer.services.erasing import erase_person
from issuer.services.verify_audit import verify_audit
from issuer.settings import SettingsError


@pytest.fixture
def pateva(monkeypatch, capsys):
    """Runs a command in another home; returns (exit code, output, errors)."""

    def run(home: Path, *arguments: object, **more: str) -> tuple[int, str, str]:
        monkeypatch.setenv("PATEVA_HOME", str(home))
        for name, value in more.items():
            monkeypatch.setenv(name, value)
        code = main([str(one) for one in arguments])
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


class Opened:
    """Enough of a desk for looking into tables."""

    def __init__(self, outside) -> None:
        self.outside = outside


@pytest.mark.parametrize("badges", Badges)
def test_who_was_erased_after_the_backup_stays_erased(desk: Desk, tmp_path: Path, pateva, badges: Badges) -> None:
    settings, backups = desk.installation.settings, tmp_path / "backups"
    ready, other = drafts.ready(desk), participants.participant(desk, "Toinen Ihminen")
    document, person_id = ready.document(ready.issued()), ready.person.person_id
    old = make_backup(settings, backups, desk.outside.now())
    erase_person.ask(desk.outside, holder(ready), badges, wait=False)
    make_backup(settings, backups, desk.outside.now() + timedelta(minutes=1))  # brings the newest ledger along

    home = tmp_path / "new"
    code, out, err = pateva(home, "restore", old)
    assert code == 0, err
    assert "Erasures in the ledger: 1" in out
    with compose(settings_for(home, None)) as composition:
        opened = Opened(composition.outside)
        assert tables_with(opened, person_id) == ERASED_MAY_STAND_IN
        assert composition.outside.person_keys.among([person_id]) == []
        assert verify_audit(composition.outside).broken_at is None
        found = find_participants.get(composition.outside, desk.staff[Role.WORK_COACH], other.person_id, what="test")
        assert found.name == "Toinen Ihminen"
        with composition.outside.database.read() as uow:
            states = [one.state for one in uow.publications.lists()]
        assert "open" not in states
        report = composition.outside.environment()
    assert report is not None
    assert answer_of(desk, document)["verdict"] == ("accepted" if badges is Badges.KEEP else "rejected")


def test_nothing_starts_and_nothing_is_restored_without_the_ledger(desk: Desk, tmp_path: Path, pateva) -> None:
    settings, backups, home = desk.installation.settings, tmp_path / "backups", tmp_path / "new"
    old = make_backup(settings, backups, desk.outside.now())
    ledger = (backups / LEDGER).rename(tmp_path / "elsewhere")
    code, _, err = pateva(home, "restore", old)
    assert code == 1
    assert "ledger of erasures is missing" in err
    assert not home.exists()
    code, _, err = pateva(home, "restore", old, "--ledger", ledger)
    assert code == 0, err
    code, _, err = pateva(home, "restore", old)
    assert (code, "--replace" in err) == (1, True)
    assert pateva(home, "restore", old, "--replace")[0] == 0
    shutil.rmtree(home / "erasures")
    assert pateva(home, "audit", "verify")[0] == 2
    with pytest.raises(SettingsError, match="PATEVA_ERASURE_LEDGER"), compose(settings_for(home, None)):
        pass


def test_a_ledger_of_another_installation_is_refused(desk: Desk, tmp_path: Path, pateva) -> None:
    settings, home = desk.installation.settings, tmp_path / "new"
    old = make_backup(settings, tmp_path / "backups", desk.outside.now())
    (tmp_path / "backups" / LEDGER).unlink()
    foreign = tmp_path / "foreign"
    foreign.write_text("pateva-erasures-1 00000000-0000-4000-8000-000000000009\n")
    code, _, err = pateva(home, "restore", old, "--ledger", foreign)
    assert code == 2
    assert "another database" in err


def test_the_backup_of_day_0_is_unreadable_on_day_8(desk: Desk, tmp_path: Path, pateva) -> None:
    settings, backups = desk.installation.settings, tmp_path / "backups"
    now = desk.outside.now()
    old = make_backup(settings, backups, now)
    assert roll(backups, now + timedelta(days=7)) == 0
    new = make_backup(settings, backups, now + timedelta(days=8))
    assert roll(backups, now + timedelta(days=8)) == 1
    assert not (old / "person-keys").exists()
    assert (old / "database").exists()
    assert (new / "person-keys").exists()
    code, _, err = pateva(tmp_path / "new", "restore", old)
    assert code == 1
    assert "7 days" in err
    assert roll(backups, now + timedelta(days=36)) == 2
    assert sorted(one.name for one in old.iterdir()) == ["signing-keys"]


@pytest.mark.postgres
@pytest.mark.parametrize("database_kind", ["postgres"])
def test_on_postgresql_a_loaded_dump_forgets_whom_the_ledger_names(
    both_desks: Desk, postgres_server: str, tmp_path: Path, pateva
) -> None:
    desk = both_desks
    ready = drafts.ready(desk)
    person_id = ready.person.person_id
    programs = postgres.binaries()
    if programs is None:
        pytest.skip(postgres.ABSENT)
    source = desk.installation.settings.database_url.replace("postgresql+psycopg", "postgresql")
    dump = tmp_path / "dump.sql"
    subprocess.run([programs / "pg_dump", "--file", dump, source], check=True, timeout=120)
    erase_person.ask(desk.outside, holder(ready), Badges.KEEP, wait=False)
    target = postgres.make_database(postgres_server)
    try:
        plain = target.replace("postgresql+psycopg", "postgresql")
        subprocess.run(
            [programs / "psql", "--quiet", "--file", dump, plain], check=True, timeout=120, capture_output=True
        )
        code, out, err = pateva(desk.installation.home, "restore", "--loaded", PATEVA_DATABASE_URL=target)
        assert code == 0, err
        assert "Erasures in the ledger: 1" in out
        with compose(settings_for(desk.installation.home, target)) as composition:
            assert tables_with(Opened(composition.outside), person_id) == ERASED_MAY_STAND_IN
            assert composition.outside.person_keys.among([person_id]) == []
    finally:
        postgres.drop_database(target)
