"""What badges say of a learner's unit: read, bridged to newer requirements, merged without counting twice."""

from dataclasses import replace

import recognised_units as samples

from issuer.domain.agreement import Outcome
from issuer.domain.badge_evidence import Seen, bridged, independent, merged, read_badge
from issuer.domain.catalogue_text import Text
from issuer.domain.requirement_changes import Matched
from schemas.strict_json import JsonObject

UNIT = samples.unit()
KEYS = [one.key for one in UNIT.requirements]
NEW_UNIT = replace(
    UNIT,
    peruste_id="9999999",
    requirements=tuple(
        replace(one, key=f"new_{one.position}", text=Text(text))
        for one, text in zip(
            UNIT.requirements,
            (
                "huoltaa pyörän osan numero 1",
                "huoltaa pyörän osan numero 2 ja 5",
                "aivan muuta",
                "viides asia kokonaan",
            ),
            strict=True,
        )
    ),
)


def badge(
    shown: list[int], *, month: str = "2026-06", in_part: tuple[int, ...] = (), **achievement: object
) -> JsonObject:
    """A badge that says which requirements (1 upwards) were shown."""
    told = [*shown, *in_part]
    described = [
        {
            "id": f"a#req-{KEYS[number - 1]}",
            "type": ["ResultDescription"],
            "resultType": "Status",
            "name": UNIT.requirements[number - 1].text.fi,
            "alignment": [{"targetCode": KEYS[number - 1]}],
        }
        for number in told
    ]
    return {
        "id": "urn:uuid:1",
        "issuer": {"id": "did:web:a.example", "name": "Osaamismerkit"},
        "validFrom": "2026-07-01T00:00:00Z",
        "credentialSubject": {
            "activityEndDate": f"{month}-01T00:00:00Z",
            "achievement": {
                "name": "Polkupyörän huolto",
                "inLanguage": "fi",
                "alignment": [
                    {
                        "targetCode": "tutkinnonosat_106889",
                        "targetName": "Polkupyörän huolto",
                        "targetFramework": "ePerusteet OPH-5410-2021 Ajoneuvoalan perustutkinto",
                    }
                ],
                "otherIdentifier": [
                    {
                        "identifierType": "ext:unitKey",
                        "identifier": "tutkinnonosat_106889/1/7614470/OPH-5410-2021",
                    }
                ],
                "resultDescription": described,
            }
            | achievement,
            "result": [
                {
                    "resultDescription": f"a#req-{KEYS[number - 1]}",
                    "status": "Completed" if number in shown else "InProgress",
                }
                for number in told
            ],
        },
    }


def test_a_badge_tells_its_unit_and_each_requirement() -> None:
    content = read_badge(badge([1, 2], in_part=(3,)))
    assert (content.unit_code, content.unit_version, content.peruste_id) == ("tutkinnonosat_106889", 1, "7614470")
    assert content.register_number == "OPH-5410-2021"
    assert [(one.key, one.outcome) for one in content.told] == [
        (KEYS[0], Outcome.SHOWN),
        (KEYS[1], Outcome.SHOWN),
        (KEYS[2], Outcome.IN_PART),
    ]
    assert content.month == "2026-06"


def test_a_foreign_badge_without_our_key_still_tells_unit_and_register_number() -> None:
    content = read_badge(badge([1], otherIdentifier=[]))
    assert (content.unit, content.unit_code, content.register_number) == (None, "tutkinnonosat_106889", "OPH-5410-2021")


def test_a_badge_outside_the_units_gives_nothing_in_one() -> None:
    content = read_badge(badge([1], alignment=[]))
    assert not content.is_unit
    assert bridged(content, 1, UNIT, UNIT) == {}


def test_a_failed_result_shows_nothing() -> None:
    document = badge([1, 2])
    document["credentialSubject"]["result"][0]["status"] = "Failed"
    assert [one.key for one in read_badge(document).told] == [KEYS[1]]


def test_anything_at_all_is_read_without_an_exception() -> None:
    for document in (
        {},
        {"credentialSubject": []},
        {"issuer": 5, "credentialSubject": {"achievement": "x", "result": [3]}},
    ):
        assert read_badge(document).told == ()


def test_requirements_of_the_same_unit_meet_by_their_keys() -> None:
    found = bridged(read_badge(badge([1, 4])), 1, UNIT, UNIT)
    assert {key: seen.matched for key, seen in found.items()} == {KEYS[0]: Matched.KEY, KEYS[3]: Matched.KEY}
    assert all(seen.old_text is None for seen in found.values())


def test_an_older_unit_is_bridged_and_near_words_are_a_suggestion_only() -> None:
    found = bridged(read_badge(badge([1, 2])), 1, UNIT, NEW_UNIT)
    assert found["new_1"].matched is Matched.TEXT
    assert found["new_2"].is_suggestion
    assert found["new_2"].old_text == "huoltaa pyörän osan numero 2"
    assert set(found) == {"new_1", "new_2"}


def test_a_unit_that_the_catalogue_does_not_have_is_bridged_by_the_badges_own_words() -> None:
    found = bridged(read_badge(badge([1])), 1, None, NEW_UNIT)
    assert found["new_1"].matched is Matched.TEXT


def test_two_badges_join_each_requirement_once_with_the_newest_month_and_both_named() -> None:
    one = bridged(read_badge(badge([1, 2], month="2025-03")), 1, UNIT, UNIT)
    two = bridged(read_badge(badge([2, 3], month="2026-06")), 2, UNIT, UNIT)
    joined = merged([one, two])
    assert {key: (seen.month, seen.badges) for key, seen in joined.items()} == {
        KEYS[0]: ("2025-03", (1,)),
        KEYS[1]: ("2026-06", (1, 2)),
        KEYS[2]: ("2026-06", (2,)),
    }


def test_shown_goes_before_in_part_and_keeps_its_own_month() -> None:
    whole = bridged(read_badge(badge([1], month="2025-03")), 1, UNIT, UNIT)
    partly = bridged(read_badge(badge([], in_part=(1,), month="2026-06")), 2, UNIT, UNIT)
    (seen,) = merged([partly, whole]).values()
    assert (seen.outcome, seen.month, set(seen.badges)) == (Outcome.SHOWN, "2025-03", {1, 2})


def test_a_receipt_counts_only_for_what_its_badge_in_the_case_does_not_show_itself() -> None:
    def says(place: int, outcome: Outcome) -> Seen:
        return Seen(outcome=outcome, month="", badges=(place,), matched=Matched.KEY)

    badge = {"a": says(1, Outcome.SHOWN), "b": says(1, Outcome.IN_PART)}
    receipt = {key: says(2, Outcome.SHOWN) for key in ("a", "b", "c")}
    assert independent([badge, receipt], {2: frozenset({1})}) == [badge, {key: receipt[key] for key in ("b", "c")}]
    assert independent([badge, receipt], {2: frozenset()}) == [badge, receipt]
