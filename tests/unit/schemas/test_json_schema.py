"""The vendored JSON Schemas, their editions made in memory, and schemas that somebody else declared."""

import copy
import json
import socket
import time

import pytest
from document_samples import changed, endorsement, full_badge

from schemas import json_schema
from schemas.errors import DocumentError
from schemas.json_schema import SchemaName
from schemas.pinned_contexts import DamagedPackageError
from schemas.schema_editions import sets_as_arrays, vcdm_1_1

V1 = "https://www.w3.org/2018/credentials/v1"
OB_SCHEMA = "https://purl.imsglobal.org/spec/ob/v3p0/schema/json/ob_v3p0_achievementcredential_schema.json"


def older(document):
    """The same credential in the VCDM 1.1 envelope."""
    document = copy.deepcopy(document)
    document["@context"][0] = V1
    document["issuanceDate"] = document.pop("validFrom")
    if "validUntil" in document:
        document["expirationDate"] = document.pop("validUntil")
    for inner in document.get("endorsement", []):
        inner.update(older(inner))
        del inner["validFrom"]
    return document


def with_proof(document):
    document["proof"] = [{"type": "DataIntegrityProof"}]
    for inner in document.get("endorsement", []):
        inner["proof"] = [{"type": "DataIntegrityProof"}]
    return document


def broken(document, schema):
    return [problem.pointer for problem in json_schema.problems(document, schema)]


@pytest.mark.parametrize("schema", [SchemaName.BADGE, SchemaName.BADGE_ARRAYS, SchemaName.CLR_BADGE])
def test_full_badge_passes(schema):
    assert json_schema.problems(with_proof(full_badge()), schema) == []
    assert json_schema.is_valid(with_proof(full_badge()), schema)


@pytest.mark.parametrize("schema", [SchemaName.BADGE_VCDM_1_1, SchemaName.BADGE_VCDM_1_1_ARRAYS])
def test_badge_in_the_older_envelope_passes_its_edition_only(schema):
    document = older(with_proof(full_badge()))
    assert json_schema.problems(document, schema) == []
    assert not json_schema.is_valid(document, SchemaName.BADGE)
    assert not json_schema.is_valid(with_proof(full_badge()), schema)


def test_endorsement_passes_in_both_envelopes():
    assert json_schema.problems(endorsement(), SchemaName.ENDORSEMENT) == []
    assert json_schema.problems(endorsement(), SchemaName.ENDORSEMENT_ARRAYS) == []
    assert json_schema.problems(older(endorsement()), SchemaName.ENDORSEMENT_VCDM_1_1) == []
    assert json_schema.problems(older(endorsement()), SchemaName.ENDORSEMENT_VCDM_1_1_ARRAYS) == []


@pytest.mark.parametrize(
    ("pointer", "value"),
    [
        ("/validFrom", "2026-11-01T00:00:00"),
        ("/validFrom", 5),
        ("/validUntil", "2026-13-01T00:00:00Z"),
        ("/credentialSubject/achievement/name", 5),
        ("/credentialSubject/achievement/criteria", "text"),
        ("/credentialSubject/creditsEarned", "1.5"),
        ("/credentialSubject/result/1/status", "Done"),
        ("/credentialStatus", "x"),
    ],
)
def test_one_wrong_member_is_named_by_its_place(pointer, value):
    places = broken(with_proof(changed(pointer, value)), SchemaName.BADGE)
    assert places
    assert all(pointer.startswith(place) or place.startswith(pointer) for place in places)


def test_issuer_of_the_older_envelope_is_always_an_object():
    document = older(with_proof(full_badge()))
    document["issuer"] = "did:web:host.example"
    assert broken(document, SchemaName.BADGE_VCDM_1_1) == ["/issuer"]
    document = with_proof(changed("/issuer", "did:web:host.example"))
    assert broken(document, SchemaName.BADGE) == []


@pytest.mark.parametrize(
    ("pointer", "value"),
    [
        ("/evidence", {"type": ["Evidence"], "name": "x"}),
        ("/name", {"fi": "x"}),
        ("/type", "OpenBadgeCredential"),
        ("/credentialSubject/achievement/tag", "x"),
        ("/issuer/type", "InvalidProfile"),
    ],
)
def test_what_the_official_schema_lets_pass_the_edition_of_arrays_refuses(pointer, value):
    document = with_proof(changed(pointer, value))
    assert json_schema.is_valid(document, SchemaName.BADGE)
    assert not json_schema.is_valid(document, SchemaName.BADGE_ARRAYS)


def test_no_more_problems_are_looked_for_than_were_asked_for():
    assert len(json_schema.problems({}, SchemaName.BADGE, most=2)) == 2
    assert len(json_schema.problems({}, SchemaName.BADGE)) > 2


def test_official_schema_is_found_by_its_address():
    assert json_schema.named(OB_SCHEMA) is SchemaName.BADGE
    assert json_schema.named(OB_SCHEMA + "/") is None


@pytest.mark.parametrize("schema", list(SchemaName), ids=lambda schema: schema.name)
def test_every_schema_compiles_and_refuses_what_it_does_not_know(schema):
    assert not json_schema.is_valid({"x": 1}, schema)


def test_changed_schema_file_is_refused(tmp_path, monkeypatch):
    for path in json_schema._FOLDER.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    file = tmp_path / "ob_v3p0_profile_schema.json"
    file.write_bytes(file.read_bytes() + b" ")
    monkeypatch.setattr(json_schema, "_FOLDER", tmp_path)
    with pytest.raises(DamagedPackageError):
        json_schema._read(file.name)


class TestDeclaredSchema:
    def test_document_is_held_against_it(self):
        schema = {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "required": ["a"],
            "properties": {"b": False},
        }
        assert json_schema.problems_by_declared({"a": 1}, schema) == []
        assert json_schema.problems_by_declared({"b": 1}, schema, most=1)[0].pointer in ("", "/b")

    def test_local_references_are_followed(self):
        schema = {"$ref": "#/$defs/x", "$defs": {"x": {"required": ["a"]}}}
        assert json_schema.problems_by_declared({}, schema) == [("", "required")]

    @pytest.mark.parametrize(
        "schema",
        [
            {"$ref": "https://schemas.example/x.json"},
            {"$ref": "file:///etc/passwd"},
            {"properties": {"a": {"$ref": "http://127.0.0.1:9/x"}}},
            {"type": 5},
            {"pattern": "("},
            {"description": "x" * (1 << 16)},
            {"properties": {"a": {"pattern": r"(\\w{30}){30}"}}},
        ],
    )
    def test_schema_that_points_outside_or_is_broken_is_refused_without_a_socket(self, schema, monkeypatch):
        monkeypatch.setattr(socket, "socket", lambda *_: pytest.fail("a socket was opened"))
        with pytest.raises(DocumentError) as refusal:
            json_schema.problems_by_declared({"a": "x"}, schema)
        assert refusal.value.code == "ob.schema_declared"

    def test_pattern_made_to_stall_is_over_quickly(self):
        schema = {"properties": {"a": {"pattern": "^(a+)+$"}}}
        started = time.process_time()
        assert json_schema.problems_by_declared({"a": "a" * 50_000 + "!"}, schema)
        assert time.process_time() - started < 1


@pytest.mark.parametrize(
    ("edition", "schema"),
    [
        (vcdm_1_1, []),
        (vcdm_1_1, {"properties": [], "required": [], "$defs": {}}),
        (vcdm_1_1, {"properties": {"@context": 1, "issuer": 1}, "required": 5, "$defs": {}}),
        (sets_as_arrays, {"oneOf": [1, 2]}),
    ],
)
def test_edition_of_something_else_is_refused(edition, schema):
    with pytest.raises(TypeError):
        edition(schema)


def test_edition_of_a_schema_without_endorsements_is_made():
    schema = {"properties": {"@context": 1, "issuer": 1, "validFrom": 1}, "required": ["validFrom"], "$defs": {}}
    assert vcdm_1_1(schema)["required"] == ["issuanceDate", "name"]


def test_editions_leave_the_official_schema_as_it_is():
    schema = json_schema._read("ob_v3p0_achievementcredential_schema.json")
    before = json.dumps(schema)
    assert "$id" not in vcdm_1_1(schema)
    assert "$id" not in sets_as_arrays(schema)
    assert json.dumps(schema) == before


def _shape(schema):
    """The schema without the words that only describe, and without order."""
    if isinstance(schema, dict):
        words = ("$id", "title", "description", "$comment", "$schema")
        return {key: _shape(value) for key, value in schema.items() if key not in words}
    if isinstance(schema, list):
        return sorted((_shape(value) for value in schema), key=repr)
    return schema


@pytest.mark.shared
@pytest.mark.parametrize(
    ("file", "edition"),
    [
        ("ob_v3p0_achievementcredentialv1p1_schema.DERIVED.json", vcdm_1_1),
        ("ob_v3p0_achievementcredential_schema.STRICT.DERIVED.json", sets_as_arrays),
        ("ob_v3p0_profile_schema.STRICT.DERIVED.json", sets_as_arrays),
        ("ob_v3p0_endorsementcredential_schema.STRICT.DERIVED.json", sets_as_arrays),
        ("ob_v3p0_endorsementcredentialv1p1_schema.DERIVED.json", vcdm_1_1),
    ],
)
def test_editions_judge_as_the_derived_schemas_of_the_test_data(shared, file, edition):
    folder = shared / "data" / "openbadges" / "schemas"
    name = file.replace("v1p1", "").partition("_schema")[0] + "_schema.json"
    official = json.loads((folder / "conform-ed-2026-06" / name).read_text("utf-8"))
    derived = json.loads((folder / "DERIVED" / file).read_text("utf-8"))
    made = _shape(edition(official))
    expected = _shape(derived)
    different = []

    def compare(mine, theirs, at):
        if isinstance(mine, dict) and isinstance(theirs, dict):
            for key in mine.keys() | theirs.keys():
                compare(mine.get(key), theirs.get(key), f"{at}/{key}")
        elif mine != theirs:
            different.append((at, mine, theirs))

    compare(made, expected, "")
    assert different == []
