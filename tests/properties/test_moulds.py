"""Badges that fit a mould: the report is that of the whole way, whatever stands in the gaps, and nothing is lent."""

import copy
import json
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
import workshop as w
from mutants import byte_mutants, json_mutants
from properties.credential_kinds import KINDS, Document
from properties.mould_badges import LIST, QUICK, badge, environment, put, same, taught
from properties.mutations import HOSTILE_TEXTS
from properties.whole_way import ORACLE, CountedMoulds, told, told_the_whole_way

from schemas import strict_json
from verifier import EMPLOYMENT, STRICT, Limits, evaluation

FITTING = {
    "id": [
        "urn:uuid:00000000-0000-4000-8000-0000000000ff",
        "https://badges.example.edu/b/1?x=y#z",
        "did:web:a.example",
    ],
    "moment": [
        "2026-01-31T23:59:59Z",
        "2026-11-22T11:59:00.123Z",
        "2019-02-28T00:00:00Z",
        "0001-01-01T00:00:00Z",
        "9999-12-31T23:59:59.123456789Z",
    ],
    "text": ["Ääkköset & muut", "100", "0", "-1", "101", "a", "x" * 900, "Ståhl's \u00ab1\u00bb", "%s %d %"],
    "hash": ["sha256$" + "0A" * 32],
    "index": ["0", "9", "131071", "131072", "00", "9999999999"],
}
# What may look as if it fitted: other alphabets, hidden signs, signs that JSON or N-Quads escape, odd moments.
UNFITTING = (
    *HOSTILE_TEXTS,
    "2026-02-30T00:00:00Z",
    "2026-11-22T24:00:00Z",
    "2026-11-22T10:00:00+02:00",
    "0000-01-01T00:00:00Z",
    "Rаdio",
    "a\u00adb",
    "a\u0301\u0301\u0301\u0301\u0301b",
    "a\u0080b",
    "{",
    "]",
    "urn:uuid:0",
    "https://issuer.example/[x]",
    "md5$" + "0" * 32,
    "sha256$" + "0" * 63,
    "\ud7ff\uffff",
    "日本",
)
GAPS = [
    "id",
    "name",
    "validFrom",
    "validUntil",
    "awardedDate",
    "credentialSubject.id",
    "credentialSubject.identifier.0.identityHash",
    "credentialSubject.identifier.0.salt",
    "credentialSubject.result.0.value",
    "evidence.0.id",
    "evidence.0.name",
    "evidence.1.id",
    "evidence.1.genre",
    "credentialStatus.id",
    "credentialStatus.statusListIndex",
]


@pytest.mark.parametrize("place", GAPS)
def test_whatever_stands_in_a_gap_the_report_is_that_of_the_whole_way(place: str) -> None:
    moulds = taught()
    values = [value for kind in FITTING.values() for value in kind]
    outcomes: Counter[bool] = Counter()
    for value in (*values, *UNFITTING):
        document = put(badge(), place, value)
        try:
            signed = w.sign(document)
        except Exception:  # noqa: BLE001  what cannot be signed is at least read
            signed = document | {"proof": w.sign(badge())["proof"]}
        outcomes[b'"verdict":"accepted"' in same(strict_json.write(signed), moulds)] += 1
    assert outcomes[False]
    assert moulds.casts > 1 or place == "awardedDate"


@pytest.mark.parametrize("place", ["created", "proofValue"])
def test_whatever_stands_in_a_gap_of_the_proof_is_told_alike(place: str) -> None:
    moulds, signed = taught(), w.sign(badge())
    other = w.sign(badge(), w.OTHER)["proof"]["proofValue"]
    values = (*FITTING["moment"], *UNFITTING, other, "z" + "1" * 88, other[:-1] + "1", other + "1")
    for value in values:
        told_so = same(strict_json.write(signed | {"proof": signed["proof"] | {place: value}}), moulds)
        assert b'"verdict":"accepted"' not in told_so or value == signed["proof"][place]
    assert moulds.casts > 2


def test_times_are_compared_anew_for_each_badge() -> None:
    moulds = taught()
    for moment in (w.NOW, w.NOW + timedelta(days=4000), w.NOW - timedelta(days=4000)):
        for created in (w.NOW - timedelta(days=1), w.NOW + timedelta(hours=1)):
            data = strict_json.write(w.sign(badge(), created=created))
            same(data, moulds, clock=lambda moment=moment: moment)
    assert moulds.casts == 1 + 6


WEB = {
    "as it was": {},
    "other key": {"keys": (w.OTHER,)},
    "more keys": {"keys": (w.KEY, w.OTHER)},
    "revoked": {"member": {"revoked": "2026-11-22T10:00:00Z"}},
    "revoked later": {"member": {"revoked": "2027-11-22T10:00:00Z"}},
    "expired": {"member": {"expires": "2026-11-20T10:00:00Z"}},
    "not listed": {"assertionMethod": []},
    "of another": {"member": {"controller": "did:web:other.example"}},
    "another id": {"id": "did:web:other.example"},
    "no list": {"assertionMethod": None, "verificationMethod": None},
    "gone": None,
}


@pytest.mark.parametrize("name", WEB)
def test_the_key_is_asked_for_anew_for_each_badge(name: str) -> None:
    made = badge()
    made["issuer"]["id"] = w.DID
    data = strict_json.write(w.sign(made, method=f"{w.DID}#key-1"))
    how = WEB[name]
    if how is None:
        changed: Any = {}
    else:
        found = w.did_document(w.DID, *how.get("keys", ()), **{k: v for k, v in how.items() if k in w.did_document()})
        found["verificationMethod"] = found["verificationMethod"] and [
            one | how.get("member", {}) for one in found["verificationMethod"]
        ]
        changed = {w.DID: found}
    moulds = CountedMoulds(QUICK)
    status = {LIST: w.sign(w.status_document(9, url=LIST, issuer=w.DID), method=f"{w.DID}#key-1")}
    for _ in range(4):
        good = {w.DID: w.did_document(), **status}
        told(data, EMPLOYMENT, w.environment(good, canonicalise=QUICK, moulds=moulds))
    assert moulds.casts == 2
    (mould,) = moulds._moulds[next(iter(moulds._moulds))]
    assert mould.proof is not None
    for _ in range(2):
        wanted = told_the_whole_way(data, EMPLOYMENT, w.environment({**changed, **status}, canonicalise=ORACLE))
        environment_now = w.environment({**changed, **status}, canonicalise=QUICK, moulds=moulds)
        assert told(data, EMPLOYMENT, environment_now) == wanted
        assert (b'"verdict":"accepted"' in wanted) == (name in ("as it was", "more keys", "revoked later"))


def test_an_ordinary_proof_is_not_looked_at_from_the_beginning(monkeypatch: pytest.MonkeyPatch) -> None:
    moulds = taught()
    world = environment(moulds)
    data = strict_json.write(w.sign(badge()))
    wanted = told(data, EMPLOYMENT, world)  # proves the status list, too
    monkeypatch.setattr(evaluation, "_check_proofs", None)
    assert told(data, EMPLOYMENT, world) == wanted
    assert b'"verdict":"accepted"' in wanted
    bad = strict_json.write(w.sign(badge()) | {"id": "urn:uuid:00000000-0000-4000-8000-0000000000fe"})
    assert b"internal.error" in told(bad, EMPLOYMENT, world)  # a bad signature is


def test_an_endorsement_outside_the_gaps_is_looked_at_as_ever() -> None:
    moulds = CountedMoulds(QUICK)
    subject = badge()["credentialSubject"]
    endorsed = subject["achievement"] | {"endorsementJwt": ["eyJhbGciOiJub25lIn0.e30.x"]}
    data = strict_json.write(w.sign(badge(credentialSubject=subject | {"achievement": endorsed})))
    for _ in range(4):
        assert b'"endorsement.verified","outcome":"FAILED"' in same(data, moulds)
    assert moulds.casts > 0


def test_two_things_with_one_id_are_refused_as_ever() -> None:
    moulds = taught()
    one = "urn:uuid:00000000-0000-4000-8000-000000000001"
    fixed = [badge()["issuer"]["id"], badge()["credentialSubject"]["achievement"]["id"], LIST]
    for place in ("id", "credentialSubject.id", "evidence.0.id", "evidence.1.id", "credentialStatus.id"):
        for other in ("id", "credentialSubject.id", "evidence.0.id", "evidence.1.id", "credentialStatus.id"):
            document = put(put(badge(), place, one), other, one)
            same(strict_json.write(document | {"proof": w.sign(badge())["proof"]}), moulds)
        for value in fixed:
            document = put(badge(), place, value)
            same(strict_json.write(document | {"proof": w.sign(badge())["proof"]}), moulds)


@pytest.mark.parametrize("part", range(4))
def test_a_badge_that_differs_outside_the_gaps_borrows_nothing(part: int) -> None:
    moulds, signed = taught(), w.sign(badge())
    for mutant in list(json_mutants(signed))[part::40]:
        same(strict_json.write(mutant) if part % 2 else json.dumps(mutant).encode(), moulds)
    data = strict_json.write(signed)
    for mutated in byte_mutants(data, 80, part):
        same(mutated, moulds)
    for twisted in (
        data + b" ",
        b" " + data,
        b"\xef\xbb\xbf" + data,
        data[:-1],
        data + b"}",
        data.replace(b":", b": "),
    ):
        same(twisted, moulds)
    double = data.replace(b'"validFrom"', b'"validFrom":"2026-11-08T09:00:00Z","validFrom"', 1)
    same(double, moulds)


@pytest.mark.parametrize("kind", ["badge of 28 requirements", "badge of 3 requirements", "badge with levels"])
def test_other_badges_have_moulds_of_their_own(kind: str) -> None:
    document = copy.deepcopy(KINDS[kind])
    document.pop("proof", None)
    document["issuer"]["id"] = w.KEY.did
    moulds = CountedMoulds(QUICK)
    for number in range(6):
        document["id"] = f"urn:uuid:00000000-0000-4000-8000-00000000000{number}"
        same(strict_json.write(w.sign(document)), moulds)
        same(strict_json.write(w.sign(badge())), moulds)


def test_another_policy_or_other_bounds_know_nothing_of_it() -> None:
    moulds, data = taught(), strict_json.write(w.sign(badge()))
    same(data, moulds, STRICT)
    assert moulds.casts == 1
    for limits in (Limits(nodes=5), Limits(json_bytes=500), Limits(values=20), Limits(depth=2), Limits(string_bytes=9)):
        same(data, moulds, limits=limits)
    assert moulds.casts == 1
    same(data, moulds, limits=Limits())
    assert moulds.casts == 2


def test_a_longer_badge_does_not_pass_a_bound_with_the_help_of_a_shorter_one() -> None:
    moulds, short = CountedMoulds(QUICK), strict_json.write(w.sign(badge()))
    limits = Limits(json_bytes=len(short) + 100)
    for _ in range(3):
        told(short, EMPLOYMENT, environment(moulds, limits=limits))
    assert moulds.casts == 1
    for more in (100, 101):
        data = strict_json.write(w.sign(badge(name=badge()["name"] + "x" * more)))
        assert (b"input.too_large" in same(data, moulds, limits=limits)) == (more > 100)


@pytest.mark.parametrize(
    "change",
    [
        {"credentialSubject": badge()["credentialSubject"] | {"narrative": "Maija did it"}},
        {"credentialSubject": badge()["credentialSubject"] | {"source": {"id": "urn:x:1", "type": ["Profile"]}}},
        {"refreshService": {"id": "https://issuer.example/r", "type": "1EdTechCredentialRefresh"}},
        {"image": {"id": "https://badges.example.edu/1.png", "type": "Image"}},
        {"name": "日本語"},
        {"validFrom": "2026-11-08T11:00:00+02:00"},
        {"credentialSchema": [{"id": "https://schemas.example/own", "type": "1EdTechJsonSchemaValidator2019"}]},
        {"evidence": [{"id": "urn:x:1", "type": ["Evidence"], "name": 'a "b"'}]},
    ],
)
def test_a_badge_with_other_members_makes_no_mould(change: Document) -> None:
    moulds = CountedMoulds(QUICK)
    for _ in range(5):
        same(strict_json.write(w.sign(badge(**change))), moulds)
    assert not moulds.casts
    assert not moulds._moulds


def test_a_badge_that_is_not_proven_makes_no_mould() -> None:
    moulds = CountedMoulds(QUICK)
    signed = w.sign(badge(), w.OTHER)
    bad = w.sign(badge())
    bad["validFrom"] = "2026-11-09T09:00:00Z"
    for document in (signed, bad, badge()):
        for _ in range(5):
            same(strict_json.write(document), moulds)
    assert not moulds._seen
