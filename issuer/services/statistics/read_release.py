"""Reads releases: the quarters there are, and one of them as it left the house."""

from dataclasses import dataclass

from issuer.domain.errors import NotFoundError
from issuer.domain.figures import months_of
from issuer.services.outside import Outside
from schemas import strict_json
from schemas.strict_json import JsonObject

_MOST_VALUES = 100_000


@dataclass(frozen=True, slots=True)
class ReadRelease:
    """A release: its bytes, and what they say."""

    document: bytes
    content: JsonObject


def quarters(outside: Outside) -> list[str]:
    """The quarters that were released, newest first."""
    with outside.database.read() as uow:
        return uow.statistics.quarters()


def read_release(outside: Outside, quarter: str) -> ReadRelease:
    """One release. Raises InvalidRequestError for what is no quarter, NotFoundError for one that was not released."""
    months_of(quarter)
    with outside.database.read() as uow:
        document = uow.statistics.release(quarter)
    if document is None:
        raise NotFoundError("release")
    return ReadRelease(document, strict_json.read_object(document, max_values=_MOST_VALUES))
