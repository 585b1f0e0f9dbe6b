"""From codes to sentences in the languages of the locales; the only place of the verifier that speaks."""

from collections.abc import Mapping

from schemas.strict_json import JsonValue
from verifier.findings import Outcome


def sentence(
    code: str,
    outcome: Outcome,
    language: str,
    details: Mapping[str, JsonValue],
    *,
    reason: str | None = None,
) -> str:
    """One sentence about a finding, for a reader who does not know the formats."""
    return ""
