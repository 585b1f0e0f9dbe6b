"""The one error that documents raise: a stable code, the place, and a detail for our own log."""


class DocumentError(ValueError):
    """A document breaks a rule.

    Attributes:
        code: stable code of verification.md, for example ``input.json``.
        pointer: RFC 6901 pointer into the document as received; empty for the whole.
        detail: what was found, for developers; never shown to strangers as it is.
    """

    def __init__(self, code: str, pointer: str = "", detail: str = "") -> None:
        super().__init__(f"{code} at {pointer or '/'}: {detail}")
        self.code = code
        self.pointer = pointer
        self.detail = detail
