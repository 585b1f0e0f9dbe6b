"""What every page of the agreement and demonstration screens is made with, as one value."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from fastapi import Depends, Request

from issuer.domain.errors import DomainError, ForbiddenError
from issuer.domain.permissions import StaffMember
from issuer.pages.forms import Form, posted
from issuer.pages.frame import Frame
from issuer.services.outside import Outside
from verifier.templating import Text

SEE_OTHER, REFUSED, FORBIDDEN = 303, 422, 403
Posted = Annotated[Form, Depends(posted)]


@dataclass(frozen=True, slots=True)
class Screen:
    """One request of a member of staff."""

    outside: Outside
    frame: Frame
    request: Request
    who: StaffMember

    @property
    def language(self) -> str:
        """Of the page."""
        return self.frame.language(self.request)

    @property
    def t(self) -> Text:
        """Texts in that language."""
        return self.frame.text(self.request)

    def notice(self, prefix: str, known: frozenset[str]) -> str | None:
        """The sentence about what was just done, named in the address."""
        named = self.request.query_params.get("notice", "")
        return self.t(f"{prefix}.{named}") if named in known else None


def refusal_status(error: DomainError | None) -> int:
    """HTTP status of a page that tells a refusal; 200 without one."""
    if error is None:
        return 200
    return FORBIDDEN if isinstance(error, ForbiddenError) else REFUSED


def typed_day(day: date | None) -> str:
    """Return a day for a form's field as people write it, "20.11.2026"; "" for none."""
    return f"{day.day}.{day.month}.{day.year}" if day is not None else ""
