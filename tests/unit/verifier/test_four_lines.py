"""Tests of the sentence and the four lines: each combination of states gives exactly one row of the table of E3."""

import itertools
from datetime import UTC, datetime
from typing import get_args

import older_badges as older
import pytest
import workshop

from verifier import Report, Verdict, policy_named
from verifier.checks.table import Facet
from verifier.environment import TrustListSource
from verifier.four_lines import (
    LINE_TEXTS,
    InForce,
    State,
    Summary,
    Trust,
    four_lines,
    headline,
    headline_of,
    summary,
)
from verifier.templating import text_in
from verifier.texts import LANGUAGES

DAYS = {"validFrom": "1.1.2027", "validUntil": "31.10.2026"}
REVOKED = f"{older.BASE}/revoked"
KEYS = {key for key in LINE_TEXTS.keys("fi") if key.startswith("headline.")}


def key_text(key: str, **values: object) -> str:
    assert key in KEYS
    return key


def states(**changes: object) -> Summary:
    whole = {
        "unchanged": "checked",
        "issuer": "checked",
        "in_force": "in_force",
        "person": "unknown",
        "trust": "listed",
    }
    return Summary(**{**whole, **changes})


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_combination_of_states_has_one_sentence_in_every_language(language: str) -> None:
    rows = set()
    combinations = itertools.product(
        get_args(State), get_args(State), get_args(InForce), get_args(Trust), (True, False), (True, False)
    )
    for unchanged, issuer, in_force, trust, found, withdrawn in combinations:
        if issuer == "unknown" and trust == "listed" and unchanged == "checked":
            continue  # cannot be: line 2 is unknown when the issuer is not listed, or could not be confirmed
        found_states = states(
            unchanged=unchanged, issuer=issuer, in_force=in_force, trust=trust, found=found, key_withdrawn=withdrawn
        )
        rows.add(headline_of(found_states, key_text, days=DAYS))
        assert headline_of(found_states, text_in(LINE_TEXTS, language), days=DAYS)
    assert rows == KEYS


@pytest.mark.parametrize(
    ("changes", "row"),
    [
        ({}, "headline.all"),
        ({"found": False}, "headline.nothing"),
        ({"unchanged": "problem"}, "headline.altered"),
        ({"unchanged": "problem", "key_withdrawn": True}, "headline.key_withdrawn"),
        ({"unchanged": "problem", "issuer": "problem"}, "headline.altered"),
        ({"unchanged": "unknown", "issuer": "problem"}, "headline.wrong_issuer"),
        ({"issuer": "problem", "in_force": "for_cause"}, "headline.wrong_issuer"),
        ({"in_force": "for_cause"}, "headline.for_cause"),
        ({"in_force": "replaced", "issuer": "unknown", "trust": "unknown"}, "headline.replaced"),
        ({"in_force": "not_used"}, "headline.not_used.genuine"),
        ({"in_force": "not_used", "issuer": "unknown", "trust": "unknown"}, "headline.not_used.unchanged"),
        ({"in_force": "ended"}, "headline.ended.genuine"),
        ({"unchanged": "unknown"}, "headline.not_checked"),
        ({"issuer": "unknown", "trust": "unknown", "in_force": "unknown"}, "headline.both_unknown.unknown"),
        ({"issuer": "unknown", "trust": "not_for_this", "in_force": "unknown"}, "headline.both_unknown.not_for_this"),
        ({"in_force": "unknown"}, "headline.status_unknown"),
        ({"issuer": "unknown", "trust": "unknown"}, "headline.issuer_unknown.unknown"),
        ({"issuer": "unknown", "trust": "not_for_this"}, "headline.issuer_unknown.not_for_this"),
    ],
)
def test_the_first_row_that_fits_is_the_sentence(changes: dict[str, object], row: str) -> None:
    assert headline_of(states(**changes), key_text, days=DAYS) == row


def test_genuine_is_said_only_with_the_first_two_lines_checked() -> None:
    words = {"fi": "aito", "fi-x-selko": "aito", "sv": "äkta", "en": "genuine"}
    for language, word in words.items():
        for unchanged, issuer, in_force, trust in itertools.product(
            get_args(State), get_args(State), get_args(InForce), get_args(Trust)
        ):
            if (unchanged, issuer) == ("checked", "checked") or (issuer, trust) == ("unknown", "listed"):
                continue
            text = headline_of(
                states(unchanged=unchanged, issuer=issuer, in_force=in_force, trust=trust),
                text_in(LINE_TEXTS, language),
                days=DAYS,
            )
            assert word not in text


def trusting(listing: dict[str, object] | None = None) -> TrustListSource:
    """A list, signed by the third key, that names the workshop's issuer."""
    entry = {
        "id": workshop.KEY.did,
        "kind": "umbrella",
        "name": {"fi": "Pajojen liitto", "sv": "Verkstäderna", "en": "Workshops"},
        "listedFrom": "2024-08-01",
        "withdrawnAt": None,
        "units": ["*"],
    }
    url = "https://lists.example/trust/list.json"
    document = {
        "format": "pateva.trust-list/1",
        "id": url,
        "issuer": workshop.THIRD.did,
        "version": 1,
        "validFrom": "2026-11-01T00:00:00Z",
        "validUntil": "2026-12-31T00:00:00Z",
        "institutions": [{**entry, **(listing or {})}],
    }
    signed = workshop.add_proof(
        document,
        verification_method=workshop.THIRD.method,
        created=datetime(2026, 11, 1, tzinfo=UTC),
        sign=workshop.THIRD.sign,
        canonicalise=workshop.CANONICALISE,
        cryptosuite="eddsa-jcs-2022",
    )
    return TrustListSource(url=url, keys=(workshop.THIRD.multibase,), document=workshop.dump(signed))


def report(*set_bits: int, listing: dict[str, object] | None = None, listed: bool = True, **changes: object) -> Report:
    badge = workshop.sign(workshop.with_status(workshop.badge(**changes)))
    documents = {workshop.LIST_URL: workshop.sign(workshop.status_document(*set_bits))}
    return workshop.check(badge, documents, trust_lists=(trusting(listing),) if listed else ())


def marks(found: Report) -> list[str]:
    return [line.state for line in four_lines(found, "fi")]


def test_a_good_badge_of_a_listed_issuer_is_genuine_and_in_force() -> None:
    found = report()
    assert headline(found, "fi") == "Merkki on aito ja voimassa."
    assert headline(found, "en") == "This badge is genuine and in force."
    assert marks(found) == ["checked", "checked", "checked", "unknown"]
    lines = four_lines(found, "fi")
    assert "Pajojen liitto" in lines[1].sentences[0]
    assert lines[1].sentences[1] == "Saa antaa tätä merkkiä 1.8.2024 alkaen."
    assert lines[2].time == "lista klo 2.00"
    assert "henkilöllisyystodistus" in lines[3].sentences[0]
    assert not any(line.alarming for line in lines)


def test_without_a_list_the_issuer_is_not_known_and_the_badge_not_called_genuine() -> None:
    found = report(listed=False)
    assert headline(found, "fi") == "Merkki on muuttumaton ja voimassa. Emme tunne myöntäjää."
    assert marks(found) == ["checked", "unknown", "checked", "unknown"]
    assert "Se ei tee merkistä väärää." in four_lines(found, "fi")[1].sentences[-1]


def test_an_issuer_listed_for_other_units_is_known_but_not_for_this_badge() -> None:
    found = report(listing={"units": ["999999"]})
    assert summary(found).trust == "not_for_this"
    assert headline(found, "en").endswith("The issuer is known, but not for this badge.")


def test_an_issuer_withdrawn_before_the_award_is_known_but_not_for_this_badge() -> None:
    found = report(listing={"withdrawnAt": "2026-01-01"})
    assert summary(found).trust == "not_for_this"


def test_an_altered_badge_leaves_no_other_line_checked() -> None:
    badge = workshop.sign(workshop.with_status(workshop.badge()))
    documents = {workshop.LIST_URL: workshop.sign(workshop.status_document())}
    found = workshop.check({**badge, "name": "Muu"}, documents, trust_lists=(trusting(),))
    assert headline(found, "fi") == "Tämä ei ole se merkki, jonka myöntäjä allekirjoitti."
    assert marks(found) == ["problem", "unknown", "unknown", "unknown"]
    assert four_lines(found, "fi")[0].alarming


def test_a_revoked_badge_is_genuine_but_not_in_use() -> None:
    found = report(5)
    assert headline(found, "fi") == "Merkki on aito, mutta se ei ole enää käytössä."
    assert four_lines(found, "fi")[2].word == "Ei käytössä"
    assert not four_lines(found, "fi")[2].alarming


def test_a_list_that_does_not_answer_is_never_in_force() -> None:
    badge = workshop.sign(workshop.with_status(workshop.badge()))
    found = workshop.check(badge, trust_lists=(trusting(),))
    assert headline(found, "fi") == "Merkki on aito. Emme voineet tarkistaa, onko se vielä voimassa."
    assert marks(found)[2] == "unknown"


def test_a_badge_that_publishes_no_status_is_never_in_force() -> None:
    found = workshop.check(workshop.sign(workshop.badge()), trust_lists=(trusting(),))
    assert headline(found, "en") == "This badge is genuine. We could not check if it is still in force."
    assert four_lines(found, "fi")[2].sentences == ("Myöntäjä ei julkaise tietoa voimassaolosta.",)


def test_an_ended_badge_says_when_it_ended() -> None:
    found = report(validUntil="2026-11-20T22:30:00Z")
    assert headline(found, "fi") == "Merkki on aito. Sen voimassaolo päättyi 21.11.2026."
    assert found.facets[Facet.VALIDITY].value == "FAILED"


def test_a_badge_that_has_not_begun_says_when_it_will() -> None:
    found = report(validFrom="2027-01-01T00:00:00Z")
    assert headline(found, "en") == "This badge is genuine. It will be in force from 1 Jan 2027."


def test_a_badge_signed_by_another_does_not_come_from_its_issuer() -> None:
    badge = workshop.sign(workshop.badge(issuer=workshop.OTHER.did), workshop.KEY)
    found = workshop.check(badge)
    assert headline(found, "fi") == "Merkki ei tule siltä myöntäjältä, joka siinä lukee."
    assert marks(found)[:2] == ["unknown", "problem"]


def revoked_for(reason: int) -> Report:
    """A badge withdrawn in November 2026 with a reason of the second signed list."""
    badge = workshop.sign(workshop.with_status(workshop.badge()))
    reasons = f"{workshop.LIST_URL}/reasons"
    told = workshop.status_document(
        url=reasons, size=16, values={5: (reason << 12) | 82}, subject={"statusPurpose": "message"}
    )
    documents = {
        workshop.LIST_URL: workshop.sign(workshop.status_document(5)),
        reasons: workshop.sign(told),
    }
    return workshop.check(badge, documents, trust_lists=(trusting(),))


@pytest.mark.parametrize(
    ("reason", "sentence", "finding", "alarming"),
    [
        (1, "Tämä merkki on korvattu uudella. Pyydä uusi.", "Korvattu uudella merkillä.", False),
        (2, "Merkki on aito, mutta se ei ole enää käytössä.", "Annettu vahingossa.", False),
        (3, "Merkki on aito, mutta se ei ole enää käytössä.", "Poistettu käytöstä saajan toiveesta.", False),
        (4, "Myöntäjä on perunut tämän merkin.", "Myöntäjä on perunut merkin.", True),
        (5, "Merkki on aito. Myöntäjä tarkistaa sitä.", "Merkki on tarkistettavana.", False),
    ],
)
def test_the_published_reason_chooses_the_sentence(reason: int, sentence: str, finding: str, alarming: bool) -> None:
    found = revoked_for(reason)
    assert headline(found, "fi") == sentence
    line = four_lines(found, "fi")[2]
    assert line.sentences[0].startswith(finding)
    assert line.sentences[1] == "Merkitty: marraskuu 2026."
    assert (line.word, line.alarming) == ("Ei käytössä", alarming)


def test_a_withdrawn_key_is_told_apart_from_an_altered_badge() -> None:
    badge = workshop.sign(workshop.badge(issuer=workshop.DID), method=f"{workshop.DID}#key-1")
    document = workshop.did_document()
    document["verificationMethod"][0]["revoked"] = "2026-11-20T00:00:00Z"
    found = workshop.check(badge, {workshop.DID: document})
    assert headline(found, "en") == "The signature can no longer be relied on. Its key was withdrawn."
    assert four_lines(found, "en")[0].sentences == ("The issuer has withdrawn the key of the signature.",)


def test_an_issuer_whose_key_cannot_be_had_leaves_the_badge_unchecked() -> None:
    found = workshop.check(workshop.sign(workshop.badge(issuer=workshop.DID), method=f"{workshop.DID}#key-1"))
    assert headline(found, "en") == "We could not check this badge."
    assert marks(found) == ["unknown", "unknown", "unknown", "unknown"]


def test_what_is_no_badge_is_not_called_altered() -> None:
    found = workshop.check({"hello": 1})
    assert headline(found, "en") == "We found no badge in this."
    assert not any(line.alarming for line in four_lines(found, "en"))


def test_a_suspended_badge_is_being_checked() -> None:
    url = "https://issuer.example/status/2"
    badge = workshop.sign(workshop.with_status(workshop.badge(), url=url, purpose="suspension"))
    held = workshop.status_document(5, url=url, subject={"statusPurpose": "suspension"})
    found = workshop.check(badge, {url: workshop.sign(held)}, trust_lists=(trusting(),))
    assert headline(found, "en") == "This badge is genuine. The issuer is checking it."


def test_a_badge_of_another_recipient_is_a_problem_of_the_fourth_line_only() -> None:
    badge = workshop.sign(workshop.badge())
    found = workshop.check(badge, request=workshop.Request(recipient="urn:uuid:another"))
    assert four_lines(found, "en")[3].state == "problem"


def test_the_issuers_domain_stands_beside_its_name() -> None:
    badge = workshop.sign(workshop.badge(issuer=workshop.DID), method=f"{workshop.DID}#key-1")
    found = workshop.check(badge, {workshop.DID: workshop.did_document()})
    assert four_lines(found, "en")[1].sentences[0] == "Paja (issuer.example)"


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_is_missing_and_no_place_is_left_open(language: str) -> None:
    assert LINE_TEXTS.keys(language) == LINE_TEXTS.keys("fi")
    for found in (report(), report(5), report(listed=False), workshop.check(workshop.sign(workshop.badge()))):
        texts = [headline(found, language)]
        for line in four_lines(found, language):
            texts += [line.question, line.word, *line.sentences]
        assert all(text and "{" not in text for text in texts)


def test_an_older_badge_names_its_issuer_and_says_whether_it_was_withdrawn() -> None:
    good = workshop.check(
        older.signed(),
        older.world(issuer={"revocationList": REVOKED}, revoked={"id": REVOKED, "revokedAssertions": []}),
    )
    assert good.verdict is Verdict.ACCEPTED
    lines = four_lines(good, "en")
    assert [line.state for line in lines] == ["checked", "unknown", "checked", "unknown"]
    assert lines[1].sentences[0] == "Paja (badges.example)"


def test_a_key_that_nobody_could_bind_leaves_the_issuer_unreached() -> None:
    issuer = "https://gone.example/o/1"
    badge = workshop.sign(workshop.badge(issuer), method=f"{issuer}#{workshop.KEY.multibase}")
    found = workshop.check(badge, policy=policy_named("EMPLOYMENT,compat=1edtech"))
    assert found.verdict is Verdict.ACCEPTED
    line = four_lines(found, "en")[1]
    assert line.state == "unknown"
    assert line.sentences[-1] == text_in(LINE_TEXTS, "en")("line.issuer.not_reached")


def test_a_list_that_does_not_say_when_it_began_gives_no_time() -> None:
    documents = {workshop.LIST_URL: workshop.sign(workshop.status_document(validFrom=None))}
    found = workshop.check(workshop.sign(workshop.with_status(workshop.badge())), documents)
    assert [line.time for line in four_lines(found, "en")][2] is None
