"""The pages of a participant's own badges (screens C3, C4): what they show, what they change, and for whom."""

import json
import re
import zipfile
from datetime import timedelta
from io import BytesIO

import drafts
import pytest
from desk import BICYCLE
from kept import holder, keep
from own import own_client

from issuer.domain.permissions import Role
from issuer.exports import carriers
from issuer.services.drafts.replace_badge import replace_badge
from issuer.services.environments.show_unit import write_plain_lines
from issuer.services.holdings.own_badges import own_badges
from schemas.baking import read_png, read_svg
from schemas.canonical_json import canonicalise
from schemas.pdf_attachment import read_pdf
from verifier import EMPLOYMENT, Verdict, verify

LANGUAGES = ("fi", "fi-x-selko", "sv", "en")


@pytest.fixture
def mine(desk):
    """A participant with one taken badge: what was made ready, the browser, the badge."""
    one = drafts.ready(desk)
    keep(desk, one.issued())
    person_id = one.person.person_id
    return one, own_client(desk, person_id), own_badges(desk.outside, holder(desk, person_id))[0]


def ask(client, path, language="fi"):
    answer = client.get(
        path, headers={"Accept-Language": language, "Cookie": f"lang={language}; p={client.cookies['p']}"}
    )
    assert answer.status_code == 200, (path, answer.text[:300])
    return answer.text


def stranger_badge(desk, place):
    other = drafts.ready(desk, name="Toinen Esimerkki", place=place)
    badge_id = other.issued()
    with desk.outside.database.read() as uow:
        record = uow.credentials.get(badge_id)
    return desk.outside.person_keys.unseal(record.person_id, "document", record.document)


@pytest.mark.parametrize("language", LANGUAGES)
def test_all_pages_open_in_every_language_and_say_nothing_telling_in_the_title(mine, language):
    one, client, badge = mine
    for path in (
        "/my",
        "/my/words",
        "/my/words/print",
        "/my/elsewhere",
        "/my/all",
        *(f"/my/{badge.ref}{more}" for more in ("", "/correction", "/out-of-use")),
    ):
        page = ask(client, path, language)
        assert re.search("<title>(.*?)</title>", page)[1].endswith("– Pätevä")
        assert badge.credential_id not in page.replace(f"urn:uuid:{badge.credential_id}", "")
        assert one.person.person_id not in page


def test_the_first_page_shows_card_steps_words_and_verbs_named_with_the_badge(mine):
    _, client, badge = mine
    page = ask(client, "/my")
    assert "Polkupyörän huolto" in page
    assert f'href="/my/{badge.ref}/share"' in page
    assert "voimassa" in page
    assert page.count("Osaan tämän jo") == 3
    named = re.findall(r"(Näytä|Tallenna|Piilota)<span class=\"visually-hidden\">: <bdi>Polkupyörän huolto", page)
    assert named == ["Näytä", "Tallenna", "Piilota"]


def test_someone_without_badges_is_told_when_the_first_comes(desk):
    person_id = drafts.ready(desk).person.person_id
    page = ask(own_client(desk, person_id), "/my")
    assert "Täällä ei ole vielä merkkejä. Ohjaajasi kertoo, milloin ensimmäinen tulee." in page


def test_a_badge_that_waits_to_be_taken_is_told_and_not_listed(desk):
    one = drafts.ready(desk)
    one.issued()
    page = ask(own_client(desk, one.person.person_id), "/my")
    assert "Sinulle on uusia merkkejä: 1." in page
    assert 'href="/take/' in page
    assert "own-badge" not in page


def test_a_replaced_badge_leads_to_the_new_one_and_back(desk):
    one = drafts.ready(desk)
    old_id = keep(desk, one.issued())
    draft_id = replace_badge(desk.outside, one.coach, old_id, wrong=("text",))
    desk.installation.clock.moved += timedelta(seconds=2)  # newer than the old one
    new_id = one.approved(one.in_review(draft_id))
    client = own_client(desk, one.person.person_id)
    page = ask(client, "/my")
    assert "Uusi merkki on vanhan tilalla." in page
    assert "korvattu uudella" in page
    keep(desk, new_id)
    new, old = own_badges(desk.outside, holder(desk, one.person.person_id))
    assert (old.replaced_by, new.replaces) == (new.ref, (old.ref,))
    assert f'href="/my/{new.ref}"' in ask(client, f"/my/{old.ref}")
    assert f'href="/my/{old.ref}"' in ask(client, f"/my/{new.ref}")
    assert f'href="/my/{old.ref}/share"' not in ask(client, "/my")


def test_hiding_and_bringing_back(mine):
    _, client, badge = mine
    assert client.post(f"/my/{badge.ref}/hide").headers["location"] == "/my?notice=hidden"
    page = ask(client, "/my?notice=hidden")
    assert "Merkki on piilotettu." in page
    assert "Piilotetut merkit (1)" in page
    assert client.post(f"/my/{badge.ref}/bring-back").status_code == 303
    assert "Piilotetut merkit" not in ask(client, "/my")


def test_saying_that_one_knows_lands_at_the_coachs_first_page_and_can_be_answered(mine, desk):
    one, client, _ = mine
    assert (
        client.post("/my/know", data={"unit": str(BICYCLE), "requirement": "7"}).headers["location"]
        == "/my?notice=asked"
    )
    assert ask(client, "/my").count("Osaan tämän jo") == 2
    coach = desk.client(Role.WORK_COACH)
    assert "Osallistujien pyyntöjä: 1" in coach.get("/home").text
    listed = coach.get("/wishes").text
    assert one.person.name not in listed  # a name is opened with a noted reading only
    path = re.search(r'href="(/wishes/[0-9a-f-]{36})"', listed)[1]
    assert one.person.name in coach.get(path).text
    assert coach.post(f"{path}/done").headers["location"] == "/wishes?notice=done"
    assert "Osallistujien pyyntöjä" not in coach.get("/home").text
    assert coach.get(path).status_code == 404


def test_a_requirement_that_is_not_there_is_refused(mine):
    _, client, _ = mine
    for typed in ("99", "x", ""):
        assert client.post("/my/know", data={"unit": str(BICYCLE), "requirement": typed}).status_code == 422
    assert client.post("/my/know", data={"unit": "nonsense-1", "requirement": "1"}).status_code == 404


def test_asking_for_a_correction_tells_what_comes_next_and_keeps_what_was_typed(mine, desk):
    _, client, badge = mine
    page = ask(client, f"/my/{badge.ref}/correction")
    assert "Hän vastaa sinulle 14 päivän kuluessa." in page
    empty = client.post(f"/my/{badge.ref}/correction", data={"words": " "})
    assert empty.status_code == 422
    assert client.post(f"/my/{badge.ref}/correction", data={"words": "x" * 1_001}).text.count("x" * 1_001) == 1
    sent = client.post(f"/my/{badge.ref}/correction", data={"words": "Kuukausi on väärä."})
    assert sent.headers["location"] == f"/my/{badge.ref}?notice=correction_asked"
    assert "Pyysit korjausta." in ask(client, f"/my/{badge.ref}")
    coach = desk.client(Role.WORK_COACH)
    path = re.search(r'href="(/wishes/[0-9a-f-]{36})"', coach.get("/wishes").text)[1]
    shown = coach.get(path).text
    assert "Kuukausi on väärä." in shown
    assert f"/badges/{badge.credential_id}/correct" in shown


def test_taking_out_of_use_needs_a_tick_and_is_public_when_it_is_told(mine, desk):
    _, client, badge = mine
    untold = client.post(f"/my/{badge.ref}/out-of-use", data={})
    assert untold.status_code == 422
    assert "Rasti puuttuu." in untold.text
    done = client.post(f"/my/{badge.ref}/out-of-use", data={"sure": "yes"})
    assert done.headers["location"] == f"/my/{badge.ref}?notice=out_of_use"
    report = verify(badge.document, policy=EMPLOYMENT, environment=desk.outside.environment())
    assert report.verdict is Verdict.REJECTED
    page = ask(client, f"/my/{badge.ref}?notice=out_of_use")
    assert "poistettu käytöstä saajan toiveesta" in page
    assert "certificate.pdf" not in page
    again = client.post(f"/my/{badge.ref}/out-of-use", data={"sure": "yes"})
    assert again.status_code == 303  # pressing twice changes nothing more


def test_one_badge_is_told_line_by_line(mine):
    _, client, badge = mine
    page = ask(client, f"/my/{badge.ref}")
    assert "Taitoja on 9. Olet osoittanut niistä 6." in page
    assert "Nimesi ei ole merkissä." in page
    assert "Tätä merkkiä ei näe kukaan muu." in page
    assert "Työvalmennus ei ole opiskelua." in page
    for name in ("certificate.pdf", "badge.png", "badge.svg", "badge.json", "badge.zip"):
        assert f'href="/my/{badge.ref}/{name}"' in page


def test_the_words_begin_with_the_plain_lines_of_the_house(mine, desk):
    _, client, _ = mine
    write_plain_lines(desk.outside, desk.staff[Role.WORK_COACH], BICYCLE, "fi", {4: "Korjaan ja säädän jarrut."})
    page = ask(client, "/my/words")
    assert "Osaan tämän työn: Polkupyörän huolto." in page
    assert "– Korjaan ja säädän jarrut." in page
    assert "Tutkinnon perusteiden sanoin:" in page
    assert client.post("/my/words", data={"words": "Osaan huoltaa.\r\nTeen mielelläni."}).status_code == 303
    assert "Osaan huoltaa.\nTeen mielelläni." in ask(client, "/my/words")
    assert "Teen mielelläni." in ask(client, "/my/words/print")
    assert client.post("/my/words/anew").headers["location"] == "/my/words?notice=words_new"
    assert "Teen mielelläni." not in ask(client, "/my/words")


def unpacked(content):
    with zipfile.ZipFile(BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_everything_in_one_file_gives_back_the_same_credentials_and_all_verify(mine, desk):
    one, client, badge = mine
    client.post("/my/elsewhere", files={"file": ("x.png", carriers.png(stranger_badge(desk, one.place)))})
    answer = client.post("/my/all/zip")
    assert answer.headers["content-disposition"] == 'attachment; filename="osaamismerkit.zip"'
    assert answer.headers["cache-control"] == "no-store"
    files = unpacked(answer.content)
    carried = [
        files["merkki-01/osaamismerkki.json"],
        read_png(files["merkki-01/osaamismerkki.png"]).content,
        read_svg(files["merkki-01/osaamismerkki.svg"]).content,
        read_pdf(files["merkki-01/osaamistodistus.pdf"]).content,
        *(client.get(f"/my/{badge.ref}/badge.{kind}").content for kind in ("json",)),
        *(read_png(client.get(f"/my/{badge.ref}/badge.png").content).content,),
        *(read_svg(client.get(f"/my/{badge.ref}/badge.svg").content).content,),
        *(read_pdf(client.get(f"/my/{badge.ref}/certificate.pdf").content).content,),
        *(unpacked(client.get(f"/my/{badge.ref}/badge.zip").content)["osaamismerkki.json"],),
    ]
    record = json.loads(files["osaamismerkit.json"])
    (member,) = record["credentialSubject"]["verifiableCredential"]
    assert {canonicalise(json.loads(each)) for each in carried} | {canonicalise(member)} == {
        canonicalise(json.loads(badge.document))
    }
    environment = desk.outside.environment()
    for name, content in files.items():
        if name.endswith((".txt", "luvat.json")):
            continue
        assert verify(content, policy=EMPLOYMENT, environment=environment).verdict is Verdict.ACCEPTED, name
    assert "muualta/merkki-01.png" in files
    assert files["lue-minut.txt"].decode().startswith("Tässä ovat osaamismerkkisi.")
    assert json.loads(files["luvat.json"])["type"] == "PatevaConsentReceipts"
    assert not [name for name in files if re.search("polkupyör|työ", name)]  # neutral names (PN7)


def test_the_record_alone_is_a_file_of_its_own(mine, desk):
    _, client, _ = mine
    answer = client.post("/my/all/record")
    assert answer.headers["content-disposition"] == 'attachment; filename="osaamismerkit.json"'
    report = verify(answer.content, policy=EMPLOYMENT, environment=desk.outside.environment())
    assert (report.kind, report.verdict) == ("ClrCredential", Verdict.ACCEPTED)


def test_a_badge_from_elsewhere_is_marked_kept_and_removed(mine, desk):
    one, client, _ = mine
    sent = carriers.svg(stranger_badge(desk, one.place))
    assert client.post("/my/elsewhere", files={"file": ("kuva.svg", sent)}).headers["location"] == "/my?notice=imported"
    page = ask(client, "/my")
    assert "Muualta, emme ole antaneet tätä" in page
    path = re.search(r'href="(/my/elsewhere/[\w-]{22})"', page)[1]
    assert "Merkki on aito ja voimassa" in ask(client, path)
    file = client.get(f"{path}/file")
    assert (file.content, file.headers["content-type"]) == (sent, "image/svg+xml")
    assert file.headers["content-disposition"] == 'attachment; filename="merkki.svg"'
    assert client.post(f"{path}/remove").headers["location"] == "/my?notice=removed"
    assert client.get(path).status_code == 404


def test_an_altered_badge_is_refused_in_the_verifiers_words(mine, desk):
    one, client, _ = mine
    data = stranger_badge(desk, one.place).replace(b'"role"', b'"roll"').replace(b"2026-", b"2025-", 1)
    answer = client.post("/my/elsewhere", files={"file": ("x.json", data)})
    assert answer.status_code == 422
    assert "Emme säilyttäneet tiedostoa." in answer.text
    assert "Muualta, emme" not in ask(client, "/my")


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"files": {"file": ("x.txt", b"hei")}}, "Tiedostossa ei ole merkkiä."),
        ({"data": {"file": ""}}, "Tiedostossa ei ole merkkiä."),
        ({"files": {"file": ("x.png", b"x" * (5 << 20))}}, "Tiedosto on liian suuri."),
    ],
)
def test_what_is_no_badge_is_told_at_the_field(mine, sent, sentence):
    _, client, _ = mine
    answer = client.post("/my/elsewhere", **sent)
    assert (answer.status_code, sentence in answer.text) == (422, True)
    assert 'aria-invalid="true"' in answer.text


def test_a_badge_that_cannot_be_checked_is_kept_only_on_wish(mine, desk, monkeypatch):
    one, client, _ = mine
    data = stranger_badge(desk, one.place)
    from dataclasses import replace

    unreachable = replace(desk.outside.environment(), fetch=_no_network)
    object.__setattr__(desk.outside, "environment", lambda: unreachable)
    refused = client.post("/my/elsewhere", files={"file": ("x.json", data)})
    assert refused.status_code == 422
    assert 'name="unchecked"' in refused.text
    kept = client.post("/my/elsewhere", files={"file": ("x.json", data)}, data={"unchecked": "yes"})
    assert kept.status_code == 303
    assert "Kaikkea ei voitu tarkistaa" in ask(client, "/my")


def _no_network(url, *, rules):
    from verifier import FetchError

    raise FetchError(url)


def test_another_participants_reference_is_nothing_and_staff_have_no_own_view(mine, desk):
    one, _, badge = mine
    other = own_client(desk, drafts.ready(desk, name="Toinen Esimerkki", place=one.place).person.person_id)
    coach = desk.client(Role.WORK_COACH)
    for path in ("", "/correction", "/out-of-use", "/badge.json", "/certificate.pdf"):
        assert other.get(f"/my/{badge.ref}{path}").status_code == 404
        assert coach.get(f"/my/{badge.ref}{path}").status_code == 401
    for path in ("hide", "bring-back", "correction", "out-of-use"):
        sent = {"words": "Jotain.", "sure": "yes"}
        assert other.post(f"/my/{badge.ref}/{path}", data=sent).status_code == 404
        assert coach.post(f"/my/{badge.ref}/{path}", data=sent).status_code == 401
    for path in ("/my/all/zip", "/my/all/record", "/my/elsewhere"):
        assert coach.post(path).status_code == 401


def test_the_participant_adds_own_words_where_the_draft_is_accepted(desk):
    one = drafts.ready(desk)
    draft_id = one.started()
    coach = desk.client(Role.WORK_COACH)
    page = coach.get(f"/drafts/{draft_id}/accept").text
    assert "Lisää omat sanasi (ei pakko)" in page
    seen = one.draft(draft_id).digest.hex()
    sent = coach.post(
        f"/drafts/{draft_id}/words", data={"seen": seen, "narrative": "Huolsin pyöriä päihdekuntoutujien kanssa."}
    )
    assert sent.headers["location"] == f"/drafts/{draft_id}/accept"
    page = coach.get(sent.headers["location"]).text
    assert "<mark>" in page  # the word is named, and only the participant's own tick keeps it
    assert one.draft(draft_id).drafter_id == one.coach.id
    too_long = coach.post(
        f"/drafts/{draft_id}/words", data={"seen": one.draft(draft_id).digest.hex(), "narrative": "x" * 2_001}
    )
    assert (too_long.status_code, "x" * 2_001 in too_long.text) == (422, True)
    stale = coach.post(f"/drafts/{draft_id}/words", data={"seen": seen, "narrative": "Huolsin pyöriä."})
    assert stale.status_code == 422
    fresh = one.draft(draft_id).digest.hex()
    coach.post(f"/drafts/{draft_id}/words", data={"seen": fresh, "narrative": "Huolsin pyöriä."})
    keep(desk, one.approved(one.in_review(draft_id)))
    page = ask(
        own_client(desk, one.person.person_id),
        f"/my/{own_badges(desk.outside, holder(desk, one.person.person_id))[0].ref}",
    )
    assert "Huolsin pyöriä." in page
