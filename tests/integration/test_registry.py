"""The registry: what the trust list says, its DCC forms, its kept versions, and that it never spoils a good badge."""

import json
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
import workshop
from desk import BICYCLE, Desk, desk_over
from endorsements import assertion, endorsed, foreign_list
from environments import recognised

from issuer.composition import TRUST_LIST_SECONDS
from issuer.domain.catalogue_choice import helsinki_day
from issuer.domain.errors import ConflictError, InvalidFormError, InvalidRequestError, NotFoundError
from issuer.domain.institution import PublicName
from issuer.domain.permissions import Role, StaffMember
from issuer.domain.trust_registry import ChangeKind, Listed, UnitPeriod, change_digest
from issuer.services.own_documents import own_document
from issuer.services.publish_trust_list import publish_trust_list, publish_trust_list_if_due
from issuer.services.registry import change_list, show_registry
from issuer.services.registry.import_list import read_list
from verifier import EMPLOYMENT, Outcome, Request, verify
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
        "governanceUrl": f"{origin}/trust/rules",
        "url": f"{origin}/trust/registry.json",
    }


def test_a_closed_institution_leaves_the_registry_without_dates_and_stays_on_the_list_with_its_day(
    both_desks: Desk, school: Desk
) -> None:
    with both_desks.outside.database.write() as uow:
        uow._session.connection().exec_driver_sql(
            f"UPDATE institution SET closed_at = '2026-01-01 00:00:00+00:00' WHERE id = '{school.institution.id}'"  # noqa: S608  an id of ours
        )
    assert publish_trust_list_if_due(both_desks.outside)
    assert school.institution.did not in public(both_desks, "/trust/registry.json")["registry"]
    assert row(public(both_desks, "/trust/list.json"), school.institution.did)["withdrawnAt"] == "2026-01-01"


def test_an_endorsement_of_a_neutral_place_is_told_of_no_institution(both_desks: Desk, school: Desk) -> None:
    endorsed(school, recognised(both_desks).report.id)
    publish_trust_list_if_due(both_desks.outside)
    assert "/endorsements/" not in json.dumps(public(both_desks, "/trust/list.json"))


@pytest.fixture
def keepers(both_desks: Desk) -> tuple[Desk, StaffMember, StaffMember]:
    """Two administrators of the institution that signs the list."""
    house = replace(both_desks, institution=both_desks.installation.umbrella)
    return house, house.add(Role.ADMINISTRATOR), house.add(Role.ADMINISTRATOR)


def elsewhere(**more: object) -> Listed:
    """An institution of elsewhere with its key in its id."""
    one = Listed(
        did=workshop.KEY.did,
        kind="provider",
        name=PublicName(fi="Taitotalo", sv="Taitotalo", en="Taitotalo"),
        legal_name="Taitotalo ry",
        location="Tampere",
        website="https://taito.example/",
        rules="https://taito.example/rules",
        listed_from=date(2026, 1, 1),
        units=(UnitPeriod(code="tutkinnonosat_106889", starts=date(2026, 1, 1), until=None),),
    )
    return replace(one, **more)  # type: ignore[arg-type]  # members of Listed


def propose(house: Desk, who: StaffMember, kind: ChangeKind, content) -> str:
    answer = assertion(house, who, change_list.PROPOSE, change_digest(kind, content))
    return change_list.propose(house.outside, who, kind, content, answer)


def confirm(house: Desk, who: StaffMember, change_id: str) -> bool:
    with house.outside.database.read() as uow:
        digest = uow.endorsements.change_of(change_id).sha256
    answer = assertion(house, who, change_list.confirm_act(change_id), digest)
    return change_list.confirm(house.outside, who, change_id, seen=digest.hex(), assertion=answer)


def trusted(house: Desk, **badge: object) -> dict[str, Outcome]:
    """What the verifier of this installation says of the issuer of a badge from elsewhere."""
    document = workshop.badge() | {"validFrom": "2026-10-01T00:00:00Z"} | badge
    alignment = document["credentialSubject"]["achievement"]["alignment"][0]
    alignment["targetCode"] = "tutkinnonosat_106889"
    time.sleep(TRUST_LIST_SECONDS)
    report = verify(
        workshop.dump(workshop.sign(document)),
        policy=EMPLOYMENT,
        environment=house.outside.environment(),
        request=Request(refresh=False),
    )
    return {code: report.outcome(code) for code in ("trust.registry", "trust.issuer", "trust.scope")}


def test_what_two_persons_list_reaches_the_verifier_with_its_units_and_days(keepers) -> None:
    house, first, second = keepers
    assert trusted(house)["trust.issuer"] is Outcome.INCONCLUSIVE
    one = elsewhere()
    change = propose(house, first, ChangeKind.ADD, change_list.add_content(house.outside, first, one))
    assert trusted(house)["trust.issuer"] is Outcome.INCONCLUSIVE
    with pytest.raises(ConflictError) as alone:
        confirm(house, first, change)
    assert alone.value.code == "trust.same_person"
    assert confirm(house, second, change)
    assert trusted(house) == dict.fromkeys(("trust.registry", "trust.issuer", "trust.scope"), Outcome.PASSED)
    assert trusted(house, validFrom="2025-10-01T00:00:00Z")["trust.issuer"] is Outcome.INCONCLUSIVE
    told = row(public(house, "/trust/list.json"), one.did)
    assert told["units"] == [{"code": "tutkinnonosat_106889", "from": "2026-01-01", "until": None}]
    assert told["vouchedBy"][0]["rules"] == "https://taito.example/rules"
    assert public(house, "/trust/registry.json")["registry"][one.did] == {
        "name": "Taitotalo",
        "location": "Tampere",
        "url": "https://taito.example/",
    }
    with pytest.raises(ConflictError):
        confirm(house, second, change)
    today = helsinki_day(house.outside.now())
    ending = change_list.end_content(house.outside, second, one.did, today)
    assert confirm(house, first, propose(house, second, ChangeKind.END, ending))
    assert trusted(house)["trust.issuer"] is Outcome.PASSED  # given while it was listed
    late = workshop.NOW.replace(year=2027).strftime("%Y-%m-%dT00:00:00Z")
    assert trusted(house, validFrom=late)["trust.issuer"] is Outcome.FAILED
    changes = show_registry.comparison(
        house.outside, *[one.version for one in reversed(show_registry.versions(house.outside)[:2])]
    )
    assert [(one.how, one.members) for one in changes] == [("changed", ("withdrawnAt",))]


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"did": "https://taito.example"}, "trust.did"),
        ({"listed_from": date(2026, 1, 2)}, "trust.first_of_month"),
        ({"rules": "http://taito.example"}, "trust.page"),
        ({"legal_name": "Kuntoutuskoti ry"}, "privacy.telling_word"),
        ({"kind": "umbrella"}, "form.choice"),
    ],
)
def test_what_cannot_be_listed_is_refused(keepers, more, code: str) -> None:
    house, first, _ = keepers
    with pytest.raises(InvalidFormError) as refused:
        change_list.add_content(house.outside, first, elsewhere(**more))
    assert [fault.code for fault in refused.value.faults] == [code]


def test_an_own_institution_is_not_listed_twice_and_no_one_else_keeps_the_list(both_desks: Desk, keepers) -> None:
    house, first, _ = keepers
    with pytest.raises(InvalidRequestError) as own:
        change_list.add_content(house.outside, first, elsewhere(did=both_desks.installation.umbrella.did))
    assert own.value.code == "trust.own"
    for stranger in (both_desks.staff[Role.ADMINISTRATOR], house.add(Role.SUPERVISOR)):
        with pytest.raises(NotFoundError):
            change_list.add_content(house.outside, stranger, elsewhere())
        with pytest.raises(NotFoundError):
            change_list.propose(house.outside, stranger, ChangeKind.ADD, elsewhere().to_json(), "{}")
        assert show_registry.waiting(house.outside, stranger) == ()


def test_a_dropped_proposal_is_gone(keepers) -> None:
    house, first, second = keepers
    change = propose(house, first, ChangeKind.ADD, change_list.add_content(house.outside, first, elsewhere()))
    assert [one.mine for one in show_registry.waiting(house.outside, first)] == [True]
    change_list.drop(house.outside, second, change)
    assert show_registry.waiting(house.outside, first) == ()
    with pytest.raises(ConflictError):
        confirm(house, second, change)


def test_another_installations_list_is_used_under_its_pinned_key_and_no_other(keepers) -> None:
    house, first, second = keepers
    key = workshop.OTHER.multibase
    read = read_list(house.outside, first, foreign_list(), f"did:key:{key}")
    assert read.content is not None
    assert confirm(house, second, propose(house, first, ChangeKind.IMPORT, read.content))
    assert trusted(house)["trust.issuer"] is Outcome.PASSED
    with pytest.raises(InvalidRequestError) as forged:
        read_list(house.outside, first, foreign_list(2, key=workshop.THIRD), key)
    assert forged.value.code == "trust.bad_signature"
    (kept,) = show_registry.imported(house.outside)
    assert (kept.kept.refused_for, kept.document["version"], kept.usable) == ("bad_signature", 1, True)
    assert trusted(house)["trust.issuer"] is Outcome.PASSED
    assert read_list(house.outside, first, foreign_list(3), key).content is None
    (kept,) = show_registry.imported(house.outside)
    assert (kept.kept.refused_for, kept.document["version"]) == (None, 3)
    with pytest.raises(ConflictError) as older:
        read_list(house.outside, first, foreign_list(2), key)
    assert older.value.code == "trust.older"
    house.installation.clock.moved += timedelta(days=8)
    publish_trust_list(house.outside)
    late = trusted(house)
    assert (late["trust.registry"], late["trust.issuer"]) == (Outcome.PASSED, Outcome.INCONCLUSIVE)


@pytest.mark.parametrize(
    ("data", "keys", "code"),
    [
        (b"", workshop.OTHER.multibase, "trust.file"),
        (b"[]", workshop.OTHER.multibase, "trust.file"),
        (foreign_list(format="other"), workshop.OTHER.multibase, "trust.file"),
        (foreign_list(), "", "trust.key"),
        (foreign_list(), "zNot", "trust.key"),
        (foreign_list(), workshop.THIRD.multibase, "trust.bad_signature"),
        (foreign_list(validUntil="2026-01-02T00:00:00Z"), workshop.OTHER.multibase, "trust.outside_window"),
    ],
)
def test_a_list_that_does_not_hold_is_refused(keepers, data: bytes, keys: str, code: str) -> None:
    house, first, _ = keepers
    with pytest.raises(InvalidRequestError) as refused:
        read_list(house.outside, first, data, keys)
    assert refused.value.code == code
    assert show_registry.imported(house.outside) == ()


def test_the_public_list_is_told_with_the_state_of_its_signature(both_desks: Desk) -> None:
    told = show_registry.registry(both_desks.outside)
    assert (told.signature_holds, told.in_window) == (True, True)
    both_desks.installation.clock.moved += timedelta(days=8)
    late = show_registry.registry(both_desks.outside)
    assert (late.signature_holds, late.in_window) == (True, False)
