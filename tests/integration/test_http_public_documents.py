"""Public documents: for everyone, cacheable, the same that our own verifier reads; pages for people beside them."""

import pytest
from web_service import web_over

ORIGIN = "https://demo.pateva.example"


def achievement_path(web):
    credential = web.issue().json()["credential"]
    return credential["credentialSubject"]["achievement"]["id"].removeprefix(ORIGIN)


def public_paths(web):
    credential = web.issue().json()["credential"]
    status = credential["credentialStatus"]["statusListCredential"].removeprefix(ORIGIN)
    return ["/.well-known/did.json", status, f"{status}/reasons", "/trust/list.json"]


def test_every_public_document_may_be_read_from_anywhere_and_kept_for_a_while(web):
    for path in public_paths(web):
        answer = web.client.get(path)
        assert answer.status_code == 200, path
        assert answer.headers["access-control-allow-origin"] == "*"
        assert answer.headers["cross-origin-resource-policy"] == "cross-origin"
        assert answer.headers["cache-control"].startswith("public, max-age=")
        assert "set-cookie" not in answer.headers
        assert answer.json()


def test_who_has_the_bytes_already_gets_them_not_again(sqlite_web):
    first = sqlite_web.client.get("/.well-known/did.json")
    second = sqlite_web.client.get("/.well-known/did.json", headers={"If-None-Match": first.headers["etag"]})
    assert second.status_code == 304
    assert second.content == b""


def test_the_did_document_is_that_of_the_identity_origin(sqlite_web):
    document = sqlite_web.client.get("/.well-known/did.json")
    assert document.headers["content-type"].startswith("application/did+json")
    assert document.json()["id"] == "did:web:demo.pateva.example"


def test_a_program_gets_an_achievement_as_json_and_a_browser_as_a_page(sqlite_web):
    path = achievement_path(sqlite_web)
    as_json = sqlite_web.client.get(path, headers={"Accept": "application/json"})
    assert as_json.json()["id"] == ORIGIN + path
    assert as_json.headers["access-control-allow-origin"] == "*"
    page = sqlite_web.client.get(path, headers={"Accept": "text/html,*/*;q=0.8"})
    assert page.headers["content-type"].startswith("text/html")
    assert "Polkupyörän huolto" in page.text
    assert "Accept" in page.headers["vary"]
    assert "Accept" in as_json.headers["vary"]


def test_the_page_of_an_issuer_tells_its_public_name_and_no_other(sqlite_web):
    page = sqlite_web.client.get("/issuers/osaamismerkit")
    assert page.status_code == 200
    assert "Osaamismerkit" in page.text
    assert "Esimerkkisäätiö" not in page.text
    assert "0149669-3" not in page.text


@pytest.mark.parametrize(
    "path",
    [
        "/issuers/nobody/did.json",
        "/issuers/..%2f..%2fetc/did.json",
        "/status/aaaaaaaaaaaaaaaa",
        "/status/aaaaaaaaaaaaaaaa/reasons",
        "/status/AAAA",
        "/trust/other.json",
        "/.well-known/openid-configuration",
    ],
)
def test_a_document_that_is_not_there_is_a_problem_with_404_or_422(sqlite_web, path):
    answer = sqlite_web.client.get(path)
    assert answer.status_code in (404, 422)


@pytest.mark.parametrize("path", ["/achievements/" + "0" * 32, "/achievements/x", "/issuers/nobody", "/nothing/here"])
def test_a_page_that_is_not_there_is_the_one_stop_page(sqlite_web, path):
    answer = sqlite_web.client.get(path)
    assert answer.status_code == 404
    assert 'data-screen="A4"' in answer.text


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "FROBNICATE"])
def test_a_public_document_cannot_be_written(sqlite_web, method):
    answer = sqlite_web.client.request(method, "/.well-known/did.json", headers={"Sec-Fetch-Site": "same-origin"})
    assert answer.status_code == 405


def test_another_host_name_is_refused(sqlite_web):
    answer = sqlite_web.client.get("/", headers={"Host": "evil.example"})
    assert answer.status_code == 400


def test_a_forwarded_host_is_not_reflected(sqlite_web):
    path = sqlite_web.issue().json()["share_url"].removeprefix("http://localhost:8000")
    assert "evil.example" not in sqlite_web.client.get(path, headers={"X-Forwarded-Host": "evil.example"}).text


def test_openapi_describes_the_api_with_its_bodies_examples_and_problems(sqlite_web):
    document = sqlite_web.client.get("/openapi.json").json()
    issue = document["paths"]["/api/badges"]["post"]
    body = issue["requestBody"]["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
    assert document["components"]["schemas"][body]["additionalProperties"] is False
    assert document["components"]["schemas"][body]["examples"]
    assert "application/problem+json" in issue["responses"]["422"]["content"]
    assert "/s/{token}" not in document["paths"]
    references = set(_references(document))
    assert references <= {f"#/components/schemas/{name}" for name in document["components"]["schemas"]}


def _references(value):
    if isinstance(value, dict):
        for name, member in value.items():
            if name == "$ref":
                yield member
            else:
                yield from _references(member)
    elif isinstance(value, list):
        for member in value:
            yield from _references(member)


def test_the_page_about_the_api_loads_no_script(sqlite_web):
    page = sqlite_web.client.get("/docs")
    assert page.status_code == 200
    assert "/api/badges" in page.text
    assert "<script" not in page.text


def test_health_answers_without_detail(web):
    assert web.client.get("/livez").json() == {"live": True}
    ready = web.client.get("/readyz")
    assert ready.status_code == 200
    assert ready.json()["ready"] is True


def test_a_checked_badge_leaves_no_row_behind(sqlite_installation):
    with web_over(sqlite_installation) as web:
        credential = web.issue().json()["credential"]
        before = rows(web)
        for _ in range(3):
            assert web.client.post("/api/verify", json=credential).status_code == 200
        assert rows(web) == before


def rows(web):
    from sqlalchemy import func, select

    from issuer.db.models import Base

    with web.installation.outside.database.read() as uow:
        session = uow.shares._session
        return {
            table.name: session.execute(select(func.count()).select_from(table)).scalar_one()
            for table in Base.metadata.sorted_tables
        }
