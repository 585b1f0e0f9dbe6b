"""What the log knows after every kind of visit: path templates and times, no token, no name, no word of anybody."""

import json
import sqlite3
from contextlib import closing

from web_service import SAME_ORIGIN

from issuer.pages import share_door
from issuer.services import sign_in


def visit_everything(web):
    """Every kind of visit; returns the secrets and words that were used."""
    canary = "kanarialintu omin sanoin"
    badge = web.issue(narrative=canary).json()
    token = badge["share_url"].rpartition("/")[2]
    staff = sign_in.ensure_administrator(web.installation.outside, web.installation.umbrella.id)
    link = sign_in.create_link(web.installation.outside, staff.id)
    for path in ("", "/check", "/qr.svg", "/badge.json", "/nothing", "?lang=sv"):
        web.client.get(f"/s/{token}{path}")
    web.client.get(f"/in/{link}")
    web.client.post(f"/in/{link}", headers=SAME_ORIGIN)
    session = web.client.cookies["s"]
    web.client.get("/home")
    web.client.get("/units", params={"q": canary})
    web.client.post(f"/badges/{badge['id']}/revoke", data={"reason": "mistake"}, headers=SAME_ORIGIN)
    web.client.post("/api/verify", json=badge["credential"])
    web.client.post("/v", data={"text": badge["share_url"]})
    web.client.request(f"GET{canary.partition(' ')[0]}", f"/s/{token}")
    web.client.post("/out", headers=SAME_ORIGIN)
    return [token, link, session, web.token, "kanarialintu", badge["credential"]["credentialSubject"]["id"]]


def test_no_secret_and_no_word_of_a_person_reaches_the_log(sqlite_web, logged):
    secrets = visit_everything(sqlite_web)
    text = logged.getvalue()
    assert [secret for secret in secrets if secret in text] == []
    paths = {json.loads(line)["path"] for line in text.splitlines()}
    assert {"/s/{token}", "/s/{token}/check", "/in/{token}", "/api/badges", "/home"} <= paths


def test_the_database_holds_no_secret_of_a_link_a_session_or_a_program(sqlite_web):
    secrets = visit_everything(sqlite_web)
    for path in sqlite_web.installation.home.glob("*.sqlite3"):
        with closing(sqlite3.connect(path)) as database:
            dump = "\n".join(database.iterdump())
        assert [secret for secret in secrets if secret in dump] == [], path.name


def test_a_crash_is_told_with_a_reference_and_logged_without_its_text(sqlite_web, logged, monkeypatch):
    def fall(*_arguments, **_more):
        raise RuntimeError("text that may quote a person")

    monkeypatch.setattr(share_door, "open_share", fall)
    answer = sqlite_web.client.get("/s/" + "A" * 22)
    assert answer.status_code == 500
    assert "Jokin meni vikaan meillä" in answer.text
    assert answer.headers["content-security-policy"]
    crashed = next(json.loads(line) for line in logged.getvalue().splitlines() if "http.crashed" in line)
    assert crashed["fault"] in answer.text
    assert crashed["exception"] == "RuntimeError"
    assert "quote" not in logged.getvalue()


def test_a_crash_of_the_api_is_a_problem_with_a_reference(sqlite_web, monkeypatch):
    monkeypatch.setattr("issuer.services.show_badge.show", lambda *_a, **_k: 1 / 0)
    answer = sqlite_web.client.get("/api/badges/00000000-0000-4000-8000-000000000000", headers=sqlite_web.bearer)
    assert answer.status_code == 500
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["code"] == "internal.fault"
