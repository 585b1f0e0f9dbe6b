"""The small code from the signed badge to the paper and back: stored, signed, printed, photographed, checked."""

import json
from dataclasses import replace
from datetime import timedelta

import certificate_samples
import compact_world
import cv2
import numpy as np
import pypdfium2
import pytest
from certificate_samples import new_badge
from PIL import Image

from issuer.domain.award import AwardRequest
from issuer.domain.errors import ConflictError
from issuer.domain.working_life import competences
from issuer.exports.card_pdf import card
from issuer.exports.certificate_pdf import certificate
from issuer.services.certificates import certificate_for_holder
from issuer.services.compact_code import NoCompactCodeError, code_for_print, code_of
from issuer.services.issue_badge import issue
from issuer.services.own_documents import own_document
from issuer.services.publish_bundle import publish_bundle, publish_bundle_if_due
from issuer.services.revoke_badge import revoke
from keys.errors import SignerFrozenError, SigningError, StaleRequest
from schemas import qr_code
from schemas.compact_code import MAX_SIGNS, take_apart
from verifier.bundle import read_bundle
from verifier.cli import main
from verifier.compact import Answer, check_code


def bundle_bytes(outside):
    publish_bundle(outside)
    return own_document(outside.database, "/trust/bundle.json").body


def check(outside, code):
    return check_code(code, read_bundle(bundle_bytes(outside)), outside.now())


def actions(outside):
    with outside.database.read() as uow:
        return [json.loads(entry)["action"] for _, _, entry, _ in uow.audit.rows()]


def test_a_badge_has_one_code_that_says_what_the_badge_says(installation):
    outside, badge = installation.outside, new_badge(installation, "fi")
    code = code_of(outside, badge.id)
    assert code_of(outside, badge.id) == code
    assert (len(code) <= MAX_SIGNS, qr_code.version(code) <= 10) == (True, True)
    report = check(outside, code)
    assert (report.answer, report.issuer) == (Answer.GENUINE_AS_OF, installation.umbrella.did)
    told = report.to_json()["claims"]
    document = json.loads(badge.document)
    assert told["credential"] == document["id"]
    assert told["unit"]["shown"] == list(range(9))
    assert told["unit"]["code"] == 106889
    assert told["activity"] == ["2026-06", "2026-08"]
    assert told["status"]["index"] == int(document["credentialStatus"]["statusListIndex"])
    assert report.unit.name.in_language("sv")[0]


def test_a_part_of_a_unit_tells_which_part(sqlite_installation):
    with sqlite_installation.outside.database.read() as uow:
        unit = uow.catalogue.unit("106889", today=sqlite_installation.outside.now().date()).unit
    keys = tuple(unit.requirements[place].key for place in (6, 1, 4))
    badge = new_badge(sqlite_installation, "fi", requirement_keys=keys, in_part_keys=(unit.requirements[8].key,))
    claims = check(sqlite_installation.outside, code_of(sqlite_installation.outside, badge.id)).to_json()["claims"]
    assert (claims["scope"], claims["unit"]["shown"], claims["unit"]["in_part"]) == ("part", [1, 4, 6], [8])


def test_a_competence_outside_the_units_has_a_code_and_its_name(sqlite_installation):
    request = AwardRequest(
        institution_id=sqlite_installation.umbrella.id, competence=min(competences().by_key), language="fi"
    )
    badge = issue(sqlite_installation.outside, request, idempotency_key="compact-competence-1", actor="test")
    report = check(sqlite_installation.outside, code_of(sqlite_installation.outside, badge.id))
    assert (report.answer, report.claims.unit) == (Answer.GENUINE_AS_OF, None)
    assert report.competence.in_language("fi")[0] == json.loads(badge.document)["name"]


def test_two_badges_of_one_person_share_nothing_but_what_their_badges_share(sqlite_installation):
    outside = sqlite_installation.outside
    first = new_badge(sqlite_installation, "fi")
    with outside.database.read() as uow:
        person = uow.credentials.get(first.id).person_id
    second = new_badge(sqlite_installation, "fi", person_id=person)
    one, other = (take_apart(code_of(outside, badge.id)).claims for badge in (first, second))
    differ = {name for name in one.__slots__ if getattr(one, name) != getattr(other, name)}
    assert differ == {"credential", "digest", "index"}


class Killed(BaseException):
    pass


def test_claims_are_stored_before_they_are_signed_and_a_crash_between_is_mended(sqlite_installation):
    outside, badge = sqlite_installation.outside, new_badge(sqlite_installation, "fi")

    def die(name):
        if name == "compact.after_reserve":
            raise Killed

    with pytest.raises(Killed):
        code_of(replace(outside, checkpoint=die), badge.id)
    with outside.database.read() as uow:
        stored = uow.compact_codes.of(badge.id)
        person = uow.credentials.get(badge.id).person_id
    assert stored.code is None
    claims = outside.person_keys.unseal(person, "compact_claims", stored.claims)
    assert take_apart(code_of(outside, badge.id)).payload == claims
    assert actions(outside)[-3:].count("compact_code.signed") == 1


def test_nothing_of_the_code_stands_open_in_the_database_and_forgetting_takes_it_away(sqlite_installation):
    outside, badge = sqlite_installation.outside, new_badge(sqlite_installation, "fi")
    code = code_of(outside, badge.id)
    with outside.database.read() as uow:
        stored = uow.compact_codes.of(badge.id)
        person = uow.credentials.get(badge.id).person_id
    assert code.encode() not in stored.code + stored.claims
    assert take_apart(code).claims.digest not in stored.code + stored.claims
    with outside.database.write() as uow:
        uow.compact_codes.forget_person(person)
    with outside.database.read() as uow:
        assert uow.compact_codes.of(badge.id) is None
    assert check(outside, code).answer is Answer.GENUINE_AS_OF


def test_a_badge_out_of_use_gets_no_code_and_its_old_code_says_so_with_the_reason(installation):
    outside, badge = installation.outside, new_badge(installation, "fi")
    code, kept = code_of(outside, badge.id), bundle_bytes(outside)
    revoke(outside, badge.id, institution_id=installation.umbrella.id, reason="holder_wish", actor="test")
    with pytest.raises(ConflictError, match=r"compact\.not_in_force"):
        code_of(outside, badge.id)
    report = check(outside, code)
    assert (report.answer, report.reason) == (Answer.OUT_OF_USE, "holder_wish")
    assert check_code(code, read_bundle(kept), outside.now()).answer is Answer.GENUINE_AS_OF  # as of then


def test_the_bundle_is_made_anew_when_something_changes_and_each_day(sqlite_installation):
    outside = sqlite_installation.outside
    due = [publish_bundle_if_due(outside), publish_bundle_if_due(outside)]
    badge = new_badge(sqlite_installation, "fi")
    code_of(outside, badge.id)  # brings a new order of requirements
    due += [publish_bundle_if_due(outside), publish_bundle_if_due(outside)]
    revoke(outside, badge.id, institution_id=sqlite_installation.umbrella.id, reason="mistake", actor="test")
    due += [publish_bundle_if_due(outside), publish_bundle_if_due(outside)]
    sqlite_installation.clock.moved += timedelta(hours=24)
    due += [publish_bundle_if_due(outside), publish_bundle_if_due(outside)]
    assert due == [True, False] * 4


def test_the_bundle_names_the_units_of_badges_that_were_never_printed(sqlite_installation):
    new_badge(sqlite_installation, "sv")
    (unit,) = read_bundle(bundle_bytes(sqlite_installation.outside)).units.values()
    assert unit.name.in_language("fi") == ("Polkupyörän huolto", "fi")
    assert len(unit.requirements) == 9


def test_a_badge_that_does_not_fit_is_printed_without_the_code(sqlite_installation, monkeypatch):
    outside, badge = sqlite_installation.outside, new_badge(sqlite_installation, "fi")
    monkeypatch.setattr("schemas.compact_code.MAX_BYTES", 100)
    with pytest.raises(NoCompactCodeError, match=r"compact\.too_long"):
        code_of(outside, badge.id)
    assert code_for_print(outside, badge.id) is None


def test_the_key_ring_signs_only_the_claims_of_a_badge_that_it_signed(sqlite_installation):
    outside, badge = sqlite_installation.outside, new_badge(sqlite_installation, "fi")
    taken = take_apart(code_of(outside, badge.id))
    with outside.database.read() as uow:
        key = uow.institutions.active_key(sqlite_installation.umbrella.id)
        unit = uow.catalogue.unit("106889", today=outside.now().date()).unit
    order = [one.key for one in unit.requirements]
    sign = outside.signer.sign_compact
    assert take_apart(sign(key.kid, badge.document, order, taken.payload)) == taken
    with pytest.raises(StaleRequest):
        sign(key.kid, badge.document, order[::-1], taken.payload)
    with pytest.raises(SigningError, match=r"compact\.claims"):
        sign(key.kid, badge.document, order[:3], taken.payload)
    other = json.loads(badge.document)
    other["validFrom"] = "2020-01-01T00:00:00Z"
    with pytest.raises(SigningError, match="embedded proof"):
        sign(key.kid, json.dumps(other).encode(), order, taken.payload)
    outside.signer.freeze()
    with pytest.raises(SignerFrozenError):
        sign(key.kid, badge.document, order, taken.payload)
    outside.signer.thaw()


# Done when 3: the printed sheet


@pytest.fixture(scope="module")
def made(sqlite_template, tmp_path_factory):
    home = tmp_path_factory.mktemp("compact") / "home"
    with certificate_samples.installation_with_badges(sqlite_template, home) as opened:
        yield opened


@pytest.fixture(scope="module")
def sheets(made):
    """Both papers of the Finnish badge, with a link as their first code, and the badge's small code."""
    installation, badges = made
    record = certificate_for_holder(
        installation.outside, badges["fi"].id, institution_id=installation.umbrella.id, actor="test"
    )
    record = replace(record, link=certificate_samples.LINK)
    return {"certificate": certificate(record, "fi"), "card": card(record, "fi")}, record.compact


def photograph(pdf):
    """The first page at 300 dpi, grey: blurred, turned by ten degrees, with a fifth of its contrast gone."""
    opened = pypdfium2.PdfDocument(pdf)
    image = opened[0].render(scale=300 / 72, grayscale=True).to_numpy()
    opened.close()
    image = cv2.GaussianBlur(np.ascontiguousarray(image.reshape(image.shape[:2])), (0, 0), 1.2)
    height, width = image.shape
    image = cv2.copyMakeBorder(image, height // 8, height // 8, width // 8, width // 8, cv2.BORDER_CONSTANT, value=255)
    turn = cv2.getRotationMatrix2D((image.shape[1] / 2, image.shape[0] / 2), 10, 1)
    image = cv2.warpAffine(image, turn, (image.shape[1], image.shape[0]), borderValue=255)
    return (128 + (image.astype(np.float32) - 128) * 0.8).astype(np.uint8)


def read_by_another(image):
    """The texts of all codes: OpenCV finds them, and what it cannot read from afar it reads closer, as a phone does."""
    reader, texts = cv2.QRCodeDetectorAruco(), set()
    _, read, corners, _ = reader.detectAndDecodeMulti(image)
    for text, points in zip(read, corners, strict=True):
        (left, top), (right, bottom) = points.min(0).astype(int), points.max(0).astype(int)
        closer = image[max(top - 40, 0) : bottom + 40, max(left - 40, 0) : right + 40]
        sizes = (cv2.resize(closer, None, fx=size, fy=size, interpolation=cv2.INTER_CUBIC) for size in (1, 1.5, 2, 3))
        texts.add(text or next(filter(None, (reader.detectAndDecode(one)[0] for one in sizes)), ""))
    return texts


@pytest.mark.parametrize("paper", ["certificate", "card"])
def test_both_codes_of_a_bad_photograph_are_read_by_a_decoder_that_the_product_does_not_use(sheets, paper):
    papers, code = sheets
    assert read_by_another(photograph(papers[paper])) == {certificate_samples.LINK.url, code}


def answered(capsys, source, bundle, *more):
    status = main([source, "--bundle", str(bundle), "--offline", "--json", *more])
    return status, json.loads(capsys.readouterr().out)


def test_the_code_of_the_photograph_is_checked_on_the_command_line_with_the_network_off(made, sheets, tmp_path, capsys):
    papers, code = sheets
    bundle, picture = tmp_path / "bundle.json", tmp_path / "photograph.png"
    bundle.write_bytes(bundle_bytes(made[0].outside))
    Image.fromarray(photograph(papers["certificate"])).save(picture)
    for source in (str(picture), code):
        status, report = answered(capsys, source, bundle)
        assert (status, report["answer"]) == (0, "genuine_as_of")
        assert report["claims"]["credential"].endswith(made[1]["fi"].id)
    (tmp_path / "code.txt").write_text(code + "\n")
    assert answered(capsys, str(tmp_path / "code.txt"), bundle)[0] == 0


def test_altered_foreign_and_revoked_codes_get_the_right_answer_with_the_network_off(made, sheets, tmp_path, capsys):
    installation, bundle = made[0], tmp_path / "bundle.json"
    badge = new_badge(installation, "fi", role="toinen")
    gone = code_of(installation.outside, badge.id)
    revoke(installation.outside, badge.id, institution_id=installation.umbrella.id, reason="replaced", actor="test")
    bundle.write_bytes(bundle_bytes(installation.outside))
    code = sheets[1]
    altered = code[:60] + ("A" if code[60] != "A" else "B") + code[61:]
    foreign = compact_world.code(key=compact_world.FOREIGN)
    late = (installation.outside.now() + timedelta(days=31)).strftime("%Y-%m-%dT%H:%M:%SZ")
    cases = {
        "altered": (altered, (), 1, "not_genuine"),
        "foreign key": (foreign, (), 1, "not_genuine"),
        "revoked": (gone, (), 1, "out_of_use"),
        "old bundle": (code, ("--at", late), 2, "status_not_checked_since"),
        "revoked, old bundle": (gone, ("--at", late), 1, "out_of_use"),
    }
    found = {name: answered(capsys, text, bundle, *more) for name, (text, more, _, _) in cases.items()}
    assert {name: (status, report["answer"]) for name, (status, report) in found.items()} == {
        name: (status, answer) for name, (_, _, status, answer) in cases.items()
    }


def test_without_a_bundle_nothing_is_called_good_and_a_bad_bundle_is_a_usage_error(sheets, tmp_path, capsys):
    assert main([sheets[1], "--offline"]) == 2
    bad = tmp_path / "bundle.json"
    bad.write_text("{}")
    assert main([sheets[1], "--bundle", str(bad), "--offline"]) == 3
    bad.write_bytes(compact_world.bundle())
    pinned = compact_world.multikey_of(compact_world.FOREIGN)
    assert main([compact_world.code(), "--bundle", str(bad), "--bundle-key", pinned, "--offline"]) == 3
    capsys.readouterr()


def test_the_codes_are_exactly_as_large_as_the_design_says(sheets):
    for pdf in sheets[0].values():
        opened = pypdfium2.PdfDocument(pdf)
        image = opened[0].render(scale=300 / 72, grayscale=True).to_numpy()
        opened.close()
        found = cv2.QRCodeDetectorAruco().detectAndDecodeMulti(np.ascontiguousarray(image.reshape(image.shape[:2])))
        sides = sorted(np.linalg.norm(points[1] - points[0]) / 300 * 25.4 for points in found[2])
        assert sides == pytest.approx([33 * 0.40, 57 * 0.40], abs=0.3)  # versions 4 and 10 without their quiet zones
