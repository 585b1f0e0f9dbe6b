"""What moulds do not keep, do not lend, and do not grow to."""

from collections.abc import Callable

import good_badges
import pytest
import workshop as w
from properties.mould_badges import QUICK, badge, environment, put, same, taught
from properties.whole_way import CountedMoulds, told

from schemas import strict_json
from schemas.baking import bake_png
from schemas.baking_svg import bake_svg
from schemas.pdf_attachment import attach_to_pdf
from verifier import EMPLOYMENT, Limits


def test_nothing_of_a_person_and_no_signature_is_kept() -> None:
    signed = w.sign(badge(name="Badge of Maija"))
    signed = w.sign(
        put(put(badge(name="Badge of Maija"), "evidence.0.name", "Maija's plan"), "evidence.1.name", "Essay")
    )
    moulds = taught({name: value for name, value in signed.items() if name != "proof"})
    (mould,) = moulds._moulds[next(iter(moulds._moulds))]
    kept = repr(mould) + repr(mould.template.__dict__) + repr(mould.template._json.__dict__)
    kept += repr(mould.template._lines.__dict__)
    kept += "".join(repr(node._lines.__dict__) for node in mould.template._nodes)
    subject = signed["credentialSubject"]
    secret = ("Maija", "Essay", signed["id"], subject["id"], subject["identifier"][0]["salt"], signed["validFrom"])
    for text in (*secret, subject["identifier"][0]["identityHash"], signed["proof"]["proofValue"]):
        assert text not in kept


def test_nothing_of_a_person_is_kept_to_find_moulds_by() -> None:
    moulds = CountedMoulds(QUICK)
    evidence = [{"id": "urn:x:1", "type": ["Evidence"], "genre": "achievement", "narrative": "Maija's plan"}]
    subject = badge()["credentialSubject"]
    identity = subject["identifier"][0] | {"hashed": False, "identityHash": "Maija"}
    short = {"id": "urn:x:2", "type": ["Achievement"], "name": "A", "description": "B", "criteria": {"narrative": "C"}}
    plain = {"achievement": short, "identifier": [identity], "type": subject["type"], "id": subject["id"]}
    for document in (badge(evidence=evidence), badge(credentialSubject=plain)):
        for _ in range(3):
            same(strict_json.write(w.sign(document)), moulds)
    assert len(moulds._seen) == 2
    assert "Maija" not in repr(moulds._seen) + repr(list(moulds._moulds))


@pytest.mark.parametrize(
    "bake",
    [
        lambda data: bake_png(good_badges.image(), data),
        lambda data: bake_svg(b'<svg xmlns="http://www.w3.org/2000/svg"></svg>', data),
        lambda data: attach_to_pdf(good_badges.pdf(), data),
    ],
)
def test_what_is_said_of_the_picture_around_a_badge_is_not_said_of_the_next(bake: Callable[[bytes], bytes]) -> None:
    moulds, data = CountedMoulds(QUICK), strict_json.write(w.sign(badge()))
    for _ in range(3):
        same(bake(data), moulds)
    assert b"input.container" in same(data, moulds)
    assert not moulds.casts


def test_a_word_that_widens_the_reader_s_bounds_neither_makes_a_mould_nor_fits_one() -> None:
    limits = Limits(values=100)
    moulds = CountedMoulds(QUICK)
    for _ in range(3):
        same(strict_json.write(w.sign(badge(name="On the ClrCredential"))), moulds, limits=limits)
    told_so = same(strict_json.write(w.sign(badge())), moulds, limits=limits)
    assert b'"verdict":"undetermined"' in told_so
    narrow = Limits(clr_values=100)
    taught_so = CountedMoulds(QUICK)
    for _ in range(3):
        same(strict_json.write(w.sign(badge())), taught_so, limits=narrow)
    assert taught_so.casts == 1
    same(strict_json.write(w.sign(badge(name="On the ClrCredential"))), taught_so, limits=narrow)
    assert taught_so.casts == 1


def test_texts_side_by_side_in_a_list_are_no_gaps() -> None:
    moulds = CountedMoulds(QUICK)
    for places in (["5", "6"], ["5", "6"], ["5", "6"], ["5", "5"]):
        same(strict_json.write(w.sign(put(badge(), "credentialStatus.statusListIndex", places))), moulds)
    assert not moulds.casts


@pytest.mark.parametrize(("count", "makes"), [(20, True), (180, False)])
def test_a_large_badge_makes_no_mould(count: int, makes: bool) -> None:
    """Each value of an ordered list is a blank node with two statements, in six bytes."""
    moulds, document = CountedMoulds(QUICK), badge()
    achievement = document["credentialSubject"]["achievement"]
    scale = {"type": ["ResultDescription"], "name": "R", "resultType": "Result", "id": "urn:uuid:" + "1" * 32}
    values = [f"{number:03d}" for number in range(count)]
    scale |= {"id": "urn:uuid:00000000-0000-4000-8000-0000000000aa", "allowedValue": values}
    achievement["resultDescription"] = [*achievement.get("resultDescription", []), scale]
    data = strict_json.write(w.sign(document))
    for _ in range(3):
        same(data, moulds)
    assert bool(moulds.casts) == makes


def test_the_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("verifier.moulds._MOST_BYTES", 200_000)
    monkeypatch.setattr("verifier.moulds._MOST_SEEN", 4)
    moulds = CountedMoulds(QUICK)
    for number in range(12):
        achievement = badge()["credentialSubject"]["achievement"] | {"id": f"https://issuer.example/a/{number}"}
        subject = badge()["credentialSubject"] | {"achievement": achievement}
        data = strict_json.write(w.sign(badge(credentialSubject=subject)))
        for _ in range(3):
            told(data, EMPLOYMENT, environment(moulds))
        assert len(moulds._moulds) <= 4
        assert len(moulds._seen) <= 4
    assert moulds.casts > 6  # a memory that was emptied begins anew
