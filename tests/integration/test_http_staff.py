"""Staff pages: in by a one-time link, out for good, nothing for strangers, nothing from other sites."""

import re
from datetime import timedelta

import pytest
from web_service import SAME_ORIGIN, web_over

from issuer.domain.institution import NewInstitution, PublicName
from issuer.services import api_tokens, sign_in
from issuer.services.create_institution import create


def link(web):
    outside = web.installation.outside
    staff = sign_in.ensure_administrator(outside, web.installation.umbrella.id)
    return f"/in/{sign_in.create_link(outside, staff.id)}"


def test_opening_a_link_signs_nobody_in_and_the_button_does(web):
    path = link(web)
    for _ in range(2):
        page = web.client.get(path)
        assert page.status_code == 200
        assert "set-cookie" not in page.headers
    answer = web.client.post(path, headers=SAME_ORIGIN)
    assert answer.status_code == 303
    assert answer.headers["location"] == "/home"
    assert web.client.get("/home").status_code == 200


def test_a_link_works_once(sqlite_web):
    path = link(sqlite_web)
    assert sqlite_web.client.post(path, headers=SAME_ORIGIN).status_code == 303
    assert sqlite_web.client.post(path, headers=SAME_ORIGIN).status_code == 404
    assert sqlite_web.client.get(path).status_code == 404


def test_a_link_ends_after_its_time(sqlite_web):
    path = link(sqlite_web)
    sqlite_web.installation.clock.moved = timedelta(minutes=16)
    assert sqlite_web.client.post(path, headers=SAME_ORIGIN).status_code == 404


def test_unknown_used_and_ended_links_answer_alike(sqlite_web):
    used, ended = link(sqlite_web), link(sqlite_web)
    sqlite_web.client.post(used, headers=SAME_ORIGIN)
    sqlite_web.installation.clock.moved = timedelta(minutes=16)
    pages = {sqlite_web.client.get(path).content for path in (used, ended, "/in/" + "x" * 43, "/in/x")}
    assert len(pages) == 1


def test_the_session_cookie_is_kept_from_scripts_and_other_sites(sqlite_web):
    cookie = sqlite_web.client.post(link(sqlite_web), headers=SAME_ORIGIN).headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "Path=/" in cookie
    assert "Max-Age" not in cookie


def test_signing_in_anew_ends_the_session_before(sqlite_web):
    sqlite_web.sign_in()
    old = sqlite_web.client.cookies["s"]
    sqlite_web.sign_in()
    assert sqlite_web.client.cookies["s"] != old
    sqlite_web.client.cookies.clear()
    assert sqlite_web.client.get("/home", headers={"Cookie": f"s={old}"}).status_code == 401


def test_signing_out_ends_the_session_and_clears_the_browser(sqlite_web):
    sqlite_web.sign_in()
    cookie = sqlite_web.client.cookies["s"]
    answer = sqlite_web.client.post("/out", headers=SAME_ORIGIN)
    assert answer.status_code == 303
    assert "storage" in answer.headers["clear-site-data"]
    sqlite_web.client.cookies.clear()
    assert sqlite_web.client.get("/home", headers={"Cookie": f"s={cookie}"}).status_code == 401


@pytest.mark.parametrize(("minutes", "status"), [(29, 200), (31, 401)])
def test_a_session_ends_after_thirty_idle_minutes(sqlite_web, minutes, status):
    sqlite_web.sign_in()
    sqlite_web.installation.clock.moved = timedelta(minutes=minutes)
    assert sqlite_web.client.get("/home").status_code == status


@pytest.mark.parametrize("path", ["/home", "/units", "/badges/00000000-0000-4000-8000-000000000000"])
@pytest.mark.parametrize("cookie", [None, "s=wrong", "s=", "s=" + "x" * 500])
def test_staff_pages_want_a_session(sqlite_web, path, cookie):
    answer = sqlite_web.client.get(path, headers={"Cookie": cookie} if cookie else {})
    assert answer.status_code == 401
    assert "Kirjaudu" in answer.text


@pytest.mark.parametrize("headers", [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}, {}])
@pytest.mark.parametrize("path", ["/out", "/in/x", "/badges/00000000-0000-4000-8000-000000000000/revoke"])
def test_a_post_from_another_site_is_refused(sqlite_web, path, headers):
    sqlite_web.sign_in()
    assert sqlite_web.client.post(path, headers=headers).status_code == 403


def test_the_list_of_badges_shows_them_with_their_state_in_words_and_without_any_share_token(web):
    badge = web.issue().json()
    web.sign_in()
    pages = [web.client.get("/badges").text, web.client.get(f"/badges/{badge['id']}").text]
    assert "Polkupyörän huolto" in pages[0]
    assert "voimassa" in pages[0]
    token = badge["share_url"].rpartition("/")[2]
    for page in pages:
        assert token not in page
        assert "/s/" not in page


def test_a_badge_is_taken_out_of_use_on_a_page_with_a_reason(web):
    badge = web.issue().json()
    web.sign_in()
    path = f"/badges/{badge['id']}/revoke"
    assert web.client.get(path).status_code == 200
    answer = web.client.post(path, data={"reason": "holder_wish"}, headers=SAME_ORIGIN)
    assert answer.status_code == 303
    page = web.client.get(answer.headers["location"]).text
    assert "poistettu käytöstä" in page
    assert "poistettu käytöstä saajan toiveesta" in page


@pytest.mark.parametrize("reason", ["", "for_cause", "because"])
def test_without_an_offered_reason_nothing_is_withdrawn_and_the_page_says_what_to_do(sqlite_web, reason):
    badge = sqlite_web.issue().json()
    sqlite_web.sign_in()
    answer = sqlite_web.client.post(f"/badges/{badge['id']}/revoke", data={"reason": reason}, headers=SAME_ORIGIN)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert re.search(r'<a href="#reason-mistake">Syy puuttuu', answer.text)
    shown = sqlite_web.client.get(f"/api/badges/{badge['id']}", headers=sqlite_web.bearer).json()
    assert shown["state"] == "issued"


def test_another_institution_sees_neither_page_nor_badge(sqlite_installation):
    with web_over(sqlite_installation) as web:
        badge = web.issue().json()
        outside = sqlite_installation.outside
        name = PublicName(fi="Toinen koulu", sv="Den andra skolan", en="Another School")
        request = NewInstitution(kind="school", public_name=name, legal_name="Koulu oy", business_id="0000001-9")
        school = create(outside, request, actor="test")
        token = api_tokens.create(outside, school.id, name="other")
        other = {"Authorization": f"Bearer {token}"}
        assert web.client.get(f"/api/badges/{badge['id']}", headers=other).status_code == 404
        refused = web.client.post(f"/api/badges/{badge['id']}/revoke", json={"reason": "mistake"}, headers=other)
        assert refused.status_code == 404
        shown = web.client.get(f"/api/badges/{badge['id']}", headers=web.bearer)
        assert shown.json()["state"] == "issued"


@pytest.mark.parametrize(
    ("words", "expected"), [("106889", "Polkupyörän huolto"), ("polkupyoran", "tutkinnonosat_106889")]
)
def test_a_unit_is_found_by_code_and_by_name(sqlite_web, words, expected):
    sqlite_web.sign_in()
    page = sqlite_web.client.get("/units", params={"q": words})
    assert page.status_code == 200
    assert expected in page.text


@pytest.mark.parametrize("words", ["<script>alert(1)</script>", "%_%", "\x00", "ä" * 500, "'; DROP TABLE unit"])
def test_hostile_words_are_searched_like_any_others(sqlite_web, words):
    sqlite_web.sign_in()
    page = sqlite_web.client.get("/units", params={"q": words})
    assert page.status_code == 200
    assert "<script>" not in page.text
