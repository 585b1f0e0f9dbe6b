"""The Finnish business id (Y-tunnus) and its check digit."""

import re

_FORM = re.compile(r"[0-9]{7}-[0-9]")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2)


def is_business_id(text: str) -> bool:
    """Tell whether `text` is a Y-tunnus whose check digit is right (domain.md section 7)."""
    if not _FORM.fullmatch(text):
        return False
    rest = sum(int(digit) * weight for digit, weight in zip(text, _WEIGHTS, strict=False)) % 11
    if rest == 1:
        return False
    return int(text[-1]) == (11 - rest if rest else 0)
