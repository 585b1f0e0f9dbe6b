"""Agreements: what terms may be, which states follow, who sees what, overlaps, and the strict machine-readable form."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from issuer.domain.cooperation import (
    MOST_UNITS,
    Cooperation,
    CooperationState,
    Standing,
    Terms,
    check_did,
    check_end,
    check_parties,
    check_terms,
    content_digest,
    overlapping,
)
from issuer.domain.cooperation_document import document, read_terms, terms_from_json, terms_to_json
from issuer.domain.errors import ConflictError, InvalidFormError, InvalidRequestError
from issuer.domain.institution import Institution, PublicName
from issuer.domain.recognition import Route
from issuer.domain.unit_ref import UnitRef

TODAY = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
BICYCLE = UnitRef("tutkinnonosat_106889", "7614470")
NEWER = UnitRef("tutkinnonosat_106889", "9999999")
OTHER = UnitRef("tutkinnonosat_100001", "7614470")
TERMS = Terms(
    units=(BICYCLE,),
    recency_months=12,
    route=Route.DIRECT,
    assessed_by="Opettaja",
    school_contact="Opinto-ohjaaja",
    partner_contact="Vastuuhenkilö",
    valid_from=date(2026, 11, 1),
    valid_until=date(2028, 10, 31),
)


def agreement(**more: object) -> Cooperation:
    values = {
        "id": "a",
        "ref": "a",
        "school_id": "school",
        "partner_id": "partner",
        "drafted_by": "school",
        "state": CooperationState.CONFIRMED,
        "version": 1,
        "terms": TERMS,
        "offered_at": NOW,
        "created_at": NOW,
        "changed_at": NOW,
    }
    return Cooperation(**(values | more))


def institution(kind: str, did: str | None, **more: object) -> Institution:
    name = PublicName(fi="Nimi", sv="Namn", en="Name")
    values = {"parent_id": None, "legal_name": "Nimi ry", "business_id": "0149669-3", "listed_from": TODAY}
    values |= {"closed_at": None, "created_at": NOW, "id": kind, "slug": kind, "public_name": name}
    return Institution(kind=kind, did=did, **(values | more))


def codes(terms: Terms) -> list[tuple[str, str]]:
    with pytest.raises(InvalidFormError) as refused:
        check_terms(terms, today=TODAY)
    return [(fault.code, fault.pointer) for fault in refused.value.faults]


def test_sensible_terms_pass():
    check_terms(TERMS, today=TODAY)


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        ({"units": ()}, ("cooperation.units", "/units")),
        ({"units": (BICYCLE, BICYCLE)}, ("cooperation.units", "/units")),
        (
            {"units": tuple(UnitRef(f"tutkinnonosat_{n}", "1") for n in range(MOST_UNITS + 1))},
            ("cooperation.units", "/units"),
        ),
        ({"least_shown": 201}, ("cooperation.least_shown", "/least_shown")),
        ({"least_shown": -1}, ("cooperation.least_shown", "/least_shown")),
        ({"recency_months": 0}, ("cooperation.months", "/recency_months")),
        ({"recency_months": 121}, ("cooperation.months", "/recency_months")),
        ({"assessed_by": ""}, ("text.length", "/assessed_by")),
        ({"assessed_by": "x" * 301}, ("text.length", "/assessed_by")),
        ({"school_contact": "opo@oppilaitos.fi"}, ("privacy.telling_word", "/school_contact")),
        ({"partner_contact": "Kuntoutuksen ohjaaja"}, ("privacy.telling_word", "/partner_contact")),
        ({"valid_from": date(2026, 11, 2)}, ("cooperation.first_of_month", "/valid_from")),
        ({"valid_until": date(2026, 10, 31)}, ("cooperation.dates_reversed", "/valid_until")),
        (
            {"valid_from": date(2025, 1, 1), "valid_until": date(2026, 11, 22)},
            ("cooperation.over", "/valid_until"),
        ),
        ({"valid_until": date(2037, 1, 1)}, ("cooperation.too_long", "/valid_until")),
    ],
)
def test_terms_that_cannot_be_are_refused_at_their_field(fault, expected):
    assert codes(replace(TERMS, **fault)) == [expected]


def test_every_fault_is_named_at_once():
    found = codes(replace(TERMS, units=(), assessed_by="", valid_from=date(2026, 11, 5)))
    assert [pointer for _, pointer in found] == ["/units", "/assessed_by", "/valid_from"]


@pytest.mark.parametrize(
    ("school", "partner", "code"),
    [
        (institution("provider", "did:key:z1"), institution("umbrella", "did:key:z2"), "cooperation.school"),
        (
            institution("school", "did:key:z1", closed_at=NOW),
            institution("umbrella", "did:key:z2"),
            "cooperation.school",
        ),
        (institution("school", "did:key:z1"), institution("school", "did:key:z2"), "cooperation.partner"),
        (institution("school", "did:key:z1"), institution("provider", None), "cooperation.partner"),
        (
            institution("school", "did:key:z1"),
            institution("umbrella", "did:key:z2", closed_at=NOW),
            "cooperation.partner",
        ),
    ],
)
def test_an_agreement_is_made_by_a_school_with_who_signs_badges(school, partner, code):
    with pytest.raises(InvalidRequestError) as refused:
        check_parties(school, partner)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("state", "more", "day", "expected"),
    [
        ("draft", {}, TODAY, Standing.DRAFT),
        ("offered", {}, TODAY, Standing.OFFERED),
        ("confirmed", {}, date(2026, 10, 31), Standing.COMING),
        ("confirmed", {}, date(2026, 11, 1), Standing.IN_FORCE),
        ("confirmed", {}, date(2028, 10, 31), Standing.IN_FORCE),
        ("confirmed", {}, date(2028, 11, 1), Standing.ENDED),
        ("confirmed", {"ends_on": date(2027, 1, 31)}, date(2027, 1, 31), Standing.IN_FORCE),
        ("confirmed", {"ends_on": date(2027, 1, 31)}, date(2027, 2, 1), Standing.ENDED),
        ("ended", {}, TODAY, Standing.ENDED),
    ],
)
def test_what_an_agreement_is_on_a_day(state, more, day, expected):
    assert agreement(state=CooperationState(state), **more).standing(day) is expected


def test_a_draft_is_seen_by_its_writer_only_and_an_offer_by_both():
    draft = agreement(state=CooperationState.DRAFT, offered_at=None)
    offer = agreement(state=CooperationState.OFFERED)
    assert [draft.shown_to(one) for one in ("school", "partner", "stranger")] == [True, False, False]
    assert [offer.shown_to(one) for one in ("school", "partner", "stranger")] == [True, True, False]
    assert [offer.waits_for(one) for one in ("school", "partner", "stranger")] == [False, True, False]
    assert not draft.waits_for("partner")


@pytest.mark.parametrize(
    ("last_day", "code"),
    [
        (date(2026, 11, 22), "cooperation.ends_before"),
        (date(2028, 11, 1), "cooperation.ends_later"),
        (date(2026, 11, 23), None),
        (date(2028, 10, 31), None),
        (None, None),
    ],
)
def test_a_last_day_lies_between_today_and_the_end(last_day, code):
    if code is None:
        check_end(agreement(), last_day, today=TODAY)
        return
    with pytest.raises(InvalidRequestError) as refused:
        check_end(agreement(), last_day, today=TODAY)
    assert refused.value.code == code


@pytest.mark.parametrize("state", ["draft", "offered", "ended"])
def test_only_what_both_have_confirmed_is_ended(state):
    with pytest.raises(ConflictError) as refused:
        check_end(agreement(state=CooperationState(state)), None, today=TODAY)
    assert refused.value.code == "cooperation.state"


@pytest.mark.parametrize(
    ("terms", "more", "meets"),
    [
        ({}, {}, True),
        ({"units": (NEWER,)}, {}, True),  # every version counts
        ({"units": (OTHER,)}, {}, False),
        ({"valid_from": date(2028, 10, 1), "valid_until": date(2029, 1, 1)}, {}, True),
        ({"valid_from": date(2028, 11, 1), "valid_until": date(2029, 1, 1)}, {}, False),
        ({}, {"partner_id": "another"}, False),
        ({}, {"state": CooperationState.DRAFT}, False),
        ({}, {"state": CooperationState.ENDED}, False),
        ({"valid_from": date(2024, 1, 1)}, {"ends_on": date(2026, 10, 31)}, False),
    ],
)
def test_agreements_of_the_same_parties_on_the_same_unit_and_day_overlap(terms, more, meets):
    other = agreement(id="b", terms=replace(TERMS, **terms), **more)
    assert overlapping(agreement(), [other]) == ((other,) if meets else ())
    if "state" not in more:
        assert bool(overlapping(other, [agreement()])) is meets


def test_two_versions_of_a_unit_do_not_overlap_where_only_the_named_ones_count():
    one = replace(TERMS, any_version=False)
    other = agreement(id="b", terms=replace(one, units=(NEWER,)))
    assert overlapping(agreement(terms=one), [other]) == ()
    assert overlapping(agreement(terms=one), [agreement(terms=one)]) == ()  # never with itself


def test_the_digest_is_about_both_parties_and_every_term():
    school, partner = institution("school", "did:key:z1"), institution("umbrella", "did:key:z2")
    first = content_digest(school, partner, terms_to_json(TERMS))
    others = {"units": (OTHER,), "any_version": False, "least_shown": 2, "whole_unit": True, "recency_months": None}
    others |= {"route": None, "assessed_by": "x", "school_contact": "x", "partner_contact": "x"}
    others |= {"valid_from": date(2026, 12, 1), "valid_until": date(2028, 12, 31)}
    digests = {content_digest(school, partner, terms_to_json(replace(TERMS, **{n: v}))) for n, v in others.items()}
    digests.add(content_digest(school, institution("umbrella", "did:key:z3"), terms_to_json(TERMS)))
    assert first not in digests
    assert len(digests) == len(others) + 1


def test_a_document_names_public_names_and_identities_and_reads_back():
    data = document(agreement(), institution("school", "did:key:z1"), institution("umbrella", "did:key:z2"), day=TODAY)
    content = json.loads(data)
    assert content["format"] == "pateva.cooperation-agreement/1"
    assert (content["state"], content["lastDay"]) == ("in_force", "2028-10-31")
    assert content["partner"] == {"id": "did:key:z2", "name": {"fi": "Nimi", "sv": "Namn", "en": "Name"}}
    assert read_terms(data) == TERMS
    assert terms_from_json(terms_to_json(replace(TERMS, route=None, recency_months=None))).route is None


GOOD = json.loads(
    document(agreement(), institution("school", "did:key:z1"), institution("umbrella", "did:key:z2"), day=TODAY)
)


def without(name: str) -> dict:
    return {key: value for key, value in GOOD.items() if key != name}


@pytest.mark.parametrize(
    "broken",
    [
        b"",
        b"[]",
        b"{",
        without("format"),
        GOOD | {"format": "pateva.cooperation-agreement/2"},
        GOOD | {"more": 1},
        without("terms"),
        GOOD | {"terms": None},
        GOOD | {"terms": GOOD["terms"] | {"more": 1}},
        GOOD | {"terms": {k: v for k, v in GOOD["terms"].items() if k != "route"}},
        GOOD | {"terms": GOOD["terms"] | {"route": "0004"}},
        GOOD | {"terms": GOOD["terms"] | {"route": ["0001"]}},
        GOOD | {"terms": GOOD["terms"] | {"units": "106889-7614470"}},
        GOOD | {"terms": GOOD["terms"] | {"units": ["106889"]}},
        GOOD | {"terms": GOOD["terms"] | {"units": [106889]}},
        GOOD | {"terms": GOOD["terms"] | {"anyVersion": 1}},
        GOOD | {"terms": GOOD["terms"] | {"leastShown": True}},
        GOOD | {"terms": GOOD["terms"] | {"leastShown": "1"}},
        GOOD | {"terms": GOOD["terms"] | {"recencyMonths": 1.5}},
        GOOD | {"terms": GOOD["terms"] | {"assessedBy": None}},
        GOOD | {"terms": GOOD["terms"] | {"validFrom": "1.11.2026"}},
        GOOD | {"terms": GOOD["terms"] | {"validUntil": "20281031"}},
        GOOD | {"terms": GOOD["terms"] | {"validUntil": "2028-10-32"}},
    ],
    ids=str,
)
def test_anything_else_than_the_written_form_is_refused(broken):
    data = broken if isinstance(broken, bytes) else json.dumps(broken).encode()
    with pytest.raises(InvalidRequestError) as refused:
        read_terms(data)
    assert (refused.value.code, refused.value.pointer) == ("cooperation.document", "/file")


@pytest.mark.parametrize(
    "text", ["", "did:", "did:web:", "https://x.fi", "did:web:a b", "did:web:" + "a" * 250, "DID:web:a"]
)
def test_only_an_identity_is_taken_as_one(text):
    with pytest.raises(InvalidRequestError) as refused:
        check_did(text)
    assert refused.value.code == "cooperation.did"


def test_identities_as_badges_name_them_are_taken():
    for text in ("did:web:merkit.example%3A8443:issuers:a", "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK"):
        assert check_did(text) == text
