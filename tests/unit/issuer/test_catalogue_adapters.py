"""Sources of the catalogue: what a word on the command line means, and what the network may answer."""

import json

import httpx
import pytest

from issuer.adapters.catalogue_sources import (
    Address,
    FileSource,
    PerusteId,
    RegisterNumber,
    SourceError,
    read_file,
    source_of,
)
from issuer.adapters.eperusteet import HOSTS, fetch_peruste
from issuer.adapters.koodisto import UNIT_CODES_URL, fetch_unit_codes
from issuer.adapters.public_json import PublicJson

API = "https://eperusteet.opintopolku.fi/eperusteet-service/api/external"


def documents(answers, asked=None, **bounds):
    """A reader whose network is a table of address → (status, body)."""

    def answer(request):
        if asked is not None:
            asked.append(request)
        status, body = answers.get(str(request.url).partition("?")[0], (404, b""))
        return httpx.Response(status, content=body)

    return PublicJson(hosts=HOSTS, transport=httpx.MockTransport(answer), **bounds)


@pytest.mark.parametrize(
    ("typed", "source"),
    [
        ("7614470", PerusteId("7614470")),
        ("OPH-5410-2021", RegisterNumber("OPH-5410-2021")),
        ("oph-5410-2021", RegisterNumber("OPH-5410-2021")),
        ("59/011/2014", RegisterNumber("59/011/2014")),
        (f"{API}/peruste/1", Address(f"{API}/peruste/1")),
        ("http://a/b", Address("http://a/b")),
    ],
)
def test_a_source_is_recognised_by_its_form(typed, source):
    assert source_of(typed) == source


def test_what_exists_as_a_file_is_a_file(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "7614470").write_text("{}")
    assert isinstance(source_of("7614470"), FileSource)


@pytest.mark.parametrize("typed", ["", "peruste.json", "59-011-2014", "a\x00b", "x" * 5000])
def test_a_source_that_is_nothing_is_refused(typed):
    with pytest.raises(SourceError) as refusal:
        source_of(typed)
    assert refusal.value.code == "source.not_found"


def test_a_file_is_read_up_to_its_bound_and_not_a_byte_beyond(tmp_path):
    path = tmp_path / "peruste.json"
    path.write_bytes(b"x" * 10)
    assert read_file(path, max_bytes=10) == b"x" * 10
    with pytest.raises(SourceError) as refusal:
        read_file(path, max_bytes=9)
    assert refusal.value.code == "source.too_large"


def test_a_folder_is_not_a_file(tmp_path):
    with pytest.raises(SourceError) as refusal:
        read_file(tmp_path, max_bytes=10)
    assert refusal.value.code == "source.not_file"


def test_a_peruste_is_asked_for_by_its_id_with_our_caller_id():
    asked, sizes = [], []
    reader = documents({f"{API}/peruste/7614470": (200, b'{"id":7614470}')}, asked)
    data = fetch_peruste(PerusteId("7614470"), documents=reader, on_bytes=sizes.append)
    assert data == b'{"id":7614470}'
    assert asked[0].headers["Caller-id"] == "pateva"
    assert sum(sizes) == len(data)


def test_a_register_number_with_slashes_is_escaped_and_leads_to_its_peruste():
    asked = []
    rows = {"data": [{"id": 1718932, "diaarinumero": "59/011/2014"}, {"id": 5, "diaarinumero": "59/011/20140"}]}
    reader = documents(
        {f"{API}/perusteet": (200, json.dumps(rows).encode()), f"{API}/peruste/1718932": (200, b"{}")}, asked
    )
    assert fetch_peruste(RegisterNumber("59/011/2014"), documents=reader) == b"{}"
    assert b"diaarinumero=59%2F011%2F2014" in asked[0].url.query
    assert b"poistuneet=true" in asked[0].url.query


def test_a_search_answer_with_content_in_place_of_data_is_read():
    page = b'{"content": [{"id": 7, "diaarinumero": "OPH-1-2020"}]}'
    reader = documents({f"{API}/perusteet": (200, page), f"{API}/peruste/7": (200, b"{}")})
    assert fetch_peruste(RegisterNumber("OPH-1-2020"), documents=reader) == b"{}"


@pytest.mark.parametrize(
    ("page", "code"),
    [
        (b'{"data": []}', "source.not_found"),
        (b'{"data": null}', "source.not_found"),
        (
            b'{"data": [{"id": 1, "diaarinumero": "OPH-1-2020"}, {"id": 2, "diaarinumero": "OPH-1-2020"}]}',
            "source.ambiguous",
        ),
        (b'{"data": [{"id": "../x", "diaarinumero": "OPH-1-2020"}]}', "source.not_found"),
        (b"<html>", "source.refused"),
    ],
)
def test_a_search_without_exactly_one_peruste_is_refused(page, code):
    with pytest.raises(SourceError) as refusal:
        fetch_peruste(RegisterNumber("OPH-1-2020"), documents=documents({f"{API}/perusteet": (200, page)}))
    assert refusal.value.code == code


@pytest.mark.parametrize(
    "url",
    [
        "https://example.org/peruste/1",
        "http://eperusteet.opintopolku.fi/x",
        "https://eperusteet.opintopolku.fi:8443/x",
        "https://eperusteet.opintopolku.fi@example.org/x",
        "https://user@eperusteet.opintopolku.fi/x",
        "https://eperusteet.opintopolku.fi.example.org/x",
        "https://[",
        "https://eperusteet.opintopolku.fi:port/x",
    ],
)
def test_no_other_host_scheme_or_port_is_asked(url):
    asked = []
    with pytest.raises(SourceError) as refusal:
        fetch_peruste(Address(url), documents=documents({}, asked))
    assert (refusal.value.code, asked) == ("source.refused", [])


def test_an_answer_beyond_the_bound_is_refused():
    url = f"{API}/peruste/1"
    with pytest.raises(SourceError) as refusal:
        fetch_peruste(PerusteId("1"), documents=documents({url: (200, b"x" * 11)}, max_bytes=10))
    assert refusal.value.code == "source.too_large"


def test_an_answer_that_takes_too_long_is_given_up():
    url = f"{API}/peruste/1"
    with pytest.raises(SourceError) as refusal:
        fetch_peruste(PerusteId("1"), documents=documents({url: (200, b"x")}, seconds=-1))
    assert refusal.value.code == "source.unreachable"


@pytest.mark.parametrize("status", [301, 404, 500])
def test_any_status_but_200_is_refused_and_no_redirect_is_followed(status):
    with pytest.raises(SourceError) as refusal:
        fetch_peruste(PerusteId("1"), documents=documents({f"{API}/peruste/1": (status, b"")}))
    assert refusal.value.code == "source.refused"


def test_no_network_is_told_as_such():
    def unreachable(request):
        raise httpx.ConnectError("no route", request=request)

    reader = PublicJson(hosts=HOSTS, transport=httpx.MockTransport(unreachable))
    with pytest.raises(SourceError) as refusal:
        fetch_peruste(PerusteId("1"), documents=reader)
    assert refusal.value.code == "source.unreachable"


def test_the_list_of_unit_codes_has_one_address():
    assert fetch_unit_codes(documents=documents({UNIT_CODES_URL: (200, b"[]")})) == b"[]"
