"""Whole perusteet from the public API of ePerusteet, by id, by diaarinumero or by address."""

from collections.abc import Callable

from issuer.adapters.catalogue_sources import Address, PerusteId, RegisterNumber, SourceError
from issuer.adapters.public_json import PublicJson
from schemas import strict_json
from schemas.errors import DocumentError

HOSTS = ("eperusteet.opintopolku.fi", "virkailija.opintopolku.fi")
_BASE = "https://eperusteet.opintopolku.fi/eperusteet-service/api/external"
_SEARCH_MAX_VALUES = 200_000


def fetch_peruste(
    source: PerusteId | RegisterNumber | Address,
    *,
    documents: PublicJson | None = None,
    on_bytes: Callable[[int], None] | None = None,
) -> bytes:
    """The JSON of one peruste.

    Args:
        documents: reads public documents; None asks the hosts of ePerusteet with the usual bounds (16 MiB, 60 s).

    Raises:
        SourceError: not reachable, refused, or no or more than one peruste has this diaarinumero.
    """
    reader = documents if documents is not None else PublicJson(hosts=HOSTS)
    if isinstance(source, Address):
        return reader.get(source.url, on_bytes=on_bytes)
    found = source.value if isinstance(source, PerusteId) else _id_of(source, reader)
    return reader.get(f"{_BASE}/peruste/{found}", on_bytes=on_bytes)


def _id_of(number: RegisterNumber, reader: PublicJson) -> str:
    wanted = {"tulevat": "true", "voimassa": "true", "siirtyma": "true", "poistuneet": "true", "sivukoko": "50"}
    data = reader.get(f"{_BASE}/perusteet", query={"diaarinumero": number.value, **wanted})
    try:
        page = strict_json.read_object(data, max_bytes=len(data), max_values=_SEARCH_MAX_VALUES)
    except DocumentError as problem:
        raise SourceError("source.refused", f"the search for {number.value} gave {problem.code}") from problem
    rows = page.get("data") or page.get("content")  # the service and its description differ
    same = {
        str(row.get("id"))
        for row in (rows if isinstance(rows, list) else [])
        if isinstance(row, dict) and str(row.get("diaarinumero", "")).upper() == number.value
    }
    ids = {each for each in same if each.isascii() and each.isdigit()}
    if not ids:
        raise SourceError("source.not_found", f"ePerusteet has no peruste with diaarinumero {number.value}")
    if len(ids) > 1:
        raise SourceError(
            "source.ambiguous", f"{number.value} is that of {', '.join(sorted(ids))}; give one of these ids"
        )
    return ids.pop()
