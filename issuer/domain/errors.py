"""What a rule of the house refuses: a class per thing the caller would do differently, each with a stable code."""


class DomainError(Exception):
    """A refusal with a stable code; HTTP status and sentences are chosen elsewhere.

    Attributes:
        code: stable code, for example ``badge.unit_incomplete``.
        pointer: RFC 6901 pointer into the request that caused it; empty for the whole.
        detail: for developers and operators, without personal data.
    """

    code = "domain.refused"

    def __init__(self, detail: str = "", *, code: str | None = None, pointer: str = "") -> None:
        if code is not None:
            self.code = code
        self.pointer = pointer
        self.detail = detail
        super().__init__(f"{self.code}{' at ' + pointer if pointer else ''}{': ' + detail if detail else ''}")


class NotFoundError(DomainError):
    """There is no such thing, or the caller may not know that there is (one answer for both)."""

    code = "not_found"


class InvalidRequestError(DomainError):
    """A value of the request breaks a rule; `pointer` names it."""

    code = "request.invalid"


class InvalidFormError(DomainError):
    """Several values break rules; `faults` names each by its pointer, and nothing was changed.

    Attributes:
        faults: one error a place, in the order of the form.
    """

    code = "request.invalid"

    def __init__(self, faults: "tuple[DomainError, ...]") -> None:
        self.faults = faults
        super().__init__(", ".join(str(fault) for fault in faults))


class ForbiddenError(DomainError):
    """The caller is known but has no role that may do this; `detail` is the permission."""

    code = "role.not_allowed"


class ConflictError(DomainError):
    """The present state does not allow it; reading again may show why."""

    code = "state.conflict"


class IdempotencyMismatchError(DomainError):
    """The idempotency key was used before for another request."""

    code = "idempotency.mismatch"


class TellingWordError(DomainError):
    """A text could tell why its holder was at the workshop; `pointer` names the text (privacy.md section 2)."""

    code = "privacy.telling_word"


class LintError(DomainError):
    """The exact bytes would not pass our own verifier; nothing was signed."""

    code = "badge.lint"


class NotYetError(DomainError):
    """Something that a check needs could not be had just now; the badge waits and is tried again."""

    code = "badge.not_yet"


class StoreBusyError(DomainError):
    """The database could not take the change in time, or two changes met; nothing of it was kept. Try again."""

    code = "store.busy"


class PoolExhaustedError(DomainError):
    """No place is left on any open status list; a new list must be published first."""

    code = "status.pool_exhausted"
