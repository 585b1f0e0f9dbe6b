"""What comes when a paper or the record cannot be made: a line to write on, or all the rest without it."""

import zipfile
from collections.abc import Iterator
from io import BytesIO

import drafts
import pytest
from app_client import AppClient
from desk import Desk
from installation import Installation
from kept import holder, keep
from own import own_client
from sharing import own_name_desk

from issuer.domain.award import AwardRequest
from issuer.domain.errors import ConflictError, DomainError, LintError, NotYetError
from issuer.domain.own_badge import OwnBadge
from issuer.exports.certificate_pdf import certificate
from issuer.pages.participant import my_all
from issuer.services.certificates import certificate_for_holder
from issuer.services.holdings.own_badges import own_badges
from issuer.services.issue_badge import issue
from keys.errors import SigningError
from schemas.errors import DocumentError

NAME = "張偉"


@pytest.fixture
def desk(sqlite_installation: Installation) -> Iterator[Desk]:
    """A provider that signs under its own name."""
    with own_name_desk(sqlite_installation) as opened:
        yield opened


@pytest.fixture
def one(desk: Desk) -> tuple[AppClient, OwnBadge]:
    """A browser and a badge whose holder's name no font of ours can write."""
    person_id = drafts.ready(desk).person.person_id
    request = AwardRequest(
        institution_id=desk.institution.id,
        person_id=person_id,
        unit_code="106889",
        own_name_accepted=True,
        holder_name=NAME,
    )
    keep(desk, issue(desk.outside, request, idempotency_key="unprintable-name-0001", actor="test").id)
    (badge,) = own_badges(desk.outside, holder(desk, person_id))
    return own_client(desk, person_id), badge


def names_in(content: bytes) -> list[str]:
    with zipfile.ZipFile(BytesIO(content)) as archive:
        return archive.namelist()


def test_papers_with_a_name_that_cannot_be_printed_have_a_line_instead(
    one: tuple[AppClient, OwnBadge], desk: Desk
) -> None:
    client, badge = one
    record = certificate_for_holder(desk.outside, badge.credential_id, institution_id=desk.institution.id, actor="test")
    assert record.holder == NAME
    with pytest.raises(DocumentError):
        certificate(record, "fi")
    for name in ("certificate.pdf", "card.pdf"):
        answer = client.get(f"/my/{badge.ref}/{name}")
        assert (answer.status_code, answer.headers["content-type"]) == (200, "application/pdf")
    assert "osaamistodistus.pdf" in names_in(client.get(f"/my/{badge.ref}/badge.zip").content)
    assert "merkki-01/osaamistodistus.pdf" in names_in(client.post("/my/all/zip").content)


@pytest.mark.parametrize(
    "fault", [ConflictError(), LintError(), NotYetError(), SigningError()], ids=lambda one: one.code
)
def test_everything_comes_without_the_record_when_none_can_be_made(
    one: tuple[AppClient, OwnBadge], monkeypatch: pytest.MonkeyPatch, fault: DomainError | SigningError
) -> None:
    def refuse(*_: object) -> tuple[bytes, ...]:
        raise fault

    monkeypatch.setattr(my_all, "export_record", refuse)
    answer = one[0].post("/my/all/zip")
    assert answer.status_code == 200
    found = names_in(answer.content)
    assert "merkki-01/osaamismerkki.json" in found
    assert "osaamismerkit.json" not in found
