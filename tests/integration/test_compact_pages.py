"""The small code over HTTP: the bundle for everyone, the answer on the page of the check, the holder's card."""

import html
import re
from io import BytesIO

import compact_world
import drafts
import participants
import pypdfium2
import pytest
from own import own_client
from web_service import SAME_ORIGIN

from issuer.domain.holder import Holder
from issuer.domain.share_parts import Audience, ShareKind, preticked
from issuer.services.compact_code import code_of
from issuer.services.holdings.own_badges import own_badges
from issuer.services.own.take_badge import keep
from issuer.services.publish_bundle import publish_bundle
from issuer.services.sharing.make_share import ShareWish, make
from schemas import qr_code
from verifier.bundle import read_bundle
from verifier.qr_decoding import read_code


def h1(answer):
    return html.unescape(re.sub(r"<[^>]+>", "", re.findall(r"<h1[^>]*>(.*?)</h1>", answer.text, re.DOTALL)[0])).strip()


def ask(client, text, **more):
    parts = [("text", (None, text)), *((name, (None, value)) for name, value in more.items())]
    return client.post("/v", files=parts, headers=SAME_ORIGIN)


def test_the_bundle_is_public_signed_and_the_same_for_browsers(sqlite_web):
    assert sqlite_web.client.get("/trust/bundle.json").status_code == 404
    assert sqlite_web.client.get("/v/bundle.json").status_code == 404
    publish_bundle(sqlite_web.installation.outside)
    public, near = (sqlite_web.client.get(path) for path in ("/trust/bundle.json", "/v/bundle.json"))
    assert public.content == near.content
    assert public.headers["access-control-allow-origin"] == "*"
    assert read_bundle(public.content).issuer == sqlite_web.installation.umbrella.did
    again = sqlite_web.client.get("/v/bundle.json", headers={"If-None-Match": near.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_the_page_of_the_check_answers_a_code_and_a_picture_of_it(sqlite_web):
    outside = sqlite_web.installation.outside
    badge_id = sqlite_web.issue().json()["id"]
    code = code_of(outside, badge_id)
    assert h1(ask(sqlite_web.client, code)).startswith("Emme pystyneet tarkistamaan tätä koodia.")
    publish_bundle(outside)
    answer = ask(sqlite_web.client, code)
    assert answer.status_code == 200
    assert re.match(r"Aito \S+ klo \S+ tietojen mukaan\. Tarkistuslista on alle vuorokauden vanha\.$", h1(answer))
    assert 'data-screen="E6"' in answer.text
    assert "Polkupyörän huolto" in answer.text
    assert 'data-answer="genuine_as_of"' in ask(sqlite_web.client, code, scanned="1").text
    picture = [("file", ("kuva.png", qr_code.png(code), "image/png"))]
    assert 'data-answer="genuine_as_of"' in sqlite_web.client.post("/v", files=picture, headers=SAME_ORIGIN).text
    several = [*picture, ("file", ("toinen.txt", compact_world.code().encode(), "text/plain"))]
    together = sqlite_web.client.post("/v", files=several, headers=SAME_ORIGIN).text
    assert 'data-screen="E5"' in together
    assert "Ei aito." in together


@pytest.mark.parametrize("language", ["fi", "fi-x-selko", "sv", "en"])
def test_every_answer_has_its_words(sqlite_web, language):
    publish_bundle(sqlite_web.installation.outside)
    answer = ask(sqlite_web.client, compact_world.code(), lang=language)
    assert 'data-answer="not_genuine"' in answer.text
    assert f'<html lang="{language}"' in answer.text
    page = sqlite_web.client.get("/v/offline", headers={"Accept-Language": language})
    assert page.status_code == 200


def test_the_worker_of_the_browser_has_the_scope_of_its_folder_and_no_other(sqlite_web):
    answer = sqlite_web.client.get("/v/offline-worker.js")
    assert answer.headers["content-type"].startswith("text/javascript")
    assert "service-worker-allowed" not in answer.headers
    assert answer.headers["cache-control"] == "no-cache"


def codes_on(pdf):
    """The texts of the codes of a card, each in its own half of the page."""
    opened = pypdfium2.PdfDocument(pdf)
    picture = opened[0].render(scale=300 / 72).to_pil()
    opened.close()
    width, height = picture.size
    middle = height - round(45 / 148 * height)  # the small code fills the last 45 mm
    texts = set()
    for part in ((0, 0, width, middle), (0, middle, width, height)):
        kept = BytesIO()
        picture.crop(part).save(kept, "PNG")
        texts.add(read_code(kept.getvalue()))
    return texts - {None}


def test_a_holder_prints_a_card_with_the_small_code_and_a_link_only_if_one_was_made_for_paper(desk):
    ready = drafts.ready(desk)
    badge_id = ready.issued()
    who = Holder(
        person_id=ready.person.person_id, institution_id=desk.institution.id, shared_device=False, supported=False
    )
    keep(desk.outside, who, badge_id)
    (badge,) = own_badges(desk.outside, who)
    client, code = own_client(desk, who.person_id), code_of(desk.outside, badge_id)
    answer = client.get(f"/my/{badge.ref}/card.pdf")
    assert answer.headers["content-type"] == "application/pdf"
    assert "osaamiskortti.pdf" in answer.headers["content-disposition"]
    assert codes_on(answer.content) == {code}
    wish = ShareWish(audience=Audience.EMPLOYER, parts=preticked(Audience.EMPLOYER), kind=ShareKind.PAPER)
    made = make(desk.outside, who, badge_id, wish)
    assert codes_on(client.get(f"/my/{badge.ref}/card.pdf").content) == {code, made.url}
    stranger = participants.participant(desk, "Toinen Ihminen")
    assert own_client(desk, stranger.person_id).get(f"/my/{badge.ref}/card.pdf").status_code == 404
