"""Neutral wordings for words that may tell where or as whom somebody worked (privacy.md section 2, level W)."""

from typing import Final

# Beginnings of words as they are written, with what may stand instead; the first that fits is offered.
_OFFERS: Final = (
    ("työpaja", "työpaikka"),
    ("pajal", "työpaikalla"),
    ("paja", "työpaikka"),
    ("valmentautuj", "osallistuja"),
    ("asiakkaana", "työssä"),
    ("työvalmen", "ohjaaja"),
    ("välityömarkk", "työ"),
    ("diagnoosi", "vian etsiminen"),
    ("arbetsverkstad", "arbetsplats"),
    ("verkstadsdeltag", "deltagare"),
    ("klient", "kund"),
    ("arbetsträn", "handledare"),
    ("sheltered workshop", "workplace"),
    ("trainee scheme", "work"),
    ("work coaching", "guidance"),
    ("diagnosis", "fault-finding"),
)


def neutral_offer(word: str) -> str | None:
    """Return what could be written instead of a word that was warned of; None where leaving it out is best."""
    folded = word.casefold().replace("-", "")
    return next((instead for beginning, instead in _OFFERS if folded.startswith(beginning)), None)
