"""The national list of unit codes from the public Koodisto service."""

from collections.abc import Callable

from issuer.adapters.public_json import PublicJson

HOSTS = ("virkailija.opintopolku.fi",)
UNIT_CODES_URL = "https://virkailija.opintopolku.fi/koodisto-service/rest/json/tutkinnonosat/koodi"


def fetch_unit_codes(
    url: str = UNIT_CODES_URL, *, documents: PublicJson | None = None, on_bytes: Callable[[int], None] | None = None
) -> bytes:
    """The JSON of the list.

    Args:
        documents: reads public documents; None asks the host of Koodisto with the usual bounds (16 MiB, 60 s).

    Raises:
        SourceError: not reachable or refused.
    """
    reader = documents if documents is not None else PublicJson(hosts=HOSTS)
    return reader.get(url, on_bytes=on_bytes)
