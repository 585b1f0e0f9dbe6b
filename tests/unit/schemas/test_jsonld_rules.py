"""Rules on the JSON of linked data: one broken rule each, with its code and its place."""

import pytest
from document_samples import OB, V2, at, changed, endorsement, full_badge

from schemas import jsonld_rules
from schemas.errors import DocumentError
from schemas.jsonld_rules import Rules
from schemas.pinned_contexts import PINNED_CONTEXTS, W3C_CONTEXTS

BADGE_RULES = Rules(known_context=PINNED_CONTEXTS.__contains__)
GENERIC_RULES = Rules(known_context=W3C_CONTEXTS.__contains__, inline_contexts=True)
ACHIEVEMENT = "/credentialSubject/achievement"


def refusal_of(document, rules=BADGE_RULES):
    with pytest.raises(DocumentError) as refusal:
        jsonld_rules.check(document, rules)
    return refusal.value.code, refusal.value.pointer


def test_full_badge_passes():
    jsonld_rules.check(full_badge(), BADGE_RULES)


@pytest.mark.parametrize(
    ("pointer", "value", "code"),
    [
        ("/@context/2", "https://evil.example/context", "context.known"),
        ("/@context/0", "https://www.w3.org/ns/credentials/v2/", "context.known"),
        ("/@context/0", "http://www.w3.org/ns/credentials/v2", "context.known"),
        ("/@context/2", "file:///etc/passwd", "context.known"),
        ("/@context/2", "https://www.w3.org/ns/credentials/undefined-terms/v2", "context.known"),
        ("/@context/2", {"badgeName": "https://schema.org/name"}, "context.nested"),
        ("/@context/2", None, "context.nested"),
        ("/@context/2", [V2], "context.nested"),
        (ACHIEVEMENT + "/@context", OB, "context.nested"),
        (ACHIEVEMENT + "/@context", None, "context.nested"),
        (ACHIEVEMENT + "/criteria/@context", [{"x": "https://x.example/"}], "context.nested"),
        ("/issuer/@context", [V2, OB], "context.nested"),
        ("/endorsement/0/credentialSubject/@context", [V2, OB], "context.nested"),
        ("/endorsement/0/@context/2", {"a": "https://x.example/"}, "context.nested"),
        ("/endorsement/0/@context/1", "https://evil.example/context", "context.known"),
        ("/@foo", "bar", "jsonld.keyword"),
        ("/@graph", [{"id": "urn:x:1"}], "jsonld.keyword"),
        ("/@included", [{"id": "urn:x:1"}], "jsonld.keyword"),
        ("/@nest", {"name": "x"}, "jsonld.keyword"),
        (ACHIEVEMENT + "/@reverse", {"achievement": "urn:x:1"}, "jsonld.keyword"),
        (ACHIEVEMENT + "/@id", "urn:x:1", "jsonld.keyword"),
        (ACHIEVEMENT + "/@type", "Achievement", "jsonld.keyword"),
        (ACHIEVEMENT + "/@index", "x", "jsonld.keyword"),
        (ACHIEVEMENT + "/tag", {"@list": ["a"]}, "jsonld.keyword"),
        (ACHIEVEMENT + "/tag", {"@set": ["a"]}, "jsonld.keyword"),
        ("/_:p", "v", "jsonld.keyword"),
        ("/credentialSubject/_:p", {"id": "urn:x:1"}, "jsonld.keyword"),
        ("/issuer/url", "_:b0", "jsonld.keyword"),
        ("/type/2", "@json", "jsonld.keyword"),
        (ACHIEVEMENT + "/criteria/type", "@json", "jsonld.keyword"),
        (ACHIEVEMENT + "/criteria/type", "@foo", "jsonld.keyword"),
        ("/type/1", "_:T", "jsonld.keyword"),
        ("/issuer/id", "_:b0", "jsonld.keyword"),
        ("/issuer/id", None, "jsonld.keyword"),
        (ACHIEVEMENT + "/humanCode", None, "jsonld.keyword"),
        (ACHIEVEMENT + "/tag/1", None, "jsonld.keyword"),
        (ACHIEVEMENT + "/tag", [], "jsonld.keyword"),
        (ACHIEVEMENT + "/tag/1", ["nested"], "jsonld.keyword"),
        ("/name", {"@value": "x", "@type": "https://x.example/t"}, "jsonld.keyword"),
        ("/name", {"@value": "x", "@index": "i"}, "jsonld.keyword"),
        ("/name", {"@value": "x", "url": "urn:x:1"}, "jsonld.keyword"),
        ("/name", {"@value": 5}, "jsonld.keyword"),
        ("/name", {"@value": None}, "jsonld.keyword"),
        ("/name", {"@value": {"a": 1}}, "jsonld.keyword"),
        ("/name", {"@language": "fi"}, "jsonld.keyword"),
        ("/id", "relative", "jsonld.iri"),
        ("/id", "", "jsonld.iri"),
        ("/id", "#fragment", "jsonld.iri"),
        ("/id", "//host.example/x", "jsonld.iri"),
        ("/id", "1a:x", "jsonld.iri"),
        ("/id", "urn:x:a b", "jsonld.iri"),
        ("/id", " urn:x:a", "jsonld.iri"),
        ("/id", "urn:x:a\n", "jsonld.iri"),
        ("/id", "urn:x:\u0007", "jsonld.iri"),
        *[("/id", f"urn:x:{sign}", "jsonld.iri") for sign in '<>"{}|\\^`'],
        ("/id", ["urn:x:1"], "jsonld.iri"),
        ("/id", {"en": "urn:x:1"}, "jsonld.iri"),
        ("/id", 5, "jsonld.iri"),
        ("/credentialSubject/id", "x", "jsonld.iri"),
        ("/name", {"@value": "D", "@language": 'fi .\n<urn:a> <urn:b> "c"'}, "jsonld.language"),
        ("/name", {"@value": "D", "@language": "fi\n"}, "jsonld.language"),
        ("/name", {"@value": "D", "@language": ""}, "jsonld.language"),
        ("/name", {"@value": "D", "@language": "f"}, "jsonld.language"),
        ("/name", {"@value": "D", "@language": "fi_FI"}, "jsonld.language"),
        ("/name", {"@value": "D", "@language": None}, "jsonld.language"),
        ("/name", {"@value": "D", "@direction": "up"}, "jsonld.language"),
        ("/https:~1~1schema.org~1name", "x", "jsonld.terms"),
        ("/schema:name", "x", "jsonld.terms"),
        ("/credentialSubject/ext:grade", "5", "jsonld.terms"),
    ],
)
def test_one_broken_rule_is_named_with_its_place(pointer, value, code):
    found, place = refusal_of(changed(pointer, value))
    assert found == code
    assert place == pointer or place.startswith(pointer + "/")


@pytest.mark.parametrize("language", ["fi", "sv-FI", "zh-Hant-TW", "de-CH-1996", "en-x-private"])
def test_texts_with_a_language_tag_pass(language):
    jsonld_rules.check(changed("/name", {"@value": "x", "@language": language, "@direction": "ltr"}), BADGE_RULES)


def test_document_without_a_context_is_refused():
    document = full_badge()
    del document["@context"]
    assert refusal_of(document) == ("context.known", "/@context")


def test_contexts_at_the_bound_pass_and_one_more_is_refused():
    jsonld_rules.check(changed("/@context", [V2] * 8), BADGE_RULES)
    assert refusal_of(changed("/@context", [V2] * 9)) == ("input.limits", "/@context")


def test_nodes_at_the_bound_pass_and_one_more_is_refused():
    document = changed("/evidence", [{"id": f"urn:x:{n}", "type": ["Evidence"]} for n in range(20)])
    nodes = str(document).count("{")
    jsonld_rules.check(document, Rules(known_context=PINNED_CONTEXTS.__contains__, max_nodes=nodes))
    assert (
        refusal_of(document, Rules(known_context=PINNED_CONTEXTS.__contains__, max_nodes=nodes - 1))[0]
        == "input.limits"
    )


def test_strings_in_an_array_at_the_bound_pass_and_one_more_is_refused():
    jsonld_rules.check(changed(ACHIEVEMENT + "/tag", [f"t{n}" for n in range(200)]), BADGE_RULES)
    too_many = changed(ACHIEVEMENT + "/tag", [f"t{n}" for n in range(201)])
    assert refusal_of(too_many) == ("input.limits", ACHIEVEMENT + "/tag")


def test_equal_siblings_without_an_id_are_refused():
    twin = {"type": ["Alignment"], "targetName": "n", "targetUrl": "https://x.example/"}
    other_order = dict(reversed(list(twin.items())))
    place = ACHIEVEMENT + "/alignment"
    assert refusal_of(changed(place, [twin, other_order])) == ("structure.too_complex", place + "/1")
    jsonld_rules.check(changed(place, [twin, {**twin, "targetName": "m"}]), BADGE_RULES)
    with_id = {**twin, "id": "urn:x:1"}
    jsonld_rules.check(changed(place, [with_id, with_id]), BADGE_RULES)


def test_generic_credentials_may_hold_equal_siblings_and_inline_contexts():
    jsonld_rules.check(changed("/evidence", [{"type": "Evidence"}, {"type": "Evidence"}]), GENERIC_RULES)
    jsonld_rules.check(changed("/@context/2", {"ex": "https://x.example/", "ex:a": "ex:b"}), GENERIC_RULES)
    jsonld_rules.check(changed("/credentialSubject/ex:a", "b"), GENERIC_RULES)
    jsonld_rules.check(changed("/issuer/@context", V2), GENERIC_RULES)


@pytest.mark.parametrize("name", ["@import", "@language", "@direction", "@propagate"])
def test_inline_context_may_not_import_or_set_a_language(name):
    document = changed("/@context/2", {name: "fi"})
    assert refusal_of(document, GENERIC_RULES) == ("context.nested", f"/@context/2/{name}")


def test_inline_context_of_too_many_terms_is_refused():
    document = changed("/@context/2", {f"t{n}": f"https://x.example/{n}" for n in range(201)})
    assert refusal_of(document, GENERIC_RULES) == ("input.limits", "/@context/2")


class TestNodeConflict:
    def test_evidence_with_the_id_of_the_credential_is_a_conflict(self):
        document = full_badge()
        assert refusal_of(changed("/evidence/0/id", document["id"])) == ("jsonld.node_conflict", "/evidence/0/type")

    def test_other_name_for_the_same_profile_is_a_conflict(self):
        profile = {"id": "did:web:host.example", "type": ["Profile"], "name": "Another"}
        document = changed("/credentialSubject/source", profile)
        assert refusal_of(document) == ("jsonld.node_conflict", "/credentialSubject/source/name")

    def test_text_against_a_list_of_texts_is_a_conflict(self):
        creator = {
            "id": "did:web:host.example",
            "type": ["Profile"],
            "url": ["https://host.example/", "https://e.example/"],
        }
        assert refusal_of(changed(ACHIEVEMENT + "/creator", creator))[0] == "jsonld.node_conflict"

    @pytest.mark.parametrize(
        "profile",
        [
            {"id": "did:web:host.example"},
            {"id": "did:web:host.example", "type": ["Profile"]},
            {"id": "did:web:host.example", "type": "Profile", "name": "Kunta"},
            {"id": "did:web:host.example", "type": ["Profile"], "phone": "+358"},
            {"id": "did:web:host.example", "type": ["Profile"], "url": ["https://host.example/"]},
        ],
    )
    def test_bare_equal_and_complementary_descriptions_are_none(self, profile):
        jsonld_rules.check(changed(ACHIEVEMENT + "/creator", profile), BADGE_RULES)

    def test_endorsement_about_any_node_of_the_badge_is_none(self):
        for subject in ("https://host.example/a", full_badge()["id"], "did:web:host.example"):
            jsonld_rules.check(changed("/endorsement/0", endorsement(subject)), BADGE_RULES)

    def test_endorsement_subject_with_more_members_is_a_conflict(self):
        document = changed("/endorsement/0/credentialSubject/name", "A better name")
        assert refusal_of(document) == ("jsonld.node_conflict", "/endorsement/0/credentialSubject/type")

    def test_refresh_service_at_the_address_of_the_credential_is_none(self):
        refresh = {"id": full_badge()["id"], "type": "1EdTechCredentialRefresh"}
        jsonld_rules.check(changed("/refreshService", refresh), BADGE_RULES)
        refresh["name"] = "x"
        assert refusal_of(changed("/refreshService", refresh))[0] == "jsonld.node_conflict"

    def test_members_of_a_record_are_looked_at_one_by_one(self):
        first, second = full_badge(), full_badge()
        second["name"] = "The same id, another name"
        record = {"@context": [V2], "id": "urn:x:1", "credentialSubject": {"verifiableCredential": [first, second]}}
        jsonld_rules.check(record, Rules(known_context=PINNED_CONTEXTS.__contains__, max_nodes=1000))
        second["evidence"][0]["id"] = second["id"]
        assert refusal_of(record)[0] == "jsonld.node_conflict"

    def test_proofs_are_graphs_of_their_own(self):
        proofs = [
            {"id": "urn:x:p", "type": "DataIntegrityProof", "created": "2026-01-01T00:00:00Z"},
            {"id": "urn:x:p", "type": "DataIntegrityProof", "created": "2026-01-02T00:00:00Z"},
        ]
        jsonld_rules.check_node_conflicts(changed("/proof", proofs))


def test_place_with_odd_names_is_a_valid_pointer():
    document = changed("/credentialSubject/a~1b~0c", {"@foo": 1})
    code, place = refusal_of(document)
    container, key = at(document, place)
    assert (code, container[key]) == ("jsonld.keyword", 1)
