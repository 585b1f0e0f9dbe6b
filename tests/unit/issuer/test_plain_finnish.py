"""Plain Finnish: complete for the screens that need it, short, active, without words of offices or telling words."""

import json
import re
from pathlib import Path

import pytest
from plain_finnish import (
    ISSUER,
    LOCALES,
    MEAN_WORDS,
    TEMPLATES,
    faults,
    own_texts,
    sentences,
    used_keys,
    words,
)

import verifier
from issuer.domain.telling_words import telling_words
from issuer.pages.frame import _OWN_MENU

PAGES = ISSUER / "pages"
OWN_PAGES = PAGES / "participant"
VERIFIER = Path(verifier.__file__).parent


def folder(*names: str, but: tuple[str, ...] = ()) -> list[str]:
    found = [path.relative_to(TEMPLATES).as_posix() for name in names for path in sorted(TEMPLATES.glob(name))]
    return [path for path in found if path not in but]


# Templates in participants' folders that staff see.
STAFF = tuple(
    path.relative_to(TEMPLATES).as_posix() for path in TEMPLATES.rglob("*.html") if '"staff.html"' in path.read_text()
)
# Beginnings of keys that lie among these screens' and are shown to staff alone.
TO_STAFF = (
    "notice.review_waits.", "notice.question_waits.", "notice.case_waits.", "notice.question_settled.",
    "error.slip.", "concerns.",
    "consent.give", "consent.h2", "consent.how", "consent.in_force", "consent.none", "consent.not_given",
    "consent.receipts", "consent.each", "consent.withdraw", "consent.what", "consent.to_whom", "consent.until",
)  # fmt: skip
# Screens of screens.md section 1, rule 8: their templates and the modules that render them.
SCREENS = {
    "A2": (folder("sign_in*.html"), [PAGES / "sign_in_pages.py", PAGES / "sign_in_elsewhere_pages.py"]),
    "A3": (folder("account/*.html"), [PAGES / "account" / "own_page.py"]),
    "A4": (folder("stop.html"), [PAGES / "stops.py"]),
    "C1, C2, C9": (
        folder("claim/*.html", but=STAFF),
        [
            OWN_PAGES / name
            for name in ("claim.py", "take.py", "together.py", "own_keys_pages.py", "own_files.py", "own_card.py")
        ],
    ),
    "C2, wallet": (folder("wallet/*.html"), [OWN_PAGES / "wallet.py", PAGES / "interaction.py"]),
    "C3, C4": (folder("holdings/*.html", but=STAFF), sorted(OWN_PAGES.glob("my_*.py"))),
    "C5": (folder("sharing/*.html"), [*sorted(OWN_PAGES.glob("*shar*.py")), OWN_PAGES / "own_links.py"]),
    "C6, C7, C8": (
        folder("erasing/*.html", "followups/*.html", but=STAFF),
        [OWN_PAGES / name for name in ("seen.py", "consents.py", "erase.py", "follow_up_leave.py")],
    ),
    "C10": (
        folder("school/*own_case*.html", "school/linked_case.html", but=STAFF),
        [OWN_PAGES / "own_cases.py", OWN_PAGES / "own_questions.py", PAGES / "school" / "decision_link.py"],
    ),
    "messages": (
        folder("notices/own.html", "notices/confirm.html", "participant_frame.html"),
        [OWN_PAGES / "notices.py", OWN_PAGES / "own_session_pages.py"],
    ),
    "D1": (folder("share*.html"), [PAGES / "share.py", PAGES / "shared_page.py", PAGES / "shared_badge_view.py"]),
    "E1, E2, E3": (
        ["check.html", "camera.html", "result.html", "fetch.html", "about.html"],
        [VERIFIER / "pages.py", VERIFIER / "result_view.py"],
    ),
}
FINNISH, PLAIN = own_texts("fi"), own_texts("fi-x-selko")
# screens.md section 2, column "not": what these pages never say. Beginnings of words.
NEVER = {
    "fi": ("credential", "sertifikaat", "valtakirj", "diplom", "puutteelli", "hylät", "hylkä", "kuntoutuj", "lunast",
           "claim", "aktivoi", "hallinno", "wallet", "holder", "epäonnistu", "verified", "mitätöi", "revoked",
           "virheelli", "väärenn", "petos", "petokse", "vilppi", "vilpin", "jäädyt", "suspended", "epäluotettav",
           "ahot", "hyväksilu", "puuttee", "failed", "vanhene", "ei osaa", "alle 10", "testi",
           "tutkintotodist", "hyvitet", r"ok\b", r"vc\b", "käyttöoike", "aktiivi", "virhe", "varmennet",
           "tunnistettu", "asiakas", "asiakka", "julkais", "valmentautuj", "rekisteriss"),
    "sv": ("certifikat", "diplom", "credential", "claim", "aktivera", "wallet", "holder", "verified", "underkän",
           "misslyck", "förfalsk", "bedräg", "suspend", "failed", r"vc\b", r"ok\b", "klient"),
    "en": ("credential", "diploma", "failed", "claim", "activate", "invalid", "revoked", "suspended", "forged",
           "fraud", "verified", "publish", r"vc\b", "client", "expire", r"wallet(?! app)"),
}  # fmt: skip


# Words that stand there on purpose, each with its reason.
MAY_TELL = {
    "my.badge.not_studying": "the fixed statement of privacy.md PN8, on the own copy and on C4 only",
    "role.work_coach": "the name of the role, on one's own account",
    "seen.role.work_coach": "the role of who has looked, in one's own view (PA2)",
    "notices.address.hint": "the form of a mail address, nobody's",
    "error.notices.address": "the form of a mail address, nobody's",
    "result.digest": "SHA-256 looks like a number plate",
}
MAY_SAY = {
    "may.environment.publish": "a learning environment is published, no badge",
    "role.what.responsible_person": "a learning environment is published, no badge",
}
# Refusals of rules: a page finds their sentences by the code, so that no template names them.
ERRORS = {
    "C1, C2, C9": ["claim"], "C2, wallet": ["wallet"], "C3, C4": ["holdings"], "C5": ["sharing"],
    "C6, C7, C8": ["erasing"], "messages": ["notices"],
}  # fmt: skip


def keys_of(screen: str) -> frozenset[str]:
    folders = [LOCALES / name / "pages.fi.json" for name in ERRORS.get(screen, [])]
    errors = {key for path in folders for key in json.loads(path.read_text()) if key.startswith("error.")}
    menu = {key for _, key in _OWN_MENU} if screen == "messages" else set()
    every = used_keys(*SCREENS[screen], FINNISH) | errors | menu
    return frozenset(key for key in every if not key.startswith(TO_STAFF))


def shown_keys() -> frozenset[str]:
    return frozenset(key for screen in SCREENS for key in keys_of(screen))


@pytest.mark.parametrize("screen", SCREENS)
def test_every_text_of_a_screen_is_there_in_plain_finnish(screen):
    assert sorted(keys_of(screen) - PLAIN.keys()) == []


@pytest.mark.parametrize("screen", SCREENS)
def test_sentences_of_a_screen_are_short_on_the_whole(screen):
    texts = [PLAIN[key] for key in keys_of(screen) if key in PLAIN]
    counts = [words(one) for text in texts for one in sentences(text)]
    assert counts
    assert sum(counts) / len(counts) <= MEAN_WORDS


def test_no_plain_text_is_long_heavy_shortened_or_passive():
    assert {key: found for key, text in sorted(PLAIN.items()) if (found := faults(text))} == {}


@pytest.mark.parametrize("language", ["fi", "fi-x-selko", "sv", "en"])
def test_no_text_of_these_screens_tells_why_somebody_is_here(language):
    texts = own_texts(language)
    found = {key: [word.word for word in telling_words(texts[key])] for key in sorted(shown_keys()) if key in texts}
    assert {key: told for key, told in found.items() if told and key not in MAY_TELL} == {}


@pytest.mark.parametrize("language", ["fi", "fi-x-selko", "sv", "en"])
def test_no_text_of_these_screens_uses_a_name_that_is_not_ours(language):
    texts, never = own_texts(language), NEVER[language.partition("-")[0]]
    wrong = re.compile("|".join(rf"\b{one}" for one in never), re.IGNORECASE)
    found = {
        key: [one.group() for one in wrong.finditer(texts[key])]
        for key in sorted(shown_keys())
        if key in texts and key not in MAY_SAY
    }
    assert {key: said for key, said in found.items() if said} == {}


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("Mikäli haluat, voit jatkaa.", "heavy: mikäli"),
        ("Kirjoita osoite, esim. nimi.", "shortened: esim."),
        ("Tiedot poistetaan.", "passive: poistetaan"),
        ("Merkkiä ei näytetä muille.", "passive: ei näytetä"),
        ("Tässä on yksi todella pitkä lause jossa on aivan liian monta sanaa peräkkäin.", "long: "),
    ],
)
def test_what_is_not_plain_is_found(text, fault):
    assert [one for one in faults(text) if one.startswith(fault)]


def test_what_is_plain_is_left_alone():
    assert faults("Sinulle on merkki. Voit katsoa sen nyt. Se ei maksa mitään.") == []
