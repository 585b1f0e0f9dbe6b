"""The certificate as PDF: the badge's requirements and nothing else, neutral, the badge inside; the own copy apart."""

import copy
import hashlib
import json
import re

import pytest
from certificate_samples import (
    LANGUAGES,
    changed,
    installation_with_badges,
    lines_of,
    new_badge,
    pages,
    record_of,
    requirements,
    results,
)

from issuer.domain.errors import ConflictError, InvalidRequestError, NotFoundError
from issuer.domain.telling_words import telling_words
from issuer.exports.certificate_pdf import certificate, own_copy
from issuer.services.certificates import certificate_for_holder
from issuer.services.own_documents import own_document
from issuer.services.revoke_badge import revoke
from schemas.errors import DocumentError
from schemas.pdf_attachment import read_pdf
from verifier import EMPLOYMENT, Outcome, Verdict, verify
from verifier.cli import main as verifier_command

STATEMENT = {
    "fi": "Työvalmennus ei ole opiskelua.",
    "sv": "Arbetsträning är inte studier.",
    "en": "Work coaching is not studying.",
}


@pytest.fixture(scope="module")
def made(sqlite_template, tmp_path_factory):
    """An installation for all tests of this file, and its badges by language."""
    home = tmp_path_factory.mktemp("certificates") / "home"
    with installation_with_badges(sqlite_template, home) as opened:
        yield opened


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pdf_lists_exactly_the_requirements_of_the_badge_each_once(made, language):
    whole, *rows = pages(certificate(record_of(made, language), language))
    text = " ".join(rows)
    wanted = requirements(made[1][language].document)
    assert len(wanted) > 5
    assert [text.count(one) for one in wanted] == [1] * len(wanted)
    assert [number for number in range(1, 200) if f" {number}. " in text] == list(range(1, len(wanted) + 1))
    assert not any(one in whole for one in wanted)


def test_a_part_of_a_unit_lists_its_part_and_says_how_much(made):
    installation, _ = made
    keys = [one["resultDescription"].partition("#req-")[2] for one in results(made)[:3]]
    badge = new_badge(installation, "fi", requirement_keys=tuple(keys))
    record = certificate_for_holder(
        installation.outside, badge.id, institution_id=installation.umbrella.id, actor="test"
    )
    whole, rows = pages(certificate(record, "fi"))
    listed = requirements(badge.document)
    assert (len(listed), all(one in rows for one in listed)) == (3, True)
    assert f"3/{len(results(made))} vaatimusta" in whole
    assert not any(one in rows for one in requirements(made[1]["fi"].document) if one not in listed)


@pytest.mark.parametrize("language", LANGUAGES)
def test_page_one_tells_the_whole_in_the_order_in_which_it_is_read(made, language):
    record = record_of(made, language, holder="Maija Meikäläinen")
    whole = pages(certificate(record, language))[0]
    told = {
        "fi": ("Osaamistodistus", "Polkupyörän huolto", "osaaminen todettu työssä", "Osaamismerkit",
               "kesäkuu 2026 – elokuu 2026", "tyydyttävä 1 (T1), ylittyy", "Koodi 1: avaa sivun"),
        "sv": ("Intyg över kunnande", "Service av cykel", "kunnandet konstaterat i arbetet", "Kompetensmärken",
               "juni 2026 – augusti 2026", "nöjaktiga 1 (T1), överskrids", "Kod 1: öppnar sidan"),
        "en": ("Certificate of competence", "confirmed at work", "Skill Badges", "June 2026 – August 2026",
               "satisfactory 1 (T1), is exceeded", "Code 1: opens the page"),
    }[language]  # fmt: skip
    order = [whole.find(one) for one in (told[0], "Maija Meikäläinen", *told[1:], record.sha256)]
    assert -1 not in order
    assert order == sorted(order)
    assert record.badge_id.removeprefix("urn:uuid:") in whole


def test_page_two_tells_code_version_and_register_number(made):
    rows = pages(certificate(record_of(made), "fi"))[1]
    assert re.search(r"tutkinnonosat_106889, \d+", rows)
    assert "OPH-5410-2021" in rows


def test_without_a_name_there_is_a_line_and_with_one_the_name(made):
    blank, named = (certificate(record_of(made, holder=name), "fi") for name in (None, "Åsa Öberg"))
    assert "Åsa Öberg" in pages(named)[0]
    assert len(lines_of(blank)) == len(lines_of(named)) + 1


def test_the_signed_badge_is_inside_byte_for_byte_and_its_digest_is_printed(made):
    pdf = certificate(record_of(made), "fi")
    inside = read_pdf(pdf)
    assert inside.generation == "ob3"
    assert inside.content == made[1]["fi"].document
    assert hashlib.sha256(inside.content).hexdigest() in pages(pdf)[0]


def test_our_verifier_says_the_same_of_the_pdf_as_of_the_badge(made):
    installation, badges = made
    environment = installation.outside.environment()
    reports = [
        verify(document, policy=EMPLOYMENT, environment=environment)
        for document in (badges["fi"].document, certificate(record_of(made), "fi"))
    ]
    assert [report.verdict for report in reports] == [Verdict.ACCEPTED] * 2
    plain, packed = (dict.fromkeys((one.code, one.outcome) for one in report.findings) for report in reports)
    assert [one for one in packed if one not in plain] == [("input.container", Outcome.PASSED)]
    assert [one for one in plain if one not in packed] == [("input.container", Outcome.NOT_APPLICABLE)]


def test_the_command_of_the_verifier_says_the_same_of_both_files_without_a_network(made, tmp_path, capsys):
    installation, badges = made
    outside, status = installation.outside, json.loads(badges["fi"].document)["credentialStatus"]
    addresses = (f"{outside.identity_origin}/.well-known/did.json", status["statusListCredential"])
    documents = {one: json.loads(own_document(outside.database, one[len(outside.identity_origin) :]).body)
                 for one in addresses}  # fmt: skip
    files = {"d.json": json.dumps(documents).encode(), "b.json": badges["fi"].document}
    files["b.pdf"] = certificate(record_of(made), "fi")
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    said = []
    for name in ("b.json", "b.pdf"):
        code = verifier_command([str(tmp_path / name), "--json", "--offline", "--documents", str(tmp_path / "d.json")])
        said.append((code, json.loads(capsys.readouterr().out)["verdict"]))
    assert said == [(0, "accepted")] * 2


def test_the_same_record_gives_the_same_bytes(made):
    assert certificate(record_of(made), "sv") == certificate(record_of(made), "sv")


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_page_has_a_telling_word_outside_the_national_texts(made, language):
    text = " ".join(pages(certificate(record_of(made, language), language)))
    for national in (*requirements(made[1][language].document), *headings(made[1][language].document)):
        text = text.replace(national, "")
    found = [word for word in telling_words(text) if not word.field.startswith("identifiers.")]
    assert found == []


def headings(document):
    described = json.loads(document)["credentialSubject"]["achievement"]["resultDescription"]
    return {one["alignment"][0]["targetFramework"].rpartition(": ")[2] for one in described}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_statement_on_coaching_stands_on_a_sheet_of_its_own_only(made, language):
    sheet = own_copy(language)
    assert STATEMENT[language] in pages(sheet)[0]
    assert STATEMENT[language] not in " ".join(pages(certificate(record_of(made, language), language)))
    with pytest.raises(DocumentError):
        read_pdf(sheet)


def test_the_ground_in_law_is_printed_or_left_to_write():
    assert "laki 1289/2013, 10 §" in pages(own_copy("fi", ground="laki 1289/2013, 10 §"))[0]
    assert len(lines_of(own_copy("fi"))) == len(lines_of(own_copy("fi", ground="laki"))) + 1


def test_names_in_other_alphabets_are_printed(made):
    text = pages(certificate(record_of(made, holder="Оксана Šimůnková Nguyễn"), "fi"))[0]
    assert "Оксана Šimůnková Nguyễn" in text


def test_a_name_that_cannot_be_printed_is_refused_without_being_quoted(made):
    with pytest.raises(DocumentError) as refusal:
        certificate(record_of(made, holder="Maija 🙂"), "fi")
    assert refusal.value.code == "typesetting.letters"
    assert "Maija" not in str(refusal.value)


@pytest.mark.parametrize(
    ("name", "code"),
    [("x" * 101, "text.length"), ("Maija\u202eneM", "text.control"), ("A\u030asa", "text.form")],
)
def test_a_name_with_hidden_signs_or_over_long_is_refused(made, name, code):
    with pytest.raises(InvalidRequestError) as refusal:
        record_of(made, holder=name)
    assert (refusal.value.code, refusal.value.pointer) == (code, "/name")


def test_markup_in_texts_is_text(made):
    def change(document):
        document["credentialSubject"]["narrative"] = '#panic("x") *lihava* $x$ <a> @b'

    text = pages(certificate(changed(made, change), "fi"))[0]
    assert '#panic("x") *lihava* $x$ <a> @b' in text


def test_own_words_that_cannot_be_printed_are_told_of_and_stay_in_the_badge(made):
    def change(document):
        document["credentialSubject"]["narrative"] = "Pidän työstä 🛠"

    record = changed(made, change)
    pdf = certificate(record, "fi")
    assert "Omat sanat ovat merkissä" in pages(pdf)[0]
    assert read_pdf(pdf).content == record.document


def many(document):
    """56 requirements in five groups, long, every seventh without Swedish, one in part."""
    subject = document["credentialSubject"]
    achievement = subject["achievement"]
    name = "Vaativien korjaus- ja huoltotoimenpiteiden suunnittelu sekä toteuttaminen kuljetusvälineasennuksissa"
    achievement |= {"inLanguage": "sv", "name": f"{name}: 55/60 krav"}
    achievement["alignment"][0]["targetName"] = name
    first, framework = achievement["resultDescription"][0], achievement["alignment"][0]["targetFramework"]
    achievement["resultDescription"], subject["result"] = [], []
    for number in range(56):
        one = copy.deepcopy(first)
        one["id"] = f"{achievement['id']}#req-{number}"
        mark = " (fi)" if number % 7 == 0 else ""
        one["name"] = f"vaatimus{number}x " + "tekee työn huolellisesti ja turvallisesti " * 3 + mark
        one["alignment"][0]["targetFramework"] = f"{framework}: Grupp {number // 12}"
        achievement["resultDescription"].append(one)
        status = "InProgress" if number == 5 else "Completed"
        subject["result"].append({"type": ["Result"], "resultDescription": one["id"], "status": status})


def test_a_unit_of_56_long_requirements_keeps_them_all_marked_and_numbered(made):
    pdf = certificate(changed(made, many), "sv")
    whole, *rows = pages(pdf)
    text = " ".join(rows)
    assert [text.count(f"vaatimus{number}x") for number in range(56)] == [1] * 56
    assert text.count("(fi)") == 8
    assert [text.count(f"Grupp {group}") for group in range(5)] == [1] * 5
    assert (text.count("– delvis"), "55/60 krav" in whole) == (1, True)
    assert "kuljetusvälineasennuksissa" in whole


def test_a_badge_for_no_unit_says_so(made):
    def change(document):
        subject = document["credentialSubject"]
        achievement = subject["achievement"]
        achievement["name"] = "Työelämän perustaidot"
        achievement["otherIdentifier"] = []
        for member in ("alignment", "humanCode", "fieldOfStudy", "resultDescription"):
            del achievement[member]
        del subject["result"]

    whole, rows = pages(certificate(changed(made, change), "fi"))
    assert "Työelämän perustaidot" in whole
    assert "ei tutkinnon osa" in whole
    assert "tutkinnonosat" not in rows


def test_a_grade_of_a_school_and_a_name_in_the_badge_are_printed(made):
    def change(document):
        subject = document["credentialSubject"]
        grade = {"id": "x#grade", "type": ["ResultDescription"], "name": "Arvosana", "resultType": "LetterGrade"}
        subject["achievement"]["resultDescription"].append(grade)
        subject["result"].append({"type": ["Result"], "resultDescription": "x#grade", "value": "4"})
        subject["identifier"] = [{"type": "IdentityObject", "identityHash": "Maija M.", "identityType": "name"}]

    record = changed(made, change)
    whole, rows = pages(certificate(record, "fi"))
    assert "Arvosana: 4" in whole
    assert "näyttö, jonka oppilaitos arvioi" in whole
    assert "Maija M." in whole
    assert f" {record.shown}. " in rows
    assert f" {record.shown + 1}. " not in rows


def test_a_withdrawn_badge_gets_no_certificate(made):
    installation, _ = made
    badge = new_badge(installation, "fi", role="pesu")
    revoke(installation.outside, badge.id, institution_id=installation.umbrella.id, reason="mistake", actor="test")
    with pytest.raises(ConflictError) as refusal:
        certificate_for_holder(installation.outside, badge.id, institution_id=installation.umbrella.id, actor="test")
    assert refusal.value.code == "certificate.not_in_force"


def test_a_badge_of_others_is_not_there(made):
    installation, badges = made
    with pytest.raises(NotFoundError):
        certificate_for_holder(installation.outside, badges["fi"].id, institution_id="another", actor="test")


def test_making_one_is_in_the_trail_without_the_name(made):
    installation, badges = made
    record_of(made, "en", holder="Kanariankeltainen Nimi")
    with installation.outside.database.read() as uow:
        entries = [text for _, _, text, _ in uow.audit.rows()]
    assert json.loads(entries[-1])["action"] == "certificate.made"
    assert json.loads(entries[-1])["refs"] == {"badge": badges["en"].id}
    assert not any("Kanarian" in text for text in entries)
