"""verify(): the steps of one verification, in order."""

from verifier.environment import Environment
from verifier.policy import Policy
from verifier.report import Report
from verifier.request import Request

_NO_REQUEST = Request()


class Unreadable(Exception):  # noqa: N818  the name is part of the contract with callers
    """Nothing that could be judged: exit 3 of the command line, 4xx of the API (verification.md, section 10).

    Attributes:
        code: `input.unreadable`, or `input.too_large` beyond a byte limit.
        detail: for developers.
    """

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.detail = detail


def verify(data: bytes, *, policy: Policy, environment: Environment, request: Request = _NO_REQUEST) -> Report:
    """Judge one badge.

    Raises:
        Unreadable: what section 10 calls exit 3; never for a badge that is merely wrong.
    """
    raise NotImplementedError
