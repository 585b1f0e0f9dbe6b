"""Done-when 5 of issue 6: fifty marked strings lie nowhere in plain, and nowhere at all once the person is erased."""

import subprocess
import tempfile
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import canaries
import drafts
import postgres
import pytest
from desk import Desk
from erasing import ERASED_MAY_STAND_IN, holder, tables_with
from installation import settings_for
from own import own_client

from issuer.cli import main
from issuer.cli_commands.backup import make_backup
from issuer.composition import compose
from issuer.db.person_keys import PersonErasedError
from issuer.domain.erasure import Badges
from issuer.domain.permissions import Role
from issuer.services.erasing import erase_person
from issuer.services.verify_audit import verify_audit


def contents(*folders: Path) -> Iterator[bytes]:
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                yield path.read_bytes()


def dumped(desk: Desk, to: Path) -> bytes:
    """Everything in PostgreSQL as text, the schema of keys included."""
    programs = postgres.binaries()
    if programs is None:
        pytest.skip(postgres.ABSENT)
    url = desk.installation.settings.database_url.replace("postgresql+psycopg", "postgresql")
    subprocess.run([programs / "pg_dump", "--file", to, url], check=True, timeout=120)
    return to.read_bytes()


@pytest.fixture
def filled(both_desks: Desk) -> tuple[drafts.Ready, canaries.Canaries]:
    ready = drafts.ready(both_desks)
    return ready, canaries.fill(ready)


def test_a_string_that_lies_in_plain_is_found_in_every_form() -> None:
    birds = canaries.Canaries()
    text = birds.next("here")
    for plain in (text, unicodedata.normalize("NFD", text), text.upper()):
        for content in (plain.encode(), plain.encode("utf-16-le"), plain.encode().hex().encode()):
            assert canaries.found(birds, [b"before" + content + b"after"]) == {"here"}
    assert canaries.found(birds, [b"Kanaria", b""]) == set()


def test_fifty_canaries_are_sealed_before_and_gone_after_erasing(
    filled: tuple[drafts.Ready, canaries.Canaries], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ready, birds = filled
    desk, outside, person_id = ready.desk, ready.desk.outside, ready.person.person_id
    home, sqlite = desk.installation.home, outside.database.url.startswith("sqlite")
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    monkeypatch.setenv("SQLITE_TMPDIR", str(temporary))
    assert len(birds.put) == canaries.COUNT

    pages = desk.client(Role.WORK_COACH).get(f"/people/{ready.person.number:03d}").text
    own = own_client(desk, person_id).get("/my/seen").text
    assert canaries.found(birds, [pages.encode(), own.encode()]) >= {"name", "concern", "answer"}  # they can be read

    before = list(contents(home, temporary)) if sqlite else [dumped(desk, tmp_path / "before.sql")]
    assert canaries.found(birds, before) == set()

    erase_person.ask(outside, holder(ready), Badges.KEEP, wait=False)

    after = list(contents(home, temporary)) if sqlite else [dumped(desk, tmp_path / "after.sql")]
    assert canaries.found(birds, after) == set()
    assert tables_with(desk, person_id) == ERASED_MAY_STAND_IN
    for read in (outside.person_keys.unseal, outside.person_keys.seal):
        with pytest.raises(PersonErasedError):
            read(person_id, "person", b"")
    assert verify_audit(outside).broken_at is None
    if sqlite:
        _restored_copy_shows_nothing(ready, birds, tmp_path, monkeypatch)


def _restored_copy_shows_nothing(ready, birds, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    copy = make_backup(ready.desk.installation.settings, tmp_path / "backups", ready.desk.outside.now())
    assert canaries.found(birds, contents(copy)) == set()
    restored = tmp_path / "restored"
    monkeypatch.setenv("PATEVA_HOME", str(restored))
    assert main(["restore", str(copy)]) == 0
    assert canaries.found(birds, contents(restored)) == set()
    with compose(settings_for(restored, None)) as composition:
        assert composition.outside.person_keys.among([ready.person.person_id]) == []
        with composition.outside.database.read() as uow:
            assert uow.people.person_institution(ready.person.person_id) is None
        assert verify_audit(composition.outside).broken_at is None
