"""The shared page: what it says, which headers it carries, and how alike all dead links are."""

import re
import statistics
import time
from datetime import timedelta

import cv2
import installation as installations
import numpy as np
import pytest
from web_service import SAME_ORIGIN, web_over

from issuer.composition import compose
from issuer.services import open_share, sign_in

IN_FORCE = {
    "fi": "Merkki on aito ja voimassa.",
    "sv": "Märket är äkta och giltigt.",
    "en": "This badge is genuine and in force.",
}

ISSUER = {"fi": "Osaamismerkit", "sv": "Kompetensmärken", "en": "Skill Badges"}  # as the trust list has it


def path_of(badge):
    return badge["share_url"].removeprefix("http://localhost:8000")


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_the_page_says_in_each_language_that_a_badge_is_genuine_and_in_force(sqlite_web, language):
    page = sqlite_web.client.get(path_of(sqlite_web.issue().json()), headers={"Accept-Language": language})
    assert page.status_code == 200
    assert page.headers["content-language"] == language
    assert IN_FORCE[language] in page.text
    assert "Polkupyörän huolto" in page.text
    assert ISSUER[language] in page.text


def test_the_switch_beats_the_browser_and_is_kept(sqlite_web):
    path = path_of(sqlite_web.issue().json())
    assert IN_FORCE["sv"] in sqlite_web.client.get(path + "?lang=sv").text
    assert IN_FORCE["sv"] in sqlite_web.client.get(path).text


def test_the_page_answers_on_both_databases_before_and_after_withdrawal(web):
    badge = web.issue().json()
    assert IN_FORCE["fi"] in web.client.get(path_of(badge)).text
    web.client.post(f"/api/badges/{badge['id']}/revoke", json={"reason": "for_cause"}, headers=web.bearer)
    page = web.client.get(path_of(badge)).text
    assert "<h1" in page
    assert "Myöntäjä on perunut tämän merkin." in page
    assert IN_FORCE["fi"] not in page
    assert "Polkupyörän huolto" in page


@pytest.mark.parametrize(
    ("reason", "sentence"),
    [
        ("mistake", "Merkki on aito, mutta se ei ole enää käytössä."),
        ("holder_wish", "Merkki on aito, mutta se ei ole enää käytössä."),
        ("replaced", "Tämä merkki on korvattu uudella. Pyydä uusi."),
    ],
)
def test_a_withdrawn_badge_is_told_without_stigma(sqlite_web, reason, sentence):
    badge = sqlite_web.issue().json()
    sqlite_web.client.post(f"/api/badges/{badge['id']}/revoke", json={"reason": reason}, headers=sqlite_web.bearer)
    assert sentence in sqlite_web.client.get(path_of(badge)).text


def test_the_page_carries_the_headers_of_a_secret_address(sqlite_web):
    path = path_of(sqlite_web.issue().json())
    for part in ("", "/check", "/qr.svg", "/qr.png", "/badge.json"):
        answer = sqlite_web.client.get(path + part)
        assert answer.status_code == 200
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["x-robots-tag"] == "noindex"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "default-src 'self'" in answer.headers["content-security-policy"]


def test_title_and_head_say_nothing_about_unit_person_or_provider(sqlite_web):
    page = sqlite_web.client.get(path_of(sqlite_web.issue().json())).text
    assert re.findall(r"<title>(.*?)</title>", page) == ["Osaamismerkki – Pätevä"]
    head = page.partition("</head>")[0]
    assert "og:" not in head
    assert "Polkupyörän" not in head


def test_the_page_loads_from_its_own_origin_only_and_runs_no_script(sqlite_web):
    page = sqlite_web.client.get(path_of(sqlite_web.issue().json())).text
    assert not re.search(r'(?:src|href|action)="(?:https?:)?//', page)
    assert "<script" not in page
    assert len(page.encode()) < 200_000


@pytest.mark.parametrize("kind", ["png", "svg"])
def test_the_code_holds_the_link_to_the_page(sqlite_web, kind):
    badge = sqlite_web.issue().json()
    answer = sqlite_web.client.get(f"{path_of(badge)}/qr.{kind}")
    assert answer.headers["content-type"].startswith(f"image/{kind}")
    if kind == "png":
        picture = cv2.imdecode(np.frombuffer(answer.content, np.uint8), cv2.IMREAD_COLOR)
        assert picture.shape[0] >= 240
        assert cv2.QRCodeDetectorAruco().detectAndDecode(picture)[0] == badge["share_url"]
    else:
        width = re.search(r'width="([0-9.]+)mm"', answer.text)
        modules = re.search(r'viewBox="0 0 ([0-9]+)', answer.text)
        assert float(width[1]) == pytest.approx(int(modules[1]) * 0.40)


def test_the_file_is_the_signed_badge_under_a_neutral_name(sqlite_web):
    badge = sqlite_web.issue().json()
    answer = sqlite_web.client.get(path_of(badge) + "/badge.json")
    assert answer.json() == badge["credential"]
    assert answer.headers["content-disposition"] == 'attachment; filename="osaamismerkki.json"'


def test_unknown_ended_and_stopped_links_answer_with_the_same_bytes(sqlite_web):
    installation = sqlite_web.installation
    ended, stopped = (path_of(sqlite_web.issue(f"test-badge-00000000{n}").json()) for n in (11, 12))
    token = stopped.rpartition("/")[2]
    with installation.outside.database.write() as uow:
        share = uow.shares.by_token(open_share.token_digest(token), now=installation.outside.now())
        uow.shares.stop(share.id, on=installation.outside.now().date())
    installation.clock.moved = timedelta(days=800)
    answers = [
        sqlite_web.client.get(path)
        for path in (ended, stopped, "/s/" + "A" * 22, "/s/" + "A" * 21, "/s/x", "/s/" + "ä" * 22, "/s/%00")
    ]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.content for answer in answers}) == 1
    assert len({tuple(sorted(answer.headers.items())) for answer in answers}) == 1


def test_dead_links_take_equally_long(sqlite_web):
    installation = sqlite_web.installation
    path = path_of(sqlite_web.issue().json())
    with installation.outside.database.write() as uow:
        share = uow.shares.by_token(open_share.token_digest(path[3:]), now=installation.outside.now())
        uow.shares.stop(share.id, on=installation.outside.now().date())
    times = {path: [], "/s/" + "A" * 22: [], "/s/x": []}
    for _ in range(60):
        for one, taken in times.items():
            begun = time.perf_counter()
            sqlite_web.client.get(one)
            taken.append(time.perf_counter() - begun)
    middle = [statistics.median(taken) for taken in times.values()]
    assert max(middle) < 1.5 * min(middle)  # a guesser would need far more; shared machines are not quieter


def test_openings_are_counted_by_day_and_parts_of_the_page_are_not_openings(sqlite_web):
    path = path_of(sqlite_web.issue().json())
    for part in ("", "", "/qr.svg", "/badge.json", "/check"):
        sqlite_web.client.get(path + part)
    sqlite_web.client.request("HEAD", path)
    assert openings(sqlite_web) == [3]  # the page twice, and its check


def openings(web):
    from sqlalchemy import select

    from issuer.db.models.awards import ShareOpening

    with web.installation.outside.database.read() as uow:
        return list(uow.shares._session.execute(select(ShareOpening.times)).scalars())


def test_guessing_is_stopped_after_sixty_misses_also_for_right_links(sqlite_installation):
    with web_over(sqlite_installation, "203.0.113.7") as web:
        path = path_of(web.issue().json())
        for number in range(60):
            assert web.client.get(f"/s/{number:022d}").status_code == 404
        refused = web.client.get(path)
        assert refused.status_code == 429
        assert refused.headers["retry-after"]
        assert web.client.get("/s/" + "A" * 22).status_code == 429


def test_an_altered_copy_is_rejected_with_the_code_of_the_proof(sqlite_web):
    badge = sqlite_web.issue().json()["credential"]
    badge["name"] = badge["name"].replace("P", "B")
    report = sqlite_web.client.post("/api/verify", json=badge).json()
    assert report["verdict"] == "rejected"
    failed = {check["code"] for check in report["checks"] if check["outcome"] == "FAILED"}
    assert "proof.signature" in failed


def test_the_unaltered_badge_is_accepted_by_the_api_over_our_own_documents(web):
    report = web.client.post("/api/verify", json=web.issue().json()["credential"]).json()
    assert report["verdict"] == "accepted"


def test_a_program_that_was_given_the_link_gets_the_signed_badge(sqlite_web):
    badge = sqlite_web.issue().json()
    answer = sqlite_web.client.get(path_of(badge), headers={"Accept": "application/vc, application/json"})
    assert answer.json() == badge["credential"]
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-robots-tag"] == "noindex"


@pytest.fixture
def https_web(sqlite_template, tmp_path):
    home = tmp_path / "home"
    installations.copy_home(sqlite_template, home)
    addresses = {"PATEVA_PUBLIC_URL": "https://merkit.example", "PATEVA_IDENTITY_ORIGIN": "https://demo.pateva.example"}
    settings = installations.settings_for(home, None, **addresses)
    with compose(settings) as composition:
        with composition.outside.database.read() as uow:
            umbrella = uow.institutions.root()
        opened = installations.Installation(settings, composition.outside, umbrella, installations.MovableClock())
        with web_over(opened) as web:
            yield web


def test_a_link_of_ours_is_checked_without_a_socket(https_web):
    link = https_web.issue().json()["share_url"]
    assert link.startswith("https://merkit.example/s/")
    as_text = {"Content-Type": "text/plain"}
    assert https_web.client.post("/api/verify", content=link, headers=as_text).json()["verdict"] == "accepted"
    dead = https_web.client.post("/api/verify", content=link[:-22] + "A" * 22, headers=as_text)
    assert dead.status_code == 422
    assert dead.json()["code"] == "input.not_fetched"


def test_over_https_the_session_cookie_is_bound_to_the_host(https_web):
    staff = sign_in.ensure_administrator(https_web.installation.outside, https_web.installation.umbrella.id)
    link = sign_in.create_link(https_web.installation.outside, staff.id)
    cookie = https_web.client.post(f"/in/{link}", headers=SAME_ORIGIN).headers["set-cookie"]
    assert cookie.startswith("__Host-s=")
    assert "Secure" in cookie
    assert "Domain" not in cookie
