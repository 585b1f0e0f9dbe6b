"""The pages of the check over HTTP, without scripts: E1 to E5, languages, headers, what is never done."""

import base64
import hashlib
import html
import io
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import verifier_world
import workshop
from fastapi import FastAPI
from PIL import Image
from starlette.testclient import TestClient
from verifier_world import ClosedWorld

from schemas import qr_code
from verifier.app import Options, create_app
from verifier.page_input import MAX_HELD_BYTES
from verifier.pages import PAGE_TEXTS, router
from verifier.security_headers import DEFAULT_HEADERS
from verifier.texts import LANGUAGES, choose_language

LINK = "https://wallet.example/badge"


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    world = ClosedWorld({LINK: json.loads(verifier_world.good())})
    app = create_app(Options(contact="Maija Mallikas, 029 123 4567"), surroundings=world)
    with TestClient(app, follow_redirects=False) as made:
        yield made


def post(client: TestClient, *, language: str = "fi", path: str = "/v", **fields: object):
    files = [(name, (None, value)) if isinstance(value, str) else (name, value) for name, value in fields.items()]
    return client.post(path, files=files, headers={"accept-language": language})


def upload(client: TestClient, data: bytes, name: str = "badge.json", **more: object):
    return post(client, file=(name, data), **more)


def h1(answer) -> str:
    found = re.findall(r"<h1[^>]*>(.*?)</h1>", answer.text, re.DOTALL)
    assert len(found) == 1
    return html.unescape(found[0]).strip()


def held(answer) -> str:
    return re.findall(r'name="held" value="([^"]+)"', answer.text)[0]


def screen(answer) -> str:
    return re.findall(r'data-screen="([^"]+)"', answer.text)[0]


def test_the_check_page_offers_camera_file_and_text_in_this_order(client: TestClient) -> None:
    answer = client.get("/v")
    assert (answer.status_code, screen(answer), h1(answer)) == (200, "E1", "Tarkista osaamismerkki")
    places = [answer.text.index(part) for part in ('href="/v/camera"', 'type="file"', "<textarea")]
    assert places == sorted(places)
    assert "Emme tallenna, mitä tarkistat. Antaja ei saa tietoa tarkistuksesta." in answer.text
    assert "Maija Mallikas" in answer.text


def test_a_file_is_answered_by_the_page_itself_with_sentence_and_four_lines(client: TestClient) -> None:
    answer = upload(client, verifier_world.good())
    assert (answer.status_code, screen(answer)) == (200, "E3")
    assert h1(answer) == "Merkki on muuttumaton ja voimassa. Emme tunne myöntäjää."
    assert answer.text.count("<dt>") >= 4
    assert 'id="result" tabindex="-1" autofocus' in answer.text


def test_an_altered_badge_is_a_result_and_its_words_stand_as_not_confirmed(client: TestClient) -> None:
    answer = upload(client, verifier_world.altered())
    assert (answer.status_code, screen(answer)) == (200, "E3")
    assert h1(answer) == "Tämä ei ole se merkki, jonka myöntäjä allekirjoitti."
    assert "Tiedostossa lukee, mutta sitä ei ole vahvistettu" in answer.text
    assert "Mitä merkki kertoo" not in answer.text


def test_a_pasted_badge_and_a_typed_link_are_checked(client: TestClient) -> None:
    assert screen(post(client, text=verifier_world.good().decode())) == "E3"
    answer = post(client, text=f"  {LINK}\n")
    assert (screen(answer), answer.status_code) == ("E3", 200)


def test_a_link_from_a_code_is_shown_before_it_is_fetched(client: TestClient) -> None:
    answer = post(client, text=LINK, scanned="1")
    assert h1(answer) == "Haetaanko tämä osoite?"
    assert LINK in answer.text
    assert screen(post(client, text=LINK, scanned="1", confirmed="1")) == "E3"


def picture(text: str, kind: str = "JPEG") -> bytes:
    out = io.BytesIO()
    Image.open(io.BytesIO(qr_code.png(text))).convert("RGB").save(out, kind)
    return out.getvalue()


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_a_picture_of_a_code_is_read_and_its_link_asked_about(client: TestClient, kind: str) -> None:
    answer = upload(client, picture(LINK, kind), "photo")
    assert h1(answer) == "Haetaanko tämä osoite?"
    assert LINK in answer.text


def test_a_picture_without_a_code_says_how_to_go_on(client: TestClient) -> None:
    out = io.BytesIO()
    Image.new("RGB", (300, 300), "white").save(out, "JPEG")
    answer = upload(client, out.getvalue(), "photo.jpg")
    assert screen(answer) == "E1"
    assert "Kuvasta ei löytynyt koodia. Ota kuva lähempää." in answer.text


def test_a_code_that_holds_no_badge_says_so(client: TestClient) -> None:
    answer = post(client, text="openid-credential-offer://x", scanned="1")
    assert "Tässä koodissa ei ole osaamismerkkiä." in answer.text


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({}, "Valitse tiedosto tai kirjoita linkki."),
        ({"text": ""}, "Valitse tiedosto tai kirjoita linkki."),
        ({"text": "hei"}, "Emme löytäneet tästä osaamismerkkiä."),
        ({"text": "https://wallet.example/none"}, "Osoitteesta ei saatu merkkiä."),
        ({"text": "http://wallet.example/badge"}, "Emme löytäneet tästä osaamismerkkiä."),
        ({"text": "ABCD EFGH JKMN PQRS"}, "Tämä koodi ei ole meiltä"),
        ({"held": "%%%"}, "Emme löytäneet tästä osaamismerkkiä."),
    ],
)
def test_what_cannot_be_checked_goes_back_to_the_form_with_a_way_on(
    client: TestClient, fields: dict[str, str], sentence: str
) -> None:
    answer = post(client, **fields) if fields else client.post("/v", headers={"accept-language": "fi"})
    assert (answer.status_code, screen(answer)) == (422, "E1")
    assert sentence in answer.text
    assert 'role="alert"' in answer.text
    if fields.get("text"):
        assert f">{fields['text']}</textarea>" in answer.text


def test_a_file_beyond_four_megabytes_is_too_large(client: TestClient) -> None:
    answer = upload(client, b"\x89PNG" + b"x" * (4 << 20))
    assert (answer.status_code, screen(answer)) == (413, "E1")
    assert "Tiedosto on liian suuri" in answer.text


def test_several_files_have_a_sentence_each_and_a_sum(client: TestClient) -> None:
    files = [
        ("file", (name, data))
        for name, data in (
            ("a.json", verifier_world.good()),
            ("b.json", verifier_world.altered()),
            ("<c>.txt", b"nothing"),
        )
    ]
    answer = client.post("/v", files=files, headers={"accept-language": "fi"})
    assert screen(answer) == "E5"
    assert "0 aitoa ja voimassa, 1 ei voitu tarkistaa, 2 ei kunnossa" in answer.text
    assert "Tämä ei ole se merkki" in answer.text
    assert "Emme löytäneet tästä osaamismerkkiä." in answer.text
    assert "&lt;c&gt;.txt" in answer.text


def test_eleven_files_are_too_many(client: TestClient) -> None:
    files = [("file", (f"{number}.json", b"{}")) for number in range(11)]
    answer = client.post("/v", files=files, headers={"accept-language": "fi"})
    assert "enintään 10 tiedostoa" in answer.text


def test_the_result_can_be_asked_for_in_another_language_and_printed_without_a_store(client: TestClient) -> None:
    first = upload(client, verifier_world.good())
    assert base64.b64decode(held(first)) == verifier_world.good()
    swedish = post(client, held=held(first), lang="sv")
    assert h1(swedish) == "Märket är oförändrat och giltigt. Vi känner inte utfärdaren."
    record = post(client, path="/v/record", held=held(first), lang="en")
    assert (screen(record), record.status_code) == ("E4", 200)
    assert "It is not a decision on competence." in record.text
    assert "This record carries no digital signature." in record.text
    assert "urn:uuid:0f2f8f5e-6f5a-4b0e-9d0a-000000000001" in record.text


def test_the_record_is_also_a_file_with_result_time_and_age_of_the_list(client: TestClient) -> None:
    answer = post(client, path="/v/record.json", text=verifier_world.good().decode(), lang="en")
    assert answer.headers["content-disposition"] == 'attachment; filename="check-record.json"'
    record = answer.json()
    assert (record["format"], record["checkedAt"]) == ("pateva.check-record/1", "2026-11-22T12:00:00Z")
    assert record["sentence"] == "This badge is unchanged and in force. We do not know the issuer."
    assert [line["state"] for line in record["lines"]] == ["checked", "unknown", "checked", "unknown"]
    assert record["source"]["sha256"] == hashlib.sha256(verifier_world.good()).hexdigest()
    assert record["statusLists"][0]["validFrom"] == "2026-11-22T00:00:00Z"
    assert record["notPassed"] == []
    assert "0f2f8f5e-6f5a-4b0e-9d0a-000000000002" not in answer.text  # the person it is about
    assert "proof" not in record


def test_an_installation_with_a_key_signs_the_record() -> None:
    def sign(record: dict[str, object]) -> dict[str, object]:
        return workshop.sign({**record, "issuer": workshop.KEY.did, "@context": []}, suite="eddsa-jcs-2022")

    app = FastAPI()
    app.include_router(router(ClosedWorld().environment, sign_record=sign))
    with TestClient(app) as made:
        answer = post(made, path="/v/record.json", text=verifier_world.altered().decode())
        assert answer.json()["proof"]["cryptosuite"] == "eddsa-jcs-2022"
        assert answer.json()["credential"] is None
        assert {"code": "proof.signature", "outcome": "FAILED", "severity": "error", "pointer": "/proof"} in (
            answer.json()["notPassed"]
        )
        page = post(made, path="/v/record", text=verifier_world.good().decode())
        assert "Sama merkintä on saatavana allekirjoitettuna tiedostona." in page.text


def test_what_is_too_large_to_hold_is_chosen_again(client: TestClient) -> None:
    large = verifier_world.good() + b" " * MAX_HELD_BYTES
    answer = upload(client, large)
    assert screen(answer) == "E3"
    assert 'name="held"' not in answer.text


@pytest.mark.parametrize("path", ["/v/result", "/v/record"])
def test_results_are_not_kept_so_these_begin_at_the_check(client: TestClient, path: str) -> None:
    answer = client.get(path)
    assert (answer.status_code, answer.headers["location"]) == (303, "/v")


def test_the_language_asked_for_is_kept_in_the_only_cookie(client: TestClient) -> None:
    answer = client.get("/v?lang=sv")
    assert h1(answer) == "Kontrollera ett kompetensmärke"
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("lang=sv;")
    assert "HttpOnly" in cookie
    assert "set-cookie" not in client.get("/v?lang=xx").headers
    client.cookies.clear()


@pytest.mark.parametrize(
    ("asked", "kept", "header", "language"),
    [
        (None, None, None, "fi"),
        (None, None, "sv-FI,sv;q=0.9,en;q=0.8", "sv"),
        (None, None, "de,en-GB;q=0.5,fi;q=0.4", "en"),
        (None, None, "fi;q=0,en;q=0.1", "en"),
        (None, None, "fi-x-selko", "fi-x-selko"),
        (None, None, ";;q=x,,", "fi"),
        (None, "en", "sv", "en"),
        ("fi-x-selko", "en", "sv", "fi-x-selko"),
        ("de", "xx", "sv", "sv"),
    ],
)
def test_a_language_is_asked_for_kept_or_preferred(
    asked: str | None, kept: str | None, header: str | None, language: str
) -> None:
    assert choose_language(asked, kept, header) == language


def test_every_language_has_every_text_with_the_same_places() -> None:
    for key in PAGE_TEXTS.keys("fi"):
        places = {language: sorted(re.findall(r"\{(\w+)\}", PAGE_TEXTS.text(language, key))) for language in LANGUAGES}
        assert len(set(map(tuple, places.values()))) == 1, key
        assert all(PAGE_TEXTS.text(language, key).strip() for language in LANGUAGES)
    assert all(PAGE_TEXTS.keys(language) == PAGE_TEXTS.keys("fi") for language in LANGUAGES)


def test_every_text_is_used_and_every_used_text_exists() -> None:
    package = Path(router.__code__.co_filename).parent
    sources = [*package.glob("*.py"), *(package / "templates").glob("*.html")]
    text = "\n".join(path.read_text(encoding="utf-8") for path in sources)
    used = set(re.findall(r"\bt\(\s*[\"']([a-z_0-9.]+)[\"']", text))
    used |= {f"frame.{key}" for key in re.findall(r"page\.frame\(\s*[\"']([a-z_]+)[\"']", text)}
    used |= set(re.findall(r"[\"'](error\.[a-z_]+)[\"']", text))
    keys = PAGE_TEXTS.keys("fi")
    lines = {key for key in used if key.split(".")[0] in ("headline", "question", "word", "line")}
    prefixes = {key for key in used if key.endswith(".")}
    assert used - keys - lines - prefixes == set()
    spoken = used | {key for key in keys if key.startswith(("result.outcome.", "record.how."))}
    assert keys - spoken == set()


@pytest.mark.parametrize("path", ["/v", "/v/camera", "/v/about", "/v/static/pateva.css", "/nothing", "/api/verify"])
def test_every_answer_carries_the_security_headers(client: TestClient, path: str) -> None:
    answer = client.get(path)
    own = {"Cache-Control"} if "static" in path else {"Permissions-Policy"} if "camera" in path else set()
    for name, value in DEFAULT_HEADERS.items():
        if name not in own:
            assert answer.headers[name] == value
    assert "unsafe" not in answer.headers["content-security-policy"]


def test_the_camera_is_allowed_on_its_own_page_only(client: TestClient) -> None:
    assert client.get("/v/camera").headers["permissions-policy"].startswith("camera=(self)")
    assert client.get("/v").headers["permissions-policy"].startswith("camera=()")


def test_static_files_are_cached_by_their_bytes_and_nothing_else_is_served(client: TestClient) -> None:
    address = re.findall(r'href="(/v/static/pateva\.css\?v=[0-9a-f]+)"', client.get("/v").text)[0]
    assert "immutable" in client.get(address).headers["cache-control"]
    assert "immutable" not in client.get("/v/static/pateva.css?v=old").headers["cache-control"]
    for name in ("..%2fpages.py", "../pages.py", "nothing.css", "%00"):
        assert client.get(f"/v/static/{name}").status_code == 404


def test_pages_hold_no_inline_script_or_style_and_no_foreign_address(client: TestClient) -> None:
    pages = [client.get(path).text for path in ("/v", "/v/camera", "/v/about", "/nothing")]
    pages += [upload(client, verifier_world.good()).text, upload(client, verifier_world.altered()).text]
    for text in pages:
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:", text)
        assert all("src=" in tag for tag in re.findall(r"<script[^>]*>", text))
        assert not re.search(r'(?:src|href|action)="(?:https?:)?//', text)


def test_a_page_weighs_less_than_two_hundred_kilobytes_and_its_parts_less_still(client: TestClient) -> None:
    assert len(upload(client, verifier_world.good()).content) < 200_000
    assert len(client.get("/v/static/pateva.css").content) <= 30_000
    assert len(client.get("/v/static/camera.js").content) <= 12_000


def test_the_badges_own_words_are_escaped_and_set_apart(client: TestClient) -> None:
    name = '<script>alert(1)</script>" onmouseover="x'
    badge = workshop.badge()
    badge["credentialSubject"]["achievement"]["name"] = name
    answer = upload(client, workshop.dump(workshop.sign(badge)))
    assert "<script>alert" not in answer.text
    assert f"<bdi>{html.escape(name, quote=True).replace('&quot;', '&#34;')}</bdi>" in answer.text


def test_an_unknown_page_is_one_sentence_with_a_way_on(client: TestClient) -> None:
    answer = client.get("/v/unknown")
    assert (answer.status_code, screen(answer)) == (404, "A4")
    assert "Tätä sivua ei ole, tai linkki on lopetettu." in h1(answer)


def test_the_title_says_nothing_about_the_badge(client: TestClient) -> None:
    assert "<title>Osaamismerkki – Pätevä</title>" in upload(client, verifier_world.good()).text


@pytest.mark.shared
def test_no_open_redirect_leaves_the_origin(client: TestClient, shared: Path) -> None:
    cases = json.loads((shared / "data/security/generated/url/urls.json").read_bytes())
    for case in cases["open_redirect"] + cases["path_traversal"]:
        asked = client.get("/v", params={"next": case})
        for answer in (post(client, text=case), post(client, text=case, scanned="1"), asked):
            assert answer.headers.get("location", "/v").startswith("/v")
            assert answer.status_code < 500


@pytest.mark.shared
def test_hostile_files_never_break_the_page(client: TestClient, shared: Path) -> None:
    base = shared / "data/security/generated"
    for kind in ("png", "svg", "json"):
        for path in sorted((base / kind).glob("*.*")):
            answer = upload(client, path.read_bytes(), path.name)
            assert answer.status_code in (200, 413, 422), path.name
            assert screen(answer) in ("E1", "E3"), path.name


def test_a_check_leaves_no_file_behind(client: TestClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    opened: list[object] = []
    monkeypatch.setattr("tempfile.SpooledTemporaryFile", lambda *a, **k: opened.append(a))
    upload(client, b"\x89PNG" + b"x" * (3 << 20))
    assert opened == []
    assert list(tmp_path.iterdir()) == []
