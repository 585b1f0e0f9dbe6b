"""A badge of the first data model (VCDM 1.1), without a proof."""

import workshop as w

FIRST = "https://www.w3.org/2018/credentials/v1"


def first_data_model(issuer: str) -> w.Json:
    """The badge of the tests with the context and the dates of VCDM 1.1."""
    badge = w.badge(issuer)
    badge["@context"] = [FIRST, *badge["@context"][1:]]
    badge["issuanceDate"] = badge.pop("validFrom")
    return badge
