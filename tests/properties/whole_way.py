"""Verifies in two ways: along the short ways, and along the whole way, which has none of them."""

from typing import Any

import orjson
import pytest

from schemas import strict_json
from schemas.canonicaliser import canonicaliser
from schemas.compiled_canonicaliser import CompiledCanonicaliser
from verifier import Policy, Report, Unreadable, conclusion, report, verify
from verifier.at_hand import MustWait
from verifier.environment import Environment
from verifier.moulds import Cast, Moulds
from verifier.request import Request
from verifier.written_report import written

ORACLE = canonicaliser(fast_path=False, max_nodes=1000)


class CountedMoulds(Moulds):
    """Moulds that count the badges that fitted one."""

    casts = 0

    def cast(self, *given: Any) -> Cast | None:
        found = super().cast(*given)
        self.casts += found is not None
        return found


def quick() -> CompiledCanonicaliser:
    made = canonicaliser(fast_path=True, max_nodes=1000)
    assert isinstance(made, CompiledCanonicaliser)
    return made


def told(data: bytes, policy: Policy, environment: Environment, request: Request | None = None) -> bytes:
    """The report along the short ways, or why there is none; nothing if something has to be waited for."""
    try:
        found = verify(data, policy=policy, environment=environment, request=request or Request())
    except Unreadable as problem:
        return problem.code.encode()
    except MustWait:
        return b""
    return written(found)


def told_the_whole_way(data: bytes, policy: Policy, environment: Environment, request: Request | None = None) -> bytes:
    """The same without the quick JSON parser, conclusions drawn before and findings written before."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(strict_json, "_read_plain", lambda *_: None)
        patch.setattr(report, "conclude", conclusion.draw)
        try:
            found: Report = verify(data, policy=policy, environment=environment, request=request or Request())
        except Unreadable as problem:
            return problem.code.encode()
        return orjson.dumps(found.to_json())
