"""What a form sent: its fields by name, days written in two ways, and refusals brought to the fields they concern."""

import re
from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Annotated

from fastapi import Depends, Request
from starlette.datastructures import FormData, UploadFile

from issuer.domain.errors import DomainError, InvalidFormError, InvalidRequestError
from verifier.templating import PageError, Text

MOST_FIELDS = 2_000
MOST_FILES = 10
_ISO_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})", re.ASCII)
_FINNISH_DAY = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})", re.ASCII)


@dataclass(slots=True)
class Form:
    """The values of one form; asking for a value that breaks a rule notes the fault and goes on.

    Attributes:
        faults: what was wrong, in the order in which the fields were asked for.
    """

    data: FormData
    faults: list[DomainError] = field(default_factory=list)

    def raw(self, name: str) -> str:
        """Return what was typed, for showing it again; "" for nothing."""
        value = self.data.get(name)
        return value if isinstance(value, str) else ""

    def text(self, name: str, *, required: bool = True) -> str | None:
        """Return the text without white space around it; None for nothing. Lengths are the domain's matter."""
        value = self.raw(name).replace("\r\n", "\n").strip()
        if not value and required:
            self.fault("form.missing", name)
        return value or None

    def many(self, name: str) -> tuple[str, ...]:
        """Return all values of a group of ticks, each once, in their order."""
        return tuple(dict.fromkeys(value for value in self.data.getlist(name) if isinstance(value, str)))

    def ticked(self, name: str) -> bool:
        """Tell whether a single tick was set."""
        return bool(self.raw(name))

    def choice(self, name: str, allowed: Iterable[str], *, required: bool = True) -> str | None:
        """Return one of `allowed`; None for nothing."""
        value = self.text(name, required=required)
        if value is not None and value not in set(allowed):
            self.fault("form.choice", name)
            return None
        return value

    def day(self, name: str, *, required: bool = True) -> date | None:
        """Return a day written as 2026-11-22 or 22.11.2026; None for nothing."""
        value = self.text(name, required=required)
        if value is None:
            return None
        try:
            return read_day(value)
        except ValueError:
            self.fault("form.day", name)
            return None

    def number(self, name: str, *, least: int, most: int, required: bool = True) -> int | None:
        """Return a whole number within bounds; None for nothing."""
        value = self.text(name, required=required)
        if value is None:
            return None
        if not (value.isascii() and value.isdigit() and least <= int(value[:12]) <= most):
            self.fault("form.number", name)
            return None
        return int(value)

    def file(self, name: str) -> UploadFile | None:
        """Return the uploaded file; None for none."""
        value = self.data.get(name)
        return value if isinstance(value, UploadFile) and value.filename else None

    def fault(self, code: str, name: str) -> None:
        """Note that a field breaks a rule."""
        self.faults.append(InvalidRequestError(code=code, pointer=f"/{name}"))

    def check(self) -> None:
        """Stop before anything is changed when a field broke a rule. Raises InvalidFormError."""
        if self.faults:
            raise InvalidFormError(tuple(self.faults))


async def posted(request: Request) -> AsyncIterator[Form]:
    """Read a form, as a dependency of a route; the body's size is bounded by the application, files close after it."""
    async with request.form(max_fields=MOST_FIELDS, max_files=MOST_FILES) as data:
        yield Form(data)


PostedForm = Annotated[Form, Depends(posted)]


def read_day(text: str) -> date:
    """Return the day written as 2026-11-22 or 22.11.2026. Raises ValueError."""
    if iso := _ISO_DAY.fullmatch(text):
        return date(int(iso[1]), int(iso[2]), int(iso[3]))
    if finnish := _FINNISH_DAY.fullmatch(text):
        return date(int(finnish[3]), int(finnish[2]), int(finnish[1]))
    raise ValueError("not a day")


def page_errors(t: Text, error: DomainError) -> tuple[PageError, ...]:
    """Return a refusal as the page shows it: a sentence per fault (key ``error.<code>``), linked to its field.

    The pointer ``/a/b`` leads to the field whose id is ``a-b``. A telling word has one sentence for all its fields.
    """
    faults: Sequence[DomainError] = error.faults if isinstance(error, InvalidFormError) else (error,)
    return tuple(
        PageError(text=t(f"error.{fault.code}"), field=fault.pointer.strip("/").replace("/", "-") or None)
        for fault in faults
    )
