"""The stand-alone verifier in a closed world for tests: fixed time, documents of the workshop, no network."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import workshop

from verifier import Environment, Response
from verifier.documents_fetch import read_documents
from verifier.surroundings import Surroundings


class ClosedWorld(Surroundings):
    """Surroundings at the workshop's time whose network holds `documents` and nothing else."""

    def __init__(self, documents: Mapping[str, Any] | None = None, **options: Any) -> None:
        super().__init__(isolate=False, **options)
        self.documents: dict[str, Any] = {
            workshop.LIST_URL: workshop.sign(workshop.status_document()),
            **(documents or {}),
        }

    def environment(
        self,
        *,
        now: datetime | None = None,
        documents: Mapping[str, Response] | None = None,
        offline: bool = False,
    ) -> Environment:
        at_hand = read_documents(json.dumps(self.documents).encode())
        return super().environment(now=now or workshop.NOW, documents={**at_hand, **(documents or {})}, offline=True)


def good() -> bytes:
    """A signed badge with a status entry that the list of the closed world answers."""
    return workshop.dump(workshop.sign(workshop.with_status(workshop.badge())))


def altered() -> bytes:
    """The same badge after signing with another name."""
    return workshop.dump({**json.loads(good()), "name": "Muu"})
