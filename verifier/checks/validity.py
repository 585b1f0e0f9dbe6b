"""Checks `validity.*`: has the badge's time begun, has it ended, do its ends stand in order?"""

from datetime import datetime, timedelta
from typing import Final

from schemas.strict_json import JsonValue
from verifier.findings import Finding, blocked, failed, not_applicable, passed
from verifier.times import instant_of

CODES: Final = ("validity.not_yet_valid", "validity.expired", "validity.order")


def check_validity(start: JsonValue, end: JsonValue, *, now: datetime, clock_skew: timedelta) -> list[Finding]:
    """Compare the validity period with `now`.

    Args:
        start: validFrom as written, inclusive; None when absent.
        end: validUntil as written, inclusive; None means that it never ends.
        now: aware; read once per verification, so that all checks agree.
        clock_skew: widens the period at both ends.

    Source: VCDM 2.0, section 4.9; OB 9.1 step 4.
    """
    begins, ends = instant_of(start), instant_of(end)
    if (start is not None and begins is None) or (end is not None and ends is None):
        return [blocked(code, "vcdm.dates") for code in CODES]
    if begins is None:
        not_yet = not_applicable("validity.not_yet_valid")
    elif begins > now + clock_skew:
        not_yet = failed("validity.not_yet_valid", "", None, {"from": str(start)})
    else:
        not_yet = passed("validity.not_yet_valid")
    if ends is None:
        return [not_yet, not_applicable("validity.expired"), not_applicable("validity.order")]
    if now > ends + clock_skew:
        expired = failed("validity.expired", "", None, {"until": str(end)})
    else:
        expired = passed("validity.expired")
    if begins is not None and begins > ends:
        return [not_yet, expired, failed("validity.order")]
    return [not_yet, expired, passed("validity.order")]
