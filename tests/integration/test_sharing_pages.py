"""Pages of shared badges and of sharing: only ticked parts leave the house, previews are the page, dead is dead."""

import re
from dataclasses import replace
from itertools import combinations

import pytest
import sharing
from installation import copy_home, open_installation
from own import own_client
from sharing import MARKS

from issuer.domain.errors import InvalidRequestError
from issuer.domain.permissions import Role
from issuer.domain.share_parts import ALL_PARTS, Audience, Part, ShareKind, parts_of
from issuer.pages.shared_badge_view import limited, shared_badge_view
from issuer.services.recognition import take_in
from issuer.services.revoke_badge import revoke
from issuer.services.sharing import list_shares, narrow_share, stop_share
from schemas.strict_json import read_object

FILES = ("badge.json", "badge.png", "badge.svg", "badge.zip", "certificate.pdf")
BAR = re.compile(r'<aside class="owner-bar.*?</aside>', re.DOTALL)
JSON_ONLY = {"Accept": "application/vc, application/json"}
EMPTY = (None, "", ())


@pytest.fixture(scope="module")
def house(sqlite_template, tmp_path_factory):
    """One house for all tests that do not change it for each other."""
    home = tmp_path_factory.mktemp("sharing") / "home"
    copy_home(sqlite_template, home)
    with open_installation(home, None) as installation, sharing.own_name_desk(installation) as desk:
        yield desk


@pytest.fixture(scope="module")
def full(house):
    return sharing.full_sharer(house)


@pytest.fixture(scope="module")
def reader(house):
    return sharing.stranger(house)


def subsets():
    """Each part alone, each left out, and some in between."""
    parts = sorted(MARKS)
    return [frozenset(one) for size in (1, len(parts) - 1, len(parts)) for one in combinations(parts, size)]


def document_of(sharer):
    return read_object(sharer.ready.desk.outside.person_keys.unseal(*_sealed(sharer)), max_values=40_000)


def _sealed(sharer):
    with sharer.desk.outside.database.read() as uow:
        record = uow.credentials.get(sharer.credential_id)
    return record.person_id, "document", record.document


def test_this_badge_has_every_part_but_a_grade(full):
    assert parts_of(document_of(full)) == ALL_PARTS - {Part.GRADE}


def test_less_never_brings_a_field_in(full):
    """All pairs of a set of parts and a smaller one (privacy.md PL4)."""
    view = replace(shared_badge_view(document_of(full), "fi"), grade="4")
    shown = {parts: limited(view, parts) for size in range(9) for parts in map(frozenset, combinations(Part, size))}

    def fields(one):
        values = {name: getattr(one, name) for name in one.__slots__ if name != "achievement"}
        return values | {f"a.{name}": getattr(one.achievement, name) for name in one.achievement.__slots__}

    told = {parts: fields(one) for parts, one in shown.items()}
    for parts, values in told.items():
        for left_out in parts:
            fewer = told[parts - {left_out}]
            assert all(fewer[name] == value or fewer[name] in EMPTY for name, value in values.items())
    assert told[ALL_PARTS] == fields(view)


@pytest.mark.parametrize("audience", list(Audience))
def test_a_page_and_its_check_show_the_ticked_parts_and_no_others(full, reader, audience):
    for parts in subsets():
        token = full.link(*parts, audience=audience).token
        for path in ("", "/check"):
            page = reader.get(f"/s/{token}{path}").text
            wrong = [part for part, mark in MARKS.items() if (mark in page) is not (part in parts)]
            assert wrong == [], (parts, path)
        stopped(full, token)


def stopped(sharer, token):
    (ref,) = [one.ref for one in list_shares.own_shares(sharer.desk.outside, sharer.who).living if one.token == token]
    stop_share.stop(sharer.desk.outside, sharer.who, ref)


def test_the_badge_itself_leaves_the_house_only_with_the_whole_file(full, reader):
    limits, whole = full.link(*(ALL_PARTS - {Part.WHOLE_FILE})), full.link(Part.WHAT_I_CAN, Part.WHOLE_FILE)
    for name in FILES:
        assert reader.get(f"/s/{limits.token}/{name}").status_code == 404
        assert reader.get(f"/s/{whole.token}/{name}").status_code == 200
    unknown = reader.get("/s/" + "A" * 22)
    assert reader.get(f"/s/{limits.token}/badge.json").content == unknown.content
    program = reader.get(f"/s/{limits.token}", headers=JSON_ONLY)
    assert (program.status_code, program.json()["code"]) == (406, "share.page_only")
    assert reader.get(f"/s/{whole.token}", headers=JSON_ONLY).json()["type"]


def test_a_page_without_the_whole_file_does_not_tell_the_number_of_the_badge(full, reader):
    token = full.link(Part.WHAT_I_CAN, Part.SKILLS, Part.NAME).token
    document = document_of(full)
    numbers = [document["id"], document["credentialSubject"]["id"], document["credentialStatus"]["statusListIndex"]]
    for path in ("", "/check"):
        page = reader.get(f"/s/{token}{path}").text
        assert [one for one in numbers if f">{one}" in page or f" {one} " in page] == []
        assert document["id"] not in page


def test_a_typed_or_scanned_link_leads_to_its_check_and_never_to_the_bytes(full, reader):
    made = full.link(Part.WHAT_I_CAN)
    led = reader.post("/v", data={"text": made.url}, headers={"Sec-Fetch-Site": "same-origin"})
    assert led.headers["location"] == f"/s/{made.token}/check"
    paper = full.link(Part.WHAT_I_CAN, kind=ShareKind.PAPER)
    typed = list_shares.own_share(full.desk.outside, full.who, paper.ref).typed
    led = reader.post(
        "/v", data={"text": f" {typed[:4]} {typed[4:]}".lower()}, headers={"Sec-Fetch-Site": "same-origin"}
    )
    assert led.headers["location"] == f"/s/{typed}/check"
    assert "Polkupyörän huolto" in reader.get(led.headers["location"]).text
    answer = reader.post("/api/verify", content=made.url, headers={"Content-Type": "text/plain"})
    assert answer.status_code == 422
    assert MARKS[Part.NAME] not in answer.text
    with pytest.raises(InvalidRequestError) as refused:
        take_in._own_share(full.desk.outside, made.url)
    assert refused.value.code == "recognition.link_of_parts"


def test_the_preview_is_the_page_byte_for_byte_but_for_the_bar_and_the_address(full, reader, house):
    own = own_client(house, full.who.person_id)
    until = "24.12.2026"
    for audience, parts in ((Audience.EMPLOYER, sharing.FIRST), (Audience.SCHOOL, ALL_PARTS)):
        asked = {
            "for": audience.value,
            "until": until,
            "name": "x",
            "for_whom": "y",
            "part": [one.value for one in parts],
        }
        seen = own.post(f"/my/{full.ref}/share", data=asked | {"do": "preview"})
        made = own.post(f"/my/{full.ref}/share", data=asked | {"do": "make"})
        link = next(
            one
            for one in list_shares.own_shares(house.outside, full.who).living
            if made.headers["location"].startswith(f"/my/shares/{one.ref}")
        )
        page = reader.get(f"/s/{link.token}")
        owners = own.get(f"/s/{link.token}")
        base = house.installation.settings.public_url
        previewed = seen.text.replace(f"{base}/s/{'-' * 22}", link.url).replace(
            f"/my/{full.ref}/share/preview", f"/s/{link.token}"
        )
        assert BAR.search(seen.text)
        assert BAR.search(owners.text)
        assert not BAR.search(page.text)
        minute = re.compile(r"klo \d+\.\d+")  # the check is made anew each time
        assert minute.sub("", BAR.sub("", previewed)) == minute.sub("", page.text)
        assert minute.sub("", BAR.sub("", owners.text)) == minute.sub("", page.text)


def test_headers_and_head_of_a_secret_address(full, reader):
    token = full.link(*(ALL_PARTS)).token
    for path in ("", "/check", "/qr.svg", "/badge.json"):
        answer = reader.get(f"/s/{token}{path}")
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert answer.headers["x-robots-tag"] == "noindex"
        assert answer.headers["cache-control"] == "no-store"
    head = reader.get(f"/s/{token}").text.partition("</head>")[0]
    assert re.findall(r"<title>(.*?)</title>", head) == ["Osaamismerkki – Pätevä"]
    assert "og:" not in head
    assert token not in head


def test_a_token_stands_on_no_page_but_the_owners(full, house):
    """The own view names a link by a reference; its pages are kept from caches, and only they hold the token."""
    own, made = own_client(house, full.who.person_id), full.link()
    for path in (f"/my/{full.ref}/share", "/my/shares"):
        page = own.get(path)
        assert page.headers["cache-control"] == "no-store"
        assert made.token not in page.text
    assert made.token in own.get(f"/my/shares/{made.ref}").text


def test_errors_stand_at_their_fields_and_keep_what_was_typed(full, house):
    own = own_client(house, full.who.person_id)
    asked = {"for": "school", "until": "1.2.2020", "name": "Oma nimi", "for_whom": "x" * 101, "do": "make"}
    page = own.post(f"/my/{full.ref}/share", data=asked)
    assert page.status_code == 422
    assert [f'href="#{field}"' in page.text for field in ("parts", "until", "for_whom", "name")] == [
        True,
        True,
        True,
        False,
    ]
    assert "Oma nimi" in page.text
    page = own.post(f"/my/{full.ref}/share", data=asked | {"until": "huomenna"})
    assert (page.status_code, 'href="#until"' in page.text) == (422, True)


def test_changing_a_link_by_its_page(full, house, reader):
    own, made = own_client(house, full.who.person_id), full.link(*MARKS)
    done = own.post(f"/my/shares/{made.ref}/narrow", data={"part": ["skills"]})
    assert done.headers["location"] == f"/my/shares/{made.ref}?done=narrowed"
    assert MARKS[Part.NAME] not in reader.get(f"/s/{made.token}").text
    refused = own.post(f"/my/shares/{made.ref}/narrow", data={"part": ["skills", "name"]})
    assert (refused.status_code, 'href="#parts"' in refused.text) == (422, True)
    assert own.post(f"/my/shares/{made.ref}/extend", data={"longer": "1.1.2099"}).status_code == 422
    assert own.post(f"/my/shares/{made.ref}/stop").headers["location"] == "/my/shares?done=stopped"
    assert reader.get(f"/s/{made.token}").status_code == 404
    assert own.get(f"/my/shares/{made.ref}").status_code == 404
    assert own.post(f"/my/shares/{made.ref}/stop").status_code == 404


@pytest.mark.parametrize("language", ["fi", "fi-x-selko", "sv", "en"])
def test_every_page_of_sharing_is_there_in_each_language(full, house, language):
    own = own_client(house, full.who.person_id, language=language)
    link, paper = full.link(name="Nimi"), full.link(kind=ShareKind.PAPER)
    paths = ("share", "share?for=school", "share/school")
    for path in (*(f"/my/{full.ref}/{one}" for one in paths), "/my/shares", f"/my/shares/{link.ref}",
                 f"/my/shares/{paper.ref}", f"/my/shares/{paper.ref}/paper"):  # fmt: skip
        page = own.get(path)
        assert page.status_code == 200, path
        assert page.headers["content-language"] == language
        assert not re.search(r">\s*(sharing|shared|share|error)\.[a-z_.]+", page.text)


def test_a_badge_that_is_not_in_force_gets_no_new_link_and_the_old_one_says_so_first(desk):
    sharer = sharing.sharer(desk)
    made, reader = sharer.link(), sharing.stranger(desk)
    revoke(desk.outside, sharer.credential_id, institution_id=desk.institution.id, reason="mistake", actor="test")
    page = reader.get(f"/s/{made.token}").text
    assert page.index("ei ole enää käytössä") < page.index("Polkupyörän huolto")
    body = {"for": "employer", "until": "24.12.2026", "part": ["skills"], "do": "make"}
    assert sharer.client.post(f"/my/{sharer.ref}/share", data=body).status_code == 422
    assert "Merkki ei ole voimassa." in sharer.client.get(f"/my/{sharer.ref}/share").text


def test_openings_are_told_to_the_owner_alone_and_own_visits_are_none(desk):
    sharer = sharing.sharer(desk)
    made, reader = sharer.link(), sharing.stranger(desk)
    for client in (reader, reader, sharer.client):
        assert client.get(f"/s/{made.token}").status_code == 200
    assert "Avattu 2 kertaa" in sharer.client.get("/my/shares").text
    coach = desk.client(Role.WORK_COACH)
    assert coach.get("/my/shares").status_code == 401


def test_narrowing_shows_at_once_and_in_a_second_browser(full, reader):
    made = full.link(*MARKS)
    narrow_share.narrow(full.desk.outside, full.who, made.ref, frozenset({Part.WHAT_I_CAN}))
    page = reader.get(f"/s/{made.token}").text
    assert [part for part, mark in MARKS.items() if mark in page] == [Part.WHAT_I_CAN]
