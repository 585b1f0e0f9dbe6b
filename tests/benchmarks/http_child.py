"""The service that wrk drives: the verifier's own application in a world where only one status list can be had."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from benchmarks import material
from fastapi import FastAPI

from verifier.app import Options, create_app
from verifier.at_hand import MustWait
from verifier.environment import Environment, Response
from verifier.surroundings import Surroundings


class OneListWorld(Surroundings):
    """Surroundings whose environments cannot leave the process."""

    def __init__(self, *, fast_path: bool) -> None:
        super().__init__(fast_path=fast_path, isolate=False)
        self._only = material.environment(material.FAST if fast_path else material.SAFE)

    def environment(
        self,
        *,
        now: datetime | None = None,
        documents: Mapping[str, Response] | None = None,
        offline: bool = False,
    ) -> Environment:
        return self._only

    def at_hand(
        self,
        *,
        now: datetime | None = None,
        documents: Mapping[str, Response] | None = None,
        offline: bool = False,
    ) -> Environment:
        if self._only.canonicalise is not material.FAST:
            raise MustWait
        return self._only


def fast() -> FastAPI:
    return create_app(Options(checks_per_minute=0), surroundings=OneListWorld(fast_path=True))


def plain() -> FastAPI:
    return create_app(Options(checks_per_minute=0), surroundings=OneListWorld(fast_path=False))


class IsolatedWorld(Surroundings):
    """As in service: killable workers behind the compiled path; offline."""

    def environment(
        self,
        *,
        now: datetime | None = None,
        documents: Mapping[str, Response] | None = None,
        offline: bool = False,
    ) -> Environment:
        only = material.environment(material.FAST)
        made = super().environment(now=now, documents=documents, offline=True)
        return replace(only, canonicalise=made.canonicalise, memory=made.memory)


def isolated() -> FastAPI:
    return create_app(Options(checks_per_minute=0), surroundings=IsolatedWorld())
