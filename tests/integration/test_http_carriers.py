"""Files of a shared badge: each carries the same credential, verifies, is read by strangers, and has a neutral name."""

import json
import re
import zipfile
from datetime import date, timedelta
from io import BytesIO

import cv2
import desk as desks
import numpy as np
import pytest
from certificate_samples import pages
from openbadgeslib.ob3.ldp import OB3LdpVerifier
from openbadgeslib.ob3.verifier import OB3Verifier

from issuer.domain.award import AwardRequest
from issuer.domain.permissions import Role
from issuer.services import open_share
from issuer.services.issue_badge import issue
from issuer.services.own_documents import own_document
from schemas.baking import read_png, read_svg
from schemas.canonical_json import canonicalise
from schemas.pdf_attachment import read_pdf
from verifier import EMPLOYMENT, Verdict, verify

FILES = {
    "badge.json": ("application/vc+ld+json", "osaamismerkki.json"),
    "badge.png": ("image/png", "osaamismerkki.png"),
    "badge.svg": ("image/svg+xml", "osaamismerkki.svg"),
    "badge.zip": ("application/zip", "osaamismerkki.zip"),
    "certificate.pdf": ("application/pdf", "osaamistodistus.pdf"),
}


def path_of(badge):
    return badge["share_url"].removeprefix("http://localhost:8000")


def files_of(web, badge):
    return {name: web.client.get(f"{path_of(badge)}/{name}").content for name in FILES}


def unpacked(content):
    with zipfile.ZipFile(BytesIO(content)) as packed:
        return {name: packed.read(name) for name in packed.namelist()}


def test_every_carrier_gives_back_the_same_credential_and_verifies(sqlite_web):
    badge = sqlite_web.issue(narrative="Huollan pyöriä ]]> & <tarkasti>.").json()
    got = files_of(sqlite_web, badge)
    packed = unpacked(got["badge.zip"])
    link = sqlite_web.client.get(path_of(badge), headers={"Accept": "application/vc+ld+json"})
    carried = [
        got["badge.json"],
        link.content,
        read_png(got["badge.png"]).content,
        read_svg(got["badge.svg"]).content,
        read_pdf(got["certificate.pdf"]).content,
        packed["osaamismerkki.json"],
        read_png(packed["osaamismerkki.png"]).content,
        read_svg(packed["osaamismerkki.svg"]).content,
        read_pdf(packed["osaamistodistus.pdf"]).content,
    ]
    assert {canonicalise(json.loads(one)) for one in carried} == {canonicalise(badge["credential"])}
    environment = sqlite_web.installation.outside.environment()
    for one in (got["badge.json"], got["badge.png"], got["badge.svg"], got["certificate.pdf"]):
        assert verify(one, policy=EMPLOYMENT, environment=environment).verdict is Verdict.ACCEPTED


@pytest.mark.parametrize(
    ("name", "extract"),
    [("badge.png", OB3Verifier.extract_token_from_png), ("badge.svg", OB3Verifier.extract_token_from_svg)],
)
def test_a_foreign_reader_extracts_and_verifies_our_pictures(sqlite_web, name, extract):
    badge = sqlite_web.issue().json()
    content = sqlite_web.client.get(f"{path_of(badge)}/{name}").content
    document = extract(content).encode()
    outside = sqlite_web.installation.outside

    def download(url):
        return own_document(outside.database, url.removeprefix(outside.identity_origin)).body

    verifier = OB3LdpVerifier.for_issuer_did(sqlite_web.installation.umbrella.did)
    read = verifier.verify(document, check_status=True, verify_status_list=False, download=download)
    assert (read.issuer.id, read.achievement.name) == ("did:web:demo.pateva.example", "Polkupyörän huolto")


def test_the_picture_is_640_pixels_wide_and_the_drawing_says_what_it_is(sqlite_web):
    got = files_of(sqlite_web, sqlite_web.issue().json())
    image = cv2.imdecode(np.frombuffer(got["badge.png"], np.uint8), cv2.IMREAD_COLOR)
    assert image.shape == (640, 640, 3)
    drawn = got["badge.svg"].decode()
    assert "<title>Polkupyörän huolto</title>" in drawn
    assert all(word in drawn for word in ("todettu työssä", "konstaterat i arbetet", "Confirmed at work"))
    assert "<text" not in drawn  # letters are outlines: no font of the reader's is asked for
    assert 'href="http' not in drawn


def test_the_public_picture_is_the_same_for_all_holders_and_told_by_its_frame(sqlite_web):
    badge = sqlite_web.issue().json()
    keys = [
        one["resultDescription"].partition("#req-")[2] for one in badge["credential"]["credentialSubject"]["result"]
    ]
    part = sqlite_web.issue(key="test-badge-000000002", requirements=keys[:2]).json()
    drawings = []
    for one in (badge, part):
        address = one["credential"]["credentialSubject"]["achievement"]["id"]
        answer = sqlite_web.client.get(address.removeprefix("https://demo.pateva.example") + "/image.svg")
        assert (answer.status_code, answer.headers["content-type"]) == (200, "image/svg+xml")
        assert one["id"] not in answer.text
        drawings.append(answer.text)
    whole, partly = drawings
    assert ("stroke-dasharray" in whole, "stroke-dasharray" in partly) == (False, True)
    assert sqlite_web.client.get("/achievements/" + "0" * 32 + "/image.svg").status_code == 404


@pytest.mark.parametrize("name", FILES)
def test_every_file_has_its_type_a_neutral_name_and_the_headers_of_a_secret_address(sqlite_web, name):
    answer = sqlite_web.client.get(f"{path_of(sqlite_web.issue().json())}/{name}")
    assert answer.status_code == 200
    media_type, file_name = FILES[name]
    assert answer.headers["content-type"] == media_type
    assert answer.headers["content-disposition"] == f'attachment; filename="{file_name}"'
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-robots-tag"] == "noindex"
    assert answer.headers["referrer-policy"] == "no-referrer"


@pytest.mark.parametrize("name", FILES)
def test_dead_links_answer_alike_for_every_file(sqlite_web, name):
    badge = sqlite_web.issue().json()
    token = path_of(badge).removeprefix("/s/")
    unknown = sqlite_web.client.get(f"/s/{'A' * 22}/{name}")
    sqlite_web.installation.clock.moved = timedelta(days=400)
    ended = sqlite_web.client.get(f"/s/{token}/{name}")
    assert (unknown.status_code, ended.status_code) == (404, 404)
    assert unknown.content == ended.content
    assert dict(unknown.headers) == dict(ended.headers)


def test_the_certificate_counts_as_an_opening_and_shows_its_own_link(sqlite_web):
    badge = sqlite_web.issue().json()
    pdf = sqlite_web.client.get(f"{path_of(badge)}/certificate.pdf", headers={"Accept-Language": "sv"}).content
    text = pages(pdf)[0]
    assert "Intyg över kunnande" in text
    assert badge["share_url"] in text
    outside = sqlite_web.installation.outside
    with outside.database.read() as uow:
        share = uow.shares.first_of(badge["id"])
        assert sum(times for _, times in uow.shares.openings(share.id)) == 1


def test_a_withdrawn_badge_keeps_its_files_but_gets_no_certificate(sqlite_web):
    badge = sqlite_web.issue().json()
    sqlite_web.client.post(f"/api/badges/{badge['id']}/revoke", json={"reason": "mistake"}, headers=sqlite_web.bearer)
    assert sqlite_web.client.get(f"{path_of(badge)}/certificate.pdf").status_code == 404
    assert sqlite_web.client.get(f"{path_of(badge)}/badge.png").status_code == 200
    assert "osaamistodistus.pdf" not in unpacked(sqlite_web.client.get(f"{path_of(badge)}/badge.zip").content)
    assert "certificate.pdf" not in sqlite_web.client.get(path_of(badge)).text


@pytest.fixture
def of_provider(sqlite_installation):
    """A provider's desk, and a badge that the umbrella signed for it."""
    with desks.desk_over(sqlite_installation) as desk:
        request = AwardRequest(
            institution_id=sqlite_installation.umbrella.id,
            unit_code="106889",
            provider_id=desk.institution.id,
            activity_start=date(2026, 6, 1),
            activity_end=date(2026, 6, 1),
        )
        yield desk, issue(desk.outside, request, idempotency_key="badge-of-a-provider", actor="test")


def test_staff_print_a_certificate_with_the_name_that_was_typed(of_provider):
    desk, badge = of_provider
    client = desk.client(Role.WORK_COACH)
    page = client.get(f"/badges/{badge.id}/certificate")
    assert page.status_code == 200
    assert f'action="/badges/{badge.id}/certificate.pdf"' in page.text
    answer = client.post(f"/badges/{badge.id}/certificate.pdf", data={"name": "Maija Meikäläinen"})
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/pdf")
    text = " ".join(pages(answer.content))
    assert "Maija Meikäläinen" in text
    assert "Työ ja taito" not in text  # the provider stays in the records (PN3)
    assert "/s/" not in text  # no address of a share in an answer to staff (PL1)
    assert read_pdf(answer.content).content == badge.document


@pytest.mark.parametrize(
    ("name", "sentence"), [("Maija 🙂", "merkkejä, joita emme osaa painaa"), ("x" * 101, "liian pitkä")]
)
def test_a_name_that_cannot_be_printed_is_told_at_its_field_and_kept(of_provider, name, sentence):
    desk, badge = of_provider
    answer = desk.client(Role.WORK_COACH).post(f"/badges/{badge.id}/certificate.pdf", data={"name": name})
    assert answer.status_code == 422
    assert sentence in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert f'value="{name}"' in answer.text


def test_the_own_copy_is_a_file_of_its_own(of_provider):
    desk, badge = of_provider
    answer = desk.client(Role.WORK_COACH).get(f"/badges/{badge.id}/own-copy.pdf")
    assert answer.headers["content-disposition"] == 'attachment; filename="oma-kappale.pdf"'
    assert "Työvalmennus ei ole opiskelua." in pages(answer.content)[0]


@pytest.mark.parametrize("path", ["certificate", "certificate.pdf", "own-copy.pdf"])
def test_another_provider_finds_no_certificate(of_provider, path):
    desk, badge = of_provider
    with desks.desk_over(desk.installation, name="Toinen talo", number=1) as other:
        assert other.client(Role.WORK_COACH).get(f"/badges/{badge.id}/{path}").status_code == 404


def test_no_token_of_a_share_is_in_an_answer_to_staff(of_provider):
    desk, badge = of_provider
    token = badge.share_url.rpartition("/")[2]
    assert open_share.open_share(desk.outside, token, counted=False) is not None
    for path in ("", "/certificate"):
        assert token not in desk.client(Role.WORK_COACH).get(f"/badges/{badge.id}{path}").text
    pdf = desk.client(Role.WORK_COACH).get(f"/badges/{badge.id}/certificate.pdf").content
    assert not re.search(re.escape(token), " ".join(pages(pdf)))
