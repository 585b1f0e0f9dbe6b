"""From codes to sentences in the languages of the locales; findings speak only here."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final

from schemas.strict_json import JsonValue
from verifier.findings import Outcome
from verifier.texts import DEFAULT_LANGUAGE, LANGUAGES, Texts

_BLOCKED: Final = "blocked_by:"


@cache
def _texts() -> Texts:
    return Texts(Path(__file__).parent / "locales", stem="findings")


@cache
def _keys(language: str) -> frozenset[str]:
    return _texts().keys(language)


def sentence(
    code: str,
    outcome: Outcome,
    language: str,
    details: Mapping[str, JsonValue],
    *,
    reason: str | None = None,
) -> str:
    """One sentence about a finding, for a reader who does not know the formats.

    Args:
        code: of the table of checks.
        outcome: how the check ended.
        language: of `verifier.texts.LANGUAGES`; another is answered in the default language.
        details: of the finding; its `reason` may choose the words.
        reason: of the finding; may choose the words.

    Raises:
        KeyError: a code that is not in the table of checks.
    """
    if language not in LANGUAGES:
        language = DEFAULT_LANGUAGE
    key = _key(code, outcome, language, details, reason)
    if key.startswith("any."):
        return _texts().text(language, key, title=title(code, language))
    return _texts().text(language, key)


def title(code: str, language: str) -> str:
    """What a check looks at, in a few words."""
    return _texts().text(language, f"{code}.title")


def _key(code: str, outcome: Outcome, language: str, details: Mapping[str, JsonValue], reason: str | None) -> str:
    """The most particular text that there is: by detail, by reason, by code, else for any code."""
    keys = _keys(language)
    plain = f"{code}.{outcome.value}"
    if reason is not None and reason.startswith(_BLOCKED):
        wanted = [f"{plain}.blocked", "any.BLOCKED"]
    else:
        wanted = [f"{plain}.{details.get('reason')}", f"{plain}.{reason}", plain, f"any.{outcome.value}"]
    return next(key for key in wanted if key in keys)
