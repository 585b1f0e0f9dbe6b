"""What the badge API reads and answers: closed models with examples, from which OpenAPI is made."""

from datetime import UTC, date, datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from issuer.services.show_badge import BadgeView
from schemas import strict_json
from schemas.strict_json import JsonObject

MAX_REQUIREMENTS = 400
_Month = Annotated[str, StringConstraints(pattern=r"^[0-9]{4}-(0[1-9]|1[0-2])$")]
_Key = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._:-]{1,80}$")]
_Uuid = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")]

_EXAMPLE: JsonObject = {
    "unit": "106889",
    "requirements": None,
    "language": "fi",
    "activity_start": "2026-06",
    "activity_end": "2026-08",
    "role": "polkupyörien huolto",
}


class NewBadge(BaseModel):
    """What is asked for when a badge is issued."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [_EXAMPLE]})

    unit: Annotated[str, StringConstraints(pattern=r"^(tutkinnonosat_)?[0-9]{1,10}$")] = Field(
        description="Code of the qualification unit, with or without `tutkinnonosat_`", examples=["106889"]
    )
    requirements: Annotated[list[_Key], Field(min_length=1, max_length=MAX_REQUIREMENTS)] | None = Field(
        default=None, description="Keys of the requirements that were shown; null or absent: all of the unit"
    )
    language: Literal["fi", "sv", "en"] = Field(default="fi", description="The one language of the badge")
    diaarinumero: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9./ -]{1,30}$")] | None = Field(
        default=None, description="Qualification version; absent: the newest in the catalogue that has the unit"
    )
    activity_start: _Month | None = Field(default=None, description="First month of the work, YYYY-MM")
    activity_end: _Month | None = Field(default=None, description="Last month of the work, YYYY-MM")
    role: Annotated[str, StringConstraints(min_length=1, max_length=120)] | None = Field(
        default=None, description="The work, never the person's standing: enters the badge"
    )
    narrative: Annotated[str, StringConstraints(min_length=1, max_length=2000)] | None = Field(
        default=None, description="The holder's own words: enter the badge"
    )
    provider: _Uuid | None = Field(default=None, description="The provider that saw the work; never enters the badge")
    person: _Uuid | None = Field(default=None, description="An existing participant; absent: a new one is made")
    own_name_accepted: bool = Field(
        default=False, description="The participant's yes to a badge in a provider's own name; needed for those only"
    )


class Revocation(BaseModel):
    """Why a badge is taken out of use."""

    model_config = ConfigDict(extra="forbid")

    reason: Literal["replaced", "mistake", "holder_wish", "for_cause"] = Field(
        description="Class that is published; nothing else is", examples=["mistake"]
    )


class Badge(BaseModel):
    """A badge as its institution sees it."""

    model_config = ConfigDict(extra="forbid")

    id: str = Field(description="UUID; the credential's id is `urn:uuid:` and this", examples=["0b5c4d1e-…"])
    state: str = Field(
        description="requested, reserved, signed, logged: not shown yet; issued, delivered; withdrawn; failed",
        examples=["issued"],
    )
    unit: str = Field(examples=["tutkinnonosat_106889"])
    name: str = Field(examples=["Polkupyörän huolto"])
    language: str = Field(examples=["fi"])
    issued_at: str | None = Field(default=None, examples=["2026-11-22T12:05:00Z"])
    withdrawn_at: str | None = None
    withdrawal_reason: str | None = None
    status_published: bool = Field(description="Whether the public status list says what `state` says")
    share_url: str | None = Field(default=None, description="Public page of the badge; the token in it is a secret")
    verify_url: str | None = Field(default=None, description="Page that checks the badge")
    credential: dict[str, object] | None = Field(
        default=None, description="The signed OpenBadgeCredential; null until it is issued"
    )


def badge_of(view: BadgeView) -> Badge:
    """Return the answer for a badge."""
    credential = strict_json.read_object(view.document) if view.document is not None else None
    return Badge(
        id=view.id,
        state=view.state,
        unit=view.unit_code,
        name=view.name,
        language=view.language,
        issued_at=_stamp(view.issued_at),
        withdrawn_at=_stamp(view.withdrawn_at),
        withdrawal_reason=view.withdrawal_reason,
        status_published=view.status_published,
        share_url=view.share_url,
        verify_url=view.verify_url,
        credential=dict(credential) if credential is not None else None,
    )


def month_start(text: str | None) -> date | None:
    """Return the first day of a month written YYYY-MM.

    Raises:
        ValueError: the year is 0.
    """
    if text is None:
        return None
    year, _, month = text.partition("-")
    return date(int(year), int(month), 1)


def _stamp(moment: datetime | None) -> str | None:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if moment is not None else None
