"""Mail as services and pages know it: a sender's name, a neutral subject, plain text."""

from dataclasses import dataclass
from typing import Protocol


class MailError(Exception):
    """A mail could not be handed to the mail server; nothing in it is repeated here.

    Attributes:
        refused: the server said that this address or mail will never be taken; trying again is of no use.
    """

    code = "mail.not_sent"

    def __init__(self, detail: str = "", *, refused: bool = False) -> None:
        super().__init__(detail)
        self.refused = refused


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """One mail.

    Attributes:
        to: one address.
        sender: public name of the provider that writes; the address is the operator's.
        subject: neutral: it names no unit, person or service (screens.md section 2).
        text: plain, lines end in a newline.
        language: of the text, for Content-Language.
        html: the same once more as a page without pictures, scripts or styles from elsewhere; "" for none.
        reference: random id of this message, so that one that was sent twice shows once; "" for none.
    """

    to: str
    sender: str
    subject: str
    text: str
    language: str
    html: str = ""
    reference: str = ""


class Mailer(Protocol):
    """Hands mail to a server."""

    def send(self, mail: Mail) -> None:
        """Send one mail. Raises MailError."""
        ...
