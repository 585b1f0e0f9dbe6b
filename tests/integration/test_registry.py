"""The registry: what the trust list says, its DCC forms, its kept versions, and that it never spoils a good badge."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from desk import BICYCLE, Desk, desk_over
from endorsements import endorsed
from environments import recognised

from issuer.services.own_documents import own_document
from issuer.services.publish_trust_list import publish_trust_list, publish_trust_list_if_due
from verifier.environment import BoundedMemory
from verifier.trust_lists import read_trust_list

DCC = "data/wallet/dcc"


@pytest.fixture
def school(both_desks: Desk) -> Iterator[Desk]:
    with desk_over(both_desks.installation, kind="school", name="Esimerkkiopisto", number=1) as opened:
        yield opened


def public(desk: Desk, path: str):
    found = own_document(desk.outside.database, path)
    assert found is not None
    return json.loads(found.body)


def row(document, did: str):
    return next(one for one in document["institutions"] if one["id"] == did)


def test_the_list_tells_units_with_their_months_and_who_vouches_and_stays_readable(
    both_desks: Desk, school: Desk
) -> None:
    report = recognised(both_desks).report
    assert publish_trust_list_if_due(both_desks.outside)
    assert not publish_trust_list_if_due(both_desks.outside)
    umbrella = both_desks.installation.umbrella
    document = public(both_desks, "/trust/list.json")
    told = row(document, umbrella.did)
    assert told["units"] == ["*"]
    assert told["scope"] == [
        {
            "unit": BICYCLE.code,
            "qualification": BICYCLE.peruste_id,
            "from": report.published_on.replace(day=1).isoformat(),
            "until": report.valid_until.isoformat(),
        }
    ]
    assert row(document, school.institution.did)["scope"] == []
    assert [one["id"] for one in told["vouchedBy"]] == [umbrella.did]
    assert both_desks.institution.public_name.fi not in json.dumps(document)
    environment = both_desks.outside.environment()
    (source,) = environment.trust_lists
    read = read_trust_list(
        source, environment.fetch, BoundedMemory(), now=environment.now(), clock_skew=timedelta(seconds=60)
    )
    assert read.institutions[umbrella.did].units == {"*"}


def test_versions_are_kept_only_when_they_say_something_new(both_desks: Desk, school: Desk) -> None:
    publish_trust_list(both_desks.outside)
    with both_desks.outside.database.read() as uow:
        before = [one.version for one in uow.endorsements.versions()]
    publish_trust_list(both_desks.outside)
    recognised(both_desks)
    assert publish_trust_list_if_due(both_desks.outside)
    with both_desks.outside.database.read() as uow:
        after = [one.version for one in uow.endorsements.versions()]
    assert len(after) == len(before) + 1
    assert after == sorted(after, reverse=True)


@pytest.mark.shared
def test_the_dcc_forms_have_the_shape_of_the_public_lists(both_desks: Desk, school: Desk, shared: Path) -> None:
    registry = public(both_desks, "/trust/registry.json")
    examples = [json.loads(path.read_text()) for path in sorted((shared / DCC).glob("*.json"))]
    assert len(examples) == 2
    for example in examples:
        assert set(registry) == set(example)
        assert set(registry["meta"]) == set(example["meta"])
        members = set().union(*(set(one) for one in example["registry"].values()))
        assert all(set(one) <= members and one["name"] for one in registry["registry"].values())
    signed = public(both_desks, "/trust/list.json")
    assert set(registry["registry"]) == {one["id"] for one in signed["institutions"]}
    assert registry["meta"]["updated"] == signed["validFrom"]
    (entry,) = public(both_desks, "/trust/registries.json")
    origin = both_desks.outside.identity_origin
    assert entry == {
        "name": "Skill Badges",
        "type": "dcc-legacy",
        "governanceUrl": f"{origin}/trust",
        "url": f"{origin}/trust/registry.json",
    }


def test_a_closed_institution_leaves_the_registry_without_dates_and_stays_on_the_list_with_its_day(
    both_desks: Desk, school: Desk
) -> None:
    with both_desks.outside.database.write() as uow:
        uow._session.connection().exec_driver_sql(
            f"UPDATE institution SET closed_at = '2026-01-01 00:00:00+00:00' WHERE id = '{school.institution.id}'"  # noqa: S608
        )
    assert publish_trust_list_if_due(both_desks.outside)
    assert school.institution.did not in public(both_desks, "/trust/registry.json")["registry"]
    assert row(public(both_desks, "/trust/list.json"), school.institution.did)["withdrawnAt"] == "2026-01-01"


def test_an_endorsement_of_a_neutral_place_is_told_of_no_institution(both_desks: Desk, school: Desk) -> None:
    endorsed(school, recognised(both_desks).report.id)
    publish_trust_list_if_due(both_desks.outside)
    assert "/endorsements/" not in json.dumps(public(both_desks, "/trust/list.json"))
