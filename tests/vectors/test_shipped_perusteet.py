"""What is read from the perusteet of ../shared, row by row against an independent derivation of them."""

import csv
import json
from collections import Counter, defaultdict

import pytest
from peruste_samples import read_shared

from issuer.demo.load_catalogue import demo_catalogue

PERUSTEET = ("7614470", "6942140", "3932281", "1718932")


@pytest.mark.shared
@pytest.mark.parametrize("peruste_id", PERUSTEET)
def test_every_row_equals_the_derived_table(shared, peruste_id):
    expected = defaultdict(list)
    with (shared / "data/finland/derived/requirements.jsonl").open(encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            if row["perusteId"] == int(peruste_id):
                expected[str(row["unitId"])].append(row)
    found = {unit.source_id: unit for unit in read_shared(shared, peruste_id).units if unit.requirements}
    assert found.keys() == expected.keys()
    for unit_id, rows in expected.items():
        unit = found[unit_id]
        assert (unit.code, unit.name.fi, unit.credits_min) == (
            rows[0]["unitUri"],
            rows[0]["unit"]["fi"],
            float(rows[0]["osp"]),
        )
        assert [each.key for each in unit.requirements] == [row["reqKey"] for row in rows]
        assert [each.text.fi for each in unit.requirements] == [row["requirement"]["fi"] for row in rows]
        assert [each.text.sv for each in unit.requirements] == [row["requirement"].get("sv", "") for row in rows]
        if unit.format.value == "C2019":
            groups = [(row["group"].get("fi", ""), row["group"].get("sv", "")) for row in rows]
            assert [(each.group.fi, each.group.sv) for each in unit.requirements] == groups
        if unit.format.value == "B2017":
            thresholds = [[text.fi for text in each.threshold] for each in unit.requirements]
            assert thresholds == [[low.get("fi", "") for low in row["criteriaLowest"]] for row in rows]


@pytest.mark.shared
def test_the_structure_of_three_qualifications_has_180_points_and_counts_a_unit_once(shared):
    for peruste_id in ("7614470", "6942140", "3932281"):
        qualification = read_shared(shared, peruste_id)
        root = qualification.structures[0].root
        assert (root.bounds.credits_min, root.bounds.credits_max) == (180.0, 180.0)
        places = Counter(each.unit_id for each in root.places() if each.unit_id is not None)
        assert set(places) <= {unit.source_id for unit in qualification.units}
    assert sum(1 for _ in read_shared(shared, "7614470").structures[0].root.places()) == 209


@pytest.mark.shared
def test_the_demo_facts_are_those_of_the_sources(shared):
    with (shared / "data/finland/derived/tutkinnonosat_names.csv").open(encoding="utf-8") as file:
        listed = {row["koodiUri"]: row for row in csv.DictReader(file)}
    demo = demo_catalogue()
    for code in demo.codes:
        assert (code.version, code.name.fi) == (int(listed[code.code]["versio"]), listed[code.code]["fi"])
        assert code.name.sv in ("", listed[code.code]["sv"])
    for qualification in demo.qualifications:
        real = read_shared(shared, qualification.peruste_id)
        assert (real.register_number, real.name, real.degree_codes, real.education_type) == (
            qualification.register_number,
            qualification.name,
            qualification.degree_codes,
            qualification.education_type,
        )
        assert (real.valid_from, real.valid_until, real.transition_until) == (
            qualification.valid_from,
            qualification.valid_until,
            qualification.transition_until,
        )
        for unit in qualification.units:
            same = next(each for each in real.units if each.code == unit.code)
            assert (same.name, same.credits_min) == (unit.name, unit.credits_min)
            official = {each.text.fi for each in same.requirements} | {each.text.sv for each in same.requirements}
            assert official.isdisjoint({each.text.fi for each in unit.requirements})
            assert official.isdisjoint({each.text.sv for each in unit.requirements})
