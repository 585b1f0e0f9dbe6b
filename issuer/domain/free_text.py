"""What people type: length, normal form, no control or direction signs, and no word that tells why they were there."""

import unicodedata

from issuer.domain.errors import InvalidRequestError, TellingWordError
from issuer.domain.telling_words import telling_words

_LINES = "\n\t"
_HIDDEN = frozenset({"Cc", "Cf", "Cs"})


def check_text(text: str, *, most: int, pointer: str, lines: bool = True) -> str:
    """Return the text without the white space around it.

    Args:
        most: characters.
        pointer: RFC 6901, of the member or field.
        lines: whether line breaks and tabs may stand in it.

    Raises:
        InvalidRequestError: ``text.length`` (also for an empty one), ``text.form`` (not NFC) or ``text.control``.
    """
    stripped = text.strip()
    if not stripped or len(stripped) > most:
        raise InvalidRequestError(code="text.length", pointer=pointer)
    if stripped != unicodedata.normalize("NFC", stripped):
        raise InvalidRequestError(code="text.form", pointer=pointer)
    allowed = _LINES if lines else ""
    if any(unicodedata.category(sign) in _HIDDEN and sign not in allowed for sign in stripped):
        raise InvalidRequestError(code="text.control", pointer=pointer)
    return stripped


def check_words(text: str, *, pointer: str) -> None:
    """Refuse a telling word where the writer put it (privacy.md section 2, level B).

    Raises:
        TellingWordError: `detail` names the field of the word list, never the word.
    """
    for found in telling_words(text):
        if found.level == "B":
            raise TellingWordError(found.field, pointer=pointer)
