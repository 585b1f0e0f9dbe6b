"""Bulk issuing: every badge of a batch stands like one that was issued alone, and a repeat makes none twice."""

from itertools import pairwise

import pytest
from installation import Installation

from issuer.batch_pool import batch_signer
from issuer.domain.award import AwardRequest
from issuer.domain.errors import InvalidRequestError, LintError
from issuer.services.issue_batch import ChunkDone, issue_batch
from issuer.services.sign_chunk import SignChunk, sign_chunk
from issuer.services.sweep import sweep
from issuer.services.verify_audit import verify_audit
from schemas.strict_json import read_object
from verifier import EMPLOYMENT, Verdict, verify

KEYS = tuple(f"row-of-a-batch-{number:06}" for number in range(25))


def here(installation: Installation) -> SignChunk:
    return lambda kid, packed: sign_chunk(installation.outside, kid, packed)


def run(installation: Installation, sign: SignChunk, *, chunk: int = 10) -> list[ChunkDone]:
    request = AwardRequest(institution_id=installation.umbrella.id, unit_code="106889")
    return list(issue_batch(installation.outside, request, KEYS, sign=sign, actor="test", chunk=chunk))


def documents(installation: Installation) -> list[bytes]:
    outside = installation.outside
    with outside.database.read() as uow:
        records = [uow.credentials.get(one) for one in uow.credentials.ids()]
    assert {record.state for record in records} == {"issued"}
    return [outside.person_keys.unseal(one.person_id, "document", one.document or b"") for one in records]


def test_every_badge_of_a_batch_verifies_and_has_a_place_and_a_subject_of_its_own(installation: Installation) -> None:
    with batch_signer(installation.settings, processes=2) as sign:
        done = run(installation, sign)
    assert [(one.rows, one.issued, one.known) for one in done] == [(10, 10, 0), (10, 10, 0), (5, 5, 0)]
    issued = documents(installation)
    environment = installation.outside.environment()
    verdicts = {verify(one, policy=EMPLOYMENT, environment=environment).verdict for one in issued}
    read = [read_object(one, max_values=20_000) for one in issued]
    assert verdicts == {Verdict.ACCEPTED}
    assert len({str(one["id"]) for one in read}) == len(KEYS)
    assert len({str(one["credentialSubject"]["id"]) for one in read}) == len(KEYS)  # type: ignore[index,call-overload]
    assert len({str(one["credentialStatus"]["id"]) for one in read}) == len(KEYS)  # type: ignore[index,call-overload]
    assert verify_audit(installation.outside).broken_at is None


def test_a_repeated_batch_passes_over_what_is_there(installation: Installation) -> None:
    run(installation, here(installation))
    again = run(installation, here(installation))
    assert [(one.issued, one.known) for one in again] == [(0, 10), (0, 10), (0, 5)]
    assert len(documents(installation)) == len(KEYS)


def test_a_chunk_that_cannot_be_signed_shows_nothing_and_is_finished_by_the_sweeper(
    installation: Installation,
) -> None:
    def broken(kid: str, packed: object) -> list[bytes]:
        raise LintError("the signer is away")

    with pytest.raises(LintError):
        run(installation, broken)
    with installation.outside.database.read() as uow:
        records = [uow.credentials.get(one) for one in uow.credentials.ids()]
    assert {record.state for record in records} == {"reserved"}
    installation.clock.moved = installation.clock.moved.__class__(minutes=10)
    assert sweep(installation.outside) == 10
    assert len(documents(installation)) == 10


def test_a_batch_that_breaks_a_rule_stores_nothing(sqlite_installation: Installation) -> None:
    request = AwardRequest(institution_id=sqlite_installation.umbrella.id, unit_code="106889", language="de")
    with pytest.raises(InvalidRequestError):
        list(issue_batch(sqlite_installation.outside, request, KEYS, sign=here(sqlite_installation), actor="test"))
    with sqlite_installation.outside.database.read() as uow:
        assert uow.credentials.ids() == []


def test_neighbours_of_a_batch_are_not_neighbours_on_the_list(sqlite_installation: Installation) -> None:
    run(sqlite_installation, here(sqlite_installation), chunk=25)
    with sqlite_installation.outside.database.read() as uow:
        places = [index for _, index in uow.credentials.place_of_all()]
    steps = [abs(one - other) for one, other in pairwise(places)]
    assert steps.count(1) <= 1  # drawn from 131,072 places
    assert max(steps) > 10_000
