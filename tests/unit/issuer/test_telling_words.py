"""Telling words are found in all their forms, plain work words are not stopped."""

import pytest

from issuer.domain.telling_words import first_telling_word, lint_document, telling_words

TELLING = [
    "vankilassa",
    "vangin työ",
    "vankeusaikana",
    "ehdonalaisessa",
    "rikosseuraamuslaitos",
    "siviilipalveluksessa",
    "Risen yksikkö",
    "RISE",
    "fängelset",
    "kriminalvården",
    "en frigiven",
    "frigivna",
    "samhällstjänst",
    "prisoner",
    "ex-prisoner",
    "in jail",
    "convicted",
    "probation officer",
    "päihdekuntoutujien",
    "päihteetön arki",
    "huumeista",
    "alkoholistien",
    "alkoholiongelmainen",
    "raittiuden tuki",
    "missbrukare",
    "narkotikafri",
    "nykterhet",
    "addiction",
    "in rehab",
    "substance abuse",
    "alcohol problems",
    "mielenterveyskuntoutuja",
    "psykiatrian",
    "masennuksen",
    "kuntoutuksessa",
    "kuntouttavassa työtoiminnassa",
    "sairauksien",
    "vajaakuntoinen",
    "osatyökykyisille",
    "työkyvyttömyys",
    "vammaisten",
    "kehitysvammainen",
    "ohälsa",
    "rehabilitering",
    "funktionsnedsatt",
    "mental health",
    "depression",
    "rehabilitative work",
    "disabled",
    "työkokeilussa",
    "palkkatuella",
    "palkkatukityö",
    "työllistämisjakso",
    "starttivalmennus",
    "etsivässä nuorisotyössä",
    "lastensuojelun",
    "toimeentulotuki",
    "työmarkkinatuki",
    "ostopalveluna",
    "Kelan",
    "Kela",
    "TE-toimistossa",
    "arbetsprövning",
    "lönesubvention",
    "FPA:s",
    "wage subsidy",
    "work try-out",
    "outreach youth work",
    "työttömille",
    "työttömyys",
    "syrjäytynyt",
    "asunnottomien",
    "velkajärjestelyssä",
    "ulosotossa",
    "turvapaikanhakija",
    "pakolaisena",
    "långtidsarbetslöshet",
    "bostadslösa",
    "asylsökande",
    "flyktingar",
    "unemployed",
    "homeless",
    "NEET",
    "NEET-nuori",
    "asylum seekers",
    "refugees",
    "kun\xadtoutus",
    "kuntou-tus",
    "VANKILA",
    "Päihdehuolto",
]
PLAIN = [
    "vankka",
    "vankempi rakenne",
    "alkoholiton juoma",
    "alkoholijuomien anniskelu",
    "vikadiagnoosi",
    "vikadiagnoosin tekeminen",
    "ohjelmistoriippuvuus",
    "sairaalan siivous",
    "raitis ilma",
    "kela pyörii",
    "beroende på",
    "probation period",
    "sunrise",
    "diagnostiikkalaite",
    "vangitseva tarina",
    "työkykyä ylläpitävä tapa",
    "polkupyörän huolto",
    "Osaamismerkit",
    "Kompetensmärken",
    "asiakaspalvelu",
    "huoltaa jarrut",
    "neuvoo asiakasta",
    "59/011/2014",
    "OPH-901-2020",
    "2026-11-01T00:00:00Z",
    "15 osp, 28 vaatimusta",
]
IDENTIFIERS = (
    ("010190-123A", "identifiers.identity_code"),
    ("131052A308T", "identifiers.identity_code"),
    ("1.2.246.562.24.12345678901", "identifiers.learner_number"),
    ("matti@example.fi", "identifiers.email"),
    ("040 123 4567", "identifiers.phone"),
    ("+358 40 1234567", "identifiers.phone"),
    ("Esimerkkikatu 5", "identifiers.street"),
    ("ABC-123", "identifiers.plate"),
)


@pytest.mark.parametrize("text", TELLING)
def test_a_telling_word_is_found_in_every_form(text: str) -> None:
    assert {found.level for found in telling_words(f"Hän oli {text} vuoden.")} == {"B"}


@pytest.mark.parametrize("text", PLAIN)
def test_a_plain_work_text_is_not_stopped(text: str) -> None:
    assert [found for found in telling_words(text) if found.level == "B"] == []


@pytest.mark.parametrize(("text", "field"), IDENTIFIERS)
def test_an_identifier_is_found_in_any_language(text: str, field: str) -> None:
    assert field in {found.field for found in telling_words(f"x {text} y")}


@pytest.mark.parametrize("text", ["työpajalla", "pajalla", "valmentautuja", "asiakkaana", "arbetsträning", "klienter"])
def test_a_word_of_place_or_role_warns_and_does_not_block(text: str) -> None:
    assert {found.level for found in telling_words(text)} == {"W"}


def test_national_text_is_exempt_only_when_it_stands_alone_and_whole() -> None:
    national = "toimii kuntoutuksen periaatteiden mukaan"
    document = {"a": national, "b": f"{national} vankilassa", "c": [national.upper()]}
    assert [pointer for pointer, _ in lint_document(document, national=[national])] == ["/b", "/c/0"]


def test_an_identifier_that_we_drew_is_never_taken_for_a_telephone_number() -> None:
    document = {
        "id": "urn:uuid:0401234567-1234-4567-8901-040123456789".replace("0401234567", "04012345"),
        "status": "https://demo.pateva.example/status/aaaaaaaaaaaaaaaa#40123",
        "achievement": "https://demo.pateva.example/achievements/04012345678901234567890123456789#req-0401234567",
    }
    assert list(lint_document(document, national=[])) == []


def test_the_first_telling_word_of_a_name_is_told_whatever_its_level() -> None:
    found = first_telling_word("Sinisen pajan työpaja")
    assert found is not None
    assert (found.field, found.level) == ("place", "W")
