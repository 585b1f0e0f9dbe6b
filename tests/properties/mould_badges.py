"""A badge with every member that may vary, and moulds that know it; reports along both ways, compared."""

import copy
from typing import Any

import workshop as w
from properties.credential_kinds import Document, small_badge
from properties.whole_way import ORACLE, CountedMoulds, quick, told, told_the_whole_way

from schemas import strict_json
from verifier import EMPLOYMENT, Policy
from verifier.environment import Environment
from verifier.moulds import Moulds

QUICK = quick()
LIST = "https://badges.example.edu/status/7"
DOCUMENTS = {LIST: w.sign(w.status_document(9, url=LIST))}


def badge(**changes: Any) -> Document:
    """The small badge by a key of the workshop, with every member that may vary."""
    made = small_badge() | {"awardedDate": "2026-11-08T09:00:00Z"}
    made["issuer"]["id"] = w.KEY.did
    made["credentialSubject"]["id"] = "urn:uuid:00000000-0000-4000-8000-000000000060"
    return made | changes


def put(document: Document, place: str, value: Any) -> Document:
    """A copy with another value at a place."""
    result = copy.deepcopy(document)
    item: Any = result
    *steps, last = place.split(".")
    for step in steps:
        item = item[int(step)] if step.isdecimal() else item[step]
    item[last] = value
    return result


def environment(moulds: Moulds | None, **how: Any) -> Environment:
    return w.environment(DOCUMENTS, canonicalise=ORACLE if moulds is None else QUICK, moulds=moulds, **how)


def taught(document: Document | None = None, policy: Policy = EMPLOYMENT) -> CountedMoulds:
    """Moulds that know this badge."""
    moulds = CountedMoulds(QUICK)
    data = strict_json.write(w.sign(document or badge()))
    for _ in range(3):
        told(data, policy, environment(moulds))
    assert moulds.casts == 1
    return moulds


def same(data: bytes, moulds: Moulds, policy: Policy = EMPLOYMENT, **how: Any) -> bytes:
    wanted = told_the_whole_way(data, policy, environment(None, **how))
    assert told(data, policy, environment(moulds, **how)) == wanted, data[:4000]
    return wanted
