"""A school's receipt that its holder keeps: never shown as competence shown at work, and taken along with the rest."""

import json
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO

import pytest
from app_client import AppClient
from desk import Desk
from kept import keep
from own import own_client
from recognition import School, decide, save, school_beside

from issuer.domain.errors import ConflictError
from issuer.domain.own_badge import OwnBadge, OwnKind
from issuer.domain.share_parts import Audience, preticked
from issuer.services.compact_code import NoCompactCodeError, code_for_print, code_of
from issuer.services.holdings.own_badges import own_badges
from issuer.services.link_tokens import own_badge_ref
from issuer.services.sharing.make_share import ShareWish, make


@dataclass
class Kept:
    """A participant who keeps a badge and the school's receipt about it."""

    school: School
    badge: OwnBadge
    receipt: OwnBadge
    client: AppClient


@pytest.fixture
def one(desk: Desk) -> Iterator[Kept]:
    with school_beside(desk) as school:
        badge_id = school.ready.issued()
        ref = school.sent(badge_id)
        save(school, ref)
        receipt_id = decide(school, ref).receipt_id
        assert receipt_id is not None
        keep(desk, badge_id)
        keep(desk, receipt_id)
        own = {badge.credential_id: badge for badge in own_badges(desk.outside, school.holder)}
        assert own[receipt_id].kind is OwnKind.RECEIPT
        client = own_client(desk, school.holder.person_id)
        yield Kept(school, own[badge_id], own[receipt_id], client)


def files_of(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_no_link_is_made_of_a_receipt(one: Kept) -> None:
    wish = ShareWish(audience=Audience.EMPLOYER, parts=preticked(Audience.EMPLOYER))
    with pytest.raises(ConflictError) as refused:
        make(one.school.desk.outside, one.school.holder, one.receipt.credential_id, wish)
    assert refused.value.code == "share.receipt"


PATHS = ("share", "share/school", "share/preview/qr.svg", "certificate.pdf", "card.pdf")


@pytest.mark.parametrize("path", PATHS)
def test_what_shows_a_badge_is_closed_for_a_receipt_by_a_typed_address_too(one: Kept, path: str) -> None:
    assert one.client.get(f"/my/{one.receipt.ref}/{path}").status_code == 404
    assert one.client.get(f"/my/{one.badge.ref}/{path}").status_code == 200


def test_no_link_of_a_receipt_is_made_by_a_form_that_nobody_was_shown(one: Kept) -> None:
    form = {"for": "employer", "until": "24.12.2026", "part": ["skills"], "do": "make"}
    assert one.client.post(f"/my/{one.receipt.ref}/share", data=form).status_code == 404
    assert one.client.post(f"/my/{one.receipt.ref}/share/school", data={}).status_code == 404


def test_a_receipt_has_no_small_code(one: Kept) -> None:
    outside = one.school.desk.outside
    with pytest.raises(NoCompactCodeError, match=r"compact\.claims"):
        code_of(outside, one.receipt.credential_id)
    assert code_for_print(outside, one.receipt.credential_id) is None
    assert code_for_print(outside, one.badge.credential_id) is not None


@pytest.mark.parametrize("kind", ["badge", "receipt"])
def test_only_a_badge_is_shown_and_printed_from_its_page_and_the_list(one: Kept, kind: str) -> None:
    ref, offered = getattr(one, kind).ref, kind == "badge"
    assert (f'href="/my/{ref}/share"' in one.client.get("/my").text) is offered
    page = one.client.get(f"/my/{ref}").text
    assert {name: f'/my/{ref}/{name}"' in page for name in ("share", "certificate.pdf", "card.pdf")} == dict.fromkeys(
        ("share", "certificate.pdf", "card.pdf"), offered
    )
    assert f'href="/my/{ref}/badge.zip"' in page


@pytest.mark.parametrize("kind", ["badge", "receipt"])
def test_taking_offers_paper_for_a_badge_only(one: Kept, kind: str) -> None:
    outside = one.school.desk.outside
    badge = getattr(one, kind)
    page = one.client.get(f"/take/{own_badge_ref(outside.link_secret, badge.credential_id)}/how").text
    assert ("certificate.pdf" in page, "card.pdf" in page) == (kind == "badge",) * 2
    assert "badge.json" in page


def test_everything_in_one_file_holds_the_receipt_without_a_certificate(one: Kept) -> None:
    answer = one.client.post("/my/all/zip")
    assert answer.status_code == 200
    files = files_of(answer.content)
    folders = {
        name.partition("/")[0]: json.loads(content)["id"]
        for name, content in files.items()
        if name.endswith("/osaamismerkki.json")
    }
    assert len(folders) == 2
    for folder, badge_id in folders.items():
        is_badge = badge_id.endswith(one.badge.credential_id)
        assert (f"{folder}/osaamistodistus.pdf" in files) is is_badge


def test_the_files_of_a_receipt_come_without_a_certificate(one: Kept) -> None:
    answer = one.client.get(f"/my/{one.receipt.ref}/badge.zip")
    assert answer.status_code == 200
    assert [name for name in files_of(answer.content) if name.endswith(".pdf")] == []
